"""On a customer's page: the checklists that were started, with ticks and due days; and the way to start another."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMenu, QSizePolicy

from crm_desktop.activity import checklists
from crm_desktop.activity.checklists import Run, Task
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Card
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import clear, label, row
from crm_desktop.gui.widgets.page import Page


class CustomerChecklists(Card):
    """See the module; hidden where nothing is started and nothing can be."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Checklists"), _("Start"), self.choose)
        self._page, self._customer_id = page, 0
        self._menu = QMenu(self)
        self.ticks: list[QCheckBox] = []
        self._place = 0

    def show_customer(self, found: Customer) -> None:
        """Show the checklists of a customer that go on."""
        self._customer_id = found.id
        runs, startable = checklists.runs(found.id), checklists.startable(found.id)
        self.setVisible(bool(runs or startable))
        self.act.setVisible(bool(startable))
        before = self.window().focusWidget()
        inside = before is self or before in self.ticks
        if before in self.ticks:
            self._place = self.ticks.index(before)
        if inside:  # else Qt hands the focus on from the tick that goes, and scrolls there
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        clear(self.body)
        self.ticks = []
        for run in runs:
            self._show_run(run)
        if not runs:
            self.body.addWidget(label(_("None is going on."), "body", "text2"))
        if inside and self.ticks:
            self.ticks[min(self._place, len(self.ticks) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_run(self, run: Run) -> None:
        share = _("{done} of {all}").format(done=run.done, all=len(run.tasks))
        end = Button(_("End"), "link", on=partial(self._end, run), name=_("End {name}").format(name=run.name))
        self.body.addLayout(row(ElidedLabel(run.name, "m"), label(share, "small", "text2"), "stretch", end, gap=8))
        for task in run.tasks:
            self.body.addLayout(self._task_row(task))

    def _task_row(self, task: Task) -> QHBoxLayout:
        tick = QCheckBox()
        tick.setChecked(task.done)
        tick.setAccessibleName(task.title)
        tick.setToolTip(task.note or task.title)
        tick.clicked.connect(partial(self._tick, task))
        self.ticks.append(tick)
        words = ElidedLabel(task.title, "body", "text3" if task.done else "")
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return row(tick, words, self._due(task), gap=8)

    @staticmethod
    def _due(task: Task) -> QLabel:
        late = not task.done and task.due_on < dates.today()
        made = label("" if task.done else formats.day_near(task.due_on), "small", "red" if late else "text2")
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return made

    def _tick(self, task: Task) -> None:
        done = not task.done
        if failures.guarded(lambda: checklists.tick(task.id, done=done)) and done:
            self._page.toast.emit(_("Done: {title}").format(title=task.title), True)

    def _end(self, run: Run) -> None:
        if failures.guarded(lambda: checklists.end(run.id)):
            self._page.toast.emit(_("Checklist “{name}” ended").format(name=run.name), True)

    def choose(self) -> None:
        """Start the list, or ask which one."""
        found = checklists.startable(self._customer_id)
        if len(found) == 1:
            self.start(found[0].id)
            return
        self._menu.clear()
        for checklist in found:
            self._menu.addAction(checklist.name, partial(self.start, checklist.id))
        self._menu.popup(QCursor.pos())

    def start(self, list_id: int) -> None:
        """Start a list for the customer that is shown."""
        if failures.guarded(lambda: checklists.start(list_id, self._customer_id)):
            name = checklists.runs(self._customer_id)[0].name
            self._page.toast.emit(_("Checklist “{name}” started").format(name=name), True)
