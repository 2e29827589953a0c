"""The first steps of a new business: four things that tick themselves; gone when done or hidden."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QSizePolicy, QWidget

from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import clear, column, label, row
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import today
from crm_desktop.safety import company_files

_HIDDEN = "first_steps_hidden"


class _Step(QAbstractButton):
    """A step: a tick or an empty ring, and its words."""

    def __init__(self, text: str, *, done: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done = done
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(_("done") if done else _("still to do"))
        self.setEnabled(not done)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if done else Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor if done else Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(40 + self.fontMetrics().horizontalAdvance(self.text()), theme.px(13) + 13)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if self._done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("greenSoft"))
            painter.drawEllipse(QRectF(0, middle - 9, 18, 18))
            painter.drawPixmap(2, int(middle - 7), icons.pixmap("check", "green", 14, self.devicePixelRatioF()))
        else:
            painter.setPen(QPen(theme.color("ctl"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(1, middle - 8, 16, 16))
        hot = self.underMouse() or self.hasFocus()
        painter.setFont(theme.font("body" if self._done else "m"))
        painter.setPen(theme.color("text2" if self._done else "accentText" if hot else "text"))
        room = QRectF(28, 0, self.width() - 28, self.height())
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class FirstSteps(QFrame):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self.setProperty("k", "card")
        self._left = label("", "body", "text2")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        hide = Button(_("Hide"), "link", on=self._hide, name=_("Hide the first steps"))
        head = row(label(_("First steps"), "b"), self._left, "stretch", hide, gap=8)
        column(self, head, self._grid, gap=8, margins=(16, 10, 14, 12))
        self.hide()

    def refresh(self) -> None:
        """Show what is left; nothing when all is done or the owner hid it."""
        steps = today.first_steps()
        left = sum(not done for _key, done in steps)
        hidden = str(company_files.path()) in list(preferences.get(_HIDDEN) or [])
        self.setVisible(bool(left) and not hidden)
        self._left.setText(_("{n} of {all}").format(n=len(steps) - left, all=len(steps)))
        clear(self._grid)
        words = {
            "customers": _("Bring in your customers"),
            "company": _("Fill in your company"),
            "bank": _("Say where you are paid"),
            "invoice": _("Issue the first invoice"),
        }
        goals = {
            "customers": partial(self._page.go.emit, "import", {}),
            "company": partial(self._page.go.emit, "settings", {"section": "company"}),
            "bank": partial(self._page.go.emit, "settings", {"section": "company", "field": "iban"}),
            "invoice": partial(self._page.open_record.emit, "draft", 0),
        }
        for place, (key, done) in enumerate(steps):
            made = _Step(words[key], done=done)
            made.clicked.connect(goals[key])
            self._grid.addWidget(made, place // 2, place % 2)

    def first(self) -> QWidget | None:
        """The first step that is still to do, None when the list is not shown."""
        if self.isHidden():
            return None
        steps = [self._grid.itemAt(place).widget() for place in range(self._grid.count())]
        return next((step for step in steps if step is not None and step.isEnabled()), None)

    def _hide(self) -> None:
        kept = list(preferences.get(_HIDDEN) or [])
        preferences.put(_HIDDEN, [*kept, str(company_files.path())])
        self.hide()
        self._page.refresh()
