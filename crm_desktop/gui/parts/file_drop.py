"""Takes files that are dropped anywhere on a page, also several, and shows that they are welcome."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme


class _Welcome(QWidget):
    """A frame over the page while files are held above it."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("focus"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 8, -8, -8), 10, 10)
        words = _("Drop to add: mails are written down, other files attached")
        painter.setFont(theme.font("b"))
        width = painter.fontMetrics().horizontalAdvance(words) + 32
        pill = QRectF((self.width() - width) / 2, self.height() - 72, width, 36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sel"))
        painter.drawRoundedRect(pill, 8, 8)
        painter.setPen(theme.color("text"))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.end()


class FileDrop(QObject):
    """See the module; `take(paths)` is called when the drop is over."""

    def __init__(self, page: QWidget, take: Callable[[list[Path]], object]) -> None:
        super().__init__(page)
        self._page, self._take = page, take
        self._welcome = _Welcome(page)
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.DragEnter and _files(event.mimeData()):
            event.acceptProposedAction()
            self._welcome.setGeometry(self._page.rect())
            self._welcome.show()
            self._welcome.raise_()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._welcome.hide()
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._welcome.hide()
            if found := _files(event.mimeData()):
                event.acceptProposedAction()
                # The program that the files come from waits until the drop has ended.
                QTimer.singleShot(0, self, partial(self._take, found))
                return True
        return False


def _files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
