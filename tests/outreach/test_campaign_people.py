"""A campaign to the people in a company: consent and rest of their own, their own name, one buyer however many got it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lamp_shop import add, buy, firm, pages, person, plan, reply, report, use
from mail_servers import good_server

from crm_desktop.activity import timeline
from crm_desktop.customers import consent, contacts
from crm_desktop.exchange import mailbox_files
from crm_desktop.outreach import (
    bounces,
    campaign_audience,
    campaign_paper,
    campaign_results,
    campaign_running,
    campaigns,
)


@pytest.mark.parametrize(
    ("recipients", "addresses"),
    [
        ("firm", ["ida9@kunde.example", "ida1@kunde.example"]),
        ("people", ["ann@firm.example", "ida1@kunde.example"]),
        ("both", ["ida9@kunde.example", "ann@firm.example", "ida1@kunde.example"]),
    ],
)
def test_it_goes_to_the_firm_to_its_people_or_to_both_and_never_twice_to_one_address(shop, recipients, addresses):
    whole = firm()
    add(1)
    person(whole, "Ann")
    person(whole, "Bob", email="ANN@firm.example")
    person(whole, "Cleo", agreed=False)
    person(whole, "Dan", email="")
    found = campaign_audience.plan(campaigns.get(plan(recipients=recipients)))
    assert sorted(p.address for p in found.people) == sorted(addresses)
    if recipients != "firm":
        assert found.left_out == {"consent": 1, "address": 1, "same": 1}


def test_people_agree_for_themselves_and_a_later_refusal_of_the_firm_counts_for_them(shop):
    whole = firm()
    ann = person(whole, "Ann")
    assert consent.current(whole)[0].person_id is None
    consent.note(whole, "newsletter", consent.WITHDRAWN)
    made = plan(recipients="both")
    assert campaign_audience.plan(campaigns.get(made)).left_out == {"consent": 2}
    consent.note(whole, "newsletter", consent.GIVEN, source="call", person_id=ann)
    (reached,) = campaign_audience.plan(campaigns.get(made)).people
    assert (reached.name, reached.contact_person_id) == ("Ann Reed, Firm 9", ann)
    assert [(e.person, e.state) for e in consent.history(whole) if e.purpose == "newsletter"][:2] == [
        ("Ann Reed", "given"), ("", "withdrawn"),
    ]  # fmt: skip


def test_each_of_the_people_reads_their_own_name_and_one_who_left_gets_nothing(shop):
    whole = firm()
    person(whole, "Ann", title="Dr.")
    bob = person(whole, "Bob")
    made = plan(recipients="people", body="{greeting}\n{person_role} at {name}, {first_name}, {email}")
    with good_server() as (port, inbox):
        use(port)
        assert campaign_running.start(made) == 2
        contacts.remove_person(bob)
        assert campaign_running.send(made).sent == 1
    (mail,) = inbox.messages
    assert mail["To"] == "ann@firm.example"
    assert mail.get_content().split("\r\n")[:2] == [
        "Good day Ms Dr. Reed,", "Buyer at Firm 9, Ann, ann@firm.example",
    ]  # fmt: skip
    (gone,) = campaigns.recipients(made, "skipped")
    assert "no longer with the customer" in gone.reason
    (entry,) = [e for e in timeline.rows(timeline.ids(whole)) if e.kind == "campaign"]
    assert entry.title == "E-mail: Winter (to Dr. Ann Reed, Firm 9)"
    again = campaigns.save({"name": "Again", "purpose": "newsletter", "cap_days": 14, "recipients": "both"})
    assert [p.address for p in campaign_audience.plan(campaigns.get(again)).people] == ["ida9@kunde.example"]


def test_a_letter_to_a_person_names_them_below_the_firm(shop, tmp_path):
    whole = firm(street="Weg 9")
    person(whole, "Ann", agreed=False)
    person(whole, "Bob", agreed=False)
    made = plan("letter", purpose="", recipients="people", body="{greeting}")
    campaign_running.start(made)
    target = tmp_path / "letters.pdf"
    assert campaign_paper.print_all(made, target) == 2
    first, second = pages(target)
    assert first.index("Firm 9") < first.index("Ann Reed") < first.index("Weg 9")
    assert "Bob Reed" in second


def test_a_firm_that_buys_once_is_one_buyer_however_many_of_its_people_were_called(shop):
    whole = firm()
    for name in ("Ann", "Bob", "Cleo"):
        person(whole, name, phone=f"+49 40 {name}", agreed=False)
    made = plan("call", purpose="", recipients="people")
    campaign_running.start(made)
    for one in campaigns.recipients(made):
        campaign_running.note_call(one.id, reached=True)
    buy(whole)
    got = campaign_results.measure(made).got
    assert (got.people, got.buyers, got.reached, got.net_minor) == (1, 1, 3, 10000)


def test_a_person_who_wants_no_more_takes_back_their_own_consent(shop, tmp_path):
    whole = firm()
    ann, bob = person(whole, "Ann"), person(whole, "Bob")
    made = plan(recipients="both")
    with good_server() as (port, _inbox):
        use(port)
        campaign_running.start(made)
        campaign_running.send(made)
    ids = {r.address: r.message_id for r in campaigns.recipients(made)}
    box = tmp_path / "answers.mbox"
    box.write_text(
        reply("ann@firm.example", ids["ann@firm.example"], "Unsubscribe") + report("bob@firm.example", "<gone@x>"),
        encoding="utf-8",
    )
    assert bounces.take_over(bounces.judge(mailbox_files.read(box))) == 2
    assert consent.allows(whole, "newsletter")
    assert [c.state for c in consent.current(whole, ann)] == ["withdrawn"]
    again = campaigns.save({"name": "Again", "purpose": "newsletter", "recipients": "both"})
    found = campaign_audience.plan(campaigns.get(again))
    assert ([p.contact_person_id for p in found.people], found.left_out) == ([None], {"consent": 1, "bounced": 1})
    assert bob not in {p.contact_person_id for p in found.people}
