"""Make this checkout ready to run: system packages, a `.venv` with the locked dependencies, and the built assets.

usage: python packaging/setup_dev.py           for working on the program
       python packaging/setup_dev.py --build   for freezing it: `.build-venv`, with nothing that the program lacks

Works on Linux, Windows and macOS with nothing but Python. What is ready already is left alone, so that every command
of the Makefile can begin with it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, TOO_NEW = (3, 11), (3, 15)


def main() -> int:
    """Set up and return the exit code."""
    if not OLDEST <= sys.version_info < TOO_NEW:
        print(f"Python 3.11 to 3.14 is needed; this one is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    build = "--build" in sys.argv[1:]
    try:
        system_packages(build=build)
        lock = ROOT / ("requirements-build.lock" if build else "requirements.lock")
        python = environment(ROOT / (".build-venv" if build else ".venv"), lock)
        assets(python, ROOT / "build" / ("frozen_assets" if build else "assets"))
    except subprocess.CalledProcessError as error:
        print(f"\nSetting up stopped at: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return error.returncode or 1
    return 0


def system_packages(*, build: bool) -> None:
    """Install the libraries that Qt needs, where the system has `dpkg`."""
    if sys.platform != "linux":
        return
    extra = []
    if importlib.util.find_spec("ensurepip") is None:
        extra.append("python3-venv")  # Debian splits it off
    if build:
        extra.append("binutils")  # PyInstaller reads libraries with objdump
    run("sh", ROOT / "packaging" / "system_packages.sh", *extra)


def environment(folder: Path, lock: Path) -> Path:
    """The Python of a virtual environment that holds exactly what the lock file names."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, samples = folder / ".ready", ROOT / "requirements-samples.lock"
    state = hashlib.sha256(lock.read_bytes() + samples.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == state and python.exists():
        return python
    print(f"Setting up {folder.name} with the packages of {lock.name} (some 300 MB, once) …", flush=True)
    if not works(python):
        run(sys.executable, "-m", "venv", "--clear", folder)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", lock)
    if lock.name == "requirements.lock":
        run(*pip, "--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement", samples)
    stamp.write_text(state)
    return python


def works(python: Path) -> bool:
    """Whether the environment's Python starts, has pip, and is of this version (a moved or half-made one does not)."""
    if not python.exists():
        return False
    probe = "import pip, sys; print(sys.version)"
    found = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    return found.stdout.strip() == sys.version


def assets(python: Path, folder: Path) -> None:
    """Make fonts, translations and icons; what is up to date is left alone."""
    run(python, ROOT / "packaging" / "make_assets.py", folder)


def run(*command: str | Path) -> None:
    """Run a command in the checkout; a failure ends the set-up."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


if __name__ == "__main__":
    raise SystemExit(main())
