"""From a quote to its final invoice by commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LINES = [
    {"name": "Table", "qty": 2, "price": "100.00", "rate": 19},
    {"name": "Oil", "qty": 1, "price": "20.00", "rate": 19, "role": "optional"},
]


@pytest.fixture
def quote(crm: Callable[..., Any], firm: Path, tmp_path: Path) -> str:
    """The number of an issued quote."""
    draft = {"kind": "quote", "customer": "0007", "lines": LINES}
    (tmp_path / "quote.json").write_text(json.dumps(draft), encoding="utf-8")
    return str(crm("invoice", "issue", "quote.json", "--json").json["number"])


def test_a_quote_becomes_an_order_a_deposit_and_a_final_invoice(crm: Callable[..., Any], quote: str) -> None:
    order = crm("order", "follow", quote, "order_confirmation", "--option", "2", "--json").json
    assert (order["grand_total"], [line.get("role") for line in order["lines"]]) == ("261.80", [None, None])
    deposit = crm("order", "follow", order["number"], "deposit", "--percent", "25", "--json").json
    assert (deposit["type_code"], deposit["due"]) == ("386", "65.45")
    final = crm("order", "follow", order["number"], "invoice", "--json").json
    assert (final["grand_total"], final["prepaid"], final["due"]) == ("261.80", "65.45", "196.35")
    assert [part["number"] for part in final["deductions"]] == [deposit["number"]]
    tree = crm("order", "show", final["number"], "--json").json["documents"]
    assert [(m["depth"], m["kind"], m["type_code"], m["state"]) for m in tree] == [
        (0, "quote", "310", "billed"),
        (1, "order_confirmation", "320", "billed"),
        (2, "invoice", "386", "open"),
        (2, "invoice", "380", "open"),
    ]
    assert f"    Deposit invoice {deposit['number']} 65.45 EUR" in crm("order", "show", quote).out
    refused = crm("order", "follow", order["number"], "invoice")
    assert (refused.code, "went into later documents already" in refused.err) == (1, True)
    assert crm("check", "--json").json["ok"]


def test_a_quote_is_declined_and_opened_again(crm: Callable[..., Any], quote: str) -> None:
    declined = crm("order", "decide", quote, "declined", "--reason", "Too dear", "--json").json
    assert declined == {"number": quote, "state": "declined", "reason": "Too dear", "won": []}
    assert "was declined" in crm("order", "follow", quote, "invoice").err
    assert crm("order", "decide", quote, "open", "--json").json["state"] == "open"
    assert crm("order", "decide", quote, "accepted").out.strip() == f"{quote}: Accepted"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("invoice", "--option", "3"), "has 2 lines"),
        (("deposit",), "either an amount or a percentage"),
        (("deposit", "--percent", "much"), "“much” is not a number"),
        (("deposit", "--amount", "1000"), "is left to bill"),
    ],
)
def test_what_cannot_follow_is_refused_and_takes_no_number(
    words: tuple[str, ...], sentence: str, crm: Callable[..., Any], quote: str
) -> None:
    refused = crm("order", "follow", quote, *words)
    assert (refused.code, sentence in refused.err) == (1, True), refused.err
    assert crm("list", "invoices", "--json").json == []
