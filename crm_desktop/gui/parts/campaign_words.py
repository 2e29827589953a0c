"""The words of campaigns on the screen: kinds, states, tones, results as facts."""

from __future__ import annotations

from decimal import Decimal

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.outreach import campaign_results, campaigns
from crm_desktop.outreach.campaign_results import Group, Result

STATE_TONES = {"draft": "grey", "running": "blue", "paused": "amber", "done": "green"}
RECIPIENT_TONES = {
    "waiting": "blue", "sending": "blue", "sent": "green", "failed": "red", "unsure": "amber", "skipped": "grey",
    "held_out": "grey",
}  # fmt: skip


def result_facts(found: Result) -> list[tuple[str, str]]:
    """What a campaign brought, as label and value; empty where nobody got it yet."""
    got = found.got
    if not got.people:
        return []
    days = _("Bought within {n} days").format(n=found.counted_days)
    return [
        (_("Replies"), formats.count(got.replied)),
        (days, buyers(got)),
        (_("Revenue, net"), formats.money_text(got.net_minor, found.currency)),
        (_("Cost"), formats.money_text(found.cost_minor, found.currency)),
        (_("Wants no more"), formats.count(got.opted_out)),
        (_("Came back"), formats.count(got.bounced)),
    ]


def buyers(group: Group) -> str:
    """The buyers of a group: "12 of 90 (13.3 %)"."""
    if group.rate is None:
        return formats.DASH
    said = _("{n} of {all} ({share})")
    share = formats.percentage(group.rate.quantize(Decimal("0.1")))
    return said.format(n=formats.count(group.buyers), all=formats.count(group.people), share=share)


def verdicts(found: Result) -> list[str]:
    """The comparisons that there are: with those held out, and of two texts."""
    said = []
    if found.held_out.people:
        said.append(
            _("Against those held out: {verdict}").format(verdict=campaign_results.verdict(found.got, found.held_out))
        )
    if found.variants:
        said.append(_("Text A against text B: {verdict}").format(verdict=campaign_results.verdict(*found.variants[:2])))
    return said


def progress_words(left: dict[str, int]) -> str:
    """How far a campaign is: "12 of 300 sent, 3 not sent"."""
    total = sum(left.values()) - left["held_out"]
    words = [_("{n} of {all} sent").format(n=formats.count(left["sent"]), all=formats.count(total))]
    for key, said in (
        ("waiting", _("{n} waiting")), ("failed", _("{n} not sent")), ("unsure", _("{n} perhaps sent")),
        ("skipped", _("{n} left out")), ("held_out", _("{n} held out")),
    ):  # fmt: skip
        if left[key]:
            words.append(said.format(n=formats.count(left[key])))
    return ", ".join(words)


def kind_word(kind: str) -> str:
    """The kind of a campaign in words."""
    return _(campaigns.KINDS[kind])
