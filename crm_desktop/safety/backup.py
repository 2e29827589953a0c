"""Backups: whole copies of the data file, each opened, checked and counted before it counts as one.

They lie in `Backups` beside the data file, or in a folder of the data file's own inside the one that the owner chose,
under the name of the data file with date and time. `make` adds one and lets old ones go by `rotation`. What was checked
is noted in `backups.json` beside them, with the SHA-256 of each file as it was made; a backup that changed since counts
as not checked. `restoring.restore` brings one back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crm_desktop.core import dates, preferences
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.safety import rotation

SUFFIX = ".crm-backup"
_STAMP = "%Y-%m-%d %H-%M-%S"
_STAMP_LENGTH = len("2026-11-24 09-12-00")
_INDEX = "backups.json"
_PAGES = 4096
_COUNTED = {
    "customers": "SELECT count(*) FROM customer WHERE deleted_at IS NULL",
    "contracts": "SELECT count(*) FROM contract WHERE deleted_at IS NULL",
    "documents": "SELECT count(*) FROM document WHERE state = 'issued'",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backup:
    """One backup. `counts` says how many customers, contracts and issued documents are in it, once it was checked.

    `has_sum`: its SHA-256 was kept when it was made, so that a check proves every byte, not only that it opens.
    """

    path: Path
    made_at: datetime
    size: int
    verified: bool
    counts: dict[str, int] = field(default_factory=dict)
    has_sum: bool = False


# ---- where ---------------------------------------------------------------------------------------------------------


def folder_of(data_path: Path) -> Path:
    """The folder of the backups of a data file.

    Inside a chosen folder each data file has its own: two businesses may have the same name in different folders.
    """
    chosen = _chosen_folder(data_path)
    return chosen / _own_name(data_path) if chosen else data_path.resolve().parent / "Backups"


def _own_name(data_path: Path) -> str:
    place = hashlib.sha256(str(data_path.resolve()).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{data_path.stem} {place[:8]}"


def choose_folder(data_path: Path, folder: Path | None) -> None:
    """Put the backups of a data file into this folder from now on; None means `Backups` beside the file."""
    if folder is not None and folder.name == _own_name(data_path):  # its own folder was picked, not the one around it
        folder = folder.parent
    folders = _chosen_folders()
    folders[str(data_path.resolve())] = str(folder) if folder else None
    preferences.put("backup_folders", {file: where for file, where in folders.items() if where} or None)


def _chosen_folders() -> dict[str, str | None]:
    found = preferences.get("backup_folders")
    return dict(found) if isinstance(found, dict) else {}


def _chosen_folder(data_path: Path) -> Path | None:
    chosen = _chosen_folders().get(str(data_path.resolve()))
    return Path(chosen) if chosen else None


def all_backups(data_path: Path) -> list[Backup]:
    """The backups of a data file, newest first; none while their folder is not there.

    Backups that an earlier version put into the chosen folder itself are found there under their name.
    """
    chosen = _chosen_folder(data_path)
    found = [*_backups_in(folder_of(data_path), data_path), *(_backups_in(chosen, data_path) if chosen else ())]
    return sorted(found, key=lambda b: (b.made_at, b.path.name), reverse=True)


def _backups_in(folder: Path, data_path: Path) -> list[Backup]:
    notes = _notes(folder)
    # The stem decides, not the pattern: "Firm 2" is another business than "Firm".
    length = len(data_path.stem) + 1 + _STAMP_LENGTH + len(SUFFIX)
    paths = [p for p in folder.glob(f"{_glob_escape(data_path.stem)} *{SUFFIX}") if len(p.name) == length]
    return [b for b in (_described(path, notes) for path in paths) if b is not None]


def latest(data_path: Path) -> Backup | None:
    """The newest backup of a data file, or None."""
    return next(iter(all_backups(data_path)), None)


def _glob_escape(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _described(path: Path, notes: dict[str, Any]) -> Backup | None:
    try:
        stamp = path.name.removesuffix(SUFFIX)[-_STAMP_LENGTH:]
        made = datetime.strptime(stamp, _STAMP).astimezone(UTC)
        stat = path.stat()
    except (ValueError, OSError):
        return None
    note = notes.get(path.name, {})
    verified = note.get("size") == stat.st_size and note.get("changed") == stat.st_mtime_ns
    return Backup(
        path, made, stat.st_size, verified, note.get("counts", {}) if verified else {}, has_sum="sha256" in note
    )


def _notes(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: note for name, note in found.items() if isinstance(note, dict)} if isinstance(found, dict) else {}


def _note_verified(path: Path, counts: dict[str, int], sha256: str | None) -> None:
    """Remember that a backup was checked; a folder that cannot be written only forgets it."""
    stat = path.stat()
    notes = {name: note for name, note in _notes(path.parent).items() if (path.parent / name).exists()}
    notes[path.name] = {"size": stat.st_size, "changed": stat.st_mtime_ns, "counts": counts}
    if sha256 is not None:
        notes[path.name]["sha256"] = sha256
    part = path.parent / f".{_INDEX}.part"
    try:
        part.write_text(json.dumps(notes, indent=1), encoding="utf-8")
        part.replace(path.parent / _INDEX)
    except OSError:
        _log.warning("The list of checked backups could not be written", exc_info=True)


# ---- making --------------------------------------------------------------------------------------------------------


def make(data_path: Path, *, folder: Path | None = None, progress: Progress | None = None) -> Backup:
    """Copy the data file as it is now, check the copy, and let old backups go.

    Other programs may read and write the data file meanwhile. With `folder` the copy goes there instead, and nothing
    there is rotated.

    Raises:
        Problem: the copy could not be written, or differs from the data file; there is no half backup left.
        Cancelled: through `progress`.
    """
    goal = folder or folder_of(data_path)
    path = _free_name(goal, data_path.stem)
    part = path.with_name(f".{path.name}.part")
    try:
        goal.mkdir(parents=True, exist_ok=True)
        before = copy_database(data_path, part, progress or Progress())
        counts = _proven(part, before)
        sha256 = _sum_of(part)
        part.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise Problem(
            _("The backup could not be written in {folder}: {reason}. Your data is unchanged. Make room there or choose another folder.")
            .format(folder=goal, reason=getattr(error, "strerror", None) or error)
        ) from error  # fmt: skip
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    _note_verified(path, counts, sha256)
    if folder is None:
        _rotate(data_path)
    return _described(path, _notes(goal)) or Backup(
        path, dates.now(), path.stat().st_size, verified=True, counts=counts
    )


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_if_changed(data_path: Path) -> Backup | None:
    """Make a backup unless the newest one holds the same; for the end of a working day."""
    newest = latest(data_path)
    if newest is not None and newest.verified and _mark(newest.path, frozen=True) == _mark(data_path):
        return None
    return make(data_path)


def _free_name(folder: Path, stem: str) -> Path:
    instant = dates.now()
    while True:
        path = folder / f"{stem} {instant.astimezone().strftime(_STAMP)}{SUFFIX}"
        if not path.exists():
            return path
        instant = dates.add_instant_seconds(instant, 1)


def copy_database(source_path: Path, target: Path, progress: Progress) -> migrate.Census:
    """Copy a database as it is at one instant into a new file and wait for the disk; gives its census.

    The copy is one file without a log beside it.
    """
    with (
        closing(db.open_reader(source_path)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # An open read transaction holds this instant, so that writers meanwhile do not start the copy afresh.
        source.isolation_level = None
        source.execute("BEGIN")
        before = migrate.census(source)
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA journal_mode = OFF")
        source.backup(
            copy,
            pages=_PAGES,
            progress=lambda _status, left, total: progress(total - left, total, _("Copying the data file")),
        )
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")
    wait_for_disk(target)
    return before


def wait_for_disk(path: Path) -> None:
    """Return when the file is on the disk, not only in memory."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _rotate(data_path: Path) -> None:
    # Only those in its own folder: under the same name in a shared one may lie the backups of another business.
    found = _backups_in(folder_of(data_path), data_path)
    stay = rotation.kept((b.made_at for b in found), dates.today())
    for backup in found:
        if backup.made_at not in stay:
            try:
                backup.path.unlink()
            except OSError:
                _log.warning("An old backup could not be removed", exc_info=True)


# What changes with every change of the data file; cheap to read, and the same in a copy.
_MARKS = (
    "SELECT max(id) FROM journal_step",
    "SELECT max(id) FROM journal_change",
    "SELECT max(id) FROM stored_file",
    "SELECT max(id) FROM document_file",
    "SELECT max(id) FROM import_run",
    "SELECT group_concat(key || value, char(10)) FROM setting",
    "SELECT group_concat(kind || period || last, char(10)) FROM number_counter",
    "SELECT max(updated_at) FROM company",
)


def _mark(path: Path, *, frozen: bool = False) -> tuple[Any, ...] | None:
    """What tells two states of a data file apart; None when it cannot be read."""
    try:
        with closing(reader(path) if frozen else db.open_reader(path)) as connection:
            return tuple(connection.execute(sql).fetchone()[0] for sql in _MARKS)
    except sqlite3.Error:
        return None


# ---- checking ------------------------------------------------------------------------------------------------------


def reader(path: Path) -> sqlite3.Connection:
    """A backup opened for reading only; nothing appears beside it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def verify(path: Path) -> Backup:
    """Open a backup, check it page by page, and compare its SHA-256 with the one kept when it was made.

    Gives what is in it. Without a kept sum (`has_sum` is False) only that it opens and is consistent is proven.

    Raises:
        Problem: it is damaged or cannot be read.
        UserError: it is not there, or is no backup of this program.
    """
    version = migrate.version_of(path)
    if version > migrate.LATEST:
        raise UserError(
            _("{file} was made by a newer version of CRM Desktop. Install that version to use it.").format(
                file=path.name
            )
        )
    counts = _proven(path, None)
    kept = _notes(path.parent).get(path.name, {}).get("sha256")
    if kept is not None and _sum_of(path) != kept:
        raise Problem(
            _("The backup {file} changed after it was made, so it may hold wrong data. Your data is unchanged. Use another backup.")
            .format(file=path.name)
        )  # fmt: skip
    _note_verified(path, counts, kept)
    return _described(path, _notes(path.parent)) or Backup(
        path,
        datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0),
        path.stat().st_size,
        verified=True,
        counts=counts,
    )


def _proven(path: Path, before: migrate.Census | None) -> dict[str, int]:
    """The counts of a whole copy.

    Raises:
        Problem: pages are damaged, or rows or sums differ from `before`.
    """
    try:
        with closing(reader(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found == "ok" and before in (None, migrate.census(connection)):
                return {name: int(connection.execute(sql).fetchone()[0]) for name, sql in _COUNTED.items()}
    except sqlite3.Error as error:
        found = str(error)
        _log.warning("Backup %s: %s", path, db.sentence_for(error) or found)
    raise Problem(
        _("The backup {file} is damaged and cannot be used. Your data is unchanged. Use another backup.").format(
            file=path.name.removeprefix(".").removesuffix(".part")
        )
    )
