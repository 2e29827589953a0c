"""Cards that stand each on its own: one that cannot be shown says so in its place, and the others are shown all the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crm_desktop.core.errors import Problem, UserError, known
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Card
from crm_desktop.gui.widgets.layouts import label, row

_log = logging.getLogger(__name__)


class FaultCard(Card):
    """In the place of a card that cannot be shown: what it would be, and that the rest can be relied on."""

    def __init__(self, heading: str, error: Exception) -> None:
        super().__init__(heading)
        self.said = label(_sentence(error), "body", "text2", wrap=True)
        self.body.addWidget(self.said)
        if not isinstance(error, UserError | Problem):
            copy = Button(_("Copy details"), "link", on=partial(_copy, failures.details(error)))
            self.body.addLayout(row(copy, "stretch"))

    def show_customer(self, _found: Customer) -> None:
        """Stay as it is: the card itself could not be made."""


class CardFaults:
    """Shows cards one by one and remembers which of them have a `FaultCard` in their place."""

    def __init__(self) -> None:
        self.shown: dict[QWidget, FaultCard] = {}

    def show(self, card: QWidget, act: Callable[[], object]) -> None:
        """Let a card show something by `act`; a fault is logged and said in its place."""
        before = self.shown.pop(card, None)
        if before is not None:
            before.hide()
            before.deleteLater()
            card.show()
        try:
            act()
        except Exception as error:  # noqa: BLE001  (logged, and said in its place)
            self._fail(card, error)

    def _fail(self, card: QWidget, error: Exception) -> None:
        _log.error("A card could not be shown: %s", type(card).__name__, exc_info=error)
        made = FaultCard(_heading(card), error)
        self.shown[card] = made
        card.hide()
        around = card.parentWidget()
        layout = around.layout() if around is not None else None
        if layout is not None:
            layout.insertWidget(layout.indexOf(card) + 1, made)  # type: ignore[attr-defined]
            made.show()


def made(make: Callable[[], QWidget], name: str) -> QWidget:
    """A card, or what stands in its place when it cannot be made."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001  (logged, and said in its place)
        _log.error("A card could not be made: %s", name, exc_info=error)
        return FaultCard("", error)


def _sentence(error: Exception) -> str:
    found = known(error)
    if isinstance(found, UserError | Problem):
        return str(found)
    return _("This card cannot be shown just now. Your data is unchanged, and the rest of the page can be relied on.")


def _heading(card: QWidget) -> str:
    cards = [card] if isinstance(card, Card) else card.findChildren(Card)
    return cards[0].heading.text() if cards else card.accessibleName()


def _copy(details: str) -> None:
    QGuiApplication.clipboard().setText(details)
