"""Statements are kept once, matched with a reason, and booked only as chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.billing import (
    bank_booking,
    bank_matching,
    bank_statements,
    credit_notes,
    drafts,
    invoices,
    payments,
    settlement,
)
from crm_desktop.billing.bank_booking import Choice
from crm_desktop.billing.bank_evidence import Numbers, name_key
from crm_desktop.billing.bank_matching import Proposal
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.billing.bank_statements import WrongSumsError
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import payment_terms, profile
from crm_desktop.core.errors import Cancelled, Conflict, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history

IBAN, OTHER = "DE02120300000000202051", "DE02500105170137075030"
DAY = date(2026, 11, 20)


def bill(customer_id: int, price: str = "119", **more: object) -> Document:
    """An issued invoice over a price without tax."""
    lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(0), category="Z"),)
    return invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, **more))  # type: ignore[arg-type]


def came(amount: str, purpose: str = "", **more: object) -> Movement:
    """Money that moved."""
    minor = int(Decimal(amount) * 100)
    values = {"booked_on": DAY, "currency": "EUR", "party": "Unbekannt", **more}
    return Movement(amount_minor=minor, purpose=purpose, **values)  # type: ignore[arg-type]


def file(*movements: Movement, name: str = "november.xml", form: str = "camt", **more: object) -> BankFile:
    """A file with one statement."""
    statement = Statement(format=form, account="DE89", currency="EUR", movements=movements, **more)  # type: ignore[arg-type]
    return BankFile(name=name, sha256="0" * 64, statements=(statement,))


def take(*movements: Movement) -> list[Proposal]:
    """What these movements are said to be."""
    bank_booking.take_in(file(*movements))
    return [found for _id, found in sorted(bank_matching.proposals().items())]


def agree(*found: Proposal) -> None:
    bank_booking.book([bank_booking.chosen(proposal) for proposal in found])


def still(document: Document) -> Decimal:
    return payments.open_amount(document.id or 0)


# ---- kept once ------------------------------------------------------------------------------------------------------


def test_the_same_statement_twice_adds_nothing(company: None) -> None:
    twice = (came("5", "Coffee"), came("5", "Coffee"), came("7", "Tea"))
    assert bank_booking.take_in(file(*twice)).new == 3
    kept = bank_booking.take_in(file(*twice, name="again.xml"))
    assert (kept.read, kept.new, kept.known) == (3, 0, 3)
    assert db.value("SELECT count(*) FROM bank_statement") == 1


days = st.integers(1, 9).map(lambda day: date(2026, 11, day))
movements = st.builds(came, st.sampled_from(["5", "7"]), st.sampled_from(["Coffee", "Tea"]), booked_on=days)


@given(st.lists(movements, max_size=14), st.integers(1, 9), st.integers(1, 9))
def test_overlapping_statements_hold_each_movement_once(
    data_path_factory: object, moved: list[Movement], until: int, since: int
) -> None:
    """Two exports, one up to a day and one from a day on, together hold what the whole month holds."""
    data_path_factory()  # type: ignore[operator]
    since = min(since, until + 1)
    for part in (
        [m for m in moved if m.booked_on.day <= until],
        [m for m in moved if m.booked_on.day >= since],
        moved,
    ):
        if part:
            bank_booking.take_in(file(*part))
    assert db.value("SELECT count(*) FROM bank_transaction") == len(moved)


@pytest.fixture(scope="session")
def data_path_factory(template_file: object, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Opens a fresh data file each time."""
    import shutil

    from crm_desktop.db import migrate

    def fresh() -> None:
        path = tmp_path_factory.mktemp("bank") / "bank.crm"
        shutil.copyfile(str(template_file), path)
        migrate.open_file(path)

    return fresh


def test_pages_of_one_day_count_on(company: None) -> None:
    page = Statement(
        format="mt940", account="DE89", currency="EUR", opening_minor=0, closing_minor=500, movements=(came("5"),)
    )
    pages = (page, replace(page, opening_minor=500, closing_minor=1000))
    assert bank_booking.take_in(BankFile(name="a.sta", sha256="", statements=pages)).new == 2


def test_wrong_sums_are_refused_unless_the_owner_says_so(company: None) -> None:
    wrong = file(came("5"), opening_minor=1000, closing_minor=1600, number="47")
    with pytest.raises(WrongSumsError, match=r"47 does not add up: €10\.00 before and €5\.00 moved .* €1\.00 differ"):
        bank_booking.take_in(wrong)
    assert db.value("SELECT count(*) FROM bank_transaction") == 0
    assert bank_booking.take_in(wrong, despite_sums=True).new == 1


def test_another_account_and_a_missing_statement_are_told(company: None) -> None:
    profile.save({"iban": "DE89370400440532013000"})
    first = Statement(format="camt", account=OTHER, currency="EUR", number="1", opening_minor=0, closing_minor=500,
                      movements=(came("5"),))  # fmt: skip
    later = replace(first, number="3", opening_minor=700, closing_minor=1200)
    kept = bank_booking.take_in(BankFile(name="a.xml", sha256="", statements=(first, later)))
    assert "A statement seems to be missing between 1 and 3" in kept.notices[1]
    assert kept.notices[0] == f"This is a statement of {OTHER}; the account in Settings is DE89370400440532013000."


def test_an_empty_file_and_cancelling(company: None) -> None:
    with pytest.raises(UserError, match=r"no booked transaction in “november\.xml”"):
        bank_booking.take_in(file())
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        bank_booking.take_in(file(came("1")), progress)
    assert db.value("SELECT count(*) FROM bank_statement") == 0


def test_the_list_finds_sorts_and_counts(company: None) -> None:
    bank_booking.take_in(file(came("5", "Coffee"), came("7", "Tea", party="Zoo"), came("-3", "Power")))
    assert bank_statements.counts() == {"open": 2, "booked": 0, "ignored": 1, "all": 3}
    (tea,) = bank_statements.ids("all", search="zoo tea")
    assert bank_statements.get(tea).amount_minor == 700
    everything = bank_statements.ids("all", order="amount")
    assert [row.amount_minor for row in bank_statements.rows(everything)] == [700, 500, -300]
    assert bank_statements.sums(everything) == {"EUR": (1200, -300)}
    (power,) = bank_statements.ids("ignored")
    assert bank_statements.bring_back([power]) == 1
    assert bank_statements.ignore([power, tea]) == 2
    history.undo(history.next_undo() or 0)
    assert bank_statements.get(tea).state == "open"


# ---- matched --------------------------------------------------------------------------------------------------------


SPELLINGS = {
    "alone": lambda number: number,
    "in words": lambda number: f"Rechnung {number}, danke",
    "small with blanks": lambda number: number.lower().replace("-", " "),
    "with a stroke": lambda number: number.replace("-", "", 1).replace("-", "/"),
    "between tags": lambda number: f"SVWZ+{number}EREF+",
    "broken": lambda number: number.replace("-", "-\n"),
}


@pytest.mark.parametrize("spelt", SPELLINGS)
def test_the_number_and_the_amount_are_a_match(spelt: str, cafe: int) -> None:
    invoice = bill(cafe)
    number = invoice.number or ""
    (found,) = take(came("119", SPELLINGS[spelt](number)))
    assert (found.strength, found.reason) == ("match", f"Text names {number} and the amount fits.")
    agree(found)
    assert still(invoice) == 0


def test_the_end_to_end_id_is_enough(cafe: int) -> None:
    invoice = bill(cafe, payment_reference="RF18539007547034")
    (found,) = take(came("119", "Danke", end_to_end="RF18 5390 0754 7034"))
    assert (found.strength, found.parts[0].document_id) == ("match", invoice.id)


def test_a_longer_number_is_not_a_shorter_one() -> None:
    numbers = Numbers()
    numbers.add("RE-2026-015", 1)
    numbers.add("RE-2026-0151", 2)
    numbers.add("77", 3)
    numbers.add("2025001", 4)
    assert numbers.named("RE-2026-0151") == [(2, True)]
    assert numbers.named("RE-2026-01517") == []
    assert numbers.named("RE-2026-015 and 2") == [(1, True)]
    assert numbers.named("No 77, not 770") == [(3, False)]
    assert numbers.named("x2025001") == [(4, True)]
    assert numbers.named("2026 0151") == [(2, False)]


def test_names_without_their_legal_form() -> None:
    assert name_key("Café Ostwind GmbH & Co. KG") == name_key("CAFE OSTWIND")
    assert name_key("GmbH") == {"gmbh"}


@pytest.mark.parametrize(
    ("amount", "words", "parts", "credit"),
    [
        ("150", "€31.00 is more than is open and stays as credit", [11900], 3100),
        ("118.50", "€0.50 is missing, a small difference to write off", [11850], 0),
        ("60", "€59.00 is missing: a part payment", [6000], 0),
    ],
)
def test_another_amount_is_only_suggested(amount: str, words: str, parts: list[int], credit: int, cafe: int) -> None:
    invoice = bill(cafe)
    (found,) = take(came(amount, invoice.number or ""))
    assert (found.strength, [p.amount_minor for p in found.parts], found.credit_minor) == ("suggest", parts, credit)
    assert words in found.reason
    agree(found)
    assert payments.credit_of(cafe, "EUR") == Decimal(credit) / 100
    assert not derived.differences(db.raw())


def test_several_numbers_that_add_up(cafe: int) -> None:
    first, second = bill(cafe), bill(cafe, "81")
    (found,) = take(came("200", f"{first.number} + {second.number}"))
    assert found.reason == f"Text names {first.number}, {second.number}; together €200.00 is open, which fits."
    agree(found)
    assert (still(first), still(second)) == (0, 0)


def test_a_credit_note_that_the_payer_took_off(cafe: int) -> None:
    old = bill(cafe, "19")
    payments.record(old.id or 0, Decimal(19))
    note, new = credit_notes.cancel(old.id or 0), bill(cafe)
    (found,) = take(came("100", f"{new.number} abzgl. {note.number}"))
    assert found.strength == "suggest"
    agree(found)
    assert (still(note), still(new)) == (0, 0)


@pytest.mark.parametrize(("day", "words"), [(27, "taken in time"), (30, "but 2 days late. Grant it?")])
def test_the_discount_in_time_and_late(day: int, words: str, cafe: int) -> None:
    terms = next(found.id for found in payment_terms.all_terms() if found.discount_bp)
    invoice = bill(cafe, "100", payment_terms_id=terms, issue_on=date(2026, 11, 21))
    (found,) = take(came("98", invoice.number or "", booked_on=date(2026, 11, day + 1 if day == 27 else day)))
    assert (found.strength, found.parts[0].discount_minor) == ("suggest", 200)
    assert words in found.reason
    agree(found)
    assert still(invoice) == 0


def test_account_name_and_amount_are_only_suggestions(cafe: int) -> None:
    customers.save({"iban": IBAN}, cafe)
    invoice = bill(cafe)
    by_iban, by_name, by_amount = (
        take(came("119", "Danke", party_iban=IBAN))[-1],
        take(came("119", "Danke", party="CAFE OSTWIND"))[-1],
        take(came("119", "Danke, ohne Namen"))[-1],
    )
    assert {f.strength for f in (by_iban, by_name, by_amount)} == {"suggest"}
    assert by_iban.reason == f"The account is that of Café Ostwind. {invoice.number} is open with this amount."
    assert by_name.reason == f"The name is that of Café Ostwind. {invoice.number} is open with this amount."
    assert by_amount.reason == f"Only the amount fits: {invoice.number} of Café Ostwind."


def test_accounts_are_learnt_from_what_was_booked(cafe: int) -> None:
    first = bill(cafe)
    agree(*take(came("119", first.number or "", party_iban=OTHER)))
    second = bill(cafe, "50")
    found = take(came("50", "Danke", party_iban=OTHER))[-1]
    assert found.reason == f"The account is that of Café Ostwind. {second.number} is open with this amount."


def test_a_known_name_goes_before_an_account_that_others_used(cafe: int) -> None:
    zoo = customers.save({"company": "Zoo AG", "country": "DE"})
    agree(*take(came("119", bill(cafe).number or "", party_iban=OTHER)))
    theirs = bill(zoo, "50")
    found = take(came("50", "Danke", party="ZOO", party_iban=OTHER))[-1]
    assert found.reason == f"The name is that of Zoo AG. {theirs.number} is open with this amount."


def test_invoices_of_a_customer_that_add_up(cafe: int) -> None:
    customers.save({"iban": IBAN}, cafe)
    first, second, _third = bill(cafe), bill(cafe, "50"), bill(cafe, "7")
    (found,) = take(came("169", "Danke", party_iban=IBAN))
    assert f"{first.number}, {second.number} add up to it." in found.reason
    (other,) = [f for f in take(came("33", "?", party_iban=IBAN)) if not f.parts]
    assert (other.strength, other.customer_id) == ("none", cafe)
    bank_booking.book([Choice(transaction_id=other.transaction_id, customer_id=cafe)])
    assert payments.credit_of(cafe, "EUR") == 33


def test_one_invoice_is_not_proposed_twice(cafe: int) -> None:
    invoice = bill(cafe)
    first, second = take(came("119", invoice.number or ""), came("119", f"Nochmal {invoice.number}"))
    assert (first.strength, second.strength, second.parts) == ("match", "none", ())
    assert "paid twice? It can be kept as credit." in second.reason
    assert len(bank_booking.matches([first, second])) == 1


def test_other_currencies_and_settled_invoices_are_told(cafe: int) -> None:
    franc, settled = bill(cafe, currency="CHF"), bill(cafe, "55")
    payments.record(settled.id or 0, Decimal(55), method="cash")
    first, second = take(came("119", franc.number or ""), came("54", settled.number or ""))
    assert "is in CHF. Enter what it came to by hand." in first.reason
    assert second.reason == f"Text names {settled.number}, which is settled already."


def test_money_entered_by_hand_is_not_booked_again(cafe: int) -> None:
    invoice = bill(cafe)
    paid = payments.record(invoice.id or 0, Decimal(119), date(2026, 11, 18))
    (found,) = take(came("119", invoice.number or ""))
    assert (found.strength, found.payment_id) == ("suggest", paid)
    agree(found)
    assert db.value("SELECT count(*) FROM payment") == 1
    bank_booking.take_back(found.transaction_id)
    assert (still(invoice), db.value("SELECT count(*) FROM payment")) == (0, 1)


def test_the_same_money_from_a_file_of_another_format(cafe: int) -> None:
    invoice = bill(cafe)
    bank_booking.take_in(file(came("119", "first", value_on=DAY)))
    bank_booking.take_in(file(came("119", invoice.number or ""), name="umsatz.csv", form="csv"))
    found = bank_matching.proposals()[max(bank_statements.ids())]
    assert (found.strength, found.is_complete) == ("none", True)
    assert "were read from november.xml before: probably the same money" in found.reason


# ---- money that went out --------------------------------------------------------------------------------------------


def test_a_refund_is_matched_and_other_money_out_is_put_aside(cafe: int) -> None:
    invoice = bill(cafe)
    payments.record(invoice.id or 0, Decimal(119), method="cash")
    note = credit_notes.cancel(invoice.id or 0)
    bank_booking.take_in(file(came("-119", note.number or ""), came("-80", "Strom")))
    assert bank_statements.counts()["ignored"] == 1
    (found,) = bank_matching.proposals().values()
    assert (found.strength, found.parts[0].amount_minor) == ("match", -11900)
    agree(found)
    assert still(note) == 0
    assert [f.kind for f in payments.received(kinds=settlement.MONEY)] == ["refund", "payment"]


def test_credit_paid_back_by_transfer(cafe: int) -> None:
    customers.save({"iban": IBAN}, cafe)
    invoice = bill(cafe)
    payments.record(invoice.id or 0, Decimal(149), keep_credit=True)
    (found,) = take(came("-30", "Zurueck", party_iban=IBAN))
    assert found.reason == "The account is that of Café Ostwind. It fits their credit: money paid back."
    agree(found)
    assert payments.credits_of(cafe) == {}


def test_a_received_invoice_is_paid(company: None) -> None:
    with db.transaction():
        stored = db.insert("stored_file", {"sha256": "x", "media_type": "application/xml", "size": 0, "content": b""})
        received = db.insert("received_document", {
            "format": "cii", "sender": "Stadtwerke", "number": "SW-4711", "currency": "EUR", "gross_minor": 8050,
            "file_id": stored, "created_at": "", "updated_at": ""})  # fmt: skip
    (found,) = take(came("-80.50", "Rechnung SW-4711"))
    assert found.received_id == received
    agree(found)
    assert db.value("SELECT paid_on FROM received_document") == "2026-11-20"
    bank_booking.take_back(found.transaction_id)
    assert db.value("SELECT paid_on FROM received_document") is None


# ---- booked ---------------------------------------------------------------------------------------------------------


def test_all_or_nothing_is_booked_and_one_undo_takes_it_back(cafe: int) -> None:
    first, second = bill(cafe), bill(cafe, "50")
    found = take(came("119", first.number or ""), came("50", second.number or ""))
    payments.record(second.id or 0, Decimal(10))
    with pytest.raises(UserError, match=r"€50\.00 of .* cannot be booked: Only €40\.00 is open"):
        agree(*found)
    assert (still(first), bank_statements.counts()["open"]) == (119, 2)
    agree(found[0])
    history.undo(history.next_undo() or 0)
    assert (still(first), bank_statements.counts()["open"]) == (119, 2)


def test_nothing_is_booked_twice(cafe: int) -> None:
    (found,) = take(came("119", bill(cafe).number or ""))
    agree(found)
    with pytest.raises(Conflict, match="booked or put aside meanwhile"):
        bank_booking.book([Choice(transaction_id=found.transaction_id, customer_id=cafe)])


def test_a_deleted_payment_lets_its_transaction_wait_again(cafe: int) -> None:
    invoice = bill(cafe)
    (found,) = take(came("119", invoice.number or ""))
    agree(found)
    row = bank_statements.get(found.transaction_id)
    assert (row.state, row.document_numbers) == ("booked", invoice.number)
    payments.delete(row.payment_id or 0)
    assert bank_statements.get(found.transaction_id).state == "open"
    agree(found)
    bank_booking.take_back(found.transaction_id)
    assert (still(invoice), bank_statements.get(found.transaction_id).state) == (119, "open")
    with pytest.raises(Conflict, match="is not booked"):
        bank_booking.take_back(found.transaction_id)
