"""Campaigns and scenarios in the terminal: run a campaign that was planned in the window, try scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_desktop.cli.arguments import JSON
from crm_desktop.cli.command import Args, Argument, Command, Wiring
from crm_desktop.cli.printing import say
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.exchange import listing
from crm_desktop.outreach import campaign_audience, campaign_running, campaigns, labels, scenarios
from crm_desktop.outreach.campaigns import Campaign
from crm_desktop.outreach.scenarios import Scenario


def run(arguments: Args, _wiring: Wiring) -> None:
    """`campaign run NAME`."""
    campaign = campaigns.find(arguments.name)
    if arguments.dry_run:
        _say_ready(arguments, campaign)
        return
    if campaign.is_draft:
        _where(arguments, campaign)
        if not arguments.yes:
            _ask(campaign)
        campaign_running.start(campaign.id)
    campaign_running.after_a_crash()
    if campaigns.get(campaign.id).state == "paused":
        campaign_running.resume(campaign.id)
    _go(arguments, campaigns.get(campaign.id))
    found = next(one for one in listing.records("campaigns") if one["id"] == campaign.id)
    left = campaigns.counts(campaign.id)
    said = _("{name}: {sent} sent, {failed} not sent, {unsure} perhaps sent, {waiting} waiting")
    say(
        arguments,
        found,
        said.format(name=campaign.name, **{k: left[k] for k in ("sent", "failed", "unsure", "waiting")}),
    )


def _ask(campaign: Campaign) -> None:
    """Say who gets it and who does not, instead of starting it; what went out cannot be taken back."""
    found = campaign_running.ready(campaign.id)
    if found.problems:
        raise UserError(found.problems[0])
    number, reasons = len(found.audience.reached), campaign_audience.words(found.audience)
    left_out = " " + _("Left out: {reasons}").format(reasons="; ".join(reasons)) + "." if reasons else ""
    words = ngettext(
        "“{name}” goes to {n} person.{left_out} Add --yes when that is what you want.",
        "“{name}” goes to {n} people.{left_out} Add --yes when that is what you want.",
        number,
    )
    raise UserError(words.format(name=campaign.name, n=number, left_out=left_out))


def _say_ready(arguments: Args, campaign: Campaign) -> None:
    found = campaign_running.ready(campaign.id)
    value = {
        "name": campaign.name, "people": len(found.audience.reached), "held_out": found.audience.held_out,
        "left_out": found.audience.left_out, "problems": list(found.problems), "hints": found.checked.hints,
    }  # fmt: skip
    lines = [
        _("{name}: {n} people").format(name=campaign.name, n=value["people"]),
        *found.problems,
        *found.checked.hints,
    ]
    say(arguments, value, *lines)


def _where(arguments: Args, campaign: Campaign) -> Path:
    if campaign.kind in ("draft", "letter", "labels") and not arguments.to:
        raise UserError(_("Say where it goes with --to: a folder for drafts, a PDF for letters and labels."))
    return Path(arguments.to or ".")


def _go(arguments: Args, campaign: Campaign) -> None:
    from crm_desktop.outreach import campaign_paper

    if campaign.state != "running":
        return
    target = _where(arguments, campaign)
    if campaign.kind == "email":
        campaign_running.send(campaign.id)
    elif campaign.kind == "draft":
        campaign_running.write_drafts(campaign.id, target)
    elif campaign.kind == "letter":
        campaign_paper.print_all(campaign.id, target)
    elif campaign.kind == "labels":
        campaign_paper.print_labels(campaign.id, target, arguments.sheet, arguments.first)


def _as_json(scenario: Scenario) -> dict[str, Any]:
    return {"id": scenario.id, "name": scenario.name, "on": scenario.is_on, "scenario": scenarios.sentence(scenario)}


def show(arguments: Args, _wiring: Wiring) -> None:
    """`scenario list`."""
    found = scenarios.everything()
    states = {True: _("on"), False: _("off")}
    lines = [f"{states[one.is_on]}  {one.name}: {scenarios.sentence(one)}" for one in found]
    say(arguments, {"scenarios": [_as_json(one) for one in found]}, *lines)


def attempt(arguments: Args, _wiring: Wiring) -> None:
    """`scenario try NAME`."""
    named = [one for one in scenarios.everything() if fold(one.name) == fold(arguments.name)]
    if not named:
        raise NotFound(_("There is no scenario “{name}”.").format(name=arguments.name))
    found = scenarios.tried(named[0])
    said = [
        {"day": one.day.isoformat(), "customer": one.customer, "about": one.about, "subject": one.subject, "why_not": one.why_not}
        for one in found
    ]  # fmt: skip
    say(arguments, {"would": said}, *(f"{one.day}  {one.customer}  {one.why_not or one.subject}" for one in found))


COMMANDS = (
    Command(
        "campaign run",
        N_("start a planned campaign, or go on with a paused one"),
        run,
        "write",
        (
            Argument("name", N_("name of the campaign")),
            Argument("--to", N_("folder for drafts, PDF for letters and labels"), {"metavar": "PATH"}),
            Argument("--sheet", N_("kind of label sheet"), {"choices": tuple(labels.SHEETS), "default": "3x8"}),
            Argument("--first", N_("first free label on the sheet"), {"type": int, "default": 1, "metavar": "N"}),
            Argument("--yes", N_("more than 20 people are meant"), {"action": "store_true"}),
            Argument("--dry-run", N_("only check every recipient"), {"action": "store_true"}),
            JSON,
        ),
    ),
    Command("scenario list", N_("the scenarios"), show, "read", (JSON,)),
    Command(
        "scenario try",
        N_("what a scenario would have prepared in the last twelve months"),
        attempt,
        "read",
        (Argument("name", N_("name of the scenario")), JSON),
    ),
)
