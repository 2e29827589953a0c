"""Today, the home: four figures, what needs a hand in three groups, and a pane in which the act is prepared.

Do, later, done, open; keys Enter, S, D, 1 to 9. Until the owner has found in, a short list of first steps stands above.
"""

from __future__ import annotations

import logging
from datetime import date, time
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QWidget

from crm_desktop.activity import reminders
from crm_desktop.core import dates, preferences
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, icons, jobs, theme, tokens
from crm_desktop.gui.parts import calendar_acts, reminder_form, today_kinds
from crm_desktop.gui.parts.first_steps import FirstSteps
from crm_desktop.gui.parts.later_menu import ask_day
from crm_desktop.gui.parts.today_list import TaskList
from crm_desktop.gui.parts.today_pane import TaskPane
from crm_desktop.gui.widgets import formats, said
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Figures
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.empty import Act, Empty, EmptyState
from crm_desktop.gui.widgets.layouts import column, line_of
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import today, today_promises
from crm_desktop.insight.task import Task
from crm_desktop.safety import company_files
from crm_desktop.sales import contract_prices

_log = logging.getLogger(__name__)
_PANE = 376


class TodayPage(Page):
    """See the module."""

    key = "today"
    tables: ClassVar = (
        "reminder", "document", "payment", "allocation", "contract", "customer", "contact_person", "company", "setting",
        "dunning_level", "dunning_letter", "dunning_item", "mail",
        "service", "schedule", "schedule_period", "timeline_entry", "tag", "customer_tag", "customer_date",
        "opportunity", "support_case", "owned_product", "checklist_task", "feedback", "stage_change",
        "campaign", "campaign_recipient", "scenario", "scenario_draft", "saved_report",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pane_wanted, self._sized = bool(preferences.get("today/pane", True)), False
        self._reads = self._again = False
        self._waking = QTimer(self, singleShot=True)
        self._waking.timeout.connect(self._woken)
        self._figures = Figures()
        self.steps = FirstSteps(self)
        self.list = TaskList()
        self.list.chosen.connect(self._chosen)
        self.list.acted.connect(self._acted)
        self.empty = EmptyState()
        self._middle = QStackedWidget()
        self._middle.addWidget(self.list)
        self._middle.addWidget(self.empty)
        above = QWidget()
        column(above, self._figures, self.steps, gap=12, margins=(24, 0, 20, 0))
        left = QWidget()
        left.setObjectName("canvas")
        left.setMinimumWidth(420)
        column(left, self._header(), above, 4, self._middle)
        left.layout().setStretch(3, 1)
        self.pane = TaskPane(self, self._later_on, self.done)
        self.pane.setMinimumWidth(300)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(left)
        self._split.addWidget(self.pane)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        column(self, self._split)

    def _header(self) -> QWidget:
        holder = QWidget()
        holder.setFixedHeight(tokens.size("page_header"))
        self._title, self._number = ElidedLabel("", "title"), ElidedLabel("", "body", "text2")
        self._menu = QMenu(self)
        for words, kind, icon in (
            (_("Invoice"), "draft", "receipt-text"),
            (_("Quote"), "quote", "file-check"),
            (_("Customer"), "customer", "users"),
            (_("Contract"), "contract", "file-pen"),
            (_("Product or service"), "product", "package"),
        ):
            self._menu.addAction(icons.icon(icon), words, partial(self.open_record.emit, kind, 0))
        self._add = Button(_("Add reminder"), "secondary", "bell", on=self.new, tip=_("Add reminder (Ctrl+N)"))
        new = Button(_("New"), "secondary", "plus")
        new.setMenu(self._menu)
        line_of(holder, self._title, 6, self._number, "stretch", self._add, new, gap=8, margins=(24, 0, 20, 0))
        return holder

    # ---- showing -----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return _("Today")

    def activate(self, **args: Any) -> None:
        """Show what needs a hand; invoices that fell overdue meanwhile get their reminder."""
        if not today.is_much():
            failures.guarded(reminders.remind_of_overdue)
        self.refresh()
        some = self._reads or self.list.current() is not None
        first = self.list if some else self.steps.first() or self._add
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Show what there is now; where it is much, it is gathered beside the window, and what was shown stays until then."""
        self._title.setText(formats.weekday(dates.today()))
        if self._reads:
            self._again = True
        elif today.is_much():
            self._reads = True
            jobs.look(_remind_and_read, done=self._arrived, failed=self._failed)
        else:
            self._tell(*_read())

    def _arrived(self, found: tuple[list[Task], today.Strip]) -> None:
        self._reads = False
        if company_files.is_open():
            self._tell(*found)
            self._once_more()

    def _failed(self, error: BaseException) -> None:
        self._reads = False
        if company_files.is_open():
            failures.show(error)

    def _once_more(self) -> None:
        """What changed while it was gathered is gathered now."""
        again, self._again = self._again, False
        if again:
            self.refresh()

    def _tell(self, tasks: list[Task], strip: today.Strip) -> None:
        number = ngettext("{n} thing to do", "{n} things to do", len(tasks)).format(n=formats.count(len(tasks)))
        self._number.setText(number if tasks else "")
        self._figures.tell(_figures(strip), _bases(strip))
        self.steps.refresh()
        self.list.show_tasks(tasks)
        if not tasks:
            self.empty.tell(self._nothing())
        self._middle.setCurrentWidget(self.list if tasks else self.empty)
        self._wake_later()
        self._place_pane()

    def _wake_later(self) -> None:
        """Show what was put off to a later hour when that hour comes."""
        wake = today_promises.next_hour()
        self._waking.stop()
        if wake is not None:
            self._waking.start(max(1000, int((wake - today_promises.clock()).total_seconds() * 1000)))

    def _woken(self) -> None:
        if self.isVisible():
            failures.guarded(self.refresh)

    def _nothing(self) -> Empty:
        coming = today.next_day()
        line = _("What comes up shows here: reminders, overdue invoices, contracts to decide on.")
        if coming is not None:
            line = _("Next: {day}, {title}").format(day=formats.day_near(coming[0]), title=coming[1])
        done = self.steps.isHidden()
        return Empty(
            "sun",
            _("Nothing due"),
            line,
            Act(_("Add reminder"), self.new, "bell") if done else None,
            None if done else Act(_("Add reminder"), self.new, "bell"),
        )

    def _place_pane(self) -> None:
        room = self.width() >= 960 - tokens.size("sidebar")
        shown = self._pane_wanted and room and bool(self.list.tasks.places())
        if shown and not self._sized:
            self._sized = True
            pane = min(theme.px(_PANE), self.width() * 2 // 5)
            self._split.setSizes([max(420, self.width() - pane), pane])
        self.pane.setVisible(shown)

    def toggle_pane(self) -> None:
        self._pane_wanted = not self._pane_wanted
        preferences.put("today/pane", self._pane_wanted)
        self._place_pane()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pane()

    def changeEvent(self, event: QEvent) -> None:
        """Midnight may have passed while the window was away."""
        super().changeEvent(event)
        entered = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.isVisible()
        if entered and self._title.text() not in ("", formats.weekday(dates.today())):
            self.activate()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _chosen(self) -> None:
        task, many = self.list.current(), self.list.selected()
        if len(many) > 1:
            self.pane.show_many(many)
        elif task is not None:
            failures.guarded(partial(self.pane.show_task, task))
        self._place_pane()

    def _acted(self, act: str) -> None:
        acts = {
            "do": self.pane.do, "later": self.later, "done": self.done, "edit": self.edit, "pane": self.toggle_pane,
            "call": self.pane.call, "mail": self.pane.mail,
        }  # fmt: skip
        if self.list.current() is not None:
            failures.guarded(acts[act])

    def primary(self) -> None:
        self._acted("do")

    def later(self) -> None:
        """Offer the days on which the chosen task may come back."""
        if self.pane.isVisible():
            self.pane.show_later()
        elif day := ask_day():
            self._later_on(day)

    def _later_on(self, day: date, at: time | None = None) -> None:
        tasks = self.list.selected()
        if not tasks:
            return
        if failures.guarded(partial(today.later_all, tasks, day, at)):
            names = tasks[0].title if len(tasks) == 1 else _n_chosen(len(tasks))
            when = formats.day_near(day)
            when = _("{day} at {time}").format(day=when, time=f"{at:%H:%M}") if at else when
            words = _("{title} comes back {day}").format(title=names, day=when)
            self.toast.emit(words, today.is_journaled(tasks))
        self.refresh()

    def done(self) -> None:
        """Tick the chosen tasks off."""
        tasks = [task for task in self.list.selected() if today_kinds.look(task).ticked]
        if not tasks:
            return
        if failures.guarded(partial(today.done_all, tasks)):
            names = tasks[0].title if len(tasks) == 1 else _n_chosen(len(tasks))
            self.toast.emit(_("Done: {title}").format(title=names), today.is_journaled(tasks))
        self.refresh()

    def new(self) -> None:
        day = reminder_form.ask()
        if day is not None:
            self.toast.emit(_("Reminder for {day} added").format(day=formats.day_near(day)), True)
            self.refresh()

    def edit(self) -> None:
        task = self.list.current()
        if task is not None and task.reminder_id and task.kind == "reminder":
            if reminder_form.edit(task.reminder_id):
                self.refresh()
        elif task is not None:
            self.pane.do()

    def delete(self) -> None:
        task = self.list.current()
        if task is None or not task.reminder_id or task.kind != "reminder":
            return
        if failures.guarded(partial(reminders.delete, task.reminder_id)):
            self.toast.emit(said.moved_to_bin(task.title), True)
        self.refresh()

    def export(self) -> None:
        """Save the chosen reminders as a calendar file; all reminders and dates when none is chosen."""
        chosen = [task.reminder_id for task in self.list.selected() if task.reminder_id is not None]
        calendar_acts.save(self, chosen or None)

    def areas(self) -> list[QWidget]:
        return [self.list, self.pane] if self.pane.isVisible() else [self.list]


def _read() -> tuple[list[Task], today.Strip]:
    return today.tasks(), today.strip()


def _remind_and_read(_progress: Progress) -> tuple[list[Task], today.Strip]:
    """After an import ten thousand invoices may have fallen overdue at once; their reminders take a moment to write."""
    try:
        reminders.remind_of_overdue()
    except Problem as error:  # another program writes just now: they are made the next time
        _log.warning("Reminders of late invoices were put off: %s", error)
    return _read()


def _n_chosen(number: int) -> str:
    return ngettext("{n} thing", "{n} things", number).format(n=formats.count(number))


def _figures(strip: today.Strip) -> list[tuple[str, str, str, str]]:
    def money(minor: int) -> str:
        return formats.money_text(minor, strip.currency)

    opened = ngettext("{n} invoice", "{n} invoices", strip.open_invoices).format(n=formats.count(strip.open_invoices))
    late = ngettext("{n} invoice since {day}", "{n} invoices since {day}", strip.overdue_invoices)
    late = late.format(n=formats.count(strip.overdue_invoices), day=formats.day_short(strip.overdue_since))
    running = ngettext("{n} contract", "{n} contracts", strip.contracts).format(n=formats.count(strip.contracts))
    return [
        (_("Open"), money(strip.open_minor), opened if strip.open_invoices else _("nothing is owed"), ""),
        (
            _("Overdue"),
            money(strip.overdue_minor),
            late if strip.overdue_invoices else _("nobody is late"),
            "red" if strip.overdue_invoices else "",
        ),
        (_paid_days(), money(strip.paid_month_minor), *_compared(strip)),
        (_("Contracts a year"), money(strip.contract_year_minor), running, ""),
    ]


def _compared(strip: today.Strip) -> tuple[str, str]:
    """This month against the same days of last year."""
    now, before = strip.paid_month_minor, strip.paid_last_year_minor
    if not before:
        return _("nothing to compare yet"), ""
    share, year = round((now - before) * 100 / before), dates.today().year - 1
    if share > 0:
        return _("{n}% above {year}").format(n=formats.count(share), year=year), "green"
    if share < 0:
        return _("{n}% below {year}").format(n=formats.count(-share), year=year), ""
    return _("as much as in {year}").format(year=year), ""


def _paid_days() -> str:
    """The days whose money is shown, so that it is seen which days of last year it is set against."""
    first, until = dates.today().replace(day=1), dates.today()
    words = _("Paid {first} to {until}") if first < until else _("Paid on {until}")
    return words.format(first=formats.day_short(first), until=formats.day_short(until))


def _bases(strip: today.Strip) -> list[str]:
    """On what basis each figure is counted: a figure of another page that is counted otherwise shall not seem wrong."""
    first, until = dates.today().replace(day=1), dates.today()
    paid = _(
        "Money that came in from {first} to {until}, against the same days a year before. Figures sets what was billed, "
        "without tax, against the year before."
    )
    worth = _("What the active contracts with customers are worth in a year at the price of today: {tax}.")
    tax = strip.contract_taxed_minor
    taxed = contract_prices.tax_note(strip.contract_year_minor, tax, formats.money_text(tax, strip.currency))
    return [
        _("What is open of all invoices today, with tax."),
        _("What of it is late today."),
        paid.format(first=formats.day_short(first), until=formats.day_short(until)),
        worth.format(tax=taxed or _("without tax")),
    ]
