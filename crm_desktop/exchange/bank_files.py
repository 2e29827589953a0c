"""Bank statements as banks offer them: camt.053 (also 052, 054, packed), MT940, and tables (CSV or workbook).

`read` finds out by content what a file is and gives its statements; nothing is kept yet (see `bank_booking.take_in`).
Foreign files are read in a child process with limits. How a table's columns were said is remembered by its headings.
"""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from crm_desktop.billing import bank_booking, bank_statements
from crm_desktop.billing.bank_movement import BankFile, Statement
from crm_desktop.billing.bank_statements import Kept
from crm_desktop.company import profile
from crm_desktop.core import dates, i18n
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.exchange import bank_child, bank_columns, bank_mt940, bank_table, broken_zip, reading
from crm_desktop.exchange.bank_columns import NeedsColumnsError
from crm_desktop.exchange.values import Cell, as_text

_log = logging.getLogger(__name__)

ENDINGS = (".xml", ".camt", ".zip", ".sta", ".mt940", ".940", ".txt", ".csv", ".xlsx", ".xls", ".ods")
_WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.05
_KIND = "bank"
_SAMPLE_ROWS = 6
_XML = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|!--|\w+:?Document\b)", re.IGNORECASE)
_OTHER_XML = re.compile(rb"<(?:\w+:)?(?:Workbook|html|table)\b", re.IGNORECASE)
_SENTENCES = {
    "not_a_statement": N_("“{name}” is no bank statement: camt.053, camt.052 or camt.054 were expected."),
    "entities": N_("“{name}” declares contents of its own (entities), which no bank does. It was not read."),
    "damaged": N_(
        "“{name}” is damaged or was not copied completely. Nothing was read. Download the statement from your bank again."
    ),
    "too_large": N_("“{name}” is too large to be read. Download the statements in shorter periods."),
    "slow": N_("“{name}” takes too long to read. Download the statements in shorter periods."),
    "pdf": N_(
        "“{name}” is a PDF, from which nothing can be booked. Download it as camt.053, MT940 or CSV from your bank."
    ),
    "empty": N_("“{name}” is empty: there is no statement in it."),
}


def _refusal(code: str, name: str) -> UserError:
    return UserError(_(_SENTENCES.get(code, _SENTENCES["damaged"])).format(name=name))


def read(
    path: str | Path, progress: Progress | None = None, *, mapping: dict[str, list[str]] | None = None
) -> BankFile:
    """Read a bank statement; nothing is kept yet.

    Args:
        path: the file.
        progress: to cancel it.
        mapping: for a table, field → labels of its columns, as `NeedsColumnsError` asked; it is remembered.

    Raises:
        UserError: it is no statement that can be read; the sentence says why and what to do.
        NeedsColumnsError: it is a table whose headings do not tell enough.
        Problem: the file may not be read.
        Cancelled: the user asked to stop.
    """
    path, progress = Path(path), progress or Progress()
    reading.check_path(path)
    form, digest = _form(path), _digest(path)
    is_table = form == "table"
    found = _from_table(path, progress, mapping) if is_table else bank_table.Found(_from_child(path, form, progress))
    if not any(statement.movements for statement in found.statements):
        raise UserError(_("There is no booked transaction in “{name}”.").format(name=path.name))
    return BankFile(name=path.name, sha256=digest, statements=tuple(found.statements), notices=tuple(found.notices))


def read_and_keep(
    path: str | Path,
    progress: Progress | None = None,
    *,
    mapping: dict[str, list[str]] | None = None,
    despite_sums: bool = False,
) -> Kept:
    """Read a bank statement and keep what is new in it; see `read` and `bank_booking.take_in` for what they raise."""
    return bank_booking.take_in(read(path, progress, mapping=mapping), progress, despite_sums=despite_sums)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _form(path: Path) -> str:
    """What the file is by its content: "xml", "zip" (of XML), "mt940", or "table" for all else."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if not head:
        raise _refusal("empty", path.name)
    if head.startswith(b"%PDF"):
        raise _refusal("pdf", path.name)
    if head.startswith(b"PK\x03\x04"):
        return "zip" if _holds_statements(path) else "table"
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        plain = head.decode("utf-16", "replace").lstrip("\ufeff").encode()
    if _XML.match(plain) and not _OTHER_XML.search(plain[:4000]):
        return "xml"
    return "mt940" if bank_mt940.looks_like(plain.decode("latin-1")) else "table"


def _holds_statements(path: Path) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except broken_zip.ERRORS as error:
        raise _refusal("damaged", path.name) from error
    inner = {"[content_types].xml", "mimetype", "content.xml"}
    return any(name.endswith(".xml") for name in names) and not inner & set(names)


# ---- XML and MT940, in a child --------------------------------------------------------------------------------------


@contextmanager
def _child(path: Path, form: str) -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe()
    child = context.Process(
        target=bank_child.serve, args=(theirs, str(path), form, i18n.language()), daemon=True, name="bank reader"
    )
    child.start()
    theirs.close()
    try:
        yield connection
    finally:
        connection.close()
        child.join(0.2)
        if child.is_alive():
            child.terminate()
            child.join(2)
        if child.is_alive():
            child.kill()
            child.join(2)


def _from_child(path: Path, form: str, progress: Progress) -> list[Statement]:
    found: list[Statement] = []
    limit = time.monotonic() + _WAIT_SECONDS
    with _child(path, form) as connection:
        while True:
            reply = _receive(connection, path, progress, limit)
            if reply[0] == "end":
                return found
            if reply[0] == "refused":
                _log.info("Refused a bank statement, %s: %s", reply[1], reply[2])
                raise _refusal(reply[1], path.name)
            found.append(reply[1])
            progress(0, 0, bank_statements.count_words(sum(len(statement.movements) for statement in found)))


def _receive(connection: Connection, path: Path, progress: Progress, limit: float) -> tuple[Any, ...]:
    try:
        while not connection.poll(_POLL_SECONDS):
            progress.check()
            if time.monotonic() > limit:
                raise _refusal("slow", path.name)
        reply: tuple[Any, ...] = connection.recv()
    except (EOFError, OSError) as error:
        raise _refusal("too_large", path.name) from error
    return reply


# ---- tables ---------------------------------------------------------------------------------------------------------


def _from_table(path: Path, progress: Progress, mapping: dict[str, list[str]] | None) -> bank_table.Found:
    rows, form = _rows(path, progress)
    columns = bank_columns.find(rows[: bank_columns.HEAD_ROWS])
    mark = bank_columns.fingerprint(columns.labels)
    said = mapping or _remembered(mark)
    if said:
        columns = bank_columns.find(rows[: bank_columns.HEAD_ROWS], said)
    if not columns.is_enough:
        start = columns.header + 1
        sample = [[as_text(cell) for cell in row] for row in rows[start : start + _SAMPLE_ROWS]]
        raise NeedsColumnsError(path.name, columns, sample)
    company = profile.load()
    start = columns.header + 1
    found = bank_table.read(
        bank_table.Table(
            name=path.name,
            columns=columns,
            rows=rows[start:],
            first_row=start + 1,
            format="csv" if form == "csv" else "workbook",
            currency=company.currency,
            month_first=company.country == "US",
            decimal_sign="." if company.country in {"US", "GB", "IE", "CH"} else ",",
            above=rows[: max(columns.header, 0)],
        )
    )
    if mapping:
        _remember(mark, mapping)
    return found


def _rows(path: Path, progress: Progress) -> tuple[list[list[Cell]], str]:
    """All rows of the first sheet, and the format of the file."""
    rows: list[list[Cell]] = []
    with reading.open_file(path, progress) as source:
        sheet = next((s for s in source.sheets if s.visible), source.sheets[0])
        for batch in source.rows(sheet):
            rows += [list(row) for row in zip(*batch.columns, strict=True)]
            progress(0, 0, "")
        return rows, source.format


def _remembered(mark: str) -> dict[str, list[str]] | None:
    found = db.value("SELECT mapping FROM import_mapping WHERE fingerprint = ? AND kind = ?", [mark, _KIND])
    return json.loads(found) if found else None


def _remember(mark: str, mapping: dict[str, list[str]]) -> None:
    now = dates.instant_text(dates.now())
    with db.transaction():
        db.execute(
            "INSERT INTO import_mapping VALUES(?1, ?2, ?3, ?4) ON CONFLICT(fingerprint) "
            "DO UPDATE SET mapping = ?3, used_at = ?4",
            [mark, _KIND, json.dumps(mapping, ensure_ascii=False), now],
        )


def explain(error: BaseException) -> str:
    """The sentence for an error of reading, for a face that shows it in its own place; empty for a fault of ours."""
    return str(error) if isinstance(error, UserError | Problem) else ""
