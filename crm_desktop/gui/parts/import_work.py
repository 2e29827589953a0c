"""What the import does on the worker thread: read a file, look at it again, check it, carry it out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm_desktop.core.errors import UserError
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import appointments, glance, guessing, importing, leftovers
from crm_desktop.exchange.columns import Matching
from crm_desktop.exchange.deciding import Decisions
from crm_desktop.exchange.importing import Opened
from crm_desktop.exchange.result import ImportResult
from crm_desktop.safety import backup, company_files


class Read:
    """A file that was looked at: it, its first rows, those that are no records, why it fits no kind, what it holds."""

    def __init__(self, opened: Opened, rows: list[list[Any]], trouble: str) -> None:
        self.opened, self.rows, self.trouble, self.holds = opened, rows, trouble, appointments.what_is_in(opened.source)
        self.out = glance.no_records(opened, opened.matching, rows) if opened.matching is not None else {}


def read(path: Path, sheet: str | None, progress: Progress) -> Read:
    """Open a file and find its table; None for the sheet that is most likely meant."""
    opened = importing.open_file(path, progress)
    try:
        opened.choose(sheet)
        return match(opened, "auto")
    except BaseException:
        opened.close()
        raise


def look_again(
    opened: Opened, sheet: str | None, header: int | None, progress: Progress, *, skip_hidden: bool = False
) -> Read:
    """Look at another sheet, or with the headings in another row."""
    opened.skip_hidden = skip_hidden
    opened.during(progress).choose(sheet, header)
    return match(opened, "auto")


def read_again(opened: Opened, encoding: str, delimiter: str, progress: Progress) -> Read:
    """Read a text file with another charset or separator."""
    opened.during(progress).reopen(encoding, delimiter)
    opened.choose()
    return match(opened, "auto")


def match_again(opened: Opened, kind: str, progress: Progress) -> Read:
    """Take the sheet for a list of another kind."""
    return match(opened.during(progress), kind)


def match(opened: Opened, kind: str) -> Read:
    """Propose where the columns go; where that is not enough, as far as it is known."""
    trouble = ""
    try:
        opened.match(kind)
    except UserError as error:
        trouble = str(error)
        if opened.survey is not None:
            opened.matching = guessing.as_far_as_known(opened.survey, "customers" if kind == "auto" else kind)
    return Read(opened, opened.rows(), trouble)


def sample(opened: Opened, matching: Matching, progress: Progress) -> list[dict[str, Any]]:
    """What the first row becomes."""
    return opened.during(progress).preview(matching, 1)


def check(opened: Opened, matching: Matching, decisions: Decisions, progress: Progress) -> ImportResult:
    """The dry run with these columns and decisions."""
    opened.matching, opened.decisions = matching, decisions
    return opened.check(progress)


def save_leftovers(opened: Opened, result: ImportResult, path: Path, progress: Progress) -> str:
    """Write the rows that want a look as a workbook; gives its name."""
    leftovers.save(opened.during(progress), result, path)
    return path.name


def carry_out(opened: Opened, brought: set[tuple[Path, str]], progress: Progress) -> tuple[ImportResult, list[str]]:
    """Back up and import; with the names of the other sheets that hold a table."""
    backup.make(company_files.path(), progress=progress)
    result = opened.carry_out(progress)
    return result, glance.other_tables(opened, brought)


def close(opened: Opened, afterwards: Callable[[], None], _progress: Progress) -> None:
    """End the process that reads the file, then clear up."""
    opened.close()
    afterwards()
