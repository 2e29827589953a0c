"""Customers as a workbook that is edited in Excel or LibreOffice and read back as a difference to be reviewed.

The first sheet shows one customer a row; its first two columns, the record and the fingerprint of what was written, are
hidden. A second, hidden sheet bears the mark of the program and what stood in every cell, so that reading back knows
which cells were changed there, and which records were changed here meanwhile. All cells are text: a postcode keeps its
zero, and what looks like a formula stays text.

`compare` gives the differences, `take_over` writes those that the owner wants, in one step.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_desktop.core import text
from crm_desktop.core.errors import Problem, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import custom_fields, customers
from crm_desktop.customers.customers import Customer
from crm_desktop.db import connection as db
from crm_desktop.exchange import broken_zip, cell_text, countries, days
from crm_desktop.exchange.edited_columns import LISTS, MARK, OWN, SHEET, columns

if TYPE_CHECKING:
    from crm_desktop.exchange.edited_sheet import Edited, Row

_MANY, _LARGEST_PART = 500, 2_000_000
_OLD_WORKBOOK, _LARGEST_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 40_000_000
CHANGE, CONFLICT, NEW, GONE = "change", "conflict", "new", "gone"


@dataclass(frozen=True)
class Difference:
    """One thing that the file says otherwise: a changed cell, a conflict with what was changed here, a new or a missing row.

    `was` stood in the file when it was written, `now` stands here, `wanted` stands in the file now.
    """

    kind: str
    row: int
    customer_id: int
    customer: str
    column: str = ""
    was: str = ""
    now: str = ""
    wanted: str = ""
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Review:
    """All differences of a file, how many customers are the same, and sentences about what was not read."""

    file_name: str
    differences: list[Difference]
    same: int
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """What was taken over: customers changed, added and moved to the bin; sentences about what could not be."""

    changed: int
    added: int
    deleted: int
    problems: list[str]


# ---- out -------------------------------------------------------------------------------------------------------------


def write(path: Path, ids: Iterable[int], progress: Progress | None = None) -> int:
    """Write these customers; gives how many.

    Raises:
        Problem: the file cannot be written.
        Cancelled: through `progress`; nothing was written.
    """
    from crm_desktop.exchange import edited_rows  # openpyxl is slow to import

    progress, wanted = progress or Progress(), list(ids)
    try:
        edited_rows.write(path, wanted, columns(), progress)
    except OSError as error:
        raise Problem(_("{file} cannot be written: {reason}.").format(file=path, reason=error.strerror)) from error
    return len(wanted)


def cells_maker(names: list[str]) -> Callable[[Customer], list[str]]:
    """Makes the cells of a customer, for these columns with those of the owner's own at the end."""
    plain = [name for name in names if not name.startswith(OWN)]
    own = [name.removeprefix(OWN) for name in names if name.startswith(OWN)]
    fields, no_own = attrgetter(*plain), [""] * len(own)
    odd = [(place, name) for place, name in enumerate(plain) if name in (*LISTS, "birthday")]

    def cells(customer: Customer) -> list[str]:
        found = list(fields(customer))
        for place, name in odd:
            found[place] = _cell_text(customer, name)
        custom = customer.custom
        return found + ([custom.get(name, "") for name in own] if custom else no_own)

    return cells


def _cell_text(customer: Customer, name: str) -> str:
    if name.startswith(OWN):
        return customer.custom.get(name.removeprefix(OWN), "")
    value = getattr(customer, name)
    if name in LISTS:
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def fingerprint(values: list[str]) -> str:
    """Tells two states of a row apart."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


# ---- in --------------------------------------------------------------------------------------------------------------


def is_marked(path: Path) -> bool:
    """Whether a workbook bears the mark; looks at the names of its sheets alone, in old workbooks at the mark itself."""
    try:
        # A pipe would wait for ever for its first byte, and a huge directory take a minute to be opened.
        if not path.is_file() or broken_zip.has_huge_directory(path):
            return False
        with path.open("rb") as file:
            head = file.read(8)
            if head == _OLD_WORKBOOK:
                return MARK.encode() in head + file.read(_LARGEST_OLD)
        with zipfile.ZipFile(path) as book:
            for name in ("xl/workbook.xml", "content.xml"):
                if name in book.namelist():
                    with book.open(name) as part:
                        return f'name="{SHEET}"'.encode() in part.read(_LARGEST_PART)
    except broken_zip.ERRORS:
        return False
    return False


def compare(path: Path, progress: Progress | None = None) -> Review:
    """What the file says otherwise than the records here.

    Raises:
        UserError: it is no workbook of this kind, or cannot be read.
        Cancelled: through `progress`.
    """
    from crm_desktop.exchange import edited_sheet

    progress = progress or Progress()
    edited = edited_sheet.read(path, progress)
    names, found, seen, same = edited.names, list[Difference](), set[int](), 0
    known = set(columns())
    for first in range(0, len(edited.rows), _MANY):
        progress(first, len(edited.rows), _("Checking {file}").format(file=path.name))
        some = edited.rows[first : first + _MANY]
        changed = {row.customer_id for row in some if row.customer_id and row.cells != edited.written[row.customer_id]}
        here = {customer.id: customer for customer in customers.many(sorted(changed))}
        for row in some:
            was = edited.written.get(row.customer_id)
            # A copied row bears the id of the one that it was copied from: the second is a new customer.
            if was is None or row.customer_id in seen:
                found += _new(row.number, names, row.cells, is_copy=was is not None)
                continue
            seen.add(row.customer_id)
            mine = [] if row.cells == was else list(_changes(row, (names, was), here.get(row.customer_id), known))
            found += mine
            same += not mine
    found += _gone([customer_id for customer_id in edited.written if customer_id not in seen])
    return Review(path.name, found, same, _notes(edited))


def _notes(edited: Edited) -> list[str]:
    """What was not read, in sentences."""
    said = []
    if edited.missing and edited.strange:
        words = _("Left alone, since these headings are gone from the file: {headings}.")
        said.append(words.format(headings=", ".join(edited.missing)))
    if edited.strange:
        words = _("Not read, since only columns with our headings are: {headings}.")
        said.append(words.format(headings=", ".join(edited.strange)))
    return said


def _changes(
    row: Row, before: tuple[list[str], list[str]], customer: Customer | None, known: set[str]
) -> Iterator[Difference]:
    names, was = before
    if customer is None or customer.deleted_at:
        name = was[names.index("company")] or was[names.index("last_name")]
        yield Difference(CONFLICT, row.number, row.customer_id, name, problem=_("This customer is no longer here."))
        return
    for place, name in enumerate(names):
        if row.cells[place] == was[place] or name not in known:
            continue
        wanted = _as_kept(name, row.cells[place])
        whole = _cell_text(customer, name)
        now = cell_text.tidy(whole)  # as a cell holds it
        if wanted in (now, was[place]):
            continue
        kind = CHANGE if now == was[place] else CONFLICT
        problem = _problem({name: wanted}, customer.id)
        if len(now) < len(whole) and now.endswith(cell_text.cut_words()):
            problem = _("This text is longer than a cell holds. Change it here.")
        yield Difference(kind, row.number, customer.id, customer.name, name, was[place], now, wanted, problem=problem)


def _new(row: int, names: list[str], cells: list[str], *, is_copy: bool) -> list[Difference]:
    given = {name: value for name, value in zip(names, cells, strict=True) if value}
    if is_copy:
        given.pop("number", None)
    if not given:
        return []
    shown = given.get("company") or text.tidy(f"{given.get('first_name', '')} {given.get('last_name', '')}")
    problem = _problem(given, None)
    return [Difference(NEW, row, 0, shown or given.get("email", ""), values=given, problem=problem)]


def _gone(missing: list[int]) -> list[Difference]:
    held = {row_id for (row_id,) in db.query(_HELD, [json.dumps(missing)])}
    found = []
    for first in range(0, len(missing), _MANY):
        for customer in customers.many(missing[first : first + _MANY]):
            if not customer.deleted_at:
                problem = customers.why_not_delete(customer.id) if customer.id in held else ""
                found.append(Difference(GONE, 0, customer.id, customer.name, problem=problem or ""))
    return found


_COMMA = re.compile(r"-?\d+,\d+")
# Who may not go to the bin; `customers.why_not_delete` says why.
_HELD = (
    "SELECT customer_id FROM document WHERE state = 'issued' AND customer_id IN (SELECT value FROM json_each(?1)) "
    "UNION SELECT customer_id FROM contract WHERE deleted_at IS NULL AND customer_id IN (SELECT value FROM json_each(?1))"
)
_ERROR = re.compile(r"#(?:DIV/0|N/A|NV|REF|BEZUG|NAME|VALUE|WERT|NUM|ZAHL|NULL|SPILL|ÜBERLAUF|CALC)[!?]?\Z")


def _problem(given: dict[str, str], customer_id: int | None) -> str:
    """Why these values cannot be kept, in a sentence; "" when they can."""
    if any(_ERROR.match(value) for value in given.values()):
        return _("An error of a formula in the file.")
    fields = _as_fields(given)
    if fields.get("country") and len(fields["country"]) != 2:
        return _("This is no country. Write its name or its two letters.")
    if given.get("birthday") and not isinstance(fields["birthday"], date):
        return _("This birthday is not a date. Write it like 2026-11-24.")
    own = customers.clean({n: v for n, v in fields.items() if n not in (*LISTS, "custom")})
    if (
        customer_id is not None
        or own.get("company")
        or own.get("last_name")
        or own.get("first_name")
        or own.get("email")
    ):
        own.setdefault("name", "-")
    problems = customers.check(own, customer_id) | _own_problems(fields.get("custom", {}))
    return " ".join(dict.fromkeys(problems.values()))


def _own_problems(custom: dict[str, str]) -> dict[str, str]:
    """What a field of the owner's own does not take; field → sentence."""
    fields = custom_fields.all_fields() if custom else []
    problems = {own.name: custom_fields.check(own, custom[own.name]) for own in fields if own.name in custom}
    return {name: problem for name, problem in problems.items() if problem}


def _as_fields(given: dict[str, str]) -> dict[str, Any]:
    """Cells as `customers.save` takes them."""
    own = {name.removeprefix(OWN): value for name, value in given.items() if name.startswith(OWN)}
    kinds = {field.name: field.kind for field in custom_fields.all_fields()} if own else {}
    own = {name: _own_value(kinds.get(name, ""), value) for name, value in own.items()}
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in LISTS:
            found[name] = [part.strip() for part in value.split(";") if part.strip()]
        elif name == "birthday":
            found[name] = (days.parse_day(value, past=True) or value.strip()) or None
        elif name == "country":
            found[name] = countries.country_code(value) or value.strip()
        elif not name.startswith(OWN):
            found[name] = value
    return found | ({"custom": own} if own else {})


def _as_kept(name: str, value: str) -> str:
    """What was typed into a cell, as it would be written into one: a day as ISO, a country by its letters."""
    field = _as_fields({name: value})
    if name.startswith(OWN):
        return str(field["custom"][name.removeprefix(OWN)]).strip()
    if name in LISTS:
        return "; ".join(field[name])
    return str(next(iter(customers.clean(field).values())) or "")


def _own_value(kind: str, value: str) -> str:
    """What somebody typed into a cell, as a field of the owner's own is stored."""
    if kind == "bool":
        return {"true": "1", "false": "0"}.get(value.casefold(), value)
    if kind == "date":
        day = days.parse_day(value)
        return day.isoformat() if day else value
    return value.replace(",", ".") if kind == "number" and _COMMA.fullmatch(value) else value


# ---- taking over -----------------------------------------------------------------------------------------------------


def take_over(file_name: str, wanted: Iterable[Difference], progress: Progress | None = None) -> Taken:
    """Write these differences, in one step that can be undone; what cannot be kept is left and told.

    Raises:
        Cancelled: through `progress`; nothing is written then.
    """
    progress, chosen = progress or Progress(), list(wanted)
    cells: dict[int, dict[str, str]] = {}
    for one in chosen:
        if one.kind in (CHANGE, CONFLICT) and one.column:
            cells.setdefault(one.customer_id, {})[one.column] = one.wanted
    added = [one for one in chosen if one.kind == NEW]
    gone = [one for one in chosen if one.kind == GONE]
    problems: list[str] = []
    with db.transaction(_("Read back {file}").format(file=file_name)):
        changed = new = deleted = 0
        for place, (customer_id, given) in enumerate(cells.items()):
            if place % _MANY == 0:
                progress(place, len(cells), _("Reading {file}").format(file=file_name))
            changed += _kept(lambda i=customer_id, g=given: customers.save(_as_fields(g), i), customer_id, problems)
        for one in added:
            progress.check()
            new += _kept(lambda g=one.values: customers.save(_as_fields(g)), one.customer, problems)
        for one in gone:
            deleted += _kept(lambda i=one.customer_id: customers.delete([i]), one.customer, problems)
    return Taken(changed, new, deleted, problems)


def _kept(act: Any, who: int | str, problems: list[str]) -> bool:
    try:
        act()
    except ValidationError as error:
        name = who if isinstance(who, str) else customers.get(who).name
        problems.append(f"{name}: {' '.join(dict.fromkeys(error.fields.values()))}")
    except UserError as error:
        problems.append(str(error))
    else:
        return True
    return False


def safe(review: Review) -> list[Difference]:
    """What may be taken over without a second look: changed cells and new rows that can be kept."""
    return [one for one in review.differences if one.kind in (CHANGE, NEW) and not one.problem]
