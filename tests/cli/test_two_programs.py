"""While a window has the data file open, the terminal reads; writing waits for nobody and says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop import app
from crm_desktop.customers import customer_list, customers
from crm_desktop.safety import company_files

ROOT = Path(__file__).resolve().parents[2]


def terminal(path, *words):
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--data", str(path), *map(str, words)],
        cwd=path.parent,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def open_file(data_path):
    company_files.open_data_file(data_path)
    customers.save({"company": "Café Ostwind"})
    yield data_path
    company_files.close_data_file(make_backup=False)


def test_the_terminal_reads_what_the_window_has_written(open_file):
    done = terminal(open_file, "list", "customers", "--json")
    assert done.returncode == 0
    assert "Café Ostwind" in done.stdout


def test_a_backup_may_be_made_beside_the_window(open_file):
    assert terminal(open_file, "backup", "make").returncode == 0


@pytest.mark.parametrize("words", [["import", "new.csv"], ["invoice", "issue", "draft.json"], ["import", "undo", "1"]])
def test_writing_beside_the_window_ends_with_3_and_a_sentence(open_file, words):
    (open_file.parent / "new.csv").write_text("Company\nNordwind\n")
    (open_file.parent / "draft.json").write_text("{}")
    done = terminal(open_file, *words)
    assert done.returncode == 3
    assert done.stderr == (
        "test.crm is open in another window of CRM Desktop. Nothing was changed. Close it there and try again.\n"
    )
    assert customer_list.counts()["all"] == 1


def test_a_dry_run_works_beside_the_window(open_file):
    (open_file.parent / "new.csv").write_text("Company\nNordwind\n")
    assert terminal(open_file, "import", "new.csv", "--dry-run").returncode == 0


def test_the_terminal_needs_no_qt_and_no_display(data_path):
    script = (
        "import sys; from crm_desktop import app; "
        f"app.main(['--data', {str(data_path)!r}, 'list', 'customers']); "
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_seen_enough_is_no_trouble(open_file):
    customers.save({"notes": "x" * 300_000}, 1)  # more than a pipe holds
    command = [sys.executable, str(ROOT / "main.py"), "--data", str(open_file), "dump"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout.readline().endswith(b"}\n")  # one record
        done.stdout.close()
        assert done.stderr.read() == b""
    assert done.returncode == 0


def test_a_broken_pipe_to_somebody_else_is_not_passed_over(open_file, capsys, monkeypatch):
    def broken(*_words):
        raise BrokenPipeError

    monkeypatch.setattr("crm_desktop.exchange.listing.records", broken)
    assert app.main(["--data", str(open_file), "list", "customers"]) == 70


@pytest.mark.parametrize(
    "words", [["dump"], ["list", "customers"], ["list", "customers", "--json"], ["--help"], ["--version"]]
)
def test_an_output_on_a_full_disk_ends_with_3_and_a_sentence(open_file, words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "--data", str(open_file), *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.startswith("The output could not be written: No space left on device.")
    assert len(done.stderr.splitlines()) == 1
