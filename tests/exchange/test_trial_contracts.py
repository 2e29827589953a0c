"""What a trial with ten sheets found about contracts: to which days notice counts, and contracts that came with their notice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from import_files import write_csv

from crm_desktop.db import connection as db
from crm_desktop.exchange import contract_words, importing
from crm_desktop.sales import contract_states, contracts

_OWNERS = Path(__file__).parents[1] / "data" / "owners"


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("3 Monate zum Jahresende", "year"),
        ("6 Wochen zum Ende eines Kalendervierteljahres", "quarter"),
        ("6 Wochen zum Quartalsende", "quarter"),
        ("6 Monate zum Halbjahresende", "half_year"),
        ("4 Wochen zum Monatsende", "month"),
        ("1 Monat zum Ende der Laufzeit", "term"),
        ("jederzeit", "any"),
        ("3 months to the end of the year", "year"),
        ("4 weeks to the end of a calendar quarter", "quarter"),
        ("30 days, at any time", "any"),
        ("3 mois avant la fin de l'année", "year"),
        ("6 Wochen", None),
    ],
)
def test_to_which_days_notice_counts(text, to):
    assert contract_words.notice_to(text) == to


def test_the_gardeners_contracts_end_as_they_say(data_file):
    result = importing.run(_OWNERS / "gardener.xls")
    first = contracts.rows([contracts.find("G-01")])[0]
    assert (first.notice_count, first.notice_unit, first.notice_to) == (3, "month", "year")
    assert contract_states.end_of_notice(first, date(2026, 11, 22)) == date(2027, 12, 31)
    given = contracts.find("G-03")
    assert given not in contracts.ids("running")
    assert given in contracts.ids("soon")
    asked = [note.reason for note in result.outcome.warnings if note.value == "gekündigt"]
    assert asked == ["Notice was given, but to which day? Enter the last day in the contract"]
    told = db.query("SELECT title, happened_at FROM timeline_entry WHERE title LIKE '%Heckenschnitt%'")
    assert [(title, day[:10]) for title, day in told] == [("Contract “Heckenschnitt” began", "2023-03-15")]


def test_notice_with_its_days_is_kept_with_them(data_file, tmp_path):
    head = ["Vertragsnr", "Kunde", "Titel", "Beginn", "Kündigungsfrist", "Status"]
    rows = [
        ["V-1", "Huber", "Pflege", "1.1.2020", "4 Wochen zum 15.", "gekündigt am 3.5.2026 zum 31.12.2026"],
        ["V-2", "Maier", "Pflege", "1.1.2020", "jederzeit", "ungekündigt"],
    ]
    result = importing.run(write_csv(tmp_path / "v.csv", [head, *rows]))
    first, second = contracts.rows([contracts.find("V-1"), contracts.find("V-2")])
    assert (first.state, first.notice_given_on, first.ends_on) == ("notice_given", date(2026, 5, 3), date(2026, 12, 31))
    assert (second.state, second.notice_to) == ("active", "any")
    assert first.id in contracts.ids("running")
    assert [note.row for note in result.outcome.warnings] == [2]
    assert not importing.run(tmp_path / "v.csv").outcome.updated
