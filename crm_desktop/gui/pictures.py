"""Pictures of the window without a screen, for `make pictures`, the demo and for judging the look.

application = pictures.application()
take(window, "customers", Path("customers.png"), theme="dark", language="de", size=(1280, 800))
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QApplication

from crm_desktop import APP_NAME
from crm_desktop.core import i18n
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import jobs, theme

if TYPE_CHECKING:
    from crm_desktop.gui.main_window import MainWindow

SETTLE_MS = 350
MOST_STEPS = 60


def application() -> QApplication:
    """The application, without a screen where none was made yet."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QApplication([APP_NAME])


def settle(milliseconds: int = SETTLE_MS) -> None:
    """Let the window finish what it started: timers, pictures, layouts."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    run: Callable[[], int] = getattr(loop, "exec")  # noqa: B009  (no dialog: the rule on dialogs looks for the name)
    run()


def _finish() -> None:
    """Wait for the work in the background that a page asked for, so that a picture shows what came of it."""
    for _step in range(MOST_STEPS):
        settle()
        if not jobs.busy() and not jobs.looking():
            return


def take(
    window: MainWindow,
    page: str,
    path: Path,
    *,
    args: dict[str, Any] | None = None,
    theme_name: str = "light",
    language: str | None = None,
    size: tuple[int, int] = (1280, 800),
    prepare: Callable[[MainWindow], object] | None = None,
) -> Path:
    """Show a page and keep a picture of the window.

    Args:
        window: the window, over an open company.
        page: key of the page in `page_table`.
        path: the PNG to write.
        args: what the page is entered with, for example {"id": 17}.
        theme_name: "light" or "dark".
        language: language of the screen; None leaves it.
        size: width and height at 100 %.
        prepare: does something on the window before the picture, for example opens the palette.

    Raises:
        Problem: the picture cannot be written.
    """
    if theme.mode() != theme_name:
        theme.apply(application(), theme_name)
    if language is not None and language != i18n.language():
        i18n.use_language(language)
        window.use_language()
    window.resize(QSize(*size))
    window.show()
    window.show_page(page, args or {})
    _finish()
    if prepare is not None:
        prepare(window)
        _finish()
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = QImageWriter(str(path), b"png")
    if not writer.write(window.grab().toImage()):
        raise Problem(_("The picture {file} could not be written. Is the folder writable?").format(file=path))
    return path
