"""What a trial with ten sheets found about customers: headings, phones, towns, rows to be mended, values of own fields."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from import_files import write_csv, write_xlsx

from crm_desktop.customers import custom_fields
from crm_desktop.db import connection as db
from crm_desktop.exchange import importing, leftovers

_OWNERS = Path(__file__).parents[1] / "data" / "owners"


def _match(path, kind="auto"):
    with importing.open_file(path) as opened:
        return {c.column.label: c.field for c in opened.match(kind).choices}


def _reasons(result):
    return {(note.row, note.value): note.reason for note in result.outcome.warnings}


def test_headings_as_a_choir_writes_them(data_file, tmp_path):
    head = ["Nr", "Name, Vorname", "geb. am", "Straße u. Hausnr.", "PLZ / Ort", "Tele-\nfon", "wohnt"]
    rows = [[1, "Ahrens, Gisela", "09.07.1952", "Lange Reihe 12", "21073 Hamburg", "040 7700112", "Hamburg"]]
    found = _match(write_xlsx(tmp_path / "c.xlsx", {"M": [head[:6], *[row[:6] for row in rows]]}))
    assert list(found.values())[1:4] == ["name", "birthday", "street"]
    assert found["Telefon"] == "phones"
    lives = [["Wer", "wohnt", "Tel"], ["Hr. Müller", "Hauptstr. 4, 10827 Berlin", "030 78112233"]]
    assert _match(write_xlsx(tmp_path / "k.xlsx", {"K": lives}))["wohnt"] == "address"


def test_phones_that_were_numbers_get_their_zero_and_words_become_a_note(data_file, tmp_path):
    rows = [
        ["Name", "Ort", "Tel", "Mobil"],
        ["Anna Berg", "Dresden", 3514567890, 1715550801],
        ["Ben Kurz", "Berlin", 493078440055, "kein Handy"],
        ["Cem Öz", "Berlin", "030/781 00 00 App. 12", None],
        ["Dora Lang", "Berlin", "verstorben", None],
    ]
    result = importing.run(write_xlsx(tmp_path / "p.xlsx", {"A": rows}))
    found = db.query("SELECT phone, notes FROM customer ORDER BY id")
    assert found == [
        ("03514567890", ""), ("493078440055", "kein Handy"), ("030/781 00 00 App. 12", ""), ("", "verstorben"),
    ]  # fmt: skip
    assert db.query("SELECT value FROM contact_channel") == [("01715550801",)]
    told = _reasons(result)
    assert told[2, "3514567890"] == "Leading zero added: 03514567890"
    assert told[5, "verstorben"] == "No phone number; kept as a note"
    assert not importing.run(tmp_path / "p.xlsx").outcome.updated


def test_rows_saved_to_be_mended_come_back_as_the_file_was_matched(data_file, tmp_path):
    rows = [["Kundennr", "Name", "Eltern", "geb.", "leer"], ["1", "Mia Brandt", "Brandt, Sue", "30.2.13", ""]]
    rows.append(["2", "Jonas Keller", "Keller, Tim", "12.11.12", ""])
    path = write_xlsx(tmp_path / "p.xlsx", {"S": rows})
    with importing.open_file(path) as opened:
        matching = opened.match()
        parents = next(c.column.index for c in matching.choices if c.column.label == "Eltern")
        opened.matching = matching.with_field(parents, "addition")
        result = opened.carry_out()
        leftovers.save(opened, result, tmp_path / "mend.xlsx")
    with importing.open_file(tmp_path / "mend.xlsx") as again:
        found = {c.column.label: c.field for c in again.match().choices}
        assert again.remembered is not None
    assert found == {"Kundennr": "number", "Name": "name", "Eltern": "addition", "geb.": "birthday"}


def test_the_phone_of_a_customer_comes_with_the_invoices(data_file):
    assert _match(_OWNERS / "bike_shop.csv")["Telefon"] == "phones"
    importing.run(_OWNERS / "bike_shop.csv")
    assert db.query("SELECT name, phone FROM customer ORDER BY id") == [
        ("Günther Weiß", "0341 555011"), ("Radkurier GbR", "0341 555022"),
    ]  # fmt: skip


def test_towns_without_a_heading_are_towns_and_what_nobody_explains_is_asked(data_file, tmp_path):
    assert _match(_OWNERS / "hairdresser.txt")["D"] == "city"
    importing.run(_OWNERS / "hairdresser.txt")
    assert db.query("SELECT city FROM customer WHERE name = 'Kemal Aydın'") == [("Meißen",)]
    rows = [
        ["Anna Berg", "0351 123456", "Pudel"],
        ["Ben Kurz", "0351 223456", "Dackel"],
        ["Cem Öz", "0351 323456", "Pudel"],
    ]
    result = importing.run(write_csv(tmp_path / "h.csv", rows), dry_run=True)
    left = [(note.column, note.value, note.reason) for note in result.outcome.warnings]
    assert left == [("C", "Pudel · Dackel", "This column is left out")]


def test_a_changed_phone_comes_first_and_the_old_one_stays(data_file, tmp_path):
    head = ["Kundennr", "Firma", "Telefon"]
    path = write_csv(tmp_path / "k.csv", [head, ["1", "Kita Regenbogen", "0351 998877"]])
    importing.run(path)
    write_csv(path, [head, ["1", "Kita Regenbogen", "0351 111111"]])
    changes = importing.run(path).outcome.changes
    assert [(c.field, c.old, c.new) for c in changes] == [
        ("phone", "0351 998877", "0351 111111"), ("more_phones", "", "0351 998877"),
    ]  # fmt: skip
    assert db.query("SELECT c.phone, k.value FROM customer c JOIN contact_channel k") == [
        ("0351 111111", "0351 998877")
    ]
    assert not importing.run(path).outcome.updated
    write_csv(path, [head, ["1", "Kita Regenbogen", "0351 111111; 0351 222222"]])
    changes = importing.run(path).outcome.changes
    assert [(c.field, c.old, c.new) for c in changes] == [("more_phones", "0351 998877", "0351 222222")]


def test_own_fields_keep_currencies_days_and_yes_or_no(data_file, tmp_path):
    rows = [
        ["Name", "Ort", "Beitrag", "Newsletterx", "letzter Termin", "zuletzt da"],
        ["Anna Berg", "Dresden", "360,00 €", "TRUE", "12.10.2026", date(2026, 10, 3)],
        ["Ben Kurz", "Berlin", "40 €", "FALSE", "-", 45992],
        ["Cem Öz", "Berlin", "", "TRUE", "13.10.2026", "neulich"],
    ]
    importing.run(write_xlsx(tmp_path / "o.xlsx", {"A": rows}))
    kinds = {f.name: (f.kind, f.currency) for f in custom_fields.all_fields()}
    assert kinds == {
        "Beitrag": ("number", "EUR"), "Newsletterx": ("bool", ""), "letzter Termin": ("date", ""), "zuletzt da": ("text", ""),
    }  # fmt: skip
    values = db.query(
        "SELECT v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id WHERE f.name = 'zuletzt da'"
    )
    assert values == [("03.10.2026",), ("01.12.2025",), ("neulich",)]
    fee = next(f for f in custom_fields.all_fields() if f.name == "Beitrag")
    custom_fields.save(custom_fields.CustomField(fee.id, "Jahresbeitrag", "number"))
    assert next(f for f in custom_fields.all_fields() if f.id == fee.id).currency == "EUR"
    assert not importing.run(tmp_path / "o.xlsx").outcome.skipped


def test_headings_between_many_short_rows_are_nobody_and_a_dialling_code_is_no_phone(data_file, tmp_path):
    rows = [
        ["Nr", "Name, Vorname", "Telefon", "PLZ", "Ort", "Beitrag"],
        ["SOPRAN"], [1, "Ahrens, Gisela", "04105 / 55 66 77", "21073", "Hamburg", 60], [None, "Zwischensumme Sopran", None, None, None, 60],
        ["ALT"], [None, "ausgetreten 2025:"], [2, "Schulze, Karin", "040 12345 / 0171 998877", "21339", "Lüneburg", 0],
        [None, "Zwischensumme Alt", None, None, None, 0], ["TENOR (gesucht!!!)"],
    ]  # fmt: skip
    importing.run(write_xlsx(tmp_path / "c.xlsx", {"M": rows}))
    assert db.query("SELECT name, phone FROM customer ORDER BY id") == [
        ("Gisela Ahrens", "04105 / 55 66 77"), ("Karin Schulze", "040 12345"),
    ]  # fmt: skip
