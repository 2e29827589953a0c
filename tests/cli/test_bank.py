"""Bank statements from the terminal: read, listed, booked only with --yes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.safety import company_files
from tests.exchange.bank_samples import camt, camt_details, camt_entry


def _invoice(firm):
    company_files.open_data_file(firm)
    lines = (DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19)),)
    made = invoices.issue_draft(replace(drafts.begin(1), lines=lines))
    company_files.close_data_file(make_backup=False)
    return made.number


def _statement(folder, number, amount="119.00", closing="1119.00"):
    path = folder / "november.xml"
    path.write_text(camt([camt_entry(amount, camt_details(f"Rechnung {number}"))], closing=closing), encoding="utf-8")
    return path


def test_a_statement_is_read_then_listed_then_booked(crm, firm, tmp_path):
    number = _invoice(firm)
    path = _statement(tmp_path, number)
    dry = crm("bank", "read", path, "--dry-run", "--json").json
    assert (dry["dry_run"], dry["new"], dry["matches"]) == (True, 1, 1)
    assert crm("bank", "book", "--json").json["certain"] == 0
    assert "1 transaction is new, 0 known already." in crm("bank", "read", path).out
    assert crm("bank", "read", path, "--json").json["known"] == 1
    listed = crm("bank", "book")
    assert f"Text names {number} and the amount fits." in listed.out
    assert "1 transaction is certain. Book it with --yes." in listed.out
    done = crm("bank", "book", "--yes", "--json").json
    assert (done["booked"], done["transactions"][0]["documents"]) == (1, [number])
    assert crm("invoice", "show", number, "--json").json["open"] == "0.00"
    assert crm("bank", "book", "--yes").out.strip() == "Booked 0 transactions."
    assert crm("check").code == 0


def test_wrong_sums_are_refused_unless_asked(crm, firm, tmp_path):
    path = _statement(tmp_path, "X", closing="1200.00")
    refused = crm("bank", "read", path)
    assert refused.code == 1
    assert "does not add up" in refused.err
    assert crm("bank", "read", path, "--despite-sums", "--json").json["new"] == 1
