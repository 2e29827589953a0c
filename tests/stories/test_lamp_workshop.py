"""A lamp workshop and one customer, from the enquiry by phone to the year of silence, and won back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import checklists, quick_notes, reminders, timeline, touch
from crm_desktop.billing import deal_drafts, drafts, invoices, payments, quotes
from crm_desktop.billing.document import DraftLine
from crm_desktop.care import case_notes, cases, feedback, owned_products
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import caller, customers, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history
from crm_desktop.documents import from_record
from crm_desktop.insight import as_of, relationship, today
from crm_desktop.safety import checking
from crm_desktop.sales import catalogue, contract_states, contracts, opportunities, opportunity_steps, pipeline_stages
from crm_desktop.workflow import rules, tending
from crm_desktop.workflow.rules import Act, Rule

NUMBER = "0431 / 55 12-0"


@contextmanager
def on(day: date) -> Iterator[None]:
    """A day at the workshop: it begins with what the program tends by itself, and ends with it."""
    with dates.freeze(day):
        tending.tend()
        yield
        tending.tend()


def stage_of(customer: int) -> str:
    return lifecycle.label(customers.get(customer).stage_id)


def issue(draft_id: int | None) -> int:
    return invoices.issue(draft_id or 0, from_record.render).id or 0


def order(customer: int, item: int, day: date) -> int:
    """A lamp sold and paid on a day."""
    with on(day):
        found = catalogue.get(item)
        line = DraftLine(name=found.name, item_id=item, price=found.price, rate=Decimal(19))
        sold = issue(drafts.save(replace(drafts.begin(customer), lines=(line,))).id)
        payments.record(sold, payments.open_amount(sold), day)
    return sold


def kinds(customer: int) -> set[str]:
    return {entry.kind for entry in timeline.rows(timeline.ids(customer))}


@pytest.fixture
def workshop(data_file: Path) -> int:
    """The workshop on the day before; gives the lamp that it sells."""
    with dates.freeze(date(2025, 1, 6)):
        profile.save(
            {"name": "Atelier", "street": "Kai 1", "postcode": "24103", "city": "Kiel", "vat_id": "DE136695976",
             "iban": "DE89370400440532013000"}
        )  # fmt: skip
        checklists.save(
            checklists.Checklist(
                0, "Welcome", "won", steps=(checklists.Step("Send papers", 1), checklists.Step("Visit", 14))
            )
        )
        rule = Rule("Thanks", "invoice_paid", (Act("reminder", "Thank {customer}", days=1), Act("tag", "pays")))
        rules.switch(rules.save(rule), is_on=True)
        return catalogue.save(
            {"number": "L-1", "name": "Lamp", "price": Decimal(480), "rate_bp": 1900, "category": "S",
             "warranty_months": 24, "service_months": 12}
        )  # fmt: skip


def test_from_the_first_call_to_the_one_who_came_back(workshop: int) -> None:
    hotel = the_phone_rings()
    deal = a_lead_becomes_a_deal(hotel)
    sold = the_quote_is_won(hotel, deal)
    lamp = what_was_bought_is_registered(hotel, sold)
    a_lamp_flickers_and_is_mended(hotel, sold, lamp)
    they_say_what_they_think(hotel)
    they_become_a_regular_customer(hotel, workshop)
    a_year_of_silence_puts_them_at_risk(hotel)
    they_are_won_back(hotel, workshop)
    assert checking.check().problems == []
    assert not derived.differences(db.raw())


def the_phone_rings() -> int:
    with on(date(2025, 1, 7)):
        assert caller.holders("+49 431 55120") == []
        hotel = customers.save({"company": "Hotel Förde", "phone": NUMBER, "street": "Weg 2", "postcode": "24103",
                                "city": "Kiel", "country": "DE", "served_by": "Ring before ten"})  # fmt: skip
        quick_notes.write(hotel, "call with Anna about lamps for the lobby 10 min, follow up in 3 days")
        (known,) = caller.holders("0049 431 55 12 0")
        assert known.customer_id == hotel
        (promise,) = reminders.of_customer(hotel)
        assert promise.due_on == date(2025, 1, 10)
    return hotel


def a_lead_becomes_a_deal(hotel: int) -> int:
    with on(date(2025, 1, 10)):
        assert any(task.customer_id == hotel for task in today.tasks())
        deal = opportunities.save(
            {"customer_id": hotel, "title": "Lobby", "value_minor": 288_000, "budget": 2, "authority": 2, "need": 2,
             "expected_on": date(2025, 2, 1), "next_step": "Send the quote"}
        )  # fmt: skip
    assert stage_of(hotel) == "Lead"
    assert "opportunity" in kinds(hotel)
    return deal


def the_quote_is_won(hotel: int, deal: int) -> int:
    with on(date(2025, 1, 13)):
        quote = deal_drafts.quote(deal)
        sent = issue(quote)
        offer = next(stage.id for stage in pipeline_stages.all_stages() if stage.code == "offer")
        opportunity_steps.move(deal, offer)
    with on(date(2025, 2, 12)):
        assert any(task.kind == "stale_deal" for task in today.tasks())
        quotes.accept(sent, note="By phone")
        opportunity_steps.win(deal)
        (run,) = checklists.runs(hotel)
        assert [task.title for task in run.tasks] == ["Send papers", "Visit"]
        contract = deal_drafts.contract(deal)
        contracts.save({"renewal_months": 12, "notice_count": 3, "end_on": date(2026, 2, 11)}, contract)
        contract_states.activate([contract])
        assert contracts.dates_of(contracts.get(contract)).last_day_to_cancel == date(2025, 11, 11)
    with on(date(2025, 2, 20)):
        sold = issue(deal_drafts.invoice(deal))
        payments.record(sold, payments.open_amount(sold), date(2025, 2, 20))
    assert stage_of(hotel) == "Customer"
    assert "pays" in customers.get(hotel).tags
    assert "rule" in kinds(hotel)
    return sold


def what_was_bought_is_registered(hotel: int, sold: int) -> int:
    with on(date(2025, 2, 21)):
        owned_products.register_sold(sold)
        return owned_products.save(
            {"customer_id": hotel, "name": "Lamp", "serial": "SN 7", "bought_on": date(2025, 2, 20), "document_id": sold,
             "warranty_until_on": date(2027, 2, 20), "service_months": 12, "next_service_on": date(2026, 2, 20)}
        )  # fmt: skip


def a_lamp_flickers_and_is_mended(hotel: int, sold: int, lamp: int) -> None:
    with on(date(2025, 3, 3)):
        complaint = cases.save({"customer_id": hotel, "kind": "complaint", "title": "Flickers", "document_id": sold,
                                "owned_product_id": lamp, "priority": 1})  # fmt: skip
        assert cases.get(complaint).due_on == date(2025, 3, 4)
    with on(date(2025, 3, 6)):
        assert any(task.kind == "case" and task.customer_id == hotel for task in today.tasks())
        case_notes.add(complaint, "Dimmer does not fit", 40)
        repair = cases.save({"customer_id": hotel, "kind": "repair", "title": "New dimmer", "owned_product_id": lamp})
        cases.solve(repair, "Dimmer changed", cost_minor=3_900)
        cases.solve(complaint, "Mended on site")
    assert [case.state for case in cases.of_customer(hotel)] == ["solved", "solved"]
    assert "case" in kinds(hotel)


def they_say_what_they_think(hotel: int) -> None:
    with on(date(2025, 3, 10)):
        asked = feedback.ask(hotel, "nps")
        feedback.answer(asked, 9, "Quick help")
        assert feedback.nps() == 100


def they_become_a_regular_customer(hotel: int, lamp: int) -> None:
    for day in (date(2025, 4, 22), date(2025, 6, 21), date(2025, 8, 20)):
        order(hotel, lamp, day)
    assert stage_of(hotel) == "Regular"
    with dates.freeze(date(2025, 8, 21)):
        close = relationship.of_customer(hotel)
    assert close is not None
    assert close.level in ("strong", "steady")
    with dates.freeze(date(2025, 8, 21)):
        touch.keep_in_touch(hotel, 60)


def a_year_of_silence_puts_them_at_risk(hotel: int) -> None:
    with on(date(2026, 8, 20)):
        pass
    with dates.freeze(date(2026, 8, 20)):
        assert stage_of(hotel) == "At risk"
        (change, *_before) = lifecycle.history(hotel)
        assert change.reason
        assert any(quiet.customer_id == hotel for quiet in touch.quiet())
        then = as_of.of_customer(hotel, date(2025, 2, 28))
        assert then.customer is not None
        assert lifecycle.label(then.customer.stage_id) == "Customer"


def they_are_won_back(hotel: int, lamp: int) -> None:
    with on(date(2026, 8, 21)):
        quick_notes.write(hotel, "call with Anna 15 min: renovating the bar")
        assert all(quiet.customer_id != hotel for quiet in touch.quiet())
    order(hotel, lamp, date(2026, 9, 1))
    assert stage_of(hotel) in ("Customer", "Regular")
    with dates.freeze(date(2026, 9, 2)):
        steps = [step.title for step in history.steps(limit=20)]
        assert any("Rule “Thanks”" in title for title in steps)
