"""Bringing a backup back: into a copy first, checked, and only then in the place of the data file.

The replaced file stays beside it under its name with "before restore" and the time, so that a restore can itself be
taken back. Any failure leaves the data file as it was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.core import dates
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import migrate
from crm_desktop.safety import backup

_LOGS = ("-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """What a restore did. `aside` is the file that was replaced, None when there was none; `has_sum` as in `Backup`."""

    path: Path
    aside: Path | None
    counts: dict[str, int]
    has_sum: bool = False


@dataclass(frozen=True)
class Prepared:
    """A checked copy of a backup that only needs to take its place; `discard` or `swap` it."""

    part: Path
    target: Path
    counts: dict[str, int]
    has_sum: bool = False


def prepare(source: Path, target: Path, progress: Progress | None = None) -> Prepared:
    """The slow part: check the backup and copy it beside the data file, brought up to date. Touches nothing else.

    Raises:
        UserError: the backup is not there, is none of this program, or is of a newer version.
        Problem: it is damaged, or the folder cannot be written.
        Cancelled: through `progress`.
    """
    checked = backup.verify(source)
    part = target.with_name(f".{target.name}.restoring")
    prepared = Prepared(part, target, checked.counts, checked.has_sum)
    try:
        with _told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            before = backup.copy_database(source, part, progress or Progress())
            if migrate.version_of(part) < migrate.LATEST:
                migrate.migrate(part)
            else:
                _compare(part, before)
    except BaseException:
        discard(prepared)
        raise
    return prepared


def swap(prepared: Prepared) -> Restored:
    """The quick part: the copy takes the place of the data file, which must not be open and whose lock the caller has.

    Raises:
        Problem: the folder cannot be written; the data file is as it was.
    """
    target = prepared.target
    try:
        with _told(target):
            aside = _set_aside(target) if target.exists() else None
            _drop_logs(target)
            prepared.part.replace(target)
            _wait_for_folder(target.parent)
    finally:
        discard(prepared)
    return Restored(target, aside, prepared.counts, prepared.has_sum)


def discard(prepared: Prepared) -> None:
    """Remove a copy that is not wanted any more."""
    with contextlib.suppress(OSError):
        prepared.part.unlink(missing_ok=True)


def restore(source: Path, target: Path, progress: Progress | None = None) -> Restored:
    """Put the content of a backup in the place of a data file; raises what `prepare` and `swap` raise."""
    return swap(prepare(source, target, progress))


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise Problem(
            _("The backup could not be restored in {folder}: {reason}. Your data is unchanged. Make room there and try again.")
            .format(folder=target.parent, reason=getattr(error, "strerror", None) or error)
        ) from error  # fmt: skip


def _compare(part: Path, before: migrate.Census) -> None:
    with closing(sqlite3.connect(part)) as copy:
        same = migrate.census(copy) == before and copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    if not same:
        raise Problem(
            _("The restored copy differs from the backup, so it was not used. Your data is unchanged. Check the disk.")
        )


def _set_aside(target: Path) -> Path:
    """Keep the file that is replaced under another name; it stays in its place until the new one takes it at once."""
    _fold_log(target)
    stamp = dates.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    # Translated names would make the files of one folder sort apart after a change of language.
    aside = target.with_name(f"{target.stem} before restore {stamp}{target.suffix}")
    number = 2
    while aside.exists():
        aside = target.with_name(f"{target.stem} before restore {stamp} ({number}){target.suffix}")
        number += 1
    for log in ("", *_LOGS[:1]):
        found = target.with_name(target.name + log)
        if found.exists():
            _duplicate(found, aside.with_name(aside.name + log))
    return aside


def _fold_log(target: Path) -> None:
    """Bring the write-ahead log into the file; a damaged file is kept as it is, with its log."""
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _duplicate(found: Path, goal: Path) -> None:
    """A second name for a file: at once where the disk can, else a copy."""
    try:
        os.link(found, goal)
    except OSError:
        shutil.copy2(found, goal)


def _drop_logs(target: Path) -> None:
    """A log beside the new file would be taken for its own."""
    for log in _LOGS:
        target.with_name(target.name + log).unlink(missing_ok=True)


def _wait_for_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows writes folder entries by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
