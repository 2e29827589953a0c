"""What customers agreed to comes in with its day and source; silence is no consent, and nothing is written twice."""

from __future__ import annotations

import in_process
import pytest
from import_files import write_csv

from crm_desktop.core import dates
from crm_desktop.customers import consent, customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing

ROWS = [
    ["Name", "E-Mail", "Newsletter", "Werbung per Telefon", "Fotoerlaubnis", "Einwilligung am", "Einwilligung Quelle"],
    ["Anna Alt", "anna@alt.example", "ja", "nein", "", "03.05.2024", "Messe"],
    ["Ben Beck", "ben@beck.example", "abgemeldet", "", "ja, 12.06.2023", "", ""],
    ["Cleo Cut", "cleo@cut.example", "", "", "", "01.02.2024", "Formular"],
    ["Doro Dorn", "doro@dorn.example", "vielleicht", "ja", "offen", "31.12.2199", ""],
]


def _entries() -> list[tuple]:
    return db.query(
        "SELECT c.first_name, k.purpose, k.state, k.on_day_on, k.source FROM consent k "
        "JOIN customer c ON c.id = k.customer_id ORDER BY k.id"
    )


def test_consents_come_in_once_and_go_again(data_file, tmp_path):
    before = dumping.text(business=True)
    path = write_csv(tmp_path / "kunden.csv", ROWS)
    assert in_process.run(path, dry_run=True).kind == "customers"
    assert dumping.text(business=True) == before
    result = in_process.run(path)
    today = dates.today().isoformat()
    assert _entries() == [
        ("Anna", "newsletter", "given", "2024-05-03", "Messe"), ("Anna", "phone", "refused", "2024-05-03", "Messe"),
        ("Ben", "newsletter", "withdrawn", today, ""), ("Ben", "photos", "given", "2023-06-12", "from an import"),
        ("Doro", "phone", "given", today, "from an import"),
    ]  # fmt: skip
    assert [(note.row, note.column, note.value) for note in result.outcome.warnings] == [
        (5, "Newsletter", "vielleicht"), (5, "Einwilligung am", "31.12.2199"),
    ]  # fmt: skip
    again = in_process.run(path)
    assert (dict(again.outcome.created), dict(again.outcome.updated), len(_entries())) == ({}, {}, 5)
    importing.undo(result.import_id or 0)
    assert dumping.text(business=True) == before


def test_the_dry_run_tells_what_changes_and_a_no_after_a_yes_withdraws(data_file, tmp_path):
    anna = customers.save({"first_name": "Anna", "last_name": "Alt", "email": "anna@alt.example"})
    consent.note(anna, "newsletter", "given", source="Telefon")
    path = write_csv(tmp_path / "k.csv", [["Name", "E-Mail", "Newsletter"], ["Anna Alt", "anna@alt.example", "nein"]])
    told = in_process.run(path, dry_run=True).outcome.changes
    assert [(change.field, change.old, change.new) for change in told] == [("consent_newsletter", "Given", "Withdrawn")]
    in_process.run(path)
    assert not consent.allows(anna, "newsletter")
    assert in_process.run(path).outcome.unchanged["customers"] == 1


@pytest.mark.parametrize(
    ("heading", "value", "entry"),
    [
        ("Email Opt Out", "1", ("newsletter", "refused")), ("Email Opt Out", "0", None),
        ("Accepts Email Marketing", "yes", ("newsletter", "given")), ("Lettre d'information", "oui", ("newsletter", "given")),
        ("Boletín", "no", ("newsletter", "refused")), ("Consenso newsletter", "iscritto", ("newsletter", "given")),
        ("Toestemming nieuwsbrief", "uitgeschreven", ("newsletter", "withdrawn")), ("Zgoda na zdjęcia", "tak", ("photos", "given")),
        ("Droit à l’image", "non", ("photos", "refused")), ("SMS opt-in", "2024-01-02", ("messages", "given")),
        ("Newsletter", "Sommer 2024, Heft 3", None),
    ],
)  # fmt: skip
def test_headings_of_seven_languages_and_other_programs(data_file, tmp_path, heading, value, entry):
    rows = [
        ["Name", "E-Mail", heading],
        ["Anna Alt", "anna@alt.example", value],
        ["Ben Beck", "ben@beck.example", value],
    ]
    in_process.run(write_csv(tmp_path / "k.csv", rows))
    assert db.query("SELECT DISTINCT purpose, state FROM consent") == ([entry] if entry else [])
