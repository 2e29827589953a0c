"""E-invoices in the terminal: saved as issued, read back by the other side."""

from __future__ import annotations

import json

LINES = [{"name": "Lamp", "qty": "2", "price": "50.00", "category": "S", "rate": "19"}]


def test_an_e_invoice_is_saved_and_read_by_its_receiver(crm, firm, tmp_path):
    draft = {"customer": "0007", "lines": LINES}
    (tmp_path / "draft.json").write_text(json.dumps(draft), encoding="utf-8")
    number = crm("invoice", "issue", "draft.json", "--json").json["number"]
    saved = crm("invoice", "xml", number, tmp_path, "--json")
    assert saved.json == {"number": number, "file": str(tmp_path / f"{number}.xml"), "format": "facturx"}
    assert crm("invoice", "pdf", number, "paper.pdf").code == 0
    done = crm("received", "add", f"{number}.xml", "paper.pdf", f"{number}.xml", "customers.csv", "--json")
    assert done.code != 0
    assert f"{number} of Lamps is filed already." in done.err
    assert "“customers.csv” is no e-invoice" in done.err
    listed = crm("received", "list", "--json").json
    assert [(row["sender"], row["number"], row["gross"], row["currency"]) for row in listed] == [
        ("Lamps", number, "119.00", "EUR")
    ] * 2
    assert "There is another document from this sender with the number" in " ".join(listed[1]["findings"])
    assert number in crm("received", "list").out


def test_a_receipt_over_the_counter_has_none(crm, firm, tmp_path):
    draft = {"kind": "receipt", "price_mode": "gross", "paid_with": "cash", "lines": LINES}
    (tmp_path / "draft.json").write_text(json.dumps(draft), encoding="utf-8")
    number = crm("invoice", "issue", "draft.json", "--json").json["number"]
    done = crm("invoice", "xml", number, "x.xml")
    assert (done.code, done.err.strip()) == (1, f"{number} has no e-invoice; its PDF is the invoice.")
