"""What happened with a customer: the line to write it down, the filters, the timeline, and what is dropped onto it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from crm_desktop.activity import attachments, file_texts, quick_notes, reminders, timeline
from crm_desktop.billing.document import OFFERS
from crm_desktop.care import cases
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts import entry_form, file_reading, reminder_form, timeline_words
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.empty import Empty, EmptyState
from crm_desktop.gui.widgets.layouts import column, frame, line_of
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.quick_add import QuickAdd
from crm_desktop.gui.widgets.search_input import SearchInput
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.gui.widgets.timeline_view import Happening, TimelineView


class CustomerHistory(QWidget):
    """See the module; `quick` is the line, `view` the timeline."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._id = page, 0
        self._excerpts: dict[int, tuple[str, str]] = {}
        self._complaints: set[int] = set()
        self.quick = QuickAdd(_kinds(), more=_more())
        self.quick.added.connect(self._write)
        self.quick.asked.connect(self._ask)
        self.quick.typed.connect(self._typed)
        self.view = TimelineView(_("What happened"), self._happenings)
        self.view.opened.connect(self.open_entry)
        self.view.removed.connect(self._remove)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self._nothing = EmptyState()
        self._happened = QStackedWidget()
        self._happened.addWidget(self.view)
        self._happened.addWidget(self._nothing)
        self.filters = QWidget()
        self.group = Segments(_("What to show"), self._group_chosen)
        self.search = SearchInput(_("Find in history"))
        self.search.setFixedWidth(190)
        self.search.searched.connect(self._searched)
        for key, (name, _kinds_of) in timeline_words.GROUPS.items():
            self.group.add(key, _(name))
        box = line_of(self.filters, self.group, self.search, margins=(0, 4, 0, 4))
        box.setStretch(0, 1)
        column(self, self.quick, 8, self.filters, 4, frame("card", self._happened, margins=(1, 8, 1, 8)))
        self.layout().setStretch(4, 1)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_customer(self, customer_id: int) -> None:
        """Show the history of a customer; of another one from its beginning."""
        if customer_id != self._id:
            self._id = customer_id
            self.group.choose("all")
            self.search.clear()
        self._show()

    def start(self, kind: str = "") -> None:
        """Put the cursor into the line, for a kind."""
        self.quick.start(kind)

    def _group_chosen(self, _key: str) -> None:
        self._show()

    def _searched(self, _text: str) -> None:
        self._show()

    def _show(self) -> None:
        counts = timeline.counts(self._id)
        offered = dict(timeline_words.groups(counts))
        group = self.group.current() or "all"
        self.group.offer([*offered, group])
        for key in timeline_words.GROUPS:
            number = timeline_words.count_of(key, counts)
            self.group.set_count(key, formats.count(number) if number and key in ("all", "case") else "")
        search = self.search.text()
        self._excerpts = file_texts.excerpts(self._id, search) if search.strip() else {}
        self._complaints = {
            c.id for c in cases.of_customer(self._id) if c.kind == "complaint" and c.state in ("open", "waiting")
        }
        ids = timeline.ids(self._id, timeline_words.GROUPS[group][1], search)
        self.view.show_ids(ids)
        if not ids:
            self._nothing.tell(_emptiness(searched=group != "all" or bool(search)))
        self._happened.setCurrentWidget(self.view if ids else self._nothing)

    def _happenings(self, ids: list[int]) -> list[Happening]:
        newest: set[int] = set()
        found = []
        for entry in timeline.rows(ids):
            bad = entry.record == "case" and entry.record_id in self._complaints - newest
            newest |= {entry.record_id or 0} if bad else set()
            found.append(timeline_words.happening(entry, self._excerpts.get(entry.id), bad=bad))
        return found

    # ---- writing -----------------------------------------------------------------------------------------------------

    def _typed(self, kind: str, text: str) -> None:
        if not text.strip() or not self._id:
            self.quick.tell("")
            return
        found = quick_notes.understand(
            self._id, text, kind if kind != "note" else "", month_first=formats.month_first()
        )
        about = quick_notes.about(self._id, f"{found.about} {found.text}")
        named = quick_notes.name_of(self._id, *about) if about else ""
        self.quick.tell(timeline_words.understood(found, named))

    def _write(self, kind: str, text: str) -> None:
        done: list[quick_notes.Written] = []
        chosen = kind if kind != "note" else ""
        write = partial(quick_notes.write, self._id, text, chosen, month_first=formats.month_first())
        if failures.guarded(lambda: done.append(write())):
            self._page.toast.emit(_said(done[0]), True)
        else:
            self.quick.put(text)

    def _ask(self, kind: str) -> None:
        if kind == "reminder":
            self._remind()
            return
        from crm_desktop.gui.parts import case_register

        case_register.register(self._page.toast.emit, {"customer_id": self._id, "title": self.quick.text()})

    def _remind(self) -> None:
        in_a_week = dates.add_days(dates.today(), 7)
        day = reminder_form.ask(title=self.quick.text(), due_on=in_a_week, customer_id=self._id)
        if day is not None:
            self._page.toast.emit(_("Reminder for {day} added").format(day=formats.day_near(day)), True)

    # ---- entries -----------------------------------------------------------------------------------------------------

    def open_entry(self, entry_id: int) -> None:
        """Open what an entry is about; one that was written by hand itself."""
        found = next(iter(timeline.rows([entry_id])), None)
        if found is None:
            return
        if found.by_hand:
            self._edit(found)
        elif found.record == timeline.FILE_RECORD and found.record_id:
            failures.guarded(partial(_open_file, found.record_id))
        elif found.record == "document" and found.record_id:
            self._page.open_record.emit(found.kind if found.kind in OFFERS else "invoice", found.record_id)
        elif found.record and found.record_id:
            self._page.open_record.emit(found.record, found.record_id)

    def _edit(self, found: timeline.Entry) -> None:
        done = entry_form.edit(self._page, found)
        if done == "remove":
            self._remove(found.id)
        elif done:
            self._show()
            file_reading.read_new()

    def _remove(self, entry_id: int) -> None:
        if failures.guarded(lambda: timeline.remove(entry_id)):
            self._page.toast.emit(_("Entry deleted"), True)

    def _show_menu(self, place: QPoint) -> None:
        chosen = self.view.indexAt(place)
        if chosen.isValid():
            shown: Happening = chosen.data(Qt.ItemDataRole.UserRole)
            self.menu_of(shown.id).popup(self.view.viewport().mapToGlobal(place))

    def menu_of(self, entry_id: int) -> QMenu:
        """What can be done with an entry."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        found = next(iter(timeline.rows([entry_id])), None)
        if found is None:
            return menu
        if found.by_hand:
            menu.addAction(_("Edit"), partial(self._edit, found))
        else:
            menu.addAction(pgettext("verb", "Open"), partial(self.open_entry, entry_id))
        if found.by_hand and found.record and found.record_id:
            name = quick_notes.name_of(self._id, found.record, found.record_id)
            kind = "invoice" if found.record == "document" else found.record
            if name:
                menu.addAction(
                    _("Open {name}").format(name=name), partial(self._page.open_record.emit, kind, found.record_id)
                )
        for file in attachments.of(timeline.OWNER, entry_id):
            menu.addAction(
                _("Open {name}").format(name=file.name), partial(failures.guarded, partial(_open_file, file.id))
            )
        if found.by_hand or found.kind == timeline.FILE:
            menu.addSeparator()
            menu.addAction(_("Delete"), partial(self._remove, entry_id))
        return menu

    # ---- files -------------------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for mails and files and take them in."""
        filters = [(_("All files"), ["*"]), (_("Mails"), ["*.eml", "*.msg"])]
        self.take(dialogs.choose_open_files(_("Add mails or files"), filters, "attach"))

    def take(self, paths: Sequence[Path]) -> None:
        """Write mails into the history and attach other files."""
        if paths and self._id:
            work = partial(_take, self._id, list(paths))
            jobs.run(work, done=self._taken, title=_("Reading files"), writes=True)

    def _taken(self, taken: Any) -> None:
        made = bool(taken.entries or taken.files)
        if taken.problems:
            failures.show(UserError(taken.words()))
        elif taken.words():
            self._page.toast.emit(taken.words(), made)
        if made:
            file_reading.read_new()


def _take(customer_id: int, paths: list[Path], progress: Any) -> Any:
    from crm_desktop.exchange import mail_files

    return mail_files.take(customer_id, paths, progress)


def _open_file(attachment_id: int) -> None:
    name, content = attachments.content(attachment_id)
    path = Path(tempfile.mkdtemp(prefix="crm-desktop-")) / Path(name).name
    path.write_bytes(content)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _said(done: quick_notes.Written) -> str:
    if done.reminder_id is None:
        return _("Written down")
    day = formats.day_near(reminders.get(done.reminder_id).due_on)
    if done.entry_id is None:
        return _("Reminder for {day} added").format(day=day)
    return _("Written down, with a reminder for {day}").format(day=day)


def _emptiness(*, searched: bool) -> Empty:
    if searched:
        return Empty("search-x", _("Nothing of this kind"), _("Choose “All” to see everything that happened."))
    return Empty(
        "message-square",
        _("Nothing has happened yet"),
        _("Invoices and payments appear here by themselves, calls and notes when you write them above."),
    )


def _kinds() -> list[tuple[str, str, str]]:
    return [("note", _("Note"), "sticky-note"), ("call", _("Call"), "phone"), ("email", _("Mail"), "mail")]


def _more() -> list[tuple[str, str, str]]:
    return [("reminder", _("Reminder"), "bell"), ("case", _("Case"), "message-square-warning")]
