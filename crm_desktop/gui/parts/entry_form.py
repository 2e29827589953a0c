"""Changing what was written into a timeline by hand: what, when, with whom, about what, and its files."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crm_desktop.activity import quick_days, quick_notes, timeline
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import contacts
from crm_desktop.gui.parts import timeline_words
from crm_desktop.gui.parts.attached_files import AttachedFiles
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.dialogs import Dialog
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.page import Page


class EntryDialog(Dialog):
    """The form around one entry; files are added and taken away at once."""

    def __init__(self, page: Page, entry: timeline.Entry) -> None:
        super().__init__(_("Edit what happened"), width=600)
        self._entry = entry
        people = [person.name for person in contacts.people(entry.customer_id)]
        self._people = {person.name: person.id for person in contacts.people(entry.customer_id)}
        self.form = Form(_fields(entry.customer_id, people))
        self.form.load(_values(entry))
        self.add(self.form)
        self._first = self.form.first()
        self.files = AttachedFiles(page, timeline.OWNER)
        self.files.show_of(entry.id)
        self.add(self.files)
        self.add_button("remove", _("Delete"), "danger")
        self.add_button("", _("Cancel"))
        self.add_button("act", pgettext("save", "Keep"), "primary").setDefault(True)

    def allowed(self, key: str) -> bool:
        if key != "act":
            return True
        try:
            timeline.change(self._entry.id, self._collected(self.form.collect()))
        except ValidationError as error:
            self.form.show_problems(error.fields)
            self.fit()
            return False
        return True

    def _collected(self, values: dict[str, Any]) -> dict[str, Any]:
        minutes, about = values.pop("minutes"), values.pop("about")
        record, _colon, record_id = str(about or "").partition(":")
        values["minutes"] = int(minutes) if minutes else None
        values["person_id"] = self._people.get(values["who"].strip())
        values["record"], values["record_id"] = record, int(record_id) if record_id else None
        values["happened_at"] = _instant(values.pop("day"), values.pop("at"))
        return values


def edit(page: Page, entry: timeline.Entry) -> str:
    """Let the owner change an entry: "act" when kept, "remove" when it is to be deleted, "" when it stays as it is."""
    return EntryDialog(page, entry).ask()


def _fields(customer_id: int, people: list[str]) -> list[Field]:
    return [
        Field("kind", _("What it was"), "choice", choices=timeline_words.kinds(), width=0.34),
        Field("day", _("On"), "date", width=0.33, needed=True),
        Field("at", _("At"), width=0.16, placeholder="15:00"),
        Field("minutes", _("Minutes"), "number", decimals=0, width=0.17),
        Field("direction", _("Which way"), "choice", choices=timeline_words.directions(), width=0.34),
        Field("channel", _("How"), "choice", choices=timeline_words.channels(), width=0.33),
        Field("who", _("With whom"), width=0.33, hint=", ".join(people[:3])),
        Field("about", _("About"), "search", choices=[("", formats.DASH), *_records(customer_id)]),
        Field("title", _("What happened")),
        Field("body", _("Details"), "lines", rows=6),
    ]


def _records(customer_id: int) -> list[tuple[str, str]]:
    return [(f"{record}:{row_id}", name) for record, row_id, name in quick_notes.records(customer_id)]


def _values(entry: timeline.Entry) -> dict[str, Any]:
    here = entry.happened_at.astimezone()
    return {
        "kind": entry.kind,
        "day": here.date(),
        "at": f"{here:%H:%M}",
        "minutes": Decimal(entry.minutes) if entry.minutes else None,
        "direction": entry.direction,
        "channel": entry.channel,
        "who": entry.who,
        "about": f"{entry.record}:{entry.record_id}" if entry.record and entry.record_id else "",
        "title": entry.title,
        "body": entry.body,
    }


def _instant(day: date | None, written: str) -> datetime:
    """The instant of a day and a typed time here; noon without one."""
    if day is None:
        raise ValidationError({"day": _("Choose the day.")})
    tidy = written.strip()
    read = quick_days.clock(tidy, 0) or (quick_days.clock(f"{tidy}:00", 0) if tidy.isdigit() else None)
    if tidy and read is None:
        raise ValidationError({"at": _("Write the time like 15:00.")})
    return datetime.combine(day, read[1] if read else time(12)).astimezone()
