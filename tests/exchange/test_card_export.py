"""Customers go out as address cards and come back as they were."""

from __future__ import annotations

import io

import pytest
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PIL import Image

from crm_desktop.activity import photos
from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import address_cards, card_export, importing

ANNA = {
    "number": "K-7", "company": "Müller & Söhne; Dach, Bau", "salutation": "Frau", "title": "Dr.", "first_name": "Anna",
    "last_name": "Müller", "addition": "Hof 2", "street": "Hauptstr. 5", "postcode": "01067", "city": "Dresden",
    "state": "Sachsen", "country": "DE", "email": "anna@dach.example", "phone": "+49 351 123456",
    "website": "https://dach.example", "notes": "Klingel, zweimal\nHund; beißt nicht \\ nie",
}  # fmt: skip
_COMPARED = (
    "number, kind, name, company, salutation, title, first_name, last_name, addition, street, postcode, city, state, "
    "country, email, phone, website, birthday_on, notes"
)


def _all() -> list[dict]:
    return [
        dict(row) for row in db.records(f"SELECT {_COMPARED} FROM customer WHERE deleted_at IS NULL ORDER BY number")
    ]


@pytest.fixture
def some_customers(data_file):
    anna = customers.save(
        ANNA | {"tags": ["Stamm", "Handwerk"], "more_phones": ["0171 5551234"], "more_emails": ["a@privat.example"]}
    )
    ben = customers.save({"first_name": "Ben", "last_name": "van der Berg", "birthday": "1980-02-29"})
    firm = customers.save({"company": "Backhaus Berg", "notes": "ä" * 200})
    return [anna, ben, firm]


def test_customers_come_back_as_they_were(some_customers, tmp_path):
    before = _all()
    path = tmp_path / "customers.vcf"
    assert card_export.write(path) == 3
    same = importing.run(path)
    assert (dict(same.outcome.created), dict(same.outcome.updated)) == ({}, {})
    customers.delete(some_customers)
    importing.run(path)
    assert _all() == before
    more = {value for (value,) in db.query("SELECT value FROM contact_channel k JOIN customer c ON c.id = k.customer_id "
                                           "WHERE c.deleted_at IS NULL")}  # fmt: skip
    assert {"0171 5551234", "a@privat.example"} <= more


def test_another_program_reads_the_cards(some_customers):
    text = "".join(card_export.cards())
    found = {card.fn.value: card for card in vobject.readComponents(text)}
    anna = next(card for card in found.values() if card.n.value.given == "Anna")
    assert (anna.n.value.family, anna.adr.value.city, anna.note.value) == ("Müller", "Dresden", ANNA["notes"])
    assert anna.org.value == [ANNA["company"]]
    assert set(anna.categories.value) == {"Stamm", "Handwerk"}


def test_only_the_chosen_customers_go_out_in_their_order(some_customers, tmp_path):
    path = tmp_path / "some.vcf"
    assert card_export.write(path, [some_customers[2], some_customers[1]]) == 2
    assert [row[_column("company")] or row[_column("last_name")] for row in address_cards.read(path).rows] == [
        "Backhaus Berg",
        "van der Berg",
    ]


def _column(key: str) -> int:
    from crm_desktop.exchange.card_columns import COLUMNS

    return list(COLUMNS).index(key)


def test_lines_are_folded_without_cutting_a_letter(some_customers):
    text = "".join(card_export.cards())
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "ä" * 200 in text.replace("\r\n ", "")


def test_writing_can_be_stopped(some_customers, tmp_path):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        card_export.write(tmp_path / "c.vcf", some_customers, progress)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(some.text(some.characters(exclude_categories=["Cs", "Cc"]) | some.sampled_from("\n;,\\ "), min_size=1))
def test_any_note_survives(tmp_path, note):
    blank = dict.fromkeys([name.strip() for name in _COMPARED.split(",")], "")
    card = card_export.card(
        blank | {"last_name": "Müller", "name": "Müller", "notes": note}, {"email": [], "phone": [], "tag": []}
    )
    path = tmp_path / "one.vcf"
    path.write_bytes(card.encode())
    assert address_cards.read(path).rows[0][_column("notes")] == note.strip()


def test_the_photo_goes_along_and_comes_back(some_customers, tmp_path):
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "teal").save(out, "PNG")
    photos.keep(some_customers[1], out.getvalue(), "png")
    path = tmp_path / "customers.vcf"
    card_export.write(path)
    lines = path.read_bytes().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    same = importing.run(path)
    assert (dict(same.outcome.created), dict(same.outcome.updated)) == ({}, {})
    found = next(
        card for card in vobject.readComponents(path.read_text("utf-8")) if card.fn.value == "Ben van der Berg"
    )
    assert found.photo.value == out.getvalue()
    customers.delete(some_customers)
    importing.run(path)
    back = db.value("SELECT id FROM customer WHERE last_name = 'van der Berg' AND deleted_at IS NULL")
    assert photos.of_customer(back) == out.getvalue()
