"""One program at a time writes a data file; a crashed one stands in nobody's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop.core.errors import Problem
from crm_desktop.safety import lock

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from crm_desktop.safety import lock
held = lock.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_program(data_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_file_that_another_program_holds_is_told_in_a_sentence(data_path, other_program):
    with pytest.raises(lock.InUse, match=r"test\.crm is open in another window"):
        lock.acquire(data_path)


def test_the_lock_of_a_crashed_program_is_free(data_path, other_program):
    other_program.kill()
    other_program.wait()
    with lock.acquire(data_path), pytest.raises(lock.InUse):
        lock.acquire(data_path)


def test_a_released_lock_can_be_taken_again(data_path):
    with lock.acquire(data_path), pytest.raises(lock.InUse):
        lock.acquire(data_path)
    held = lock.acquire(data_path)
    held.release()
    held.release()


def test_the_same_file_by_another_way_is_the_same_lock(data_path):
    with lock.acquire(data_path), pytest.raises(lock.InUse):
        lock.acquire(data_path.parent / "." / ".." / data_path.parent.name / data_path.name)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Problem, match="Nothing can be written"):
        lock.acquire(tmp_path / "file" / "data.crm")
