"""What a command of the terminal is: a name, its arguments, how it opens the data file, the function that runs it."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_desktop.company import home
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import migrate
from crm_desktop.safety import backup, company_files

DONE, REFUSED, USAGE, PROBLEM, BUG = 0, 1, 2, 3, 70
Args = argparse.Namespace


@dataclass(frozen=True)
class Wiring:
    """What `app` lends to commands that would otherwise need the window."""

    draw_pictures: Callable[[Path], int] | None = None
    self_test: Callable[[], int] | None = None
    call_window: Callable[[Path, str], bool] | None = None


@dataclass(frozen=True)
class Argument:
    """One argument as argparse takes it; `help` is marked for translation."""

    name: str
    help: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command. `opens`: "read", "write", "create" (made if missing), or "" when it opens the file itself."""

    name: str
    help: str
    run: Callable[[Args, Wiring], int | None]
    opens: str
    arguments: tuple[Argument, ...] = ()


def writable(out: str) -> Path:
    """The path of a file that shall be written.

    Raises:
        UserError: its folder is not there; a misspelt path must not make one.
    """
    path = Path(out)
    if not path.parent.is_dir():
        raise UserError(
            _("There is no folder “{folder}”. Make it first, or choose another place. Nothing was written.").format(
                folder=path.parent
            )
        )
    return path


def data_path(arguments: Args) -> Path:
    """The data file that the command is about."""
    return Path(arguments.data) if arguments.data else company_files.default_path()


@contextlib.contextmanager
def opened(opens: str, path: Path) -> Iterator[None]:
    """The data file, open as the command wants it, and closed afterwards; `opens` as in `Command`.

    What a script opens does not become the file that the window opens next. A file that was made for a command that
    then failed is removed again.
    """
    made = opens == "create" and not path.exists()
    try:
        if opens == "read":
            company_files.open_for_reading(path)
        elif made:
            found = home.guess()
            company_files.new_data_file(
                path, country=found.country, language=found.language, currency=found.currency, remembered=False
            )
        elif opens:
            company_files.open_data_file(path, remembered=False)
        yield
    except BaseException:
        company_files.close_data_file(make_backup=False)
        if made:
            path.unlink(missing_ok=True)
        raise
    finally:
        company_files.close_data_file(make_backup=False)


@contextlib.contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of the data file to try something on, so that nothing stays behind, even while a window has it open."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        if path.exists():
            migrate.version_of(path)  # raises a sentence about a foreign file
            backup.copy_database(path, copy, Progress())
        yield copy
