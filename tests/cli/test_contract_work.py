"""Contracts in the terminal: the list says the next dates, notice is noted or tried, letters are written."""

from __future__ import annotations

import pytest


@pytest.fixture
def firm_with_contract(crm, firm, tmp_path):
    (tmp_path / "contracts.csv").write_text(
        "Vertragsnummer;Kunde;Vertrag;Beginn;Ende;Kündigungsfrist;Betrag;Intervall\n"
        "V-7;Café Ostwind;Wartung;01.01.2031;31.12.2031;1 Monat;100,00;monatlich\n",
        encoding="utf-8",
    )
    done = crm("import", "contracts.csv", "--kind", "contracts", "--json")
    assert done.json["created"] == {"contracts": 1}
    return crm


def test_the_list_says_the_next_dates_and_the_state(firm_with_contract):
    (found,) = firm_with_contract("list", "contracts", "--json").json
    assert (found["number"], found["state"], found["value"]) == ("V-7", "active", "100.00")
    assert found["ends"] == "2031-12-31"
    assert found["notice_to"] == "term"


def test_a_notice_is_tried_and_noted(firm_with_contract):
    crm = firm_with_contract
    tried = crm("contract", "notice", "V-7", "--on", "2031-06-01", "--by", "them", "--dry-run", "--json").json
    assert (tried["ends"], tried["state"]) == ("2031-12-31", "active")
    noted = crm("contract", "notice", "V-7", "--on", "2031-06-01", "--by", "them")
    assert noted.code == 0
    assert "2031-12-31" in noted.out
    assert crm("list", "contracts", "--json").json[0]["state"] == "notice_given"
    assert crm("contract", "notice", "V-7", "--on", "2031-06-01").code == 1
    assert crm("contract", "notice", "V-8").code == 1


def test_a_letter_is_written_as_pdf(firm_with_contract, tmp_path):
    done = firm_with_contract(
        "contract", "paper", "V-7", "--letter", "renewal", "--out", str(tmp_path), "--keep", "--json"
    )
    assert done.code == 0
    (pdf,) = tmp_path.glob("*.pdf")
    assert done.json["file"] == str(pdf)
    assert pdf.read_bytes().startswith(b"%PDF")
