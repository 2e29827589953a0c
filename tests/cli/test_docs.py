"""The guide of the terminal says what the terminal does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crm_desktop.cli.command_table import COMMANDS, parser

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def section(name):
    """The part of the guide about a command."""
    found = re.search(rf"^## {name}\b.*?(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    return found.group(0) if found else ""


def test_every_command_has_a_section_with_all_its_options():
    missing = []
    for command in COMMANDS:
        text = section(command.name)
        options = [a.name for a in command.arguments if a.name.startswith("--")]
        missing += [f"{command.name} {option}" for option in ["", *options] if option not in text or not text]
    assert missing == []


def test_every_section_is_about_a_command_that_exists():
    known = {command.name for command in COMMANDS} | {"import undo", "Exit codes"}
    heads = re.findall(r"^## (.+)$", GUIDE, re.MULTILINE)
    assert [head for head in heads if not any(re.match(rf"{name}\b", head) for name in known)] == []


def test_every_option_of_the_guide_exists():
    known = {a.name for command in COMMANDS for a in command.arguments if a.name.startswith("--")}
    known |= {"--data", "--language", "--version", "--help", "--self-test"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) - known == set()


def test_the_examples_are_json():
    examples = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert examples
    assert all(json.loads(example) for example in examples)


def test_the_help_of_each_command_can_be_shown(capsys):
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            parser().parse_args([*command.name.split(), "--help"])
    assert "--dry-run" in capsys.readouterr().out


def test_the_draft_of_the_guide_gives_the_sums_of_the_guide(crm, firm, tmp_path):
    draft, shown = (
        json.loads(re.search(r"```json\n(.*?)```", section(name), re.DOTALL).group(1))
        for name in ("invoice issue", "invoice show")
    )
    (tmp_path / "draft.json").write_text(json.dumps(draft | {"customer": "0007"}), encoding="utf-8")
    issued = crm("invoice", "issue", "draft.json", "--json").json
    assert list(issued) == list(shown)
    about = ("number", "customer", "customer_number", "language", "state")
    assert {k: v for k, v in issued.items() if k not in about} == {k: v for k, v in shown.items() if k not in about}
