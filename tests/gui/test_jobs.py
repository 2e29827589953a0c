"""Work beside the window: its result arrives, it can be cancelled, and its errors are told in plain words."""

from __future__ import annotations

import functools
import itertools
import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.gui import changes, failures, jobs
from tests.gui import hands


def test_the_result_arrives_in_the_thread_of_the_window(qtbot):
    seen = []
    jobs.run(
        lambda _progress: threading.current_thread().name, done=lambda r: seen.append((r, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("jobs", threading.main_thread())]


def test_two_hundred_quick_jobs_lose_no_result(qtbot):
    seen: list[int] = []
    for number in range(200):
        jobs.run(lambda _progress, number=number: number, done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 200)
    assert seen == list(range(200))


def test_the_data_file_is_put_away_when_nothing_is_looked_up_in_it_any_more(qtbot):
    begun, go_on, ended = threading.Event(), threading.Event(), []

    def work(_progress):
        begun.set()
        assert go_on.wait(hands.PATIENCE_MS / 1000)
        ended.append(1)

    assert jobs.let_go(0)
    for _look in range(2):
        jobs.look(work, done=lambda _r: None)
    assert begun.wait(hands.PATIENCE_MS / 1000)
    assert not jobs.let_go(0)
    go_on.set()
    assert jobs.let_go(hands.PATIENCE_MS / 1000)
    assert ended == [1, 1]
    qtbot.waitUntil(lambda: not jobs.looking())


def test_cancelling_stops_the_work_and_says_nothing(qtbot):
    seen, begun = [], threading.Event()

    def work(progress):
        begun.set()
        while True:
            progress(1, 10)

    job = jobs.run(work, done=seen.append, failed=seen.append)
    assert begun.wait(hands.PATIENCE_MS / 1000)
    job.cancel()
    qtbot.waitUntil(lambda: not job.running)
    assert seen == []


def test_work_that_was_done_before_it_heard_of_cancel_is_not_said_to_be_stopped(qtbot):
    seen = []

    def work(progress):
        progress.cancel()
        return "written"

    late = jobs.run(work, done=seen.append)
    early = jobs.run(lambda progress: (progress.cancel(), progress.check()), done=seen.append)
    qtbot.waitUntil(lambda: not (late.running or early.running))
    assert (seen, late.stopped, early.stopped) == (["written"], False, True)


def test_progress_comes_at_most_ten_times_a_second(qtbot, monkeypatch):
    told, done = [], []
    milliseconds = itertools.count(1000)
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: next(milliseconds) / 1000))

    def work(progress):
        for number in range(5000):  # five seconds of that clock
            progress(number, 10_000)

    heard = jobs.worker().progressed.connect(lambda *a: told.append(a))
    jobs.run(work, done=lambda _r: done.append(1))
    qtbot.waitUntil(lambda: bool(done))
    jobs.worker().progressed.disconnect(heard)
    assert 45 <= len(told) <= 50


def test_an_error_goes_to_the_one_who_asked(qtbot):
    seen = []

    def work(progress):
        raise Problem("The disk is full.")

    jobs.run(work, failed=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert str(seen[0]) == "The disk is full."


def test_closing_ends_the_running_job():
    begun = threading.Event()

    def work(progress):
        begun.set()
        while True:
            progress(0, 0)

    jobs.run(work)
    assert begun.wait(hands.PATIENCE_MS / 1000)
    assert jobs.stop()
    assert not jobs.busy() or not jobs.worker().thread_


def test_a_part_that_was_thrown_away_meanwhile_is_told_nothing(qtbot):
    seen = []

    class Part(QWidget):
        def show_it(self, *found):
            seen.append((self.width(), found))

    part, free = Part(), threading.Event()
    for done in (part.show_it, functools.partial(part.show_it, 1)):
        jobs.run(lambda _progress: free.wait(hands.PATIENCE_MS / 1000), done=done)
    delete(part)
    free.set()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert seen == []


def test_what_ended_while_everything_is_closed_is_told_to_nobody(qtbot):
    seen, ended = [], threading.Event()

    def work(_progress):
        ended.set()
        return "a result"

    jobs.run(work, done=seen.append, failed=seen.append)
    assert ended.wait(hands.PATIENCE_MS / 1000)
    assert jobs.stop()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert seen == []


@pytest.mark.parametrize("error", [UserError("Write what happened."), Problem("The file is open in Excel.")])
def test_what_the_user_can_help_is_said_in_one_sentence(error, answers):
    seen = []
    answers.append(lambda dialog: seen.append(dialog.windowTitle()) or "ok")
    failures.show(error)
    assert seen == [str(error)]


def test_cancelled_is_silent(caplog):
    # A dialog would fail the test: nothing was said to answer it.
    failures.show(Cancelled())
    assert caplog.text == ""


def test_a_fault_offers_its_details_and_is_logged(answers, caplog):
    from PySide6.QtWidgets import QPlainTextEdit

    seen = []
    answers.append(lambda dialog: seen.append(dialog.findChild(QPlainTextEdit).toPlainText()) or "close")
    assert not failures.guarded(lambda: 1 // 0)
    assert "ZeroDivisionError" in seen[0]
    assert "Fault of the program" in caplog.text


def test_a_page_is_not_made_anew_for_each_of_many_changes_of_a_job(qtbot, monkeypatch):
    clock, shown = [0.0], []

    def refresh():
        shown.append(clock[0])
        clock[0] += 1.0

    parent = QObject()
    told = changes.Changes(lambda: SimpleNamespace(tables=("note",), refresh=refresh), parent)
    monkeypatch.setattr(changes.time, "monotonic", lambda: clock[0])
    for _turn in range(3):
        told.tell(frozenset({"note"}))
    assert len(shown) == 3, "without a job each change is shown"
    monkeypatch.setattr(jobs, "busy", lambda: True)
    for _turn in range(100):
        told.tell(frozenset({"note"}))
        clock[0] += 0.01
    assert len(shown) == 3
    clock[0] += changes.REST
    told.tell(frozenset({"note"}))
    assert len(shown) == 4
    told.tell(frozenset({"note"}))
    told.tell(frozenset({"other"}))
    jobs.worker().finished.emit(None)
    assert len(shown) == 5, "what is left is shown when the job has ended"
    jobs.worker().finished.emit(None)
    assert len(shown) == 5
