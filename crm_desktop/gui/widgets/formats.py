"""Money, days and numbers as the owner is used to see and type them; by QLocale, never through floating point.

Money is minor units with a currency, days are `date`, instants aware `datetime` in UTC. Typed text is read leniently:
`4.3.26`, `4 Mar`, `today` are days, `1.234,50` and `1234.5` are numbers.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QGuiApplication

from crm_desktop.core import dates, money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import language, ngettext

MINUS, DASH = "\u2212", "\u2013"
_ISOLATES = "\u2066\u2067\u2068\u2069"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF", "INR": "₹", "PLN": "zł", "CZK": "Kč"}
_DEFAULTS = {"en": "en_GB", "de": "de_DE"}


class _Current:
    name = ""
    locale: QLocale | None = None
    pattern = ""


def use_locale(name: str = "") -> None:
    """Write numbers and dates as in "de_AT"; without a name, as this computer does or as the language suggests."""
    wanted = QLocale(name) if name else QLocale.system()
    if wanted.language() == QLocale.Language.C or not wanted.name().startswith(language()):
        wanted = QLocale(_DEFAULTS.get(language(), "en_GB")) if not name else wanted
    _Current.locale, _Current.name, _Current.pattern = wanted, name, ""
    QLocale.setDefault(wanted)


def locale() -> QLocale:
    """The formats in use."""
    if _Current.locale is None:
        use_locale()
    return _Current.locale or QLocale()


def isolate(text: str) -> str:
    """Keep an amount, number or path together where one reads from right to left; unchanged elsewhere."""
    right_to_left = Qt.LayoutDirection.RightToLeft
    if right_to_left not in (locale().textDirection(), QGuiApplication.layoutDirection()):
        return text
    return f"\u2066{text.strip(_ISOLATES)}\u2069"


def number(value: Decimal | int, decimals: int | None = None) -> str:
    """A number with the separators of the owner; `decimals` fixes how many, else those that the value has."""
    exact = Decimal(value)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals))
    sign, _digits, _exponent = exact.as_tuple()
    whole, _point, rest = format(abs(exact), "f").partition(".")
    used = locale()
    text = used.toString(int(whole)) if len(whole) < 19 else whole
    if rest:
        text += used.decimalPoint() + rest
    return isolate((MINUS if sign and exact else "") + text)


def quantity(value: Decimal | None) -> str:
    """A quantity without zeros at its end: 3.5, 24."""
    if value is None:
        return DASH
    plain = value.normalize()
    return number(plain.quantize(Decimal(1)) if plain.as_tuple().exponent > 0 else plain)  # type: ignore[operator]


def percent(rate_bp: int) -> str:
    """A rate in hundredths of a percent: 1900 is "19%"."""
    return percentage(Decimal(rate_bp) / 100)


def percentage(share: Decimal) -> str:
    """A percentage with its sign where the owner expects it: "2.5%", "2,5 %"."""
    text = quantity(share)
    return f"{text}\u202f%" if locale().language() != QLocale.Language.English else f"{text}%"


def amount(minor: int | None, currency: str = "EUR") -> str:
    """Money without its currency: "1,337.85"; nothing is an en dash."""
    if minor is None:
        return DASH
    return number(money.from_minor(minor, currency), money.digits(currency))


def money_text(minor: int | None, currency: str = "EUR") -> str:
    """Money with its currency where the owner expects it: "€1,337.85", "1.337,85 €"."""
    if minor is None:
        return DASH
    if not _Current.pattern:
        _Current.pattern = locale().toCurrencyString(1, "¤", 0)
    symbol = _SYMBOLS.get(currency, currency)
    pattern = _Current.pattern
    if len(symbol) > 1 and pattern.startswith("¤") and pattern[1:2].isdigit():
        symbol += "\u00a0"
    text = pattern.replace("¤", symbol).replace("1", amount(abs(minor), currency), 1)
    return isolate((MINUS if minor < 0 else "") + text)


def count(value: int) -> str:
    """A whole number: "12,480"."""
    return number(value)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _pattern(with_year: bool, long: bool) -> str:
    month = "MMMM" if long else "MMM"
    if locale().language() == QLocale.Language.German:
        return f"d. {month} yyyy" if with_year else f"d. {month}"
    if locale().name() == "en_US":
        return f"{month} d, yyyy" if with_year else f"{month} d"
    return f"d {month} yyyy" if with_year else f"d {month}"


def day(value: date | None) -> str:
    """A day with its year: "24 Nov 2026"."""
    return DASH if value is None else locale().toString(_qdate(value), _pattern(with_year=True, long=False))


def day_short(value: date | None) -> str:
    """A day; the year only where it is not this one: "24 Nov"."""
    if value is None:
        return DASH
    return locale().toString(_qdate(value), _pattern(value.year != dates.today().year, long=False))


def day_long(value: date | None) -> str:
    """A day for headings: "24 November 2026"."""
    return DASH if value is None else locale().toString(_qdate(value), _pattern(with_year=True, long=True))


def birthday(value: date | None) -> str:
    """A birthday: "12 May 1980", and "12 May" where nobody knows the year."""
    if value is None or value.year != dates.NO_YEAR:
        return day(value)
    return locale().toString(_qdate(value), _pattern(with_year=False, long=False))


def day_near(value: date | datetime | None) -> str:
    """A day as people say it: "Today", "Yesterday", "Tomorrow", else `day_short`; of an instant its day here."""
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = value.astimezone().date()
    near = {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}
    return near.get((value - dates.today()).days) or day_short(value)


def weekday(value: date) -> str:
    """A day for the head of a page: "Tuesday, 24 November"."""
    pattern = "dddd, " + _pattern(with_year=False, long=True)
    return locale().toString(_qdate(value), pattern)


def month(value: date) -> str:
    """A month: "November 2026"."""
    return locale().toString(_qdate(value), "MMMM yyyy")


def clock(value: datetime) -> str:
    """The time of day where the computer stands: "10:42"."""
    here = value.astimezone()
    return here.strftime("%H:%M")


def when(value: datetime | None) -> str:
    """An instant in a list: "Today 09:12", "19 Nov"."""
    if value is None:
        return DASH
    here = value.astimezone().date()
    return _("{day} {time}").format(day=day_near(here), time=clock(value)) if here == dates.today() else day_near(here)


def ago(value: date) -> str:
    """How far a day is: "in 8 days", "today", "26 days ago"."""
    days = (value - dates.today()).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in {n} day", "in {n} days", days).format(n=days)
    return ngettext("{n} day ago", "{n} days ago", -days).format(n=-days)


def date_hint() -> str:
    """How a day may be typed, for the hint in an empty field."""
    return day(date(dates.today().year, 3, 24))


# Compiled when the first day is typed: the window starts faster.
_PARTS = r"^(\d{1,4})[./\-\s]+(\d{1,2})(?:[./\-\s]+(\d{2,4}))?\.?$"
_NAMED = r"^(\d{1,2})\.?\s*([^\W\d]+)\.?\s*(\d{2,4})?$"
_NAMED_FIRST = r"^([^\W\d]+)\.?\s*(\d{1,2}),?\s*(\d{2,4})?$"


def _year(text: str | None) -> int:
    if not text:
        return dates.today().year
    value = int(text)
    if len(text) > 2:
        return value
    return value + 2000 if value < 70 else value + 1900 if value < 100 else value


def _month_named(name: str) -> int:
    small = name.casefold()
    for used in (locale(), QLocale(QLocale.Language.English)):
        for index in range(1, 13):
            if len(small) >= 3 and used.monthName(index).casefold().startswith(small):
                return index
            if used.monthName(index, QLocale.FormatType.ShortFormat).casefold().rstrip(".") == small:
                return index
    return 0


def month_first() -> bool:
    """Whether 3/11 is 11 March in the formats of the owner."""
    pattern = locale().dateFormat(QLocale.FormatType.ShortFormat).lower()
    return pattern.find("m") < pattern.find("d")


def _from_parts(found: re.Match[str]) -> tuple[int, int, int]:
    first, second, third = found.groups()
    if len(first) == 4:
        return int(first), int(second), int(third or 1)
    day_part, month_part = int(first), int(second)
    if month_first() and month_part <= 31 and day_part <= 12:
        day_part, month_part = month_part, day_part
    return _year(third), month_part, day_part


def parse_date(text: str) -> date | None:
    """The day that was typed, or None where it cannot be one. Shift with + and -: "+14" is in two weeks."""
    tidy = text.strip()
    words = {_("today").casefold(): 0, _("tomorrow").casefold(): 1, _("yesterday").casefold(): -1}
    if tidy.casefold() in words:
        return dates.add_days(dates.today(), words[tidy.casefold()])
    if re.fullmatch(r"[+-]\d{1,4}", tidy):
        return dates.add_days(dates.today(), int(tidy))
    try:
        return _date_written(tidy)
    except ValueError:
        return None


def _date_written(text: str) -> date | None:
    if found := re.match(_PARTS, text):
        return date(*_from_parts(found))
    if found := re.match(_NAMED, text):
        return date(_year(found[3]), _month_named(found[2]), int(found[1]))
    if found := re.match(_NAMED_FIRST, text):
        return date(_year(found[3]), _month_named(found[1]), int(found[2]))
    return None


def parse_number(text: str) -> Decimal | None:
    """The number that was typed with either separator, or None.

    The last of . and , is the decimal point unless it groups thousands in the formats of the owner.
    """
    plain = re.sub(r"[\s\u00a0\u202f\u2066-\u2069'’]", "", text).replace(MINUS, "-")
    if not re.fullmatch(r"[+-]?[\d.,]*\d[.,]?", plain):
        return None
    point = max(plain.rfind("."), plain.rfind(","))
    if point >= 0:
        mark, other = plain[point], "," if plain[point] == "." else "."
        groups = plain.count(mark) > 1 or (
            mark == locale().groupSeparator()[:1]
            and re.search(rf"\d{{1,3}}\{mark}\d{{3}}$", plain)
            and other not in plain
        )
        plain = plain.replace(mark, "") if groups else plain.replace(other, "").replace(mark, ".")
        plain = plain.replace(other, "") if groups else plain
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def parse_money(text: str, currency: str = "EUR") -> int | None:
    """The amount that was typed, in minor units; a currency sign is ignored."""
    plain = text
    for mark in {_SYMBOLS.get(currency, currency), currency, "€", "$", "£"}:
        plain = plain.replace(mark, "")
    value = parse_number(plain)
    if value is None or abs(value) > Decimal(money.LARGEST_MINOR) / 1000:
        return None
    return money.to_minor(value, currency)
