"""The form of a rule: what sets it off, for whom, what it does; below, what it would have done in the last twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.company import profile
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.customers import lifecycle
from crm_desktop.gui import failures
from crm_desktop.gui.parts.trial_run import TrialRun
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Item
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column, frame, label
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.insight import segments
from crm_desktop.workflow import events, rules, running
from crm_desktop.workflow.resting import Rest
from crm_desktop.workflow.rules import Act, Rule
from crm_desktop.workflow.running import Trial

_SHOWN = 12


class RuleForm(RecordForm):
    """See the module."""

    key = "rule"
    tables: ClassVar = ("owner_rule", "segment", "lifecycle_stage", "setting")

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rested = False
        super().__init__(parent)
        self.sentence = label("", "b", wrap=True)
        self.trial = TrialRun(_("What it would have done in the last twelve months"), self._would)
        column(self.below, frame("card", self.sentence, self.trial, gap=12))

    def words(self) -> Words:
        return Words(_("New rule"), _("Add rule"), _("Discard the new rule?"))

    def acts(self) -> Sequence[QWidget]:
        self.switch = Button(_("Switch on"), "primary", on=self._switch)
        self.switch.hide()
        return (self.switch,)

    def fields(self) -> Sequence[Field | Heading]:
        return [*_when(), *_then()]

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "event": "invoice_paid",
            "days": Decimal(events.EVENTS["quiet"].usual),
            "reminder_days": Decimal(0),
        } | values

    def load(self, record_id: int) -> dict[str, Any]:
        return shown_values(rules.get(record_id))

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        everything = self.form.collect() | values
        try:
            return rules.save(rule_from(everything, record_id or 0))
        except ValidationError as error:
            raise ValidationError(_named(error.fields, rule_from(everything, 0))) from error

    def named(self, record_id: int) -> str:
        return rules.get(record_id).name

    def shown(self) -> None:
        kind = events.EVENTS.get(str(self.form.input("event").value() or ""))
        self.form.boxes["days"].setVisible(kind is not None and kind.needs == "days")
        self.form.boxes["stage_id"].setVisible(kind is not None and kind.needs == "stage")
        self.form.boxes["least_minor"].setVisible(kind is not None and "amount" in kind.fields)
        self._show_trial()

    def _show_trial(self) -> None:
        """The sentence and its trial, as the form stands; nothing while something is missing."""
        made = rules.get(self.id) if self.id is not None else None
        self.switch.setVisible(made is not None)
        if made is not None:
            self.switch.setText(_("Switch off") if made.is_on else _("Switch on"))
            self.switch.set_kind("secondary" if made.is_on else "primary")
            self._tell_rest(rules.rests(made))
        try:
            rule = rule_from(self.form.collect(), self.id or 0)
            fits = not {key for key in rules.check(rule) if key != "name"}
        except UserError:
            fits = False
        self.below.setVisible(fits)
        if fits:
            self.sentence.setText(rules.sentence(rule))
            # What it does changes nothing in when it would have: those words may be typed without trying again.
            when = (rule.event, rule.days, rule.stage_id, rule.least_minor, rule.segment_id)
            self.trial.attempt(when, partial(_try, rule))
        else:
            self.trial.forget()

    def _tell_rest(self, rests: Rest | None) -> None:
        """Say above the form why a rule that is on does nothing."""
        if rests is not None:
            self.strip.tell(_("It is on, but rests: {reason}").format(reason=rests.reason), rests.advice, kind="warn")
        elif self._rested:
            self.strip.tell("")
        self._rested = rests is not None

    def _would(self, found: list[Trial]) -> tuple[list[Item], str]:
        """The rows and the number of what a rule would have done."""
        items = [
            Item(
                one.customer,
                formats.day_short(one.day),
                detail=one.about,
                on=partial(self.open_record.emit, "customer", one.customer_id),
            )
            for one in found[:_SHOWN]
        ]
        words = ngettext("{n} time", "{n} times", len(found)).format(n=formats.count(len(found)))
        return items, words if found else _("Never")

    def _switch(self) -> None:
        if self.id is None:
            return
        made = rules.get(self.id)
        if failures.guarded(partial(rules.switch, made.id, is_on=not made.is_on)):
            words = _("“{name}” is off") if made.is_on else _("“{name}” is on, for what happens from today on")
            self.toast.emit(words.format(name=made.name), True)
            self.shown()


def _try(rule: Rule, progress: Progress) -> list[Trial]:
    return running.tried(rule, progress=progress)


def _when() -> list[Field | Heading]:
    kinds = [(key, events.words(key, stage="…").replace("0", "…")) for key in events.EVENTS]
    stages = [(stage.id, stage.label) for stage in lifecycle.stages()]
    chosen = [(None, _("every customer")), *((found.id, found.name) for found in segments.all_segments())]
    return [
        Field("name", _("Name"), needed=True, placeholder=_("For example: Thank for the payment")),
        Heading(_("When")),
        Field("event", _("Something happens"), "choice", choices=kinds, width=0.67),
        Field("days", _("Number"), "number", decimals=0, width=0.33),
        Field("stage_id", _("Stage"), "choice", choices=stages, width=0.33),
        Field("segment_id", _("and the customer is in"), "choice", choices=chosen, width=0.5, break_before=True),
        Field("least_minor", _("and it is at least"), "money", currency=profile.load().currency, width=0.33),
    ]


def _then() -> list[Field | Heading]:
    stages = [(None, _("leave it")), *((stage.id, stage.label) for stage in lifecycle.stages())]
    return [
        Heading(_("Then"), _("Leave empty what shall not be done. {customer}, {first_name}, {name} and {day} are filled in; "
                             "{amount} where there is one.")),
        Field("reminder", _("Remind me of"), width=0.67, placeholder=_("Thank {customer}")),
        Field("reminder_days", _("in days"), "number", decimals=0, width=0.33),
        Field("tag", _("Give the tag"), width=0.33),
        Field("untag", _("Take away the tag"), width=0.33),
        Field("to_stage_id", _("Move to stage"), "choice", choices=stages, width=0.33),
        Field("note", _("Note in the history")),
        Field("subject", _("Prepare a text to send: subject")),
        Field("body", _("Its words"), "lines", rows=4),
    ]  # fmt: skip


def rule_from(values: dict[str, Any], rule_id: int) -> Rule:
    """The rule that the form describes; each kind of act once at the most."""
    acts = []
    if values.get("reminder"):
        acts.append(Act(rules.REMINDER, values["reminder"], days=int(values.get("reminder_days") or 0)))
    acts += [Act(kind, values[kind]) for kind in (rules.TAG, rules.UNTAG, rules.NOTE) if values.get(kind)]
    if values.get("to_stage_id"):
        acts.append(Act(rules.STAGE, stage_id=int(values["to_stage_id"])))
    if values.get("subject") or values.get("body"):
        acts.append(Act(rules.TEXT, values.get("subject") or "", values.get("body") or ""))
    event = str(values.get("event") or "")
    needs = events.EVENTS[event].needs if event in events.EVENTS else ""
    return Rule(
        values.get("name") or "",
        event,
        tuple(acts),
        days=int(values.get("days") or 0) if needs == "days" else 0,
        stage_id=values.get("stage_id") if needs == "stage" else None,
        least_minor=int(values.get("least_minor") or 0),
        segment_id=values.get("segment_id"),
        id=rule_id,
    )


def shown_values(rule: Rule) -> dict[str, Any]:
    """What the form shows of a rule."""
    found: dict[str, Any] = {
        "name": rule.name, "event": rule.event, "days": Decimal(rule.days), "stage_id": rule.stage_id,
        "least_minor": rule.least_minor or None, "segment_id": rule.segment_id,
        "reminder": "", "reminder_days": Decimal(0), "tag": "", "untag": "", "note": "", "to_stage_id": None,
        "subject": "", "body": "",
    }  # fmt: skip
    for act in rule.acts:
        if act.kind == rules.REMINDER:
            found["reminder"], found["reminder_days"] = act.title, Decimal(act.days)
        elif act.kind == rules.STAGE:
            found["to_stage_id"] = act.stage_id
        elif act.kind == rules.TEXT:
            found["subject"], found["body"] = act.title, act.body
        else:
            found[act.kind] = act.title
    return found


def _named(problems: dict[str, str], rule: Rule) -> dict[str, str]:
    """Problems of acts under the names of their fields."""
    fields = {rules.STAGE: "to_stage_id", rules.TEXT: "subject"}
    named = {}
    for key, words in problems.items():
        if key.startswith("act") and key[3:].isdigit():
            act = rule.acts[int(key[3:])]
            named[
                "body" if act.kind == rules.TEXT and act.title and not act.body else fields.get(act.kind, act.kind)
            ] = words
        else:
            named["reminder" if key == "acts" else key] = words
    return named
