"""What the palette finds in words: who holds a phone number, what was written into timelines, what stands in files."""

from __future__ import annotations

from functools import partial

from crm_desktop.activity import file_texts, timeline
from crm_desktop.activity.file_texts import FileHit
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import digits_of
from crm_desktop.customers import caller, customer_list
from crm_desktop.customers.caller import Holder
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.kind_icons import icon_of
from crm_desktop.gui.widgets.palette import Hit

_FEWEST_DIGITS, _FEWEST_LETTERS = 6, 3
_SHOWN = 4
# Where a file opens: its owner → the kind of record that is shown.
_OPENS = {"contract": "contract", "case": "case", "document": "invoice"}


def callers(text: str) -> list[Hit]:
    """Who holds the number that was typed or pasted; a new contact where nobody does."""
    if len(digits_of(text)) < _FEWEST_DIGITS or not caller.is_number(text):
        return []
    number = caller.from_link(text)
    found = caller.holders(number)
    if found:
        return [_caller(holder, number, alone=len(found) == 1) for holder in found[:_SHOWN]]
    if number.lstrip()[:1] not in "+(0":  # a number of an invoice looks so too
        return []
    words = _("New contact with {number}").format(number=formats.isolate(caller.shown(number)))
    return [Hit(_("Who is calling"), words, icon="user-plus", act=partial(_show, number))]


def _caller(holder: Holder, number: str, *, alone: bool) -> Hit:
    detail = " · ".join(part for part in (holder.person, holder.city, formats.isolate(holder.phone)) if part)
    if alone:
        return Hit(_("Who is calling"), holder.name, detail, icon="phone", act=partial(_show, number))
    return Hit(_("Who is calling"), holder.name, detail, icon="phone", kind="caller", id=holder.customer_id)


def _show(number: str) -> None:
    from crm_desktop.gui.parts import caller_card

    caller_card.show(number)


def find(text: str) -> list[Hit]:
    """Entries of timelines and files in which all words are found, the latest first."""
    if max((len(word) for word in text.split()), default=0) < _FEWEST_LETTERS:
        return []
    entries = timeline.find(text, _SHOWN)
    names = {row.id: row.name for row in customer_list.rows(list({entry.customer_id for entry in entries}))}
    return [
        *(_entry(entry, names.get(entry.customer_id, "")) for entry in entries),
        *(_file(hit) for hit in file_texts.find(text, _SHOWN)),
    ]


def _entry(entry: timeline.Entry, customer: str) -> Hit:
    title = entry.title or entry.body.split("\n")[0]
    right = formats.day_near(entry.happened_at)
    return Hit(_("What happened"), title, customer, right, icon_of(entry.kind), "customer", entry.customer_id)


def _file(hit: FileHit) -> Hit:
    detail = " · ".join(part for part in (hit.customer, hit.excerpt) if part)
    kind, record_id = _OPENS.get(hit.owner, "customer"), hit.owner_id
    if kind == "customer":
        record_id = hit.customer_id or 0
    return Hit(_("Files"), hit.name, detail, icon="paperclip", kind=kind, id=record_id)
