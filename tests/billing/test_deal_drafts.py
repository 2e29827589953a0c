"""From a deal to quote, invoice and contract: prefilled, linked, never twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from crm_desktop.billing import (
    contract_quotes,
    credit_notes,
    deal_drafts,
    deal_quotes,
    drafts,
    invoices,
    quotes,
    recurring,
    recurring_edit,
)
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.customers import customers, kind_defaults
from crm_desktop.documents.from_record import render
from crm_desktop.safety import undo
from crm_desktop.sales import contracts, opportunities, opportunity_steps, pipeline_stages


@pytest.fixture
def deal(cafe: int) -> int:
    return opportunities.save({"customer_id": cafe, "title": "Bar lighting", "value_minor": 6480_00})


def test_a_quote_holds_customer_title_and_value(deal, cafe):
    quote = deal_drafts.quote(deal)
    found = drafts.get(quote)
    assert (found.kind, found.customer_id, found.lines[0].name) == ("quote", cafe, "Bar lighting")
    assert drafts.preview(found).totals.tax_basis == Decimal("6480.00")
    (link,) = deal_drafts.links(deal)
    assert (link.record, link.kind, link.state, link.value_minor) == ("document", "quote", "draft", 7711_20)
    assert deal_drafts.deals_of("document", quote) == [deal]


def test_asked_twice_it_gives_the_draft_that_is_there(deal):
    assert deal_drafts.quote(deal) == deal_drafts.quote(deal)
    assert deal_drafts.contract(deal) == deal_drafts.contract(deal)
    assert len(deal_drafts.links(deal)) == 2


def test_where_prices_hold_the_tax_the_value_stays_without_it(deal):
    profile.save({"price_mode": "gross"})
    found = drafts.get(deal_drafts.invoice(deal))
    assert found.lines[0].price == Decimal("7711.20")
    assert drafts.preview(found).totals.tax_basis == Decimal("6480.00")


def test_a_deal_in_francs_makes_a_draft_in_francs(cafe):
    made = opportunities.save({"customer_id": cafe, "title": "Lamps", "value_minor": 200_00, "currency": "CHF"})
    assert drafts.get(deal_drafts.quote(made)).currency == "CHF"


def test_the_invoice_follows_the_quote_that_was_issued(deal):
    draft = drafts.get(deal_drafts.quote(deal))
    more = DraftLine(name="Mounting", price=Decimal(300), rate=Decimal(19))
    quote = invoices.issue_draft(replace(draft, lines=(*draft.lines, more)), render)
    assert not opportunities.get(deal).quote_accepted
    quotes.accept(quote.id or 0)
    assert opportunities.get(deal).quote_accepted
    found = drafts.get(deal_drafts.invoice(deal))
    assert (found.source_id, [line.name for line in found.lines]) == (quote.id, ["Bar lighting", "Mounting"])
    assert opportunities.get(deal).followed


def test_a_declined_quote_is_not_followed(deal):
    quote = invoices.issue_draft(drafts.get(deal_drafts.quote(deal)), render)
    quotes.decline(quote.id or 0)
    assert drafts.get(deal_drafts.invoice(deal)).source_id is None


def test_a_contract_starts_as_a_draft_and_undo_takes_it_with_its_link(deal):
    made = contracts.get(deal_drafts.contract(deal))
    assert (made.title, made.value_minor, made.state, made.interval) == ("Bar lighting", 6480_00, "draft", "once")
    undo.undo_last()
    assert deal_drafts.links(deal) == []
    with pytest.raises(NotFound):
        contracts.get(made.id)


def test_a_binned_draft_is_no_paper_of_the_deal_any_more(deal):
    first = deal_drafts.quote(deal)
    drafts.delete([first])
    assert deal_drafts.links(deal) == []
    assert deal_drafts.quote(deal) != first


def _issued_quote(deal: int) -> int:
    return int(invoices.issue(deal_drafts.quote(deal), render).id or 0)


def test_issuing_the_quote_moves_the_deal_to_the_stage_for_quotes_and_undo_brings_it_back(deal):
    quote = _issued_quote(deal)
    assert deal_quotes.issued([quote]) == deal_quotes.Moved(("Bar lighting",), "Quote sent")
    assert opportunities.get(deal).stage == "Quote sent"
    assert deal_quotes.issued([quote]).titles == ()
    undo.undo_last()
    assert opportunities.get(deal).stage == "Enquiry"


def test_a_deal_that_is_further_or_a_board_without_that_stage_stays(deal):
    quote, stages = _issued_quote(deal), pipeline_stages.all_stages()
    opportunity_steps.move(deal, stages[3].id)
    assert deal_quotes.issued([quote]).titles == ()
    assert opportunities.get(deal).stage == "Negotiating"
    opportunity_steps.move(deal, stages[0].id)
    pipeline_stages.remove(stages[2].id)
    assert deal_quotes.issued([quote]).titles == ()


def test_a_stage_of_that_code_is_found_under_the_owners_name_and_place(deal):
    offer = next(stage for stage in pipeline_stages.all_stages() if stage.code == "offer")
    pipeline_stages.save({"name": "Angebot ist raus"}, offer.id)
    pipeline_stages.shift(offer.id, 1)
    assert deal_quotes.issued([_issued_quote(deal)]).stage == "Angebot ist raus"


def test_accepting_the_quote_wins_its_open_deals_in_one_step(deal):
    quote = _issued_quote(deal)
    assert [found.title for found in deal_quotes.accept(quote)] == ["Bar lighting"]
    assert opportunities.get(deal).state == "won"
    assert deal_quotes.accepted_of(deal) == invoices.get(quote).number
    undo.undo_last()
    assert (opportunities.get(deal).state, quotes.state(quote)) == ("open", "open")


def test_accepting_a_quote_without_deal_or_of_a_lost_one_wins_nothing(deal):
    quote = _issued_quote(deal)
    opportunity_steps.lose(deal, "Too dear")
    assert deal_quotes.accept(quote) == []
    assert opportunities.get(deal).state == "lost"


def test_a_second_invoice_is_the_first_one_also_after_it_was_issued(deal):
    first = deal_drafts.invoice(deal)
    invoices.issue(first, render)
    assert deal_drafts.invoice(deal) == first
    credit_notes.cancel(first)
    assert deal_drafts.invoice(deal) != first


def test_the_contract_of_a_private_customer_holds_the_value_with_tax_and_its_bills_say_so(cafe):
    customers.save({"price_mode": "gross"}, cafe)
    deal = opportunities.save({"customer_id": cafe, "title": "Care", "value_minor": 100_00})
    made = deal_drafts.contract(deal)
    assert contracts.get(made).value_minor == 119_00
    contracts.save({"interval": "month", "state": "active"}, made)
    once = drafts.get(contract_quotes.invoice(made))
    assert (once.price_mode, once.lines[0].price, once.contract_id) == ("gross", Decimal("119.00"), made)
    assert contract_quotes.invoice(made) == once.id
    assert drafts.get(contract_quotes.renewal_quote(made)).lines[0].price == Decimal("119.00")
    drafts.delete([once.id or 0])
    schedule = recurring.get(recurring_edit.from_contract(made))
    assert (schedule.price_mode, recurring.coming(schedule, 1)[0].net_minor) == ("gross", 100_00)
    with pytest.raises(UserError, match="billed regularly"):
        contract_quotes.invoice(made)


def test_a_recurring_bill_starts_with_the_prices_of_its_customer(cafe):
    assert recurring_edit.start(cafe)["price_mode"] == "net"
    kind_defaults.save("organisation", kind_defaults.Treatment(price_mode="gross"))
    assert recurring_edit.start(cafe)["price_mode"] == "gross"
    assert recurring_edit.start()["price_mode"] == "net"
