"""Everything out of the data file, in forms that any other program reads: the owner's way out.

`export` fills a folder: `csv/`, `json/` and `workbooks/` hold one file per kind of record, `customers.vcf` the address
cards, `invoices/` the stored papers and e-invoices, `reminders/` the payment reminders, `received/` the e-invoices of
others, `files/` attached files, `everything.json` all of it for reading back (`everything`), `index.html` says what is
what. CSV is UTF-8 with a mark for Excel, separated by commas, numbers with a point, days as YYYY-MM-DD; its columns and
those of JSON have stable English names, workbooks have headings in the owner's language.
Text that a spreadsheet would take for a formula stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crm_desktop import APP_NAME
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.exchange import (
    card_export,
    everything,
    export_billing,
    export_files,
    export_reach,
    export_tables,
    listing,
    take_all,
)

TABLES = (*export_tables.TABLES, *export_billing.TABLES, *export_reach.TABLES)

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_ENDING = re.compile(r"[A-Za-z0-9]{1,10}")
_MOST_BYTES = 200
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True)
class Exported:
    """What an export wrote: the folder, how many files, and rows per kind of record."""

    folder: Path
    files: int
    rows: dict[str, int]


def export(folder: Path, progress: Progress | None = None) -> Exported:
    """Write everything into a folder, which is made if it is not there; files of the same names are replaced.

    Raises:
        UserError: the folder is a file.
        Problem: the folder cannot be written, or the disk is full.
        Cancelled: through `progress`; what was written so far stays.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(_("{file} is a file. Choose a folder for the export.").format(file=folder.name))
    progress = progress or Progress()
    rows: dict[str, int] = {}
    steps: list[Callable[[], int]] = [
        *(partial(_table, folder, table, rows, progress) for table in TABLES),
        partial(_json_of_lists, folder, progress),
        partial(_address_cards, folder, progress),
        partial(papers, folder / "invoices", progress),
        partial(_stored, folder / "reminders", _REMINDERS, progress),
        partial(_stored, folder / "received", _RECEIVED, progress),
        partial(_attached, folder / "files", progress),
        partial(_everything, folder, rows, progress),
    ]
    files = 0
    try:
        for number, step in enumerate(steps):
            progress(number, len(steps), _("Writing {folder}").format(folder=folder.name))
            files += step()
    except OSError as error:
        raise Problem(
            _("The export into {folder} stopped: {reason}. Your data is unchanged. Make room there or choose another folder.")
            .format(folder=folder, reason=error.strerror or error)
        ) from error  # fmt: skip
    return Exported(folder, files, rows)


def _address_cards(folder: Path, progress: Progress) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    card_export.write(folder / "customers.vcf", progress=progress)
    return 1


def _everything(folder: Path, rows: dict[str, int], progress: Progress) -> int:
    everything.write(folder / everything.NAME, progress)
    take_all.write(folder, TABLES, rows)
    return 2


# ---- tables --------------------------------------------------------------------------------------------------------


def _table(folder: Path, table: export_tables.Table, counted: dict[str, int], progress: Progress) -> int:
    found = export_files.read(table)
    counted[table.name] = len(found.rows)
    export_files.write_csv(folder / "csv" / f"{table.name}.csv", found)
    progress.check()
    export_files.write_workbook(folder / "workbooks" / f"{table.name}.xlsx", _(table.title), found)
    if table.name in listing.KINDS:  # their JSON has the richer shape of `list --json`
        return 2
    export_files.write_json(folder / "json" / f"{table.name}.json", found.records())
    return 3


def _json_of_lists(folder: Path, progress: Progress) -> int:
    for kind in listing.KINDS:
        progress.check()
        export_files.write_json(folder / "json" / f"{kind}.json", listing.records(kind))
    return len(listing.KINDS)


def papers(folder: Path, progress: Progress) -> int:
    """Write the stored papers of all issued documents into a folder; gives how many."""
    number = 0
    cursor = db.raw().execute(
        "SELECT d.number, coalesce(json_extract(d.buyer, '$.name'), ''), f.kind, f.content FROM document_file f "
        "JOIN document d ON d.id = f.document_id ORDER BY d.id"
    )
    for document, buyer, kind, content in cursor:
        progress.check()
        _write_bytes(folder, f"{document} {buyer}".strip(), f".{kind}", content)
        number += 1
    return number


# Name, ending and bytes of stored files.
_REMINDERS = (
    "SELECT trim(l.number || ' ' || coalesce(c.name, '')), '.pdf', f.content FROM dunning_letter l "
    "JOIN stored_file f ON f.id = l.file_id LEFT JOIN customer c ON c.id = l.customer_id ORDER BY l.id"
)
_RECEIVED = (
    "SELECT trim(r.sender || ' ' || r.number), CASE f.media_type WHEN 'application/pdf' THEN '.pdf' ELSE '.xml' END, f.content "
    "FROM received_document r JOIN stored_file f ON f.id = r.file_id WHERE r.deleted_at IS NULL ORDER BY r.id"
)


def _stored(folder: Path, sql: str, progress: Progress) -> int:
    number = 0
    for name, ending, content in db.raw().execute(sql):
        progress.check()
        _write_bytes(folder, name, ending, content)
        number += 1
    return number


def _attached(folder: Path, progress: Progress) -> int:
    number = 0
    names = {
        "customer": "SELECT number || ' ' || name FROM customer WHERE id = ?",
        "contract": "SELECT number || ' ' || title FROM contract WHERE id = ?",
        "document": "SELECT coalesce(number, 'draft') FROM document WHERE id = ?",
        "item": "SELECT number || ' ' || name FROM item WHERE id = ?",
        "opportunity": "SELECT title FROM opportunity WHERE id = ?",
        "case": "SELECT number || ' ' || title FROM support_case WHERE id = ?",
        "owned_product": "SELECT name || ' ' || serial FROM owned_product WHERE id = ?",
    }
    # Files of mails and notes lie with their customer.
    cursor = db.raw().execute(
        "SELECT CASE WHEN t.id IS NULL THEN a.owner ELSE 'customer' END, coalesce(t.customer_id, a.owner_id), a.name, f.content "
        "FROM attachment a JOIN stored_file f ON f.id = a.file_id "
        "LEFT JOIN timeline_entry t ON a.owner = 'timeline_entry' AND t.id = a.owner_id ORDER BY a.id"
    )
    for owner, owner_id, name, content in cursor:
        progress.check()
        record = db.value(names[owner], [owner_id]) if owner in names else None
        stem, ending = _parts(name)
        _write_bytes(folder / owner / file_name(record or str(owner_id)), stem, ending, content)
        number += 1
    return number


def _parts(name: str) -> tuple[str, str]:
    """The name of an attached file and its ending; what is no ending stays in the name."""
    stem, dot, ending = name.rpartition(".")
    return (stem, f".{ending}") if dot and stem and _ENDING.fullmatch(ending) else (name, "")


def place_for(folder: Path) -> Path:
    """Where everything goes when the owner chose this folder: into it when it is empty or holds an earlier export.

    Else into a new folder in it, so that nothing of theirs is mixed up or replaced.
    """
    if not folder.is_dir() or everything.is_ours(folder / everything.NAME) or not any(folder.iterdir()):
        return folder
    return folder / file_name(f"{profile.load().name or APP_NAME} {dates.today().isoformat()}")


def file_name(words: str) -> str:
    """A name that every file system takes, made of these words."""
    tidy = " ".join(_NOT_IN_NAMES.sub(" ", words).split()).strip(" .")[:100]
    # Letters of other scripts are several bytes each, and a name has 255 of them.
    tidy = tidy.encode("utf-8", "ignore")[:_MOST_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"_{tidy}" if not tidy or _RESERVED.match(tidy) else tidy


def _write_bytes(folder: Path, stem: str, ending: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{file_name(stem)}{ending}", 1
    # The same name may come twice in one folder; the same file of an earlier export is replaced.
    while path.exists() and path.read_bytes() != content:
        number += 1
        path = folder / f"{file_name(stem)} ({number}){ending}"
    path.write_bytes(content)
