"""Settings, reminders for money: the levels with their texts in each language, and the interest rates with their days."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.billing import dunning_levels, interest
from crm_desktop.billing.dunning_levels import FIELDS, Level, Words
from crm_desktop.billing.interest import Rate
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices, dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable

_PARTS = ("title", "body")


class DunningSection(SettingsSection):
    """See the module."""

    key = "dunning"

    def build(self) -> None:
        self.levels = RowTable(
            [Col(_("Level")), Col(_("When"), 170), Col(_("Time to pay"), 110), Col(_("Fee"), 90, right=True),
             Col(_("Interest"), 80), Col(_("Own texts"), 100)],
            on=self._edit,
        )  # fmt: skip
        self.add = Button(_("Add level"), "small", "plus", on=self._add)
        self.note = Button(_("Add a friendly note before the due date"), "ghost", "bell", on=self._add_note)
        head = row(label(_("Levels"), "h"), "stretch", self.add, margins=(16, 0, 14, 6))
        said = label(
            _("A letter is proposed when a level is reached, and the next one only after its last day to pay. An invoice "
              "never gets the same level twice. Nothing is sent by itself."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        self.rates = RowTable(
            [Col(_("From"), 130), Col(_("Private people"), 120, right=True), Col(_("Businesses"), 120, right=True),
             Col(_("Note"))],
            on=self._edit_rate,
        )  # fmt: skip
        self.add_rate = Button(_("Add rate"), "small", "plus", on=self._new_rate)
        self._no_rates = label(_("None yet: then no interest is asked for."), "body", "text2")
        self._no_rates.setContentsMargins(16, 6, 16, 10)
        rate_head = row(label(_("Interest a year"), "h"), "stretch", self.add_rate, margins=(16, 2, 14, 6))
        why = label(
            _("The program brings no rates, since they differ by country, contract and half-year. Enter what you may ask, "
              "with the day from which it holds. Each day bears interest on what was open at its end, from the day after "
              "the due date."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        column(
            self, frame("card", head, self.levels, margins=(1, 12, 1, 8)), row(self.note, "stretch"), said,
            frame("card", rate_head, self._no_rates, self.rates, margins=(1, 12, 1, 8)), why, gap=12,
        )  # fmt: skip

    def refresh(self) -> None:
        self._currency = profile.load().currency
        self._levels, self._rates = dunning_levels.levels(), interest.rates()
        self.levels.tell([self._level_row(level) for level in self._levels])
        self.note.setVisible(not any(level.before_due for level in self._levels))
        self.rates.tell(
            [
                [
                    Cell(formats.day(rate.from_on), strong=True),
                    Cell(formats.percent(rate.private_bp)),
                    Cell(formats.percent(rate.business_bp)),
                    Cell(rate.note, "muted"),
                ]
                for rate in self._rates
            ]
        )
        self.rates.setVisible(bool(self._rates))
        self._no_rates.setVisible(not self._rates)

    def _level_row(self, level: Level) -> list[Cell]:
        fee = formats.money_text(level.fee_minor, self._currency) if level.fee_minor else formats.DASH
        pay = ngettext("{n} day", "{n} days", level.deadline_days).format(n=level.deadline_days)
        return [
            Cell(level.name, strong=True),
            Cell(_when(level.days), "muted"),
            Cell(formats.DASH if level.before_due else pay, "muted"),
            Cell(fee),
            Cell(_("Yes") if level.with_interest else formats.DASH, "muted"),
            Cell(", ".join(sorted(level.texts)) or formats.DASH, "muted"),
        ]

    # ---- levels ------------------------------------------------------------------------------------------------------

    def _fields(self) -> list[Field]:
        return [
            Field("name", _("Name"), needed=True, hint=_("Yours; the letter has its own title.")),
            Field("days", _("Days after the due date"), "number", decimals=0, width=0.5, needed=True,
                  hint=_("−3 is three days before")),
            Field("deadline_days", _("Days to pay"), "number", decimals=0, width=0.5, needed=True),
            Field("fee_minor", _("Fee"), "money", currency=self._currency, width=0.5),
            Field("with_interest", _("Ask for interest"), "bool", width=0.5),
            Field("language", _("Then write its texts in"), "choice", choices=_languages(), width=0.5, break_before=True),
        ]  # fmt: skip

    def _edit(self, place: int) -> None:
        level = self._levels[place]
        values: dict[str, Any] = {
            "name": level.name, "days": Decimal(level.days), "deadline_days": Decimal(level.deadline_days),
            "fee_minor": level.fee_minor, "with_interest": level.with_interest, "language": "",
        }  # fmt: skip
        kept: list[tuple[Level, str]] = []
        answer = dialogs.fill_in_or_remove(
            level.name, self._fields(), values, act=_("Keep"), check=partial(_keep, level, kept),
            remove=_("Delete level") if len(self._levels) > 1 else "",
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(dunning_levels.remove, level.position)):
            self.page.toast.emit(_("Level {name} deleted").format(name=level.name), True)
        elif answer:
            self.saved()
        self.refresh()
        for saved, language in kept[-1:]:
            if language:
                self._edit_texts(saved, language)

    def _add(self) -> None:
        last = max(level.days for level in self._levels)
        self._new(Level(dunning_levels.next_position(), _("Further reminder"), max(last, 0) + 14))

    def _add_note(self) -> None:
        self._new(dunning_levels.friendly_note())

    def _new(self, level: Level) -> None:
        if self.kept(partial(dunning_levels.save, level)):
            self.refresh()
            self.page.toast.emit(_("Level {name} added").format(name=level.name), True)

    def _edit_texts(self, level: Level, language: str) -> None:
        """Edit title and text of a level in one language; the program's own words stand there until then."""
        said = dunning_levels.words(level, language)
        fields = [
            Field("title", _("Title of the letter")),
            Field("body", _("Text above the table"), "lines", rows=7, hint=_("Fields: {fields}").format(
                fields=" ".join(f"{{{name}}}" for name in FIELDS))),
        ]  # fmt: skip
        heading = _("{level}: texts in {language}").format(level=level.name, language=dict(_languages())[language])
        found = dialogs.fill_in(
            heading, fields, {"title": said.title, "body": said.body}, act=_("Keep"),
            check=partial(_keep_texts, level, language), text=_example(level, language, said),
        )  # fmt: skip
        if found is not None:
            self.saved()
            self.refresh()

    # ---- rates -------------------------------------------------------------------------------------------------------

    def _rate_fields(self) -> list[Field]:
        return [
            Field("from_on", _("Holds from"), "date", width=0.34, needed=True),
            Field("private_bp", _("Private people, % a year"), "number", decimals=2, width=0.33, needed=True),
            Field("business_bp", _("Businesses, % a year"), "number", decimals=2, width=0.33, needed=True),
            Field("note", _("Note"), hint=_("For example where the rate is from")),
        ]

    def _new_rate(self) -> None:
        values = {"from_on": dates.today().replace(day=1)}
        made = dialogs.fill_in(
            _("New interest rate"), self._rate_fields(), values, act=_("Add rate"), check=partial(_keep_rate, 0)
        )
        if made is not None:
            self.saved()
            self.refresh()

    def _edit_rate(self, place: int) -> None:
        rate = self._rates[place]
        values = {
            "from_on": rate.from_on, "private_bp": Decimal(rate.private_bp) / 100,
            "business_bp": Decimal(rate.business_bp) / 100, "note": rate.note,
        }  # fmt: skip
        heading = _("Interest from {day}").format(day=formats.day(rate.from_on))
        answer = dialogs.fill_in_or_remove(
            heading, self._rate_fields(), values, act=_("Keep"), check=partial(_keep_rate, rate.id),
            remove=_("Delete rate"),
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(interest.remove, rate.id)):
            self.page.toast.emit(_("Rate deleted"), True)
        elif answer:
            self.saved()
        self.refresh()


def _when(days: int) -> str:
    if days < 0:
        return ngettext("{n} day before it is due", "{n} days before it is due", -days).format(n=-days)
    if days == 0:
        return _("on the due date")
    return ngettext("{n} day after it was due", "{n} days after it was due", days).format(n=days)


def _languages() -> list[tuple[str, str]]:
    return choices.document_languages(_("not now"))


def _keep(level: Level, kept: list[tuple[Level, str]], values: dict[str, Any]) -> None:
    made = dunning_levels.save(
        Level(
            level.position,
            values["name"],
            int(values["days"]),
            int(values["deadline_days"]),
            int(values["fee_minor"] or 0),
            bool(values["with_interest"]),
            level.texts,
        )
    )
    kept.append((made, str(values["language"] or "")))


def _keep_texts(level: Level, language: str, values: dict[str, Any]) -> None:
    """Keep the words of one language; those that are the program's own are not kept, so that they follow it."""
    own = dunning_levels.own_words(language, dunning_levels.tone(level))
    said = {part: "" if values[part].strip() == getattr(own, part) else values[part] for part in _PARTS}
    try:
        dunning_levels.save(replace(level, texts={**level.texts, language: Words(**said)}))
    except ValidationError as error:
        raise ValidationError({name.rpartition("_")[0]: sentence for name, sentence in error.fields.items()}) from error


def _keep_rate(rate_id: int, values: dict[str, Any]) -> None:
    private, business = (int(values[name] * 100) for name in ("private_bp", "business_bp"))
    interest.save(Rate(values["from_on"], private, business, values["note"], rate_id))


def _example(level: Level, language: str, said: Words) -> str:
    """The text as a customer would read it, with example values."""
    day = dates.today()
    values = {
        "number": "2026-0152",
        "date": formats.day(dates.add_days(day, -level.days)),
        "amount": formats.money_text(128_500, profile.load().currency),
        "deadline": formats.day(dates.add_days(day, level.deadline_days)),
        "days": str(max(level.days, 0)),
        "name": "Café Ostwind",
        "company": profile.load().name,
    }
    return _("For example: {text}").format(text=dunning_levels.fill(said.body, values))
