"""Settings, pipeline: the stages of the board, where deals come from, and to whom they are lost."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import EMPTY, Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.sales import competitors, pipeline_stages, sources
from crm_desktop.sales.pipeline_stages import Stage


class PipelineSection(SettingsSection):
    """See the module."""

    key = "pipeline"

    def build(self) -> None:
        self.stages = RowTable(
            [
                Col(_("Stage")), Col(_("Probability"), 110, right=True), Col(_("Silent after"), 160, right=True),
                Col(_("Deals"), 80, right=True),
            ],
            on=self._edit_stage,
        )  # fmt: skip
        self.sources = RowTable(
            [Col(_("Source")), Col(_("Cost"), 130, right=True), Col(_("Deals"), 80, right=True)], on=self._edit_source
        )
        self.rivals = RowTable(
            [
                Col(_("Competitor")),
                Col(_("Good at"), 200),
                Col(_("Weak at"), 200),
                Col(_("Lost to them"), 110, right=True),
            ],
            on=self._edit_rival,
        )
        self.add_stage = Button(_("Add stage"), "small", "plus", on=self._new_stage)
        self.add_source = Button(_("Add source"), "small", "plus", on=self._new_source)
        self.add_rival = Button(_("Add competitor"), "small", "plus", on=self._new_rival)
        column(
            self,
            _card(_("Stages of the board"), self.stages, self.add_stage),
            _card(_("Where deals come from"), self.sources, self.add_source),
            _card(_("Competitors"), self.rivals, self.add_rival),
            gap=14,
        )

    def refresh(self) -> None:
        self._stages, deals = pipeline_stages.all_stages(), pipeline_stages.counts()
        self.stages.tell([_stage_row(stage, deals.get(stage.id, 0)) for stage in self._stages])
        self._sources, money = sources.all_sources(), profile.load().currency
        self.sources.tell([_source_row(source, money) for source in self._sources])
        self._rivals = competitors.all_competitors()
        self.rivals.tell([_rival_row(rival) for rival in self._rivals])

    # ---- stages ------------------------------------------------------------------------------------------------------

    def _stage_fields(self, stage: Stage | None = None) -> list[Field]:
        fields = [
            Field("name", _("Name"), needed=True, placeholder=_("For example Visit")),
            Field("probability", _("Probability in percent"), "number", decimals=0, width=0.5),
            Field("stale_days", _("Silent after days without contact"), "number", decimals=0, width=0.5,
                  hint=_("0 is never")),
        ]  # fmt: skip
        if stage is not None:
            others = [(0, _("stays where it is")), *self._places(stage)]
            fields.append(Field("place", _("Place on the board"), "choice", choices=others))
        return fields

    def _places(self, stage: Stage) -> list[tuple[int, str]]:
        """By how many places a stage can be moved, in words."""
        here = next(n for n, found in enumerate(self._stages) if found.id == stage.id)
        words = _("after {stage}")
        return [
            (there - here, _("first") if there == 0 else words.format(stage=self._before(here, there)))
            for there in range(len(self._stages))
            if there != here
        ]

    def _before(self, here: int, there: int) -> str:
        order = [found.name for n, found in enumerate(self._stages) if n != here]
        return order[there - 1]

    def _new_stage(self) -> None:
        start = {"probability": Decimal(50), "stale_days": Decimal(14)}
        found = dialogs.fill_in(
            _("New stage"), self._stage_fields(), start, act=_("Add stage"), check=partial(_keep_stage, None)
        )
        self._kept(found)

    def _edit_stage(self, place: int) -> None:
        stage = self._stages[place]
        values = {
            "name": stage.name, "probability": Decimal(stage.probability_bp) / 100,
            "stale_days": Decimal(stage.stale_days), "place": 0,
        }  # fmt: skip
        self._ask(stage.name, self._stage_fields(stage), values, partial(_keep_stage, stage.id), _("Remove stage"),
                  partial(pipeline_stages.remove, stage.id))  # fmt: skip

    # ---- sources and competitors -------------------------------------------------------------------------------------

    @staticmethod
    def _source_fields() -> list[Field]:
        money = profile.load().currency
        return [
            Field("name", _("Name"), needed=True, placeholder=_("For example Recommended")),
            Field("cost_minor", _("What it cost so far"), "money", currency=money, width=0.5),
            Field("note", _("Note"), "lines", rows=2),
        ]

    def _new_source(self) -> None:
        check = partial(_keep_source, None)
        self._kept(dialogs.fill_in(_("New source"), self._source_fields(), {}, act=_("Add source"), check=check))

    def _edit_source(self, place: int) -> None:
        found = self._sources[place]
        values = {"name": found.name, "cost_minor": found.cost_minor or None, "note": found.note}
        self._ask(found.name, self._source_fields(), values, partial(_keep_source, found.id), _("Remove source"),
                  partial(sources.remove, found.id))  # fmt: skip

    @staticmethod
    def _rival_fields() -> list[Field]:
        return [
            Field("name", _("Name"), needed=True),
            Field("website", _("Website")),
            Field("strengths", _("Good at"), "lines", rows=2),
            Field("weaknesses", _("Weak at"), "lines", rows=2),
            Field("note", _("Note"), "lines", rows=2),
        ]

    def _new_rival(self) -> None:
        check = partial(_keep_rival, None)
        self._kept(dialogs.fill_in(_("New competitor"), self._rival_fields(), {}, act=_("Add competitor"), check=check))

    def _edit_rival(self, place: int) -> None:
        found = self._rivals[place]
        values = {name: getattr(found, name) for name in ("name", "website", "strengths", "weaknesses", "note")}
        self._ask(found.name, self._rival_fields(), values, partial(_keep_rival, found.id), _("Remove competitor"),
                  partial(competitors.remove, found.id))  # fmt: skip

    def _ask(self, heading: str, fields: list[Field], values: dict[str, Any], check: Any, *removing: Any) -> None:
        """Let a row be changed or removed; `removing` are the words of its button and what it does."""
        words, remove = removing
        answer = dialogs.fill_in_or_remove(
            heading, fields, values, act=pgettext("save", "Keep"), check=check, remove=words
        )
        if answer == "remove" and self.kept(remove):
            self.page.toast.emit(_("{name} removed").format(name=heading), True)
        elif answer == "act":
            self.saved()
        self.refresh()

    def _kept(self, found: dict[str, Any] | None) -> None:
        if found is not None:
            self.saved()
            self.refresh()


def _card(heading: str, table: RowTable, add: Button) -> QFrame:
    table.setAccessibleName(heading)
    head = row(label(heading, "h"), "stretch", add, margins=(16, 0, 14, 6))
    return frame("card", head, table, margins=(1, 12, 1, 8))


def _stage_row(stage: Stage, deals: int) -> list[Cell]:
    days = ngettext("{n} day", "{n} days", stage.stale_days).format(n=stage.stale_days)
    return [
        Cell(stage.name, strong=True),
        Cell(deal_words.share(stage.probability_bp)),
        Cell(days if stage.stale_days else _("never"), "muted"),
        Cell(formats.count(deals), "muted") if deals else EMPTY,
    ]


def _source_row(source: sources.Source, money: str) -> list[Cell]:
    cost = Cell(formats.money_text(source.cost_minor, money)) if source.cost_minor else EMPTY
    return [Cell(source.name, strong=True), cost, Cell(formats.count(source.deals), "muted") if source.deals else EMPTY]


def _rival_row(rival: competitors.Competitor) -> list[Cell]:
    def line(text: str) -> Cell:
        return Cell(text.split("\n", 1)[0], "muted") if text else EMPTY

    lost = Cell(formats.count(rival.lost)) if rival.lost else EMPTY
    return [Cell(rival.name, strong=True), line(rival.strengths), line(rival.weaknesses), lost]


def _keep_stage(stage_id: int | None, values: dict[str, Any]) -> None:
    own = {
        "name": values["name"],
        "probability_bp": int((values["probability"] or 0) * 100),
        "stale_days": int(values["stale_days"] or 0),
    }
    kept = pipeline_stages.save(own, stage_id)
    if values.get("place"):
        pipeline_stages.shift(kept, values["place"])


def _keep_source(source_id: int | None, values: dict[str, Any]) -> None:
    sources.save(values | {"cost_minor": values["cost_minor"] or 0}, source_id)


def _keep_rival(rival_id: int | None, values: dict[str, Any]) -> None:
    competitors.save(values, rival_id)
