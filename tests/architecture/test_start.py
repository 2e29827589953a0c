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

SCRIPT = """
import importlib.util, sys
import crm_desktop.app
for face in ("crm_desktop.gui.main_window", "crm_desktop.cli"):
    if importlib.util.find_spec(face):
        importlib.import_module(face)
print("\\n".join(sys.modules))
"""


def test_the_window_opens_before_anything_slow_is_loaded():
    script = [sys.executable, "-W", "error", "-c", SCRIPT]
    found = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(found.stdout.split())
    assert "crm_desktop.app" in loaded
    assert not sorted(loaded.intersection(SLOW))
