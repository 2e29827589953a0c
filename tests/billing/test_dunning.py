"""Reminders for money: who gets which level, once, also after weeks off; letters, holds, credits, fees."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import reminders, timeline
from crm_desktop.billing import (
    credit_notes,
    drafts,
    dunning,
    dunning_letters,
    dunning_levels,
    interest,
    invoices,
    payments,
    receipts,
    settlement,
)
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.billing.dunning_letters import Choice
from crm_desktop.billing.dunning_levels import Level, Words
from crm_desktop.core import dates, i18n
from crm_desktop.core.errors import Cancelled, Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.db import history

TODAY = date(2026, 11, 24)


def bill(customer_id: int, price: str = "100", late: int = 10, **more: object) -> Document:
    """An issued invoice over a price without tax that is due so many days ago."""
    due = TODAY - timedelta(days=late)
    values = {"issue_on": min(due, TODAY) - timedelta(days=14), "due_on": due} | more
    with dates.freeze(values["issue_on"]):
        lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(0), category="Z"),)
        return invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, **values))  # type: ignore[arg-type]


def choice(customer_id: int, **more: object) -> Choice:
    return Choice(customer_id, "EUR", **more)  # type: ignore[arg-type]


def levels_due(day: date | None = None) -> dict[str, int]:
    """Number of the invoice → position of the level that is due."""
    return {item.number: item.level.position for p in dunning.waiting(day) for item in p.items if item.level}


def test_nobody_is_reminded_before_the_first_level(cafe: int) -> None:
    bill(cafe, late=6)
    assert dunning.due_now() == []


def test_one_letter_holds_all_that_is_late_each_at_its_level(cafe: int) -> None:
    old, new, coming = bill(cafe, "300", 40), bill(cafe, "200", 8), bill(cafe, "50", -5)
    (found,) = dunning.waiting()
    assert levels_due() == {old.number: 3, new.number: 1}
    assert (found.level.position, found.open_minor, found.days_late) == (3, 50_000, 40)  # type: ignore[union-attr]
    assert [item.number for item in found.coming] == [coming.number]


def sale(name: str = "", late: int = 10, **buyer: str) -> Document:
    """An issued sale without a customer that is due so many days ago."""
    due = TODAY - timedelta(days=late)
    with dates.freeze(due - timedelta(days=14)):
        lines = (DraftLine(name="Chair", price=Decimal(100), rate=Decimal(0), category="Z"),)
        party = {"name": name, "kind": "person", "country": "DE"} | buyer if name else {}
        draft = replace(drafts.begin(None), lines=lines, buyer=party, due_on=due)
        return invoices.issue_draft(draft if name else replace(receipts.begin(), lines=lines))


def test_a_sale_without_a_customer_gets_a_letter_to_the_address_on_it(company: None) -> None:
    sold = sale("Ida Ohm", street="Kai 3", city="Kiel", email="ida@example.org")
    other = sale("Ida Ohm", street="Kai 3", city="Kiel")
    found = dunning.waiting()
    assert sorted((p.customer_id, p.customer) for p in found) == [
        (-(other.id or 0), "Ida Ohm"),
        (-(sold.id or 0), "Ida Ohm"),
    ]
    (letter_id,) = dunning_letters.make_letters([choice(-(sold.id or 0))])
    letter = dunning_letters.get(letter_id)
    assert (letter.customer_id, letter.buyer["street"], letter.total_minor) == (-(sold.id or 0), "Kai 3", 10_000)
    assert dunning_letters.address_of(letter) == "ida@example.org"
    assert [p.customer_id for p in dunning.waiting()] == [-(other.id or 0)]
    dunning_letters.mark_sent([letter_id])
    with pytest.raises(Conflict, match="need not be reminded"):
        dunning_letters.make_letters([choice(-(sold.id or 0))])


def test_a_sale_that_names_nobody_is_shown_with_the_reason_why_no_letter_goes_out(company: None) -> None:
    sold = sale()
    assert dunning.due_now() == []
    payments.delete(payments.of_document(sold.id or 0)[0].payment_id or 0)
    assert dunning.waiting() == []
    (found,) = dunning.due_now()
    assert found.customer == "Sale over the counter"
    assert found.hold == f"{sold.number} names no buyer with an address, so no letter can be written."


def test_after_weeks_off_the_highest_level_comes_and_none_of_the_lower_ones(cafe: int) -> None:
    invoice = bill(cafe, late=60)
    dunning_letters.make_letters([choice(cafe)])
    assert db.query("SELECT document_id, level FROM dunning_item") == [(invoice.id, 3)]
    assert dunning.due_now(TODAY + timedelta(days=400)) == []


def test_the_next_level_waits_until_the_last_day_to_pay_has_passed(cafe: int) -> None:
    bill(cafe, late=20)
    (letter_id,) = dunning_letters.make_letters([choice(cafe)])
    deadline = dunning_letters.get(letter_id).deadline_on
    assert deadline == TODAY + timedelta(days=10)
    assert dunning.due_now(deadline) == []
    assert list(levels_due(deadline + timedelta(days=1)).values()) == [2]


def test_a_level_never_comes_twice(cafe: int) -> None:
    bill(cafe, late=8)
    dunning_letters.make_letters([choice(cafe)])
    with pytest.raises(Conflict, match="need not be reminded any more"):
        dunning_letters.make_letters([choice(cafe)])
    with pytest.raises(Conflict):
        dunning_letters.make_letters([choice(cafe, level=1)])
    assert len(dunning_letters.letters()) == 1


def test_another_program_cannot_make_the_same_letter(cafe: int, data_file: Path) -> None:
    bill(cafe, late=8)
    script = (
        "import sys; from pathlib import Path; from datetime import date\n"
        "from crm_desktop.core import dates; from crm_desktop.db import migrate\n"
        "from crm_desktop.billing import dunning_letters as d\n"
        "migrate.open_file(Path(sys.argv[1]))\n"
        f"with dates.freeze(date(2026, 11, 24)):\n d.make_letters([d.Choice({cafe}, 'EUR')])\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(data_file)], stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=60)[1].decode() for process in both]
    assert sorted(process.returncode for process in both) == [0, 1], said
    assert sum("need not be reminded" in words for words in said) == 1
    assert db.value("SELECT count(*) FROM dunning_letter") == 1


def test_undo_takes_a_letter_back_until_it_was_given_out(cafe: int) -> None:
    bill(cafe, late=8)
    dunning_letters.make_letters([choice(cafe)])
    history.undo(history.next_undo() or 0)
    assert (dunning_letters.letters(), len(dunning.waiting())) == ([], 1)
    assert not [e for e in timeline.latest(cafe, 20) if e.kind == "dunning"]

    (again,) = dunning_letters.make_letters([choice(cafe)])
    step = history.next_undo() or 0
    assert dunning_letters.mark_sent([again]) == 1
    with pytest.raises(Conflict):
        history.undo(step)
    with pytest.raises(Conflict, match="was given out and stays"):
        dunning_letters.take_back(again)
    assert dunning_letters.mark_sent([again]) == 0
    assert dunning.waiting() == []


def test_a_letter_that_was_taken_back_is_proposed_again(cafe: int) -> None:
    bill(cafe, late=8)
    (letter_id,) = dunning_letters.make_letters([choice(cafe)])
    dunning_letters.take_back(letter_id)
    assert list(levels_due().values()) == [1]
    with pytest.raises(NotFound):
        dunning_letters.get(letter_id)


def test_cancel_takes_all_letters_back(cafe: int, dupont: int) -> None:
    bill(cafe, late=8)
    bill(dupont, late=8)
    progress = Progress(lambda done, _total, _text: progress.cancel() if done else None)
    with pytest.raises(Cancelled):
        dunning_letters.make_letters([choice(cafe), choice(dupont)], progress=progress)
    assert dunning_letters.letters() == []
    assert len(dunning.waiting()) == 2


def test_who_is_on_hold_is_shown_and_left_out(cafe: int, dupont: int) -> None:
    disputed, other = bill(cafe, late=8), bill(cafe, late=9)
    bill(dupont, late=30)
    dunning.hold_document(disputed.id or 0, "Scratch in the seat")
    dunning.hold_customer(dupont, "Pays by instalments")
    assert levels_due() == {other.number: 1}
    shown = {found.customer_id: found for found in dunning.due_now()}
    assert [(item.number, item.hold) for item in shown[cafe].held] == [(disputed.number, "Scratch in the seat")]
    assert shown[dupont].hold == "Pays by instalments"
    with pytest.raises(Conflict):
        dunning_letters.make_letters([choice(dupont)])
    dunning.hold_document(disputed.id or 0, "")
    assert set(levels_due()) == {other.number, disputed.number}


def test_credits_are_deducted(cafe: int) -> None:
    bill(cafe, "300", 8)
    paid = bill(cafe, "80", 30)
    payments.record(paid.id or 0, Decimal(80), TODAY)
    credit_notes.cancel(paid.id or 0)
    (found,) = dunning.waiting()
    assert [item.open_minor for item in found.credits] == [-8000]
    assert found.open_minor == 22_000
    payments.record(invoices.get(found.items[0].document_id).id or 0, Decimal(100), TODAY)
    assert dunning.waiting()[0].open_minor == 12_000


def test_nothing_is_asked_where_credits_cover_it(cafe: int) -> None:
    bill(cafe, "50", 8)
    paid = bill(cafe, "80", 30)
    payments.record(paid.id or 0, Decimal(80), TODAY)
    credit_notes.cancel(paid.id or 0)
    assert dunning.waiting() == []


def test_the_friendly_note_comes_before_the_due_day_and_claims_nothing_late(cafe: int) -> None:
    dunning_levels.save(replace(dunning_levels.friendly_note(), fee_minor=0))
    soon = bill(cafe, "70", -2)
    bill(cafe, "90", -9)
    (found,) = dunning.waiting()
    assert [item.number for item in found.items] == [soon.number]
    (letter_id,) = dunning_letters.make_letters([choice(cafe)])
    letter = dunning_letters.get(letter_id)
    assert (letter.deadline_on, letter.is_note, letter.total_minor) == (soon.due_on, True, 7000)
    assert list(levels_due(TODAY + timedelta(days=10)).values()) == [1]


def test_fees_and_interest_are_asked_for(cafe: int) -> None:
    interest.save(interest.Rate(date(2026, 1, 1), 500, 3650))
    dunning_levels.save(replace(dunning_levels.get(1), fee_minor=500))
    dunning_levels.save(replace(dunning_levels.get(2), fee_minor=700, with_interest=True))
    bill(cafe, "1000", 8)
    (first,) = dunning_letters.make_letters([choice(cafe)])
    assert dunning_letters.get(first).total_minor == 100_500
    later = TODAY + timedelta(days=14)
    (second,) = dunning_letters.make_letters([choice(cafe)], day=later)
    letter = dunning_letters.get(second)
    assert letter.interest_minor == 2200  # 22 days at a tenth of a per cent
    assert (letter.fee_minor, letter.earlier_fees_minor, letter.total_minor) == (700, 500, 103_400)
    assert [(used.first, used.last, used.rate_bp) for used in letter.rates] == [
        (TODAY - timedelta(days=7), later, 3650)
    ]


def test_money_on_fees_is_no_revenue_no_credit_and_is_not_asked_for_again(cafe: int) -> None:
    dunning_levels.save(replace(dunning_levels.get(1), fee_minor=500))
    bill(cafe, "1000", 8)
    (first,) = dunning_letters.make_letters([choice(cafe)])
    dunning_letters.book_charges(first, Decimal("5.00"))
    with pytest.raises(ValidationError, match="fees and interest"):
        dunning_letters.book_charges(first, Decimal("0.01"))
    assert payments.credit_of(cafe, "EUR") == 0
    (found,) = dunning.waiting(TODAY + timedelta(days=14))
    assert found.total_minor == 100_000


def test_what_a_merged_record_paid_too_much_is_deducted_wherever_its_invoices_stand(cafe: int, dupont: int) -> None:
    mine, theirs = bill(cafe, "100", 8), bill(dupont, "200", 8)
    payments.record(mine.id or 0, Decimal(30), TODAY)
    with db.transaction("Paid too much"):
        settlement.insert_payment(dupont, 4_000, "EUR", TODAY, settlement.Words())
    assert {p.customer_id: p.credit_minor for p in dunning.waiting()} == {cafe: 0, dupont: 4_000}
    merging.merge(cafe, dupont)
    assert {p.customer_id: (p.credit_minor, p.open_minor) for p in dunning.waiting()} == {
        cafe: (4_000, 3_000),
        dupont: (4_000, 16_000),
    }
    assert settlement.credit_minor(cafe, "EUR") == settlement.credit_minor(dupont, "EUR") == 4_000
    assert theirs.customer_id == dupont


def test_more_late_customers_cost_no_more_questions_to_the_file(cafe: int, dupont: int) -> None:
    interest.save(interest.Rate(date(2020, 1, 1), 500, 900))
    dunning_levels.save(replace(dunning_levels.get(1), fee_minor=500, with_interest=True))

    def asked() -> int:
        found: list[str] = []
        db.raw().set_trace_callback(found.append)
        dunning.waiting(TODAY + timedelta(days=14))
        db.raw().set_trace_callback(None)
        return len(found)

    bill(cafe, "100", 8)
    dunning_letters.make_letters([choice(cafe)])
    few = asked()
    for customer_id in (cafe, dupont, cafe, dupont):
        bill(customer_id, "50", 9)
    dunning_letters.make_letters([choice(dupont)])
    assert asked() == few


def test_asked_again_the_proposals_cost_nothing_until_something_changes(cafe: int, dupont: int, monkeypatch) -> None:
    one = bill(cafe, "100", 8)
    first = dunning.due_now()
    worked: list[int] = []
    plain = dunning._proposals
    monkeypatch.setattr(dunning, "_proposals", lambda *a: worked.append(1) or plain(*a))
    assert dunning.due_now() == dunning.waiting() == first
    reminders.save("Ring up", TODAY)
    assert dunning.due_now() == first
    assert worked == []
    dunning.due_now()[:] = []
    assert dunning.due_now() == first, "what was given away can be changed"
    bill(dupont, "50", 9)
    assert len(dunning.due_now()) == 2
    dunning.hold_customer(dupont, "Agreed")
    assert [p.customer_id for p in dunning.waiting()] == [cafe]
    payments.record(one.id or 0, Decimal(100), TODAY)
    assert dunning.waiting() == []
    with dates.freeze(TODAY + timedelta(days=30)):
        bill(cafe, "10", 0)
    assert len(dunning.due_now(TODAY + timedelta(days=60))) == 2
    i18n.use_language("de")
    assert dunning.due_now()[0].hold == "Agreed"
    assert len(worked) == 5


def test_part_payments_reduce_what_is_asked(cafe: int) -> None:
    invoice = bill(cafe, "1000", 8)
    payments.record(invoice.id or 0, Decimal(400), TODAY)
    letter = dunning_letters.preview(choice(cafe))
    (row,) = letter.rows
    assert (row.total_minor, row.paid_minor, row.open_minor) == (100_000, 40_000, 60_000)
    assert letter.number == ""


def test_another_level_and_fewer_invoices_can_be_chosen(cafe: int) -> None:
    first, second = bill(cafe, "10", 8), bill(cafe, "20", 9)
    letter = dunning_letters.preview(choice(cafe, level=3, leave_out=frozenset({first.id})))
    assert (letter.level, [row.number for row in letter.rows]) == (3, [second.number])
    dunning_letters.make_letters([choice(cafe, level=3, leave_out=frozenset({first.id}))])
    assert levels_due() == {first.number: 1}


def test_a_letter_is_frozen_with_its_pdf_and_stands_in_the_timeline(cafe: int) -> None:
    bill(cafe, "10", 8)
    (letter_id,) = dunning_letters.make_letters([choice(cafe)], lambda letter: f"PDF {letter.number}".encode())
    before = dunning_letters.get(letter_id)
    dunning_levels.save(replace(dunning_levels.get(1), texts={"en": Words("Pay", "{amount}")}))
    assert dunning_letters.get(letter_id) == before
    assert dunning_letters.pdf(letter_id) == f"PDF {before.number}".encode()
    (entry,) = [e for e in timeline.latest(cafe, 20) if e.kind == "dunning"]
    assert (entry.title, entry.amount_minor) == (f"First reminder {before.number}", 1000)


def test_texts_are_filled_in_the_customers_language(dupont: int) -> None:
    bill(dupont, "1234.5", 8)
    said = "{name}: {number} / {amount} / {date} / {deadline} / {days} / {company}"
    dunning_levels.save(replace(dunning_levels.get(1), texts={"fr": Words("Rappel", said)}))
    letter = dunning_letters.preview(choice(dupont))
    assert letter.title == "Rappel"
    assert letter.body == (
        f"Dupont SARL: {letter.rows[0].number} / 1\u202f234,50\u00a0€ / 16 novembre 2026 / 4 décembre 2026 / 8 / "
        "Werkstatt Lindner"
    )


@pytest.mark.parametrize(
    ("level", "field"),
    [
        (Level(4, "", 50), "name"),
        (Level(4, "X", 21), "days"),
        (Level(4, "X", 5000), "days"),
        (Level(4, "X", 50, deadline_days=-1), "deadline_days"),
        (Level(4, "X", 50, fee_minor=-1), "fee_minor"),
        (Level(4, "X", 50, texts={"de": Words(body="Lieber {kunde}")}), "body_de"),
        (Level(4, "X", 50, texts={"de": Words(title="Hier {")}), "title_de"),
        (Level(4, "X", 50, texts={"de": Words(title="{name.upper}")}), "title_de"),
    ],
)
def test_a_level_that_cannot_work_is_refused(level: Level, field: str, company: None) -> None:
    with pytest.raises(ValidationError) as refused:
        dunning_levels.save(level)
    assert list(refused.value.fields) == [field]


def test_levels_can_be_added_and_taken_away_but_one_stays(company: None) -> None:
    assert [level.days for level in dunning_levels.levels()] == [7, 21, 35]
    dunning_levels.save(dunning_levels.friendly_note())
    dunning_levels.save(Level(dunning_levels.next_position(), "Lawyer", 60))
    assert [level.days for level in dunning_levels.levels()] == [-3, 7, 21, 35, 60]
    for position in (0, 1, 2, 3):
        dunning_levels.remove(position)
    with pytest.raises(UserError, match="One level stays"):
        dunning_levels.remove(4)


def test_a_level_that_is_gone_is_still_remembered_for_what_it_reminded_of(cafe: int) -> None:
    bill(cafe, late=40)
    dunning_letters.make_letters([choice(cafe)])
    dunning_levels.remove(3)
    assert dunning.due_now(TODAY + timedelta(days=60)) == []


def test_currencies_are_never_mixed(cafe: int) -> None:
    bill(cafe, "10", 8)
    bill(cafe, "20", 9, currency="CHF")
    assert sorted((p.currency, p.open_minor) for p in dunning.waiting()) == [("CHF", 2000), ("EUR", 1000)]
