"""The data file of the business that is open: open, make, switch, restore, close. For the window and the terminal.

Whoever writes holds the file's lock. Opening a file for work also empties what has lain in the bin for 30 days and
forgets history older than 90 days; closing it makes a backup when something changed.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crm_desktop.company import home, profile
from crm_desktop.core import preferences
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import history, migrate
from crm_desktop.safety import lock, wiping

if TYPE_CHECKING:
    from crm_desktop.safety import backup, restoring

SUFFIX = ".crm"
RECENT = 8
_log = logging.getLogger(__name__)


@dataclass
class _Held:
    lock: lock.Lock | None = None
    proposed: Path | None = None


_held = _Held()
_listeners: list[Callable[[Path], None]] = []


def is_open() -> bool:
    """Whether a data file is open."""
    return db.is_open()


def path() -> Path:
    """The open data file."""
    return db.path()


def is_set_up() -> bool:
    """Whether the open data file has a company; one without is waiting for its first screen."""
    return profile.exists()


def is_readable(wanted: Path) -> bool:
    """Whether a file is a data file whose beginning is whole, of whatever version."""
    try:
        migrate.version_of(wanted)
    except (UserError, Problem):
        return False
    return True


def default_path() -> Path:
    """Where the data file is when nothing else is said: the one that was open last, else in Documents/CRM."""
    known = recent()
    if _held.proposed is not None:
        return _held.proposed
    first = preferences.default_data_folder() / "".join((_("My business"), SUFFIX))
    return known[0] if known else first


def propose(wanted: Path | None) -> None:
    """Let the first screen propose this place for a new data file, until a file was opened."""
    _held.proposed = wanted


def proposed() -> Path | None:
    """The place that was named at start for a data file that is not there yet."""
    return _held.proposed


def recent() -> list[Path]:
    """The data files opened last on this computer that are still there, newest first."""
    found = preferences.get("recent_files", [])
    return [path for path in map(Path, found if isinstance(found, list) else []) if path.exists()]


def remember(opened: Path) -> None:
    """Put a file on top of the recent ones."""
    files = [str(opened.resolve()), *(str(p) for p in recent() if p.resolve() != opened.resolve())]
    preferences.put("recent_files", files[:RECENT])


def forget(gone: Path) -> None:
    """Take a file from the recent ones; the file itself stays."""
    preferences.put("recent_files", [str(p) for p in recent() if p.resolve() != gone.resolve()])


# ---- opening -------------------------------------------------------------------------------------------------------


def open_data_file(wanted: Path, *, create: bool = False, remembered: bool = True, tidied: bool = True) -> None:
    """Open a data file for work, in the place of the one that is open; if that fails, the old one stays open.

    `remembered` puts it on top of the recent ones, so that the next start opens it. Without `tidied` what is due is not
    emptied yet, since that looks through the whole file: call `tidy` when there is time.

    Raises:
        lock.InUse: another copy of the program has it open.
        Problem: it is damaged, read-only or cannot be read.
        UserError: it is not there, is no data file, or is of a newer version.
    """
    before = db.path() if db.is_open() else None
    if not wanted.exists() and not create:
        migrate.version_of(wanted)  # raises the sentence, before a lock file appears in a folder that may not exist
    if before is not None and before.resolve() == wanted.resolve() and _held.lock is not None:
        return
    taken = lock.acquire(wanted)
    try:
        migrate.open_file(wanted, create=create)
    except BaseException:
        taken.release()
        if before is not None:
            migrate.open_file(before)
        raise
    _release()
    _held.lock = taken
    _finish_erasing()
    if tidied:
        tidy()
    _opened(wanted, remembered=remembered)


def open_for_reading(wanted: Path) -> None:
    """Open a data file for reading; works while a window has it open.

    Raises:
        Problem: it is damaged or cannot be read.
        UserError: it is not there, is no data file, or is of another version.
    """
    migrate.open_file(wanted, readonly=True)


def _opened(path: Path, *, remembered: bool = True) -> None:
    _held.proposed = None
    if remembered:
        remember(path)
    for listener in tuple(_listeners):
        listener(path)


def on_open(listener: Callable[[Path], None]) -> Callable[[], None]:
    """Call `listener(path)` whenever a data file was opened for work; gives a function that takes it away again."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


@contextlib.contextmanager
def own_connection() -> Iterator[None]:
    """A connection of this thread's own, for work beside the window; nothing while no file is open."""
    with db.own_connection() if db.is_open() else contextlib.nullcontext():
        yield


def new_data_file(
    wanted: Path, *, country: str, language: str, currency: str, is_sample: bool = False, remembered: bool = True
) -> None:
    """Make a data file, ready for work, and open it.

    Raises:
        UserError: a file of this name is already there.
        Problem: the folder cannot be written, or the disk is full.
    """
    if wanted.exists():
        raise UserError(_("{file} is already there. Choose another name, or open it.").format(file=wanted.name))
    open_data_file(wanted, create=True, remembered=remembered)
    # The owner may read English and still write German invoices.
    paper = home.paper_language(country, language)
    profile.set_up(country=country, language=paper, currency=currency, is_sample=is_sample)


def tidy() -> None:
    """Empty what is due. Nobody waits for it, so a file that cannot be written now must still open."""
    from crm_desktop.safety import bin as the_bin

    try:
        the_bin.purge_old()
        history.prune()
    except Problem:
        _log.warning("The bin was not emptied", exc_info=True)


def _finish_erasing() -> None:
    """What an erasing left to do that was interrupted is done before anything else."""
    try:
        if wiping.is_pending():
            wiping.wipe()
    except Problem:
        _log.warning("What was erased was not overwritten", exc_info=True)


# ---- closing -------------------------------------------------------------------------------------------------------


def close_data_file(*, make_backup: bool = True) -> backup.Backup | None:
    """Close the open file and let others open it; gives the backup that was made, None when nothing had changed.

    Raises:
        Problem: the backup could not be made; the file is closed all the same.
    """
    if not db.is_open():
        return None
    closing, writes = db.path(), _held.lock is not None
    made = None
    try:
        if make_backup and writes and profile.exists() and not profile.load().is_sample:
            from crm_desktop.safety import backup

            made = backup.make_if_changed(closing)
    finally:
        db.close()
        _release()
    return made


def _release() -> None:
    if _held.lock is not None:
        _held.lock.release()
        _held.lock = None


# ---- restoring -----------------------------------------------------------------------------------------------------


def prepare_restore(source: Path, target: Path, progress: Progress | None = None) -> restoring.Prepared:
    """The slow part of a restore, which may run beside the window; `finish_restore` does the rest.

    Raises:
        UserError: the backup is not there or of a newer version.
        Problem: the backup is damaged or the folder cannot be written.
        Cancelled: through `progress`.
    """
    from crm_desktop.safety import restoring

    return restoring.prepare(source, target, progress)


def finish_restore(prepared: restoring.Prepared) -> restoring.Restored:
    """Put a prepared backup in the place of the data file and open it. What was there stays beside it.

    Runs in the thread that opened the data file.

    Raises:
        lock.InUse: another copy of the program has the file open.
        Problem: the folder cannot be written; what was open is open again.
    """
    from crm_desktop.safety import restoring

    target = prepared.target
    before = db.path() if db.is_open() else None
    same = before is not None and before.resolve() == target.resolve() and _held.lock is not None
    try:
        taken = None if same else lock.acquire(target)
    except Problem:
        restoring.discard(prepared)
        raise
    db.close()
    try:
        done = restoring.swap(prepared)
        migrate.open_file(target)
    except BaseException:
        if taken is not None:
            taken.release()
        if before is not None:
            migrate.open_file(before)
        raise
    if taken is not None:
        _release()
        _held.lock = taken
    _opened(target)
    db.tell_everything()
    return done


def restore(source: Path, target: Path, *, progress: Progress | None = None) -> restoring.Restored:
    """Both parts of a restore in one; raises what `prepare_restore` and `finish_restore` raise."""
    return finish_restore(prepare_restore(source, target, progress))
