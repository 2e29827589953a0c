"""Programs whose exports are known by their headings: Google Contacts, Outlook, DATEV and others.

The data stands in `resources/presets/programs.json`: what identifies a program and where its columns go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from crm_desktop.core.resources import resource
from crm_desktop.exchange.headings import normalise


@dataclass(frozen=True)
class Program:
    """A program: its name ("" for our own tables), the kind of its records, the headings that give it away."""

    name: str
    kind: str
    needs: frozenset[str]
    columns: dict[str, str]

    def field_of(self, label: str) -> str | None:
        """Where a column goes: a field, "" for nowhere, "custom"; None if the program does not say."""
        plain = normalise(label, whole=True)
        found = self.columns.get(plain)
        return self.columns.get(re.sub(r"\b\d+\b", "#", plain)) if found is None else found


@cache
def _programs() -> tuple[Program, ...]:
    raw = json.loads(resource("presets", "programs.json").read_text(encoding="utf-8"))["programs"]
    return tuple(
        Program(entry["name"], entry["kind"], frozenset(need.strip() for need in entry["needs"].split("|")), entry["columns"])
        for entry in raw
    )  # fmt: skip


def find(labels: Sequence[str], kind: str = "auto") -> Program | None:
    """The program that a table comes from, by its headings; None if it is not known, or keeps other records."""
    plain = {normalise(label, whole=True) for label in labels}
    fits = [program for program in _programs() if program.needs <= plain and kind in {"auto", program.kind}]
    return max(fits, key=lambda program: len(program.needs), default=None)
