"""The form of a reminder: what, when, about whom. A dialog, since it is filled in between other things."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.activity import recurrence, recurrence_words, reminders
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.parts.repeat_input import RepeatInput
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.inputs import DateInput

_ABOUT = ("contract_id", "document_id", "opportunity_id", "case_id")


class _When:
    """The fields of day and repetition; the preview of the one follows the other."""

    def __init__(self) -> None:
        self._day: DateInput | None = None
        self._repeat: RepeatInput | None = None

    def day(self) -> QWidget:
        """The field of the day."""
        self._day = DateInput()
        self._day.textChanged.connect(self._changed)
        return self._day

    def repeat(self) -> QWidget:
        """The field of the repetition."""
        self._repeat = RepeatInput(lambda: self._day.value() if self._day else None)
        return self._repeat

    def _changed(self, _text: str) -> None:
        if self._repeat is not None:
            self._repeat.look_ahead()


def _fields() -> list[Field]:
    when = _When()
    weights = [
        (reminders.HIGH, _("Important")),
        (reminders.USUAL, _("Usual")),
        (reminders.LOW, _("When there is time")),
    ]
    return [
        Field("title", _("Remind me of"), needed=True, placeholder=_("For example: ring up about the delivery")),
        Field("due_on", _("On"), "own", width=0.4, needed=True, hint=_("“+14” is in two weeks"), make=when.day),
        Field("due_time", _("At"), width=0.25, placeholder=_("any time")),
        Field("priority", _("How pressing"), "choice", width=0.35, choices=weights),
        Field("repeats", _("Repeats"), "own", make=when.repeat, break_before=True),
        Field("customer_id", _("About"), "own", make=CustomerInput),
        Field("note", _("Note"), "lines", rows=3),
    ]


def read_time(text: str) -> time | None:
    """The time of day that was typed: "9", "9:30", "14.15"; None when empty.

    Raises:
        ValidationError: it is no time of day.
    """
    if not text.strip():
        return None
    hours, _point, minutes = text.strip().replace(".", ":").partition(":")
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError as error:
        raise ValidationError({"due_time": _("This is not a time of day. Write it like 9:30.")}) from error


def ask(
    *,
    title: str = "",
    due_on: date | None = None,
    due_time: time | None = None,
    customer_id: int | None = None,
    contract_id: int | None = None,
    document_id: int | None = None,
) -> date | None:
    """Ask for a new reminder, perhaps about something, and keep it: its (first) day, or None if nothing was kept."""
    kept: list[int] = []
    values: dict[str, Any] = {"title": title, "due_on": due_on or dates.add_days(dates.today(), 1)}
    values |= {"customer_id": customer_id, "priority": reminders.USUAL, "repeats": ""}
    values["due_time"] = f"{due_time:%H:%M}" if due_time else ""

    def keep(entered: dict[str, Any]) -> None:
        kept.append(_keep(entered, None, {"contract_id": contract_id, "document_id": document_id}))

    found = dialogs.fill_in(_("New reminder"), _fields(), values, act=_("Add reminder"), check=keep)
    return reminders.get(kept[-1]).due_on if found else None


def edit(reminder_id: int) -> bool:
    """Show a reminder for editing; True if it was changed or moved to the bin."""
    found = reminders.get(reminder_id)
    values = {name: getattr(found, name) for name in ("title", "due_on", "customer_id", "note", "priority")}
    values["repeats"] = found.repetition()
    values["due_time"] = found.due_time.strftime("%H:%M") if found.due_time else ""

    def keep(entered: dict[str, Any]) -> None:
        about = {name: getattr(found, name) for name in _ABOUT}
        _keep(entered, reminder_id, about)

    answer = dialogs.fill_in_or_remove(
        _("Edit reminder"), _fields(), values, act=pgettext("save", "Keep"), check=keep, remove=_("Move to the bin")
    )
    if answer == "remove":
        reminders.delete(reminder_id)
    return bool(answer)


def _keep(values: dict[str, Any], reminder_id: int | None, about: dict[str, int | None]) -> int:
    rule, counted = recurrence_words.read(values["repeats"] or "")
    return reminders.save(
        values["title"],
        values["due_on"],
        reminder_id=reminder_id,
        due_time=read_time(values["due_time"]),
        note=values["note"],
        customer_id=values["customer_id"],
        priority=values["priority"],
        repeats=recurrence.text_of(rule) if rule else "",
        repeats_from=counted,
        **about,
    )
