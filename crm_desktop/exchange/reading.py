"""Foreign files, opened for import: spreadsheets and text tables, read in a child process.

`open_file` finds out what a file really is and returns a `Source`: its sheets, and the rows of each in batches of
columns. The child dies with the source; a file that brings the child down is refused like any other in a plain
sentence. Address cards, address books and calendars become a table with columns of known names (`card_table`).
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import signal
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from crm_desktop.core import i18n
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import reading_child
from crm_desktop.exchange.card_columns import COLUMNS
from crm_desktop.exchange.hidden import Hidden
from crm_desktop.exchange.tables import letter
from crm_desktop.exchange.values import Cell

if TYPE_CHECKING:
    from crm_desktop.exchange.calendar_events import Event

_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")

WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.05

_AS_SPREADSHEET = N_("Save it as an Excel workbook (.xlsx) or as CSV there and import that file.")
_SENTENCES = {
    "empty": N_("“{name}” is empty: there is nothing in it to import."),
    "unreadable": N_("“{name}” is neither a spreadsheet nor a text table, so it cannot be read."),
    "damaged": N_(
        "“{name}” is damaged or was not copied completely. Open it in Excel or LibreOffice, save it under a new name "
        "and import that file."
    ),
    "protected": N_(
        "“{name}” is protected with a password. Open it in Excel or LibreOffice, save a copy without the password and "
        "import that copy."
    ),
    "too_large": N_(
        "“{name}” is too large: unpacked it would need more memory than an import may take. Split it into smaller "
        "files, or save only the needed sheet as CSV."
    ),
    "too_wide": N_("“{name}” has more than 1,000 columns. Delete those that are not needed and try again."),
    "slow": N_("“{name}” takes too long to read. Save only the needed sheet as CSV and import that file."),
    "crashed": N_(
        "“{name}” brought down the part that reads it. Open it in Excel or LibreOffice, save it under a new name and "
        "import that file."
    ),
    "pdf": N_("“{name}” is a PDF, not a spreadsheet. Ask for the list as an Excel workbook or as CSV."),
    "picture": N_("“{name}” is a picture, not a spreadsheet. Ask for the list as an Excel workbook or as CSV."),
    "letter": N_("“{name}” is a text document. Copy its table into a spreadsheet, save that and import it."),
    "packed": N_("“{name}” is a packed folder without a workbook in it. Unpack it and import the file inside."),
    "numbers": N_("“{name}” comes from Apple Numbers. Export it there as an Excel workbook or CSV."),
    "database": N_("“{name}” is a data file of a program. Open it with “Open company file”, or export a list there."),
    "program": N_("“{name}” is a program, not a spreadsheet."),
    "web_page": N_("“{name}” is a web page without a table. Download the list as an Excel workbook or as CSV."),
    "xml_workbook": N_("“{name}” is an old XML spreadsheet. Open it in Excel or LibreOffice and save it as .xlsx."),
    "xml": N_("“{name}” is an XML file, which cannot be read as a table."),
    "json": N_("There is no list of records in “{name}”, which is a JSON file."),
    "no_events": N_("There is no appointment and no task with a day in “{name}”."),
    "no_calendar": N_("“{name}” is no calendar file. Save it as iCalendar (.ics) where it comes from."),
    "no_cards": N_("There is nobody in “{name}”: no card in it has a name, an e-mail address or a phone number."),
}
_WITH_ADVICE = {"unreadable", "xml", "json"}
# Formats in which rows and columns can be hidden.
_WITH_HIDDEN = {"xlsx", "ods"}


def refusal(code: str, name: str) -> UserError:
    """Why a file cannot be read, in a sentence that says what to do."""
    sentence = _(_SENTENCES[code]).format(name=name)
    return UserError(f"{sentence} {_(_AS_SPREADSHEET)}" if code in _WITH_ADVICE else sentence)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; text files have one without a name."""

    index: int
    name: str
    visible: bool


@dataclass(frozen=True)
class Batch:
    """Some rows of a sheet as columns; all columns of a batch are equally long.

    `first_row` is the number of the first row in the file, 1-based.
    """

    first_row: int
    size: int
    columns: list[list[Cell]]


# How the system ends a child that wants too much: SIGABRT is what a library does that gets no memory, SIGKILL what the
# system does that has none left.
_REASONS = {"SIGABRT": "too_large", "SIGKILL": "too_large", "SIGXCPU": "slow"}


def _signal_name(code: int | None) -> str:
    try:
        return signal.Signals(-code).name if code is not None and code < 0 else ""
    except ValueError:
        return ""


def check_path(path: Path) -> None:
    """Refuse what is no file, or may not be read.

    Raises:
        UserError: there is no such file, or it is a folder.
        Problem: the file may not be read.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UserError(_("“{name}” is a folder. Choose one file in it.").format(name=path.name or str(path)))
        if not stat.S_ISREG(mode):
            raise UserError(_("“{name}” is not a file that can be read.").format(name=path.name))
        with path.open("rb"):
            return
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(_("There is no file “{path}”. It may have been moved or renamed.").format(path=path)) from None
    except PermissionError:
        raise Problem(
            _("“{name}” may not be read: its permissions do not allow it, or another program holds it open.").format(
                name=path.name
            )
        ) from None
    except (OSError, ValueError) as error:
        raise Problem(_("“{name}” could not be read: {reason}").format(name=path.name, reason=error)) from error


class Source:
    """An open file. Close it, or use it in a `with`, so that its child process ends.

    `format` is "xlsx", "xlsb", "xls", "ods", "csv", "html", "json", "vcard", "ldif" or "ics", by content; `encoding` and
    `delimiter` are empty for
    workbooks; `since_1904` says that bare numbers count days from 1904.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self.path = path
        self._progress = progress
        self._awaited = 0
        self._hidden_sheet: int | None = None
        self.format = self.encoding = self.delimiter = ""
        self.since_1904 = False
        self.sheets: list[Sheet] = []
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._child = context.Process(
            target=reading_child.serve, args=(theirs, str(path), i18n.language()), daemon=True, name="reader"
        )
        self._child.start()
        theirs.close()

    @property
    def name(self) -> str:
        """The name of the file as text that can be kept, whatever bytes the system allows in it."""
        return self.path.name.encode("utf-8", "replace").decode()

    def use(self, progress: Progress) -> None:
        """Let this progress cancel the reading from now on."""
        self._progress = progress

    def open(self, encoding: str = "", delimiter: str = "") -> None:
        """Open the file, or open a text file again with another charset or separator ("" = find out)."""
        reply = self._ask("open", encoding, delimiter)
        self.format, self.encoding, self.delimiter, self.since_1904 = reply[1:5]
        self.format = "csv" if self.format == "text" else self.format
        self.sheets = [Sheet(index, name, visible) for index, (name, visible) in enumerate(reply[5])]

    def rows(self, sheet: Sheet, batch_rows: int = reading_child.BATCH_ROWS) -> Iterator[Batch]:
        """All rows of a sheet, in batches; the next one is read while this one is used.

        Raises:
            UserError: the file turns out to be damaged or too large.
            Cancelled: the user asked to stop.
        """
        first = 1
        for size, columns in self._batches(sheet, batch_rows):
            yield Batch(first, size, columns)
            first += size

    def converted(self, sheet: Sheet, convert: Callable[[Batch], _Made]) -> Iterator[_Made]:
        """All rows of a sheet in batches, as `rows`, each put through a function by the child on its own processor."""
        for _size, made in self._batches(sheet, reading_child.BATCH_ROWS, convert):
            yield made

    def _batches(self, sheet: Sheet, batch_rows: int, convert: Any = None) -> Iterator[tuple[int, Any]]:
        self._ask("rows", sheet.index, convert)
        self._send("next", batch_rows)
        while True:
            _kind, size, content = self._receive()
            if not size:
                return
            self._send("next", batch_rows)
            yield size, content

    def head(self, sheet: Sheet, count: int) -> list[list[Cell]]:
        """The first rows of a sheet as rows."""
        self._ask("rows", sheet.index)
        _kind, _size, columns = self._ask("next", count)
        return [list(row) for row in zip(*columns, strict=True)]

    def left(self, sheet: Sheet) -> int:
        """The number of empty columns left of the table (0-based number of its first column)."""
        return int(self._ask("rows", sheet.index)[1])

    def count(self, sheet: Sheet) -> int:
        """The number of rows of a sheet; of a text file the number of its lines, some of which may be one row."""
        return int(self._ask("rows", sheet.index)[2])

    def look_for_hidden(self, sheet: Sheet) -> None:
        """Have the child look what is hidden in a sheet while this process does something else, then ask `hidden`."""
        if self.format in _WITH_HIDDEN:
            self._send("hidden", sheet.index)
            self._hidden_sheet = sheet.index

    def hidden(self, sheet: Sheet) -> Hidden:
        """The rows and columns of a sheet that are hidden in its workbook."""
        if self.format not in _WITH_HIDDEN:
            return Hidden()
        asked_before, self._hidden_sheet = self._hidden_sheet, None
        if asked_before == sheet.index:
            while (reply := self._receive())[0] != "hidden":
                pass
        else:
            reply = self._ask("hidden", sheet.index)
        _kind, rows, columns = reply
        return Hidden(frozenset(rows), frozenset(map(letter, columns)))

    @property
    def known_headings(self) -> tuple[str, ...]:
        """The headings of a format whose columns are always the same, such as a vCard; else none."""
        return tuple(COLUMNS.values()) if self.format in reading_child.CARDS else ()

    def remarks(self) -> list[tuple[int, str, str, bool]]:
        """What the reader noticed about cards: row (0 = the file), what stands there, why, whether it is left out."""
        found: list[tuple[int, str, str, bool]] = self._ask("remarks")[1] if self.known_headings else []
        return found

    def photo(self, key: str) -> bytes:
        """The bytes of a picture of a card by its key (`card_photos`); none where there is no such picture."""
        return bytes(self._ask("photo", key)[1])

    def events(self) -> list[Event]:
        """The appointments, tasks and birthdays of a calendar.

        Raises:
            UserError: nothing in it has a day.
        """
        found: list[Event] = self._ask("events")[1]
        return found

    def open_quotes(self) -> list[tuple[int, int, int]]:
        """Quotation marks of a text file that end nowhere, in the rows read last: row, line, how many lines it took."""
        found: list[tuple[int, int, int]] = self._ask("quotes")[1] if self.format == "csv" else []
        return found

    def _send(self, *request: Any) -> None:
        try:
            self._connection.send(request)
            self._awaited += 1
        except (OSError, ValueError) as error:
            raise self._died() from error

    def _ask(self, *request: Any) -> tuple[Any, ...]:
        while self._awaited:
            # Someone stopped reading rows half-way: the batch that was under way is of no use any more.
            with contextlib.suppress(UserError):
                self._receive()
        self._hidden_sheet = None
        self._send(*request)
        return self._receive()

    def _receive(self) -> tuple[Any, ...]:
        limit = time.monotonic() + WAIT_SECONDS
        self._progress.check()
        try:
            while not self._connection.poll(_POLL_SECONDS):
                self._progress.check()
                if time.monotonic() > limit:
                    self.close()
                    raise refusal("slow", self.path.name)
            reply: tuple[Any, ...] = self._connection.recv()
            self._awaited -= 1
        except (EOFError, OSError) as error:
            raise self._died() from error
        if reply[0] == "failed":
            raise RuntimeError(reply[1])
        if reply[0] == "refused":
            _log.info("Import refused %s: %s", reply[1], reply[2])
            raise refusal(reply[1], self.path.name)
        return reply

    def _died(self) -> UserError:
        """The child is gone: the file asked for more memory or time than it may have, or broke its reader."""
        self._awaited = 0
        self._child.join(2)
        code = self._child.exitcode
        _log.warning("The reader of a foreign file ended with code %s", code)
        return refusal(_REASONS.get(_signal_name(code), "crashed"), self.path.name)

    def close(self) -> None:
        """End the child process."""
        self._connection.close()
        if self._child.is_alive():
            self._child.terminate()
        self._child.join(2)
        if self._child.is_alive():
            self._child.kill()
            self._child.join(2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_file(path: str | Path, progress: Progress | None = None, *, encoding: str = "", delimiter: str = "") -> Source:
    """Open a foreign file for import; `encoding` and `delimiter` are found out unless given.

    Raises:
        UserError: it is no table that can be read; the sentence says what it is and what to do.
        Problem: the file may not be read.
        Cancelled: the user asked to stop.
    """
    path = Path(path)
    check_path(path)
    source = Source(path, progress or Progress())
    try:
        source.open(encoding, delimiter)
    except BaseException:
        source.close()
        raise
    return source


def about_quote(line: int, lines: int) -> str:
    """What is said of a quotation mark that is never closed."""
    if lines == 1:
        return _("Line {line}: A quotation mark is never closed, so it was read as an ordinary sign.").format(line=line)
    return _("Line {line}: A quotation mark opens a text of {lines} lines that seems to hold whole rows. Check it.").format(
        line=line, lines=lines
    )  # fmt: skip
