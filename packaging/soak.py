"""The tests with long counts: thousands of invented cases, hundreds of kills. `make soak` runs this; about half an hour.

usage: python packaging/soak.py [PART …]

A part is a test file that invents cases or kills processes; without names all of them run, two at a time (TEST_WORKERS).
What ran is written to docs/soak.md: after each part, so that a run that is ended keeps what it has.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "soak.md"
# What makes a test file long: invented cases, or counts that ask whether this is a long run.
LONG = re.compile(r"^@given\(|\bIS_LONG\b", re.MULTILINE)
EXAMPLES = re.compile(r"(\d+) passing, ")
HEAD = """# Long runs

`make soak` runs every test that invents cases with 2,000 of them instead of 60, and kills, sends and checks ten times as
often. Each line is the last run of its part; seconds are of a machine that others used as well.

| Part | What must hold | Tried | Day | Seconds | Result |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Ran:
    """One part: what it asserts, what was tried, how long it took, and how it ended."""

    part: str
    about: str
    tried: str
    seconds: float
    result: str


def parts() -> list[Path]:
    """The test files with long counts, the largest expected first."""
    found = [p for p in sorted((ROOT / "tests").rglob("test_*.py")) if LONG.search(p.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda path: "random" not in path.name and "killed" not in path.name)


def run(path: Path) -> Ran:
    """Run one part with the long counts."""
    environment = os.environ | {"HYPOTHESIS_PROFILE": "soak", "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-o", "junit_family=xunit1"]
        start = time.monotonic()
        done = subprocess.run(
            [*command, "--hypothesis-show-statistics", f"--junitxml={notes}", str(path)],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - start
        counted = list(_counted(notes))
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-2000:], flush=True)
    cases = sum(map(int, EXAMPLES.findall(done.stdout)))
    tried = [*([f"{cases:,} cases"] if cases else []), *counted]
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return Ran(
        path.relative_to(ROOT).as_posix(),
        docstring.splitlines()[0],
        ", ".join(tried),
        seconds,
        "passed" if not done.returncode else "FAILED",
    )


def _counted(notes: Path) -> Iterator[str]:
    """What the tests say that they tried."""
    if notes.exists():
        for found in ET.parse(notes).iter("property"):  # noqa: S314  (written by pytest a moment ago)
            if found.get("name") == "tried":
                yield found.get("value", "")


def write(ran: list[Ran]) -> None:
    """Write what ran so far into the table; the lines of other parts stay, unless their part is gone."""
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    rows = {
        one.part: f"| `{one.part}` | {one.about} | {one.tried} | {day} | {one.seconds:.0f} | {one.result} |"
        for one in ran
    }
    before = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []
    for line in before:
        part = line[3 : line.find("`", 3)] if line.startswith("| `") else ""
        if part and (ROOT / part).exists():
            rows.setdefault(part, line)
    TABLE.write_text(HEAD + "".join(f"{rows[part]}\n" for part in sorted(rows)), encoding="utf-8", newline="\n")


def main() -> int:
    """Run the parts; 0 when all of them passed."""
    wanted = [(ROOT / name).resolve() for name in sys.argv[1:]] or parts()
    ran: list[Ran] = []
    with ThreadPoolExecutor(int(os.environ.get("TEST_WORKERS", "2"))) as pool:
        for done in as_completed([pool.submit(run, path) for path in wanted]):
            ran.append(done.result())
            print(f"{ran[-1].result} in {ran[-1].seconds:6.0f} s  {ran[-1].part}  {ran[-1].tried}", flush=True)
            write(ran)
    return int(any(one.result != "passed" for one in ran))


if __name__ == "__main__":
    raise SystemExit(main())
