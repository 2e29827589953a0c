"""The page of a deal: what they want, how much, when, what comes next, what is known; below its papers and history."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_desktop.company import profile
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import contacts, customers
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.bant_input import BantInput
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.parts.deal_acts import DealActs, suggesting
from crm_desktop.gui.parts.deal_sides import DealSides
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column, line_of
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.sales import opportunities, pipeline_stages, sources
from crm_desktop.sales.opportunities import Opportunity

_BESIDE, _BESIDE_FROM, _FORM = 340, 1040, 764
_PLAIN = (
    "title", "customer_id", "contact_person_id", "value_minor", "currency", "stage_id", "expected_on", "source",
    "next_step", "next_on", "notes",
)  # fmt: skip
# What says nothing any more once a deal is won or lost.
_AHEAD = ("stage_id", "probability", "expected_on", "next_step", "next_on")


class OpportunityForm(RecordForm):
    """See the module."""

    key = "opportunity"
    tables: ClassVar = (
        "opportunity", "opportunity_move", "opportunity_link", "pipeline_stage", "source", "document", "contract",
        "attachment", "timeline_entry",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        self._customer_id = 0
        self.deeds = DealActs(self)
        super().__init__(parent)
        self.sides = DealSides(self, self.deeds)
        self._make_room()

    def _make_room(self) -> None:
        """Let what belongs to the deal stand beside the form where there is room, else below it."""
        area = self.findChild(QScrollArea)
        area.takeWidget()
        both, self._beside = QWidget(), QWidget()
        self._beside.setFixedWidth(_BESIDE)
        self._right = column(self._beside, "stretch", margins=(0, 4, 20, 24))
        self._under = column(self.below)
        self._under.addWidget(self.sides)
        line_of(both, self._holder, self._beside, gap=0)
        # The form takes the room up to its width, what belongs to the deal stands right beside it.
        self._holder.setMaximumWidth(theme.px(_FORM))
        both.layout().setStretch(0, 1000)
        both.layout().addStretch(1)
        area.setWidget(both)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _BESIDE_FROM
        self._beside.setVisible(wide)
        if wide:
            self._right.insertWidget(0, self.sides)
        else:
            self._under.addWidget(self.sides)

    # ---- what it says ------------------------------------------------------------------------------------------------

    def words(self) -> Words:
        return Words(_("New deal"), _("Add deal"), _("Discard the new deal?"))

    def acts(self) -> Sequence[QWidget]:
        self.win = Button(pgettext("verb", "Won"), "secondary", "check", on=partial(self._do, self.deeds.win))
        self.lose = Button(_("Lost…"), "secondary", "x", on=partial(self._do, self.deeds.lose))
        self.reopen = Button(_("Reopen"), "secondary", "rotate-ccw", on=partial(self._do, self.deeds.reopen))
        self.quote = Button(_("Quote"), "secondary", "file-check", on=partial(self._do, self.deeds.quote))
        self.invoice = Button(_("Invoice it"), "secondary", "receipt-text", on=partial(self._do, self.deeds.invoice))
        self.contract = Button(_("Contract"), "secondary", "file-pen", on=partial(self._do, self.deeds.contract))
        return [self.quote, self.invoice, self.contract, self.reopen, self.lose, self.win]

    def fields(self) -> Sequence[Field | Heading]:
        people = contacts.people(self._customer_id) if self._customer_id else []
        persons = [(None, ""), *((p.id, f"{p.first_name} {p.last_name}".strip()) for p in people)]
        named = [source.name for source in sources.all_sources()]
        known = partial(suggesting, named, _("For example recommended"))
        return [
            Field("title", _("What they want"), needed=True, placeholder=_("For example lamps for the bar")),
            Field("customer_id", _("Customer"), "own", make=CustomerInput, width=0.58, needed=True),
            Field("contact_person_id", _("Contact person"), "choice", choices=persons, width=0.42),
            Field("value_minor", _("Value without tax"), "money", width=0.33, break_before=True),
            Field("currency", _("Currency"), "choice", choices=choices.currencies(), width=0.25),
            Field("source", _("Source"), "own", make=known, width=0.42),
            Field("stage_id", _("Stage"), "choice", choices=_stages, width=0.42, break_before=True),
            Field("probability", _("Own probability in percent"), "number", decimals=0, width=0.33,
                  hint=_("Empty: as likely as its stage")),
            Field("expected_on", _("Expected on"), "date", width=0.25),
            Heading(_("What comes next")),
            Field("next_step", _("Next step"), width=0.67, placeholder=_("For example call back")),
            Field("next_on", _("On"), "date", width=0.33),
            Heading(_("What we know")),
            Field("bant", _("Budget, authority, need, time"), "own", make=BantInput),
            Field("notes", _("Notes"), "lines", rows=3),
        ]  # fmt: skip

    # ---- values ------------------------------------------------------------------------------------------------------

    def activate(self, id: int = 0, **values: Any) -> None:
        found = opportunities.rows([id]) if id else []
        self._customer_id = found[0].customer_id if found else int(values.get("customer_id") or 0)
        super().activate(id, **values)

    def load(self, record_id: int) -> dict[str, Any]:
        found = opportunities.get(record_id)
        own = found.own_probability_bp
        shown = {name: getattr(found, name) for name in _PLAIN}
        points = {name: getattr(found, name) for name in ("budget", "authority", "need", "timing", "bant_notes")}
        return shown | {"probability": None if own is None else Decimal(own) / 100, "bant": points}

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        money = customers.get(self._customer_id).currency if self._customer_id else ""
        first = pipeline_stages.all_stages()[0].id
        given = {name: value for name, value in values.items() if value}
        return {"currency": money or profile.load().currency, "stage_id": first} | given

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        plain = dict(values)
        if "source" in plain:
            plain["source_id"] = sources.id_of(plain.pop("source") or "")
        if "probability" in plain:
            own = plain.pop("probability")
            plain["probability_bp"] = None if own is None else int(own * 100)
        plain |= plain.pop("bant", {}) or {}
        if "value_minor" in plain:
            plain["value_minor"] = plain["value_minor"] or 0
        try:
            return opportunities.save(plain, record_id)
        except ValidationError as error:
            own_names = {"probability_bp": "probability"}
            raise ValidationError({own_names.get(n, n): said for n, said in error.fields.items()}) from error

    def named(self, record_id: int) -> str:
        return opportunities.get(record_id).title

    def _tell_title(self) -> None:
        super()._tell_title()
        if self.id is not None:
            self.head.tell(self.named(self.id), *_pill(opportunities.get(self.id)))

    # ---- showing -----------------------------------------------------------------------------------------------------

    def shown(self) -> None:
        self.form.input("value_minor").set_currency(self.form.input("currency").value() or "EUR")
        found = opportunities.get(self.id) if self.id is not None else None
        state = found.state if found is not None else ""
        self.form.show_field("contact_person_id", shown=len(self.form.boxes["contact_person_id"].field.choices) > 1)
        for name in _AHEAD:
            self.form.show_field(name, shown=state in ("", "open"))
        self.form.show_heading(_("What comes next"), shown=state in ("", "open"))
        for button in (self.win, self.lose):
            button.setVisible(state == "open")
        for button in (self.invoice, self.contract):
            button.setVisible(state == "won")
        self.quote.setVisible(state in ("open", "won"))
        self.reopen.setVisible(state in ("won", "lost"))
        self.sides.setVisible(found is not None)
        self.strip.tell("")
        if found is not None:
            self.sides.show_deal(found)
            self._tell_state(found)

    def _tell_state(self, found: Opportunity) -> None:
        """What stands out, in a strip above the form."""
        if found.state == "lost":
            told = _("Lost on {day}.").format(day=formats.day_long(found.closed_on))
            self.strip.tell(told, deal_words.why(found), kind="info")
        elif found.state == "won":
            told = _("Won on {day}.").format(day=formats.day_long(found.closed_on))
            self.strip.tell(told, deal_words.why(found), kind="good")
        elif found.quote_accepted:
            won = partial(self._do, self.deeds.win)
            self.strip.tell(_("The quote was accepted."), kind="good", act=_("Mark as won"), on=won)

    def _do(self, act: Any, *_checked: bool) -> None:
        """Do something with the deal as it is kept now."""
        if self.id is None or not self.leave():
            return
        if failures.guarded(lambda: act(opportunities.get(self.id or 0))) and self.id is not None:
            self.refresh()

    def delete(self) -> None:
        if self.id is not None and self.deeds.delete([self.id]):
            self.back.emit()

    def refresh(self) -> None:
        """Show the deal again; leave where it lies in the bin meanwhile."""
        if self.id is not None and not opportunities.rows([self.id]):
            self.back.emit()
            return
        super().refresh()


def _stages() -> list[tuple[int, str]]:
    return deal_words.stage_choices(pipeline_stages.all_stages())


def _pill(found: Opportunity) -> tuple[str, str]:
    if found.state == "open":
        return (deal_words.silent(found), "amber") if found.stale else ("", "grey")
    return _(opportunities.STATES[found.state]), "green" if found.state == "won" else "grey"
