"""What is stored on a person, as a file that they can read: a PDF, JSON, or a zip with both and all papers and files.

Everything that hangs on the customer is in it, found through the schema as for erasing (`erasing_rows`), with the changes
that the history still knows. Ids of ours and empty fields are left out.

Source: GDPR art. 15 (information and a copy) and art. 20 (a common, machine-readable form).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_desktop.billing import parties
from crm_desktop.billing.document import Draft
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers, merging
from crm_desktop.db import connection as db
from crm_desktop.documents import from_record, letter_pdf, paper
from crm_desktop.documents.letter_pdf import Column, Letter, Table
from crm_desktop.safety import erasing_person, erasing_rows, person_words
from crm_desktop.safety.erasing_rows import listed

_SUFFIX = re.compile(r"_(minor|scaled|bp|on|at)$")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
# Columns that say nothing to anybody else.
_OURS = (
    "message_id", "position", "is_split", "updated_at", "price_mode", "sha256", "seller", "terms", "type_code", "code",
    "fingerprint", "base_quantity_scaled", "content", "files",
)  # fmt: skip
Record = dict[str, Any]


@dataclass(frozen=True)
class StoredFile:
    """A paper or attached file of a person: a path inside the zip, and its bytes' place."""

    path: str
    table: str
    id: int


def collect(customer_id: int) -> dict[str, list[Record]]:
    """All records of a customer: kind → field → value.

    Raises:
        NotFound: the customer is no longer there.
    """
    customers.get(customer_id)
    ids = merging.family(customer_id)
    owned = erasing_rows.owned_by(ids)
    found = {table: _read(table, "id", rows) for table, rows in owned.items()}
    found["customer_tag"] = db.records(
        "SELECT t.name FROM customer_tag x JOIN tag t ON t.id = x.tag_id WHERE x.customer_id IN "
        "(SELECT value FROM json_each(?))",
        [listed(ids)],
    )
    found["custom_value"] = db.records(
        "SELECT f.name, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id WHERE v.customer_id IN "
        "(SELECT value FROM json_each(?))",
        [listed(ids)],
    )
    found["document"] = [_document(row) for row in _rows("document", "customer_id", ids)]
    for table in ("payment", "dunning_letter"):
        found[table] = _read(table, "customer_id", ids)
    payments = {row["id"] for row in _rows("payment", "customer_id", ids)}
    found["bank_transaction"] = _read("bank_transaction", "payment_id", payments)
    found["attachment"] = [{"name": file.path} for file in files(customer_id)]
    found["history"] = _history(owned)
    order = [*person_words.SECTIONS, *sorted(set(found) - set(person_words.SECTIONS))]
    return {table: found[table] for table in order if found.get(table)}


def collect_person(person_id: int) -> dict[str, list[Record]]:
    """All records of a contact person of a customer, without what is the customer's own: kind → field → value.

    Raises:
        NotFound: the person is no longer there.
    """
    person = erasing_person.plan(person_id).person
    owned: erasing_rows.Owned = {"contact_person": {person_id}}
    for table in ("consent", "customer_date", "campaign_recipient", "timeline_entry", "opportunity", "support_case"):
        owned[table] = {row["id"] for row in _rows(table, "contact_person_id", [person_id])}
    if person.email:
        for table, column in (("mail", "recipient"), ("campaign_recipient", "address"), ("scenario_draft", "address")):
            rows = db.query(
                f"SELECT id FROM {table} WHERE customer_id = ? AND {column} = ?", [person.customer_id, person.email]
            )
            owned[table] = owned.get(table, set()) | {row_id for (row_id,) in rows}
    found = {table: _read(table, "id", rows) for table, rows in owned.items()}
    found["history"] = _history({"contact_person": {person_id}})
    order = [name for name in person_words.SECTIONS if name in found]
    return {table: found[table] for table in [*order, *sorted(set(found) - set(order))] if found[table]}


def _rows(table: str, column: str, ids: Any) -> list[Record]:
    return db.records(
        f"SELECT * FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY id", [listed(ids)]
    )


def _read(table: str, column: str, ids: Any) -> list[Record]:
    return [_readable(row) for row in _rows(table, column, ids)]


def _readable(row: Record) -> Record:
    """A row without ids and empty fields, amounts with their decimals."""
    currency = row.get("currency") or profile.load().currency
    shown = {}
    for column, value in row.items():
        is_ours = column == "id" or column.endswith("_id") or column in _OURS or isinstance(value, bytes)
        if is_ours or value in (None, "", "{}", "[]", 0):
            continue
        name = _SUFFIX.sub("", column)
        name = column if name in row or name in shown else name
        if column.endswith("_minor"):
            shown[name] = f"{from_minor(value, currency):f}"
        elif column.endswith("_scaled"):
            shown[name] = f"{value / 1_000_000:g}"
        elif isinstance(value, str) and value[:1] in "{[":
            shown[name] = _parsed(value)
        elif column.endswith("_at"):
            shown[name] = value.replace("T", " ").rstrip("Z")[:16]
        else:
            shown[name] = value
    return shown


def _parsed(value: str) -> Any:
    try:
        found = json.loads(value)
    except ValueError:
        return value
    if not isinstance(found, dict):
        return found
    return {name: part for name, part in found.items() if part not in ("", None, [], {}) and name != "id"}


def _document(row: Record) -> Record:
    lines = [_readable(line) for line in _rows("document_line", "document_id", [row["id"]])]
    return _readable(row) | ({"lines": lines} if lines else {})


def _history(owned: erasing_rows.Owned) -> list[Record]:
    """What the history says of these rows, oldest first."""
    found = []
    for table, ids in owned.items():
        found += db.records(
            "SELECT s.made_at AS `when`, s.title AS what, c.table_name AS record, c.before FROM journal_change c "
            "JOIN journal_step s ON s.id = c.step_id WHERE c.table_name = ? AND c.row_id IN (SELECT value FROM json_each(?))",
            [table, listed(ids)],
        )
    for change in found:
        before = change.pop("before")
        if before:
            change["before"] = _readable(json.loads(before))
    return sorted(found, key=lambda change: str(change["when"]))


# ---- files -----------------------------------------------------------------------------------------------------------


def files(customer_id: int) -> list[StoredFile]:
    """Papers and attached files of a customer, each with the path that it gets."""
    ids = merging.family(customer_id)
    owned, found, taken = erasing_rows.owned_by(ids), [], set()
    documents = {row["id"] for row in _rows("document", "customer_id", ids)}

    def add(folder: str, name: str, table: str, row_id: int) -> None:
        stem, dot, ending = _NOT_IN_NAMES.sub(" ", name).strip().rpartition(".")
        path, again = f"{folder}/{stem or ending}{dot}{ending if stem else ''}", 1
        while path.casefold() in taken:
            again += 1
            path = f"{folder}/{stem or ending} ({again}){dot}{ending if stem else ''}"
        taken.add(path.casefold())
        found.append(StoredFile(path, table, row_id))

    for row_id, number, kind in db.query(
        "SELECT f.id, d.number, f.kind FROM document_file f JOIN document d ON d.id = f.document_id "
        "WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY f.id",
        [listed(documents)],
    ):
        add("documents", f"{number}.{kind}", "document_file", row_id)
    for row_id, number in db.query(
        "SELECT file_id, number FROM dunning_letter WHERE file_id IS NOT NULL AND customer_id IN "
        "(SELECT value FROM json_each(?))",
        [listed(ids)],
    ):
        add("documents", f"{number}.pdf", "stored_file", row_id)
    for table, rows in {**owned, "document": documents}.items():
        for row_id, name in db.query(
            "SELECT file_id, name FROM attachment WHERE owner = ? AND owner_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            ["case" if table == "support_case" else table, listed(rows)],
        ):
            add("files", name, "stored_file", row_id)
    return found


# ---- writing ---------------------------------------------------------------------------------------------------------


def as_json(customer_id: int, person_id: int = 0) -> bytes:
    """Everything as JSON, readable and in a stable order; of a contact person alone where one is named."""
    records = collect_person(person_id) if person_id else collect(customer_id)
    told = {"made_at": dates.instant_text(dates.now()), "by": profile.load().name, "records": records}
    return (json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def as_pdf(customer_id: int, person_id: int = 0) -> bytes:
    """Everything as a letter to the person; to a contact person of the customer where one is named.

    Raises:
        UserError: a character cannot be printed.
    """
    company, customer = profile.load(), customers.get(customer_id)
    language = customer.language or company.language
    draft = Draft(
        language=language, currency=company.currency, customer_id=customer_id, contact_person_id=person_id or None
    )
    receiver, sender = parties.buyer(draft, company.country), parties.seller(company, draft)
    title = document_text(language, "What we store about you")
    intro = document_text(
        language,
        "You asked which data we hold about you. This is all of it; files and papers are named here and enclosed as copies.",
    )
    records = collect_person(person_id) if person_id else collect(customer_id)
    return letter_pdf.render(_letter(records, (receiver, sender), (title, intro), language))


def _letter(found: dict[str, list[Record]], both: tuple[Any, Any], words: tuple[str, str], language: str) -> Letter:
    receiver, sender = both
    title, intro = words
    zero = from_minor(0, profile.load().currency)
    greeting = from_record.greeting(receiver, language)
    return Letter(
        paper=paper.Paper(
            language=language,
            locale=formats.locale_name(language, profile.load().country),
            currency=profile.load().currency,
            seller=from_record.seller_of(sender),
            address=tuple(from_record.address_lines(receiver, sender.get("country", ""), language)),
            head=paper.Head(number="", issued_on=dates.today()),
            lines=(),
            sums=paper.Sums(lines=zero, without_tax=zero, tax=zero, with_tax=zero, due=zero),
            intro=f"{greeting}\n{intro}",
            closing="",
            stationery=from_record.stationery(),
        ),
        title=title,
        full_title=title,
        facts=(),
        tables=tuple(_table(kind, records) for kind, records in found.items()),
        with_code=False,
    )


def _table(kind: str, records: list[Record]) -> Table:
    """One kind of record; the customer field by field, of others each record in one row."""
    columns = (Column(heading=""), Column(heading="", wide=True))
    if kind == "customer" and len(records) == 1:
        rows = [(person_words.field_name(name), _plain(value)) for name, value in records[0].items()]
    else:
        rows = [(str(place), _in_words(record)) for place, record in enumerate(records, start=1)]
    return Table(columns=columns, rows=tuple(rows), title=person_words.section(kind))


def _in_words(record: Record) -> str:
    return " · ".join(f"{person_words.field_name(name)}: {_plain(value)}" for name, value in record.items())


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{person_words.field_name(name)}: {_plain(part)}" for name, part in value.items() if part)
    if isinstance(value, list):
        return " / ".join(_plain(part) for part in value)
    return str(value)


def write(customer_id: int, target: Path, progress: Progress | None = None, *, person_id: int = 0) -> Path:
    """Write the file by its ending: .pdf, .json, else a zip with both and all files; gives the path.

    With `person_id` it tells of this contact person alone, without the papers and files of the customer.

    Raises:
        NotFound: the customer is no longer there.
        Problem: the file cannot be written.
        Cancelled: through `progress`; nothing was written.
    """
    ending = target.suffix.casefold()
    if ending == ".pdf":
        content = as_pdf(customer_id, person_id)
    elif ending == ".json":
        content = as_json(customer_id, person_id)
    else:
        content = _zip(customer_id, person_id, progress or Progress())
    try:
        target.write_bytes(content)
    except OSError as error:
        raise Problem(_("{file} cannot be written: {reason}.").format(file=target, reason=error.strerror)) from error
    return target


def _zip(customer_id: int, person_id: int, progress: Progress) -> bytes:
    out, wanted = io.BytesIO(), [] if person_id else files(customer_id)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.json", as_json(customer_id, person_id))
        archive.writestr("record.pdf", as_pdf(customer_id, person_id))
        for place, file in enumerate(wanted):
            progress(place, len(wanted), _("Writing {file}").format(file=file.path))
            content = db.value(f"SELECT content FROM {file.table} WHERE id = ?", [file.id])
            archive.writestr(file.path, bytes(content))
    return out.getvalue()
