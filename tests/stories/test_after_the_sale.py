"""A lamp is sold, flickers, is repaired under warranty, and its owner becomes a good customer with prices of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import Document
from crm_desktop.care import case_notes, cases, feedback, loyalty, loyalty_points, owned_products
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.exchange import feedback_answers
from crm_desktop.insight import prepared_cases, today
from crm_desktop.sales import catalogue, price_lists, work_done
from crm_desktop.workflow import tending

MAY = date(2026, 5, 4)


@pytest.fixture(autouse=True)
def _workshop(data_file: Path) -> Iterator[None]:
    with dates.freeze(MAY):
        profile.save({"name": "Atelier Nordlicht", "street": "Kai 1", "postcode": "20457", "city": "Hamburg",
                      "vat_id": "DE136695976", "iban": "DE89370400440532013000", "owner": "Lena Brandt"})  # fmt: skip
        loyalty.set_settings({"levels": True, "points": True})
        loyalty.save_level(loyalty.Level(0, "Gold", 100_000, 500))
        yield


def sell(customer_id: int, item_id: int, pieces: int) -> Document:
    draft = loyalty.with_discount(drafts.begin(customer_id))
    line = drafts.line_of(catalogue.get(item_id), draft, Decimal(pieces))
    sold = invoices.issue_draft(replace(draft, lines=(replace(line, quantity=Decimal(pieces)),)))
    payments.record(sold.id, sold.totals.due)
    tending.tend()
    return sold


def lines_of_today() -> list[tuple[str, str]]:
    return [(task.kind, task.title) for task in today.tasks() if task.kind in ("case", "service", "feedback")]


def _one_flickers_and_they_say_so(hotel: int, product: int, bill: str, answers: Path) -> None:
    """In June one flickers: noted in a moment, under warranty, worked on, solved; then they are asked."""
    with dates.freeze(date(2026, 6, 1)):
        case_id = cases.save(
            {"customer_id": hotel, "kind": "complaint", "title": "Flicker", "owned_product_id": product}
        )
        found = cases.get(case_id)
        assert (found.serial, found.document, found.warranty_until) == ("N-2217", bill, date(2028, 5, 4))
        assert found.number in prepared_cases.received(case_id).body
        case_notes.add(case_id, "Changed the dimmer", 90)
    with dates.freeze(date(2026, 6, 4)):
        assert lines_of_today() == [("case", "Complaint: Flicker")]
        cases.solve(case_id, "New dimmer", cost_minor=1290)
        case_notes.bill_time(case_id)
        assert [str(service.quantity) for service in work_done.waiting(hotel)] == ["1.5"]
        assert lines_of_today() == []

        # They are asked once; the answer comes back in a file and is low, so somebody calls.
        asked = feedback.get(feedback.ask(hotel, about=("case", case_id)))
        with pytest.raises(UserError):
            feedback.ask(hotel, about=("case", case_id))
        answers.write_text(f"code,score,comment\n{feedback.shown_code(asked.code)},2,Took long\n", encoding="utf-8")
        feedback_answers.note(feedback_answers.read(answers))
        task = next(task for task in today.tasks() if task.kind == "feedback")
        assert task.title == "Hotel Alsterblick is not satisfied"
        today.done(task)
        assert lines_of_today() == []


def test_from_the_sale_to_the_next_service(tmp_path: Path) -> None:
    hotel = customers.save({"company": "Hotel Alsterblick", "email": "info@alsterblick.example", "street": "Kai 7",
                            "postcode": "20459", "city": "Hamburg", "country": "DE", "language": "de"})  # fmt: skip
    lamp = catalogue.save({"name": "Lamp Kai", "kind": "product", "unit": "C62", "price": Decimal(400), "category": "S",
                           "rate_bp": 1900, "warranty_months": 24, "service_months": 12})  # fmt: skip

    # Three lamps are sold, paid and registered with one click.
    first = sell(hotel, lamp, 3)
    owned = owned_products.register_sold(first.id)
    assert len(owned) == 3
    assert loyalty_points.balance(hotel) == 1428
    owned_products.save({"serial": "N-2217"}, owned[0])

    _one_flickers_and_they_say_so(hotel, owned[0], first.number, tmp_path / "answers.csv")

    # In autumn they order again, at their own price and as Gold; one lamp goes back.
    with dates.freeze(date(2026, 10, 1)):
        prices = price_lists.save({"name": "Hotels", "percent": Decimal(-10)})
        customers.save({"price_list_id": prices}, hotel)
        second = sell(hotel, lamp, 1)
        assert [(a.reason, a.percent) for a in second.allowances] == [("Gold: 5 %", 5)]
        assert second.totals.tax_basis == Decimal("342.00")
        assert loyalty_points.balance(hotel) == 1428 + 406
        credit_notes.cancel(second.id)
        tending.tend()
        assert loyalty_points.balance(hotel) == 1428

    # A year after the sale the service is due: one case, solved, and the next one follows.
    with dates.freeze(date(2027, 5, 4)):
        assert [kind for kind, _title in lines_of_today()] == ["service"] * 3
        maintenance = cases.maintain(owned[1])
        assert [kind for kind, _title in lines_of_today()].count("service") == 2
        cases.solve(maintenance, "Cleaned")
        assert owned_products.get(owned[1]).next_service == date(2028, 5, 4)

    told = [entry.title for entry in timeline.rows(timeline.ids(hotel))]
    for title in ("Owns: 3 × Lamp Kai", "Complaint: Flicker", "Case solved: Flicker", "Feedback: 2 of 5"):
        assert title in told
