"""What is loaded on the way to the first window, asked of a fresh process."""

from __future__ import annotations

import subprocess
import sys

from sources import ROOT

# Loaded when first needed: together they would multiply the time to the first window.
SLOW = (
    "PIL", "babel", "email_validator", "fontTools", "lucide", "numpy", "openpyxl", "phonenumbers", "pypdfium2",
    "python_calamine", "rapidfuzz", "reportlab", "segno", "stdnum", "multiprocessing.pool",
)  # fmt: skip

# What the list of customers, which many start with, can do without until somebody asks for more.
LATER = (
    "billing", "care", "documents", "exchange", "insight", "outreach", "sales", "workflow", "safety.backup",
    "safety.bin", "safety.changed", "safety.restoring", "gui.widgets.avatar", "gui.widgets.dialogs", "gui.widgets.form",
    "gui.widgets.inputs", "gui.widgets.toast", "gui.parts.timer_bar",
)  # fmt: skip

SCRIPT = """
import builtins, importlib.util, sys
import crm_desktop.app
for face in ("crm_desktop.gui.main_window", "crm_desktop.gui.pages.customers_page", "crm_desktop.cli"):
    if importlib.util.find_spec(face):
        importlib.import_module(face)
print("\\n".join(sys.modules))
print(builtins.__import__.__name__)
"""


def test_the_window_opens_before_anything_slow_is_loaded():
    script = [sys.executable, "-W", "error", "-c", SCRIPT]
    found = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(found.stdout.splitlines())
    assert "crm_desktop.gui.pages.customers_page" in loaded
    assert not sorted(loaded.intersection(SLOW))
    assert not sorted(loaded.intersection(f"crm_desktop.{name}" for name in LATER))
    # This import of PySide's reads the source of every module that is loaded.
    assert "__feature_import__" not in loaded
