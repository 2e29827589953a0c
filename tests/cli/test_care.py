"""Cases and feedback by commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.usefixtures("firm")
def test_a_case_is_noted_listed_and_solved(crm: Callable[..., Any]) -> None:
    made = crm(
        "case",
        "add",
        "0007",
        "Lamp flickers",
        "--kind",
        "repair",
        "--priority",
        "high",
        "--due",
        "2030-01-15",
        "--json",
    ).json
    assert (made["title"], made["kind"], made["priority"], made["due_date"]) == (
        "Lamp flickers", "repair", 1, "2030-01-15",
    )  # fmt: skip
    assert "Lamp flickers" in crm("list", "cases", "--search", "flicker").out
    solved = crm("case", "solve", made["number"], "--solution", "New driver", "--cost", "12.50", "--json").json
    assert (solved["state"], solved["solution"], solved["cost"]) == ("solved", "New driver", "12.50")
    again = crm("case", "solve", made["number"])
    assert (again.code, "solved already" in again.err) == (1, True)
    assert crm("case", "solve", "CA-1900-0001").code == 1


@pytest.mark.usefixtures("firm")
def test_feedback_is_noted_and_read_from_a_file(crm: Callable[..., Any], tmp_path: Path) -> None:
    assert crm("feedback", "add", "0007", "4", "--comment", "Friendly").out == "Noted: 4 of 5.\n"
    assert crm("feedback", "add", "0007", "7").code == 1
    path = tmp_path / "answers.csv"
    path.write_text("customer number,score\n0007,5\n9999,1\n", encoding="utf-8")
    tried = crm("feedback", "read", str(path), "--dry-run", "--json").json
    assert (tried["new"], tried["known"], [bad["row"] for bad in tried["problems"]]) == (1, 0, [3])
    assert crm("feedback", "read", str(path)).out.startswith("1 answer noted.")
    assert crm("feedback", "read", str(path), "--json").json["new"] == 0
    assert {found["score"] for found in crm("list", "feedback", "--json").json} == {4, 5}


@pytest.mark.usefixtures("firm")
def test_lists_of_products_and_prices_are_empty_at_first(crm: Callable[..., Any]) -> None:
    assert crm("list", "products-owned", "--json").json == []
    assert crm("list", "price-lists", "--json").json == []
