"""Work, timer and drafts of what waits in the terminal."""

from __future__ import annotations


def test_work_is_noted_listed_and_billed_once(crm, firm):
    noted = crm("service", "add", "0007", "Consulting", "1:30", "--price", "80", "--on", "2026-11-20", "--json")
    assert noted.code == 0
    assert noted.json["quantity"] == "1.5"
    again = crm("service", "add", "Café Ostwind", "Repair", "2", "--note", "Hall")
    assert again.out == "Noted for Café Ostwind: 2 HUR Repair, 160.00 EUR without tax.\n"
    assert [entry["net"] for entry in crm("bill", "list", "--json").json] == ["120.00", "160.00"]
    assert "Consulting" in crm("bill", "list", "--customer", "0007").out
    assert crm("bill", "list", "--customer", "0008", "--json").json == []

    made = crm("bill", "make", "--customer", "0007", "--json").json["drafts"]
    assert [draft["lines"] for draft in made] == [2]
    assert crm("bill", "make").out == "Nothing waits to be billed.\n"
    assert [entry["state"] for entry in crm("service", "list", "--state", "draft", "--json").json] == ["draft", "draft"]
    assert crm("service", "list", "--json").json == []


def test_the_timer_runs_on_between_two_commands(crm, firm):
    started = crm("timer", "start", "--customer", "0008", "--json")
    assert started.json["customer"] == "Nordlicht"
    refused = crm("timer", "start")
    assert refused.code == 1
    assert refused.err == "The timer is on for Nordlicht already. Stop it first.\n"
    noted = crm("timer", "stop", "--what", "Wiring", "--json").json
    assert (noted["what"], noted["customer"], noted["state"]) == ("Wiring", "Nordlicht", "waiting")
    assert crm("timer", "stop").err == "The timer is not on.\n"


def test_what_is_wrong_is_said(crm, firm):
    assert crm("service", "add", "0007", "X", "soon").err == "“soon” is no quantity. Write it like 1:30 or 1.5.\n"
    assert (
        crm("service", "add", "0007", "X", "1", "--price", "much").err == "“much” is no price. Write it like 80.00.\n"
    )
    assert crm("service", "add", "4711", "X", "1").code == 1
    assert crm("service", "add", "0007", "X", "0").code == 1
