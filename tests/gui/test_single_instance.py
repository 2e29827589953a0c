"""A second start on the same file raises the window that has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from crm_desktop.gui import single_instance
from crm_desktop.safety import lock

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import sys
from pathlib import Path
from crm_desktop.gui import single_instance
print(single_instance.raise_other(Path(sys.argv[1])))
"""


def ask(path):
    return subprocess.Popen([sys.executable, "-c", ASK, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def answer_of(process, qtbot):
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=60_000)
    return process.communicate()[0].strip()


def test_the_window_is_called_and_answers(data_path, qtbot):
    rung = []
    bell = single_instance.Doorbell(lambda: rung.append(True))
    bell.listen(data_path)
    assert answer_of(ask(data_path), qtbot) == "True"
    assert rung == [True]
    bell.close()


def test_nobody_answers_for_another_file_or_a_closed_window(data_path, qtbot):
    bell = single_instance.Doorbell(lambda: None)
    bell.listen(data_path)
    assert answer_of(ask(data_path.with_name("other.crm")), qtbot) == "False"
    bell.close()
    assert answer_of(ask(data_path), qtbot) == "False"


def test_a_number_is_handed_over(data_path, qtbot):
    called = []
    bell = single_instance.Doorbell(lambda: None, call=called.append)
    bell.listen(data_path)
    words = ASK.replace("Path(sys.argv[1])", "Path(sys.argv[1]), '+49 40 361234567'")
    process = subprocess.Popen(
        [sys.executable, "-c", words, str(data_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert answer_of(process, qtbot) == "True"
    qtbot.waitUntil(lambda: called == ["+49 40 361234567"])
    bell.close()


def start(path):
    command = [sys.executable, str(ROOT / "main.py"), "--data", str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_second_start_of_the_program_raises_the_first_and_ends(data_path):
    first = start(data_path)
    try:
        while not single_instance.raise_other(data_path):
            assert first.poll() is None, first.communicate()
        second = start(data_path)
        assert second.communicate(timeout=120) == ("", "")
        assert second.returncode == 0
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()
    lock.acquire(data_path).release()
