"""What the reports share: words for days and periods, notes under titles, names of sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from crm_desktop.company import profile
from crm_desktop.core import dates, formats, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import report_workbook as wb


def company_name() -> str:
    """What the owner's business is called."""
    return profile.load().name


def locale() -> str:
    """Language and country in which dates and numbers are written."""
    return formats.locale_name(i18n.language(), profile.load().country)


def day_words(value: date) -> str:
    """A day in words."""
    return formats.day_long(value, locale())


def note(*more: str) -> str:
    """The line under the title: when it was written, and what is to be known."""
    written = _("Written {date} by CRM Desktop.").format(date=day_words(dates.today()))
    return " ".join((written, *filter(None, more)))


def amounts_in(currency: str) -> str:
    """Which currency the amounts are in."""
    return _("Amounts in {currency}.").format(currency=currency)


def period_words(first: date, last: date) -> str:
    """A period as a title: "2026", "November 2026" or its two days."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    if first.day == 1 and last == dates.end_of_month(first):
        return formats.month(first, locale())
    return _("{first} to {last}").format(first=day_words(first), last=day_words(last))


def sheet_name(title: str, currency: str, several: Sequence[str]) -> str:
    """The name of a data sheet: with its currency where there are several."""
    return f"{title} {currency}" if len(several) > 1 else title


def major(minor: int, currency: str) -> Decimal:
    """An amount for a cell."""
    return wb.major(minor, currency)


def share(part: int, whole: int) -> Decimal:
    """A share as exact as a sheet keeps it; zero of nothing."""
    return (Decimal(part) / whole).quantize(Decimal("0.000000000001")) if whole else Decimal(0)


def kind_names() -> dict[str, str]:
    """What kinds of documents are called."""
    return {"invoice": _("Invoice"), "credit_note": _("Credit note"), "receipt": _("Receipt")}


def months(first: date, last: date) -> Iterable[date]:
    """The first days of the months that a period touches."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = dates.end_of_month(month) + timedelta(days=1)
