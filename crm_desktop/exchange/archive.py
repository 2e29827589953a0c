"""An archive of issued documents in the folders that the company chose, with a list and the SHA-256 of every file.

`index.csv` names each document with its sums and files; `SHA256SUMS` is in the form that `sha256sum -c` checks. Files
that are there already and are the same are left alone, also under a name of an earlier pattern, so that the archive can
be brought up to date every month;
a file of another content is never replaced but named.

Source: GoBD (storing unchanged, with an index); the form of GNU coreutils for the sums.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from crm_desktop.billing import kinds
from crm_desktop.company import paper_choices
from crm_desktop.company.paper_choices import PaperChoices
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.documents import file_names
from crm_desktop.exchange import cell_text

INDEX, SUMS = "index.csv", "SHA256SUMS"
_COLUMNS = ("number", "kind", "date", "customer", "currency", "net", "tax", "gross", "file", "sha256")


@dataclass(frozen=True)
class Archived:
    """How many files are in the archive, how many were written now, and which there differ from what was issued."""

    folder: Path
    files: int
    written: int
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    document_id: int
    kind: str
    sha256: str
    row: tuple[str, ...]


def write(folder: Path, first: date, last: date, progress: Progress | None = None) -> Archived:
    """Write the documents issued in a period into a folder, which is made if it is not there.

    Raises:
        UserError: nothing was issued in the period.
        Problem: the folder cannot be written, or a stored file is not what it was.
        Cancelled: through `progress`; the files written so far stay, the list is that of the run before.
    """
    progress = progress or Progress()
    found = list(_files(first, last, _places(folder)))
    if not found:
        raise UserError(_("No document with a stored paper was issued in this period. Choose another one."))
    written, differing = 0, []
    try:
        for number, file in enumerate(found):
            progress(number, len(found), _("Writing {file}").format(file=Path(file.path).name))
            state = _put(folder / file.path, file)
            written += state == "written"
            if state == "differs":
                differing.append(file.path)
        _write_lists(folder, found)
    except OSError as error:
        raise Problem(
            _("The archive in {folder} stopped: {reason}. Make room there or choose another folder.").format(
                folder=folder, reason=error.strerror or error
            )
        ) from error
    return Archived(folder, len(found), written, tuple(differing))


def _places(folder: Path) -> dict[str, str]:
    """Where the files of an archive are that was begun before: SHA-256 to path."""
    return {row[-1]: row[-2] for row in _known(folder / INDEX).values() if (folder / row[-2]).is_file()}


def _files(first: date, last: date, places: dict[str, str]) -> Iterator[_File]:
    """The files of a period with their paths; `places` are those that stay where they are."""
    taken, choices = {path.casefold() for path in places.values()}, paper_choices.load()
    for row in db.records(
        "SELECT f.document_id, f.kind AS ending, f.sha256, d.number, d.kind, d.issue_on, d.currency, d.tax_basis_minor, "
        "d.tax_total_minor, d.grand_total_minor, coalesce(json_extract(d.buyer, '$.name'), c.name, '') AS customer "
        "FROM document_file f JOIN document d ON d.id = f.document_id LEFT JOIN customer c ON c.id = d.customer_id "
        "WHERE d.state = 'issued' AND d.issue_on BETWEEN ? AND ? ORDER BY d.issue_on, d.id, f.kind",
        [first.isoformat(), last.isoformat()],
    ):
        path = places.get(row["sha256"]) or _free(_stem(row, choices), row["ending"], taken)
        taken.add(path.casefold())
        sums = (
            f"{from_minor(row[name], row['currency']):f}"
            for name in ("tax_basis_minor", "tax_total_minor", "grand_total_minor")
        )
        line = (
            row["number"],
            row["kind"],
            row["issue_on"],
            row["customer"],
            row["currency"],
            *sums,
            path,
            row["sha256"],
        )
        yield _File(path, row["document_id"], row["ending"], row["sha256"], line)


def _stem(row: dict[str, Any], choices: PaperChoices) -> str:
    """The path of a document below the archive, without its ending."""
    about = file_names.About(
        number=row["number"],
        customer=row["customer"],
        kind=kinds.name(row["kind"]),
        issued_on=date.fromisoformat(row["issue_on"]),
    )
    return (_folders(about, choices) / file_names.name_of(about, choices.file_name or file_names.NAME)).as_posix()


def _folders(about: file_names.About, choices: PaperChoices) -> PurePosixPath:
    return file_names.folders_of(about, file_names.FOLDERS if choices.folders is None else choices.folders)


def _free(stem: str, ending: str, taken: set[str]) -> str:
    """A path that no other file of the archive has."""
    path, again = f"{stem}.{ending}", 1
    while path.casefold() in taken:
        again += 1
        path = f"{stem} ({again}).{ending}"
    return path


def _put(path: Path, file: _File) -> str:
    if path.exists():
        same = hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
        return "same" if same else "differs"
    content = bytes(
        db.value("SELECT content FROM document_file WHERE document_id = ? AND kind = ?", [file.document_id, file.kind])
    )
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Problem(
            _("The stored paper of {file} is damaged. Restore the last backup: File, Restore a backup.").format(
                file=path.name
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
    return "written"


def _write_lists(folder: Path, found: list[_File]) -> None:
    """The index and the sums of everything in the archive, also of periods written before."""
    kept = _known(folder / INDEX)
    kept |= {file.path: file.row for file in found}
    rows = sorted(kept.values(), key=lambda row: (row[2], row[-2]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(cell_text.defused, row) for row in rows)
    (folder / INDEX).write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    sums = "".join(f"{row[-1]}  {row[-2]}\n" for row in rows)
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="")


def _known(index: Path) -> dict[str, tuple[str, ...]]:
    if not index.exists():
        return {}
    with index.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return {row["file"]: tuple(cell_text.restored(row[name]) for name in _COLUMNS) for row in reader}
