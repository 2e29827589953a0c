"""The calendar: reminders and all dates by month or week, with the chosen day at the right.

A reminder is dragged to another day or hour; what is shown can be chosen by kind; it is printed as it is seen.
"""

from __future__ import annotations

from datetime import date, time
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crm_desktop.activity import reminders
from crm_desktop.core import dates, preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui import failures, theme, tokens
from crm_desktop.gui.parts import calendar_acts, reminder_form, saving
from crm_desktop.gui.parts.calendar_view import CalendarView
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button, IconButton, menu_button
from crm_desktop.gui.widgets.cards import Item, ItemRow, key_hints
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import clear, column, frame, hairline, label, line_of, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.insight import agenda
from crm_desktop.insight.agenda import Entry

_PANE = 324
_HIDDEN, _WEEK = "calendar/hidden", "calendar/week"
_ICONS = {
    "reminder": "bell", "step": "columns-3", "contract": "file-pen", "due": "receipt-text", "birthday": "cake",
    "case": "message-square-warning", "service": "wrench",
}  # fmt: skip
_DOTS_PER_INCH = 96


class CalendarPage(Page):
    """See the module."""

    key = "calendar"
    tables: ClassVar = (
        "reminder", "opportunity", "contract", "document", "allocation", "customer", "contact_person", "customer_date",
        "support_case", "owned_product",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kept = preferences.get(_HIDDEN)
        self._hidden = {key for key in kept if key in agenda.KINDS} if isinstance(kept, list) else set()
        self.view = CalendarView()
        self.view.show_week(by_week=bool(preferences.get(_WEEK, False)))
        self.view.chosen.connect(self._chosen)
        self.view.turned.connect(self._turned)
        self.view.moved.connect(self._move)
        self.view.placed.connect(self._place)
        self.view.asked.connect(self._asked)
        self.pane = self._day_pane()
        left = QWidget()
        card = frame("card", self.view, margins=(1, 1, 1, 1))
        column(left, card, margins=(24, 0, 20, 16))
        body = QWidget()
        line_of(body, left, self.pane, gap=0)
        body.layout().setStretch(0, 1)
        column(self, self._header(), body)
        self.layout().setStretch(1, 1)

    def _header(self) -> QWidget:
        holder = QWidget()
        holder.setFixedHeight(tokens.size("page_header"))
        self._title = ElidedLabel("", "title")
        self.how = Segments(_("Month or week"), self._show_by)
        self.how.add("month", _("Month"))
        self.how.add("week", _("Week"))
        self.how.choose("week" if self.view.by_week else "month")
        before = IconButton("chevron-left", _("Back (Page up)"), on=partial(self.view.turn, -1))
        after = IconButton("chevron-right", _("On (Page down)"), on=partial(self.view.turn, 1))
        now = Button(_("Today"), "secondary", on=self._to_today, tip=_("Today (T)"))
        self.kinds = QMenu(self)
        self.kinds.aboutToShow.connect(self._fill_kinds)
        show = Button(_("Show"), "secondary", "list-filter")
        show.setMenu(self.kinds)
        self._more = QMenu(self)
        self._more.addAction(_("Print"), self.print_)
        self._more.addAction(_("Save as calendar file…"), self.export)
        self._more.addAction(_("Read calendar file…"), partial(calendar_acts.read, self))
        self.add = Button(_("Add reminder"), "primary", "bell", on=self.new, tip=_("Add reminder (N)"))
        more = menu_button("ellipsis", _("More"), self._more)
        line_of(
            holder, self._title, 6, before, now, after, "stretch", self.how, show, self.add, more, gap=8,
            margins=(24, 0, 20, 0),
        )  # fmt: skip
        return holder

    def _day_pane(self) -> QWidget:
        holder = QFrame()
        holder.setProperty("k", "pane")
        holder.setAccessibleName(_("Chosen day"))
        holder.setFixedWidth(theme.px(_PANE))
        self._day, self._number = label("", "h", wrap=True), label("", "small", "text2")
        self._rows = stack(gap=8)
        content = QWidget()
        column(content, self._day, 2, self._number, 14, self._rows, "stretch", margins=(20, 16, 20, 8))
        foot = QWidget()
        hints = key_hints(("Enter", pgettext("verb", "Open")), ("T", _("Today")), ("N", _("New")))
        column(foot, hairline(), 10, hints, margins=(20, 0, 20, 12))
        column(holder, scroll(content), foot)
        return holder

    # ---- showing -----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return _("Calendar")

    def activate(self, id: int = 0, *, day: str = "", **_rest: Any) -> None:
        """Show a day, that of a reminder, or the one that was shown last."""
        if id:
            self.view.choose(reminders.get(id).due_on)
        elif day:
            self.view.choose(date.fromisoformat(day))
        self.refresh()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> dict[str, Any] | None:
        return {"day": self.view.day.isoformat()}

    def refresh(self) -> None:
        first, last = self.view.span()
        kinds = [kind for kind in agenda.KINDS if kind not in self._hidden]
        self.view.show_entries(agenda.entries(first, last, kinds))
        self._title.setText(self.view.title())
        self._show_day()

    def _turned(self) -> None:
        failures.guarded(self.refresh)

    def _chosen(self, _day: date) -> None:
        self._title.setText(self.view.title())
        self._show_day()

    def _show_day(self) -> None:
        """The chosen day at the right."""
        found = self.view.entries_of(self.view.day)
        self._day.setText(formats.weekday(self.view.day))
        number = ngettext("{n} entry", "{n} entries", len(found)).format(n=formats.count(len(found)))
        self._number.setText(number if found else _("Nothing on this day"))
        clear(self._rows)
        for entry in found:
            self._rows.addWidget(ItemRow(self._item(entry)))

    def _item(self, entry: Entry) -> Item:
        detail = entry.detail
        if entry.to_come:
            detail = _("Comes when the one before is done")
        elif entry.done:
            detail = _("Done")
        at = f"{entry.at:%H:%M}" if entry.at else ""
        tone = "red" if entry.late else ""
        return Item(entry.title, at, _ICONS[entry.kind], tone, detail or " ", on=partial(self.open_entry, entry))

    def _place_pane(self) -> None:
        self.pane.setVisible(self.width() >= 960 - tokens.size("sidebar"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pane()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _show_by(self, how: str) -> None:
        preferences.put(_WEEK, how == "week")
        self.view.show_week(by_week=how == "week")
        self.refresh()

    def _to_today(self) -> None:
        self.view.choose(dates.today())
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_kinds(self) -> None:
        self.kinds.clear()
        for kind in agenda.KINDS:
            act = self.kinds.addAction(agenda.kind_name(kind))
            act.setCheckable(True)
            act.setChecked(kind not in self._hidden)
            act.toggled.connect(partial(self._switch, kind))

    def _switch(self, kind: str, shown: bool) -> None:
        self._hidden = self._hidden - {kind} if shown else self._hidden | {kind}
        preferences.put(_HIDDEN, sorted(self._hidden))
        self.refresh()

    def _asked(self, what: str) -> None:
        if what == "new":
            self.new()
            return
        found = self.view.at_hand()
        if len(found) == 1:
            self.open_entry(found[0])
        elif self.view.entries_of(self.view.day) and self.pane.isVisible():
            self._rows.itemAt(0).widget().setFocus(Qt.FocusReason.TabFocusReason)

    def open_entry(self, entry: Entry) -> None:
        """Open what an entry is about; a reminder is edited."""
        if entry.reminder_id is not None:
            if failures.guarded(partial(reminder_form.edit, entry.reminder_id)):
                self.refresh()
        elif entry.record and entry.record_id:
            self.open_record.emit(entry.record, entry.record_id)

    def _move(self, reminder_id: int, day: date) -> None:
        if failures.guarded(partial(reminders.move, reminder_id, day)):
            title = reminders.get(reminder_id).title
            self.toast.emit(_("{title} is now on {day}").format(title=title, day=formats.day_near(day)), True)
            self.refresh()

    def _place(self, reminder_id: int, day: date, at: time | None) -> None:
        """Put a reminder on a day and an hour of the week."""
        if failures.guarded(partial(reminders.move, reminder_id, day, at)):
            words = _("{title} is now on {day}, {time}") if at else _("{title} is now on {day}")
            hour = f"{at:%H:%M}" if at else ""
            title = reminders.get(reminder_id).title
            self.toast.emit(words.format(title=title, day=formats.day_near(day), time=hour), True)
            self.refresh()

    def new(self) -> None:
        day = reminder_form.ask(due_on=self.view.day, due_time=self.view.hour)
        if day is not None:
            self.toast.emit(_("Reminder for {day} added").format(day=formats.day_near(day)), True)
            self.refresh()

    def primary(self) -> None:
        self.new()

    def export(self) -> None:
        calendar_acts.save(self)

    def toggle_pane(self) -> None:
        self.pane.setVisible(self.pane.isHidden())

    def print_(self) -> None:
        content = self.as_pdf()
        if dialogs.print_pdf(content, self.view.title()) == "save":
            path = dialogs.choose_save_file(_("Save PDF"), f"{self.view.title()}.pdf", [("PDF", ".pdf")])
            if path is not None:
                failures.guarded(partial(saving.write, path, content))

    def as_pdf(self) -> bytes:
        """What is shown as one sheet of A4, always light."""
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(_DOTS_PER_INCH)
        writer.setTitle(self.view.title())
        layout = QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QMarginsF(12, 12, 12, 12)
        )
        writer.setPageLayout(layout)
        painter = QPainter(writer)
        sheet = QRectF(0, 0, writer.width(), writer.height())
        painter.setFont(theme.font("title"))
        painter.setPen(_on_paper("text"))
        painter.drawText(QRectF(0, 0, sheet.width(), 30), int(Qt.AlignmentFlag.AlignVCenter), self.view.title())
        self.view.paint_on(painter, sheet.adjusted(0, 40, 0, 0), _on_paper)
        painter.end()
        buffer.close()
        return content.data()

    def areas(self) -> list[QWidget]:
        return [self.view, self.pane] if self.pane.isVisible() else [self.view]


def _on_paper(role: str) -> QColor:
    return QColor(tokens.colors(dark=False)[role])
