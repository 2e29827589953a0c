"""Timing for the scripts of this folder.

Each script holds a floor (the least that the job can cost, written without our program) and the product. `bench.py` runs
both in turn, each in a fresh process, so that a noisy neighbour hits both alike and their ratio keeps its meaning.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("PERF_DATA", ROOT / "perf-data"))
CUSTOMERS = int(os.environ.get("PERF_CUSTOMERS", "100000"))
MARK = "@@"
TIMEOUT_S = 900


def timed(work: Callable[..., object], *arguments: object) -> float:
    """Milliseconds that a piece of work takes."""
    gc.collect()
    start = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - start) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all values lies."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


def spread(name: str, times: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile of many times, as two figures."""
    return {f"{name}_p50": statistics.median(times), f"{name}_p95": percentile(times, 0.95)}


def peak_mb() -> float:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


def report(**figures: float) -> None:
    """Hand the figures of this process to `bench.py` and end, without a farewell that would cost time."""
    print(MARK + json.dumps({"mb": peak_mb(), **figures}), flush=True)
    sys.stdout.flush()
    os._exit(0)


def choose(**variants: Callable[[], None]) -> None:
    """Run the variant that the command line names."""
    sys.path.insert(0, str(ROOT))
    variants[sys.argv[1]]()


def child(script: str, variant: str) -> dict[str, float]:
    """The figures of one variant, measured in a process of its own.

    Raises:
        RuntimeError: it ended without figures.
    """
    home = DATA / "settings"
    environment = os.environ | {
        "CRM_DESKTOP_SETTINGS": str(home),
        "PERF_DATA": str(DATA),
        "PERF_START": repr(time.time()),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    # Compiled modules are kept, as they are for everybody who starts the program twice.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, str(Path(__file__).with_name(script)), variant]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            return json.loads(line.removeprefix(MARK))
    raise RuntimeError(f"{script} {variant} ended with {done.returncode}:\n{done.stdout[-500:]}{done.stderr[-2000:]}")


def since_start_ms() -> float:
    """Milliseconds since `child` started this process."""
    return (time.time() - float(os.environ["PERF_START"])) * 1000


def copy_of(path: Path, name: str) -> Path:
    """A fresh copy of a prepared file, for a measurement that writes."""
    target = DATA / name
    for ending in ("", "-wal", "-shm"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
    target.write_bytes(path.read_bytes())
    return target
