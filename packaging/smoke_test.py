"""Show that a frozen program works on its own: it starts, its self-test ends well, and the demo draws its pages.

Hostile files are refused or looked at within the limits of `hostile_files`.

usage: python packaging/smoke_test.py dist/crm-desktop

The program runs in an empty folder, with an empty home and without this checkout or its environment in reach.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import hostile_files

# Only a hang takes so long, however busy the machine is.
TIMEOUT_S = 600
KEPT = ("LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "WINDIR")


def run(program: Path, home: Path, *arguments: str) -> str:
    """What the program prints; a failure ends the test and shows it."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"HOME": str(home), "USERPROFILE": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [str(program), *arguments]
    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    print(f"$ {program.name} {' '.join(arguments)}\n{done.stdout}{done.stderr}", end="")
    if done.returncode:
        raise SystemExit(f"It ended with exit code {done.returncode}.")
    return done.stdout


def main() -> None:
    """Try the program of the folder that the command line names."""
    folder = Path(sys.argv[1]).resolve()
    program = folder / ("crm-desktop.exe" if os.name == "nt" else "crm-desktop")
    with tempfile.TemporaryDirectory() as home:
        run(program, Path(home), "--version")
        run(program, Path(home), "--self-test")
        run(program, Path(home), "demo", "demo")
        pictures = list(Path(home, "demo", "pictures").glob("*.png"))
    if not pictures:
        raise SystemExit("The demo drew no pictures of the window.")
    hostile_files.try_out(program)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"The frozen program works. Its folder takes {size / 1e6:.0f} MB.")


if __name__ == "__main__":
    main()
