"""The plan and the words of a campaign; below, who gets it and what each one reads."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.company import profile
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES, pgettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import consent
from crm_desktop.gui.parts.campaign_acts import CampaignActs
from crm_desktop.gui.parts.campaign_preview import CampaignPreview
from crm_desktop.gui.parts.field_menu import FieldMenu
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.gui.widgets.strip import Strip
from crm_desktop.insight import segments
from crm_desktop.outreach import campaign_people, campaigns
from crm_desktop.outreach.campaigns import USUAL_PURPOSE, WITH_WORDS

_TEXTS = ("subject", "body", "subject_b", "body_b")
# Where a field is written to when no text was edited yet: the first one.
_WRITTEN = ("body", "subject", "body_b", "subject_b")
_NAMES = {"de": "Deutsch", "en": "English", "fr": "Français", "es": "Español"}


class CampaignForm(RecordForm):
    """See the module."""

    key = "campaign"
    tables: ClassVar = ("campaign", "campaign_text", "segment", "consent", "campaign_recipient")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.doing = CampaignActs(self, self._reload)
        self.preview = CampaignPreview()
        # Who gets it stands above the plan, since the preview is far below it.
        self.gets = Strip()
        self.preview.told.connect(partial(self.gets.tell, kind="info"))
        self._box.insertWidget(1, self.gets)
        # The language that is written now; "" is the first one that there are words in.
        self._writes = ""
        column(self.below, self.preview)

    def words(self) -> Words:
        return Words(_("New campaign"), _("Add campaign"), _("Discard the new campaign?"))

    def acts(self) -> Sequence[QWidget]:
        self.start_button = Button(_("Start…"), "primary", "send", on=self._start)
        self.start_button.hide()
        self.fields_button = FieldMenu(lambda: self.form, _WRITTEN, campaign_people.help_lines)
        return (self.fields_button, self.start_button)

    def activate(self, id: int = 0, **values: Any) -> None:
        """Show a campaign, or an empty plan (id 0)."""
        self._writes = self._writes if id and id == self.id else ""
        self.id = id or None
        self.gets.tell("")
        super().activate(id, **values)

    def fields(self) -> Sequence[Field | Heading]:
        if self.id is not None and not campaigns.get(self.id).is_draft:
            return _afterwards()
        return [*_plan(), *_words()]

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "kind": "email", "recipients": campaigns.FIRM, "purpose": "newsletter", "cap_days": Decimal(14), "hold_out": Decimal(0),
            "counted_days": Decimal(30), "language": profile.load().language, "segment_id": values.pop("segment", None),
        } | values  # fmt: skip

    def load(self, record_id: int) -> dict[str, Any]:
        found = campaigns.get(record_id)
        shown = {
            name: getattr(found, name)
            for name in ("name", "goal", "kind", "segment_id", "exclude_segment_id", "recipients", "purpose", "note")
        }
        numbers = {name: Decimal(getattr(found, name)) for name in ("cap_days", "counted_days")}
        money = {name: getattr(found, name) or None for name in ("budget_minor", "cost_minor")}
        language = self._language(record_id)
        return (
            shown
            | numbers
            | money
            | {"hold_out": Decimal(found.hold_out_bp) / 100, "language": language}
            | _texts(record_id, language)
        )

    def _language(self, record_id: int) -> str:
        """The language that is being written, else the first one with words."""
        known = (said.language for said in campaigns.words(record_id))
        return self._writes or next(known, profile.load().language)

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        everything = (self.form.collect() if record_id is None else {}) | values
        made = record_id or 0
        plan = _planned(everything)
        if plan or not made:
            made = campaigns.save(plan, made)
        if set(everything) & set(_TEXTS):
            self._keep_words(made)
        return made

    def _keep_words(self, campaign_id: int) -> None:
        language = str(self.form.input("language").value())
        for variant, end in (("a", ""), ("b", "_b")):
            subject, body = (str(self.form.input(name + end).value() or "") for name in ("subject", "body"))
            campaigns.save_words(campaign_id, campaigns.Words(variant, language, subject, body))

    def named(self, record_id: int) -> str:
        return campaigns.get(record_id).name

    def _edited(self, name: str) -> None:
        if name == "kind":
            self.form.put("purpose", USUAL_PURPOSE.get(str(self.form.input("kind").value()), ""))
            if self.id is not None:
                self.keep_now({"purpose": self.form.input("purpose").value()})
        if name == "language":
            self._writes = str(self.form.input("language").value())
        if name == "language" and self.id is not None:
            for field, words in _texts(self.id, str(self.form.input("language").value())).items():
                self.form.put(field, words)
        super()._edited(name)

    def shown(self) -> None:
        draft = self.id is None or campaigns.get(self.id).is_draft
        self.start_button.setVisible(self.id is not None and draft)
        kind = str(self.form.input("kind").value() or "email") if draft else ""
        if draft:
            for name in ("language", *_TEXTS):
                self.form.boxes[name].setVisible(kind in WITH_WORDS)
        self.fields_button.setVisible(draft and kind in WITH_WORDS)
        self.preview.setVisible(self.id is not None and draft)
        if self.id is not None and draft:
            self.preview.tell(self.id)
        if self.id is None:
            self.gets.tell(_("Keep it to see who gets it."), kind="info")

    def _reload(self) -> None:
        if self.id is not None:
            self.activate(self.id)

    def _start(self) -> None:
        if self.id is not None and self.leave():
            self.doing.start(self.id)

    def primary(self) -> None:
        if self.id is not None and campaigns.get(self.id).is_draft:
            self._start()
        else:
            super().primary()


def _planned(values: dict[str, Any]) -> dict[str, Any]:
    """What the fields say, as the plan keeps it."""
    found = {name: values[name] for name in campaigns.FIELDS if name in values}
    if "hold_out" in values:
        found["hold_out_bp"] = int((values["hold_out"] or 0) * 100)
    for name in ("cap_days", "counted_days", "budget_minor", "cost_minor"):
        if name in found:
            found[name] = int(found[name] or 0)
    return found


def _texts(campaign_id: int, language: str) -> dict[str, str]:
    found = dict.fromkeys(_TEXTS, "")
    for said in campaigns.words(campaign_id):
        if said.language == language:
            end = "_b" if said.variant == "b" else ""
            found |= {f"subject{end}": said.subject, f"body{end}": said.body}
    return found


def _money() -> list[Field | Heading]:
    currency = profile.load().currency
    return [
        Field("budget_minor", _("Budget"), "money", currency=currency, width=0.33),
        Field("cost_minor", _("What it cost"), "money", currency=currency, width=0.33),
        Field("counted_days", _("Count purchases for days"), "number", decimals=0, width=0.33),
    ]


def _afterwards() -> list[Field | Heading]:
    return [
        Field("name", _("Name"), needed=True), Field("goal", _("Goal")), *_money(),
        Field("note", _("What was learnt"), "lines", rows=4),
    ]  # fmt: skip


def _plan() -> list[Field | Heading]:
    kinds = [(key, _(words)) for key, words in campaigns.KINDS.items()]
    chosen = [(found.id, found.name) for found in segments.all_segments()]
    within = [(key, _(words)) for key, words in campaigns.RECIPIENTS.items()]
    agreed = [*consent.purposes(), ("", _(campaigns.NOT_ASKED))]
    return [
        Field("name", _("Name"), needed=True, placeholder=_("For example: Winter lamps by letter"), width=0.67),
        Field("kind", _("How it goes out"), "choice", choices=kinds, width=0.33),
        Field("goal", _("Goal"), placeholder=_("What it shall bring, and how you will see that")),
        Heading(_("Who gets it")),
        Field("segment_id", _("Customers in"), "choice", choices=[(None, _("All customers")), *chosen], width=0.34),
        Field("exclude_segment_id", _("but not those in"), "choice", choices=[(None, _("nobody")), *chosen], width=0.33),
        Field("recipients", _("In a company"), "choice", choices=within, width=0.33,
              hint=_("The people need a consent of their own")),
        Field("purpose", _("They agreed to"), "choice", choices=agreed, width=0.5),
        Field("cap_days", _("Days since the last one"), "number", decimals=0, width=0.25),
        Field("hold_out", _("Hold out, percent"), "number", decimals=1, width=0.25,
              hint=_("Gets nothing, to compare with")),
        *_money(),
    ]  # fmt: skip


def _words() -> list[Field | Heading]:
    languages = [(code, _NAMES.get(code, code)) for code in DOCUMENT_LANGUAGES]
    usual = " ".join(f"{{{name}}}" for name in list(campaign_people.FIELDS)[:9])
    detail = _("Fields: {fields} and more. A condition: {example}. Whoever has another language gets its own words, else "
               "the first ones.")  # fmt: skip
    example = pgettext("example", "{if city = Hamburg}See you{else}Come and visit{end}")
    return [
        Heading(_("Words"), detail.format(fields=usual, example=example)),
        Field("language", _("Language"), "choice", choices=languages, width=0.33),
        Field("subject", _("Subject")),
        Field("body", _("Text"), "lines", rows=8),
        Field("subject_b", _("Subject of a second text, to compare")),
        Field("body_b", _("Second text; half of the people get it"), "lines", rows=4),
    ]
