"""Segments: groups of customers by any field, figure or date; built in plain words, with the hits below while one builds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QWidget

from crm_desktop.company import profile
from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.customers import customer_list, lifecycle
from crm_desktop.customers.customer_list import CustomerRow
from crm_desktop.gui import failures
from crm_desktop.gui.parts import segment_builder, segment_ready, stage_tones
from crm_desktop.gui.parts.segment_builder import SegmentBuilder
from crm_desktop.gui.parts.segment_overlap import OverlapDialog
from crm_desktop.gui.parts.segment_ready import WorkedOut
from crm_desktop.gui.widgets import dialogs, formats, inputs
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, row, scroll
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum
from crm_desktop.insight import segments
from crm_desktop.insight.segments import Conditions

_ASK_AFTER_MS, _HIGHEST = 300, 236


class SegmentsPage(ListPage):
    """The builder above, the customers that fit below."""

    key = "segments"
    tables: ClassVar = (
        "segment", "customer", "customer_tag", "tag", "document", "payment", "custom_field", "custom_value", "consent",
        "lifecycle_stage",
    )  # fmt: skip

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        self._segment = 0
        self._asked = Conditions()
        self._stages = {stage.id: stage for stage in lifecycle.stages()}
        return ListSpec(
            title=_("Segments"),
            columns=_columns(self._currency, self._stage_cell),
            order="name",
            row="row_avatar",
            search_hint=_("Find in this segment"),
            empty=Empty("list-filter", _("No customer fits"), _("Change a condition above, or take one away.")),
            acts=[
                Act(
                    _("Show in customers"),
                    self.show_in_list,
                    "users",
                    tip=_("The list of customers, narrowed to this segment"),
                ),
                Act(_("Export"), self.export, "file-spreadsheet", tip=_("Export this list (Ctrl+E)")),
            ],
            new=Act(_("New segment"), self.begin, "plus", tip=_("New segment (Ctrl+N)")),
        )

    def _build(self) -> None:
        super()._build()
        self._worked = WorkedOut(self._worked_out)
        self._shown = Conditions()
        self.builder = SegmentBuilder()
        self.builder.changed.connect(self._edited)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_ASK_AFTER_MS)
        self._wait.timeout.connect(self._ask_anew)
        self.choice = inputs.ChoiceInput([], searchable=True)
        self.choice.setFixedWidth(260)
        self.choice.setAccessibleName(_("Segment"))
        self.choice.edited.connect(self._chosen)
        self.save_button = Button(_("Save"), "secondary", "check", on=self.keep)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.words = ElidedLabel("", "small", "text2")
        self.trend = ElidedLabel("", "small", "text2")
        self._area = scroll(self.builder)
        holder = QFrame()
        holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        more = menu_button("ellipsis", _("More"), self._menu)
        top = row(self.choice, self.save_button, more, 8, self.trend, "stretch")
        column(holder, top, self._area, self.words, gap=8, margins=(24, 0, 20, 8))
        left = self._split.widget(0).layout()
        left.insertWidget(1, holder)  # type: ignore[attr-defined]
        for before, after in pairwise((self.new_button, self.choice, self.save_button, more)):
            QWidget.setTabOrder(before, after)
        self.builder.comes_after = more
        self.builder.order_tabs()

    # ---- showing -----------------------------------------------------------------------------------------------------

    def activate(
        self, view: str = "", search: str = "", select: int = 0, *, segment: int = 0, id: int = 0, **filters: Any
    ) -> None:
        """Enter the page, optionally with a saved segment; else with the one that was shown last."""
        wanted = segment or id or self._segment or int(preferences.get("segments/last") or 0)
        self._fill_choice()
        if wanted and wanted != self._segment:
            failures.guarded(partial(self.show_segment, wanted))
        super().activate(view, search, select, **filters)
        self.tell_now()

    def show_segment(self, segment_id: int) -> None:
        """Show a saved segment."""
        known = {found.id: found for found in segments.all_segments()}
        if segment_id not in known:
            return
        self._segment = segment_id
        preferences.put("segments/last", segment_id)
        self.choice.set_value(segment_id)
        self.builder.show_conditions(known[segment_id].conditions)
        self._ask_anew()
        self._note_count()
        self.tell_now()

    def _note_count(self) -> None:
        """Keep how many a saved segment has today, as soon as that is known."""
        if self._segment and self._shown == segments.get(self._segment).conditions:
            segments.note_count(self._segment, len(self.model.ids))

    def _worked_out(self) -> None:
        """Ask again, now that the figures are known."""
        self._ask_anew()
        self._note_count()
        self.tell_now()

    def _fill_choice(self) -> None:
        saved = [(found.id, found.name) for found in segments.all_segments()]
        self.choice.set_choices([(0, _("New segment, not saved yet")), *saved])
        self.choice.set_value(self._segment)

    def _chosen(self) -> None:
        chosen = self.choice.value()
        if chosen:
            self.show_segment(int(chosen))
        elif chosen == 0:
            self.begin()

    def refresh(self) -> None:
        self._stages = {stage.id: stage for stage in lifecycle.stages()}
        if self._segment not in (0, *(found.id for found in segments.all_segments())):
            self._segment = 0
        self._fill_choice()
        super().refresh()
        self.tell_now()

    def _edited(self) -> None:
        self._wait.start()
        self._fit_builder()

    def _ask_anew(self) -> None:
        self._wait.stop()
        self._ask()
        self.tell_now()

    def tell_now(self) -> None:
        """Say what is asked, what is wrong, and how the number grew."""
        found = self.builder.conditions()
        asked, problem = segment_builder.askable(found)
        self.words.setText(problem or segments.words(asked))
        self.words.setProperty("c", "amber" if problem else "text2")
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        saved = segments.get(self._segment).conditions if self._segment else Conditions()
        self.save_button.setEnabled(found != saved and not problem and not found.is_empty)
        days = segments.trend(self._segment) if self._segment else []
        words = [_("{n} on {day}").format(n=formats.count(n), day=formats.day_short(day)) for day, n in days]
        self.trend.setText("  ·  ".join(words))
        self._fit_builder()

    def _fit_builder(self) -> None:
        """Let the builder be as high as its conditions, and scroll when they are many."""
        self._area.setFixedHeight(min(_HIGHEST, self.builder.wanted_height()))

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        asked, _problem = segment_builder.askable(self.builder.conditions())
        if not self._worked.ready(asked):
            # What was shown stays when only its figures are worked out anew.
            return list(self.model.ids) if asked == self._shown else []
        self._shown = asked
        narrowed = customer_list.Filters(among=None if asked.is_empty else segments.compiled(asked))
        return customer_list.ids(search=search, order=order, descending=descending, filters=narrowed)

    def _tell_nothing(self) -> None:
        super()._tell_nothing()
        if self._worked.waits and not self.model.ids:
            self.empty.tell(segment_ready.not_yet())

    def rows(self, ids: list[int]) -> Sequence[CustomerRow]:
        return customer_list.rows(ids)

    def count_text(self, number: int) -> str:
        return ngettext("{n} customer", "{n} customers", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        total = customer_list.open_sum(ids)
        return [Sum(_("Open in this list"), formats.money_text(total, self._currency))] if total else []

    def _stage_cell(self, found: CustomerRow) -> Cell:
        stage = self._stages.get(found.stage_id or 0)
        if stage is None:
            return EMPTY
        fading = stage.code in lifecycle.FADING
        return status(stage.label, stage_tones.tone_of(stage) if fading else "grey", pill=fading)

    def _narrowed(self) -> bool:
        return bool(self.model.search)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("customer", row_id)

    def begin(self) -> None:
        """Begin an empty segment."""
        self._segment = 0
        self.choice.set_value(0)
        self.builder.show_conditions(Conditions())
        self.builder.groups[0].add_row()
        self._ask_anew()

    def new(self) -> None:
        self.begin()

    def primary(self) -> None:
        self.keep()

    def save_now(self) -> None:
        if self.save_button.isEnabled():
            self.keep()

    def keep(self) -> None:
        """Save the segment; a new one is asked for its name."""
        found = self.builder.conditions()
        if not self._segment:
            self._name(_("Save this segment"), "", lambda name: segments.save(name, found))
        elif failures.guarded(lambda: segments.save(segments.get(self._segment).name, found, self._segment)):
            self._kept(self._segment)

    def _name(self, heading: str, name: str, keep: Any) -> None:
        made: list[int] = []
        fields = [Field("name", _("Name"), needed=True, placeholder=_("For example Lamp collectors"))]
        answer = dialogs.fill_in(
            heading, fields, {"name": name}, act=pgettext("save", "Keep"),
            check=lambda values: made.append(keep(values["name"])),
        )  # fmt: skip
        if answer is not None and made:
            self._kept(made[-1])

    def _kept(self, segment_id: int) -> None:
        self._segment = segment_id
        preferences.put("segments/last", segment_id)
        self._note_count()
        self._fill_choice()
        self.tell_now()
        self.toast.emit(_("Segment “{name}” kept").format(name=segments.get(segment_id).name), True)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for words, act in (
            (_("Rename…"), self.rename),
            (_("Duplicate"), self.duplicate),
            (_("Compare with another…"), self.compare),
            (_("Delete segment"), self.remove),
        ):
            self._menu.addAction(words, act).setEnabled(bool(self._segment))

    def rename(self) -> None:
        """Ask for another name."""
        saved = segments.get(self._segment)
        self._name(_("Rename segment"), saved.name, lambda name: segments.save(name, saved.conditions, saved.id))

    def duplicate(self) -> None:
        """Make a copy and show it."""
        if self._segment:
            made: list[int] = []
            if failures.guarded(lambda: made.append(segments.duplicate(self._segment))):
                self._fill_choice()
                self.show_segment(made[0])

    def compare(self) -> None:
        """Lay another segment over this one."""
        if self._segment:
            OverlapDialog(self._segment, partial(self.open_record.emit, "customer")).ask()

    def remove(self) -> None:
        """Delete the segment; its customers stay."""
        name, gone = segments.get(self._segment).name, self._segment
        if failures.guarded(lambda: segments.remove(gone)):
            self.begin()
            self._fill_choice()
            self.toast.emit(_("Segment “{name}” deleted").format(name=name), True)

    def show_in_list(self) -> None:
        """Show the list of customers, narrowed to this segment."""
        if not self._segment:
            self.keep()
        if self._segment:
            self.go.emit("customers", {"view": "all", "segment": self._segment})

    def can(self, command: str) -> bool:
        return command in ("primary", "new") or super().can(command)


def _columns(currency: str, stage: Any) -> list[Column]:
    return [
        Column("name", _("Customer"), "avatar", width=300, detail="city", kind_of="kind", stretch=True),
        Column("number", _("Number"), "muted", width=96),
        Column("email", _("E-mail"), "muted", width=200, sortable=False),
        Column("phone", _("Phone"), "muted", width=140, sortable=False, shown=False),
        Column("stage_id", _("Stage"), "status", width=112, sortable=False, cell=stage),
        Column("tags", _("Tags"), "muted", width=150, sortable=False, shown=False),
        Column("last_contact", _("Last contact"), "near", width=120, newest_first=True),
        Column("open_minor", _("Open {currency}").format(currency=currency), "money", width=112, order="open",
               tone=lambda found: "red" if found.overdue else "", newest_first=True),
    ]  # fmt: skip
