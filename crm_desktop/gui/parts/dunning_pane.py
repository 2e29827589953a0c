"""The pane of reminders for money: what is asked of whom, what can be done about it, and the letter as it will be."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crm_desktop.billing import dunning_letters, dunning_levels
from crm_desktop.billing.dunning import Item as OpenItem
from crm_desktop.billing.dunning import Proposal
from crm_desktop.billing.dunning_letters import Choice, Letter
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.gui import failures
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts.dunning_acts import DunningActs
from crm_desktop.gui.parts.dunning_hold import hold_customer, hold_document
from crm_desktop.gui.parts.dunning_rows import DunningRow
from crm_desktop.gui.parts.paper_preview import Made, Preview
from crm_desktop.gui.widgets import formats, pdf_pages
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, ButtonRow, menu_button
from crm_desktop.gui.widgets.cards import Facts, Item, Section
from crm_desktop.gui.widgets.form import Field, FieldBox
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pdf_pages import PaperView
from crm_desktop.gui.widgets.pill import Pill


class LetterPreview(Preview):
    """Draws a letter that is not made yet."""

    def show_letter(self, letter: Letter) -> None:
        """Draw a letter anew, in the worker."""
        self._stop()
        self._start(partial(_draw, letter, self.view.pixels(), self._most), self._show_made)

    def say(self, words: str) -> None:
        """Show words instead; what is being drawn is dropped."""
        self._stop()
        self.content = b""
        self.view.say(words)


def _draw(letter: Letter, width: int, most: int, progress: Progress) -> Made:
    from crm_desktop.documents import letter_words

    content = letter_words.render_reminder(letter)
    progress.check()
    return Made(content, pdf_pages.draw(content, width=width, pages=range(most)), "")


class DunningPane(QFrame):
    """See the module. `page` is asked for its book of choices and told when one changes."""

    def __init__(self, page: Any, acts: DunningActs) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self._acts = page, acts
        self.shown: DunningRow | None = None
        self._avatar = Avatar(side=36)
        self._name, self._what = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self._pill = Pill()
        self._reason = label("", "body", "amber", wrap=True)
        self.level = FieldBox(Field("level", _("Level"), "choice", choices=_levels))
        self.level.input.edited.connect(self._level_chosen)
        self._facts = Facts()
        self._items = Section(_("In this letter"))
        self._others = Section(_("Not in this letter"))
        self._paper = PaperView(_("The letter"))
        self.preview = LetterPreview(self._paper)
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        self.make_button = Button(_("Make this letter"), "secondary", "file-check", on=self._make)
        self.leave_button = Button(_("Not this time"), "secondary", "x", on=self._toggle)
        self.print_button = Button(_("Print"), "secondary", "printer", on=self._print)
        self.mail_button = Button(_("E-mail"), "secondary", "mail", on=self._mail)
        self.sent_button = Button(_("Given out"), "secondary", "check", on=self._sent)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.more = menu_button("ellipsis", _("More"), self._menu)
        self._buttons = ButtonRow(
            self.make_button, self.leave_button, self.print_button, self.mail_button, self.sent_button, self.more
        )

    def _lay_out(self) -> None:
        head = row(self._avatar, stack(self._name, self._what, gap=2), self._pill, gap=12)
        head.setStretch(1, 1)
        upper = QWidget()
        column(
            upper, head, self._reason, self._buttons, self.level, self._facts, hairline(), self._items, self._others,
            gap=12, margins=(20, 14, 20, 14),
        )  # fmt: skip
        below = QWidget()
        column(below, self._paper, "stretch", margins=(13, 10, 13, 16))
        whole = QWidget()
        column(whole, upper, hairline(), below, "stretch")
        column(self, scroll(whole))

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_row(self, shown: DunningRow) -> None:
        """Show a proposal or a letter."""
        self.shown = shown
        self._avatar.show_name(shown.name, "person" if shown.kind == "person" else "company")
        self._name.setText(shown.name)
        self._what.setText(shown.what)
        is_letter = shown.letter is not None
        waits = shown.proposal is not None and shown.proposal.waits
        self._pill.say(_("On hold") if shown.state == "held" else "", "amber")
        self.make_button.setVisible(waits)
        self.leave_button.setVisible(waits)
        self.leave_button.setText(_("Take it in again") if shown.state == "left_out" else _("Not this time"))
        self.print_button.setVisible(is_letter)
        self.mail_button.setVisible(is_letter)
        self.sent_button.setVisible(shown.state == "unsent")
        self.level.setVisible(waits)
        self._buttons.fit()
        if shown.letter is not None:
            self._show_letter(shown.letter)
        elif shown.proposal is not None:
            choice = shown.choice or Choice(shown.customer_id, shown.currency)
            self._show_proposal(shown.proposal, choice, shown.last_contact_on)

    def _show_proposal(self, found: Proposal, choice: Choice, contact_on: date | None) -> None:
        money = found.currency
        self._reason.setText(found.hold)
        self._reason.setVisible(bool(found.hold))
        if found.level is not None:
            self.level.input.set_choices(_levels())
            self.level.input.set_value(found.level.position)
        contact = formats.day_near(contact_on) if contact_on else _("none noted")
        charges = formats.money_text(found.charges_minor, money) if found.charges_minor else ""
        credit = formats.money_text(-found.credit_minor, money) if found.credit_minor else ""
        self._facts.tell(
            [
                (_("To pay"), formats.money_text(found.total_minor, money)),
                (_("Fees, interest"), charges),
                (_("Credit"), credit),
                (_("Last contact"), contact),
            ]
        )
        inside = [*found.items, *found.credits]
        self._items.tell([_item(item, money) for item in inside])
        outside = [*((item, _("not due yet")) for item in found.coming), *((item, item.hold) for item in found.held)]
        left = [Item(_("Left out this time"), str(len(choice.leave_out)))] if choice.leave_out else []
        self._others.tell([*(_item(item, money, why) for item, why in outside), *left])
        if found.waits:
            failures.guarded(lambda: self.preview.show_letter(dunning_letters.preview(choice)))
        else:
            self.preview.say(_("Nothing is written while this is on hold."))

    def _show_letter(self, letter: Letter) -> None:
        money = letter.currency
        self._reason.hide()
        left = dunning_letters.charges_left_minor(letter)
        sent = formats.when(dates.instant_from(letter.sent_at)) if letter.sent_at else _("not yet")
        self._facts.tell(
            [
                (_("To pay"), formats.money_text(letter.total_minor, money)),
                (_("Fees, interest"), formats.money_text(left, money) if left else ""),
                (_("Made"), formats.day_near(letter.made_on)),
                (_("Pay by"), formats.day(letter.deadline_on)),
                (_("Given out"), sent),
            ]
        )
        shown = [
            Item(entry.number, formats.money_text(entry.open_minor, money), detail=_late(entry.days_late))
            for entry in letter.rows
        ]
        self._items.tell(shown)
        self._others.tell([])
        if letter.file_id is not None:
            self.preview.show_stored(letter.id, dunning_letters.pdf(letter.id))
        else:
            self.preview.say(_("This letter was made without a PDF."))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _level_chosen(self) -> None:
        shown, value = self.shown, self.level.input.value()
        if shown is None or shown.choice is None or value is None:
            return
        self._change(Choice(shown.customer_id, shown.currency, int(value), shown.choice.leave_out))

    def _change(self, choice: Choice) -> None:
        self._page.book.choose(choice)
        self._page.refresh()

    def _make(self) -> None:
        if self.shown is not None and self.shown.choice is not None:
            self._acts.make([self.shown.choice])

    def _toggle(self) -> None:
        if self.shown is not None:
            self._page.book.toggle(self.shown)
            self._page.refresh()

    def _print(self) -> None:
        if self.shown is not None and self.shown.letter is not None:
            self._acts.print_all([self.shown.letter.id])

    def _mail(self) -> None:
        if self.shown is not None and self.shown.letter is not None:
            self._acts.mail(self.shown.letter.id)

    def _sent(self) -> None:
        if self.shown is not None and self.shown.letter is not None:
            self._acts.mark_sent([self.shown.letter.id])

    def _fill_menu(self) -> None:
        self._menu.clear()
        shown = self.shown
        if shown is None:
            return
        words = _("Open customer") if shown.customer_id > 0 else _("Open invoice")
        self._menu.addAction(icon("user"), words, partial(open_payer, self._page, shown.customer_id))
        if shown.letter is not None:
            self._fill_letter_menu(shown.letter)
        elif shown.proposal is not None:
            self._fill_proposal_menu(shown, shown.proposal)

    def _fill_letter_menu(self, letter: Letter) -> None:
        self._menu.addAction(icon("download"), _("Save PDF"), partial(self._acts.save_all, [letter.id]))
        if letter.charges_minor:
            self._menu.addAction(icon("banknote"), _("Fees or interest were paid…"), partial(self._charges, letter.id))
        if letter.sent_at is None:
            self._menu.addAction(icon("undo-2"), _("Take this letter back"), partial(self._take_back, letter.id))

    def _fill_proposal_menu(self, shown: DunningRow, found: Proposal) -> None:
        if shown.customer_id > 0:
            reason = customers.get(shown.customer_id).dunning_hold
            words = _("Send reminders again") if reason else _("Send no reminders…")
            hold = partial(hold_customer, self._page, shown.customer_id, shown.name, reason)
            self._menu.addAction(icon("bell"), words, hold)
        for item in (*found.items, *found.held):
            self._menu.addSection(item.number)
            words = _("Remind of {number} again") if item.hold else _("Put {number} on hold…")
            act = partial(hold_document, self._page, item.document_id, item.number, item.hold)
            self._menu.addAction(words.format(number=item.number), act)
            if not item.hold and len(found.items) > 1:
                words = _("Leave {number} out of this letter").format(number=item.number)
                self._menu.addAction(words, partial(self._leave_out, item.document_id))
        if shown.choice is not None and shown.choice.leave_out:
            self._menu.addSeparator()
            self._menu.addAction(_("Take all invoices in again"), partial(self._leave_out, 0))

    def _leave_out(self, document_id: int) -> None:
        """Leave one document out of the letter; 0 takes all in again."""
        shown = self.shown
        if shown is not None and shown.choice is not None:
            left = shown.choice.leave_out | {document_id} if document_id else frozenset[int]()
            self._change(Choice(shown.customer_id, shown.currency, shown.choice.level, left))

    def _charges(self, letter_id: int) -> None:
        failures.guarded(partial(self._acts.pay_charges, letter_id))

    def _take_back(self, letter_id: int) -> None:
        failures.guarded(partial(self._acts.take_back, letter_id))


def open_payer(page: Page, customer_id: int) -> None:
    """Show the customer; of a sale without one, the document (see `dunning.Proposal`)."""
    if customer_id > 0:
        page.open_record.emit("customer", customer_id)
    else:
        page.open_record.emit("invoice", -customer_id)


def _levels() -> list[tuple[int, str]]:
    return [(level.position, level.name) for level in dunning_levels.levels()]


def _late(days: int) -> str:
    return ngettext("{n} day late", "{n} days late", days).format(n=formats.count(days)) if days else ""


def _item(item: OpenItem, money: str, why: str = "") -> Item:
    last = item.last
    parts = [why or _late(item.days_late)]
    if item.level is not None and not why:
        parts.append(item.level.name)
    if last is not None:
        parts.append(_("last letter {day}").format(day=formats.day_short(last.made_on)))
    words = " · ".join(part for part in parts if part)
    return Item(item.number, formats.money_text(item.open_minor, money), detail=words)
