"""The form of a scenario: what it answers to, to whom, in which words; below, what it would have prepared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.company import profile
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import consent, lifecycle
from crm_desktop.gui import failures
from crm_desktop.gui.parts import scenario_trials
from crm_desktop.gui.parts.field_menu import FieldMenu
from crm_desktop.gui.parts.trial_run import TrialRun
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Item
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column, frame, label
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.insight import segments
from crm_desktop.outreach import scenario_events, scenarios
from crm_desktop.outreach.scenarios import Scenario, Trial

_NAMES = {"de": "Deutsch", "en": "English", "fr": "Français", "es": "Español"}


class ScenarioForm(RecordForm):
    """See the module."""

    key = "scenario"
    tables: ClassVar = ("scenario", "segment", "lifecycle_stage")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = label("", "b", wrap=True)
        self.trial = TrialRun(_("What it would have prepared in the last twelve months"), self._would)
        column(self.below, frame("card", self.sentence, self.trial, gap=12))

    def words(self) -> Words:
        return Words(_("New scenario"), _("Add scenario"), _("Discard the new scenario?"))

    def acts(self) -> Sequence[QWidget]:
        self.switch = Button(_("Switch on"), "primary", on=self._switch)
        self.switch.hide()
        return (FieldMenu(lambda: self.form, ("body", "subject"), scenarios.help_lines), self.switch)

    def fields(self) -> Sequence[Field | Heading]:
        return _fields()

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "event": "invoice_issued", "days": Decimal(30), "purpose": "newsletter", "cap_days": Decimal(30),
            "language": profile.load().language,
        } | values  # fmt: skip

    def load(self, record_id: int) -> dict[str, Any]:
        made = scenarios.get(record_id)
        language = str(self.form.input("language").value() or "") if "language" in self.form.boxes else ""
        language = language if language in made.texts else next(iter(made.texts), profile.load().language)
        subject, body = made.texts.get(language, ("", ""))
        return {
            "name": made.name, "event": made.event, "days": Decimal(made.days), "stage_id": made.stage_id,
            "segment_id": made.segment_id, "purpose": made.purpose, "cap_days": Decimal(made.cap_days),
            "language": language, "subject": subject, "body": body,
        }  # fmt: skip

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        return scenarios.save(self._described(self.form.collect() | values))

    def named(self, record_id: int) -> str:
        return scenarios.get(record_id).name

    def _described(self, values: dict[str, Any]) -> Scenario:
        """The scenario as the form stands, with the words of other languages as they are kept."""
        known = scenarios.get(self.id) if self.id is not None else None
        texts = dict(known.texts) if known else {}
        language = str(values.get("language") or profile.load().language)
        said = (str(values.get("subject") or ""), str(values.get("body") or ""))
        texts = {k: v for k, v in texts.items() if k != language} | ({language: said} if any(said) else {})
        event = str(values.get("event") or "")
        needs = scenario_events.KINDS[event].needs if event in scenario_events.KINDS else ""
        return Scenario(
            values.get("name") or "", event, texts, int(values.get("days") or 0) if needs == "days" else 0,
            values.get("stage_id") if needs == "stage" else None, values.get("segment_id"), str(values.get("purpose") or ""),
            int(values.get("cap_days") or 0), id=self.id or 0,
        )  # fmt: skip

    def _edited(self, name: str) -> None:
        if name == "language" and self.id is not None:
            subject, body = scenarios.get(self.id).texts.get(str(self.form.input("language").value()), ("", ""))
            self.form.put("subject", subject)
            self.form.put("body", body)
        super()._edited(name)

    def shown(self) -> None:
        kind = scenario_events.KINDS.get(str(self.form.input("event").value() or ""))
        self.form.boxes["days"].setVisible(kind is not None and kind.needs == "days")
        self.form.boxes["stage_id"].setVisible(kind is not None and kind.needs == "stage")
        made = scenarios.get(self.id) if self.id is not None else None
        self.switch.setVisible(made is not None)
        if made is not None:
            self.switch.setText(_("Switch off") if made.is_on else _("Switch on"))
        try:
            described = self._described(self.form.collect())
            fits = not {key for key in scenarios.check(described) if key != "name"}
        except UserError:
            fits = False
        self.below.setVisible(fits)
        if not fits:
            self.trial.forget()
            return
        self.sentence.setText(scenarios.sentence(described))
        self.trial.attempt(replace(described, name=""), partial(scenario_trials.attempt, described))

    def _would(self, found: Sequence[Trial]) -> tuple[Sequence[Item], str]:
        return scenario_trials.told(self, found)

    def _switch(self) -> None:
        if self.id is None:
            return
        made = scenarios.get(self.id)
        if failures.guarded(partial(scenarios.switch, made.id, is_on=not made.is_on)):
            words = _("“{name}” is off") if made.is_on else _("“{name}” is on, for what happens from today on")
            self.toast.emit(words.format(name=made.name), True)
            self.shown()


def _fields() -> list[Field | Heading]:
    kinds = [(key, scenario_events.words(key, stage="…").replace("0", "…")) for key in scenario_events.KINDS]
    stages = [(stage.id, stage.label) for stage in lifecycle.stages()]
    chosen = [(None, _("every customer")), *((found.id, found.name) for found in segments.all_segments())]
    agreed = [*consent.purposes(), ("", _("Not needed; whoever refused is left out"))]
    detail = _("Fields as in campaigns, for example {fields}; of what happened: {more}.").format(
        fields="{greeting} {first_name} {city}", more="{about} {day} {amount}"
    )
    return [
        Field("name", _("Name"), needed=True, placeholder=_("For example: Thanks for the first order")),
        Heading(_("When")),
        Field("event", _("Something happens, or does not"), "choice", choices=kinds, width=0.67),
        Field("days", _("Number of days"), "number", decimals=0, width=0.33),
        Field("stage_id", _("Stage"), "choice", choices=stages, width=0.33),
        Heading(_("To whom")),
        Field("segment_id", _("Customers in"), "choice", choices=chosen, width=0.4),
        Field("purpose", _("They agreed to"), "choice", choices=agreed, width=0.35),
        Field("cap_days", _("Days since the last one"), "number", decimals=0, width=0.25),
        Heading(_("Words"), detail),
        Field(
            "language", _("Language"), "choice", choices=[(k, _NAMES.get(k, k)) for k in DOCUMENT_LANGUAGES], width=0.33
        ),
        Field("subject", _("Subject")),
        Field("body", _("Text"), "lines", rows=7),
    ]
