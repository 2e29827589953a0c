"""Belongs together: the documents that followed from one another, as a tree; each opens with a click."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.billing import family
from crm_desktop.billing.document import CREDIT_NOTE, DELIVERY_NOTE
from crm_desktop.billing.family import Member
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.document_words import kind_icon, status_word
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Item, ItemRow
from crm_desktop.gui.widgets.layouts import clear, column, label, line_of
from crm_desktop.gui.widgets.page import Page

_STEP, _DEEPEST = 10, 5


class FamilySection(QWidget):
    """See the module; hidden for a document that stands alone."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.items: list[ItemRow] = []
        column(self, label(_("Belongs together"), "b"), self._rows, gap=4)

    def show_document(self, document_id: int) -> None:
        """Show the family of a document, itself among them."""
        clear(self._rows)
        self.items = []
        found = family.members(document_id) if document_id else []
        self.setVisible(len(found) > 1)
        if len(found) < 2:
            return
        for member in found:
            holder = QWidget()
            made = ItemRow(self._item(member, is_this=member.id == document_id))
            line_of(holder, min(member.depth, _DEEPEST) * _STEP, made, gap=0)
            holder.layout().setStretch(1, 1)
            self._rows.addWidget(holder)
            self.items.append(made)

    def _item(self, member: Member, *, is_this: bool) -> Item:
        word, tone, _pill = status_word(member.state, member.kind)
        day = formats.day_short(member.issue_on) if member.issue_on else ""
        amount = formats.money_text(member.gross_minor, member.currency) if member.kind != DELIVERY_NOTE else ""
        here = _("shown here") if is_this else ""
        name = member.kind_name
        return Item(
            member.number or name,
            word if member.kind != CREDIT_NOTE or not member.number else "",
            kind_icon(member.kind),
            tone if tone in ("red", "amber") else "",
            detail=" · ".join(part for part in (name if member.number else "", amount, day, here) if part),
            on=None if is_this else partial(self._page.open_record.emit, "draft", member.id),
        )
