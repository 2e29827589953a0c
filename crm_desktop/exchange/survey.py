"""Looking at a whole sheet once, before anything is decided: what each column holds, from the first row to the last.

One value rarely proves the order of day and month or the decimal sign; a whole column does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from crm_desktop.core.errors import UserError
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import countries
from crm_desktop.exchange.amounts import DecimalSign, share_of_amounts
from crm_desktop.exchange.days import DayOrder, share_of_days
from crm_desktop.exchange.reading import Batch, Sheet, Source
from crm_desktop.exchange.reading_child import BATCH_ROWS
from crm_desktop.exchange.tables import HEAD_ROWS, Layout, Sieve, find_layout, layout_of_format
from crm_desktop.exchange.values import (
    EMAIL,
    Cell,
    as_text,
    clean_iban,
    is_empty,
    looks_like_phone,
    looks_like_vat_id,
    parse_bool,
)

_SAMPLE = 400
# So many cells prove what a column holds; of a longer sheet the rest is only counted.
ENOUGH_CELLS = 600_000
# Texts of so many signs prove as much.
ENOUGH_SIGNS = 40_000_000
# Sheets of a file that are looked at before one is proposed, and their rows together.
MOST_SHEETS, MOST_ROWS = 200, 1_200_000
# Enough of a long note to see what it is; patterns are not run over megabytes.
_LONGEST = 200
# Cells that hold nothing, as people and databases write it.
_NOTHING = ("", None, "NULL", "-")
_PHONE_DIGITS = 5
_POSTCODE_LENGTHS = range(4, 9)


@dataclass
class Profile:
    """What one column holds. Shares lie between 0 and 1 and count filled cells only."""

    filled: int = 0
    numbers: int = 0
    days: int = 0
    sample: list[Cell] = field(default_factory=list)
    day_order: DayOrder = field(default_factory=lambda: DayOrder("dmy", proved=True, doubtful=0))
    decimal_sign: DecimalSign = field(default_factory=lambda: DecimalSign(".", proved=True, doubtful=0))
    shares: dict[str, float] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """The sample as texts."""
        return [as_text(value) for value in self.sample]

    def examples(self, count: int = 3) -> list[str]:
        """A few different values as the user sees them."""
        return list(dict.fromkeys(text for text in self.texts() if text))[:count]


@dataclass
class Survey:
    """The table of a sheet, what its columns hold, and how many rows lie below the heading."""

    sheet: Sheet
    layout: Layout
    profiles: list[Profile]
    rows: int
    usual: float

    def profile(self, index: int) -> Profile:
        """The profile of the column that has this index within the rows read."""
        return next(p for c, p in zip(self.layout.columns, self.profiles, strict=True) if c.index == index)

    def sieve(self, names: frozenset[int]) -> Sieve:
        """What tells records from totals and notes, given the columns that hold names."""
        pairs = list(zip(self.layout.columns, self.profiles, strict=True))
        most = 0.7 * self.rows if self.rows > 5 else self.rows
        always = frozenset(c.index for c, p in pairs if self.rows and p.filled >= most)
        typed = frozenset(c.index for c, p in pairs if c.index in always and p.numbers + p.days >= 0.8 * p.filled)
        return Sieve(self.layout, self.usual, always, typed, names)


def first_of(source: Source, sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """The sheets of a file that are looked at: all of them, unless there are hundreds or they are very long together."""
    rows = 0
    for sheet in sheets[:MOST_SHEETS]:
        yield sheet
        with contextlib.suppress(UserError):  # who looks at a damaged sheet is told so
            rows += source.count(sheet)
        if rows > MOST_ROWS:
            return


def look(source: Source, sheet: Sheet, header_row: int | None = None) -> Layout:
    """Find the table of a sheet by its first rows."""
    if source.known_headings:
        return layout_of_format(source.known_headings)
    head = [[_clipped(cell) for cell in row] for row in source.head(sheet, HEAD_ROWS)]
    return find_layout(head, source.left(sheet), header_row)


def _clipped(cell: Cell) -> Cell:
    return cell[:_LONGEST] if isinstance(cell, str) and len(cell) > _LONGEST else cell


def survey(source: Source, sheet: Sheet, layout: Layout, locale: Locale, progress: Progress) -> Survey:
    """Look at all rows of a sheet; of a very long one at the first rows, the others are counted by their lines.

    Raises:
        Cancelled: the user asked to stop.
    """
    tallies = [_Tally(locale) for _column in layout.columns]
    fills: list[int] = []
    rows = signs = 0
    for batch in source.rows(sheet):
        progress(batch.first_row, 0, "")
        columns, size = below_heading(batch, layout)
        if not size:
            continue
        for tally, values in zip(tallies, columns, strict=True):
            tally.add(values)
        counts = [n for row in zip(*columns, strict=True) if (n := len(row) - row.count("") - row.count(None))]
        rows += len(counts)
        if len(fills) < 20_000:
            fills.extend(counts)
        if batch.size < BATCH_ROWS:  # ended early, as batches of long texts do
            signs += sum(len(value) for values in columns for value in values if isinstance(value, str))
        if (batch.first_row + batch.size) * len(columns) > ENOUGH_CELLS or signs > ENOUGH_SIGNS:
            rows = max(rows, source.count(sheet) - layout.first_row + 1)
            break
    source.look_for_hidden(sheet)
    _drop_empty(layout, tallies)
    profiles = [tally.profile() for tally in tallies]
    return Survey(sheet, layout, profiles, rows, median(fills) if fills else 0)


def below_heading(batch: Batch, layout: Layout) -> tuple[list[list[Cell]], int]:
    """The columns of the table in a batch, without the rows above the data, and how many rows remain."""
    start = max(0, layout.first_row - batch.first_row)
    size = max(0, batch.size - start)
    empty: list[Cell] = [""] * size
    found = [batch.columns[c.index][start:] if c.index < len(batch.columns) else empty for c in layout.columns]
    return found, size


def _drop_empty(layout: Layout, tallies: list[_Tally]) -> None:
    """Forget columns that have a heading but never a value."""
    kept = [i for i, tally in enumerate(tallies) if tally.filled]
    layout.columns = [layout.columns[i] for i in kept]
    tallies[:] = [tallies[i] for i in kept]


@dataclass(frozen=True)
class Locale:
    """What is meant where nothing proves it: order of day and month, decimal sign, country of plain postcodes."""

    day_order: str = "dmy"
    decimal_sign: str = "."
    country: str = ""

    @classmethod
    def of(cls, country: str, language: str) -> Locale:
        """What people in a country mean; the language decides where the country is not known."""
        dots = country in {"US", "GB", "IE", "AU", "NZ", "CA", "IN", "CH", "LI", "JP", "CN", "KR", "TH", "IL", "MX"}
        by_language = not country and language == "en"
        return cls("mdy" if country == "US" else "dmy", "." if dots or by_language else ",", country)


class _Tally:
    """Collects the evidence of one column."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self.filled = self._numbers = self._days = 0
        self._sample: list[Cell] = []
        self._day_orders: list[DayOrder] = []
        self._signs: list[DecimalSign] = []
        self._dates_likely = self._amounts_likely = False

    def add(self, values: list[Cell]) -> None:
        kinds = set(map(type, values))
        self.filled += len(values) - sum(map(values.count, _NOTHING))
        if kinds != {str}:
            self._numbers += sum(1 for v in values if isinstance(v, int | float) and not isinstance(v, bool))
            self._days += sum(1 for v in values if isinstance(v, date))
        if len(self._sample) < _SAMPLE:
            room = _SAMPLE - len(self._sample)
            found = [v for v in values if v not in _NOTHING][:room]
            self._sample.extend(map(_clipped, found))
            self._dates_likely = share_of_days(self._sample) > 0.2
            doubtful = DecimalSign.of(self._sample).doubtful > 0.2 * len(self._sample)
            self._amounts_likely = doubtful or share_of_amounts(self._sample) > 0.2
        if str in kinds and self._dates_likely:
            self._day_orders.append(DayOrder.of(values, self._locale.day_order))
        if str in kinds and self._amounts_likely:
            self._signs.append(DecimalSign.of(values, self._locale.decimal_sign))

    def profile(self) -> Profile:
        return Profile(
            self.filled,
            self._numbers,
            self._days,
            self._sample,
            DayOrder.sum(self._day_orders, self._locale.day_order),
            DecimalSign.sum(self._signs, self._locale.decimal_sign),
            _shares(self._sample),
        )


def _shares(sample: list[Cell]) -> dict[str, float]:
    """How much of the sample is an e-mail address, phone number and so on."""
    texts = [text for text in map(as_text, sample) if not is_empty(text)]
    if not texts:
        return {}
    found = {
        "email": sum(1 for t in texts if EMAIL.search(t)),
        "phone": sum(1 for t in texts if looks_like_phone(t)),
        "iban": sum(1 for t in texts if len(t) > 14 and clean_iban(t)),
        "vat_id": sum(1 for t in texts if looks_like_vat_id(t)),
        "country": sum(1 for t in texts if len(t) > 1 and countries.country_code(t)) if _few(texts) else 0,
        "postcode": sum(
            1 for t in texts if len(t) in _POSTCODE_LENGTHS and sum(map(str.isdecimal, t)) >= 3 and "." not in t
        ),
        "bool": sum(1 for t in texts if parse_bool(t) is not None),
        "reach": sum(1 for t in texts if "@" in t and sum(map(str.isdecimal, EMAIL.sub("", t))) > _PHONE_DIGITS),
        "spaced": sum(1 for t in texts if " " in t),
        "code": sum(1 for t in texts if " " not in t and any(map(str.isdecimal, t)) and len(t) <= 20),
        "wordy": sum(1 for t in texts if sum(map(str.isalpha, t)) > 0.6 * len(t)),
        "lettered": sum(1 for t in texts if sum(map(str.isalpha, t)) > max(1, sum(map(str.isdecimal, t)))),
    }
    shares = {name: count / len(texts) for name, count in found.items()}
    shares["distinct"] = len(set(texts)) / len(texts)
    shares["day"] = share_of_days(sample)
    shares["amount"] = share_of_amounts(sample)
    return shares


def _few(texts: Sequence[str]) -> bool:
    return len(set(texts)) <= 120
