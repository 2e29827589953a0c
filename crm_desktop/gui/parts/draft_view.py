"""The left side of the invoice editor: what is missing, head, lines, texts, discount and sums of one draft.

`draft()` is what stands there now; `edited` comes with each change. `judge()` adds up, looks for problems and shows them
beside the fields; the page saves, draws and issues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from crm_desktop.billing import drafts, problems
from crm_desktop.billing.document import COMMENT, HEADING, RECEIPT, Draft
from crm_desktop.billing.problems import Found
from crm_desktop.care import loyalty
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import to_minor
from crm_desktop.gui import tokens
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import copy_lines_dialog, customer_picker, draft_more, draft_words, line_menu, own_prices
from crm_desktop.gui.parts.adjustments import AdjustmentsInput
from crm_desktop.gui.parts.credit_hint import CreditHint
from crm_desktop.gui.parts.draft_form import DraftForm
from crm_desktop.gui.parts.draft_more import DraftMore
from crm_desktop.gui.parts.lines_table import LinesTable
from crm_desktop.gui.parts.seller_form import SellerForm
from crm_desktop.gui.parts.tax_hint import TaxHint
from crm_desktop.gui.parts.totals_view import TotalsView
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.form import Field, FieldBox
from crm_desktop.gui.widgets.layouts import column, frame, label, line_of, recolor, row, scroll, stack
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.gui.widgets.strip import Strip
from crm_desktop.sales import totals
from crm_desktop.sales.totals import Totals

_CELLS = {"name": "name", "qty": "qty", "price": "price", "base_qty": "price", "rate": "rate"}


class DraftView(QWidget):
    """See the module."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self._strict = False
        self._found: list[Found] = []
        self._at = -1
        self.unprintable = ""
        self.strip = Strip()
        self.seller = SellerForm()
        self.seller.hide()
        self.form = DraftForm()
        self.more = DraftMore()
        self.table = LinesTable()
        self.tax_hint = TaxHint()
        self.credit_hint = CreditHint()
        self.origin = label("", "body", "text2", wrap=True)
        self.totals = TotalsView()
        self.adjustments = AdjustmentsInput()
        self.intro = FieldBox(Field("intro", _("Opening text"), "lines", rows=2))
        self.closing = FieldBox(Field("closing", _("Closing text"), "lines", rows=2))
        self.mode = Segments(_("Prices are entered"), self._mode_chosen)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        content = QWidget()
        left = QWidget()
        column(left, self.intro, self.closing, "stretch", gap=10)
        right = QWidget()
        right.setMinimumWidth(292)
        self.deduct_button = Button(_("Deduct anew"), "link", on=self._deduct_anew)
        self.deduct_button.setToolTip(_("Takes off what is left of the deposits and partial invoices of this order"))
        self._deduct_said = label("", "small", "amber", wrap=True)
        column(right, self.totals, self._deduct_said, row("stretch", self.deduct_button), "stretch", gap=6)
        lower = QHBoxLayout()
        lower.setSpacing(24)
        lower.addWidget(left, 5)
        lower.addWidget(right, 3)
        upper = (self.strip, self.credit_hint, self.seller, self.origin, self.form, self.more, self.tax_hint)
        column(content, *upper, self._lines_card(), self.adjustments, lower, "stretch", gap=14, margins=(24, 0, 20, 20))
        self._area = scroll(content)
        self._below = label("", "small", "text2")
        self._sum = label("", "b")
        self._foot = QFrame()
        self._foot.setProperty("k", "foot")
        self._foot.setFixedHeight(tokens.size("footer"))
        line_of(
            self._foot, self._below, "stretch", label(_("Total"), "small", "text2"), self._sum, margins=(24, 0, 29, 0)
        )
        column(self, self._area, self._foot)
        self._foot.hide()
        self._area.verticalScrollBar().valueChanged.connect(self._place_foot)
        self._area.verticalScrollBar().rangeChanged.connect(self._place_foot)

    def _place_foot(self) -> None:
        """The total stays in sight: at the foot while its own place is scrolled away."""
        bottom = self.totals.mapTo(self._area.widget(), self.totals.rect().bottomLeft()).y()
        top = bottom - self._area.verticalScrollBar().value()
        self._foot.setVisible(top > self.height() or top < 0)

    def _lines_card(self) -> QFrame:
        self.mode.add("net", _("Net prices"))
        self.mode.add("gross", _("Gross prices"))
        foot = QWidget()
        self.add_line = Button(_("Add line"), "ghost", "plus", on=self.table.add_row)
        self._kinds = QMenu(self)
        self._kinds.aboutToShow.connect(self._offer_kinds)
        self.kinds_button = menu_button("chevron-down", _("Heading, subtotal, comment, copied lines"), self._kinds)
        self.describe = Button(_("Describe"), "ghost", "text-cursor-input", on=self.table.describe)
        self.describe.setToolTip(_("A description below the name (Shift+Enter)"))
        line_of(
            foot, self.add_line, self.kinds_button, self.describe, "stretch", self.mode, gap=4, margins=(8, 5, 8, 5)
        )
        card = frame("card", stack(self.table, foot, gap=0), margins=(1, 1, 1, 1))
        card.setAccessibleName(_("Lines"))
        return card

    def _offer_kinds(self) -> None:
        self._kinds.clear()
        line_menu.add_roles(self._kinds, self.table)
        self._kinds.addSeparator()
        self._kinds.addAction(icon("copy"), _("Copy lines from another document…"), self.copy_lines)

    def copy_lines(self) -> None:
        """Put lines of another document behind what is there."""
        draft = self.draft()
        lines = copy_lines_dialog.ask(draft)
        if lines:
            self.table.insert_lines(lines)
            self.edited.emit()

    def _connect(self) -> None:
        self.form.edited.connect(self._edited)
        self.form.customer_picked.connect(self._customer_picked)
        self.table.edited.connect(self._edited)
        self.more.edited.connect(self._more_edited)
        self.seller.kept.connect(self._seller_kept)
        self.adjustments.edited.connect(self._edited)
        self.tax_hint.chosen.connect(self.table.tax_all)
        for box in (self.intro, self.closing):
            box.edited.connect(self._edited)
            box.left.connect(self._edited)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def load(self, draft: Draft, *, strict: bool = False) -> None:
        """Show a draft; with `strict` what is missing is shown at once."""
        self._draft, self._strict, self._at = draft, strict, -1
        self.unprintable = ""
        self.form.load(draft)
        self.more.load(draft)
        tax = drafts.usual_tax(draft.service_day or draft_words.today())
        taxes = draft_words.taxes(draft)
        self.table.load(draft, tax, taxes)
        self.adjustments.load(draft, taxes)
        self.intro.input.set_value(draft.intro)
        self.closing.input.set_value(draft.closing)
        self.mode.choose(draft.price_mode)
        self.tax_hint.begin()
        came_from = draft_words.origin(draft)
        self.origin.setText(came_from)
        self.origin.setVisible(bool(came_from))
        self._tell_language(draft)
        for box in (self.intro, self.closing, self.form.boxes["order_number"]):
            box.setVisible(draft.kind != RECEIPT)
        self.seller.hide()
        self.judge()

    def _tell_language(self, draft: Draft) -> None:
        named = draft_words.language_name(draft.language)
        for box, words in (
            (self.intro, _("Opening text ({language})")),
            (self.closing, _("Closing text ({language})")),
        ):
            box.set_label(words.format(language=named))

    def draft(self) -> Draft:
        """The draft as it stands on the screen."""
        if self._draft is None:
            raise RuntimeError("No draft is shown")
        draft = self.more.apply(self.form.apply(self._draft))
        return replace(
            draft,
            lines=self.table.lines(),
            allowances=self.adjustments.allowances(),
            charges=self.adjustments.charges(),
            intro=self.intro.input.value(),
            closing=self.closing.input.value(),
            price_mode=self.mode.current(),
        )

    def saved_as(self, draft: Draft) -> None:
        """Remember the id and time stamp that a saved draft got."""
        if self._draft is not None:
            self._draft = replace(self._draft, id=draft.id, updated_at=draft.updated_at)

    def is_blank(self) -> bool:
        """Whether nothing was entered yet that is worth keeping."""
        draft = self.draft()
        return draft.id is None and draft.customer_id is None and not draft.lines and not draft.order_number

    def start(self) -> None:
        """Put the cursor where one goes on: the customer, else the lines."""
        draft = self.draft()
        if self.seller.isVisibleTo(self):
            self.seller.focus()
        elif draft.kind != RECEIPT and draft.customer_id is None:
            self.form.focus("customer")
        elif draft.lines:
            self.table.setFocus()
            self.table.selectRow(0)
        else:
            self.table.start()

    # ---- changes -----------------------------------------------------------------------------------------------------

    def _edited(self, *_args: Any) -> None:
        self.edited.emit()

    def _seller_kept(self) -> None:
        self.seller.hide()
        self.judge()
        self.edited.emit()
        self.start()

    def _more_edited(self) -> None:
        """Another language brings its texts along; another currency is written beside the amounts."""
        if self._draft is None:
            return
        draft = self.draft()
        if draft.language != self._draft.language:
            for box, name in ((self.intro, "intro"), (self.closing, "closing")):
                if box.input.value() == draft_words.usual_text(draft.kind, self._draft.language, name):
                    box.input.set_value(draft_words.usual_text(draft.kind, draft.language, name))
        names = ("language", "currency", "exchange_rate", "tax_currency", "cash_step")
        self._draft = replace(self._draft, **{name: getattr(draft, name) for name in names})
        self.table.sheet().currency = draft.currency
        taxes = draft_words.taxes(draft)
        self.table.tell_draft(self.draft(), taxes)
        self.adjustments.tell_draft(draft, taxes)
        self._tell_language(draft)
        self.edited.emit()

    def _customer_picked(self) -> None:
        """Take over language, terms and texts of the customer, where they were not changed by hand."""
        if self._draft is None:
            return
        typed = self.draft()
        before, after = drafts.begin(self._draft.customer_id, typed.kind), drafts.begin(typed.customer_id, typed.kind)
        names = ["language", "payment_terms_id", "buyer_reference", "intro", "closing"]
        if not typed.lines:
            names.append("currency")
        fresh = {name: getattr(after, name) for name in names if getattr(typed, name) == getattr(before, name)}
        draft = replace(typed, contact_person_id=None, delivery_address_id=None, buyer={}, **fresh)
        draft = own_prices.for_customer(draft, self._draft)
        draft = loyalty.with_discount(loyalty.without_discount(draft))
        self.load(draft, strict=self._strict)
        self.edited.emit()
        self.start()

    def _mode_chosen(self, mode: str) -> None:
        if self._draft is None or mode == self._draft.price_mode:
            return
        self.table.close_editor()
        self.table.sheet().convert(mode)
        self._draft = replace(self._draft, price_mode=mode)
        self.table.tell_draft(self.draft(), draft_words.taxes(self.draft()))
        self.edited.emit()

    # ---- judging -----------------------------------------------------------------------------------------------------

    def judge(self) -> Totals | None:
        """Add up, show the sums and everything that is missing; gives the sums, or None if they cannot be made."""
        draft = self.draft()
        self._found = problems.find(draft)
        try:
            sums = totals.calculate(draft.basket())
        except ValidationError:
            sums = None
        self._show_marks(draft, sums)
        self.form.tell_due(draft)
        self.tax_hint.tell(draft)
        self.credit_hint.tell(draft, sums)
        self._show_beside()
        self._tell_deductions(draft)
        self._tell_strip()
        if sums is not None:
            self.totals.tell(draft, sums)
            number = len(draft.lines)
            self._below.setText(ngettext("{n} line", "{n} lines", number).format(n=formats.count(number)))
            self._sum.setText(self.totals.total())
        self._place_foot()
        return sums

    def _is_shown(self, found: Found) -> bool:
        """A fresh draft is not blamed for what nobody could have typed yet."""
        if self._strict or not found.stops:
            return True
        return (
            not found.field.startswith("seller.")
            and found.field not in ("customer", "lines")
            and not found.field.endswith(".name")
        )

    def shown(self) -> list[Found]:
        """The problems that are shown now, those that stop issuing first."""
        unread = [Found(name, said) for name, said in self.form.unread().items()]
        if due := self.more.problem():
            unread.append(Found("due_date", due))
        unread += [
            Found(f"row.{row}.{name}", _("Line {line}: {sentence}").format(line=row + 1, sentence=said))
            for (row, name), said in self.table.sheet().problems().items()
        ]
        unread += [Found(name, said) for name, said in self.adjustments.unread()]
        if self.unprintable:
            unread.append(Found("", self.unprintable))
        return unread + [found for found in self._found if self._is_shown(found)]

    def stops(self) -> list[Found]:
        """What keeps the draft from being issued, also what is not shown yet."""
        strict, self._strict = self._strict, True
        found = [found for found in self.shown() if found.stops]
        self._strict = strict
        return found

    def be_strict(self) -> None:
        """Show everything that is missing from now on."""
        self._strict = True
        self.judge()

    def _show_marks(self, draft: Draft, sums: Totals | None) -> None:
        sheet = self.table.sheet()
        amounts: dict[int, str] = {}
        if sums is not None:
            money = draft.currency
            shown = (formats.amount(to_minor(line.entered, money), money) for line in sums.lines)
            silent = {row for row in sheet.full_rows() if sheet.rows[row].line.role in (HEADING, COMMENT)}
            full = zip(sheet.full_rows(), shown, strict=True)
            amounts = {row: words for row, words in full if row not in silent}
        marks = {cell: (said, "bad") for cell, said in sheet.problems().items()}
        for found in self.shown():
            cell = self._cell_of(found.field)
            if cell is not None:
                marks.setdefault(cell, (found.sentence, "bad" if found.stops else "warn"))
        self.table.tell(amounts, marks)

    def _cell_of(self, field: str) -> tuple[int, str] | None:
        parts = field.split(".")
        if parts[0] != "lines" or len(parts) < 3:
            return None
        name = _CELLS.get(parts[2], "discount" if parts[2] == "allowances" else "name")
        return self.table.sheet().row_of_line(int(parts[1])), name

    def _show_beside(self) -> None:
        said: dict[str, tuple[str, str]] = {}
        missing = {
            f.field.partition(".")[2]: f.sentence for f in self._found if f.field.startswith("seller.") and f.stops
        }
        self.more.say({f.field: (f.sentence, "bad" if f.stops else "warn") for f in reversed(self.shown())})
        beside: dict[str, str] = {}
        for found in self.shown():
            box = found.field if found.field in self.form.boxes else self.form.box_of(found.field)
            if box:
                said.setdefault(box, (found.sentence, "bad" if found.stops else "warn"))
            elif self.adjustments.row_of(found.field) is not None:
                beside.setdefault(found.field, found.sentence)
        self.form.say(said, self._fixes())
        self.adjustments.say(beside)
        if missing and not self.seller.isVisibleTo(self):
            self.seller.load()
        self.seller.setVisible(bool(missing) or self.seller.isAncestorOf(self.focusWidget() or self))
        if missing and self._strict:
            self.seller.say(missing)

    def _fixes(self) -> dict[str, tuple[str, Callable[[], object]]]:
        draft = self._draft
        if draft is None:
            return {}
        found: dict[str, tuple[str, Callable[[], object]]] = {}
        customer_id = self.form.customer.value()
        if customer_id is not None:
            found["customer"] = (_("Complete it"), partial(self._mend_customer, customer_id))
        if any(f.field == "issue_date" for f in self._found):
            found["issue_on"] = (_("Use today"), self._use_today)
        if any(f.field in ("service_from", "service_to") for f in self._found) or self.form.service.problem():
            found["service"] = (_("Use the invoice date"), self._use_issue_date)
        return found

    def _mend_customer(self, customer_id: int) -> None:
        if customer_picker.mend_customer(customer_id):
            self.form.customer.set_value(customer_id)
            self.edited.emit()

    def _use_today(self) -> None:
        self.form.boxes["issue_on"].input.set_value(draft_words.today())
        self.edited.emit()

    def _use_issue_date(self) -> None:
        day = self.form.boxes["issue_on"].input.value() or draft_words.today()
        self.form.service.set_value((day, None))
        self.edited.emit()

    def _tell_deductions(self, draft: Draft) -> None:
        """What is odd about deposits stands below the sums, with the act that mends it."""
        found = [found for found in self._found if found.field == "deductions"]
        stops = any(f.stops for f in found)
        mends = bool(found) and draft_words.deducted_anew(draft).deductions != draft.deductions
        self._deduct_said.setText("\n".join(f.sentence for f in found))
        recolor(self._deduct_said, "c", "red" if stops else "amber")
        # What is only told stands beside the paper.
        self._deduct_said.setVisible(stops or mends)
        self.deduct_button.setVisible(mends)

    def _deduct_anew(self) -> None:
        if self._draft is not None:
            self._draft = draft_words.deducted_anew(self.draft())
            self.edited.emit()
            self.judge()

    def _tell_strip(self) -> None:
        shown = self.shown()
        stopping, hints = sum(f.stops for f in shown), sum(not f.stops for f in shown)
        kind = self._draft.kind if self._draft is not None else ""
        words = draft_words.stopped(kind, stopping)
        # A cell has no room for its sentence.
        said = next((f.sentence for f in shown if f.stops and f.field.startswith(("row.", "lines."))), "")
        self.strip.tell_problems(stopping, hints, words, self.next_problem, said=said)

    def next_problem(self) -> None:
        """Go to the next thing that is missing."""
        if not self.shown():
            return
        self.table.close_editor()
        shown: Sequence[Found] = self.shown()
        wanted = [f for f in shown if f.stops] or shown
        if not wanted:
            return
        self._at = (self._at + 1) % len(wanted)
        self._go_to(wanted[self._at].field)

    def _go_to(self, field: str) -> None:
        cell = self._cell_of(field)
        parts = field.split(".")
        box = field if field in self.form.boxes else self.form.box_of(field)
        if field.startswith("seller."):
            self.seller.focus()
        elif field == "deductions":
            self.deduct_button.setFocus()
            self._area.ensureWidgetVisible(self.deduct_button)
        elif field in draft_more.BESIDE:
            self.more.form.focus(field)
        elif cell is not None:
            self.table.focus_field(*cell)
        elif parts[0] == "row":
            self.table.focus_field(int(parts[1]), parts[2])
        elif box:
            self.form.focus(box)
        elif not self.adjustments.focus_field(field):
            self.table.start()
