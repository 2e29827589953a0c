"""What a line of a draft can be besides an item: optional or an alternative, a heading, a subtotal, a comment.

Words, pictures and keys as data; the acts are for a `LinesTable`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from PySide6.QtCore import Qt

from crm_desktop.billing.document import ALTERNATIVE, COMMENT, HEADING, ITEM, OPTIONAL, SUBTOTAL, DraftLine
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.sales.basket import TEXTS

CHOICES = (OPTIONAL, ALTERNATIVE)


@dataclass(frozen=True)
class RoleAct:
    """One entry of the menu of a line."""

    role: str
    text: str
    key: Qt.Key
    icon: str

    @property
    def keys(self) -> str:
        """The key as a menu shows it."""
        return f"Ctrl+Shift+{chr(self.key.value)}"


def acts(*, choices: bool) -> list[RoleAct]:
    """What can be made of a line; optional and alternative positions belong in quotes."""
    texts = [
        RoleAct(HEADING, _("Heading"), Qt.Key.Key_H, "heading"),
        RoleAct(SUBTOTAL, _("Subtotal"), Qt.Key.Key_U, "sigma"),
        RoleAct(COMMENT, _("Comment"), Qt.Key.Key_K, "message-square"),
    ]
    if not choices:
        return texts
    return [
        RoleAct(OPTIONAL, _("Optional"), Qt.Key.Key_O, "circle-dashed"),
        RoleAct(ALTERNATIVE, _("Alternative"), Qt.Key.Key_A, "shuffle"),
        *texts,
    ]


def word(role: str) -> str:
    """The mark beside a line that is not summed."""
    return {OPTIONAL: _("Optional"), ALTERNATIVE: _("Alternative")}.get(role, "")


def hint(role: str) -> str:
    """What an empty line of text says."""
    return {HEADING: _("Heading"), SUBTOTAL: _("Subtotal"), COMMENT: _("Comment")}.get(
        role, _("Find a product, or write what was sold")
    )


def turned(line: DraftLine, role: str) -> DraftLine:
    """A line in another role; a line of text has neither price nor quantity."""
    if role not in TEXTS:
        return replace(line, role=role)
    return replace(
        line,
        role=role,
        quantity=Decimal(1),
        price=Decimal(0),
        allowances=(),
        charges=(),
        item_id=None,
        item_number="",
    )


def toggled(role: str, wanted: str) -> str:
    """The role that the key of a role gives a line: the wanted one, or a plain item if it had it already."""
    return ITEM if role == wanted else wanted
