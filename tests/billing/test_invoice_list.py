"""The list of documents: views with counts, search, order, sums, the JSON of the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import credit_notes, drafts, invoice_list, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.invoice_list import Filters
from crm_desktop.core import dates


def bill(customer_id: int, day: date, price: str, name: str = "Chair", **more: object) -> int:
    """An issued invoice; gives its id."""
    lines = (DraftLine(name=name, price=Decimal(price), rate=Decimal(19)),)
    draft = replace(drafts.begin(customer_id), issue_on=day, lines=lines, **more)  # type: ignore[arg-type]
    return invoices.issue_draft(draft).id or 0


@pytest.fixture
def books(cafe: int, dupont: int) -> dict[str, int]:
    """A late, an open, a paid, a part-paid, a cancelled invoice, its credit note, and a draft, on 24 November 2026."""
    found = {
        "late": bill(cafe, date(2026, 10, 1), "100"),
        "paid": bill(cafe, date(2026, 10, 2), "300", "Lampe"),
        "part": bill(cafe, date(2026, 11, 20), "50"),
        "open": bill(dupont, date(2026, 11, 21), "10", "Ölfaß"),
        "cancelled": bill(dupont, date(2026, 11, 22), "20"),
    }
    payments.record(found["paid"], Decimal(357))
    payments.record(found["part"], Decimal("9.50"))
    found["note"] = credit_notes.cancel(found["cancelled"]).id or 0
    found["draft"] = drafts.save(drafts.begin(cafe)).id or 0
    return found


def names(books: dict[str, int], ids: list[int]) -> list[str]:
    back = {number: name for name, number in books.items()}
    return [back[i] for i in ids]


@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        ("all", {"late", "paid", "part", "open", "cancelled", "note", "draft"}),
        ("drafts", {"draft"}),
        ("open", {"late", "part", "open"}),
        ("overdue", {"late"}),
        ("paid", {"paid", "cancelled", "note"}),
    ],
)
def test_a_view_shows_its_documents_and_counts_them(view: str, wanted: set[str], books: dict[str, int]) -> None:
    assert set(names(books, invoice_list.ids(view))) == wanted
    assert invoice_list.counts()[view] == len(wanted)


def test_states_are_computed(books: dict[str, int]) -> None:
    rows = {row.id: row for row in invoice_list.rows(list(books.values()))}
    assert {name: rows[number].state for name, number in books.items()} == {
        "late": "overdue",
        "paid": "paid",
        "part": "part_paid",
        "open": "open",
        "cancelled": "cancelled",
        "note": "paid",
        "draft": "draft",
    }
    assert (rows[books["late"]].days_late, rows[books["open"]].days_late) == (40, 0)


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("ostwind", {"late", "paid", "part", "draft"}),
        ("OSTWIND lampe", {"paid"}),
        ("olfass", {"open"}),
        ("2026-0003", {"part"}),
        ("cn-2026", {"note"}),
        ("dupont 0005", {"cancelled"}),
        ("nothing", set()),
    ],
)
def test_search_finds_every_word_without_accents(search: str, wanted: set[str], books: dict[str, int]) -> None:
    assert set(names(books, invoice_list.ids(search=search))) == wanted


@pytest.mark.parametrize("order", ["number", "customer", "issue_on", "due_on", "total", "open", "state"])
def test_every_column_sorts_both_ways(order: str, books: dict[str, int]) -> None:
    up, down = invoice_list.ids(order=order, descending=False), invoice_list.ids(order=order)
    assert sorted(up) == sorted(down) == sorted(books.values())
    assert up != down


def test_the_dearest_comes_first(books: dict[str, int]) -> None:
    assert names(books, invoice_list.ids("open", order="total")) == ["late", "part", "open"]


def test_filters_narrow(books: dict[str, int], dupont: int) -> None:
    def shown(**more: object) -> set[str]:
        return set(names(books, invoice_list.ids(filters=Filters(**more))))  # type: ignore[arg-type]

    assert shown(customer_id=dupont) == {"open", "cancelled", "note"}
    assert shown(kinds=("credit_note",)) == {"note"}
    assert shown(first=date(2026, 10, 2), last=date(2026, 11, 20)) == {"paid", "part"}
    assert shown(currency="USD") == set()


def test_sums_are_per_currency_and_credit_notes_count_against(books: dict[str, int], cafe: int) -> None:
    dollars = bill(cafe, date(2026, 11, 24), "100", currency="USD")
    wanted = [books["cancelled"], books["note"], books["late"], dollars]
    assert invoice_list.sums(wanted) == {"EUR": (11900, 11900), "USD": (11900, 11900)}


def test_the_palette_finds_the_end_of_a_number(books: dict[str, int]) -> None:
    assert [row.number for row in invoice_list.find("0004")] == ["INV-2026-0004"]


def test_a_row_as_json(books: dict[str, int]) -> None:
    found = invoice_list.as_json(invoice_list.rows([books["part"]])[0])
    assert found == {
        "number": "INV-2026-0003",
        "kind": "invoice",
        "customer": "Café Ostwind",
        "issue_date": "2026-11-20",
        "due_date": "2026-12-04",
        "service_from": "2026-11-24",
        "service_to": None,
        "currency": "EUR",
        "net": "50.00",
        "tax": "9.50",
        "gross": "59.50",
        "open": "50.00",
        "state": "part_paid",
    }


def test_an_empty_list_is_empty(company: None) -> None:
    assert (invoice_list.ids(), invoice_list.rows([]), invoice_list.sums([])) == ([], [], {})


def test_the_next_day_makes_it_overdue(cafe: int) -> None:
    invoice = bill(cafe, date(2026, 11, 24), "10")
    for day, state in ((date(2026, 12, 8), "open"), (date(2026, 12, 9), "overdue")):
        with dates.freeze(day):
            assert invoice_list.rows([invoice])[0].state == state
