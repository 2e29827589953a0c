"""Fixtures of the window's tests: no screen is needed, a question that nobody answers fails, warnings of Qt fail.

`window` is the real window over a fresh data file; `answers` says what the next dialogs answer. Words typed by
`qtbot.keyClicks` must be ASCII (others end the process): put the rest in with `insert()` or `setText()`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.core import i18n
from crm_desktop.gui import jobs, theme
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.safety import company_files
from tests.gui import hands


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the screenless platform says about itself is no warning of ours."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(
                pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged", extend=True)
            )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Jobs end before the widgets are closed that wait for them, and with the file still open that they read."""
    ended = jobs.stop(hands.PATIENCE_MS / 1000)
    result = yield
    assert ended, "A job goes on after its test"
    return result


class PatientBot(QtBot):
    """Waits as long as a busy machine needs; what comes at once is not waited for any longer."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = hands.PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = hands.PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The hands of pytest-qt with more patience."""
    return PatientBot(request)


class UnansweredQuestionError(AssertionError):
    """A dialog opened and the test did not say what to answer."""


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The name of the program."""
    return ["crm-desktop"]


@pytest.fixture(scope="session", autouse=True)
def _window_manager(qapp: QApplication) -> None:
    """Gives the focus back to the window below when a dialog closes; the screenless platform leaves it nowhere.

    Without it a test whose job takes so long that its dialog opens has no active window afterwards.
    """
    qapp.focusChanged.connect(_give_back)


def _give_back(old: QWidget | None, now: QWidget | None) -> None:
    closed = old.window() if old is not None and now is None else None
    below = closed.parentWidget() if isinstance(closed, QDialog) else None
    if below is not None and below.window().isVisible():
        below.window().activateWindow()


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Every test starts with the light theme, in English, with British formats."""
    i18n.use_language("en")
    formats.use_locale("en_GB")
    if theme.mode() != "light" or not qapp.styleSheet():
        theme.apply(qapp, "light", 1.0)
    # Windows that are gone are cleared away here, between two tests: in the middle of a later one's event, the
    # collector would take Qt objects apart while Qt still walks through them, and the process would end. What is
    # alive now, modules and what other tests keep, is not looked through again: that took longer than most tests.
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    jobs.stop(hands.PATIENCE_MS / 1000)  # what a timer began after the widgets were closed
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [window for window in QGuiApplication.topLevelWindows() if window.isVisible()]
    for window in left:
        window.destroy()
    assert not left, f"Windows are still open: {left}"


@pytest.fixture(autouse=True)
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[QDialog], str] | str]:
    """What the next dialogs answer: the key of a button, or a function that fills the dialog in and gives the key.

    A dialog that opens with nothing left to answer raises with its name.
    """
    waiting: list[Callable[[QDialog], str] | str] = []

    def ask(dialog: dialogs.Dialog) -> str:
        if not waiting:
            raise UnansweredQuestionError(dialog.windowTitle())
        answer = waiting.pop(0)
        key = answer if isinstance(answer, str) else answer(dialog)
        if key == "" or dialog.allowed(key):
            dialog.chosen = key
        dialog.deleteLater()
        return dialog.chosen

    def refuse(self: QDialog) -> int:
        raise UnansweredQuestionError(self.windowTitle() or type(self).__name__)

    def refuse_file(*_args: object, **_options: object) -> tuple[str, str]:
        raise UnansweredQuestionError("file dialog")

    monkeypatch.setattr(dialogs.Dialog, "ask", ask)
    monkeypatch.setattr(QDialog, "exec", refuse)
    monkeypatch.setattr(QMenu, "exec", refuse)
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, refuse_file)
    return waiting


@pytest.fixture
def window(data_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window over a fresh company, shown with 1280 × 800."""
    company_files.open_data_file(data_path)
    made = MainWindow()
    qtbot.addWidget(made, before_close_func=_put_away)
    made.resize(1280, 800)
    made.start()
    hands.show(made)
    yield made
    made.close()  # where an icon beside the clock kept the window: now it is gone


def _put_away(closing: MainWindow) -> None:
    """What a test left half written needs no answer, and the file of a test no backup when its window closes."""
    closing.pages.restart()
    company_files.close_data_file(make_backup=False)
