"""Settings, customer stages: their names and order, the rules that move customers, and how companies and people are treated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.company import payment_terms
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.customers import kind_defaults, lifecycle, lifecycle_rules
from crm_desktop.customers.kind_defaults import Treatment
from crm_desktop.customers.lifecycle import Stage
from crm_desktop.customers.lifecycle_rules import Rule
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.insight import lifecycle_moves

_TRIED = 12
_KINDS = ("organisation", "person")


def _events() -> list[tuple[str, str]]:
    return [
        ("first_paid_invoice", _("First paid invoice")),
        ("first_invoice", _("First invoice")),
        ("orders", _("So many orders")),
        ("quiet", _("No order for so many times their usual interval")),
        ("idle_days", _("No order and no contact for so many days")),
        ("opportunity", _("A deal is opened")),
        ("quote", _("A quote is issued")),
    ]


class LifecycleSection(SettingsSection):
    """See the module."""

    key = "lifecycle"

    def build(self) -> None:
        self.stages = RowTable([Col(_("Stage")), Col(_("Customers"), 110, right=True)], on=self._edit_stage)
        self.add = Button(_("Add stage"), "small", "plus", on=self._add_stage)
        head = row(label(_("Stages"), "h"), "stretch", self.add, margins=(16, 0, 14, 6))
        self.rules = RowTable([Col(_("When")), Col(_("Leads to"), 150), Col("", 60)], on=self._edit_rule)
        self.add_rule = Button(_("Add rule"), "small", "plus", on=self._add_rule)
        rule_head = row(label(_("Rules"), "h"), "stretch", self.add_rule, margins=(16, 2, 14, 6))
        said = label(
            _("Rules are asked in this order when the program opens, each new day, and after invoices, payments and deals. Each "
              "move stands in the history with its reason and can be undone. The usual interval is the median of the days "
              "between orders, from the third day with an order on; before that, that of all your customers counts, half a year "
              "at least. A move by hand holds until something new happens after "
              "that day; silence is then counted anew."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        self.kinds = {kind: Form(_treatment_fields()) for kind in _KINDS}
        for kind, form in self.kinds.items():
            form.left.connect(partial(self._keep_kind, kind))
        kind_note = label(
            _("New drafts and prepared texts begin so, unless the customer's own record says otherwise."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        column(
            self, frame("card", head, self.stages, margins=(1, 12, 1, 8)),
            frame("card", rule_head, self.rules, margins=(1, 12, 1, 8)), said,
            frame("card", label(_("Companies"), "h"), self.kinds["organisation"], label(_("Private people"), "h"),
                  self.kinds["person"], kind_note, gap=10), gap=12,
        )  # fmt: skip

    def refresh(self) -> None:
        self._stages, self._rules, counts = lifecycle.stages(), lifecycle_rules.rules(), lifecycle.counts()
        self.stages.tell(
            [
                [Cell(stage.label, strong=True), Cell(formats.count(counts.get(stage.id, 0)), "muted")]
                for stage in self._stages
            ]
        )
        names = {stage.id: stage.label for stage in self._stages}
        self.rules.tell([[*_rule_cells(rule, names)] for rule in self._rules])
        for kind, form in self.kinds.items():
            found = kind_defaults.usual(kind)
            form.load({"price_mode": found.price_mode, "tone": found.tone, "payment_terms_id": found.payment_terms_id})

    # ---- stages ------------------------------------------------------------------------------------------------------

    def _add_stage(self) -> None:
        field = Field("name", _("Name"), needed=True, placeholder=_("For example Friend of the house"))
        made = dialogs.fill_in(
            _("New stage"), [field], act=_("Add stage"), check=lambda values: lifecycle.save_stage(values["name"])
        )
        if made is not None:
            self._changed()

    def _edit_stage(self, place: int) -> None:
        stage = self._stages[place]
        others = [(other.id, other.label) for other in self._stages if other.id != stage.id]
        places = [(n, _("{n}.").format(n=n + 1)) for n in range(len(self._stages))]
        fields = [
            Field("name", _("Name"), width=0.7, hint=_("Empty: our own name") if stage.code else ""),
            Field("place", _("Place in the row"), "choice", choices=places, width=0.3),
        ]

        def keep(values: dict[str, Any]) -> None:
            lifecycle.save_stage(values["name"], stage.id)
            if values["place"] != place:
                ids = [other for other, _name in others]
                ids.insert(values["place"], stage.id)
                lifecycle.set_order(ids)

        answer = dialogs.fill_in_or_remove(
            stage.label, fields, {"name": stage.label, "place": place}, act=pgettext("save", "Keep"), check=keep,
            remove=_("Remove stage"),
        )  # fmt: skip
        if answer == "remove":
            self._remove_stage(stage, others)
        elif answer:
            self._changed()

    def _remove_stage(self, stage: Stage, others: list[tuple[int, str]]) -> None:
        """Ask where those who are in it go."""
        choices = [(None, _("to no stage")), *others]
        number = lifecycle.counts().get(stage.id, 0)
        words = ngettext("{n} customer is in it.", "{n} customers are in it.", number).format(n=formats.count(number))
        found = dialogs.fill_in(
            _("Remove “{stage}”?").format(stage=stage.label),
            [Field("instead", _("They go"), "choice", choices=choices)], {"instead": None}, act=_("Remove stage"), text=words,
        )  # fmt: skip
        if found is not None and self.kept(partial(lifecycle.remove_stage, stage.id, found["instead"])):
            self.page.toast.emit(_("Stage “{stage}” removed").format(stage=stage.label), True)
            self.refresh()

    def _changed(self) -> None:
        self.saved()
        self.refresh()

    # ---- rules -------------------------------------------------------------------------------------------------------

    def _rule_fields(self) -> list[Field]:
        goals = [(stage.id, stage.label) for stage in self._stages]
        return [
            Field("event", _("When"), "choice", choices=_events()),
            Field("number", _("How many"), "number", decimals=2, width=0.3,
                  hint=_("Orders, times the usual interval, or days; empty for the others")),
            Field("to_stage_id", _("Leads to"), "choice", choices=goals, width=0.7),
            Field("from_stages", _("From these stages"), "tags", choices=[(stage.label, stage.label) for stage in self._stages],
                  hint=_("“no stage” stands for those without one")),
            Field("is_on", _("Switched on"), "bool"),
        ]  # fmt: skip

    def _values(self, rule: Rule) -> dict[str, Any]:
        names = {stage.key: stage.label for stage in self._stages} | {"": _("no stage")}
        return {
            "event": rule.event, "number": rule.number if rule.event in lifecycle_rules.NUMBERED else None,
            "to_stage_id": rule.to_stage_id, "from_stages": [names[k] for k in rule.from_stages if k in names],
            "is_on": rule.is_on,
        }  # fmt: skip

    def _rule_of(self, values: dict[str, Any], rule: Rule) -> Rule:
        keys = {stage.label.casefold(): stage.key for stage in self._stages} | {_("no stage").casefold(): ""}
        origins = tuple(keys[name.casefold()] for name in values["from_stages"] if name.casefold() in keys)
        return replace(
            rule, event=values["event"], number=values["number"] or Decimal(0), from_stages=origins,
            to_stage_id=values["to_stage_id"] or 0, is_on=bool(values["is_on"]),
        )  # fmt: skip

    def _edit_rule(self, place: int) -> None:
        rule = self._rules[place]
        answer = dialogs.choose(
            lifecycle_rules.sentence(rule),
            _("Try it first: it shows whom the rule would move now, and moves nobody."),
            [("edit", _("Edit")), ("try", _("Try it")), ("switch", _("Switch off") if rule.is_on else _("Switch on")),
             ("remove", _("Delete rule"))],
        )  # fmt: skip
        if answer == "edit":
            self._write_rule(rule, _("Edit rule"))
        elif answer == "try":
            self._try(rule)
        elif answer == "switch" and self.kept(partial(lifecycle_rules.switch, rule.id, is_on=not rule.is_on)):
            self.refresh()
        elif answer == "remove" and self.kept(partial(lifecycle_rules.remove, rule.id)):
            self.page.toast.emit(_("Rule deleted"), True)
            self.refresh()

    def _add_rule(self) -> None:
        first = self._stages[0]
        self._write_rule(
            Rule(0, "idle_days", Decimal(365), (first.key,), self._stages[-1].id, is_on=False), _("New rule")
        )

    def _write_rule(self, rule: Rule, heading: str) -> None:
        def keep(values: dict[str, Any]) -> None:
            lifecycle_rules.save(self._rule_of(values, rule))

        made = dialogs.fill_in(
            heading, self._rule_fields(), self._values(rule), act=pgettext("save", "Keep"), check=keep
        )
        if made is not None:
            self._changed()

    def _try(self, rule: Rule) -> None:
        """Show whom a rule would move now."""
        number, found = lifecycle_moves.proposals(rule)
        lines = [
            _("{name}: {origin} → {goal}. {reason}").format(
                name=one.name, origin=one.from_stage, goal=one.to_stage, reason=one.reason
            )
            for one in found[:_TRIED]
        ]
        if number > len(lines):
            lines.append(_("and {n} more").format(n=formats.count(number - len(lines))))
        words = ngettext("It would move {n} customer now", "It would move {n} customers now", number)
        dialogs.message(words.format(n=formats.count(number)), "\n".join(lines))

    # ---- kinds -------------------------------------------------------------------------------------------------------

    def _keep_kind(self, kind: str, _field: str) -> None:
        values = self.kinds[kind].values()
        treatment = Treatment(values["price_mode"] or "", values["tone"] or "", values["payment_terms_id"])
        self.kept(partial(kind_defaults.save, kind, treatment))


def _rule_cells(rule: Rule, names: dict[int, str]) -> list[Cell]:
    switched = status(_("on"), "green") if rule.is_on else EMPTY
    known = {stage.key: stage.label for stage in lifecycle.stages()} | {"": _("no stage")}
    begins = ", ".join(known[key] for key in rule.from_stages if key in known)
    said = _("{when} ({stages})").format(when=lifecycle_rules.when(rule), stages=begins)
    return [Cell(said, "" if rule.is_on else "muted"), Cell(names.get(rule.to_stage_id, ""), strong=True), switched]


def _treatment_fields() -> list[Field]:
    usual = ("", _("As for the company"))
    modes = [usual, *((mode, kind_defaults.price_mode_words(mode)) for mode in ("net", "gross"))]
    tones = [("", _("Formal, as usual")), (kind_defaults.FRIENDLY, kind_defaults.tone_words(kind_defaults.FRIENDLY))]
    return [
        Field("price_mode", _("Prices on documents"), "choice", choices=modes, width=0.34),
        Field("tone", _("Tone of texts"), "choice", choices=tones, width=0.33),
        Field("payment_terms_id", _("Pay within"), "choice", width=0.33,
              choices=lambda: [(None, _("As usual")), *((t.id, t.name) for t in payment_terms.all_terms())]),
    ]  # fmt: skip
