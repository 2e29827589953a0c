"""The language changes while the window is open, again and again, with a worker busy: nothing of it ends the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import crm_desktop

ROOT = Path(crm_desktop.__file__).resolve().parents[1]
PROGRAM = """
import faulthandler, gc, os, sys, threading, traceback
from pathlib import Path
from crm_desktop import app
from crm_desktop.company import profile
from crm_desktop.core import i18n
from crm_desktop.gui import failures, jobs, pictures
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.safety import company_files

def busy(_progress):
    # A worker that makes a lot of garbage: Python's own collector would run here, in the wrong thread.
    for _round in range(40):
        kept = [{} for _number in range(200)]
        for one in kept:
            one["self"] = one
    return 1

def told(error):
    traceback.print_exception(error)
    os._exit(3)

def watch(_phase, _facts):
    if threading.current_thread() is not threading.main_thread():
        sys.stderr.write("Collected in the thread of the worker")
        sys.stderr.flush()
        os._exit(4)

if __name__ == "__main__":
    failures.show = told
    faulthandler.dump_traceback_later(300, exit=True)
    app.prepare_application()
    gc.callbacks.append(watch)
    company_files.new_data_file(Path(sys.argv[1]), country="DE", language="en", currency="EUR")
    profile.save({"name": "Salon", "street": "Weg 1", "postcode": "20457", "city": "Hamburg"})
    window = MainWindow()
    window.show()
    window.start()
    for number in range(20):
        i18n.use_language("de" if number % 2 else "en")
        window.use_language()
        jobs.run(busy, done=lambda _found: None, failed=lambda _error: None, title="")
        for page in ("customers", "invoice", "settings"):
            window.show_page(page)
            pictures.settle(5)
    pictures.settle(50)
    window.collector.look()
    window.close()
"""


def test_twenty_changes_of_language_with_a_busy_worker_end_well(tmp_path: Path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    surroundings = os.environ | {
        "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "CRM_DESKTOP_SETTINGS": str(tmp_path / "settings"),
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-X", "faulthandler", str(program), str(tmp_path / "salon.crm")],
        env=surroundings, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "Traceback" not in ended.stderr
    assert "QObject" not in ended.stderr
