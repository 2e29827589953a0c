"""Days as people write them in spreadsheets: 24.11.2026, 11/24/2026, 7. März 1988, 2026-11-24T09:00, 27464.

03/04/2026 can be 3 April or 4 March. Only the whole column tells: `DayOrder.of` looks at every value of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_desktop.core import dates

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?\Z")
_NUMERIC = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?:[T ,]+\d{1,2}:.*)?\Z")
_COMPACT = re.compile(r"(19|20|21)(\d{2})(\d{2})(\d{2})\Z")
_NO_YEAR = re.compile(rf"(?:--|{dates.NO_YEAR}-)(\d{{2}})-?(\d{{2}})\Z|(\d{{1,2}})\.\s?(\d{{1,2}})\.\Z")
_DAY_MONTH = re.compile(
    r"(?:\w+,\s*)?(\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?[\s-]*(?:de\s+|of\s+)?([^\W\d_]+)\.?[\s,-]*(?:de\s+|del\s+)?(\d{4}|\d{2})\b"
)
_MONTH_DAY = re.compile(r"(?:\w+,\s*)?([^\W\d_]+)\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
# Excel counts days from here; day 60 is a 29 February 1900 that never was.
_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_LONGEST = 60
_SERIALS = range(1, 110_000)
_MONTHS = (
    "jan januar january janvier enero gennaio januari styczeń stycznia janv ene gen sty jänner",
    "feb februar february février febrero febbraio februari luty lutego févr fevrier",
    "mar mär märz march mars marzo maart marzec marca mrz maerz",
    "apr april avril abril aprile kwiecień kwietnia avr abr kwi",
    "may mai mayo maggio mei maj maja mag",
    "jun juni june juin junio giugno czerwiec czerwca giu cze",
    "jul juli july juillet julio luglio lipiec lipca lug lip juil",
    "aug august août agosto augustus sierpień sierpnia aout ago sie",
    "sep sept september septembre septiembre settembre wrzesień września set wrz",
    "oct okt october oktober octobre octubre ottobre październik października ott paź",
    "nov november novembre noviembre listopad listopada lis",
    "dec dez december dezember décembre diciembre dicembre grudzień grudnia dic déc gru",
)
_MONTH_OF = {name: month for month, names in enumerate(_MONTHS, 1) for name in names.split()}


def _make(written_year: str, month: int, day: int, *, past: bool = False) -> date | None:
    year = int(written_year)
    if len(written_year) == 2:
        this_year = dates.today().year
        century = this_year - this_year % 100
        year += century if year <= this_year % 100 + (0 if past else 20) else century - 100
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if dates.is_plausible(found) else None


def parse_day(value: object, order: str = "dmy", *, past: bool = False, since_1904: bool = False) -> date | None:
    """Read a day; `order` ("dmy" or "mdy") decides where the value alone does not.

    A number is a day as Excel counts them. `past` is for birthdays: "04/05/75" is then never 2075, and a day without a
    year ("--05-14", "14.05.") has the year `dates.NO_YEAR`.
    Returns None for what is no day between 1900 and 2199.
    """
    if isinstance(value, datetime):
        return value.date() if dates.is_plausible(value.date()) else None
    if isinstance(value, date):
        return value if dates.is_plausible(value) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(int(value), since_1904=since_1904)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    return _from_text(value.strip(), order, past=past, since_1904=since_1904)


def _from_serial(serial: int, *, since_1904: bool) -> date | None:
    if serial not in _SERIALS:
        found = _COMPACT.match(str(serial))
        return _make(found[1] + found[2], int(found[3]), int(found[4])) if found else None
    return (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(days=serial)


def _from_text(text: str, order: str, *, past: bool, since_1904: bool) -> date | None:
    if past and (no_year := _NO_YEAR.match(text)):
        return _without_year(int(no_year[1] or no_year[4]), int(no_year[2] or no_year[3]))
    found = _NUMERIC.match(text)
    if found:
        first, mark, second, year = int(found[1]), found[2], int(found[3]), found[4]
        month_first = second > 12 or (order == "mdy" and mark != "." and first <= 12)
        return _make(year, first, second, past=past) if month_first else _make(year, second, first, past=past)
    found = _ISO.match(text)
    if found:
        return _make(found[1], int(found[2]), int(found[3]))
    found = _COMPACT.match(text)
    if found:
        return _make(found[1] + found[2], int(found[3]), int(found[4]))
    if text.isdecimal() and len(text) == 5:
        return _from_serial(int(text), since_1904=since_1904)
    return _with_month_name(text, past=past)


def _without_year(month: int, day: int) -> date | None:
    try:
        return date(dates.NO_YEAR, month, day)
    except ValueError:
        return None


def _with_month_name(text: str, *, past: bool) -> date | None:
    found = _DAY_MONTH.match(text)
    if found and (month := _MONTH_OF.get(found[2].lower())):
        return _make(found[3], month, int(found[1]), past=past)
    found = _MONTH_DAY.match(text)
    if found and (month := _MONTH_OF.get(found[1].lower())):
        return _make(found[3], month, int(found[2]), past=past)
    return None


@dataclass(frozen=True)
class DayOrder:
    """What a whole column says about the order of its days and months.

    `doubtful` counts the values that fit both ways.
    """

    order: str
    proved: bool
    doubtful: int
    example: str = ""
    day_first: int = 0
    month_first: int = 0

    @classmethod
    def of(cls, values: Iterable[object], default: str = "dmy") -> DayOrder:
        """Look at every text of the column; real dates of the spreadsheet need nothing."""
        day_first = month_first = doubtful = 0
        example = ""
        for value in values:
            found = _NUMERIC.match(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST else None
            if found is None or found[2] == ".":
                continue
            first, second = int(found[1]), int(found[3])
            day_first += first > 12
            month_first += second > 12
            if first <= 12 and second <= 12 and first != second:
                doubtful += 1
                example = example or found[0]
        return cls._decide(day_first, month_first, doubtful, example, default)

    @classmethod
    def sum(cls, parts: Iterable[DayOrder], default: str = "dmy") -> DayOrder:
        """What several stretches of a column say together."""
        known = list(parts)
        day_first, month_first = sum(p.day_first for p in known), sum(p.month_first for p in known)
        doubtful = sum(p.doubtful for p in known)
        return cls._decide(day_first, month_first, doubtful, next((p.example for p in known if p.example), ""), default)

    @classmethod
    def _decide(cls, day_first: int, month_first: int, doubtful: int, example: str, default: str) -> DayOrder:
        order = default if day_first == month_first else "dmy" if day_first > month_first else "mdy"
        return cls(order, day_first != month_first or not doubtful, doubtful, example, day_first, month_first)

    @property
    def tells(self) -> bool:
        """Whether some value fits one order alone."""
        return self.day_first != self.month_first

    @property
    def asks(self) -> bool:
        """Whether the user should be asked: values fit both ways and nothing, or both, is proved."""
        return bool(self.doubtful) and (not self.proved or bool(self.day_first and self.month_first))


def share_of_days(values: Iterable[object]) -> float:
    """How many of the filled values are days written as such (bare numbers do not count): between 0 and 1."""
    filled = [v for v in values if v not in {"", None}]
    return sum(1 for v in filled if _written_as_day(v)) / len(filled) if filled else 0.0


def _written_as_day(value: object) -> bool:
    if isinstance(value, date):
        return True
    return isinstance(value, str) and not value.strip().isdecimal() and parse_day(value) is not None
