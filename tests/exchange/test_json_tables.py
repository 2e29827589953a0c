"""JSON is read: our own export comes back whole, and lists of others become tables."""

from __future__ import annotations

import json
from decimal import Decimal

import in_process
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


def _of_customers(*columns):
    return db.query(f"SELECT {', '.join(columns)} FROM customer ORDER BY id")


def test_records_that_lie_deeper_and_values_that_are_wrapped_up_are_found(data_file, tmp_path):
    content = {"QueryResponse": {"Customer": [
        {"Id": "1", "DisplayName": "Amy's Birds", "GivenName": "Amy", "FamilyName": "Ott", "CompanyName": "Amy's Birds",
         "BillAddr": {"Id": "2", "Line1": "4581 Finch St.", "City": "Bayshore", "CountrySubDivisionCode": "CA", "PostalCode": "94326"},
         "PrimaryPhone": {"FreeFormNumber": "(650) 555-3311"}, "PrimaryEmailAddr": {"Address": "amy@birds.example"}},
    ], "maxResults": 1}, "time": "2026-01-02"}  # fmt: skip
    assert in_process.run(_write(tmp_path / "c.json", content)).outcome.created["customers"] == 1
    assert _of_customers("company", "last_name", "email", "phone", "street", "city", "state", "country") == [
        ("Amy's Birds", "Ott", "amy@birds.example", "(650) 555-3311", "4581 Finch St.", "Bayshore", "CA", "")
    ]


def test_addresses_in_a_list_within_a_record_are_kept(data_file, tmp_path):
    content = [
        {"id": 7, "name": "Dachbau GmbH", "email": "a@d.example", "addresses": [
            {"street": "Weg 1", "zip": "01067", "city": "Dresden"}, {"street": "Hof 2", "zip": "01069", "city": "Dresden"}]},
        {"id": 8, "name": "Ben Brandt", "email": "b@b.example", "addresses": []},
    ]  # fmt: skip
    in_process.run(_write(tmp_path / "c.json", content))
    assert _of_customers("name", "street", "postcode") == [("Dachbau GmbH", "Weg 1", "01067"), ("Ben Brandt", "", "")]
    assert "Hof 2" in [value for (value,) in db.query("SELECT value FROM custom_value")]


def test_an_object_of_objects_is_a_list_of_them(data_file, tmp_path):
    content = {
        "eva": {"name": "Eva Ott", "email": "eva@ott.example"},
        "udo": {"name": "Udo Ott", "email": "udo@ott.example"},
    }
    assert in_process.run(_write(tmp_path / "c.json", content)).outcome.created["customers"] == 2
    assert _of_customers("number", "name") == [("eva", "Eva Ott"), ("udo", "Udo Ott")]


def test_settings_of_a_program_are_no_customer(data_file, tmp_path):
    content = {"name": "package", "version": "1.0", "scripts": {"build": "make", "test": "pytest"}}
    with pytest.raises(UserError, match="no list of records"):
        in_process.run(_write(tmp_path / "c.json", content))


def test_a_file_that_is_gone_before_the_end_leaves_nothing(data_file, tmp_path):
    path = _write(tmp_path / "k.json", [{"Name": "Anna Alt"}, {"Name": "Ben Bau"}])
    with importing.open_file(path) as opened:
        opened.match("customers")
        path.unlink()
        with pytest.raises(UserError, match="It may have been moved"):
            opened.carry_out()
    assert db.value("SELECT count(*) FROM customer") == 0
