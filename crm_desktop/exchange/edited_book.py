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
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crm_desktop.core import text
from crm_desktop.core.errors import NotFound, Problem, UserError, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import custom_fields, customers
from crm_desktop.customers.customers import Customer
from crm_desktop.db import connection as db
from crm_desktop.exchange import broken_zip

MARK, SHEET = "crm-desktop customers 1", "crm-desktop"
COLUMNS = {
    "number": N_("Number"), "company": N_("Company"), "salutation": N_("Form of address"), "title": N_("Title"),
    "first_name": N_("First name"), "last_name": N_("Last name"), "addition": N_("Second address line"),
    "street": N_("Street"), "postcode": N_("Postcode"), "city": N_("Town"), "state": N_("State"),
    "country": N_("Country"), "email": N_("E-mail"), "more_emails": N_("More e-mails"), "phone": N_("Phone"),
    "more_phones": N_("More phones"), "website": N_("Website"), "vat_id": N_("VAT id"), "tax_number": N_("Tax number"),
    "iban": N_("IBAN"), "bic": N_("BIC"), "bank_name": N_("Bank"), "birthday": N_("Birthday"),
    "language": N_("Language"), "tags": N_("Tags"), "served_by": N_("How they like to be served"), "notes": N_("Notes"),
}  # fmt: skip
OWN = "own:"
_LISTS = ("more_emails", "more_phones", "tags")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HIDDEN_COLUMNS, _MANY, _LARGEST_PART = 2, 200, 2_000_000
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
    """All differences of a file, and how many customers are the same."""

    file_name: str
    differences: list[Difference]
    same: int


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


def columns() -> list[str]:
    """The columns of the sheet: ours, and the fields of the owner's own."""
    return [*COLUMNS, *(OWN + own.name for own in custom_fields.all_fields())]


def column_words(name: str) -> str:
    """The heading of a column."""
    return name.removeprefix(OWN) if name.startswith(OWN) else _(COLUMNS[name])


def cell_texts(customer: Customer, names: list[str]) -> list[str]:
    """The cells of a customer."""
    return [_cell_text(customer, name) for name in names]


def _cell_text(customer: Customer, name: str) -> str:
    if name.startswith(OWN):
        return customer.custom.get(name.removeprefix(OWN), "")
    value = getattr(customer, name)
    if name in _LISTS:
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def fingerprint(values: list[str]) -> str:
    """Tells two states of a row apart."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


# ---- in --------------------------------------------------------------------------------------------------------------


def is_marked(path: Path) -> bool:
    """Whether a workbook bears the mark; looks at the names of its sheets alone, in old workbooks at the mark itself."""
    try:
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
    progress = progress or Progress()
    names, base, rows = _read(path, progress)
    found, seen, same = [], set(), 0
    for place, (row, known_id, values) in enumerate(rows):
        if place % _MANY == 0:
            progress(place, len(rows), _("Checking {file}").format(file=path.name))
        # A copied row bears the id of the one that it was copied from: the second is a new customer.
        if known_id not in base or known_id in seen:
            if any(values):
                given = {name: value for name, value in zip(names, values, strict=True) if value}
                if known_id in seen:
                    given.pop("number", None)
                found.append(_new(row, given))
            continue
        seen.add(known_id)
        mine = list(_changes(row, known_id, (names, base[known_id], values)))
        found += mine
        same += not mine
    found += [_gone(customer_id) for customer_id in base if customer_id not in seen]
    return Review(path.name, [one for one in found if one is not None], same)


def _read(path: Path, progress: Progress) -> tuple[list[str], dict[int, list[str]], list[tuple[int, int, list[str]]]]:
    """Column names, what was written (id → cells), and the rows as they are now: number, id, cells."""
    from crm_desktop.exchange import reading

    with reading.open_file(path, progress) as source:
        hidden = next((sheet for sheet in source.sheets if sheet.name == SHEET), None)
        kept = list(_rows_of(source, hidden)) if hidden else []
        if hidden is None or len(kept) < 2 or kept[0][1][:1] != [MARK]:
            raise UserError(_("{file} was not written for editing by this program.").format(file=path.name))
        names = [name for name in kept[1][1][HIDDEN_COLUMNS:] if name]
        base = {int(cells[0]): _fitted(cells, names) for _row, cells in kept[2:] if cells[0].isdigit()}
        shown = next(sheet for sheet in source.sheets if sheet.name != SHEET)
        lines = list(_rows_of(source, shown))
    places = _places(lines[0][1] if lines else [], names)
    rows = []
    for row, cells in lines[1:]:
        padded = [*cells, *([""] * len(names))]
        known = int(padded[0]) if padded[0].isdigit() else 0
        stood = base.get(known, [""] * len(names))
        values = [
            _restored(padded[place], was) if place is not None else was
            for place, was in zip(places, stood, strict=True)
        ]
        rows.append((row, known, values))
    return names, base, rows


def _fitted(cells: list[str], names: list[str]) -> list[str]:
    found = cells[HIDDEN_COLUMNS : HIDDEN_COLUMNS + len(names)]
    return [*found, *([""] * (len(names) - len(found)))]


def _places(headings: list[str], names: list[str]) -> list[int | None]:
    """Where each column stands now: columns may have been moved or deleted; a deleted one says nothing."""
    at = {heading.casefold(): place for place, heading in reversed(list(enumerate(headings))) if heading}
    return [
        at.get(column_words(name).casefold()) if name.startswith(OWN) or name in COLUMNS else None for name in names
    ]


def _rows_of(source: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    left = source.left(sheet)
    for batch in source.rows(sheet):
        for place, cells in enumerate(zip(*batch.columns, strict=True)):
            yield batch.first_row + place, [""] * left + [_as_text(cell) for cell in cells]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if not isinstance(value, date) else value.isoformat()


def _restored(value: str, was: str) -> str:
    """What looks like a formula comes back without the apostrophe that defused it; line ends as they were."""
    found = value.replace("\r\n", "\n").replace("_x000D_", "")
    if found.startswith("'") and found[1:].startswith(FORMULA):
        found = found[1:]
    return was if found.strip() == was.strip() else found


def _changes(row: int, customer_id: int, cells: tuple[list[str], list[str], list[str]]) -> Iterator[Difference]:
    names, was, wanted = cells
    changed = [place for place in range(len(names)) if wanted[place] != was[place]]
    if not changed:
        return
    customer = next(iter(customers.many([customer_id])), None)
    if customer is None or customer.deleted_at:
        name = was[names.index("company")] or was[names.index("last_name")]
        yield Difference(CONFLICT, row, customer_id, name, problem=_("This customer is no longer here."))
        return
    known = set(columns())
    for place in changed:
        name = names[place]
        if name not in known:
            continue
        now = _cell_text(customer, name)
        if now == wanted[place]:
            continue
        kind = CHANGE if now == was[place] else CONFLICT
        problem = _problem({name: wanted[place]}, customer_id)
        yield Difference(kind, row, customer_id, customer.name, name, was[place], now, wanted[place], problem=problem)


def _new(row: int, given: dict[str, str]) -> Difference | None:
    shown = given.get("company") or text.tidy(f"{given.get('first_name', '')} {given.get('last_name', '')}")
    return Difference(NEW, row, 0, shown or given.get("email", ""), values=given, problem=_problem(given, None))


def _gone(customer_id: int) -> Difference | None:
    try:
        customer = customers.get(customer_id)
    except NotFound:
        return None
    if customer.deleted_at:
        return None
    return Difference(GONE, 0, customer_id, customer.name, problem=customers.why_not_delete(customer_id) or "")


def _problem(given: dict[str, str], customer_id: int | None) -> str:
    """Why these values cannot be kept, in a sentence; "" when they can."""
    try:
        own = customers.clean({n: v for n, v in _as_fields(given).items() if n not in (*_LISTS, "custom")})
    except ValueError:
        return _("This birthday is not a date. Write it like 2026-11-24.")
    if (
        customer_id is not None
        or own.get("company")
        or own.get("last_name")
        or own.get("first_name")
        or own.get("email")
    ):
        own.setdefault("name", "-")
    return " ".join(dict.fromkeys(customers.check(own, customer_id).values()))


def _as_fields(given: dict[str, str]) -> dict[str, Any]:
    """Cells as `customers.save` takes them."""
    own = {name.removeprefix(OWN): value for name, value in given.items() if name.startswith(OWN)}
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in _LISTS:
            found[name] = [part.strip() for part in value.split(";") if part.strip()]
        elif name == "birthday":
            found[name] = value.strip() or None
        elif not name.startswith(OWN):
            found[name] = value
    return found | ({"custom": own} if own else {})


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
