"""Fixtures of the window's tests: no screen is needed, a question that nobody answers fails, warnings of Qt fail.

`window` is the real window over a fresh data file; `answers` says what the next dialogs answer. Words typed by
`qtbot.keyClicks` must be ASCII (others end the process): put the rest in with `insert()` or `setText()`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from crm_desktop.core import i18n
from crm_desktop.gui import jobs, theme
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.safety import company_files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the screenless platform says about itself is no warning of ours."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(
                pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged", extend=True)
            )


class UnansweredQuestionError(AssertionError):
    """A dialog opened and the test did not say what to answer."""


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The name of the program."""
    return ["crm-desktop"]


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Every test starts with the light theme, in English, with British formats."""
    i18n.use_language("en")
    formats.use_locale("en_GB")
    if theme.mode() != "light" or not qapp.styleSheet():
        theme.apply(qapp, "light", 1.0)
    gc.disable()
    yield
    jobs.stop()
    # Windows that are gone are cleared away here, between two tests: in the middle of a later one's event, the
    # collector would take Qt objects apart while Qt still walks through them, and the process would end.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


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
    # What a test left half written needs no answer.
    qtbot.addWidget(made, before_close_func=lambda closing: closing.pages.restart())
    made.resize(1280, 800)
    made.start()
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    company_files.close_data_file(make_backup=False)
