"""`demo DIR`: the whole job on the sample spreadsheets, without a display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from crm_desktop.safety import checking, company_files

ROOT = Path(__file__).resolve().parents[2]
NO_DISPLAY = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


def test_the_demo_leaves_invoices_reports_pictures_and_a_sound_data_file(tmp_path):
    command = [sys.executable, str(ROOT / "main.py"), "demo", "out", "--json"]
    environment = {name: value for name, value in os.environ.items() if name not in NO_DISPLAY}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    out = tmp_path / "out"
    assert json.loads(done.stdout)["data"] == str(Path("out") / "sample.crm")
    assert len(list((out / "invoices").glob("*.pdf"))) > 40
    assert {file.name for file in (out / "reports").iterdir()} == {
        "customers.xlsx", "journal.xlsx", "numbers.xlsx", "open-items.xlsx", "payments.xlsx", "management.xlsx", "vat.xlsx",
    }  # fmt: skip
    pictures = {file.stem.partition("-")[2] for file in (out / "pictures").glob("*.png")}
    assert pictures >= {"today", "customers", "invoices", "customer", "today-dark"}
    company_files.open_for_reading(out / "sample.crm")
    assert checking.check().as_json()["problems"] == []
    assert not (Path(os.environ["CRM_DESKTOP_SETTINGS"]) / "settings.json").exists()
