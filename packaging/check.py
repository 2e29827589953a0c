"""All checks, one after the other: format, lint, types, import contracts, tests. `make test` runs this.

usage: python packaging/check.py [arguments for pytest …]

Each check runs even if an earlier one failed, so that one run shows everything; the tests come last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
CONTRACTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
# Random order comes with pytest-randomly; two workers, since one test run should not take a whole machine.
PYTEST = [PYTHON, "-m", "pytest", "-q", "-n", os.environ.get("TEST_WORKERS", "2"), "--dist", "worksteal"]
CHECKS = (
    ("format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("lint", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
    ("types", [PYTHON, "-m", "mypy", "--no-incremental"]),
    ("import contracts", [PYTHON, "-c", CONTRACTS]),
    ("tests", [*PYTEST, *sys.argv[1:]]),
)


def main() -> int:
    """Run the checks; 0 when all of them passed."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    failed = []
    for name, command in CHECKS:
        print(f"--- {name}", flush=True)
        start = time.monotonic()
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
        if name != "tests":  # the closing lines of the tests stay the last ones
            print(f"    {'FAILED' if name in failed else 'passed'} in {time.monotonic() - start:.1f} s", flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
