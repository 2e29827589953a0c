"""Disks that are full: a small one that is really mounted where that is allowed, and a limit on the size of files."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

from crm_desktop.db import connection as db

BLOCK = 4096


def _program(name: str) -> str:
    return shutil.which(name) or name


class Mounted:
    """A small disk in memory; a file of zeros takes the room away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        command = [_program("mount"), "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
        subprocess.run(command, check=True, capture_output=True)

    def leave(self, free: int) -> None:
        """Leave so many bytes free."""
        self.give_back()
        filler = self.folder / "filler"
        size = 0
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                size += file.write(b"\0" * BLOCK)
        with filler.open("rb+") as file:
            file.truncate(max(0, size - free))

    def give_back(self) -> None:
        """Make room again."""
        (self.folder / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        """Take the disk away."""
        subprocess.run([_program("umount"), "-l", str(self.folder)], check=True, capture_output=True)


class Limited:
    """No file may grow beyond the largest one in the folder and what is left free."""

    def __init__(self, folder: Path) -> None:
        import resource

        self._limits = resource
        self.folder = folder
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        folder.mkdir()

    def leave(self, free: int) -> None:
        """Let no file grow beyond the log of the database and so many bytes."""
        log = [file.stat().st_size for file in self.folder.glob("*-wal")]
        self._limits.setrlimit(self._limits.RLIMIT_FSIZE, (max([BLOCK, *log]) + free, self._before[1]))

    def give_back(self) -> None:
        """Take the limit away."""
        self._limits.setrlimit(self._limits.RLIMIT_FSIZE, self._before)

    close = give_back


class Paged:
    """The database may not grow: for systems that know neither of the others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def leave(self, free: int) -> None:
        """Let the database grow by so many bytes."""
        pages = db.value("PRAGMA page_count") + free // BLOCK
        db.raw().execute(f"PRAGMA max_page_count = {pages}")

    def give_back(self) -> None:
        """Let it grow as it likes."""
        db.raw().execute("PRAGMA max_page_count = 1000000")

    def close(self) -> None:
        """Nothing is left over."""


def _may_mount() -> bool:
    if sys.platform != "linux":
        return False
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        try:
            Mounted(Path(folder) / "disk").close()
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


KINDS = ([Mounted] if _may_mount() else []) + ([Paged] if sys.platform == "win32" else [Limited])
