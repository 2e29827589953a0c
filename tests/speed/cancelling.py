"""Cancel: press it while 100,000 customers are brought in, at random moments, as an owner would in the window.

usage: python tests/speed/cancelling.py [TIMES]

Each time the workbook of row 5 is opened and imported by the window's worker, with the backup before and the dialog with
Cancel in front, and Cancel is pressed at a random moment of the whole. Told are the milliseconds from that moment, be the
window busy or not, until the dialog has painted that it stops, and until everything is rolled back and the dialog is
gone. Then nothing may be left. It is no row of `bench.py`: there is no floor for a promise in milliseconds.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from importing import workbook
from measure import CUSTOMERS, DATA
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from crm_desktop.db import connection as db
from crm_desktop.exchange import importing
from crm_desktop.gui import jobs, theme, window_jobs
from crm_desktop.safety import backup, company_files

TIMES = 30
_TOO_LONG_S = 120


class Stopwatch(window_jobs.JobDialog):
    """The dialog, which notes when it has painted that the work stops."""

    pressed = painted = 0.0

    def press_at(self, moment: float) -> None:
        """Press Cancel at a moment of `time.perf_counter`; what keeps the window from it counts."""
        self.pressed = moment
        wait = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        wait.timeout.connect(self.cancel)
        wait.start(max(0, round((moment - time.perf_counter()) * 1000)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._stop.isEnabled() and not self.painted:
            self.painted = time.perf_counter()


def bring_in(path: Path, after_s: float | None) -> dict[str, float]:
    """Import as the window does; Cancel after so many seconds (None: never). Seconds that everything took."""
    with importing.open_file(path) as opened:
        opened.choose()
        opened.match()
        said: list[Any] = []

        def carry_out(progress: Any) -> Any:
            backup.make(company_files.path(), progress=progress)
            return opened.carry_out(progress)

        began = time.perf_counter()
        job = jobs.run(carry_out, done=said.append, failed=said.append, title="Importing", writes=True)
        dialog = Stopwatch(job)
        dialog.open()
        if after_s is not None:
            dialog.press_at(began + after_s)
        while job.running and time.perf_counter() - began < _TOO_LONG_S:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
        ended = time.perf_counter()
        dialog.end()
    if any(isinstance(one, BaseException) for one in said):
        raise SystemExit(f"It failed: {said}")
    told = {"whole": ended - began, "in": len(said)}
    return told | ({"said": dialog.painted - dialog.pressed, "back": ended - dialog.pressed} if dialog.painted else {})


def left() -> int:
    """How many customers are in the file, and steps of the journal that were not finished."""
    return int(
        db.value(
            "SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM journal_open WHERE step_id IS NOT NULL)"
        )
    )


def fresh_file() -> None:
    """An empty company, open."""
    company_files.close_data_file(make_backup=False)
    target = DATA / "cancelled.crm"
    for ending in ("", "-wal", "-shm"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
    company_files.new_data_file(target, country="DE", language="en", currency="EUR", remembered=False)


def main() -> None:
    """Measure and tell."""
    os.environ["CRM_DESKTOP_SETTINGS"] = str(DATA / "settings")
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    application = QApplication([])
    theme.apply(application, "light", 1.0)
    jobs.use_connection(company_files.own_connection)
    path = workbook()
    fresh_file()
    whole = bring_in(path, None)["whole"]
    print(f"{CUSTOMERS} customers in {whole:.1f} s, load {os.getloadavg()[0]:.1f}")
    fresh_file()
    chance, found = random.Random(5), []
    for number in range(times):
        after = chance.uniform(0.05, whole)
        told = bring_in(path, after)
        if told["in"]:
            print(f"{number:3}: before {after:5.2f} s all was in")
            whole = told["whole"]
            fresh_file()
            continue
        if left():
            raise SystemExit(f"Cancelled after {after:.2f} s, {left()} customers or steps are left.")
        found.append(told)
        print(
            f"{number:3}: at {after:5.2f} s: said after {told['said'] * 1000:4.0f} ms, back after {told['back'] * 1000:5.0f} ms"
        )
    for name, words in (("said", "Stopping is said"), ("back", "all is back")):
        values = [one[name] * 1000 for one in found]
        print(
            f"{words} after {statistics.median(values):.0f} ms (median), {max(values):.0f} ms at most, load {os.getloadavg()[0]:.1f}"
        )
    jobs.stop()


if __name__ == "__main__":
    main()
