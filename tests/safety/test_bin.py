"""The bin: 30 days, bring back, for good."""

from __future__ import annotations

import pytest

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, UserError
from crm_desktop.customers import contacts, customers
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.safety import bin as the_bin


def at(day):
    return dates.freeze(dates.instant_from(f"{day}T09:00:00Z"))


def deleted_customer(name="Ostwind", **more):
    customer_id = customers.save({"company": name, **more})
    customers.delete([customer_id])
    return customer_id


def in_bin():
    return [(entry.kind, entry.name, entry.days_left) for entry in the_bin.content()]


def test_what_was_deleted_lies_in_the_bin_with_the_days_it_stays(data_file):
    with at("2026-11-01"):
        deleted_customer("Ostwind")
    with at("2026-11-20"):
        deleted_customer("Nordwind")
    with at("2026-11-22"):
        assert in_bin() == [("customer", "Nordwind", 28), ("customer", "Ostwind", 9)]
        assert [entry.name for entry in the_bin.content("ost")] == ["Ostwind"]
        assert the_bin.count() == 2
        assert the_bin.content()[0].label == "Customer"


def test_bringing_back_can_itself_be_undone(data_file):
    customer_id = deleted_customer()
    the_bin.restore("customer", customer_id)
    assert customers.get(customer_id).deleted_at is None
    assert in_bin() == []
    history.undo(history.next_undo())
    assert the_bin.count() == 1


def test_a_number_given_to_another_stands_in_the_way_and_is_named(data_file):
    customer_id = deleted_customer(number="K-1")
    customers.save({"company": "Nordwind", "number": "K-1"})
    with pytest.raises(Conflict, match="K-1 belongs to another"):
        the_bin.restore("customer", customer_id)
    assert the_bin.count() == 1


def test_for_good_takes_the_record_with_all_that_hangs_on_it_out_of_file_and_history(data_file):
    customer_id = customers.save({"company": "Ostwind", "more_emails": ["secret@b.de"], "notes": "secret"})
    contacts.save_person(contacts.Person(customer_id=customer_id, last_name="Secretson"))
    customers.delete([customer_id])
    the_bin.delete_for_good("customer", customer_id)
    with pytest.raises(NotFound):
        customers.get(customer_id)
    assert the_bin.count() == 0
    images = db.value("SELECT group_concat(coalesce(before, '') || coalesce(after, '')) FROM journal_change")
    assert "ecret" not in (images or "")
    assert not any(step.can_undo for step in history.steps())


def test_what_is_still_needed_does_not_go_and_says_so(data_file):
    customer_id = deleted_customer()
    with db.transaction():
        db.insert(
            "payment",
            {
                "customer_id": customer_id,
                "paid_on": "2026-11-22",
                "amount_minor": 1,
                "currency": "EUR",
                "created_at": "2026-11-22T09:00:00Z",
            },
        )
    with pytest.raises(UserError, match="Ostwind cannot go yet"):
        the_bin.delete_for_good("customer", customer_id)
    assert the_bin.empty() == 0
    assert the_bin.count() == 1


def test_emptying_removes_everything_and_cannot_be_undone(data_file):
    deleted_customer("Ostwind")
    deleted_customer("Nordwind")
    assert the_bin.empty() == 2
    assert the_bin.count() == 0
    assert next(s.title for s in history.steps()) == "Empty the bin: 2 records"
    assert the_bin.empty() == 0


def test_after_30_days_a_record_goes_by_itself(data_file):
    with at("2026-10-20"):
        deleted_customer("Ostwind")
    with at("2026-10-25"):
        deleted_customer("Nordwind")
    with at("2026-11-18"):
        assert the_bin.purge_old() == 0
    with at("2026-11-19"):
        assert the_bin.purge_old() == 1
        assert [entry.name for entry in the_bin.content()] == ["Nordwind"]
        assert history.next_undo() == history.steps(search="Delete customer Nordwind")[0].id


def test_what_is_not_in_the_bin_cannot_be_brought_back(data_file):
    customer_id = customers.save({"company": "Ostwind"})
    with pytest.raises(NotFound, match="no longer in the bin"):
        the_bin.restore("customer", customer_id)
    with pytest.raises(NotFound, match="no longer in the bin"):
        the_bin.delete_for_good("customer", customer_id)
