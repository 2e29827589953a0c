"""Finding the table in a sheet: its heading under title lines, its columns, and the rows that are none.

A sheet as people keep them has a title, a blank line, one or two rows of headings, the rows, a total, a footnote.
Rows that are left out are reported with the reason; nothing is lost silently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.exchange import headings
from crm_desktop.exchange.amounts import parse_amount
from crm_desktop.exchange.days import parse_day
from crm_desktop.exchange.values import EMAIL, Cell, as_text

HEAD_ROWS = 80
_LOOK_FOR_HEADING = 40
_TOTALS = re.compile(
    r"(?:zwischen|gesamt|end)?summe[n]?|gesamt(?:betrag|summe)?|insgesamt|anzahl|(?:sub|grand )?total[s]?|sum|count|"
    r"somme|totale|totaal|razem|suma|saldo|ubertrag|carried forward"
)
# "Summe", "Zwischensumme Alt", "GESAMT 7 Mitglieder".
_TOTAL_CELL = re.compile(rf"(?:{_TOTALS.pattern})\b\s*:?\s*(?:\S{{1,12}}|\d+\s+\S{{1,20}}(?:\s+\S{{1,20}})?)?\Z")
# What no name of somebody holds: signs of a heading ("ausgetreten 2025:") or of a remark ("!! zahlt nicht !!").
# Letters of an address book ("B", "S - Z") are nobody either.
_NO_NAME = re.compile(r"[!?=*#…<>]|:\s*\Z|\d|\.\.\.")
_LETTERS = re.compile(r"[-–\s]*\w(?:\s*[-–/,]\s*\w)*[-–\s.]*\Z")
_LONGEST_NAME = 6
# What a field is called within a program: the name of its record, and its own.
_KEY = re.compile(r"([A-Za-z]\w*)\.([A-Za-z_]\w*)")
_FEWEST_KEYS = 3
# From so many columns on a table is wide, also where headings between its rows make the usual row look short.
_WIDE = 5
_DIGITS = re.compile(r"\d+")
_CUT_WORD = re.compile(r"(?<=[^\W\d_])[-\u00ad]\s*\n\s*(?=[a-zäöüß])|(?<=[A-ZÄÖÜ])[-\u00ad]\s*\n\s*(?=[A-ZÄÖÜ]{2})")
# How a line below a table begins that says something about it.
_NOTE = re.compile(
    r"[*†¹²(]|(?:stand|quelle|hinweis|anmerkung|erstellt|gedruckt|ausgedruckt|seite|alle angaben|alle preise|as of|source|"
    r"notes?|printed|generated|exported|created|page|etat au|remarque|edite le|imprime|fuente|nota|impreso|stampato|"
    r"aggiornato|bron|afgedrukt|zrodlo|uwaga|wydrukowano)\b\s*[:.\d]"
)
_TOTAL_STARTS = frozenset(
    ("sum", "tot", "ges", "zwi", "sub", "end", "anz", "cou", "som", "raz", "sal", "ins", "gra", "übe", "car")
)


@dataclass(frozen=True)
class Column:
    """A column of the table. `index` counts within the rows read, `letter` names it as the spreadsheet does.

    `meaning` is the heading without what all headings have in common.
    """

    index: int
    letter: str
    label: str
    meaning: str = ""

    def __post_init__(self) -> None:
        """Let a heading mean what it says, unless it is said otherwise."""
        if not self.meaning:
            object.__setattr__(self, "meaning", self.label)


@dataclass(frozen=True)
class Skipped:
    """A row that is left out, by its number in the file, and why."""

    row: int
    reason: str
    value: str = ""


@dataclass
class Layout:
    """Where the table is: `header_row` is 1-based, 0 = there is none; data starts at `first_row`."""

    header_row: int
    first_row: int
    columns: list[Column]
    skipped: list[Skipped] = field(default_factory=list)
    # The format of the file names the columns, as that of address cards does.
    is_of_format: bool = False
    # All headings, also those of columns that turn out to be empty: they name the layout of the file.
    headings: list[str] = field(default_factory=list)

    @property
    def has_headings(self) -> bool:
        """Whether the columns have names, be it in a row of the file or by its format."""
        return self.header_row > 0 or self.is_of_format

    @property
    def labels(self) -> list[str]:
        """The headings of the columns, all different."""
        return [column.label for column in self.columns]

    @property
    def meanings(self) -> list[str]:
        """The headings without what all of them have in common."""
        return [column.meaning for column in self.columns]


def letter(index: int) -> str:
    """The name of a column in a spreadsheet: 0 is "A", 26 is "AA"."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def find_layout(rows: Sequence[Sequence[Cell]], left: int = 0, header_row: int | None = None) -> Layout:
    """Find the table in the first rows of a sheet.

    Args:
        rows: the first rows, from the first row of the file on.
        left: the number of empty columns left of them.
        header_row: the row of the headings if the user says it (1-based, 0 = none).
    """
    if header_row is None:
        header_row = _find_heading(rows)
    labels = _labels(rows, header_row)
    width = max((len(row) for row in rows), default=0)
    used = [i for i in range(width) if labels.get(i) or any(_is_filled(row, i) for row in rows[header_row:])]
    columns = [Column(i, letter(left + i), labels.get(i) or letter(left + i)) for i in used]
    skipped = [
        Skipped(number, _("Stands above the table"), _joined(row))
        for number, row in enumerate(rows[: max(header_row - 1, 0)], 1)
        if any(as_text(cell) for cell in row) and not _is_group_heading(rows, number, header_row)
    ]
    at = _second_table(rows, header_row, columns)
    if at:
        aside = ", ".join(column.label for column in columns[at:])
        skipped.append(Skipped(header_row, _("A second table beside this one; it is left out"), aside[:200]))
        columns = columns[:at]
    columns = [c for c in _all_different(columns) if not headings.is_ours(c.label)]
    meanings = headings.without_common_word([column.label for column in columns])
    columns = [
        replace(column, meaning=_without_group(rows, header_row, column, said))
        for column, said in zip(columns, meanings, strict=True)
    ]
    first_row = header_row + 1
    if header_row and len(rows) > header_row and _are_keys(rows[header_row]):
        first_row += 1
        skipped.append(Skipped(header_row + 1, _("The headings again"), _joined(rows[header_row])))
    return Layout(header_row, first_row, columns, skipped, headings=[column.label for column in columns])


def _are_keys(row: Sequence[Cell]) -> bool:
    """Whether a row names the columns once more as a program does within: "Party.name", "Party.email"."""
    texts = [text for cell in row if (text := as_text(cell))]
    keys = [found for text in texts if (found := _KEY.fullmatch(text))]
    return (
        len(texts) >= _FEWEST_KEYS and len(keys) == len(texts) and len({found[1] for found in keys}) <= len(keys) // 2
    )


def _second_table(rows: Sequence[Sequence[Cell]], header_row: int, columns: Sequence[Column]) -> int:
    """Where among the columns, behind an empty one, the same headings come again; 0 for nowhere."""
    if not 0 < header_row <= len(rows):
        return 0
    own = [headings.normalise(_at(rows[header_row - 1], column.index)) for column in columns]
    for at in range(2, len(columns)):
        left, right = set(own[:at]) - {""}, set(own[at:]) - {""}
        is_apart = columns[at].index > columns[at - 1].index + 1
        if is_apart and len(left & right) >= max(2, 0.6 * min(len(left), len(right))):
            return at
    return 0


def _without_group(rows: Sequence[Sequence[Cell]], header_row: int, column: Column, said: str) -> str:
    """The heading of a column without the group above it, where only so it is known: "Stammkunden Name" is "Name"."""
    own = _at(rows[header_row - 1], column.index) if 0 < header_row <= len(rows) else ""
    grouped = own and column.label != own and column.label.endswith(own) and not headings.is_known(said)
    return own if grouped and not headings.speaks_of_others(column.label) else said


def layout_of_format(headings: Sequence[str]) -> Layout:
    """The table of a format whose columns are always the same: no row of headings, data from the first row on."""
    columns = [Column(index, letter(index), label) for index, label in enumerate(headings)]
    return Layout(0, 1, columns, is_of_format=True, headings=list(headings))


def _is_filled(row: Sequence[Cell], index: int) -> bool:
    return index < len(row) and row[index] is not None and as_text(row[index]) != ""


def _joined(row: Sequence[Cell]) -> str:
    return " · ".join(text for cell in row if (text := as_text(cell)))[:200]


def _all_different(columns: list[Column]) -> list[Column]:
    seen: dict[str, int] = {}
    named = []
    for column in columns:
        key = column.label.casefold()
        seen[key] = seen.get(key, 0) + 1
        label = column.label if seen[key] == 1 else f"{column.label} ({seen[key]})"
        named.append(Column(column.index, column.letter, label))
    return named


def _find_heading(rows: Sequence[Sequence[Cell]]) -> int:
    """The row of the headings (1-based), or 0 if the data starts without any."""
    typical = _typical_fill(rows)
    best, best_score = 0, 0.0
    for number, row in enumerate(rows[:_LOOK_FOR_HEADING], 1):
        filled = [(i, cell) for i, cell in enumerate(row) if _is_filled(row, i)]
        if not filled or len(filled) < min(typical, 2) or len(filled) < 0.4 * typical:
            continue
        score = _heading_score(filled, rows[number:], typical)
        if score > best_score:
            best, best_score = number, score
        if _looks_like_data(filled) and best:
            break
    return _below_groups(rows, best)


def _below_groups(rows: Sequence[Sequence[Cell]], best: int) -> int:
    """The row of the headings where the one found groups those right below it: "Contact" over "Phone" and "Mail"."""
    if not best or best >= len(rows):
        return best
    above, below = rows[best - 1], rows[best]
    filled = [(i, cell) for i, cell in enumerate(below) if _is_filled(below, i)]
    known = sum(1 for _i, cell in filled if headings.is_known(as_text(cell)))
    new = sum(1 for i, cell in filled if headings.normalise(_at(above, i)) != headings.normalise(as_text(cell)))
    lone = sum(1 for i, _cell in filled if not _is_filled(above, i))
    words = all(isinstance(cell, str) and not _is_value(cell) for _i, cell in filled)
    groups = words and known >= max(2, 0.6 * len(filled)) and new > 0.6 * len(filled) and lone > 0
    return best + 1 if groups and _is_group_heading(rows, best, best + 1) else best


def _at(row: Sequence[Cell], index: int) -> str:
    return as_text(row[index]) if _is_filled(row, index) else ""


def _typical_fill(rows: Sequence[Sequence[Cell]]) -> float:
    counts = [n for row in rows if (n := sum(1 for i in range(len(row)) if _is_filled(row, i)))]
    # Title lines are short: the longer half of the rows is the table.
    return median(sorted(counts)[len(counts) // 2 :]) if counts else 0


def _looks_like_data(filled: list[tuple[int, Cell]]) -> bool:
    return sum(1 for _i, cell in filled if _is_value(cell)) * 3 > len(filled)


def _is_value(cell: Cell) -> bool:
    """Whether a cell holds a value rather than a word: a number, day, e-mail address or amount."""
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    if len(text) > 60:
        return True
    if any(c.isdecimal() for c in text):
        return parse_amount(text) is not None or parse_day(text) is not None
    return bool(EMAIL.search(text))


def _heading_score(filled: list[tuple[int, Cell]], below: Sequence[Sequence[Cell]], typical: float) -> float:
    labels = [as_text(cell) for _i, cell in filled]
    known = sum(1 for label in labels if headings.is_known(label))
    values = sum(1 for _i, cell in filled if _is_value(cell))
    if (values > len(filled) // 3 and known < values) or (values and not known):
        return 0.0
    if len(set(labels)) < len(labels) * (0.4 if known > 0.8 * len(labels) else 0.6):
        return 0.0
    differs = sum(1 for i, _cell in filled if any(_is_filled(row, i) and _is_value(row[i]) for row in below[:8]))
    # A second table below may have the same headings.
    others = [row for row in below[:60] if [_at(row, i) for i, _cell in filled] != labels]
    repeats = sum(1 for i, cell in filled if any(i < len(row) and row[i] == cell for row in others))
    if not known and (repeats or not below or _is_like_below(filled, below)):
        return 0.0
    return 3 * known + 2 * differs + min(len(filled), typical) / 2 - 3 * values - 2 * repeats


def _is_like_below(filled: list[tuple[int, Cell]], below: Sequence[Sequence[Cell]]) -> bool:
    """Whether a row of unknown words has digits where the rows below have them: it is one of them then."""
    if len({_DIGITS.sub("", as_text(cell)) for _i, cell in filled}) <= max(1, len(filled) // 2):
        # "Field1", "Field2" are numbered headings.
        return False
    for i, cell in filled:
        cells = [text for row in below[:20] if (text := _at(row, i))]
        numbered = sum(1 for text in cells if any(map(str.isdecimal, text)))
        if any(map(str.isdecimal, as_text(cell))) and cells and numbered > 0.8 * len(cells):
            return True
    return False


def _labels(rows: Sequence[Sequence[Cell]], header_row: int) -> dict[int, str]:
    """Label of each column by its index; a row of group headings above helps where labels repeat or are missing."""
    if not header_row or header_row > len(rows):
        return {}
    row = rows[header_row - 1]
    labels = {i: _label(cell) for i, cell in enumerate(row) if _is_filled(row, i)}
    if not _is_group_heading(rows, header_row - 1, header_row):
        return labels
    above, group = rows[header_row - 2], ""
    twice = {label for label in labels.values() if list(labels.values()).count(label) > 1}
    for i in range(max(len(row), len(above))):
        group = as_text(above[i]) if _is_filled(above, i) else group
        if group.endswith("-") and _is_filled(above, i) and i in labels:
            # A word that was cut to fit into two lines.
            labels[i] = f"{group[:-1].strip()}{labels[i]}"
        elif i not in labels and _is_filled(above, i):
            labels[i] = group
        elif labels.get(i) in twice and group and group != labels[i]:
            labels[i] = f"{group} {labels[i]}"
    return labels


def _label(cell: Cell) -> str:
    """A heading as one line; a word that was cut to fit into two lines is whole again."""
    return as_text(_CUT_WORD.sub("", cell) if isinstance(cell, str) else cell).strip("\ufeff")


def _is_group_heading(rows: Sequence[Sequence[Cell]], number: int, header_row: int) -> bool:
    """Whether the row right above the headings groups them: at least two words, no values."""
    if number != header_row - 1 or number < 1:
        return False
    cells = [cell for cell in rows[number - 1] if as_text(cell)]
    return len(cells) >= 2 and all(isinstance(cell, str) and not _is_value(cell) and len(cell) < 30 for cell in cells)


def may_be_name(text: str) -> bool:
    """Whether a text that stands alone in its row may name somebody, and is no heading or remark."""
    if EMAIL.search(text):
        return True
    words = text.split()
    return (
        not _NO_NAME.search(text)
        and not _LETTERS.match(text)
        and len(words) <= _LONGEST_NAME
        and (len(words) < 3 or any(w[0].isupper() for w in words))
    )


def starts_alike(cell: Cell, label: str) -> bool:
    """Whether a cell may repeat a heading: a quick look before the closer one."""
    return isinstance(cell, str) and cell[:3].lower() == label[:3].lower()


@dataclass
class Sieve:
    """Decides which rows below the heading are records.

    `usual` is how many cells a row usually has filled; `always` are the indexes of columns that are practically always
    filled; `typed` those of them that always hold a number or a day; `names` those that hold who or what the row is about.
    """

    layout: Layout
    usual: float
    always: frozenset[int]
    typed: frozenset[int]
    names: frozenset[int]

    def reason_to_skip(self, row: Sequence[Cell]) -> str | None:
        """Why a row is no record; None if it is one, "" for an empty row."""
        filled = [i for i, cell in enumerate(row) if cell != "" and cell is not None and as_text(cell)]
        if not filled:
            return ""
        first = as_text(row[filled[0]])
        if self._is_total(first, filled):
            return _("A line of totals")
        if self.are_headings(row):
            return _("The headings again")
        if len(filled) == 1 and self._says_nobody(first, filled[0]):
            return _("A heading or a note, not a record")
        if (self.usual >= 3 and len(filled) == 1 and _NOTE.match(fold(first))) or self._is_note(row, filled):
            return _("A heading or a note, not a record")
        return None

    def _says_nobody(self, text: str, place: int) -> bool:
        """Whether a text that stands alone in a row of a wide table is none of the records."""
        if place not in self.names:
            return self.usual >= 3
        wide = self.usual >= 3 or len(self.layout.columns) >= _WIDE
        return wide and not may_be_name(text)

    def are_headings(self, row: Sequence[Cell]) -> bool:
        """Whether a row repeats the headings, be it in another spelling ("Default Account", "defaultAccount")."""
        cells = [as_text(row[c.index]) for c in self.layout.columns if c.index < len(row)]
        labels = self.layout.labels
        if cells == labels:
            return True
        filled = [(cell, label) for cell, label in zip(cells, labels, strict=False) if cell]
        if not self.layout.header_row or len(filled) < 3 or not starts_alike(filled[0][0], filled[0][1]):
            return False
        alike = sum(1 for cell, label in filled if headings.normalise(cell) == headings.normalise(label))
        return alike >= 0.8 * len(filled)

    def _is_total(self, first: str, filled: list[int]) -> bool:
        if len(filled) > max(2.0, 0.7 * self.usual) or first[:3].lower() not in _TOTAL_STARTS:
            return False
        return bool(_TOTAL_CELL.match(fold(first)))

    def _is_note(self, row: Sequence[Cell], filled: list[int]) -> bool:
        """A short row in a table that is otherwise full, without the numbers and days that every record has."""
        if len(filled) > 0.35 * self.usual or len(self.always) < 3:
            return False
        missing = sum(1 for i in self.always if i not in filled)
        typed = [i for i in filled if i in self.typed and not isinstance(row[i], int | float | date)]
        lone = len(filled) == 1 and len(self.always) >= 5 and bool(self.typed)
        return missing >= 0.6 * len(self.always) and (bool(typed) or lone or not self.names.intersection(filled))
