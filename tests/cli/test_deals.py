"""Deals by commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.usefixtures("firm")
def test_a_deal_is_added_moved_lost_and_won(crm: Callable[..., Any]) -> None:
    made = crm(
        "opportunity", "add", "0007", "Bar lighting", "--value", "6480.50", "--expected", "2026-12-15", "--source", "Fair",
        "--next", "Call", "--next-on", "2026-12-01", "--json",
    ).json  # fmt: skip
    shown = (made["title"], made["stage"], made["value"], made["probability"], made["source"], made["next"])
    assert shown == ("Bar lighting", "Enquiry", "6480.50", 10.0, "Fair", "2026-12-01")
    number = str(made["id"])
    assert crm("opportunity", "move", number, "offer", "--json").json["stage"] == "Quote sent"
    lost = crm("opportunity", "lose", number, "--reason", "Too dear", "--competitor", "Lampenhaus", "--json").json
    assert (lost["state"], lost["lost_reason"], lost["competitor"]) == ("lost", "Too dear", "Lampenhaus")
    assert crm("opportunity", "move", number, "Negotiating", "--json").json["state"] == "open"
    assert crm("opportunity", "win", number, "--on", "2026-11-20").out == "Won: Bar lighting.\n"
    (listed,) = crm("list", "opportunities", "--json").json
    assert (listed["state"], listed["closed"]) == ("won", "2026-11-20")
    assert "Bar lighting" in crm("list", "opportunities", "--search", "bar").out


def test_what_cannot_be_done_is_said(crm: Callable[..., Any], firm: Path) -> None:
    refused = crm("opportunity", "add", "0007", "Lamps", "--stage", "nowhere")
    assert (refused.code, "There are: Enquiry, Qualified" in refused.err) == (1, True)
    assert crm("opportunity", "add", "0007", "Lamps", "--value", "many").code == 1
    assert "no longer there" in crm("opportunity", "win", "99").err
