"""Stages, segments and checklists from the terminal."""

from __future__ import annotations

from crm_desktop.activity import checklists
from crm_desktop.activity.checklists import Checklist, Step
from crm_desktop.db import connection, migrate
from crm_desktop.insight import segments
from crm_desktop.insight.segments import Condition, where
from tests.cli.conftest import CUSTOMERS


def started(crm, tmp_path):
    (tmp_path / "c.csv").write_text(CUSTOMERS, encoding="utf-8")
    assert crm("import", "c.csv").code == 0


def written(tmp_path, write):
    migrate.open_file(tmp_path / "firm.crm")
    write()
    connection.close()


def test_a_customer_is_put_into_a_stage_and_the_stages_count_them(crm, tmp_path):
    started(crm, tmp_path)
    done = crm("stage", "0007", "regular", "--reason", "orders every month", "--json")
    assert done.json["history"][0] | {"on": ""} == {
        "from": None, "to": "Regular", "on": "", "reason": "orders every month", "by_rule": False,
    }  # fmt: skip
    found = crm("stages", "--json").json
    assert {s["code"]: s["customers"] for s in found["stages"]}["regular"] == 1
    assert found["without"] == 1
    assert "4 orders: Customer → Regular" in crm("stages").out
    refused = crm("stage", "0007", "valued")
    assert refused.code == 1
    assert "There is no stage called “valued”. There are: Suspect, Prospect" in refused.err


def test_segments_are_listed_and_name_their_customers(crm, tmp_path):
    started(crm, tmp_path)
    written(tmp_path, lambda: segments.save("North", where(Condition("city", "is", "Hamburg"))))
    assert crm("segments", "--json").json == [{"name": "North", "conditions": "Town is “Hamburg”", "customers": 1}]
    assert [c["name"] for c in crm("segment", "north", "--json").json] == ["Nordlicht"]
    assert "Nordlicht" in crm("segment", "North").out
    assert "There is no segment called “South”" in crm("segment", "South").err


def test_checklists_are_listed_with_their_days(crm, tmp_path):
    started(crm, tmp_path)
    written(tmp_path, lambda: checklists.save(Checklist(0, "Welcome", "won", (Step("Letter"), Step("Visit", 30)))))
    assert crm("checklists", "--json").json == [
        {"name": "Welcome", "starts": "won", "on": True,
         "steps": [{"title": "Letter", "days_after": 0}, {"title": "Visit", "days_after": 30}]}
    ]  # fmt: skip
    assert "30 Visit" in crm("checklists").out
