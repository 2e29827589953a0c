"""What the window shows of a file before anything of it is checked: rows that will be no records, and its other tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crm_desktop.core.errors import UserError
from crm_desktop.exchange import guessing, targets
from crm_desktop.exchange import survey as surveys
from crm_desktop.exchange.columns import Matching
from crm_desktop.exchange.importing import Opened
from crm_desktop.exchange.values import Cell

# A sheet with fewer columns is a list of words, with fewer known headings a plan, a sum or a form.
_FEWEST_COLUMNS, _FEWEST_KNOWN = 2, 2


def no_records(opened: Opened, matching: Matching, rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Which of the first rows of a sheet will be left out because they are no records, with the reason."""
    found = opened.survey
    if found is None:
        return {}
    sieve = found.sieve(frozenset(c.column.index for c in matching.choices if c.field in targets.NAMING))
    few = max(2.0, 0.7 * sieve.usual)
    reasons = {}
    for number, row in enumerate(rows, 1):
        filled = sum(1 for cell in row if cell not in {"", None})
        if number >= found.layout.first_row and filled <= few and (reason := sieve.reason_to_skip(row)):
            reasons[number] = reason
    return reasons


def other_tables(opened: Opened, brought: set[tuple[Path, str]]) -> list[str]:
    """The names of further sheets of a workbook that hold a table, without those that were brought already."""
    source, chosen = opened.source, opened.sheet
    found = []
    for sheet in surveys.first_of(source, source.sheets) if chosen is not None else ():
        known = sheet is chosen or not sheet.visible or (source.path, sheet.name) in brought
        if known:
            continue
        try:
            layout = surveys.look(source, sheet, None)
        except UserError:
            continue
        below = source.count(sheet) - layout.header_row
        known_headings = guessing.sheet_score(layout, sheet.name, "auto", 0)
        if len(layout.columns) >= _FEWEST_COLUMNS and layout.has_headings and below > 0:
            found += [sheet.name] if known_headings >= _FEWEST_KNOWN else []
    return found
