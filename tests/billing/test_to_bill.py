"""What waits to be billed: gathered, billed once, given back; schedules from contracts; texts that are filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import (
    credit_notes,
    drafts,
    invoices,
    problems,
    recurring,
    recurring_edit,
    recurring_words,
    to_bill,
)
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.recurring_periods import Step
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Conflict, UserError, ValidationError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import history
from crm_desktop.safety import bin as trash
from crm_desktop.safety import undo
from crm_desktop.sales import contracts, work_done
from crm_desktop.sales.basket import Adjustment
from tests.billing.waiting import contract, free, hours, waiting


def test_hours_and_a_month_of_a_contract_become_one_draft_with_nothing_typed(cafe: int) -> None:
    hours(cafe, done_on=date(2026, 11, 20), description="Lamp in the hall")
    contract_id = contract(cafe)
    recurring_edit.from_contract(contract_id)
    assert waiting() == ["Maintenance 31.10. 24000", "Consulting 20.11. 12000"]
    (account,) = to_bill.accounts()
    assert (account.customer, account.sums, account.oldest) == ("Café Ostwind", {"EUR": 36000}, date(2026, 10, 31))

    (draft,) = to_bill.bill(cafe)
    assert [(line.role, line.name) for line in draft.lines] == [
        ("heading", "Maintenance"), ("item", "Maintenance"), ("heading", "Services"), ("item", "Consulting"),
    ]  # fmt: skip
    assert draft.lines[1].description == "31 Oct 2026 – 29 Nov 2026"
    assert draft.lines[3].description == "20 Nov 2026\nLamp in the hall"
    assert (draft.service_from, draft.service_to) == (date(2026, 10, 31), date(2026, 11, 29))
    assert drafts.preview(draft).totals.tax_basis == Decimal(360)
    assert waiting() == []
    assert work_done.rows(work_done.ids())[0].state == "draft"

    issued = invoices.issue(draft.id or 0)
    (service,) = work_done.rows(work_done.ids("billed"))
    assert service.number == issued.number
    with pytest.raises(Conflict, match="billed"):
        work_done.save({"name": "Other"}, service.id)
    with pytest.raises(UserError, match="Nothing"):
        to_bill.bill(cafe)


def test_what_a_deleted_draft_held_waits_again_and_goes_back_with_it(cafe: int) -> None:
    hours(cafe)
    recurring_edit.from_contract(contract(cafe))
    (draft,) = to_bill.bill(cafe)
    drafts.delete([draft.id or 0])
    assert len(waiting()) == 2
    trash.restore("document", draft.id or 0)
    assert waiting() == []
    drafts.delete([draft.id or 0])
    undo.undo_last()
    assert waiting() == []
    drafts.delete([draft.id or 0])
    trash.empty()
    assert len(waiting()) == 2
    assert len(to_bill.bill(cafe)) == 1


def test_billed_anew_it_leaves_no_draft_in_the_bin_to_bring_back(cafe: int) -> None:
    hours(cafe)
    recurring_edit.from_contract(contract(cafe))
    (first,) = to_bill.bill(cafe)
    drafts.delete([first.id or 0])
    (second,) = to_bill.bill(cafe)
    assert trash.count() == 0
    assert second.id != first.id
    undo.undo_last()  # of the second billing: the first draft is in the bin again
    assert trash.count() == 1
    assert len(waiting()) == 2


def test_undoing_the_bill_lets_everything_wait_again(cafe: int) -> None:
    hours(cafe)
    to_bill.bill(cafe)
    undo.undo_last()
    assert waiting() == ["Consulting 24.11. 12000"]
    undo.redo_last()
    assert waiting() == []


def test_a_part_can_be_chosen_and_another_part_left(cafe: int) -> None:
    hours(cafe, "One")
    hours(cafe, "Two", done_on=date(2026, 11, 2))
    recurring_edit.from_contract(contract(cafe))
    found = {entry.title: entry for entry in to_bill.entries(cafe)}
    (draft,) = to_bill.bill(cafe, [found["Two"].key])
    assert [line.name for line in draft.lines] == ["Two"]
    assert draft.service_from == draft.service_to == date(2026, 11, 2)
    to_bill.leave([found["One"], found["Maintenance"]])
    assert waiting() == []
    assert len(work_done.ids("not_billed")) == 1
    with pytest.raises(Conflict, match="billed or changed"):
        to_bill.bill(cafe, [found["One"].key])
    work_done.set_aside(work_done.ids("not_billed"), aside=False)
    assert waiting() == ["One 24.11. 12000"]


def test_currencies_and_price_modes_get_drafts_of_their_own(cafe: int) -> None:
    hours(cafe)
    hours(cafe, currency="CHF")
    hours(cafe, price_mode="gross", price=Decimal(119), quantity=Decimal(1))
    assert to_bill.accounts()[0].sums == {"EUR": 22000, "CHF": 12000}
    made = to_bill.bill(cafe)
    assert {(d.currency, d.price_mode) for d in made} == {("EUR", "net"), ("CHF", "net"), ("EUR", "gross")}


def test_a_line_that_was_taken_out_of_the_draft_is_missed(cafe: int) -> None:
    hours(cafe, "One")
    hours(cafe, "Two")
    (draft,) = to_bill.bill(cafe)
    assert not problems.find(draft)
    shorter = drafts.save(replace(draft, lines=draft.lines[:1]))
    (found,) = problems.find(shorter)
    assert not found.stops
    assert "put 2 entries on this draft, but it has fewer lines" in found.sentence
    work_done.put_back(work_done.ids("draft")[1:])
    assert waiting() == ["Two 24.11. 12000"]
    assert not problems.find(shorter)


def test_credited_in_full_it_is_offered_again(cafe: int) -> None:
    hours(cafe)
    recurring_edit.from_contract(contract(cafe))
    (draft,) = to_bill.bill(cafe)
    issued = invoices.issue(draft.id or 0)
    assert to_bill.credited() == []
    with pytest.raises(Conflict):
        credit_notes.release(issued.id or 0)
    credit_notes.cancel(issued.id or 0)
    (held,) = to_bill.credited()
    assert (held.number, held.count) == (issued.number, 2)
    assert waiting() == []
    credit_notes.release(held.document_id)
    assert len(waiting()) == 2
    assert to_bill.credited() == []


def test_what_is_credited_can_be_left_for_good(cafe: int) -> None:
    hours(cafe)
    (draft,) = to_bill.bill(cafe)
    issued = invoices.issue(draft.id or 0)
    credit_notes.cancel(issued.id or 0)
    to_bill.keep(issued.id or 0)
    assert to_bill.credited() == []
    assert waiting() == []


def test_bill_all_makes_all_or_nothing(cafe: int, dupont: int) -> None:
    hours(cafe)
    hours(dupont)
    stopped = Progress(lambda done, _total, _text: stopped.cancel() if done == 0 else None)
    with pytest.raises(Cancelled):
        to_bill.bill_all(progress=stopped)
    assert len(waiting()) == 2
    made = to_bill.bill_all()
    assert {d.customer_id for d in made} == {cafe, dupont}
    french = next(d for d in made if d.customer_id == dupont)
    assert french.language == "fr"
    assert french.lines[0].description == "24/11/2026"


# ---- schedules --------------------------------------------------------------------------------------------------------


def test_a_contract_is_billed_from_the_period_of_today_with_its_own_anchor(cafe: int) -> None:
    schedule = recurring.get(recurring_edit.from_contract(contract(cafe)))
    assert [(d.piece.first, d.piece.last) for d in recurring.coming(schedule, 3)] == [
        (date(2026, 10, 31), date(2026, 11, 29)),
        (date(2026, 11, 30), date(2026, 12, 30)),
        (date(2026, 12, 31), date(2027, 1, 30)),
    ]
    assert recurring_edit.from_contract(schedule.contract_id or 0) == schedule.id


def test_what_was_invoiced_for_a_contract_by_hand_is_not_billed_again(cafe: int) -> None:
    contract_id = contract(cafe, start_on=date(2026, 1, 1))
    line = DraftLine(name="Maintenance", price=Decimal(240), rate=Decimal(19))
    drafts.save(replace(drafts.begin(cafe), contract_id=contract_id, lines=(line,)))
    recurring_edit.from_contract(contract_id)
    assert waiting() == []
    assert recurring.coming(recurring.rows(recurring.ids())[0], 1)[0].piece.first == date(2026, 12, 1)


def test_changing_the_contract_changes_what_is_due(cafe: int) -> None:
    contract_id = contract(cafe)
    schedule_id = recurring_edit.from_contract(contract_id)
    contracts.save({"value_minor": 50000, "title": "Care", "interval": "quarter"}, contract_id)
    assert waiting() == ["Care 31.10. 50000"]
    assert recurring.get(schedule_id).unit == "LS"
    contracts.save({"state": "notice_given", "end_on": date(2026, 11, 15)}, contract_id)
    (due,) = recurring.due()
    assert (due.piece.last, due.net_minor) == (date(2026, 11, 15), 8696)  # 16 of 92 days
    contracts.delete([contract_id])
    assert waiting() == []


def test_only_contracts_with_a_customer_that_are_paid_again_and_again(cafe: int) -> None:
    with pytest.raises(UserError, match="paid once"):
        recurring_edit.from_contract(contract(cafe, interval="once"))
    rent = contract(cafe, direction="expense", customer_id=None, payee="Landlord")
    with pytest.raises(UserError, match="with a customer"):
        recurring_edit.from_contract(rent)


def test_after_weeks_off_everything_that_was_missed_is_there(cafe: int) -> None:
    free(cafe)
    assert waiting() == ["Hosting 01.09. 3100", "Hosting 01.10. 3100", "Hosting 01.11. 3100"]
    (draft,) = to_bill.bill(cafe)
    assert draft.schedule_id is not None
    assert [line.description for line in draft.lines] == [
        "1 Sept 2026 – 30 Sept 2026", "1 Oct 2026 – 31 Oct 2026", "1 Nov 2026 – 30 Nov 2026",
    ]  # fmt: skip
    with dates.freeze(date(2026, 12, 1)):
        assert waiting() == ["Hosting 01.12. 3100"]


def test_in_arrears_and_with_lead_days(cafe: int) -> None:
    in_arrears = free(cafe, bill="arrears", anchor_on=date(2026, 10, 25))
    with dates.freeze(date(2026, 11, 24)):
        assert waiting() == []
    with dates.freeze(date(2026, 11, 25)):
        assert waiting() == ["Hosting 25.10. 3100"]
    recurring_edit.save(
        {"bill": "advance", "anchor_on": date(2026, 12, 1), "start_on": date(2026, 12, 1), "lead_days": 7}, in_arrears
    )
    with dates.freeze(date(2026, 11, 23)):
        assert waiting() == []
    with dates.freeze(date(2026, 11, 24)):
        assert waiting() == ["Hosting 01.12. 3100"]


def test_first_and_last_period_by_days_and_a_pause_between(cafe: int) -> None:
    free(
        cafe,
        start_on=date(2026, 9, 16),
        pause_from=date(2026, 10, 11),
        pause_to=date(2026, 10, 31),
        end_on=date(2026, 11, 10),
    )
    assert waiting() == ["Hosting 16.09. 1550", "Hosting 01.10. 1000", "Hosting 01.11. 1033"]
    (draft,) = to_bill.bill(cafe)
    assert draft.lines[0].description == "16 Sept 2026 – 30 Sept 2026: 15 of 30 days, €31.00 for the full period"
    assert draft.lines[0].unit == "LS"
    assert recurring.state(recurring.rows(recurring.ids("ended"))[0]) == "ended"


def test_a_pause_set_after_billing_never_bills_a_day_twice(cafe: int) -> None:
    schedule_id = free(cafe)
    to_bill.bill(cafe)
    recurring_edit.save({"pause_from": date(2026, 10, 5), "pause_to": date(2026, 10, 9)}, schedule_id)
    recurring_edit.save({"anchor_on": date(2026, 9, 15), "start_on": date(2026, 9, 15)}, schedule_id)
    with dates.freeze(date(2027, 1, 1)):
        assert waiting() == ["Hosting 01.12. 1447", "Hosting 15.12. 3100"]  # 14 of the 30 days from 15 November


def test_a_price_step_splits_the_period_that_it_falls_into(cafe: int) -> None:
    schedule_id = free(cafe)
    recurring_edit.save_step(schedule_id, Step(date(2026, 11, 16), percent=Decimal(10), note="Index"))
    (draft,) = to_bill.bill(cafe)
    assert [line.price for line in draft.lines] == [Decimal(31), Decimal(31), Decimal("15.50"), Decimal("17.05")]
    with pytest.raises(ValidationError, match="already"):
        recurring_edit.save_step(schedule_id, Step(date(2026, 11, 16), price=Decimal(1)))
    with pytest.raises(ValidationError, match="either"):
        recurring_edit.save_step(schedule_id, Step(date(2027, 11, 16)))


def test_a_period_can_be_skipped_and_taken_back(cafe: int) -> None:
    schedule_id = free(cafe)
    recurring_edit.skip(recurring.due()[:1])
    assert waiting() == ["Hosting 01.10. 3100", "Hosting 01.11. 3100"]
    ((period_id, days),) = recurring_edit.skipped(recurring.get(schedule_id))
    assert days == (date(2026, 9, 1), date(2026, 9, 30))
    recurring_edit.unskip(period_id)
    assert len(waiting()) == 3
    recurring_edit.save({"is_on": False}, schedule_id)
    assert waiting() == []
    assert recurring.state(recurring.get(schedule_id)) == "paused"


def test_an_invoice_is_repeated_with_all_that_it_says(cafe: int) -> None:
    line = DraftLine(name="Rent of a lamp in {month} {year}", price=Decimal(50), rate=Decimal(19))
    off = Adjustment(percent=Decimal(10), reason="Friend")
    draft = drafts.save(replace(drafts.begin(cafe), lines=(line,), allowances=(off,), intro="Hello for {period}"))
    recurring_edit.repeat(draft.id or 0, "quarter", date(2026, 11, 1))
    hours(cafe)
    assert waiting() == ["Rent of a lamp in {month} {year} 01.11. 4500", "Consulting 24.11. 12000"]
    made = to_bill.bill(cafe)
    assert len(made) == 2
    assert made[0].lines[0].name == "Rent of a lamp in November 2026"
    assert made[0].intro == "Hello for 1 Nov 2026 – 31 Jan 2027"
    assert made[0].allowances == (off,)


@pytest.mark.parametrize(
    ("language", "filled"),
    [
        ("en_GB", "December January Q4 2026 2027 31 Dec 2026"),
        ("de_DE", "Dezember Januar Q4 2026 2027 31.12.2026"),
        ("fr_FR", "décembre janvier T4 2026 2027 31/12/2026"),
        ("es_ES", "diciembre enero T4 2026 2027 31/12/2026"),
    ],
)
def test_words_are_filled_in_the_language_of_the_document(language: str, filled: str) -> None:
    text = "{month} {month+1} {quarter} {year} {year+1} {period_end}"
    assert recurring_words.fill(text, date(2026, 12, 31), date(2026, 12, 31), language) == filled
    assert recurring_words.fill("{month+1}", date(2027, 1, 31), date(2027, 2, 27), language)[:2] in ("Fe", "fé", "fe")


def test_a_word_that_is_none_is_said_before_it_is_printed(cafe: int) -> None:
    with pytest.raises(ValidationError, match="monht"):
        free(cafe, line_name="Hosting {monht}")
    assert (
        recurring_words.fill("{monht} {period+1}", date(2026, 1, 1), date(2026, 1, 31), "en_GB") == "{monht} {period+1}"
    )


def test_mistakes_in_a_schedule_stand_beside_their_fields(cafe: int) -> None:
    with pytest.raises(ValidationError) as refused:
        recurring_edit.save(
            {
                "title": "",
                "price": Decimal(-1),
                "pause_to": date(2026, 1, 1),
                "lead_days": 400,
                "end_on": date(2000, 1, 1),
            }
        )
    assert set(refused.value.fields) == {"customer_id", "title", "price", "pause_to", "lead_days", "end_on"}


def test_deleted_customers_and_history_do_not_stumble(cafe: int) -> None:
    hours(cafe)
    customers.delete([cafe])
    assert waiting() == []
    assert history.next_undo() is not None
    undo.undo_last()
    assert len(waiting()) == 1
