"""What an import did, or would do: counts, changes, rows left out, cells to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, starmap
from typing import Any

MOST_NOTES = 50_000
# Row, column, value, reason.
NoteParts = tuple[int, str, str, str]


@dataclass(frozen=True)
class Note:
    """Something to look at: the row of the file (1-based), the column, what stands there, and what becomes of it.

    Row 0 means the whole file or column; an empty column means the whole row.
    """

    row: int
    column: str
    value: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        """The note in the stable shape of `import --json`."""
        return {"row": self.row, "column": self.column or None, "value": self.value, "reason": self.reason}


@dataclass(frozen=True)
class Added:
    """A record that is new: its row, its name, and what else tells it from others."""

    row: int
    name: str
    told: str


@dataclass(frozen=True)
class Change:
    """One field of a record that is there already: what it was and what it becomes."""

    row: int
    record: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Doubt:
    """A row that means, or may mean, a customer who is there: why (`deciding.CHANGED`, `MAYBE`) and what becomes of it."""

    row: int
    case: str
    name: str
    known: str
    act: str


@dataclass
class Outcome:
    """Collects what happens to the rows while they are read; with `lists_new` also which records are new.

    `sifted` are the rows that are left out because they look like no records, and can be taken in all the same.
    """

    lists_new: bool = False
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    skipped: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    new: dict[str, list[Added]] = field(default_factory=dict)
    sifted: set[int] = field(default_factory=set)

    def add(self, kind: str, row: int, name: str, *told: object) -> None:
        """A record is new."""
        self.created[kind] += 1
        if self.lists_new:
            self.note_new(kind, row, name, *told)

    def note_new(self, kind: str, row: int, name: str, *told: object) -> None:
        """Note which record is new."""
        listed = self.new.setdefault(kind, [])
        if len(listed) < MOST_NOTES:
            listed.append(Added(row, name, " · ".join(str(part) for part in told if part)))

    def skip(self, row: int, column: str, value: str, reason: str) -> None:
        """A row is left out."""
        if len(self.skipped) < MOST_NOTES:
            self.skipped.append(Note(row, column, value, reason))

    def warn(self, row: int, column: str, value: str, reason: str) -> None:
        """A cell was left empty, mended, or wants a look."""
        if len(self.warnings) < MOST_NOTES:
            self.warnings.append(Note(row, column, value, reason))

    def note(self, skipped: Iterable[NoteParts], warned: Iterable[NoteParts]) -> None:
        """Many rows that are left out and many cells that want a look, as for `skip` and `warn`."""
        for notes, parts in ((self.skipped, skipped), (self.warnings, warned)):
            notes.extend(starmap(Note, islice(parts, max(MOST_NOTES - len(notes), 0))))

    def doubt(self, row: int, case: str, name: str, known: str, act: str) -> None:
        """A row about which the user may decide."""
        if len(self.doubts) < MOST_NOTES:
            self.doubts.append(Doubt(row, case, name, known, act))

    def change(self, row: int, record: str, name: str, old: object, new: object) -> None:
        """A field of a known record changes."""
        if len(self.changes) < MOST_NOTES:
            self.changes.append(Change(row, record, name, _in_words(old), _in_words(new)))


def _in_words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


@dataclass(frozen=True)
class ImportResult:
    """The result of an import or of its dry run (`import_id` None: nothing was written)."""

    import_id: int | None
    file_name: str
    format: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: int
    kind: str
    mapping: dict[str, str]
    rows: int
    outcome: Outcome

    def as_json(self) -> dict[str, Any]:
        """The result in the stable shape of `import --json`."""
        return {
            "import_id": self.import_id,
            "format": self.format,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet or None,
            "header_row": self.header_row,
            "kind": self.kind,
            "mapping": self.mapping,
            "created": dict(self.outcome.created),
            "updated": dict(self.outcome.updated),
            "unchanged": dict(self.outcome.unchanged),
            "skipped": [note.as_json() for note in self.outcome.skipped],
            "warnings": [note.as_json() for note in self.outcome.warnings],
        }
