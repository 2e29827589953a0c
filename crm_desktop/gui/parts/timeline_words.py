"""The words of a timeline: kinds, groups to filter by, channels, an entry as it is painted, a quick line as understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crm_desktop.activity import recurrence, recurrence_words, timeline
from crm_desktop.activity.quick_entry import Understood
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.kind_icons import icon_of
from crm_desktop.gui.widgets.timeline_view import Happening

_KINDS = {
    "note": N_("Note"),
    "call": N_("Call"),
    "email": N_("E-mail"),
    "meeting": N_("Meeting"),
    "visit": N_("Visit"),
    "message": N_("Message"),
    "letter": N_("Letter"),
}
_CHANNELS = {
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "video": N_("Video"),
    "whatsapp": "WhatsApp",
    "signal": "Signal",
    "telegram": "Telegram",
    "sms": "SMS",
    "chat": N_("Chat"),
    "post": N_("Post"),
}
# What is filtered by: key, name, kinds. What belongs to none stands under "all" and "rest".
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "all": (N_("All"), ()),
    "call": (N_("Calls"), ("call",)),
    "email": (N_("Mail"), ("email", "letter")),
    "money": (N_("Money"), (*timeline.MONEY_KINDS, "dunning", "loyalty")),
    "note": (N_("Notes"), ("note",)),
    "case": (N_("Cases"), ("case", "feedback", "owned_product")),
    "visit": (N_("Visits and meetings"), ("visit", "meeting")),
    "message": (N_("Messages"), ("message",)),
    "file": (N_("Files"), (timeline.FILE,)),
    "deal": (N_("Deals"), ("opportunity", "contract")),
    "rest": (N_("Other"), ("stage", "checklist", "rule", "merged", "import", "reminder", "campaign")),
}
_ALWAYS = ("all", "call", "email", "money", "note")


def kinds() -> list[tuple[str, str]]:
    """The kinds that are written by hand: key and word."""
    return [(key, _(word)) for key, word in _KINDS.items()]


def channels() -> list[tuple[str, str]]:
    """The channels: key and word; the first is none."""
    return [("", formats.DASH), *((key, _(word)) for key, word in _CHANNELS.items())]


def directions() -> list[tuple[str, str]]:
    """Which way it went: key and word; the first is not said."""
    return [("", formats.DASH), ("in", _("From them")), ("out", _("From us"))]


def groups(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """The groups that a timeline with so many entries of each kind offers: key and name."""
    return [
        (key, _(name))
        for key, (name, of_kinds) in GROUPS.items()
        if key in _ALWAYS or any(counts.get(kind) for kind in of_kinds)
    ]


def count_of(group: str, counts: Mapping[str, int]) -> int:
    """How many entries a group has."""
    of_kinds = GROUPS[group][1]
    return sum(counts.values()) if not of_kinds else sum(counts.get(kind, 0) for kind in of_kinds)


def heading(entry: timeline.Entry) -> tuple[str, str, str]:
    """What stands in bold, behind it, and below: "Anna Krüger called", "6 min", "Asked for an offer"."""
    title = entry.title or entry.body.split("\n")[0]
    below = entry.body if entry.title else ""
    if entry.kind == "call" and entry.who:
        said = {"in": _("{name} called"), "out": _("Called {name}")}.get(entry.direction, _("Call with {name}"))
        return said.format(name=entry.who), "", ": ".join(part for part in (title, below) if part)
    return title, _with(entry) if entry.who else "", below


def _with(entry: timeline.Entry) -> str:
    if entry.kind == "note":
        return entry.who
    ways = {"in": _("from {name}"), "out": _("to {name}")} if entry.kind in ("email", "letter", "message") else {}
    return ways.get(entry.direction, _("with {name}")).format(name=entry.who)


def happening(entry: timeline.Entry, found_in: tuple[str, str] | None = None, *, bad: bool = False) -> Happening:
    """An entry as it is painted. `found_in` is a file and the words in it that were looked for; `bad` an open complaint."""
    title, behind, below = heading(entry)
    minutes = _("{n} min").format(n=entry.minutes) if entry.minutes else ""
    channel = _(_CHANNELS[entry.channel]) if entry.channel in _CHANNELS and entry.kind in ("message", "meeting") else ""
    files = ngettext("{n} file", "{n} files", entry.files).format(n=entry.files) if entry.files else ""
    rest = " · ".join(part for part in (behind, minutes, channel, files) if part)
    if found_in is not None:
        named = _("{file}: {words}").format(file=formats.isolate(found_in[0]), words=found_in[1])
        below = found_in[1] if entry.kind == timeline.FILE else named
    return Happening(
        entry.id,
        entry.happened_at,
        icon_of(entry.kind),
        title,
        f"· {rest}" if rest and entry.kind in ("call", "message") and not behind else rest,
        below,
        formats.money_text(entry.amount_minor, entry.currency) if entry.amount_minor is not None else "",
        "red" if bad else {"payment": "green"}.get(entry.kind, ""),
        _("Open") if bad else "",
    )


# ---- a quick line ------------------------------------------------------------------------------------------------------


def understood(found: Understood, about: str = "") -> str:
    """How a quick line is understood, in one line; empty where there is nothing to say of it.

    `about` names the record that is meant, if any.
    """
    parts = [] if found.only_reminder else _entry_parts(found, about)
    if found.remind_on is not None:
        day = formats.day_near(found.remind_on)
        when = _("{day} {time}").format(day=day, time=f"{found.remind_at:%H:%M}") if found.remind_at else day
        if found.repeats:
            repeats = recurrence_words.words(replace(recurrence.rule_from(found.repeats), at=None), found.repeats_from)
            words = _("Reminder {repeats}, first {when}: {title}")
            parts.append(words.format(repeats=repeats, when=when, title=found.remind))
        else:
            parts.append(_("Reminder {when}: {title}").format(when=when, title=found.remind))
    elif len(parts) <= 1 and not found.kind:
        return ""
    return "  ·  ".join(parts)


def _entry_parts(found: Understood, about: str) -> list[str]:
    parts = [_(_KINDS[found.kind or "note"])]
    if found.direction:
        parts.append(dict(directions())[found.direction])
    if found.day is not None or found.at is not None:
        day = formats.day_near(found.day or dates.today())
        parts.append(_("{day} {time}").format(day=day, time=f"{found.at:%H:%M}") if found.at else day)
    if found.minutes:
        parts.append(_("{n} min").format(n=found.minutes))
    if found.who:
        parts.append(_("with {name}").format(name=found.who))
    if about or found.about:
        parts.append(_("about {what}").format(what=about or f"“{found.about}”"))
    return parts
