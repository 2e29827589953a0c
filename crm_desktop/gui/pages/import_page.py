"""The import in five steps: file, look, match columns, check, done. Back always works; only the last act writes.

Everything that touches the file or the records runs on the worker thread. A file that explains itself goes straight to
the columns; one whose headings or charset are doubtful stops at the look.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import edited_book, everything, guessing, importing, leftovers
from crm_desktop.exchange.columns import Matching
from crm_desktop.exchange.deciding import AUTO, Decisions
from crm_desktop.exchange.importing import Opened, UndoResult
from crm_desktop.exchange.result import ImportResult
from crm_desktop.exchange.targets import FIELDS, REMINDERS
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import import_words, import_work
from crm_desktop.gui.parts.import_bits import Picture, StepBar, Words
from crm_desktop.gui.parts.import_check import CheckStep, DoneStep
from crm_desktop.gui.parts.import_file import ENDINGS, FileStep
from crm_desktop.gui.parts.import_look import LookStep
from crm_desktop.gui.parts.import_match import MatchStep
from crm_desktop.gui.parts.import_paste import Pasted
from crm_desktop.gui.parts.import_work import Read
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import column, line_of
from crm_desktop.gui.widgets.page import Page

FILE, LOOK, MATCH, CHECK, DONE = range(5)
_PLAIN_CHARSETS = {"", "utf-8", "utf-8-sig", "utf-16"}
_HERE = Qt.ShortcutContext.WidgetWithChildrenShortcut
_PAGES = {"customers": "customers", "contracts": "contracts", "catalogue": "catalogue", "invoices": "invoices"}
_PAGES |= {"payments": "payments", "opportunities": "pipeline", "mixed": "customers", "owned_products": "customers"}
_PAGES |= {REMINDERS: "calendar"}


class ImportPage(Page):
    """See the module."""

    key = "import"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._opened: Opened | None = None
        self._result: ImportResult | None = None
        self._job: jobs.Job | None = None
        self._shown = FILE
        self._pasted = Pasted()
        self._last = Path()
        self._brought: set[tuple[Path, str]] = set()
        jobs.worker().finished.connect(self._job_ended)
        self._build()
        self._go_to(FILE)
        QShortcut(QKeySequence.StandardKey.Paste, self, self._paste, context=_HERE)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape, context=_HERE)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        close = IconButton("x", _("Close"), on=self._close)
        self.head = PageHead(_("Import"), close)
        self.bar = StepBar([_("File"), _("Look"), _("Match columns"), _("Check"), pgettext("finish", "Done")])
        self.file = FileStep(self._choose, self._paste)
        self.look = LookStep(self._look_changed)
        self.match = MatchStep(self._matching_changed, self._kind_changed)
        self.check = CheckStep(self._decided)
        self.done = DoneStep(self._show_records, self._undo, self._start_over, self._take_sheet)
        self.steps = QStackedWidget()
        for step in (self.file, self.look, self.match, self.check, self.done):
            self.steps.addWidget(step)
        steps = QWidget()
        line_of(steps, self.bar, margins=(24, 0, 20, 10))
        column(self, self.head, steps, self.steps, self._foot()).setStretch(2, 1)

    def _foot(self) -> QFrame:
        foot = QFrame()
        foot.setProperty("k", "foot")
        foot.setFixedHeight(60)
        self.promise = Words("", "small", "text2")
        self.save_button = Button("", "ghost", "file-spreadsheet", on=self._save_rows)
        self.back_button = Button(_("Back"), "ghost", on=self._back)
        self.next_button = Button("", "primary", on=self.primary)
        line_of(
            foot, Picture("shield-check", "green"), self.promise, self.save_button, self.back_button, self.next_button,
            gap=10, margins=(24, 0, 20, 0),
        )  # fmt: skip
        self.foot = foot
        return foot

    def title(self) -> str:
        return _("Import")

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _go_to(self, step: int) -> None:
        self._shown = step
        self.bar.tell(step)
        self.steps.setCurrentIndex(step)
        self.foot.setVisible(step not in (FILE, DONE))
        self._tell_foot()
        first = {FILE: self.file.button, LOOK: self.next_button, CHECK: self.next_button, DONE: self.done.show_button}
        first.get(step, self.next_button).setFocus()
        self.changed.emit()

    def _tell_foot(self) -> None:
        rows = self._opened.survey.rows if self._opened and self._opened.survey else 0
        count = formats.count(rows)
        if self._shown == LOOK:
            self.promise.tell(_("Nothing is written yet."))
            self.next_button.setText(_("Match columns"))
        elif self._shown == MATCH:
            kind = self.match.matching.kind if self.match.matching else "customers"
            found = _(
                "Nothing is written yet. Known customers are found by number, then e-mail, then name and address."
            )
            lacks = _("Say which column holds {needs}.").format(needs=guessing.needs(kind))
            self.promise.tell(found if self.match.is_enough() else lacks)
            self.next_button.setText(ngettext("Check {n} row", "Check {n} rows", rows).format(n=count))
        elif self._shown == CHECK:
            self.promise.tell(_("Nothing is written yet. A backup comes first, and all of it can be undone."))
            number = self._to_import()
            words = ngettext("Import {n} row", "Import {n} rows", number) if number else _("Finish, nothing changes")
            self.next_button.setText(words.format(n=formats.count(number)))
        self._tell_save()
        self.next_button.setAccessibleName(self.next_button.text())
        self.next_button.setEnabled(self._job is None and (self._shown != MATCH or self.match.is_enough()))
        self.back_button.setEnabled(self._job is None)

    def _tell_save(self) -> None:
        rows = len(leftovers.reasons(self._result)) if self._result and self._shown == CHECK else 0
        text = ngettext("Save the {n} row as Excel", "Save the {n} rows as Excel", rows)
        self.save_button.setText(text.format(n=formats.count(rows)))
        self.save_button.setAccessibleName(self.save_button.text())
        self.save_button.setVisible(rows > 0)

    def _save_rows(self) -> None:
        """Write the rows that want a look as a workbook, to be mended there."""
        opened, result = self._opened, self._result
        if opened is None or result is None:
            return
        name = _("{file} to mend").format(file=opened.source.path.stem) + ".xlsx"
        path = dialogs.choose_save_file(
            _("Save the rows that want a look"), name, [(_("Excel workbook"), ".xlsx")], "import"
        )
        if path is not None:
            work = partial(import_work.save_leftovers, opened, result, path)
            self._run(work, self._rows_saved, _("Writing {file}").format(file=path.name))

    def _rows_saved(self, name: str) -> None:
        self.toast.emit(_("Saved {file}").format(file=name), False)

    def _to_import(self) -> int:
        """How many rows would come in: all but those that are left out; 0 where all of it is there already."""
        if self._result is None:
            return 0
        outcome = self._result.outcome
        if not outcome.created.total() + outcome.updated.total():
            return 0
        left = {note.row for note in outcome.skipped if note.row > self._result.header_row}
        return max(self._result.rows - len(left), 0) or outcome.created.total()

    def _run(
        self, work: Callable[[Progress], Any], done: Callable[[Any], object], title: str, *, writes: bool = False
    ) -> None:
        if self._job is None:
            self._job = jobs.run(work, done=done, failed=self._failed, title=title, writes=writes)
            self._tell_foot()

    def _job_ended(self, job: jobs.Job) -> None:
        """The work is over, also where it was cancelled and nobody else is told."""
        if job is self._job:
            self._job = None
            self._tell_foot()
            if job.stopped and self._opened is not None:
                self.next_button.setFocus()
                if job.writes:
                    self.toast.emit(_("Stopped. Nothing was imported."), False)

    def _failed(self, error: BaseException) -> None:
        from crm_desktop.core.errors import Problem
        from crm_desktop.gui import failures

        if self._shown == FILE and isinstance(error, UserError | Problem):
            self.file.refuse(str(error))
        else:
            failures.show(error)

    # ---- file --------------------------------------------------------------------------------------------------------

    def activate(self, **args: Any) -> None:
        path = args.get("path")
        if path:
            self.open_file(Path(str(path)))
        elif self._shown in (FILE, DONE):
            self._start_over()

    def _choose(self) -> None:
        kinds = [(_("Spreadsheets"), [f"*{ending}" for ending in ENDINGS]), (_("All files"), ["*"])]
        path = dialogs.choose_open_file(_("Bring your spreadsheet"), kinds, "import")
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path, sheet: str | None = None) -> None:
        """Read a file and show its columns, or say why it cannot be read.

        A workbook that was written here for editing goes to the review of what was changed in it.
        """
        self._start_over()
        if edited_book.is_marked(path):
            self.go.emit("edited", {"path": str(path)})
            return
        if everything.is_ours(path):
            self.file.refuse(
                _("{file} holds a whole company. Read it back into an empty one: Settings, Backup.").format(
                    file=path.name
                )
            )
            return
        self._read(path, sheet)

    def _read(self, path: Path, sheet: str | None = None) -> None:
        self.head.tell(_("Import"))
        self.head.say(path.name)
        work = partial(import_work.read, path, sheet)
        self._run(work, self._was_read, _("Reading {file}").format(file=path.name))

    def _paste(self) -> None:
        """Take the rows, or the file, that were copied in another program."""
        if self._shown not in (FILE, DONE) or self._job is not None:
            return
        self._start_over()
        try:
            path = self._pasted.take()
        except UserError as error:
            self.file.refuse(str(error))
            return
        self._read(path) if self._pasted.is_here(path) else self.open_file(path)

    def _take_sheet(self, name: str) -> None:
        """Import another sheet of the workbook that was just imported."""
        self.open_file(self._last, name)

    def _was_read(self, read: Read) -> None:
        self._opened = read.opened
        matching, survey = read.opened.matching, read.opened.survey
        if matching is None or survey is None:
            return
        self._tell_title(matching.kind)
        if read.holds:
            self.head.tell(_("Import a calendar"))
            self.head.say(f"{read.opened.source.path.name} · {read.holds}")
        if matching.kind == REMINDERS:
            # Appointments have no columns to be matched.
            self.match.matching = matching
            self._check(matching, Decisions())
            return
        self.look.show_file(read)
        self.match.show_file(read.opened, matching)
        doubtful = (
            read.trouble
            or read.opened.hidden
            or not survey.layout.has_headings
            or read.opened.source.encoding not in _PLAIN_CHARSETS
        )
        # Whoever looks, or says what the sheet holds, stays where they are.
        self._go_to(self._shown if self._shown in (LOOK, MATCH) else LOOK if doubtful else MATCH)
        self._show_sample()

    def _tell_title(self, kind: str) -> None:
        titles = {
            "customers": _("Import customers"),
            "contracts": _("Import contracts"),
            "catalogue": _("Import products and services"),
            "invoices": _("Import invoices"),
            "payments": _("Import payments"),
            "opportunities": _("Import deals"),
            "owned_products": _("Import what customers own"),
            REMINDERS: _("Import a calendar"),
            "mixed": _("Import customers and what belongs to them"),
        }
        self.head.tell(titles[kind])

    # ---- look --------------------------------------------------------------------------------------------------------

    def _look_changed(self, what: str) -> None:
        opened, look = self._opened, self.look
        if opened is None:
            return
        title = _("Reading {file}").format(file=opened.source.path.name)
        sheet = str(look.sheet.value() or "") or None
        if what == "text":
            encoding, sign = str(look.charset.value() or ""), str(look.delimiter.value() or "")
            self._run(partial(import_work.read_again, opened, encoding, sign), self._was_read, title)
        else:
            header = int(look.header.value()) if what in ("header", "hidden") else None
            work = partial(import_work.look_again, opened, sheet, header, skip_hidden=look.hidden.value())
            self._run(work, self._was_read, title)

    # ---- match -------------------------------------------------------------------------------------------------------

    def _kind_changed(self, kind: str) -> None:
        opened = self._opened
        if opened is not None:
            self._run(partial(import_work.match_again, opened, kind), self._was_read, "")

    def _matching_changed(self) -> None:
        self._tell_foot()
        self._show_sample()

    def _show_sample(self) -> None:
        """Say below the table what the first row becomes."""
        opened, matching = self._opened, self.match.matching
        if opened is None or matching is None or not self.match.is_enough():
            self.match.sample.tell("")
            return
        work = partial(import_work.sample, opened, matching)
        jobs.run(work, done=self._tell_sample, failed=self._no_sample)

    def _no_sample(self, _error: BaseException) -> None:
        """The file was closed meanwhile; what is wrong with it is told by the check."""
        self.match.sample.tell("")

    def _tell_sample(self, records: list[dict[str, Any]]) -> None:
        kind = self.match.matching.kind if self.match.matching else "customers"
        order = {name: place for place, name in enumerate(FIELDS[kind])}
        pairs = [pair for record in records for pair in record.items() if pair[0] not in ("kind", "custom")]
        pairs.sort(key=lambda pair: order.get(pair[0], len(order)))
        own = [f"{name}: {value}" for record in records for name, value in record.get("custom", {}).items()]
        shown = [*(import_words.in_words(key, value) for key, value in pairs), *own]
        text = _("The first row becomes: {values}").format(values=" · ".join(v for v in shown if v)) if shown else ""
        self.match.sample.tell(text)

    # ---- check -------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """The main act of the step: go on, check, import."""
        opened, matching = self._opened, self.match.matching
        if opened is None or matching is None or not self.next_button.isEnabled():
            return
        name = opened.source.path.name
        if self._shown == LOOK:
            self._go_to(MATCH)
        elif self._shown == MATCH:
            # Rows may be others now; by what customers are found stays.
            self._check(matching, Decisions(opened.decisions.key if matching.kind == "customers" else AUTO))
        elif self._shown == CHECK:
            importing_ = _("Importing {file}").format(file=name)
            self._run(
                partial(import_work.carry_out, opened, self._brought), self._was_imported, importing_, writes=True
            )

    def _was_checked(self, result: ImportResult) -> None:
        self._result = result
        if self._opened is not None:
            self.check.show_result(result, self._opened.decisions, stays=self._shown == CHECK)
        self._go_to(CHECK)

    def _decided(self, decisions: Decisions) -> None:
        """Check again with what the user decided about rows."""
        if self.match.matching is not None and self._shown == CHECK:
            self._check(self.match.matching, decisions)

    def _check(self, matching: Matching, decisions: Decisions) -> None:
        if self._opened is not None:
            title = _("Checking {file}").format(file=self._opened.source.path.name)
            self._run(partial(import_work.check, self._opened, matching, decisions), self._was_checked, title)

    def _was_imported(self, found: tuple[ImportResult, list[str]]) -> None:
        self._result, sheets = found
        if self._opened is not None and self._opened.sheet is not None:
            self._last = self._opened.source.path
            self._brought.add((self._last, self._opened.sheet.name))
        self.done.show_result(self._result, sheets)
        self._close_file()
        self._go_to(DONE)

    # ---- done --------------------------------------------------------------------------------------------------------

    def _show_records(self) -> None:
        if self._result is not None:
            self.go.emit(_PAGES[self._result.kind], {})

    def _undo(self) -> None:
        import_id = self._result.import_id if self._result else None
        if import_id is not None:
            work = partial(importing.undo, import_id)
            self._run(work, self._was_undone, _("Taking the import back"), writes=True)

    def _was_undone(self, undone: UndoResult) -> None:
        self.done.show_undone(undone.left)

    # ---- leaving -----------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        if self.match.matching is not None and self.match.matching.kind == REMINDERS:
            self._start_over()
        elif self._shown in (LOOK, MATCH, CHECK):
            self._go_to(self._shown - 1)

    def _escape(self) -> None:
        """One step back; what was chosen stays. From the first and the last step, leave."""
        self._back() if self._shown in (LOOK, MATCH, CHECK) else self._close()

    def _start_over(self) -> None:
        self._close_file()
        self._result = None
        self.match.matching = None
        self.file.refuse("")
        self.head.tell(_("Import"))
        self.head.say("")
        self._go_to(FILE)

    def _close_file(self) -> None:
        opened, self._opened = self._opened, None
        if self._job is not None:
            self._job.cancel()
        if opened is not None:
            # On the worker thread, after whatever still uses the file there.
            jobs.run(partial(import_work.close, opened, self._pasted.ended()))

    def _close(self) -> None:
        self._start_over()
        self.back.emit()

    def leave(self) -> bool:
        """A file that is open stays open while other pages are looked at."""
        return True

    def areas(self) -> list[QWidget]:
        return [self.next_button if self.foot.isVisible() else self.file.button]

    # ---- dropping a file ---------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self.file.show_over(over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.file.show_over(over=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.file.show_over(over=False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and self._job is None:
            event.acceptProposedAction()
            self.open_file(paths[0])
