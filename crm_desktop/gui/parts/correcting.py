"""Correct an issued invoice in one of three forms: a part of it, all (or the rest) of it, or all of it and a new draft.

Each shows what will happen before it does. Only drafts can be taken back, so whole credit notes ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from crm_desktop.billing import chain, credit_notes, drafts, invoices
from crm_desktop.billing.credit_notes import Part
from crm_desktop.billing.document import INVOICE, Document, Draft
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import to_minor
from crm_desktop.gui import failures
from crm_desktop.gui.parts import paper_preview
from crm_desktop.gui.parts.lines_choice import LinesChoice, LinesSheet, Offered
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cards import Facts
from crm_desktop.gui.widgets.inputs import SwitchInput
from crm_desktop.sales.basket import POSITIONS


class CancelDialog(dialogs.Dialog):
    """What a whole credit note does, and whether the new draft names the invoice that it replaces."""

    def __init__(self, document: Document, *, again: bool) -> None:
        question = _("Cancel {number} and write it anew?") if again else _("Cancel {number}?")
        if credit_notes.of_document(document.id or 0):
            question = _("Credit the rest of {number}?")
        super().__init__(question.format(number=document.number), _("This cannot be undone."), width=520)
        self.facts = Facts()
        self.facts.tell(_consequences(document, again=again))
        self.add(self.facts)
        self.corrected = SwitchInput(_("The new invoice names {number} as replaced").format(number=document.number))
        self.corrected.setToolTip(_("A corrected invoice, type 384 in e-invoices"))
        if again and document.kind == INVOICE:
            self.add(self.corrected)
        self.add_button("", _("Keep it"), first=True)
        self.add_button("act", _("Write credit note"), "danger")


def _consequences(document: Document, *, again: bool) -> list[tuple[str, str]]:
    """What happens, as label and value."""
    money = document.currency
    begun = credit_notes.begin_rest(document.id or 0)
    note = drafts.preview(begun)
    amount = formats.money_text(to_minor(note.totals.due, money), money)
    words = _("{number} over {amount} to {customer}, issued at once")
    found = [
        (
            _("Credit note"),
            words.format(
                number=invoices.preview_number(begun),
                amount=amount,
                customer=document.buyer.get("name") or _("the buyer"),
            ),
        ),
        (_("The invoice"), _("{number} stays in the list, marked as cancelled").format(number=document.number)),
    ]
    if document.open > 0:
        still = formats.money_text(to_minor(document.open, money), money)
        found.append((_("Still open"), _("{amount} is settled by the credit note").format(amount=still)))
    if document.paid > 0:
        paid = formats.money_text(to_minor(document.paid, money), money)
        found.append(
            (_("Paid already"), _("{amount} stays open on the credit note, to be paid back").format(amount=paid))
        )
    if document.deductions:
        found.append((_("Deposits"), _("can be deducted again")))
    if held := credit_notes.to_release(document.id or 0):
        words = ngettext("{n} entry can be billed again", "{n} entries can be billed again", held)
        if again:
            words = ngettext("{n} entry stays on the new draft", "{n} entries stay on the new draft", held)
        found.append((_("Work on it"), words.format(n=formats.count(held))))
    if again:
        found.append((_("New draft"), _("of today, with the same content")))
    return found


def ask_cancel(document: Document, *, again: bool) -> tuple[bool, bool]:
    """Whether to cancel, and whether the new invoice is a corrected one."""
    made = CancelDialog(document, again=again)
    return made.ask() == "act", made.corrected.value()


def cancel(document_id: int) -> Document | None:
    """Take an invoice back as a whole after one question; gives the credit note."""
    wanted, _corrected = ask_cancel(invoices.get(document_id), again=False)
    return credit_notes.cancel(document_id, paper_preview.render) if wanted else None


def cancel_and_redo(document_id: int) -> tuple[Document, Draft] | None:
    """Take an invoice back as a whole after one question; gives the credit note and the new draft."""
    wanted, corrected = ask_cancel(invoices.get(document_id), again=True)
    if not wanted:
        return None
    return credit_notes.cancel_and_redo(document_id, paper_preview.render, corrected=corrected)


# ---- a part ---------------------------------------------------------------------------------------------------------


def credit_part(document_id: int) -> Draft | None:
    """Ask for lines with quantities or amounts; gives the draft of the credit note."""
    document = invoices.get(document_id)
    offered = [
        Offered(
            source.id,
            source.line.name,
            source.amount,
            _("{n} billed").format(n=formats.quantity(source.line.quantity)),
            source.line.quantity,
        )
        for source in chain.lines_of(document_id)
        if source.line.role in POSITIONS
    ]
    sheet = LinesSheet(
        _("Credit which part of {number}?").format(number=document.number),
        _("Tick the lines, then change how many go back, or for how much. A draft opens; nothing is issued yet."),
        LinesChoice(offered, document.currency, quantities=True, amounts=True),
        act=_("Write credit note"),
        run=lambda choice: credit_notes.draft_for(document_id, _parts(choice) or _none()),
        tell=partial(_part_words, document_id),
    )
    sheet.ask()
    made: Draft | None = sheet.made
    return made


def _none() -> Sequence[Part]:
    raise UserError(_("Choose what is to be credited."))


def _parts(choice: LinesChoice) -> list[Part]:
    """What is ticked: so many of a line, or an amount where one was typed."""
    return [
        Part(line_id, amount=amount) if amount is not None else Part(line_id, quantity=quantity)
        for line_id, quantity, amount in choice.shares()
    ]


def _part_words(document_id: int, choice: LinesChoice) -> str:
    """What the credit note would come to."""
    parts = _parts(choice)
    if not parts:
        return _("Nothing is ticked yet.")
    try:
        note = drafts.preview(credit_notes.begin_part(document_id, parts))
    except UserError as refused:
        return str(refused)
    shown = formats.money_text(to_minor(note.totals.grand_total, note.currency), note.currency)
    return _("Credit note over {amount} with tax").format(amount=shown)


def bill_again(document_id: int) -> bool:
    """Let what a cancelled invoice billed wait again; False if something stood in the way."""
    return failures.guarded(partial(credit_notes.release, document_id))
