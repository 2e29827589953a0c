"""An import and its undo that go on until the process is killed, and who kills it. As in tests/safety/killing.py."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import random
import time
from pathlib import Path

from crm_desktop.exchange import importing
from crm_desktop.safety import company_files

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
HEAD = (
    "Kundennr",
    "Firma",
    "Ansprechpartner",
    "Straße",
    "PLZ",
    "Ort",
    "E-Mail",
    "Telefon",
    "Status",
    "Quelle",
    "Notiz",
    "Hund",
)


def write_list(path: Path, rows: int, *, changed: bool = False) -> Path:
    """A list of customers; `changed` is the same list a year later."""
    stages = ("Interessent", "Kunde", "Stammkunde")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(HEAD) + "\r\n")
        for number in range(rows):
            town = "Köln" if changed and number % 3 == 0 else "Dresden"
            values = (
                f"K{number}", f"Firma {number} GmbH", f"Anna Müller{number}", f"Weg {number}", "01067", town,
                f"k{number}@x.example", f"0351 {1000000 + number}", stages[number % 3], f"Messe {number % 7}", "gut", "Bello",
            )  # fmt: skip
            file.write(";".join(values) + "\r\n")
    return path


def repeat(path: str, files: list[str], settings: str, seed: int, ready: object) -> None:
    """What a child runs: open the file as the window does, then bring lists in and take them back for ever."""
    os.environ["CRM_DESKTOP_SETTINGS"] = settings
    random.seed(seed)
    company_files.open_data_file(Path(path), remembered=False)
    ready.send("open")  # type: ignore[attr-defined]
    for turn in itertools.count():
        done = importing.run(files[turn % len(files)])
        importing.undo(done.import_id or 0)


def _context() -> multiprocessing.context.BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([__name__, "crm_desktop.exchange.importing", "crm_desktop.exchange.reading_child"])
    return found


def kill_while_importing(path: Path, files: list[Path], seed: int, longest_s: float) -> None:
    """Let a child import, and kill it at a random moment."""
    context = _context()
    told, ready = context.Pipe(duplex=False)
    values = (str(path), list(map(str, files)), os.environ["CRM_DESKTOP_SETTINGS"], seed, ready)
    child = context.Process(target=repeat, args=values)  # type: ignore[attr-defined]
    child.start()
    ready.close()
    try:
        if not told.poll(60) or told.recv() != "open":
            raise AssertionError("The child never got to work")
        time.sleep(random.Random(seed).uniform(0, longest_s))
        if not child.is_alive():
            raise AssertionError(f"The child ended by itself: {child.exitcode}")
    finally:
        child.kill()
        child.join(30)
        told.close()
        with contextlib.suppress(ValueError):
            child.close()
