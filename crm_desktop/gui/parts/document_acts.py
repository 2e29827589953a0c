"""What one does with a document from the list and from its page: save the PDF, print, pay, correct, repeat, delete.

Each act does its work, tells it in a toast and leaves the rest to the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from crm_desktop.billing import credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import CREDIT_NOTE, Document
from crm_desktop.company import paper_choices
from crm_desktop.core import preferences
from crm_desktop.core.errors import NotFound, Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.core.money import to_minor
from crm_desktop.gui import failures
from crm_desktop.gui.parts import correcting
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.toast import Toast


def file_name(document: Document) -> str:
    """The name of the PDF by the pattern that the company chose, usually "RE-2026-0141 Café Ostwind.pdf"."""
    from crm_desktop.documents import file_names

    return f"{file_names.name_of(file_names.about(document))}.pdf"


def for_printer(content: bytes) -> bytes:
    """What goes to the printer: where it holds sheets with a printed letterhead, only what is missing on them."""
    if not paper_choices.load().printed_sheets:
        return content
    from crm_desktop.documents import letter_paper

    return letter_paper.for_printed_sheets(content)


class DocumentActs:
    """The acts of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def guarded(self, act: Callable[[int], object], document_id: int) -> None:
        """Do an act; what stands in its way is told."""
        failures.guarded(partial(act, document_id))

    # ---- paper -------------------------------------------------------------------------------------------------------

    def stored(self, document_id: int) -> bytes:
        """The PDF as it was stored; one of an imported document is made and marked as a copy.

        Raises:
            NotFound: an imported document without lines has none.
        """
        content = invoices.pdf(document_id)
        if content is not None:
            return content
        if not invoices.get(document_id).lines:
            raise NotFound(_("This document came from elsewhere without its lines, so there is nothing to print."))
        from crm_desktop.documents import from_record

        return from_record.copy_of(document_id)

    def save_pdf(self, document_id: int) -> None:
        """Write the PDF into the folder that was chosen the first time."""
        document = invoices.get(document_id)
        content, name = self.stored(document_id), file_name(document)
        folder = Path(str(preferences.get("folder/pdf") or ""))
        path = folder / name if preferences.get("folder/pdf") and folder.is_dir() else None
        if path is None or (path.is_file() and not _holds(path, content)):
            path = dialogs.choose_save_file(_("Save PDF"), name, [("PDF", ".pdf")], "pdf")
        if path is not None:
            self.write(path, content)
            invoices.mark_sent(document_id)
            self.tell(_("Saved as {name}").format(name=path.name), pgettext("verb", "Open"), partial(open_path, path))

    @staticmethod
    def write(path: Path, content: bytes) -> None:
        """Write a file.

        Raises:
            Problem: it is open elsewhere, or the folder is full or locked.
        """
        try:
            path.write_bytes(content)
        except OSError as error:
            sentence = _(
                "“{name}” could not be written. It may be open in another program, or the folder is full or locked. "
                "Your data is unchanged. Close the file and try again."
            )
            raise Problem(sentence.format(name=path.name)) from error

    def save_pdf_elsewhere(self, document_id: int) -> None:
        """Ask where the PDF goes, and remember the folder."""
        preferences.put("folder/pdf", None)
        self.save_pdf(document_id)

    def print_(self, document_id: int) -> None:
        """Print the stored PDF as it is; without a printer the file is offered."""
        document = invoices.get(document_id)
        answer = dialogs.print_pdf(for_printer(self.stored(document_id)), document.number or _("Draft"))
        if answer == "save":
            self.save_pdf(document_id)
        elif answer == "printed":
            invoices.mark_sent(document_id)
            self._page.toast.emit(_("{number} goes to the printer").format(number=document.number), False)

    def mail(self, document_id: int) -> None:
        """Write a mail with the stored paper; read it over, then send it or open it in the own mail program."""
        from crm_desktop.gui.parts import mail_writer
        from crm_desktop.outreach import letters

        mail_writer.write(self._page, letters.about_document(document_id))

    def print_copy(self, document_id: int) -> None:
        """Print a copy that is marked as one; it is drawn for this and not kept."""
        from crm_desktop.documents import from_record

        title = _("Copy of {number}").format(number=invoices.get(document_id).number)
        answer = dialogs.print_pdf(for_printer(from_record.copy_of(document_id)), title)
        if answer == "save":
            self.save_copy(document_id)
        elif answer == "printed":
            self.say(_("{name} goes to the printer").format(name=title))

    def save_copy(self, document_id: int) -> None:
        """Save a copy that is marked as one, under a name that is asked for."""
        from crm_desktop.documents import from_record

        name = file_name(invoices.get(document_id)).removesuffix(".pdf")
        wanted = _("{name} copy").format(name=name) + ".pdf"
        path = dialogs.choose_save_file(_("Save copy"), wanted, [("PDF", ".pdf")], "pdf")
        if path is not None:
            self.write(path, from_record.copy_of(document_id))
            self.tell(_("Saved as {name}").format(name=path.name), pgettext("verb", "Open"), partial(open_path, path))

    def show_folder(self, document_id: int) -> None:
        """Show the folder of the saved PDFs."""
        folder = Path(str(preferences.get("folder/pdf") or ""))
        if preferences.get("folder/pdf") and folder.is_dir():
            open_path(folder)
        else:
            self.save_pdf(document_id)

    # ---- money -------------------------------------------------------------------------------------------------------

    def pay(self, document_id: int, values: dict[str, Any]) -> None:
        """Book a payment: `amount` (Decimal), `paid_on`, `method`, `take_discount`.

        Raises:
            ValidationError: the amount or day cannot be right; field → sentence.
        """
        document = invoices.get(document_id)
        payments.record(
            document_id,
            values["amount"],
            values["paid_on"],
            method=values["method"],
            take_discount=bool(values.get("take_discount")),
            late_days=int(values.get("late_days") or 0),
            keep_credit=bool(values.get("keep_credit")),
        )
        minor = to_minor(values["amount"], document.currency)
        words = _("{amount} for {number} recorded") if minor > 0 else _("{amount} paid back for {number}")
        shown = formats.money_text(abs(minor), document.currency)
        self._page.toast.emit(words.format(amount=shown, number=document.number), True)

    def delete_payment(self, payment_id: int) -> None:
        """Take a payment back."""
        payments.delete(payment_id)
        self._page.toast.emit(_("Payment deleted"), True)

    def use_credit(self, document_id: int) -> None:
        """Set the customer's credit against what is open."""
        document = invoices.get(document_id)
        used = to_minor(payments.use_credit(document_id), document.currency)
        words = _("{amount} of credit set against {number}")
        shown = formats.money_text(used, document.currency)
        self._page.toast.emit(words.format(amount=shown, number=document.number), True)

    def take_back(self, allocation_id: int) -> None:
        """Open again what one discount, write-off or credit note settled."""
        payments.take_back(allocation_id)
        self._page.toast.emit(_("Taken back: it is open again"), True)

    def write_off(self, document_id: int) -> None:
        """Settle the rest without money."""
        number = invoices.get(document_id).number
        payments.write_off(document_id)
        self._page.toast.emit(_("The rest of {number} is written off").format(number=number), True)

    # ---- what comes after --------------------------------------------------------------------------------------------

    def credit_all(self, document_id: int) -> None:
        """Cancel an invoice with a full credit note after one question, and offer to bill its work again."""
        made = correcting.cancel(document_id)
        if made is None:
            return
        words = _("Credit note {number} issued").format(number=made.number)
        self._page.open_record.emit("invoice", made.id or 0)
        if credit_notes.to_release(document_id):
            self.tell(words, _("Bill its work again"), partial(self._bill_again, document_id))
        else:
            self._page.toast.emit(words, False)

    def _bill_again(self, document_id: int) -> None:
        if correcting.bill_again(document_id):
            self._page.toast.emit(_("It waits to be billed again"), True)

    def credit_all_again(self, document_id: int) -> None:
        """Cancel an invoice after one question and open a new draft with its content."""
        made = correcting.cancel_and_redo(document_id)
        if made is not None:
            note, draft = made
            self._page.toast.emit(_("Credit note {number} issued").format(number=note.number), False)
            self._page.open_record.emit("draft", draft.id or 0)

    def credit_part(self, document_id: int) -> None:
        """Ask for lines, quantities or amounts, and open the draft of their credit note."""
        made = correcting.credit_part(document_id)
        if made is not None:
            self._page.open_record.emit("draft", made.id or 0)

    def repeat(self, document_id: int) -> None:
        """Open a new draft with the content of a document."""
        made = drafts.copy(document_id)
        self._page.open_record.emit("draft", made.id or 0)

    def delete_drafts(self, draft_ids: list[int]) -> None:
        """Move drafts to the bin."""
        drafts.delete(draft_ids)
        words = _("Draft moved to the bin") if len(draft_ids) == 1 else _("{n} drafts moved to the bin")
        self._page.toast.emit(words.format(n=len(draft_ids)), True)

    def can_correct(self, document: Document) -> bool:
        """Whether a credit note can be written for it."""
        if document.state != "issued" or document.kind == CREDIT_NOTE or document.id is None:
            return False
        return credit_notes.why_not(document.id) is None

    def say(self, words: str) -> None:
        """Tell what happened."""
        self._page.toast.emit(words, False)

    def say_undoable(self, words: str) -> None:
        """Tell what happened with Undo, which takes back the last step."""
        self._page.toast.emit(words, True)

    def tell(self, words: str, act: str, on: Callable[[], object]) -> None:
        """Show a toast with something that can be done next."""
        toast = getattr(self._page.window(), "toast", None)
        if isinstance(toast, Toast):
            toast.tell(words, act=act, on=on)
        else:
            self._page.toast.emit(words, False)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file holds just this; one that cannot be read does not."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def open_path(path: Path) -> None:
    """Open a file or folder with the program that the computer has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
