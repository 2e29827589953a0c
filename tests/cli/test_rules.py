"""Rules in the terminal: listed in words, tried, switched, and what is due done at once."""

from __future__ import annotations

import json

import pytest

from crm_desktop.cli import rules_work
from crm_desktop.core.errors import NotFound
from crm_desktop.customers import customers
from crm_desktop.workflow import rules
from crm_desktop.workflow.rules import Act, Rule


class Arguments:
    """What the reader of the command line gives."""

    json = True

    def __init__(self, **values: str) -> None:
        self.__dict__ |= values


def asked(capsys, command, **values):
    command(Arguments(**values), None)
    return json.loads(capsys.readouterr().out)


def test_listed_switched_and_run(data_file, capsys):
    made = rules.save(Rule("Grüße", "quiet", (Act("tag", "quiet"),), days=30))
    customers.save({"company": "Ostwind"})
    (found,) = asked(capsys, rules_work.show)["rules"]
    assert found == {
        "id": made, "name": "Grüße", "on": False, "rests": None,
        "rule": "When nobody was in touch for 30 days: give the tag “quiet”.",
    }  # fmt: skip
    assert asked(capsys, rules_work.attempt, name="grusse")["would"] == []
    assert asked(capsys, rules_work.switch, name="GRÜSSE", state="on")["on"] is True
    assert asked(capsys, rules_work.tend)["done"] == 0
    with pytest.raises(NotFound, match="no rule “Danke”"):
        rules_work.switch(Arguments(name="Danke", state="on"), None)
