"""One line of text with chips in it, for patterns such as `RE-{year}-{counter:04}`.

The chips show plain words ("year", "number, 4 digits"); a chip is deleted as one letter. `value()` is the pattern with
its braces; patterns may also be typed or pasted with braces and become chips when the field is left.
"""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QMimeData, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme
from crm_desktop.gui.widgets.layouts import column

_TOKEN = re.compile(r"\{([a-z0-9]+)(?::0?(\d))?\}")
_KIND = int(QTextFormat.ObjectTypes.UserObject) + 1
_NAME = int(QTextFormat.Property.UserProperty) + 1
_CHIP = "\ufffc"


def token_words(token: str) -> str:
    """The words on a chip: "{counter:04}" is "number, 4 digits"."""
    found = _TOKEN.fullmatch(token)
    name, digits = found.groups() if found else (token, None)
    if name == "counter":
        n = int(digits or 1)
        return ngettext("number", "number, {n} digits", n).format(n=n) if n > 1 else _("number")
    return {"year": _("year"), "year2": _("year, 2 digits"), "month": _("month")}.get(name, name)


class _Chip(QPyTextObject):
    """Draws a chip inside the text."""

    def intrinsicSize(self, _doc: QTextDocument, _at: int, form: QTextFormat) -> QSizeF:
        metrics = QFontMetricsF(theme.font("smallm"))
        return QSizeF(metrics.horizontalAdvance(token_words(str(form.property(_NAME)))) + 20, metrics.height() + 4)

    def drawObject(self, painter: QPainter, rect: QRectF, _doc: QTextDocument, _at: int, form: QTextFormat) -> None:
        body = rect.adjusted(2, 0.5, -2, -0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("blueSoft"))
        painter.drawRoundedRect(body, 5, 5)
        painter.setFont(theme.font("smallm"))
        painter.setPen(theme.color("accentText"))
        painter.drawText(body, int(Qt.AlignmentFlag.AlignCenter), token_words(str(form.property(_NAME))))


class _Line(QTextEdit):
    """The text itself: one line, plain."""

    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptRichText(False)
        self.viewport().setAutoFillBackground(False)
        self.setFixedHeight(theme.px(13) + 17)
        self.document().setDocumentMargin(5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Only text, and only one line of it."""
        self.insertPlainText(" ".join(source.text().split()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.parentWidget().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.parentWidget().update()
        self.finished.emit()


class TokenInput(QWidget):
    """See the module; speaks the words of `inputs`."""

    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._kept, self._filling = "", "", False
        self._chip = _Chip(self)
        self.line = _Line(self)
        self.line.document().documentLayout().registerHandler(_KIND, self._chip)
        self.line.textChanged.connect(self._changed)
        self.line.finished.connect(self._finished)
        self.setFocusProxy(self.line)
        self.setFixedHeight(self.line.height() + 3)
        column(self, self.line, margins=(4, 2, 4, 1))
        theme.changed().connect(self._recolor)
        self._recolor()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def _recolor(self) -> None:
        self.line.setStyleSheet("QTextEdit { background: transparent; border: 0; padding: 0; min-height: 0 }")
        self.line.setFont(theme.font("body"))

    # ---- value -------------------------------------------------------------------------------------------------------

    def value(self) -> str:
        """The pattern with its braces."""
        parts, block = [], self.line.document().firstBlock()
        walker = block.begin()
        while not walker.atEnd():
            fragment = walker.fragment()
            form = fragment.charFormat()
            if form.objectType() == _KIND:
                # neighbours of the same format share a fragment
                parts.append(str(form.property(_NAME)) * len(fragment.text()))
            else:
                parts.append(fragment.text())
            walker += 1
        return "".join(parts).strip()

    def set_value(self, value: Any) -> None:
        """Show a pattern; it counts as not edited."""
        self._filling = True
        self.line.clear()
        text, end = str(value or ""), 0
        for found in _TOKEN.finditer(text):
            self._type(text[end : found.start()])
            self.insert_token(found.group(0))
            end = found.end()
        self._type(text[end:])
        self._filling = False
        self._kept = self.value()
        self.mark("")

    def _type(self, text: str) -> None:
        cursor = self.line.textCursor()
        cursor.insertText(text, QTextCharFormat())
        self.line.setTextCursor(cursor)

    def insert_token(self, token: str) -> None:
        """Put a chip where the cursor is."""
        form = QTextCharFormat()
        form.setObjectType(_KIND)
        form.setProperty(_NAME, token)
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        cursor: QTextCursor = self.line.textCursor()
        cursor.insertText(_CHIP, form)
        cursor.setCharFormat(QTextCharFormat())
        self.line.setTextCursor(cursor)

    def problem(self) -> str:
        """Whoever uses the field checks the pattern."""
        return ""

    def mark(self, state: str) -> None:
        """Colour the border: "bad", "warn" or ""."""
        self._state = state
        self.update()

    def setReadOnly(self, read_only: bool) -> None:
        """Let the pattern only be read."""
        self.line.setReadOnly(read_only)

    def _changed(self) -> None:
        if not self._filling:
            self.edited.emit()

    def _finished(self) -> None:
        value = self.value()
        if value != self._kept:
            had_focus = self.line.hasFocus()
            self.set_value(value)  # typed braces become chips
            if had_focus:
                self.line.moveCursor(QTextCursor.MoveOperation.End)
            self.left.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.line.hasFocus()
        role = {"bad": "redSolid", "warn": "amberSolid"}.get(self._state, "focus" if focus else "ctl")
        width = 2.0 if focus else 1.0
        painter.setPen(QPen(theme.color(role), width))
        painter.setBrush(theme.color("card"))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        painter.end()
