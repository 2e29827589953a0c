"""Campaigns and scenarios in the terminal: checked, run, listed; scenarios tried."""

from __future__ import annotations

import json

import pytest

from crm_desktop.cli import campaign_work
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.customers import customers
from crm_desktop.exchange import listing
from crm_desktop.outreach import campaigns, scenarios
from crm_desktop.outreach.campaigns import Words
from crm_desktop.outreach.scenarios import Scenario


class Arguments:
    """What the reader of the command line gives."""

    def __init__(self, **values: object) -> None:
        self.__dict__ |= {"json": True, "to": "", "yes": False, "dry_run": False, "sheet": "3x8", "first": 1} | values


def asked(capsys, command, **values):
    command(Arguments(**values), None)
    return json.loads(capsys.readouterr().out)


def people(count):
    for number in range(count):
        customers.save(
            {
                "company": f"Cafe {number}",
                "email": f"c{number}@kunde.example",
                "street": f"Kai {number}",
                "city": "Hamburg",
            }
        )


def test_a_campaign_is_checked_and_run(data_file, capsys, tmp_path):
    people(2)
    made = campaigns.save({"name": "Grüße", "kind": "draft", "purpose": ""})
    campaigns.save_words(made, Words("a", "en", "Hello", "Hello {name}"))
    checked = asked(capsys, campaign_work.run, name="grusse", dry_run=True)
    assert (checked["people"], checked["problems"], checked["left_out"]) == (2, [], {})
    with pytest.raises(UserError, match="--to"):
        campaign_work.run(Arguments(name="Grüße"), None)
    assert campaigns.get(made).state == "draft"
    folder = tmp_path / "drafts"
    folder.mkdir()
    done = asked(capsys, campaign_work.run, name="Grüße", to=str(folder), yes=True)
    assert (done["sent"], done["state"], done["cost"]) == (2, "done", "0.00")
    assert len(list(folder.iterdir())) == 2
    assert list(listing.records("campaigns", "winter")) == []
    assert [one["name"] for one in listing.records("campaigns", "grüße")] == ["Grüße"]
    with pytest.raises(NotFound, match="no campaign called “Nix”"):
        campaign_work.run(Arguments(name="Nix"), None)


def test_nothing_starts_without_a_yes_and_who_is_left_out_is_said(data_file, tmp_path):
    people(2)
    customers.save({"company": "No street", "city": "Kiel"})
    made = campaigns.save({"name": "Labels", "kind": "labels", "purpose": ""})
    said = "goes to 2 people. Left out: 1 have no postal address: street or town is missing. Add --yes"
    with pytest.raises(UserError, match=said):
        campaign_work.run(Arguments(name="Labels", to=str(tmp_path / "l.pdf")), None)
    assert campaigns.recipients(made) == []


def test_scenarios_are_listed_and_tried(data_file, capsys):
    scenarios.save(Scenario("Quiet", "quiet", {"en": ("We miss you", "Hello {name}")}, days=30, purpose=""))
    (found,) = asked(capsys, campaign_work.show)["scenarios"]
    assert found["scenario"] == "When nobody was in touch for 30 days: prepare the mail “We miss you”."
    assert asked(capsys, campaign_work.attempt, name="quiet")["would"] == []
    with pytest.raises(NotFound, match="no scenario “x”"):
        campaign_work.attempt(Arguments(name="x"), None)
