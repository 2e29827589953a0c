"""One program at a time writes a data file: the window holds its lock while it is open, a command while it runs.

The lock is a hidden file beside the data file that the operating system releases when its holder ends, however it ends;
the lock of a program that crashed is therefore free at once. Reading needs no lock.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _


class InUse(Problem):
    """The data file is open in another copy of the program."""


class Lock:
    """A held lock; `release()` it or use it in a `with` block."""

    def __init__(self, path: Path, held: Any) -> None:
        self.path = path
        self._held = held

    def release(self) -> None:
        """Let others write the file; releasing twice is harmless."""
        self._held.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.release()


def lock_file(path: Path) -> Path:
    """The file whose lock stands for the data file."""
    return path.with_name(f".{path.name}.lock")


def acquire(path: Path) -> Lock:
    """Take the lock of a data file, which need not exist yet.

    Raises:
        InUse: another copy of the program has it.
        Problem: the folder cannot be written.
    """
    import filelock

    path = path.resolve()
    held = filelock.FileLock(lock_file(path), timeout=0, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except filelock.Timeout:
        raise InUse(
            _(
                "{file} is open in another window of CRM Desktop. Nothing was changed. Close it there and try again."
            ).format(file=path.name)
        ) from None
    except OSError as error:
        raise Problem(
            _("Nothing can be written in the folder {folder}: {reason}. Copy the data file to another folder.").format(
                folder=path.parent, reason=error.strerror or error
            )
        ) from error
    return Lock(path, held)
