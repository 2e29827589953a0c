"""Merging two customers: nothing is lost, issued documents stay as they are, and undo gives back exactly what was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.activity import reminders, timeline
from crm_desktop.billing import account_statement, drafts, invoice_list, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, UserError
from crm_desktop.customers import contacts, custom_fields, customers, merging
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.customers.merging import BOTH, MINE, THEIRS
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.exchange import dumping
from crm_desktop.safety import checking
from crm_desktop.sales import contracts, work_done
from tests import whole_business

LINE = DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19))


def billed(customer):
    profile.save({"name": "Werk", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"})
    return invoices.issue_draft(replace(drafts.begin(customer), lines=(LINE,)))


def two(**more):
    keep = customers.save(
        {"company": "Café Ostwind", "city": "Hamburg", "street": "Kai 7", "country": "DE", "email": "a@o.example"}
    )
    lose = customers.save(
        {"company": "Cafe Ostwind GmbH", "city": "Hamburg", "street": "Kay 7", "country": "DE", "email": "b@o.example"} | more
    )  # fmt: skip
    return keep, lose


def last_step():
    return history.steps(1)[0]


def test_everything_goes_over(data_file):
    keep, lose = two(phone="040 1", tags=["regular"], notes="Rings twice", more_phones=["040 2"])
    contacts.save_person(contacts.Person(customer_id=lose, first_name="Anna", last_name="Berg"))
    timeline.add(lose, "call", "Asked for lamps")
    reminders.save("Ring back", date(2026, 12, 1), customer_id=lose)
    contract = contracts.save({"title": "Care", "customer_id": lose, "value_minor": 1000})
    work_done.save({"customer_id": lose, "name": "Hours", "quantity": Decimal(1), "price": Decimal(80)})
    draft = drafts.save(replace(drafts.begin(lose), lines=(LINE,)))
    merging.merge(keep, lose)

    now = customers.get(keep)
    assert (now.name, now.email, now.phone, now.notes) == ("Café Ostwind", "a@o.example", "040 1", "Rings twice")
    assert (now.more_emails, now.more_phones, now.tags) == (["b@o.example"], ["040 2"], ["regular"])
    assert [person.last_name for person in contacts.people(keep)] == ["Berg"]
    assert [place.street for place in contacts.addresses(keep)] == ["Kay 7"]
    assert "Asked for lamps" in [entry.title for entry in timeline.latest(keep, 9)]
    assert [found.title for found in reminders.of_customer(keep)] == ["Ring back"]
    assert contracts.get(contract).customer_id == keep
    assert [found.name for found in work_done.waiting(keep)] == ["Hours"]
    assert drafts.get(draft.id).customer_id == keep
    assert customers.get(lose).archived_at
    assert merging.merged_into(lose) == keep
    assert merging.family(keep) == [keep, lose]
    assert last_step().title == "Merge Cafe Ostwind GmbH into Café Ostwind"


def test_each_field_goes_as_it_was_chosen(data_file):
    custom_fields.save(CustomField(0, "Size", "text"))
    keep, lose = two(notes="new", custom={"Size": "L"}, website="o.example")
    customers.save({"notes": "old", "custom": {"Size": "M"}, "birthday": None, "tags": ["x"]}, keep)
    customers.save({"tags": ["X"]}, lose)
    keys = {one.key: one.choice for one in merging.differences(keep, lose)}
    assert keys == {
        "name": MINE, "address": MINE, "email": MINE, "website": THEIRS, "notes": BOTH, "custom:Size": MINE,
    }  # fmt: skip
    merging.merge(keep, lose, {"name": THEIRS, "email": THEIRS, "notes": BOTH, "custom:Size": THEIRS})
    now = customers.get(keep)
    assert (now.name, now.email, now.more_emails, now.notes) == (
        "Cafe Ostwind GmbH",
        "b@o.example",
        ["a@o.example"],
        "old\nnew",
    )
    assert (now.custom, now.website, now.tags) == ({"Size": "L"}, "o.example", ["x"])
    assert "Café Ostwind" in timeline.latest(keep, 1)[0].body


def test_what_was_issued_stays_and_shows_with_the_customer_that_goes_on(data_file):
    keep, lose = two()
    own, theirs = billed(keep), billed(lose)
    payments.record(theirs.id, Decimal(100), date(2026, 11, 22))
    before = db.one("SELECT * FROM document WHERE id = ?", [theirs.id])
    merging.merge(keep, lose)
    assert db.one("SELECT * FROM document WHERE id = ?", [theirs.id]) == before
    shown = invoice_list.ids(filters=invoice_list.Filters(customer_id=keep))
    assert sorted(shown) == [own.id, theirs.id]
    [account] = account_statement.statement(keep, date(2020, 1, 1), date(2030, 1, 1)).accounts
    assert account.closing_minor == 2 * 11_900 - 10_000
    assert drafts.repeat_last(keep).customer_id == keep
    assert checking.check().problems == []


def test_a_whole_business_stays_sound_through_merge_and_undo(data_file):
    with dates.freeze(whole_business.TODAY):
        whole_business.fill()
        busy = db.value("SELECT customer_id FROM document LIMIT 1")
        other = customers.save({"company": "Café Kai", "city": "Hamburg"})
        before = dumping.text(business=True)
        merging.merge(other, busy)
        assert checking.check().problems == []
        history.undo(last_step().id)
        assert dumping.text(business=True) == before
        assert checking.check().problems == []


def test_no_contact_is_made_up(data_file):
    keep, lose = two()
    timeline.add(keep, "call", "Then", happened_at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
    newest = timeline.latest(keep, 1)[0].happened_at
    merging.merge(keep, lose)
    assert timeline.latest(keep, 1)[0].happened_at == newest


def test_merging_twice_leads_to_the_last_one(data_file):
    first, second = two()
    third = customers.save({"company": "Ostwind"})
    billed_for_first = billed(first)
    merging.merge(second, first)
    merging.merge(third, second)
    assert merging.family(third) == [third, first, second]
    assert merging.merged_into(first) == third
    assert invoice_list.ids(filters=invoice_list.Filters(customer_id=third)) == [billed_for_first.id]
    with pytest.raises(Conflict, match="was merged before, into Ostwind"):
        merging.merge(third, first)


def test_what_cannot_be_merged_is_told(data_file):
    keep, lose = two()
    with pytest.raises(UserError, match="two different customers"):
        merging.merge(keep, keep)
    customers.delete([lose])
    with pytest.raises(Conflict, match="in the bin"):
        merging.merge(keep, lose)


def test_a_customer_brought_back_stands_alone_again(data_file):
    keep, lose = two()
    merging.merge(keep, lose)
    customers.unarchive(lose)
    assert merging.family(keep) == [keep]
    assert merging.merged_into(lose) is None


def test_undo_later_leaves_what_was_edited_since_and_tells(data_file):
    keep, lose = two(phone="040 1")
    merging.merge(keep, lose)
    step = last_step().id
    customers.save({"notes": "written since"}, keep)
    with pytest.raises(Conflict, match="edited since"):
        history.undo(step)
    undone = history.undo(step, leave_edited=True)
    assert undone.left == [("customer", keep)]
    assert customers.get(keep).notes == "written since"
    assert customers.get(lose).archived_at is None


words = st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), max_size=6)
side = st.fixed_dictionaries(
    {"company": words.map("A{}".format), "email": st.sampled_from(["", "a@x.example", "b@x.example"])},
    optional={
        "phone": st.sampled_from(["040 1234567", "+49 40 1234567", "040 7654321"]),
        "notes": words,
        "street": words,
        "city": words,
        "tags": st.lists(st.sampled_from(["x", "y", "z"]), unique=True),
        "more_emails": st.lists(st.sampled_from(["a@x.example", "c@x.example"]), unique=True),
        "birthday": st.dates(date(1950, 1, 1), date(2020, 1, 1)),
        "custom": st.fixed_dictionaries({"Size": words}),
    },
)
choice = st.dictionaries(
    st.sampled_from([*merging.GROUPS, "custom:Size"]), st.sampled_from([MINE, THEIRS, BOTH]), max_size=6
)


@pytest.fixture
def own_field(data_file):
    custom_fields.save(CustomField(0, "Size", "text"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sides=st.tuples(side, side), choices=choice, billed_before=st.booleans(), called=st.booleans())
def test_merge_and_undo_is_as_before(own_field, sides, choices, billed_before, called):
    mine, theirs = sides
    keep, lose = customers.save(mine), customers.save(theirs)
    if billed_before:
        billed(lose)
    if called:
        timeline.add(lose, "call", "Hello")
        contacts.save_person(contacts.Person(customer_id=lose, last_name="Berg"))
    before = dumping.text(business=True)
    merging.merge(keep, lose, choices)
    merged = dumping.text(business=True)
    assert merged != before
    known = customers.get(keep)
    reached = {email for email in (mine["email"], theirs["email"], *mine.get("more_emails", [])) if email}
    assert reached <= {known.email, *known.more_emails}
    undone = history.undo(last_step().id)
    assert dumping.text(business=True) == before
    history.undo(undone.step_id)
    assert dumping.text(business=True) == merged
