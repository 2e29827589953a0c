"""Derived tables say what their views say, whatever is written; differences are found."""

from __future__ import annotations

from crm_desktop.activity import timeline
from crm_desktop.customers import contacts, customer_list, customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, files


def test_the_search_follows_every_change(data_file):
    ostwind = customers.save({"company": "Café Ostwind", "city": "Łódź", "phone": "+49 40 123-456"})
    assert customer_list.ids(search="lodz") == customer_list.ids(search="123456") == [ostwind]
    contacts.save_person(contacts.Person(customer_id=ostwind, last_name="Weber"))
    customers.save({"more_emails": ["info@ostwind.de"], "city": "Kiel"}, ostwind)
    assert customer_list.ids(search="weber") == customer_list.ids(search="info@ostwind.de") == [ostwind]
    assert customer_list.ids(search="lodz") == []
    customers.delete([ostwind])
    assert customer_list.ids(search="cafe") == []
    assert derived.differences(db.raw()) == {}


def test_a_difference_is_found_and_a_rebuild_mends_it(data_file):
    ostwind = customers.save({"company": "Ostwind"})
    db.raw().execute("UPDATE customer_list SET sort_name = 'x' WHERE id = ?", [ostwind])
    db.raw().execute("DELETE FROM customer_search")
    # Parts of names are made of the list's.
    assert derived.differences(db.raw()) == {"customer_list": 2, "customer_search": 1, "customer_parts": 2}
    derived.rebuild(db.raw())
    assert derived.differences(db.raw()) == {}


def test_a_failed_transaction_leaves_nothing_stale(data_file):
    ostwind = customers.save({"company": "Ostwind"})
    try:
        with db.transaction("Edit"):
            db.update("customer", ostwind, {"name": "x"})
            raise LookupError
    except LookupError:
        assert derived.differences(db.raw()) == {}
    assert db.value("SELECT count(*) FROM stale") == 0


def test_the_same_bytes_are_stored_once(data_file):
    with db.transaction():
        first = files.put(b"abc", "text/plain")
    assert files.put(b"abc", "text/plain") == first
    assert files.content(first) == b"abc"
    assert db.value("SELECT count(*) FROM stored_file") == 1


def test_a_change_of_most_rows_leads_to_the_same_as_many_small_ones(data_file, monkeypatch):
    monkeypatch.setattr(derived, "_MANY", 3)
    customers.save({"company": "Bleibt"})
    with db.transaction("Bring in"):
        many = [customers.save({"company": f"Werft {n}", "phone": f"040 1000{n}"}) for n in range(8)]
    assert len(customer_list.ids(search="werft")) == 8
    assert customer_list.ids(search="10007") == [many[7]]
    with db.transaction("Throw away"):
        for customer_id in many[1:]:
            db.delete("customer", customer_id)
    assert customer_list.ids(search="werft") == customer_list.ids(search="10000") == [many[0]]
    assert customer_list.ids(search="bleibt") != []
    assert derived.differences(db.raw()) == {}


def test_rows_that_go_with_another_may_be_stale_twice(data_file):
    """What a foreign key does sets off the triggers too, and there no `OR IGNORE` of theirs would count."""
    ostwind = customers.save({"company": "Ostwind"})
    person = contacts.save_person(contacts.Person(customer_id=ostwind, first_name="Mia", last_name="Weber"))
    for title in ("Called", "Called again"):
        timeline.add(ostwind, "call", title, person_id=person)
    contacts.remove_person(person)
    assert [entry.title for entry in timeline.latest(ostwind)] == ["Called again", "Called"]
    assert derived.differences(db.raw()) == {}
