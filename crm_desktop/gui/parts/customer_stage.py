"""The row of stages on a customer's page: where the relationship stands, why, and the way to move it by hand.

Left and Right walk along the stages, Enter or a click moves there after the reason was asked; the clock shows the history.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import lifecycle
from crm_desktop.customers.customers import Customer
from crm_desktop.customers.lifecycle import Change, Stage
from crm_desktop.gui import failures, icons, theme
from crm_desktop.gui.parts.stage_tones import tone_of
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import IconButton
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import clear, line_of
from crm_desktop.gui.widgets.page import Page

_ICONS = {"green": "star", "amber": "hourglass", "red": "circle-alert"}
_PAD, _ICON, _SHOWN = 10, 14, 40


def ask_and_move(customer_ids: list[int], stage: Stage | None, heading: str) -> int | None:
    """Ask for the reason of a move by hand and do it: how many moved, or None if it is called off."""
    said = _(
        "A rule leaves it so until something new happens after today: an order, a deal, or the same silence once more."
    )
    found = dialogs.fill_in(
        heading, [Field("reason", _("Why"), placeholder=_("For example: talked at the fair"))],
        act=pgettext("stage", "Move"), text=said,
    )  # fmt: skip
    if found is None:
        return None
    moved: list[int] = []
    goal = stage.id if stage is not None else None
    failures.guarded(lambda: moved.append(lifecycle.move(customer_ids, goal, found["reason"])))
    return moved[0] if moved else None


class _Step(QAbstractButton):
    """One stage, painted: a pill for the present one, words for the others; elided where room is scarce."""

    def __init__(self, stage: Stage, *, current: bool, passed: bool) -> None:
        super().__init__()
        self.stage, self._current, self._passed = stage, current, passed
        self.setText(stage.label)
        words = _("{stage}, the present stage") if current else _("Move to {stage}")
        self.setAccessibleName(words.format(stage=stage.label))
        self.setToolTip(words.format(stage=stage.label))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if current else Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.ArrowCursor if current else Qt.CursorShape.PointingHandCursor)

    def _role(self) -> str:
        return "b" if self._current else "body"

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme.font(self._role())).horizontalAdvance(self.text())
        return QSize(words + 2 * _PAD + (_ICON + 6 if self._current else 0), max(26, theme.px(13) + 13))

    def minimumSizeHint(self) -> QSize:
        return QSize(36, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = tone_of(self.stage) if self._current else ""
        room = QRectF(self.rect())
        if self._current or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(f"{tone}Soft" if self._current else "hover"))
            painter.drawRoundedRect(room, room.height() / 2, room.height() / 2)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room.adjusted(1, 1, -1, -1), room.height() / 2 - 1, room.height() / 2 - 1)
        ink = tone or ("text2" if self._passed else "text3")
        left = float(_PAD)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._current:
            picture = icons.pixmap(_ICONS[tone], ink, _ICON, self.devicePixelRatioF())
            x = room.width() - _PAD - _ICON if mirrored else left
            painter.drawPixmap(QPointF(x, (room.height() - _ICON) / 2), picture)
            left += _ICON + 6
        painter.setFont(theme.font(self._role()))
        painter.setPen(theme.color(ink))
        words = room.adjusted(_PAD, 0, -left, 0) if mirrored else room.adjusted(left, 0, -_PAD + 2, 0)
        shown = QFontMetrics(painter.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(words.width()) + 1
        )
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves here; the arrows walk along the row."""
        row = self.parentWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(row, CustomerStage):
            forward = (event.key() == Qt.Key.Key_Right) == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
            row.walk(self, 1 if forward else -1)
        else:
            super().keyPressEvent(event)


class _Chevron(QWidget):
    """The arrow between two stages."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(14, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        name = "chevron-right" if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else "chevron-left"
        painter.drawPixmap(QPointF(0, 6), icons.pixmap(name, "text3", 14, self.devicePixelRatioF()))
        painter.end()


class CustomerStage(QWidget):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._customer: Customer | None = None
        self.steps: list[_Step] = []
        self._path = QHBoxLayout()
        self._path.setSpacing(3)
        self.reason = ElidedLabel("", "small", "text2")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.history = IconButton("rotate-ccw-clock", _("Stages so far"), on=self.show_history)
        box = line_of(self, self._path, self.reason, self.history, gap=6, margins=(24 - _PAD + 1, 0, 14, 4))
        box.setStretchFactor(self.reason, 1)
        self.setAccessibleName(_("Stage of the relationship"))

    def show_customer(self, found: Customer) -> None:
        """Show the stages with the customer's one."""
        # Of the window and not of the program: a dialog that asks for the reason is still open.
        focus = self.window().focusWidget()
        held = next((step.stage.id for step in self.steps if step is focus), 0)
        self._customer = found
        known = lifecycle.stages()
        place = next((n for n, stage in enumerate(known) if stage.id == found.stage_id), -1)
        clear(self._path)
        self.steps = []
        for number, stage in enumerate(known):
            if number:
                self._path.addWidget(_Chevron())
            step = _Step(stage, current=number == place, passed=number < place)
            step.clicked.connect(partial(self._pressed, stage))
            self._path.addWidget(step)
            self.steps.append(step)
            if stage.id == held:
                step.show()  # a layout shows its widgets only later, and a hidden one takes no focus
                step.setFocus()
        if place < 0 and self.steps:
            self.steps[0].setFocusPolicy(Qt.FocusPolicy.TabFocus)
        changes = lifecycle.history(found.id)
        self.reason.setText(_why(changes, known[place].label if place >= 0 else ""))
        self.history.setVisible(bool(changes))

    def walk(self, step: _Step, by: int) -> None:
        """Put the focus on the stage before or after."""
        place = self.steps.index(step) + by
        if 0 <= place < len(self.steps):
            self.steps[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _pressed(self, stage: Stage) -> None:
        found = self._customer
        if found is None or stage.id == found.stage_id:
            return
        heading = _("Move {name} to “{stage}”?").format(name=found.name, stage=stage.label)
        if ask_and_move([found.id], stage, heading):
            self._page.toast.emit(_("{name} is “{stage}” now").format(name=found.name, stage=stage.label), True)

    def show_history(self) -> None:
        """Tell all moves with day and reason."""
        if self._customer is None:
            return
        lines = [_line(change) for change in lifecycle.history(self._customer.id)[:_SHOWN]]
        dialogs.message(_("Stages of {name} so far").format(name=self._customer.name), "\n".join(lines))


def _why(changes: list[Change], stage: str) -> str:
    """Since when the present stage holds, and why."""
    if not stage:
        return _("No stage yet. Choose one, or the rules will.")
    if not changes or changes[0].to_stage != stage:
        return ""
    said = changes[0].reason.rstrip(".")
    words = _("{stage} since {day}: {reason}") if said else _("{stage} since {day}")
    return words.format(stage=stage, day=formats.day(changes[0].changed_on), reason=said)


def _line(change: Change) -> str:
    goal, origin = change.to_stage or _("no stage"), change.from_stage or _("no stage")
    words = _("{day}  {origin} → {goal}: {reason}")
    return words.format(day=formats.day(change.changed_on), origin=origin, goal=goal, reason=change.reason)
