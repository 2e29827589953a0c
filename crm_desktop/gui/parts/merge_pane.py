"""Two customers that may be the same, side by side: what each says, which of it is kept, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import customers, likeness, merging
from crm_desktop.customers.customers import Customer
from crm_desktop.customers.duplicates import Pair
from crm_desktop.customers.merging import BOTH, GROUPS, JOINABLE, MINE, THEIRS, Difference
from crm_desktop.gui import icons, theme
from crm_desktop.gui.parts import merge_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, ButtonRow
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.gui.widgets.pill import Pill

_HEIGHT, _PAD, _TICK = 32, 10, 16


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair as the list and the pane show it."""

    id: int
    pair: Pair
    name: str
    other: str
    kind: str
    city: str
    score: int
    reasons: str
    apart: bool


class ChoiceCell(QAbstractButton):
    """One side of a field; the chosen one has a tick and an accent frame."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__()
        self.setText(words)
        self.setCheckable(True)
        self.setToolTip(words)
        said = words or _("nothing")
        self.setAccessibleName(f"{name}: {said}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), max(_HEIGHT, QFontMetrics(theme.font("body")).height() + 14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = mirrored(QPainter(self), self.rect(), self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(theme.color("focus" if self.hasFocus() else "accent" if chosen else "line"))
        painter.setBrush(theme.color("sel" if chosen else "hover" if self.underMouse() else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        room = self.rect().adjusted(_PAD, 0, -_PAD, 0)
        if chosen:
            picture = icons.pixmap("check", "accentText", _TICK, self.devicePixelRatioF())
            painter.drawPixmap(room.right() - _TICK, room.center().y() - _TICK // 2 + 1, picture)
            room.adjust(0, 0, -_TICK - 6, 0)
        painter.setFont(theme.font("m" if chosen else "body"))
        painter.setPen(theme.color("text" if chosen else "text2"))
        words = self.fontMetrics().elidedText(self.text() or formats.DASH, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
        painter.end()


class MergePane(QFrame):
    """See the module. `on_merge(keep, lose, choices)` and `on_apart(pair)` do what the buttons say."""

    def __init__(
        self,
        on_merge: Callable[[int, int, dict[str, str]], object],
        on_apart: Callable[[Pair], object],
        on_open: Callable[[int], object],
    ) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._on_merge, self._on_apart, self._on_open = on_merge, on_apart, on_open
        self.shown: PairRow | None = None
        self.keep_id = self.lose_id = 0
        self.choices: dict[str, str] = {}
        self.cells: dict[tuple[str, str], ChoiceCell] = {}
        self._score, self._reasons = Pill(), label("", "body", "text2", wrap=True)
        self.merge_button = Button(_("Merge"), "primary", "check", on=self.merge, tip=_("Make one of the two (Enter)"))
        self.apart_button = Button(_("Not the same"), "secondary", "x", on=self.keep_apart)
        self.swap_button = Button(_("Keep the other"), "secondary", "repeat", on=self.swap)
        self._buttons = ButtonRow(self.merge_button, self.apart_button, self.swap_button)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._after = label("", "small", "text2", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        head = row(self._score, self._reasons, gap=10)
        head.setStretch(1, 1)
        whole = QWidget()
        column(
            whole, head, self._buttons, hairline(), self._grid, self._after, "stretch", gap=12, margins=(20, 14, 20, 14)
        )
        column(self, scroll(whole))

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_row(self, shown: PairRow) -> None:
        """Lay the two of a pair side by side; the older one is kept unless it is swapped."""
        same = self.shown is not None and self.shown.pair == shown.pair
        self.shown = shown
        if not same:
            self.keep_id, self.lose_id, self.choices = shown.pair.first, shown.pair.second, {}
        self._score.say(formats.count(shown.score), _tone(shown.score))
        self._reasons.setText(", ".join(likeness.reason_words(shown.pair.reasons)) or _("Chosen by you"))
        self.apart_button.setText(_("Ask again") if shown.apart else _("Not the same"))
        self.apart_button.setToolTip(
            _("Let the pair be asked about again (N)") if shown.apart else _("They stay two (N)")
        )
        self._buttons.fit()
        self._fill()

    def _fill(self) -> None:
        clear(self._grid)
        self.cells.clear()
        keep, lose = customers.get(self.keep_id), customers.get(self.lose_id)
        for place, one, words in ((1, keep, _("Is kept")), (2, lose, _("Is archived"))):
            self._grid.addLayout(self._heading(one, words), 0, place)
        self._grid.setColumnMinimumWidth(0, theme.px(64))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        different = {one.key: one for one in merging.differences(self.keep_id, self.lose_id)}
        self.mine_button = Button(_("Keep mine"), "link", on=partial(self._choose_all, MINE))
        self.theirs_button = Button(_("Take theirs"), "link", on=partial(self._choose_all, THEIRS))
        if different:
            self._grid.addWidget(self.mine_button, 1, 1, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(self.theirs_button, 1, 2, Qt.AlignmentFlag.AlignLeft)
        for key in dict.fromkeys([*GROUPS, *different]):
            if key in different:
                self._add_choice(different[key])
            else:
                self._add_same(key, keep, lose)
        self._tell_after(keep, lose)

    def _heading(self, one: Customer, words: str) -> QGridLayout:
        box = QGridLayout()
        name = ElidedLabel(one.name, "b")
        name.setToolTip(one.name)
        opener = Button(pgettext("verb", "Open"), "link", on=partial(self._on_open, one.id))
        opener.setAccessibleName(_("Open {name}").format(name=one.name))
        box.addLayout(
            stack(
                label(words, "small", "text2"), name, label(merge_words.about(one), "small", "text2", wrap=True), gap=2
            ),
            0,
            0,
        )
        box.addWidget(opener, 1, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _add_choice(self, one: Difference) -> None:
        line = self._grid.rowCount()
        name = merge_words.label_of(one.key)
        chosen = self.choices.setdefault(one.key, one.choice)
        self._grid.addWidget(label(name, "small", "text2"), line, 0)
        for place, side, values in ((1, MINE, one.mine), (2, THEIRS, one.theirs)):
            cell = ChoiceCell(merge_words.text_of(one.key, values), name)
            cell.setChecked(chosen in (side, BOTH))
            cell.clicked.connect(partial(self._chosen, one.key, side))
            self._grid.addWidget(cell, line, place)
            self.cells[one.key, side] = cell

    def _add_same(self, key: str, keep: Customer, lose: Customer) -> None:
        """A line that asks nothing: both say the same, or only the one that is kept says anything."""
        mine, theirs = (
            merge_words.text_of(key, {name: getattr(one, name) for name in GROUPS[key]}) for one in (keep, lose)
        )
        if not mine and not theirs:
            return
        line = self._grid.rowCount()
        self._grid.addWidget(label(merge_words.label_of(key), "small", "text2"), line, 0)
        for place, words in ((1, mine), (2, theirs)):
            shown = ElidedLabel(words or formats.DASH, "body", "text2")
            shown.setContentsMargins(_PAD, 4, 0, 4)
            self._grid.addWidget(shown, line, place)

    def _tell_after(self, keep: Customer, lose: Customer) -> None:
        words = _(
            "{name} keeps everything of both: people, notes, contracts, further addresses and numbers. {other} is "
            "archived; its issued documents stay as they are and show with {name}."
        )
        self._after.setText(words.format(name=keep.name, other=lose.name))

    # ---- choosing ----------------------------------------------------------------------------------------------------

    def _chosen(self, key: str, side: str) -> None:
        """Choose one side; of texts that can be joined a click takes a side in or out, one is always left."""
        other = THEIRS if side == MINE else MINE
        if key in JOINABLE:
            both = {one for one in (MINE, THEIRS) if self.cells[key, one].isChecked()}
            side = BOTH if len(both) == 2 else next(iter(both), other)
        self.choices[key] = side
        for one in (MINE, THEIRS):
            self.cells[key, one].setChecked(side in (one, BOTH))

    def _choose_all(self, side: str) -> None:
        for key, of in self.cells:
            self.cells[key, of].setChecked(of == side)
            self.choices[key] = side

    def swap(self) -> None:
        """Keep the other record; what was chosen stays the same text."""
        turned = {MINE: THEIRS, THEIRS: MINE, BOTH: BOTH}
        self.keep_id, self.lose_id = self.lose_id, self.keep_id
        self.choices = {key: turned[side] for key, side in self.choices.items()}
        self._fill()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def merge(self) -> None:
        """Make one of the two as chosen."""
        if self.shown is not None:
            self._on_merge(self.keep_id, self.lose_id, dict(self.choices))

    def keep_apart(self) -> None:
        """Call them different, or take that back."""
        if self.shown is not None:
            self._on_apart(self.shown.pair)


def _tone(score: int) -> str:
    return "green" if score >= 90 else "amber"
