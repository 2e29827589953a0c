"""The pane of Today: about whom it is, what one must know, and the act, prepared so that it only has to be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QUrl, QUrlQuery
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.activity import reminders, timeline, touch
from crm_desktop.billing import deal_quotes, dunning, dunning_letters, invoice_list, to_bill
from crm_desktop.core import i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.customers import customers
from crm_desktop.gui import failures
from crm_desktop.gui.parts import contract_today, to_bill_words, today_kinds
from crm_desktop.gui.parts.later_menu import Chosen, LaterMenu
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, key_hints
from crm_desktop.gui.widgets.inputs import LinesInput
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pill import Pill
from crm_desktop.insight import prepared, wishes
from crm_desktop.insight.task import Task
from crm_desktop.sales import contracts

# Records that have no page of their own: the customer's opens.
_NO_PAGE = ("person", "checklist_task", "stage_change")
Fact = tuple[str, str] | tuple[str, str, str]
# How many customers with something to bill are named; the page has them all.
_ACCOUNTS = 12
# So many acts stand beside each other.
# So wide a heading stands in one line, beside its state; a longer one has the row to itself.
_LONG_HEADING, _WHOLE_ROW = 180, 50
_BESIDE = 2


class TaskPane(QFrame):
    """See the module. Later and done are left to the page."""

    def __init__(self, page: Page, later: Chosen, done: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("What to do"))
        self._page, self._task, self._done = page, None, done
        self._task: Task | None
        self._letter: prepared.Letter | None = None
        self._avatar = Avatar(side=36)
        self._name, self._line = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self._card = Button(_("Open card"), "link", on=self._open_card)
        self._facts = Facts()
        self._menu = LaterMenu(later, lambda: bool(self._task and self._task.reminder_id), self)
        self._build_act(done)
        head = row(self._avatar, stack(self._name, self._line, gap=2), self._card, gap=10)
        head.setStretch(1, 1)
        content = QWidget()
        column(
            content, head, 14, self._facts, 14, hairline(), 12, self._heads, 10, self._text, 8, self._hint, 10,
            self._acts, 8, self._more, 8, self._more_acts, "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        hints = key_hints(("Enter", _("Do it")), ("S", _("Later")), ("D", _("Done")), ("C", _("Call")))
        foot = QWidget()
        column(foot, hairline(), 10, hints, margins=(20, 0, 20, 12))
        column(self, scroll(content), foot)

    def _build_act(self, done: Callable[[], object]) -> None:
        self._what, self._state, self._language = label("", "b"), Pill(), label("", "small", "text2")
        self._heads = row(self._what, self._state, "stretch", self._language, gap=10)
        self._text = LinesInput(13)
        self._text.setAccessibleName(_("Prepared text"))
        self._hint = label("", "small", "text2", wrap=True)
        self._acts, self._more_acts = row(gap=8), row(gap=8)
        self.later_button = Button(_("Later"), "secondary", "clock", tip=_("Later (S)"))
        self.later_button.setMenu(self._menu)
        self.done_button = Button(_("Done"), "secondary", "check", on=done, tip=_("Done (D)"))
        self._more = row(self.later_button, self.done_button, "stretch", gap=8)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_task(self, task: Task) -> None:
        """Show a task with its prepared act."""
        if self._task == task and self._text.hasFocus():
            return
        self._task = task
        self._letter = None
        self._identity(task)
        shows = {
            "overdue": self._overdue, "contract": self._contract, "contract_inform": self._contract,
            "contract_end": self._contract, "draft": self._draft, "birthday": self._wish,
            "to_bill": self._to_bill, "dunning": self._dunning, "letters": self._dunning,
            "mails": self._mails, "quote": self._quote, "reminder": self._reminder,
            "touch": self._wish, "date": self._wish,
        }  # fmt: skip
        shows.get(task.kind, self._other)(task)

    def _identity(self, task: Task) -> None:
        found = customers.get(task.customer_id) if task.customer_id else None
        name, kind, line = task.title, "company", ""
        if found is not None:
            name, kind = found.name, found.kind
            line = " · ".join(formats.isolate(part) for part in (found.city, found.phone) if part)
        elif task.contract_id:
            party = contracts.get(task.contract_id)
            name, line = party.party, _("we pay")
        self._avatar.setVisible(found is not None or bool(task.contract_id))
        self._avatar.show_name(name, kind)
        self._name.setText(name)
        self._line.setText(line)
        self._line.setVisible(bool(line))
        self._card.setVisible(found is not None)

    def _tell(
        self,
        heading: str,
        facts: list[Fact],
        acts: list[tuple[str, str, Callable[[], object]]],
        *,
        letter: prepared.Letter | None = None,
        hint: str = "",
    ) -> None:
        """Show facts, a heading with the prepared text, and acts of which the first is the filled one."""
        found = customers.get(self._task.customer_id) if self._task and self._task.customer_id else None
        served = [(_("Served best by"), found.served_by)] if found and found.served_by else []
        self._facts.tell([*facts, *served])
        self._say_what(heading)
        self._state.say(_("prepared") if letter else "", "blue")
        names = dict(choices.document_languages())
        self._language.setText(names.get(letter.language, "") if letter else "")
        self._text.setVisible(letter is not None)
        self._text.set_value(letter.body if letter else "")
        self._letter = letter
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        clear(self._acts)
        clear(self._more_acts)
        for place, (text, icon, on) in enumerate(acts):
            # A third one would not fit beside the others in every language.
            goal = self._acts if place < _BESIDE else self._more_acts
            button = Button(text, "primary" if not place else "secondary", icon, on=on)
            goal.addWidget(button)
            button.show()  # a layout shows its widgets only later
        self._acts.addStretch(1)
        self._more_acts.addStretch(1)
        self.done_button.setText(self._done_word())
        self.done_button.setAccessibleName(self._done_word())
        self.done_button.setVisible(
            self._task is not None and today_kinds.look(self._task).ticked and self._task.act != "tick"
        )

    def _say_what(self, heading: str) -> None:
        """A heading that is too long for the pane goes on below; a short one has its state right beside it."""
        long = self._what.fontMetrics().horizontalAdvance(heading) > _LONG_HEADING
        self._what.setWordWrap(long)
        self._heads.setStretch(0, _WHOLE_ROW if long else 0)
        self._what.setText(heading)

    def _done_word(self) -> str:
        kind = self._task.kind if self._task is not None else ""
        words = {"contract": _("Keep it"), "contract_inform": _("They were told")}
        return words.get(kind, _("Done"))

    def _overdue(self, task: Task) -> None:
        invoice = invoice_list.rows([task.document_id or 0])[0]
        letter = prepared.payment_reminder(invoice.id)
        due = _("{day}, {ago}").format(day=formats.day_long(invoice.due_on), ago=formats.ago(task.day))
        facts: list[Fact] = [
            (_("Open"), formats.money_text(task.amount_minor, task.currency), "red"),
            (_("Was due"), due),
            (_("Reminded"), self._reminded(task)),
        ]
        show = (_("Open invoice"), "receipt-text", partial(self._page.open_record.emit, "invoice", invoice.id))
        if letter is None:
            self._tell(_("No customer is on this invoice"), facts, [show])
            return
        send = (_("Send by e-mail"), "mail", self._send)
        copy = (_("Copy text"), "copy", self._copy)
        hint = _("Opens in your mail program. Nothing is sent by itself.")
        acts = [send, copy] if letter.to else [copy, show]
        self._tell(_("Reminder"), facts, acts, letter=letter, hint=hint if letter.to else _("No e-mail is known."))

    def _reminded(self, task: Task) -> str:
        found = timeline.latest(task.customer_id, 30) if task.customer_id else []
        sent = next(
            (e for e in found if e.kind == "email" and (e.record, e.record_id) == ("document", task.document_id)), None
        )
        return formats.day_long(sent.happened_at.astimezone().date()) if sent else ""

    def _contract(self, task: Task) -> None:
        shown = contract_today.show(self._page, task)
        letter = shown.letter
        send = [(_("Send by e-mail"), "mail", self._send)] if letter is not None and letter.to else []
        copy = [(_("Copy text"), "copy", self._copy)] if letter is not None else []
        self._tell(shown.heading, shown.facts, [*shown.acts, *send, *copy][:4], letter=letter, hint=shown.hint)

    def _reminder(self, task: Task) -> None:
        found = reminders.get(task.reminder_id or 0)
        when = formats.day_near(found.due_on)
        if found.due_time:
            when = _("{day} at {time}").format(day=when, time=f"{found.due_time:%H:%M}")
        facts: list[Fact] = [
            (_("When"), when),
            (_("Contract"), found.contract or ""),
            (_("Document"), found.document or ""),
            (_("Note"), found.note),
        ]
        if found.rule is not None:
            following = reminders.following_day(found)
            facts.append((_("Repeats"), found.repetition()))
            facts += [(_("Then"), formats.day_near(following[0]))] if following else []
        acts = [(self._open_words(task), "arrow-right", self.do)]
        acts += [(_("Edit"), "pencil", self._edit)] if self._target(task) else []
        acts += [(_("Skip"), "skip-forward", partial(self._skip, task))] if found.rule else []
        self._tell(found.title, facts, acts)

    def _skip(self, task: Task) -> None:
        if failures.guarded(partial(reminders.skip, task.reminder_id or 0)):
            day = reminders.get(task.reminder_id or 0).due_on
            self._page.toast.emit(_("Skipped. The next one is {day}").format(day=formats.day_near(day)), True)

    def _draft(self, task: Task) -> None:
        found = invoice_list.rows([task.document_id or 0])[0]
        facts: list[Fact] = [
            (_("Total so far"), formats.money_text(found.gross_minor, found.currency)),
            (_("Last touched"), _("{day}, {ago}").format(day=formats.day_long(task.day), ago=formats.ago(task.day))),
        ]
        acts = [(_("Finish it"), "pencil", self.do)]
        self._tell(_("A draft waits"), facts, acts, hint=_("It has no number yet and nobody has seen it."))

    def _quote(self, task: Task) -> None:
        found = invoice_list.rows([task.document_id or 0])[0]
        facts: list[Fact] = [
            (_("Total"), formats.money_text(found.gross_minor, found.currency)),
            (_("Valid until"), f"{formats.day_long(task.day)}, {formats.ago(task.day)}", "amber"),
        ]
        acts = [
            (_("Open quote"), "file-check", self.do),
            (_("Accepted"), "check", partial(self._accepted, task)),
        ]
        self._tell(_("No answer yet"), facts, acts, hint=_("A no is noted on the quote, with the reason."))

    def _accepted(self, task: Task) -> None:
        from crm_desktop.gui.parts import deal_words

        won: list[str] = []
        accept = partial(deal_quotes.accept, task.document_id or 0)
        if failures.guarded(lambda: won.extend(deal.title for deal in accept())):
            self._page.toast.emit(deal_words.won(won) if won else _("Noted as accepted"), True)

    def _dunning(self, task: Task) -> None:
        """Who is late and by how much; or letters that lie ready."""
        if task.kind == "letters":
            facts: list[Fact] = [
                (found.customer, found.number) for found in dunning_letters.letters(unsent=True)[:_ACCOUNTS]
            ]
            acts = [(_("Show letters"), "printer", self.do)]
        else:
            facts = [
                (found.customer, formats.money_text(found.total_minor, found.currency))
                for found in dunning.waiting()[:_ACCOUNTS]
            ]
            acts = [(_("Look at letters"), "bell", self.do)]
        self._tell(_("Nothing is sent by itself."), facts, acts)

    def _mails(self, task: Task) -> None:
        """What is not sent, or only perhaps."""
        from crm_desktop.outreach import mails  # slow to import, and seldom needed

        facts: list[Fact] = [(found.recipient, mails.state_name(found.state)) for found in mails.outbox()[:_ACCOUNTS]]
        hint = _("What was perhaps sent is never sent again by itself: ask, then say so in the outbox.")
        self._tell(_("Nothing is sent by itself."), facts, [(_("Open the outbox"), "send", self.do)], hint=hint)

    def _to_bill(self, task: Task) -> None:
        waiting = to_bill.accounts()
        facts: list[Fact] = [(a.customer, to_bill_words.sums(a.sums)) for a in waiting[:_ACCOUNTS]]
        if (rest := len(waiting) - _ACCOUNTS) > 0:
            facts.append((ngettext("{n} customer more", "{n} customers more", rest).format(n=rest), "…"))
        acts = [(_("Open “To bill”"), "hourglass", self.do)]
        hint = _("Amounts are without tax. Drafts are made there; nothing is sent.")
        self._tell(_("What waits to be billed"), facts, acts, hint=hint)

    def _wish(self, task: Task) -> None:
        """A birthday, a day that comes round, or a long silence: the words for it, in their language and tone."""
        customer_id = task.customer_id or 0
        if task.kind == "touch":
            letter = wishes.touch(customer_id)
        elif task.kind == "birthday":
            letter = wishes.birthday(customer_id, task.record_id)
        else:
            letter = wishes.anniversary(customer_id, task.record_id) if task.subject else wishes.thanks(customer_id)
        facts: list[Fact] = [(_("When"), formats.day_near(task.day)), *task.facts] if task.kind != "touch" else []
        send = (_("Send by e-mail"), "mail", self._send)
        acts = [send, (_("Copy text"), "copy", self._copy)] if letter.to else [(_("Copy text"), "copy", self._copy)]
        if task.kind == "touch":
            facts = self._last_contact(customer_id)
            call = [(_("Call"), "phone", self.call)] if customers.get(customer_id).phone else []
            acts = [*call, *acts][:_BESIDE]
            acts.append((_("Not any more"), "x", partial(self._not_any_more, customer_id)))
        self._tell(_("A few words"), facts, acts, letter=letter)

    def _last_contact(self, customer_id: int) -> list[Fact]:
        found = [entry for entry in timeline.latest(customer_id, 50) if entry.kind in touch.CONTACT_KINDS]
        if not found:
            return [(_("Last contact"), formats.DASH)]
        day = found[0].happened_at.astimezone().date()
        return [
            (_("Last contact"), _("{day}, {ago}").format(day=formats.day_long(day), ago=formats.ago(day))),
            (_("About"), found[0].title or found[0].body.split("\n")[0][:60]),
        ]

    def _not_any_more(self, customer_id: int) -> None:
        if failures.guarded(partial(touch.not_any_more, customer_id)):
            self._page.toast.emit(_("You will not be told of {name} again").format(name=self._name.text()), True)

    def _other(self, task: Task) -> None:
        """A line of another part: what it says about itself, its text to copy or mail, and the way there."""
        facts: list[Fact] = [(_("When"), formats.day_near(task.day)), *task.facts]
        if task.amount_minor is not None:
            facts.append((_("Amount"), formats.money_text(task.amount_minor, task.currency)))
        show = [(self._open_words(task), "arrow-right", self._open)] if self._target(task) else []
        if task.act == "tick":
            show.insert(0, (today_kinds.act_name(task), "check", self.do))
        heading = task.heading or task.reason
        if not task.words:
            self._tell(heading, facts, show, hint=task.hint)
            return
        found = customers.get(task.customer_id) if task.customer_id else None
        letter = prepared.Letter(
            found.email if found else "", task.subject or task.title, task.words, task.language or i18n.language()
        )
        send = [(_("Send by e-mail"), "mail", self._send)] if letter.to else []
        hint = task.hint or (_("Opens in your mail program. Nothing is sent by itself.") if send else "")
        self._tell(heading, facts, [*send, (_("Copy text"), "copy", self._copy), *show], letter=letter, hint=hint)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _target(self, task: Task) -> tuple[str, int] | None:
        """What the act opens."""
        targets = (
            (task.record if task.record not in _NO_PAGE else "", task.record_id), ("invoice", task.document_id),
            ("contract", task.contract_id), ("customer", task.customer_id),
        )  # fmt: skip
        return next(((kind, number) for kind, number in targets if kind and number), None)

    def _open_words(self, task: Task) -> str:
        words = {
            "invoice": _("Open invoice"), "contract": _("Open contract"), "customer": _("Open customer"),
            "case": _("Open case"), "opportunity": _("Open deal"),
        }  # fmt: skip
        target = self._target(task)
        return words.get(target[0], pgettext("verb", "Open")) if target else _("Edit reminder")

    def _open(self) -> None:
        target = self._target(self._task) if self._task else None
        if target is not None:
            self._page.open_record.emit(*target)

    def do(self) -> None:
        """Do what Enter stands for: send what is prepared, or open what it is about."""
        task = self._task
        if task is None:
            return
        found = customers.get(task.customer_id) if task.customer_id and task.act == "call" else None
        if task.act == "tick":
            self._done()
        elif found is not None and found.phone:
            self.call()
        elif self._letter is not None and self._letter.to:
            self._send()
        elif (look := today_kinds.look(task)).page:
            self._page.go.emit(look.page, ({"view": look.view} if look.view else {}) | dict(look.filters))
        elif task.kind in ("draft", "quote"):
            self._page.open_record.emit(task.kind, task.document_id)
        elif self._target(task):
            self._open()
        elif task.reminder_id:
            self._edit()

    def _edit(self) -> None:
        self._page.edit()

    def _open_card(self) -> None:
        if self._task is not None and self._task.customer_id:
            self._page.open_record.emit("customer", self._task.customer_id)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.value())
        self._page.toast.emit(_("Text copied"), False)

    def _send(self) -> None:
        """Open the mail program with the text and write down that it was written."""
        letter, task = self._letter, self._task
        if letter is None or task is None or task.customer_id is None:
            return
        query = QUrlQuery()
        query.addQueryItem("subject", letter.subject)
        query.addQueryItem("body", self._text.value())
        url = QUrl(f"mailto:{letter.to}")
        url.setQuery(query)
        QDesktopServices.openUrl(url)
        body, customer_id = self._text.value(), task.customer_id
        about = ("document", task.document_id) if task.document_id else None
        if failures.guarded(
            lambda: timeline.add(customer_id, "email", letter.subject, body=body, direction="out", about=about)
        ):
            self._page.toast.emit(_("Opened in your mail program. Tick it off with D once it is sent."), False)

    def call(self) -> None:
        """Dial, and open the card with the line in which the call is written down."""
        found = customers.get(self._task.customer_id) if self._task and self._task.customer_id else None
        if found is None or not found.phone:
            self._page.toast.emit(_("No phone number is known."), False)
            return
        QDesktopServices.openUrl(QUrl(f"tel:{found.phone.replace(' ', '')}"))
        self._page.go.emit("customer", {"id": found.id, "write": True})

    def mail(self) -> None:
        """Open the mail program, with the prepared text where there is one."""
        found = customers.get(self._task.customer_id) if self._task and self._task.customer_id else None
        if self._letter is not None and self._letter.to:
            self._send()
        elif found is not None and found.email:
            QDesktopServices.openUrl(QUrl(f"mailto:{found.email}"))
        else:
            self._page.toast.emit(_("No e-mail address is known."), False)

    def show_later(self) -> None:
        """Open the menu of days."""
        self._menu.fill()
        self._menu.popup(self.later_button.mapToGlobal(self.later_button.rect().bottomLeft()))

    def show_many(self, tasks: Sequence[Task]) -> None:
        """Several are chosen: what they are, and what can be done with all."""
        self._task, self._letter = None, None
        self._avatar.setVisible(False)
        self._card.setVisible(False)
        self._line.setVisible(False)
        self._name.setText(ngettext("{n} chosen", "{n} chosen", len(tasks)).format(n=formats.count(len(tasks))))
        facts: list[Fact] = [(task.title, "") for task in tasks[:_ACCOUNTS]]
        self._tell(
            _("All at once"), facts, [], hint=_("D ticks all of them off, S puts them off. One undo takes it back.")
        )
        self.done_button.setVisible(any(today_kinds.look(task).ticked for task in tasks))
