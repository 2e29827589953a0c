"""Settings, numbering: how numbers look, where they go on, and what the next ones will be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from crm_desktop.company import numbering
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import icons, theme
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, hairline, label, line_of, recolor, row, stack
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.gui.widgets.token_input import TokenInput, token_words

_TOKENS = ("{year}", "{month}", "{counter:04}")


def series_name(kind: str) -> str:
    """The name of a series."""
    names = {
        "invoice": _("Invoices"),
        "credit_note": _("Credit notes"),
        "receipt": _("Receipts"),
        "quote": _("Quotes"),
        "order_confirmation": _("Order confirmations"),
        "delivery_note": _("Delivery notes"),
        "proforma": _("Proforma invoices"),
        "dunning_letter": _("Payment reminders"),
        "customer": _("Customers"),
        "contract": _("Contracts"),
        "item": _("Price list"),
        "case": _("Cases"),
    }
    return names.get(kind, kind)


def _plain(pattern: str) -> str:
    """A pattern with the counter as it looks and the rest in words: "RE-{year}-{0001}"."""

    def word(found: re.Match[str]) -> str:
        name, digits = found.groups()
        return "{" + ("1".zfill(int(digits or 1)) if name == "counter" else token_words(found.group(0))) + "}"

    return re.sub(r"\{([a-z0-9]+)(?::0?(\d))?\}", word, pattern)


def judgement(pattern: str, reset: str, today: date) -> tuple[str, bool]:
    """What is to be said about a pattern, and whether it is good."""
    problem = numbering.check(pattern, reset)
    if problem:
        return problem, False
    length = len(numbering.render(pattern, 1, today))
    width = len(numbering.render(pattern, 10, today)) - length
    words = ngettext("{n} character", "{n} characters", length).format(n=length)
    if width:
        return _("Repeats never, {length}. More digits would sort better.").format(length=words), True
    return _("Sorts well, repeats never, {length}").format(length=words), True


class NumberingSection(SettingsSection):
    """See the module."""

    key = "numbering"

    def build(self) -> None:
        self._kind = "invoice"
        self._heading = label("", "h")
        self.form = Form(
            [
                Field("pattern", _("How the numbers look"), "own", make=TokenInput),
                Field("next", _("Next number"), "number", decimals=0, width=0.5),
                Field("reset", _("Start again"), "choice", choices=_resets(), width=0.5),
            ]
        )
        self.form.edited.connect(self._edited)
        self.form.left.connect(self._left)
        self._preview = Preview()
        left = stack(self.form, label(_about_gaps(), "small", "text2", wrap=True), "stretch", gap=8)
        self._insert = self._insert_row()
        self.form.boxes["pattern"].layout().insertWidget(2, self._insert)
        body = row(left, self._preview, gap=24)
        body.setStretch(0, 1)
        card = QFrame()
        card.setProperty("k", "card")
        box = column(card, self._heading, gap=10, margins=(20, 16, 20, 18))
        box.addLayout(body)
        self.table = RowTable(
            [Col(_("Series")), Col(_("Pattern")), Col(_("Next"), 124), Col(_("Last given"), 124), Col(_("Check"), 120)],
            on=self.choose,
        )
        series = frame(
            "card", row(label(_("All series"), "h"), margins=(16, 2, 16, 4)), self.table, margins=(1, 12, 1, 8)
        )
        column(self, card, series, gap=12)

    def _insert_row(self) -> QWidget:
        holder = QWidget()
        names = {"{year}": _("Year"), "{month}": _("Month"), "{counter:04}": _("Number")}
        buttons = [Button(names[token], "small", on=partial(self._put_in, token)) for token in _TOKENS]
        line_of(holder, label(_("Insert"), "small", "text2"), *buttons, "stretch", gap=6, margins=(0, 4, 0, 0))
        return holder

    # ---- showing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._tell_table()
        self._show()

    def choose(self, place: int) -> None:
        """Show a series."""
        self._kind = numbering.all_series()[place].kind
        self.refresh()

    def _show(self) -> None:
        found, today = numbering.series(self._kind), dates.today()
        self._heading.setText(series_name(self._kind))
        last = numbering.last_counter(self._kind, today)
        if not self.form.input("pattern").line.hasFocus():
            self.form.put("pattern", found.pattern)
        self.form.put("next", Decimal(last + 1))
        self.form.put("reset", found.reset)
        box = self.form.boxes["next"]
        hint = _("Higher than {last}, the last one given").format(last=formats.count(last)) if last else ""
        box.field = replace(box.field, hint=hint)
        box.say("")
        self._tell_preview()

    def _tell_table(self) -> None:
        today, found = dates.today(), numbering.all_series()
        rows = []
        for series in found:
            last = numbering.last_counter(series.kind, today)
            left_out = sum(len(part) for part in numbering.left_out(series.kind, today))
            gaps = ngettext("{n} left out", "{n} left out", left_out).format(n=left_out)
            rows.append(
                [
                    Cell(series_name(series.kind), strong=True),
                    Cell(_plain(series.pattern), "muted"),
                    Cell(numbering.preview(series.kind, today), strong=True),
                    Cell(numbering.render(series.pattern, last, today) if last else formats.DASH, "muted"),
                    status(gaps if left_out else _("No gaps"), "amber" if left_out else "green"),
                ]
            )
        self.table.tell(rows, [s.kind for s in found].index(self._kind))

    def _tell_preview(self) -> None:
        today = dates.today()
        pattern, reset = self.form.input("pattern").value(), self.form.input("reset").value() or "yearly"
        said, good = judgement(pattern, reset, today)
        following = self.form.input("next").value()
        self._preview.tell(pattern if good else "", int(following or 1), reset, said)
        self.form.boxes["pattern"].say("" if good else said)

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def _put_in(self, token: str) -> None:
        self.form.input("pattern").insert_token(token)
        self.form.input("pattern").setFocus()

    def _edited(self, _name: str) -> None:
        self._tell_preview()

    def _left(self, name: str) -> None:
        self._tell_preview()
        if self.form.input(name).problem():
            return
        pattern, reset = self.form.input("pattern").value(), self.form.input("reset").value()
        if name == "next":
            number = int(self.form.input("next").value() or 0)
            kept = self.kept(partial(numbering.set_next, self._kind, dates.today(), number), self.form, name)
        else:
            kept = self.kept(partial(numbering.save, self._kind, pattern, reset), self.form, "pattern")
        if kept:
            self._tell_table()
            self._show()


def _about_gaps() -> str:
    return _(
        "A number is taken only when a document is issued. A deleted draft never takes one, so it leaves no gap. If you "
        "start higher here, the numbers in between are noted as left out on purpose."
    )


def _resets() -> list[tuple[str, str]]:
    return [("yearly", _("Every year on 1 January")), ("never", _("Never"))]


def _pair(words: QLabel, value: QLabel) -> QHBoxLayout:
    """Words that may be cut, and at the right a value that may not."""
    made = row(words, value, gap=10)
    made.setStretch(0, 1)
    return made


class Preview(QFrame):
    """What the numbers will look like: the next two, on 1 January, after 9,999."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "sunk")
        self.setFixedWidth(min(theme.px(312), 340))
        self.number = label("", "display")
        self.then, self.january, self.many = label("", "m"), label("", "m"), label("", "m")
        self._january_words, self._many_words = ElidedLabel("", "body", "text2"), ElidedLabel("", "body", "text2")
        self._icon, self._said = QLabel(), label("", "small", "green", wrap=True)
        said = row(self._icon, self._said, gap=6)
        said.setStretch(1, 1)
        column(
            self, label(_("Looks like this"), "small", "text2"), 8, self.number, 10, hairline(), 6,
            _pair(ElidedLabel(_("The one after it"), "body", "text2"), self.then), 6, hairline(), 6,
            _pair(self._january_words, self.january), 6, hairline(), 6,
            _pair(self._many_words, self.many), 14, said, "stretch", margins=(17, 14, 17, 14),
        )  # fmt: skip

    def tell(self, pattern: str, following: int, reset: str, said: str) -> None:
        """Show a pattern from its next number on; an empty pattern shows only what is wrong."""
        today = dates.today()
        january = date(today.year + 1, 1, 1)
        self._january_words.setText(formats.day_long(january))
        self._many_words.setText(_("After {n}").format(n=formats.count(9999)))
        good = bool(pattern)
        first = 1 if reset == "yearly" else following + 1
        texts = (
            (self.number, numbering.render(pattern, following, today) if good else formats.DASH),
            (self.then, numbering.render(pattern, following + 1, today) if good else formats.DASH),
            (self.january, numbering.render(pattern, first, january) if good else formats.DASH),
            (self.many, numbering.render(pattern, 10000, today) if good else formats.DASH),
        )
        for words, text in texts:
            words.setText(formats.isolate(text))
        self._said.setText(said)
        recolor(self._said, "c", "green" if good else "red")
        name = "circle-check" if good else "circle-alert"
        self._icon.setPixmap(icons.pixmap(name, "green" if good else "red", 14, self.devicePixelRatioF()))
