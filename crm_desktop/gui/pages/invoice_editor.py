"""The invoice editor: write a draft with its paper beside it, issue it, and then print, save and settle it here.

`activate(id=17)` shows a draft or an issued document; `id=0` begins a new one, for a `customer`, of a `kind`
("receipt" is a sale over the counter), or as a copy of the customer's last invoice (`repeat=True`). Drafts save
themselves shortly after the last key. Sums and preview follow each key; the preview is drawn in the worker thread.
"""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from crm_desktop.billing import deal_quotes, drafts, invoice_list, invoices, kinds, receipts
from crm_desktop.billing.document import INVOICE, OFFERS, RECEIPT, Document, Draft
from crm_desktop.care import loyalty
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import deal_words, draft_words, paper_preview
from crm_desktop.gui.parts.document_acts import DocumentActs
from crm_desktop.gui.parts.document_pane import DocumentPane
from crm_desktop.gui.parts.draft_view import DraftView
from crm_desktop.gui.parts.paper_preview import Preview
from crm_desktop.gui.parts.preview_panel import PreviewPanel
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import column, scroll
from crm_desktop.gui.widgets.page import Page

JUDGE_MS, DRAW_MS, SAVE_MS = 30, 120, 700
_MOST_PAGES = 12
# Letters of the customer's name that must have room in the heading, with " for " before them.
_LEAST_OF_NAME = 14
_NARROWEST_LEFT, _NARROWEST_PREVIEW, _WIDEST_PREVIEW = 660, 280, 760


class InvoiceEditor(Page):
    """See the module."""

    key = "invoice"
    rail = True
    tables: ClassVar = ("document", "document_line", "payment", "allocation", "customer", "company", "tax_rate")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id: int | None = None
        self._stored: Draft | None = None
        self._issued: Document | None = None
        self._dirty = False
        self._preview_wanted = True
        self._title = ""
        self.acts = DocumentActs(self)
        self.view = DraftView()
        self.view.edited.connect(self._edited)
        self.view.table.said.connect(self._say)
        self._make_heads()
        self._make_issued()
        self._make_preview()
        self._judge_later = self._timer(JUDGE_MS, self._judge)
        self._draw_later = self._timer(DRAW_MS, self._draw)
        self._save_later = self._timer(SAVE_MS, self._autosave)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _timer(self, wait_ms: int, act: Any) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(wait_ms)
        made.timeout.connect(act)
        return made

    def _make_heads(self) -> None:
        self.discard_button = Button(_("Discard"), "ghost", on=self.discard, tip=_("Move this draft to the bin"))
        self.issue_button = Button("", "primary", "file-check", on=self.primary, tip=_("Ctrl+Enter"))
        self._head = PageHead(_("New invoice"), self.discard_button, self.issue_button, back=self.back.emit)
        self.print_button = Button(_("Print"), "secondary", "printer", on=self.print_, tip=_("Ctrl+P"))
        self.save_button = Button(_("Save PDF"), "primary", "download", on=self.save_pdf, tip=_("Ctrl+Enter"))
        self.mail_button = Button(_("E-mail"), "secondary", "mail", on=self.mail, tip=_("Ctrl+Shift+M"))
        self._issued_head = PageHead("", self.mail_button, self.print_button, self.save_button, back=self.back.emit)

    def _make_issued(self) -> None:
        self.pane = DocumentPane(self, self.acts, preview=False)
        writing, issued = QWidget(), QWidget()
        column(writing, self._head, self.view)
        holder = QWidget()
        self.pane.setMaximumWidth(720)
        column(holder, self.pane, "stretch", margins=(24, 4, 20, 16))
        column(issued, self._issued_head, scroll(holder))
        self._left = QStackedWidget()
        self._left.setObjectName("canvas")
        self._left.addWidget(writing)
        self._left.addWidget(issued)
        self._left.setMinimumWidth(560)

    def _make_preview(self) -> None:
        self.panel = PreviewPanel()
        self.preview = Preview(self.panel.paper, pages=_MOST_PAGES)
        self.preview.drawn = self._drawn
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._left)
        self._split.addWidget(self.panel)
        self._split.setStretchFactor(0, 1)
        column(self, self._split)
        theme.changed().connect(self._place_preview)

    # ---- entering ----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return self._issued.number or "" if self._issued is not None else self._title

    def place(self) -> dict[str, Any] | None:
        """What leads back here: the draft that was made, not the wish to make one."""
        return {"id": self._id} if self._id else None

    def activate(self, id: int = 0, customer: int = 0, kind: str = INVOICE, repeat: bool = False) -> None:  # noqa: FBT002
        """Show a draft or document, or begin a new one; see the module."""
        self._stop_timers()
        self._dirty = False
        try:
            self._enter(id, customer, kind, repeat=repeat)
        except NotFound as gone:
            self.toast.emit(str(gone), False)
            QTimer.singleShot(0, self, self.back.emit)
            return
        self._place_preview()
        if self._issued is None:
            self.view.start()
        else:
            self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self, document_id: int, customer: int, kind: str, *, repeat: bool) -> None:
        if document_id:
            self._show(document_id)
        elif repeat:
            made = drafts.repeat_last(customer)
            self._show(made.id or 0)
        else:
            draft = receipts.begin() if kind == RECEIPT else loyalty.with_discount(drafts.begin(customer or None, kind))
            self._show_draft(draft, strict=False)

    def _show(self, document_id: int) -> None:
        rows = invoice_list.rows([document_id])
        if not rows:
            raise NotFound(_("This draft was deleted. Bring it back from the bin to go on."))
        if rows[0].state == "draft":
            draft = drafts.get(document_id)
            self._show_draft(draft, strict=draft.customer_id is not None and bool(draft.lines))
        else:
            self._show_issued(document_id)

    def _show_draft(self, draft: Draft, *, strict: bool) -> None:
        self._id, self._stored, self._issued = draft.id, draft if draft.id else None, None
        self._left.setCurrentIndex(0)
        self._head.say(_("Saved") if draft.id else "")
        self.view.load(draft, strict=strict)
        self._tell_heads(draft)
        self._draw()
        self.changed.emit()

    def _show_issued(self, document_id: int) -> None:
        self._id, self._stored = document_id, None
        self._issued = found = invoices.get(document_id)
        self._fit_issued()
        self._left.setCurrentIndex(1)
        self.pane.show_document(document_id)
        self.preview.show_stored(document_id, invoices.pdf(document_id))
        self.panel.tell_issued(found)
        self.changed.emit()

    def refresh(self) -> None:
        if self._issued is not None:
            self.pane.show_document(self._issued.id or 0)
            return
        if self._id is not None and not self._dirty:
            if not invoice_list.rows([self._id]):
                self.back.emit()
                return
            found = drafts.get(self._id)
            if found != self._stored:
                self._show(self._id)
                return
        self._judge()

    # ---- while one types ---------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self._dirty = True
        self._judge_later.start()
        self._draw_later.start()
        self._save_later.start()

    def _judge(self) -> None:
        if self._issued is None:
            self.view.judge()
            self._tell_heads(self.view.draft())
            self.changed.emit()

    def _tell_heads(self, draft: Draft) -> None:
        self._title = draft_words.title(draft)
        self._fit_title()
        number = invoices.preview_number(draft)
        self.issue_button.setText(draft_words.issue_words(draft, number))
        self.issue_button.setAccessibleName(self.issue_button.text())
        self.issue_button.updateGeometry()
        self.panel.tell_draft(draft, [found.sentence for found in self.view.shown() if not found.stops])

    def _fit_title(self) -> None:
        """Show as much of the title as has room; all of it is the tooltip."""
        others = (self.issue_button, self.discard_button, self._head.state, self._head.pill)
        room = self._left.width() - 68 - 8 * 6 - sum(other.sizeHint().width() for other in others)
        metrics = QFontMetrics(theme.font("title"))
        words = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, max(120, room))
        draft = self.view.draft()
        kind = kinds.name(draft.kind, kinds.code_of(draft))
        if words != self._title and len(words) < len(kind) + _LEAST_OF_NAME:
            words = kind  # the customer stands in the first field; a cut kind says nothing
        self._head.tell(words, _("Draft"))
        self._head.title.setToolTip(self._title)

    def _fit_issued(self) -> None:
        """The heading is told in full: where room is short, the acts beside it show their icons alone."""
        found = self._issued
        if found is None:
            return
        words = kinds.numbered(found.kind, found.number, kinds.code_of(found))
        acts = (self.mail_button, self.print_button, self.save_button)
        room = self._left.width() - 68 - 8 * 8 - sum(act.width_for(compact=False) for act in acts)
        compact = QFontMetrics(theme.font("title")).horizontalAdvance(words) > room
        for act in acts:
            act.set_compact(compact=compact)
        self._issued_head.tell(words)

    def _draw(self) -> None:
        if self._issued is not None or not self.panel.isVisibleTo(self):
            return
        try:
            self.preview.show_draft(self.view.draft())
        except UserError:
            return  # the field that cannot be added up says so; the last paper stays

    def _drawn(self, pages: int, unprintable: str) -> None:
        self.panel.tell_pages(pages)
        if self._issued is None and unprintable != self.view.unprintable:
            self.view.unprintable = unprintable
            self._judge()

    def _say(self, words: str) -> None:
        self.toast.emit(words, False)

    def _stop_timers(self) -> None:
        for timer in (self._judge_later, self._draw_later, self._save_later):
            timer.stop()

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def save_now(self) -> None:
        self.view.table.close_editor()
        self._autosave()

    def _autosave(self) -> None:
        self._save_later.stop()
        if self._issued is not None or not self._dirty or self.view.is_blank():
            return
        failures.guarded(self._save)

    def _save(self) -> None:
        draft = self.view.draft()
        try:
            saved = drafts.save(draft)
        except ValidationError:
            self._head.say(_("Not saved while something cannot be added up"))
            return
        except Conflict as conflict:
            self._dirty = False
            self._show(self._id or 0)
            self.toast.emit(str(conflict), False)
            return
        self._id, self._dirty = saved.id, False
        self._stored = drafts.get(saved.id or 0)
        self.view.saved_as(saved)
        self._head.saved()

    def leave(self) -> bool:
        if self._issued is None:
            self.save_now()
            self._stop_timers()
        return True

    def discard(self) -> None:
        """Move the draft to the bin; Undo brings it back."""
        self._stop_timers()
        self._dirty = False
        if self._id is not None:
            self.acts.guarded(lambda draft_id: self.acts.delete_drafts([draft_id]), self._id)
            self._id = None
        self.back.emit()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Issue the draft; of an issued document, save the PDF."""
        if self._issued is not None:
            self.save_pdf()
            return
        self.view.table.close_editor()
        self._judge_later.stop()
        self.view.be_strict()
        if self.view.stops():
            self.view.next_problem()
            return
        failures.guarded(self._issue)

    def _issue(self) -> None:
        self._stop_timers()
        try:
            document = invoices.issue_draft(self.view.draft(), paper_preview.render)
        except ValidationError as error:
            self._judge()
            if not self.view.shown():
                raise
            self.toast.emit(str(error), False)
            return
        self._dirty = False
        self._show_issued(document.id or 0)
        self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell_issued(document)

    def _tell_issued(self, document: Document) -> None:
        """Say what was issued; where it moved a deal along, say that with Undo instead of the print that has a button."""
        words = draft_words.issued_words(document.kind, document.number or "")
        moved = deal_words.moved_by_quote(deal_quotes.issued([document.id or 0]))
        if moved:
            self.acts.say_undoable(f"{words}. {moved}")
        else:
            self.acts.tell(words, _("Print"), self.print_)

    def mail(self) -> None:
        if self._issued is not None:
            self.acts.guarded(self.acts.mail, self._issued.id or 0)
            return
        self.toast.emit(_("It is sent once it is issued, so that mail and book agree."), False)

    def print_(self) -> None:
        if self._issued is not None:
            self.acts.guarded(self.acts.print_, self._issued.id or 0)
            return
        words = _("It is printed once it is issued, so that paper and book agree.")
        self.toast.emit(words, False)

    def save_pdf(self) -> None:
        """Save the PDF of the issued document."""
        if self._issued is not None:
            self.acts.guarded(self.acts.save_pdf, self._issued.id or 0)

    def duplicate(self) -> None:
        if self._issued is not None:
            self.acts.guarded(self.acts.repeat, self._issued.id or 0)
        else:
            self.view.table.duplicate_rows()

    def undo_here(self) -> bool:
        return self._issued is None and self.view.table.undo()

    def redo_here(self) -> bool:
        return self._issued is None and self.view.table.redo()

    def new(self) -> None:
        kind = (self._issued or self.view.draft()).kind
        self.go.emit("invoice", {"id": 0, "kind": kind if kind in OFFERS else INVOICE})

    def next_problem(self) -> None:
        if self._issued is None:
            self.view.next_problem()

    def toggle_pane(self) -> None:
        self._preview_wanted = not self._preview_wanted
        self._place_preview()
        if self._preview_wanted:
            self._draw()

    # ---- size --------------------------------------------------------------------------------------------------------

    def _place_preview(self) -> None:
        width = min(_WIDEST_PREVIEW, round(self.width() * 0.37), self.width() - theme.px(_NARROWEST_LEFT))
        shown = self._preview_wanted and width >= _NARROWEST_PREVIEW
        if shown != self.panel.isVisibleTo(self):
            self.panel.setVisible(shown)
        if shown:
            self._split.setSizes([self.width() - width, width])
        if self._issued is not None:
            QTimer.singleShot(0, self, self._fit_issued)
        elif self._title:
            QTimer.singleShot(0, self, self._fit_title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        before = self.panel.isVisibleTo(self)
        self._place_preview()
        if self.panel.isVisibleTo(self) and not before and self.isVisible():
            self._draw()

    def areas(self) -> list[QWidget]:
        return [self.view.form, self.view.table, self.panel] if self._issued is None else [self.pane, self.panel]
