"""Deposits, partial invoices and the final invoice that deducts them: nothing is owed or taxed twice, to the cent."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.billing import (
    chain,
    credit_notes,
    deductions,
    deposit_rest,
    deposits,
    drafts,
    invoice_list,
    invoices,
    payments,
    problems,
    rows,
)
from crm_desktop.billing.document import Document, Draft, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, migrate
from crm_desktop.insight import customer_figures, journal, open_items, revenue
from crm_desktop.safety import checking
from crm_desktop.sales.basket import Adjustment

KITCHEN = DraftLine(name="Kitchen", price=Decimal("10000.00"), rate=Decimal(19))
BOOKS = DraftLine(name="Books", quantity=Decimal(3), price=Decimal("33.33"), rate=Decimal(7))
ALL = (date.min, date.max)


def order(customer_id: int, *lines: DraftLine, mode: str = "net", **values: tuple[Adjustment, ...]) -> Document:
    """An issued order confirmation."""
    draft = replace(drafts.begin(customer_id, "order_confirmation"), price_mode=mode, lines=lines or (KITCHEN, BOOKS))
    return invoices.issue_draft(replace(draft, **values))


def issue(draft: Draft) -> Document:
    return invoices.issue(draft.id or 0)


def taxes(found: Iterable[Document]) -> dict[tuple[str, Decimal | None], tuple[Decimal, Decimal]]:
    """Basis and tax per group of several bills as the books see them."""
    sums: dict[tuple[str, Decimal | None], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for bill in found:
        sign = -1 if bill.kind == "credit_note" else 1
        for group in bill.totals.breakdown:
            sums[group.category, group.rate][0] += sign * group.basis
            sums[group.category, group.rate][1] += sign * group.tax
        for part in bill.deductions:
            sums[part.category, part.rate][0] -= sign * part.basis
            sums[part.category, part.rate][1] -= sign * part.tax
    return {key: (basis, tax) for key, (basis, tax) in sums.items() if basis or tax}


def booked() -> dict[tuple[str, Decimal | None], tuple[Decimal, Decimal]]:
    """The same from the journal, which the bookkeeper gets."""
    sums: dict[tuple[str, Decimal | None], list[int]] = defaultdict(lambda: [0, 0])
    for entry in journal.entries(*ALL):
        assert sum(part.tax_minor for part in entry.taxes) == entry.tax_minor
        assert entry.net_minor + entry.tax_minor == entry.gross_minor
        for part in entry.taxes:
            sums[part.category, part.rate][0] += part.basis_minor
            sums[part.category, part.rate][1] += part.tax_minor
    return {key: (Decimal(b) / 100, Decimal(t) / 100) for key, (b, t) in sums.items() if b or t}


def test_the_worked_example_of_the_decision(cafe: int) -> None:
    placed = order(cafe)
    assert placed.totals.grand_total == Decimal("12006.99")
    first = issue(deposits.deposit(placed.id or 0, percent=Decimal(30)))
    assert [(line.name, line.price, line.rate) for line in first.lines] == [
        ("Deposit of 30% on order OC-2026-0001", Decimal("3000.00"), 19),
        ("Deposit of 30% on order OC-2026-0001", Decimal("30.00"), 7),
    ]
    assert (first.number, first.type_code, first.service_from) == ("INV-2026-0001", "386", None)
    assert first.totals.due == Decimal("3602.10")
    payments.record(first.id or 0, Decimal("3602.10"))
    final = issue(chain.follow(placed.id or 0, "invoice"))
    assert final.totals.breakdown == placed.totals.breakdown
    assert [(p.number, p.issue_on, p.rate, p.basis, p.tax) for p in final.deductions] == [
        ("INV-2026-0001", date(2026, 11, 24), 19, Decimal("3000.00"), Decimal("570.00")),
        ("INV-2026-0001", date(2026, 11, 24), 7, Decimal("30.00"), Decimal("2.10")),
    ]
    assert (final.totals.prepaid, final.totals.due, final.open) == (
        Decimal("3602.10"),
        Decimal("8404.89"),
        Decimal("8404.89"),
    )
    assert booked() == taxes([placed])
    assert [(entry.net_minor, entry.gross_minor) for entry in journal.entries(*ALL)] == [
        (303000, 360210),
        (706999, 840489),
    ]
    assert sum(revenue.by_month(2026)) == customer_figures.all_customers()[0].revenue["EUR"] == 1009999
    assert [item.open_minor for item in open_items.items()] == [840489]
    assert rows.read_document(final.id or 0) == final
    assert checking.check().problems == []
    assert not derived.differences(db.raw())


def test_a_deposit_of_an_amount_asks_for_exactly_that(cafe: int) -> None:
    placed = order(cafe)
    asked = issue(deposits.deposit(placed.id or 0, amount=Decimal("999.99")))
    assert (asked.totals.grand_total, asked.price_mode) == (Decimal("999.99"), "gross")
    assert deposits.left(placed.id or 0) == Decimal("11007.00")
    with pytest.raises(ValidationError, match=r"Only €11,007\.00 of OC-2026-0001 is left"):
        deposits.deposit(placed.id or 0, amount=Decimal("11007.01"))
    for wrong in ({}, {"percent": Decimal(101)}, {"amount": Decimal(0)}, {"percent": Decimal(1), "amount": Decimal(1)}):
        with pytest.raises(ValidationError):
            deposits.deposit(placed.id or 0, **wrong)


def test_an_unpaid_deposit_is_deducted_and_stays_a_claim_of_its_own(cafe: int) -> None:
    placed = order(cafe)
    asked = issue(deposits.deposit(placed.id or 0, percent=Decimal(30)))
    draft = chain.follow(placed.id or 0, "invoice")
    (hint,) = [found for found in problems.find(draft) if found.field == "deductions"]
    assert (hint.stops, hint.sentence) == (
        False,
        "€3,602.10 of INV-2026-0001 is not paid yet. It is deducted here and stays to be paid by itself.",
    )
    final = issue(draft)
    assert [item.open_minor for item in open_items.items()] == [360210, 840489]
    payments.record(asked.id or 0, Decimal("3602.10"))
    payments.record(final.id or 0, Decimal("8404.89"))
    assert open_items.items() == []


def test_a_deposit_that_was_credited_is_not_deducted(cafe: int) -> None:
    placed = order(cafe)
    asked = issue(deposits.deposit(placed.id or 0, percent=Decimal(30)))
    draft = chain.follow(placed.id or 0, "invoice")
    note = credit_notes.cancel(asked.id or 0)
    assert "was credited or deducted elsewhere" in problems.stops(draft)["deductions"]
    drafts.delete([draft.id or 0])
    final = issue(chain.follow(placed.id or 0, "invoice"))
    assert (final.deductions, final.totals.due) == ((), Decimal("12006.99"))
    assert booked() == taxes([asked, note, final]) == taxes([placed])


def test_a_deducted_deposit_is_corrected_through_its_final_invoice(cafe: int) -> None:
    placed = order(cafe)
    asked = issue(deposits.deposit(placed.id or 0, percent=Decimal(30)))
    final = issue(chain.follow(placed.id or 0, "invoice"))
    with pytest.raises(Conflict, match="INV-2026-0001 is deducted in INV-2026-0002"):
        credit_notes.cancel(asked.id or 0)
    note, again = credit_notes.cancel_and_redo(final.id or 0)
    assert (note.totals.due, note.open, final.deductions) == (Decimal("8404.89"), 0, note.deductions)
    assert booked() == taxes([asked])
    second = issue(again)
    assert (second.deductions, second.totals.due) == (final.deductions, final.totals.due)
    assert booked() == taxes([placed])
    assert [item.open_minor for item in open_items.items()] == [360210, 840489]
    with pytest.raises(Conflict, match="is credited in full already"):
        credit_notes.cancel(final.id or 0)
    with pytest.raises(Conflict, match=f"is deducted in {second.number}"):
        credit_notes.cancel(asked.id or 0)


def test_of_a_final_invoice_at_most_the_rest_can_be_credited(cafe: int) -> None:
    placed = order(cafe)
    issue(deposits.deposit(placed.id or 0, percent=Decimal(30)))
    final = issue(chain.follow(placed.id or 0, "invoice"))
    kitchen = rows.line_ids(final.id or 0)[0]
    part = credit_notes.draft_for(final.id or 0, [credit_notes.Part(kitchen, amount=Decimal(1000))])
    assert issue(part).totals.grand_total == Decimal("1190.00")
    assert payments.open_amount(final.id or 0) == Decimal("7214.89")
    too_much = credit_notes.draft_for(final.id or 0, [credit_notes.Part(kitchen, amount=Decimal(7000))])
    assert "At most €7,214.89" in problems.stops(too_much)["lines"]


def test_after_partial_and_final_invoice_nothing_is_left_to_bill(cafe: int) -> None:
    placed = order(cafe)
    kitchen, _books = rows.line_ids(placed.id or 0)
    issue(deposits.partial(placed.id or 0, {kitchen: Decimal(1)}))
    issue(chain.follow(placed.id or 0, "invoice"))
    assert "invoice" not in chain.next_kinds(placed)
    assert all(not found.rest["invoice"] for found in chain.lines_of(placed.id or 0))


def test_partial_invoices_are_deducted_by_the_invoice_that_lists_everything(cafe: int) -> None:
    placed = order(cafe, replace(KITCHEN, quantity=Decimal(4), price=Decimal("2500.00")), BOOKS)
    kitchen, _books = rows.line_ids(placed.id or 0)
    first = issue(deposits.partial(placed.id or 0, {kitchen: Decimal(1)}))
    assert (first.type_code, first.totals.grand_total) == ("326", Decimal("2975.00"))
    second = issue(deposits.partial(placed.id or 0))
    assert [line.quantity for line in second.lines] == [3, 3]
    with pytest.raises(Conflict, match="billed in full already"):
        deposits.partial(placed.id or 0)
    final = issue(chain.follow(placed.id or 0, "invoice"))
    assert (final.totals.grand_total, final.totals.due) == (Decimal("12006.99"), 0)
    assert booked() == taxes([placed])


def test_an_invoice_for_a_part_deducts_what_it_bills_and_the_last_one_the_rest(cafe: int) -> None:
    placed = order(cafe, replace(KITCHEN, quantity=Decimal(2), price=Decimal("5000.00")), BOOKS)
    asked = issue(deposits.deposit(placed.id or 0, percent=Decimal(60)))
    kitchen, _books = rows.line_ids(placed.id or 0)
    first = issue(chain.follow(placed.id or 0, "delivery_note", quantities={kitchen: Decimal(1)}))
    one = issue(chain.follow(first.id or 0, "invoice"))
    assert [(p.rate, p.basis, p.tax) for p in one.deductions] == [(19, Decimal("5000.00"), Decimal("950.00"))]
    assert one.totals.due == 0
    two = issue(chain.follow(issue(chain.follow(placed.id or 0, "delivery_note")).id or 0, "invoice"))
    assert [(p.rate, p.basis, p.tax) for p in two.deductions] == [
        (19, Decimal("1000.00"), Decimal("190.00")),
        (7, Decimal("59.99"), Decimal("4.20")),
    ]
    assert booked() == taxes([asked, one, two]) == taxes([placed])
    assert deductions.of_family(placed.id or 0) == ()


def test_an_invoice_that_leaves_a_deposit_out_says_so(cafe: int) -> None:
    placed = order(cafe)
    draft = chain.follow(placed.id or 0, "invoice")
    drafts.delete([draft.id or 0])
    issue(deposits.deposit(placed.id or 0, percent=Decimal(10)))
    drafts.restore(draft.id or 0)
    sentences = [found.sentence for found in problems.find(drafts.get(draft.id or 0)) if found.field == "deductions"]
    assert sentences == ["The deposit invoice INV-2026-0001 is not deducted here."]


def test_deposits_are_for_quotes_and_orders_that_are_not_billed(cafe: int) -> None:
    placed = order(cafe)
    final = issue(chain.follow(placed.id or 0, "invoice"))
    with pytest.raises(Conflict, match="billed in full already"):
        deposits.deposit(placed.id or 0, percent=Decimal(10))
    with pytest.raises(Conflict, match="for quotes and orders"):
        deposits.deposit(final.id or 0, percent=Decimal(10))
    quote = invoices.issue_draft(replace(drafts.begin(cafe, "quote"), lines=(KITCHEN,)))
    asked = issue(deposits.deposit(quote.id or 0, percent=Decimal(50)))
    accepted = issue(chain.follow(quote.id or 0, "order_confirmation"))
    assert chain.follow(accepted.id or 0, "invoice").deductions == deductions.left_of(asked.id or 0)


def test_deposits_do_not_count_as_the_last_invoice_to_repeat(cafe: int) -> None:
    bill = invoices.issue_draft(replace(drafts.begin(cafe), lines=(BOOKS,)))
    issue(deposits.deposit(order(cafe).id or 0, percent=Decimal(30)))
    assert drafts.repeat_last(cafe).lines == bill.lines
    states = {row.number: row.type_code for row in invoice_list.rows(invoice_list.ids()) if row.number}
    assert states == {"INV-2026-0001": "380", "INV-2026-0002": "386"}


def test_less_than_the_deposits_gives_money_back_and_takes_back_their_tax(cafe: int) -> None:
    placed = order(cafe)
    asked = issue(deposits.deposit(placed.id or 0, percent=Decimal(50)))
    draft = chain.follow(placed.id or 0, "invoice")
    only_books = drafts.save(replace(draft, lines=draft.lines[1:]))
    hints = [found.sentence for found in problems.find(only_books) if found.field == "deductions"]
    assert hints[0] == "The deposits are higher than this invoice: €5,896.51 goes back to the customer."
    final = issue(only_books)
    assert (final.totals.due, final.open) == (Decimal("-5896.51"), Decimal("-5896.51"))
    assert booked() == taxes([asked, final]) == {("S", Decimal(7)): (Decimal("99.99"), Decimal("7.00"))}


# ---- for any order --------------------------------------------------------------------------------------------------

money = st.decimals(min_value="0.01", max_value="9999.99", places=2)
lines_ = st.lists(
    st.builds(
        DraftLine,
        name=st.just("Item"),
        quantity=st.decimals(min_value="0.5", max_value="20", places=1),
        price=money,
        rate=st.sampled_from([Decimal(19), Decimal(7), Decimal("5.5")]),
    ),
    min_size=1,
    max_size=5,
)
discounts = st.lists(st.builds(Adjustment, percent=st.integers(1, 30).map(Decimal), reason=st.just("Off")), max_size=1)


orders = st.tuples(lines_, discounts, st.sampled_from(["net", "gross"]))
# Some deposits in per cent, some in money.
wishes = st.lists(
    st.one_of(
        st.fixed_dictionaries({"percent": st.integers(1, 60).map(Decimal)}), st.fixed_dictionaries({"amount": money})
    ),
    min_size=1,
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ordered=orders, wanted=wishes)
def test_the_tax_of_deposits_and_final_invoice_is_that_of_the_order(
    data_path: Path,
    template_file: Path,
    ordered: tuple[list[DraftLine], list[Adjustment], str],
    wanted: list[dict[str, Decimal]],
) -> None:
    db.close()
    data_path.write_bytes(template_file.read_bytes())
    for leftover in data_path.parent.glob(f"{data_path.name}-*"):
        leftover.unlink()
    migrate.open_file(data_path)
    with dates.freeze(date(2026, 11, 24)):
        profile.save({"name": "L", "street": "S", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        cafe = customers.save({"company": "Café", "street": "K", "country": "DE"})
        lines, off, mode = ordered
        placed = order(cafe, *lines, mode=mode, allowances=tuple(off))
        asked: list[Document] = []
        for wish in wanted:
            # More than is left is refused.
            with contextlib.suppress(ValidationError):
                asked.append(issue(deposits.deposit(placed.id or 0, **wish)))
        final = issue(chain.follow(placed.id or 0, "invoice"))
        assert taxes([*asked, final]) == taxes([placed]) == booked()
        owed = sum((bill.totals.due for bill in asked), final.totals.due)
        assert owed == placed.totals.grand_total
        assert [bill.number for bill in (*asked, final)] == [f"INV-2026-{n:04}" for n in range(1, len(asked) + 2)]
        assert deductions.of_family(placed.id or 0, partials=True) == ()


# ---- what is still to come ------------------------------------------------------------------------------------------


def test_the_rest_of_an_order_with_a_deposit_waits_until_it_is_billed_or_left(cafe: int) -> None:
    made = order(cafe)
    assert deposit_rest.waiting() == []
    bill = issue(deposits.deposit(made.id or 0, percent=Decimal(30)))
    payments.record(bill.id or 0, Decimal("602.10"))
    (rest,) = deposit_rest.waiting()
    assert (rest.number, rest.customer, rest.currency) == (made.number, made.buyer["name"], "EUR")
    assert (rest.left_minor, rest.deposits_minor, rest.unpaid_minor) == (840489, 360210, 300000)
    final = chain.follow(made.id or 0, "invoice")
    assert deposit_rest.waiting() == []
    drafts.delete([final.id or 0])
    assert len(deposit_rest.waiting()) == 1
    issue(chain.follow(made.id or 0, "invoice"))
    assert deposit_rest.waiting() == []


def test_a_rest_that_the_owner_leaves_is_named_no_more_and_a_credited_deposit_leaves_none(cafe: int) -> None:
    first, second = order(cafe), order(cafe)
    issue(deposits.deposit(first.id or 0, percent=Decimal(30)))
    bill = issue(deposits.deposit(second.id or 0, percent=Decimal(10)))
    deposit_rest.leave(first.id or 0)
    assert [rest.number for rest in deposit_rest.waiting()] == [second.number]
    credit_notes.cancel(bill.id or 0)
    assert deposit_rest.waiting() == []
