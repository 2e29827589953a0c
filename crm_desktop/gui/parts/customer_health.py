"""Two scores on a customer's page, each with its reasons: how close the relationship is, and how reliably bills are paid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import theme
from crm_desktop.gui.parts import payment_words
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cards import Card, Item, ItemRow
from crm_desktop.gui.widgets.layouts import label, line_of, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import relationship, reliability
from crm_desktop.insight.relationship import Relationship
from crm_desktop.insight.reliability import Reason, Reliability

_TONES = {
    "new": "green", "strong": "green", "steady": "green", "weak": "amber", "cold": "red",
    "reliable": "green", "mostly": "green", "late": "amber", "risk": "red",
}  # fmt: skip


class ScoreRing(QWidget):
    """A score from 0 to 100 as a ring with the number in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score, self._tone = 0, "green"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def tell(self, name: str, score: int, tone: str) -> None:
        """Show a score; `name` says what it is of, for screen readers."""
        self._score, self._tone = score, tone
        self.setAccessibleName(f"{name}: {score}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(3, 3, 38, 38)
        painter.setPen(QPen(theme.color("line2"), 5))
        painter.drawEllipse(ring)
        pen = QPen(theme.color(self._tone), 5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._score:
            painter.drawArc(ring, 90 * 16, -round(self._score * 3.6 * 16))
        painter.setPen(theme.color("text"))
        painter.setFont(theme.font("b"))
        painter.drawText(ring, int(Qt.AlignmentFlag.AlignCenter), formats.count(self._score))
        painter.end()


class CustomerHealth(Card):
    """See the module. Hidden while nothing is known of a customer."""

    def __init__(self, _page: Page) -> None:
        super().__init__(_("Relationship"), _("How it is counted"), self._explain)

    def show_customer(self, found: Customer) -> None:
        """Show the scores of a customer."""
        close, pays = relationship.of_customer(found.id), reliability.of_customer(found.id)
        self.tell([])
        if close is not None:
            self._show(_("Relationship"), close, _close_words(close))
        if pays is not None:
            self._show(_("Paying"), pays, _pays_words(pays, payment_words.habit(found.id)[1]))
        over = reliability.over_limit(found.id)
        if over:
            words = _("{amount} over the credit limit").format(amount=_money(over))
            self.body.addWidget(ItemRow(Item(words, icon="triangle-alert", tone="red")))
        self.setVisible(close is not None or pays is not None)

    def _show(self, name: str, found: Relationship | Reliability, words: tuple[str, str]) -> None:
        ring = ScoreRing()
        ring.tell(name, found.score, _TONES[found.level])
        holder = QWidget()
        said = [
            label(text, *look, wrap=True)
            for text, look in zip(words, (("b",), ("small", "text2")), strict=True)
            if text
        ]
        line_of(holder, ring, stack(*said), gap=12).setStretch(1, 1)
        self.body.addWidget(holder)
        for line in _lines(found.reasons):
            self.body.addWidget(ItemRow(line))

    def _explain(self) -> None:
        dialogs.message(_("How the scores are counted"), explanation())


def explanation() -> str:
    """Both formulas in plain words."""
    return "\n\n".join((
        _("Relationship, 0 to 100: up to {rhythm} points for ordering in their usual rhythm, up to {turnover} for buying more "
          "than others did in twelve months, up to {contact} for how recently you spoke or wrote. Late payment takes off "
          "up to {taken}.").format(
            rhythm=relationship.RHYTHM, turnover=relationship.TURNOVER, contact=relationship.CONTACT,
            taken=relationship.MOST_TAKEN),
        _("Paying, 0 to 100: starts at {full}. Each day late on the average takes {day} points, each reminder for money "
          "{reminder}, each open complaint about an invoice {dispute}; what is overdue now takes up to {overdue}, by its share "
          "of the last twelve months.").format(
            full=reliability.FULL, day=reliability.PER_DAY, reminder=reliability.PER_REMINDER,
            dispute=reliability.PER_DISPUTE, overdue=reliability.MOST_OVERDUE),
    ))  # fmt: skip


def _close_words(found: Relationship) -> tuple[str, str]:
    words = {
        "strong": _("Strong"),
        "steady": _("Steady"),
        "weak": _("Weakening"),
        "cold": _("Gone cold"),
        "new": _("New"),
    }
    return words[found.level], ""


def _pays_words(found: Reliability, evidence: str) -> tuple[str, str]:
    words = {
        "reliable": _("Pays reliably"),
        "mostly": _("Mostly pays in time"),
        "late": _("Pays late"),
        "risk": _("A risk"),
    }
    return words[found.level], evidence


def _lines(reasons: Sequence[Reason]) -> list[Item]:
    return [
        Item(
            reason.words,
            f"{'+' if reason.points > 0 else chr(0x2212)}{formats.count(abs(reason.points))}" if reason.points else "",
            "plus" if reason.points > 0 else "minus" if reason.points else "check",
            "green" if reason.points > 0 else "amber" if reason.points < 0 else "",
        )
        for reason in reasons
    ]


def _money(minor: int) -> str:
    return formats.money_text(minor, profile.load().currency)
