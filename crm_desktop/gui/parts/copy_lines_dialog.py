"""Copy lines from another document: find it by number, customer or content, and tick what is wanted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import chain, invoice_list, kinds
from crm_desktop.billing.document import KINDS, QUOTE, Draft, DraftLine
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import line_roles
from crm_desktop.gui.parts.document_words import kind_icon
from crm_desktop.gui.parts.lines_choice import LinesChoice, LinesSheet, Offered
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion
from crm_desktop.sales.basket import TEXTS

_SHOWN = 8


class CopyLinesSheet(LinesSheet):
    """See the module."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.source_id = 0
        self.search = SuggestInput(self._find, _("Number, customer, or what was sold"))
        choice = LinesChoice([], draft.currency)
        super().__init__(
            _("Copy lines from another document"),
            _("Prices come along as they were. Nothing ties the copies to where they came from."),
            choice,
            act=_("Copy lines"),
            run=self._copy,
            tell=self._words,
        )
        self._body.insertWidget(0, self.search)
        self.search.setAccessibleName(_("Find a document"))
        self.search.picked.connect(self.show_document)
        self._first: QWidget | None = self.search

    def _find(self, typed: str) -> list[Suggestion]:
        """The newest documents of the same customer first; then whatever fits."""
        filters = invoice_list.Filters(kinds=KINDS, customer_id=None if typed else self.draft.customer_id)
        ids = invoice_list.ids(search=typed, filters=filters)
        if not ids and not typed:
            ids = invoice_list.ids(filters=invoice_list.Filters(kinds=KINDS))
        rows = invoice_list.rows([i for i in ids[: _SHOWN + 1] if i != self.draft.id][:_SHOWN])
        return [
            Suggestion(
                row.id,
                row.number or _("Draft"),
                " · ".join(part for part in (kinds.name(row.kind, row.type_code), row.customer) if part),
                formats.money_text(row.gross_minor, row.currency),
                kind_icon(row.kind),
            )
            for row in rows
        ]

    def show_document(self, document_id: int) -> None:
        """Offer the lines of a document, all of them ticked."""
        self.source_id = document_id
        row = next(iter(invoice_list.rows([document_id])), None)
        self.search.setText(row.number or _("Draft") if row is not None else "")
        self.choice.offer(
            [
                Offered(
                    source.id,
                    source.line.name or line_roles.hint(source.line.role),
                    source.amount,
                    self._detail(source.line),
                    chosen=True,
                )
                for source in chain.lines_of(document_id)
            ]
        )
        self.tell_chosen()
        self.fit()

    @staticmethod
    def _detail(line: DraftLine) -> str:
        if line.role in TEXTS:
            return line_roles.hint(line.role)
        count = _("{n} times").format(n=formats.quantity(line.quantity))
        return " · ".join(part for part in (count, line_roles.word(line.role)) if part)

    def _words(self, choice: LinesChoice) -> str:
        if not choice.rows:
            return ""
        return "" if choice.chosen() else _("Nothing is ticked yet.")

    def _copy(self, choice: LinesChoice) -> tuple[DraftLine, ...]:
        return chain.copy_lines(self.source_id, choice.chosen()) if self.source_id else ()


def ask(draft: Draft) -> tuple[DraftLine, ...]:
    """Ask for lines; those for another kind than a quote become plain lines."""
    sheet = CopyLinesSheet(draft)
    if sheet.ask() != "act" or not sheet.made:
        return ()
    lines: tuple[DraftLine, ...] = sheet.made
    if draft.kind == QUOTE:
        return lines
    return tuple(x for x in lines if x.role not in line_roles.CHOICES)
