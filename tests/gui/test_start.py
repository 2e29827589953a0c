"""Starting the program: a damaged data file, a missing one, one that another window has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop import app
from crm_desktop.core import dates
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.gui.widgets import dialogs
from crm_desktop.safety import backup, company_files
from crm_desktop.safety import bin as the_bin

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from crm_desktop.safety import lock
held = lock.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _closed():
    yield
    company_files.propose(None)
    company_files.close_data_file(make_backup=False)


@pytest.fixture
def backed_up(data_path):
    company_files.open_data_file(data_path)
    customers.save({"company": "Ostwind"})
    backup.make(data_path)
    company_files.close_data_file(make_backup=False)
    return data_path


@pytest.mark.parametrize("damage", [b"", b"\x00" * 9000, b"SQLite format 3\x00" + b"\xff" * 9000])
def test_a_damaged_file_offers_the_last_good_backup(backed_up, answers, qapp, damage):
    backed_up.write_bytes(damage)
    asked = []

    def agree(dialog):
        asked.append((dialogs.label_of(dialog), dialog.accessibleDescription()))
        return "act"

    answers.append(agree)
    assert app._open_data(backed_up, named=True)
    assert customers.get(1).name == "Ostwind"
    assert "test.crm" in asked[0][0]
    assert "holds 1 customer." in asked[0][1]
    assert any(path.read_bytes() == damage for path in backed_up.parent.glob("test before restore *"))


def test_a_damaged_file_is_left_alone_when_the_backup_is_not_wanted(backed_up, answers, qapp):
    backed_up.write_bytes(b"gone")
    answers.append("")
    assert app._open_data(backed_up, named=True)
    assert backed_up.read_bytes() == b"gone"
    assert not company_files.is_open()


def test_a_damaged_file_without_a_backup_is_told(data_path, answers, qapp):
    data_path.write_bytes(b"gone")
    told = []

    def read(dialog):
        told.append(dialogs.label_of(dialog))
        return "ok"

    answers.append(read)
    assert app._open_data(data_path, named=True)
    assert "not a data file" in told[0]


def test_a_missing_file_that_was_named_is_proposed_for_a_new_one(tmp_path, qapp):
    path = tmp_path / "new.crm"
    assert app._open_data(path, named=True)
    assert company_files.default_path() == path
    assert not path.exists()


def test_a_file_that_another_program_writes_is_not_opened(data_path, qapp):
    command = [sys.executable, "-c", HOLD, str(data_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        assert not app._open_data(data_path, named=True)
        other.stdin.close()


def test_the_bin_is_emptied_after_the_file_was_opened_since_that_looks_through_all_of_it(data_path, qapp):
    company_files.open_data_file(data_path)
    with dates.freeze(dates.instant_from("2020-01-01T09:00:00Z")):
        customers.delete([customers.save({"company": "Ostwind"})])
    company_files.close_data_file(make_backup=False)
    assert app._open_data(data_path, named=True)
    assert the_bin.count() == 1
    app._tidy(Progress())
    assert the_bin.count() == 0
    company_files.close_data_file(make_backup=False)
    app._tidy(Progress())  # the window closed meanwhile
