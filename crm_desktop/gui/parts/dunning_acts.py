"""What is done with reminders for money: make letters, print all of them, save their PDFs, mark them as given out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from crm_desktop.billing import dunning_letters
from crm_desktop.billing.dunning_letters import Choice
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts.document_acts import for_printer
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page


class DunningActs:
    """The acts of the page; `changed()` is called when letters were made or given out."""

    def __init__(self, page: Page, changed: Callable[[str], object]) -> None:
        self._page = page
        self._changed = changed

    # ---- letters -----------------------------------------------------------------------------------------------------

    def make(self, choices: Sequence[Choice]) -> None:
        """Make letters beside the window, with progress and Cancel; all or none."""
        if choices:
            title = ngettext("Making {n} letter", "Making {n} letters", len(choices)).format(n=len(choices))
            jobs.run(partial(_make, list(choices)), done=self._made, title=title, writes=True)

    def _made(self, letter_ids: list[int]) -> None:
        words = ngettext(
            "{n} letter made. Print it or save it.", "{n} letters made. Print or save them.", len(letter_ids)
        )
        self._page.toast.emit(words.format(n=formats.count(len(letter_ids))), True)
        self._changed("unsent")

    def print_all(self, letter_ids: Sequence[int]) -> None:
        """Print letters as one job of the printer, and note that they were given out."""
        if letter_ids:
            jobs.run(partial(_joined, list(letter_ids)), done=partial(self._print, list(letter_ids)))

    def _print(self, letter_ids: list[int], content: bytes) -> None:
        number = len(letter_ids)
        title = ngettext("{n} letter", "{n} letters", number).format(n=formats.count(number))
        answer: list[str] = []
        failures.guarded(lambda: answer.append(dialogs.print_pdf(for_printer(content), title)))
        if answer == ["save"]:
            self.save_all(letter_ids)
        elif answer == ["printed"]:
            self.mark_sent(letter_ids)

    def save_all(self, letter_ids: Sequence[int]) -> None:
        """Write the PDF of each letter into a folder."""
        folder = dialogs.choose_folder(_("Where shall the letters go?"), "letters") if letter_ids else None
        if folder is not None:
            title = _("Saving letters")
            jobs.run(partial(_save, list(letter_ids), folder), done=partial(self._saved, folder), title=title)

    def _saved(self, folder: Path, number: int) -> None:
        words = ngettext("{n} letter saved in {folder}", "{n} letters saved in {folder}", number)
        self._page.toast.emit(words.format(n=formats.count(number), folder=folder.name), False)

    def mail(self, letter_id: int) -> None:
        """Write a mail with the stored letter; sent from here, it counts as given out."""
        failures.guarded(partial(self._mail, letter_id))

    def _mail(self, letter_id: int) -> None:
        from crm_desktop.gui.parts import mail_writer
        from crm_desktop.outreach import letters

        letter = dunning_letters.get(letter_id)
        if letter.file_id is None:
            raise UserError(_("This letter was made without a PDF, so there is nothing to send."))
        file = letters.Attached(dunning_letters.file_name(letter), "file", letter.file_id)
        values = dunning_letters.field_values(letter) | {"due": dunning_letters.field_values(letter)["deadline"]}
        known = letter.customer_id if letter.customer_id > 0 else None
        mail = letters.about_letter(known, "dunning_letter", file, values, letter_id)
        mail_writer.write(self._page, replace(mail, recipient=dunning_letters.address_of(letter)))

    def mark_sent(self, letter_ids: Sequence[int]) -> None:
        """Note that letters were given out."""
        done: list[int] = []
        if letter_ids and failures.guarded(lambda: done.append(dunning_letters.mark_sent(letter_ids))):
            words = ngettext("{n} letter marked as given out", "{n} letters marked as given out", done[0])
            self._page.toast.emit(words.format(n=formats.count(done[0])), False)
            self._changed("")

    def take_back(self, letter_id: int) -> None:
        """Undo a letter that nobody has yet."""
        number = dunning_letters.get(letter_id).number
        dunning_letters.take_back(letter_id)
        self._page.toast.emit(_("{number} taken back").format(number=number), True)
        self._changed("")

    def pay_charges(self, letter_id: int) -> None:
        """Ask what was paid on fees and interest, and book it."""
        letter = dunning_letters.get(letter_id)
        left = dunning_letters.charges_left_minor(letter)
        found = dialogs.fill_in(
            _("Fees and interest of {number}").format(number=letter.number),
            [
                Field("amount", _("Amount"), "number", decimals=2, width=0.5, needed=True),
                Field("paid_on", _("Paid on"), "date", width=0.5),
            ],
            {"amount": None},
            act=_("Book"),
            check=partial(_book_charges, letter_id),
            text=_("{amount} is asked for. It settles no invoice and is no revenue.").format(
                amount=formats.money_text(left, letter.currency)
            ),
        )
        if found is not None:
            self._page.toast.emit(_("Booked on {number}").format(number=letter.number), True)
            self._changed("")


def _book_charges(letter_id: int, values: dict[str, object]) -> None:
    dunning_letters.book_charges(letter_id, values["amount"], values["paid_on"])  # type: ignore[arg-type]


# ---- in the worker -----------------------------------------------------------------------------------------------------


def _make(choices: list[Choice], progress: Progress) -> list[int]:
    from crm_desktop.documents import letter_words

    return dunning_letters.make_letters(choices, letter_words.render_reminder, progress=progress)


def _joined(letter_ids: list[int], progress: Progress) -> bytes:
    from crm_desktop.documents import letter_pdf

    progress.check()
    return letter_pdf.joined([dunning_letters.pdf(letter_id) for letter_id in letter_ids])


def _save(letter_ids: list[int], folder: Path, progress: Progress) -> int:
    for place, letter_id in enumerate(letter_ids):
        letter = dunning_letters.get(letter_id)
        path = folder / dunning_letters.file_name(letter)
        progress(place, len(letter_ids), path.name)
        try:
            path.write_bytes(dunning_letters.pdf(letter_id))
        except OSError as error:
            sentence = _("“{name}” could not be written: {reason}. The letters are kept here; choose another folder.")
            raise Problem(sentence.format(name=path.name, reason=error.strerror or error)) from error
    return len(letter_ids)
