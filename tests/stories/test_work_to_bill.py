"""A month of a workshop: hours are timed and noted, a contract runs along, one invoice bills both, and one is taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.billing import credit_notes, drafts, invoice_list, invoices, recurring, recurring_edit, to_bill
from crm_desktop.billing.document import Document
from crm_desktop.billing.recurring_periods import Step
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, UserError
from crm_desktop.customers import customers
from crm_desktop.insight import today
from crm_desktop.safety import bin as trash
from crm_desktop.safety import checking, undo
from crm_desktop.sales import contracts, timer, work_done

SELLER = {"name": "Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}


def render(document: Document) -> bytes:
    """Stands for the printer."""
    return f"%PDF {document.number} {document.totals.due}".encode()


def test_from_the_first_hour_to_the_credit_note(data_file: Path) -> None:
    with dates.freeze(date(2026, 11, 1)):
        profile.save(SELLER)
        hotel = customers.save({"company": "Hotel Alster", "street": "Kai 7", "city": "Hamburg", "language": "de"})
        care = a_contract_is_billed_regularly(hotel)
    hours_are_timed_and_noted(hotel)
    draft_id = everything_is_on_one_draft(hotel)
    issued = the_draft_is_issued_and_nothing_waits(hotel, draft_id)
    what_is_billed_stays(issued)
    the_invoice_is_credited_and_its_entries_wait_again(hotel, issued)
    after_the_holidays_the_missed_months_are_there(hotel, care)
    assert checking.check().ok


def a_contract_is_billed_regularly(hotel: int) -> int:
    contract = {"title": "Wartung", "customer_id": hotel, "value_minor": 14800, "start_on": date(2026, 1, 31)}
    care = recurring_edit.from_contract(contracts.save(contract | {"interval": "month", "state": "active"}))
    recurring_edit.save({"line_name": "Wartung {month} {year}"}, care)
    recurring_edit.save_step(care, Step(date(2027, 1, 31), percent=Decimal("2.5"), note="Index"))
    return care


def hours_are_timed_and_noted(hotel: int) -> None:
    start = dates.instant_from("2026-11-12T08:00:00Z")
    timer.set_rounding(15)
    with dates.freeze(start):
        timer.start(hotel, "Reparatur der Lampen")
    with dates.freeze(dates.add_instant_seconds(start, 4000)):
        worked = work_done.get(timer.stop())
        work_done.save({"price": Decimal(80)}, worked.id)
        assert worked.quantity == Decimal("1.25")
    with dates.freeze(date(2026, 11, 20)):
        note = {"customer_id": hotel, "name": "Beratung", "quantity": Decimal("0.5"), "description": "Am Telefon"}
        assert work_done.get(work_done.save(note)).price == Decimal(80)


def everything_is_on_one_draft(hotel: int) -> int:
    with dates.freeze(date(2026, 11, 30)):
        (task,) = [task for task in today.tasks() if task.kind == "to_bill"]
        assert (task.title, task.amount_minor) == ("1 customer to bill", 43600)
        (draft,) = to_bill.bill(hotel)
    assert [line.role for line in draft.lines] == ["heading", "item", "item", "heading", "item", "item"]
    assert [line.name for line in draft.lines if line.role == "item"] == [
        "Wartung Oktober 2026", "Wartung November 2026", "Reparatur der Lampen", "Beratung",
    ]  # fmt: skip
    assert draft.lines[-1].description == "20.11.2026\nAm Telefon"
    assert (draft.service_from, draft.service_to) == (date(2026, 10, 31), date(2026, 12, 30))
    assert drafts.preview(draft).totals.grand_total == Decimal("518.84")
    return draft.id or 0


def the_draft_is_issued_and_nothing_waits(hotel: int, draft_id: int) -> Document:
    with dates.freeze(date(2026, 11, 30)):
        drafts.delete([draft_id])
        assert len(to_bill.entries(hotel)) == 4
        trash.restore("document", draft_id)
        with pytest.raises(UserError, match="Nothing of this customer waits"):
            to_bill.bill(hotel)
        return invoices.issue(draft_id, render)


def what_is_billed_stays(issued: Document) -> None:
    (first, *_rest) = work_done.rows(work_done.ids("billed"))
    assert first.number == issued.number
    with pytest.raises(Conflict, match="stays as it is"):
        work_done.delete([first.id])
    assert all(task.kind != "to_bill" for task in today.tasks())


def the_invoice_is_credited_and_its_entries_wait_again(hotel: int, issued: Document) -> None:
    with dates.freeze(date(2026, 12, 1)):
        credit_notes.cancel(issued.id or 0, render)
        assert to_bill.entries(hotel) == []
        (held,) = to_bill.credited()
        assert (held.number, held.customer, held.count) == (issued.number, "Hotel Alster", 4)
        assert credit_notes.release(held.document_id) == 4
        undo.undo_last()
        assert to_bill.entries(hotel) == []
        undo.redo_last()
        (again,) = to_bill.bill(hotel)
        second = invoices.issue(again.id or 0, render)
        assert second.totals.due == issued.totals.due
        assert to_bill.credited() == []


def after_the_holidays_the_missed_months_are_there(hotel: int, care: int) -> None:
    with dates.freeze(date(2027, 3, 1)):
        assert [(due.piece.first, due.net_minor) for due in recurring.due(hotel)] == [
            (date(2026, 12, 31), 14800),
            (date(2027, 1, 31), 15170),
            (date(2027, 2, 28), 15170),
        ]
        (draft,) = to_bill.bill(hotel)
        assert draft.schedule_id == care
        assert len(invoice_list.ids("drafts")) == 1
