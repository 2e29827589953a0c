"""JSON is read: our own export comes back whole, and lists of others become tables."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from import_files import write_csv

from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.exchange import importing, listing
from crm_desktop.sales import contracts, opportunities


def _write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def _fill():
    dach = customers.save({
        "company": "Dachbau GmbH", "email": "a@b.example", "more_emails": ("c@d.example",), "phone": "0351 12345",
        "tags": ("Stamm", "Nord"), "vat_id": "DE136695976", "street": "Weg 1", "postcode": "01067", "notes": "ruft\nan",
    })  # fmt: skip
    customers.save({"first_name": "Anna", "last_name": "Müller", "email": "z@b.example", "country": "DE"})
    contracts.save({"customer_id": dach, "title": "Wartung", "value_minor": 12050, "interval": "month"})
    opportunities.save({"customer_id": dach, "title": "Neues Dach", "value_minor": 990000})


def _records(kind):
    return [
        {name: value for name, value in record.items() if name not in {"id", "idle_days"}}
        for record in listing.records(kind)
    ]


def test_our_own_export_comes_back_whole(data_path, tmp_path):
    kinds = ("customers", "contracts", "opportunities")
    empty = tmp_path / "empty.crm"
    empty.write_bytes(data_path.read_bytes())
    migrate.open_file(data_path)
    _fill()
    wanted = {kind: _records(kind) for kind in kinds}
    exported = {kind: list(listing.records(kind)) for kind in kinds}
    db.close()
    migrate.open_file(empty)
    for kind in kinds:
        assert importing.run(_write(tmp_path / f"{kind}.json", exported[kind])).kind == kind
    assert {kind: _records(kind) for kind in kinds} == wanted


def test_a_whole_export_of_another_program_has_a_sheet_for_each_list(data_file, tmp_path):
    found = {"exported": "2026-01-01", "clients": [{"name": "Dachbau GmbH", "address": {"street": "Weg 1", "city": "Dresden"}}],
             "products": [{"product name": "Lampe", "price": 12.5}]}  # fmt: skip
    path = _write(tmp_path / "all.json", found)
    with importing.open_file(path) as opened:
        assert opened.sheet_names() == ["clients", "products"]
    assert importing.run(path, sheet="clients").outcome.created["customers"] == 1
    assert db.one("SELECT company, city FROM customer") == ("Dachbau GmbH", "Dresden")
    importing.run(path, kind="catalogue", sheet="products")
    assert Decimal(db.value("SELECT price_scaled FROM item")) / 10**6 == Decimal("12.5")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_one_object_a_line_is_read(data_file, tmp_path, ends):
    lines = [json.dumps({"name": name, "email": f"{name}@x.example"}) for name in ("Anna Alt", "Ben Neu")]
    assert importing.run(_write(tmp_path / "x.json", ends.join(lines))).outcome.created["customers"] == 2


@pytest.mark.parametrize("content", ["[1, 2]", '{"a": []}x', "[" * 100_000, "[[], []]", '{"a": NaN'])
def test_what_is_no_list_of_records_is_refused_in_a_sentence(data_file, tmp_path, content):
    with pytest.raises(UserError):
        importing.run(_write(tmp_path / "x.json", content))
    assert importing.run(write_csv(tmp_path / "k.csv")).outcome.created["customers"] == 3
