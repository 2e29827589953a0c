"""The child process that reads foreign files, so that a hostile one brings down nothing but this child.

It answers requests over a pipe: open, describe, the next batch of rows, put through a function of the parent if it
likes. It does not know the data file; what it cannot read it refuses with a short code. Memory and computing time are
limited where the system can.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_desktop.core import garbage, i18n
from crm_desktop.exchange.identify import Refused, identify

if TYPE_CHECKING:
    from crm_desktop.exchange.card_table import CardTable

# With the program itself that stays below 700 MB.
MEMORY_BYTES = 480 * 1024 * 1024
COMPUTING_SECONDS = 120
BATCH_ROWS = 2000
MOST_COLUMNS = 1000
# A batch ends early where its texts are long, so that two thousand rows of megabytes are never held at once.
_BATCH_SIGNS, _PIECE_SIGNS, _LONGEST_ROW = 4_000_000, 500_000, 60_000_000
_PIECE_ROWS = 256
# After so many empty rows nothing comes any more: a spreadsheet has no more rows than these.
_MOST_BLANK = 1_048_576
# Formats that become the one table of `card_table`.
CARDS = frozenset(("vcard", "ldif", "ics"))


class _Table:
    """A file open for reading, whatever its format: names of its sheets and rows of each."""

    def __init__(self, path: Path, language: str, encoding: str, delimiter: str) -> None:
        self.form = identify(path)
        self.since_1904 = False
        self.encoding = self.delimiter = ""
        self.open_quotes: list[Any] = []
        self._path = path
        if self.form == "text":
            from crm_desktop.exchange import text_files

            self._dialect = text_files.find_dialect(path, language, encoding, delimiter)
            self.encoding, self.delimiter = self._dialect.encoding, self._dialect.delimiter
            self._lines = _count_lines(path)
            self.sheets = [("", True)]
        elif self.form in CARDS:
            self._cards = _cards(self.form, path)
            self.sheets = [("", True)]
        elif self.form == "json":
            from crm_desktop.exchange import json_tables

            named = json_tables.read_tables(path)
            self._tables = [rows for _name, rows in named]
            self.sheets = [(name, True) for name, _rows in named]
        elif self.form == "html":
            from crm_desktop.exchange import text_files, web_tables

            self.encoding = encoding or text_files.find_encoding(path, language)
            self._tables = web_tables.read_tables(path, self.encoding)
            self.sheets = [(str(number), True) for number, _ in enumerate(self._tables, 1)]
        else:
            from crm_desktop.exchange import workbooks

            self._book = workbooks.Workbook(path, self.form)
            self.since_1904 = self._book.since_1904
            self.sheets = self._book.sheets()

    def rows(self, index: int) -> tuple[int, int, Iterator[list[Any]]]:
        """First column, number of rows (of a text file: of lines) and the rows of one sheet."""
        if self.form == "text":
            from crm_desktop.exchange import text_files

            self.open_quotes = []
            return 0, self._lines, text_files.read_rows(self._path, self._dialect, self.open_quotes)
        if self.form in CARDS:
            return 0, len(self._cards.rows), iter(self._cards.rows)
        if self.form in {"html", "json"}:
            return 0, len(self._tables[index]), iter(self._tables[index])
        return self._book.rows(self.sheets[index][0])

    def tell(self, what: str, which: Any = 0) -> tuple[Any, ...]:
        """What there is to say beside the rows: "hidden", "remarks", "quotes", the "events" of a calendar, or the "photo" of a key."""
        if what == "hidden":
            return self.hidden(which)
        if what == "events":
            return (self._events(),)
        if what == "photo":
            return (self._cards.photos.by_key.get(which, b"") if self.form in CARDS else b"",)
        if what == "remarks":
            return (self.remarks(),)
        return ([(found.row, found.line, found.lines) for found in self.open_quotes[:1000]],)

    def _events(self) -> list[Any]:
        """The appointments of a calendar; none is too few only where there is no birthday either."""
        from crm_desktop.exchange import calendar_events

        try:
            return list(calendar_events.read(self._path.read_bytes()))
        except Refused as refusal:
            if refusal.code == "no_events" and self._cards.rows:
                return []
            raise

    def hidden(self, index: int) -> tuple[list[int], list[int]]:
        """Rows (1-based) and columns (0-based) that are hidden in a workbook."""
        found: tuple[list[int], list[int]] = self._book.hidden(self.sheets[index][0])
        return found

    def remarks(self) -> list[tuple[int, str, str, bool]]:
        """What was noticed about cards: row (0 = all), what stands there, why, whether the row is left out."""
        if self.form not in CARDS:
            return []
        return [(found.row, found.value, found.reason, found.skipped) for found in self._cards.remarks]


def _cards(form: str, path: Path) -> CardTable:
    from crm_desktop.exchange import address_cards, calendars, ldif_books

    return {"vcard": address_cards.read, "ldif": ldif_books.read, "ics": calendars.read}[form](path)


def _count_lines(path: Path) -> int:
    """How many lines a file has, by the line ends that it has most of; that of a UTF-16 file is one byte of two."""
    feeds = returns = 0
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            feeds, returns = feeds + block.count(b"\n"), returns + block.count(b"\r")
    return max(feeds, returns) + 1


def _limit() -> None:
    """Cap memory and computing time; Windows knows neither limit, there the parent's clock must do."""
    try:
        import resource
    except ImportError:
        return
    # A hard limit of time above the soft one: the system then ends the child with SIGXCPU, which tells why.
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES),
        (resource.RLIMIT_CPU, COMPUTING_SECONDS, COMPUTING_SECONDS + 5),
    )
    for limit, soft, hard in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (soft, hard))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _quiet() -> None:
    """A reader that panics writes to the terminal; nobody needs to see that."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


def _signs(rows: list[list[Any]]) -> int:
    """How many signs the texts of some rows have together."""
    return sum(map(_signs_of, rows))


def _signs_of(row: list[Any]) -> int:
    try:
        # A fifth of what a look at each cell costs, where all of them are texts.
        return len("".join(row))
    except TypeError:
        return sum(len(cell) for cell in row if type(cell) is str)


def _columns(rows: list[list[Any]]) -> list[list[Any]]:
    """A batch of rows as columns, with whole numbers as such and short rows filled up."""
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise Refused("too_wide")
    return [_plain(column) for column in itertools.zip_longest(*rows, fillvalue="")]


def _plain(column: tuple[Any, ...]) -> list[Any]:
    kinds = set(map(type, column))
    if float in kinds:
        column = tuple(int(v) if type(v) is float and v.is_integer() and abs(v) < 1e17 else v for v in column)
    if timedelta in kinds:
        column = tuple(str(v) if type(v) is timedelta else v for v in column)
    return list(column)


class _Server:
    """Answers the parent's requests one after the other."""

    def __init__(self, connection: Connection, path: Path, language: str) -> None:
        self._connection = connection
        self._path = path
        self._language = language
        self._rows: Iterator[list[Any]] = iter(())
        self._first = self._piece = 1
        self._blank = 0
        self._convert: Callable[[Any], Any] | None = None
        self._table: _Table | None = None

    def answer(self, request: tuple[Any, ...]) -> tuple[Any, ...]:
        """One reply for one request.

        ("open", encoding, delimiter), ("rows", sheet, what converts its batches), ("next", rows), ("quotes",),
        ("hidden", sheet), ("remarks",), ("events",), ("photo", key).
        """
        if request[0] == "open":
            self._table = None
            self._table = _Table(self._path, self._language, *request[1:])
            table = self._table
            return "opened", table.form, table.encoding, table.delimiter, table.since_1904, table.sheets
        if request[0] == "rows" and self._table is not None:
            left, count, self._rows = self._table.rows(request[1])
            self._first, self._convert = 1, request[2] if len(request) > 2 else None
            self._blank = 0
            return "ready", left, count
        if request[0] in {"hidden", "remarks", "quotes", "events", "photo"} and self._table is not None:
            return request[0], *self._table.tell(*request)
        batch = self._next_rows(request[1])
        columns, first = _columns(batch), self._first
        self._first += len(batch)
        if self._convert is None or not batch:
            return "batch", len(batch), columns
        return self._converted(first, len(batch), columns)

    def _next_rows(self, most: int) -> list[list[Any]]:
        """So many rows, or fewer where they are long; none at the end."""
        rows: list[list[Any]] = []
        signs = 0
        while len(rows) < most and signs < _BATCH_SIGNS:
            try:
                piece = list(itertools.islice(self._rows, min(self._piece, most - len(rows))))
            except OverflowError as error:  # a number in a column of days that is no day of any year
                raise Refused("damaged", str(error)) from error
            if not piece:
                break
            length = _signs(piece)
            if length > _LONGEST_ROW:
                raise Refused("too_large")
            # One row at a time after long ones, since the next ones may be longer still.
            self._piece = min(2 * self._piece, _PIECE_ROWS) if length < _PIECE_SIGNS else 1
            self._blank = 0 if any(map(any, piece)) else self._blank + len(piece)
            if self._blank > _MOST_BLANK:
                self._rows = iter(())
            rows += piece
            signs += length
        return rows

    def _converted(self, first: int, size: int, columns: list[list[Any]]) -> tuple[Any, ...]:
        from crm_desktop.exchange.reading import Batch

        try:
            return "batch", size, self._convert(Batch(first, size, columns)) if self._convert else None
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  (a fault of ours, not of the file: the parent raises it again)
            return "failed", traceback.format_exc()

    def serve(self) -> None:
        """Answer until the parent hangs up."""
        while True:
            try:
                request = self._connection.recv()
            except EOFError:
                return
            try:
                reply = self.answer(request)
            except Refused as refusal:
                reply = ("refused", refusal.code, refusal.detail)
            except MemoryError:
                reply = ("refused", "too_large", "")
            except Exception as error:  # noqa: BLE001  (a foreign file may break its reader in any way)
                reply = ("refused", "damaged", f"{type(error).__name__}: {error}"[:300])
            self._connection.send(reply)


def limit_itself() -> None:
    """Cap what this process may use, and keep it quiet; for the children that read foreign files."""
    _limit()
    _quiet()
    garbage.look_seldom()


def serve(connection: Connection, path: str, language: str) -> None:
    """The child's main function: read `path` and answer over `connection` until it is closed."""
    limit_itself()
    i18n.use_language(language)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _Server(connection, Path(path), language).serve()
