"""The journal: undo, redo, what was edited since, and the state of the data file before and after."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.customers import contacts, customers, tags
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history, migrate


def names():
    return [name for (name,) in db.query("SELECT name FROM customer WHERE deleted_at IS NULL ORDER BY id")]


def content():
    """Every journaled table without what undo is free to leave behind."""
    skip = {"updated_at"}
    found = {}
    for (table,) in db.query("SELECT name FROM journal_table ORDER BY name"):
        rows = db.records(f"SELECT * FROM {table} ORDER BY id")
        found[table] = [{k: v for k, v in row.items() if k not in skip} for row in rows]
    return found


def undo_last():
    return history.undo(history.next_undo())


def redo_last():
    return history.undo(history.next_redo())


def test_undo_and_redo_of_an_edit(data_file):
    ostwind = customers.save({"company": "Ostwind"})
    customers.save({"company": "Westwind"}, ostwind)
    assert undo_last().title == "Edit customer Ostwind"
    assert names() == ["Ostwind"]
    redo_last()
    assert names() == ["Westwind"]
    undo_last()
    assert names() == ["Ostwind"]
    undo_last()
    assert names() == []
    assert history.next_undo() is None
    redo_last()
    redo_last()
    assert names() == ["Westwind"]
    assert history.next_redo() is None


def test_undo_works_after_a_restart(data_file):
    customers.save({"company": "Ostwind"})
    db.close()
    migrate.open_file(data_file)
    undo_last()
    assert names() == []


def test_undo_brings_back_what_hangs_on_a_customer(data_file):
    before = content()
    ostwind = customers.save({"company": "Ostwind", "more_emails": ["a@b.de"], "tags": ["Regular"]})
    contacts.save_person(contacts.Person(customer_id=ostwind, last_name="Weber"))
    filled = content()
    with db.transaction("Remove"):
        db.delete("customer", ostwind)
    assert contacts.people(ostwind) == []
    undo_last()
    assert content() == filled
    assert derived.differences(db.raw()) == {}
    undo_last()
    undo_last()
    assert content() == before
    assert derived.differences(db.raw()) == {}


def test_something_new_ends_redo(data_file):
    customers.save({"company": "Ostwind"})
    undo_last()
    customers.save({"company": "Nordwind"})
    assert history.next_redo() is None


def test_a_row_edited_since_refuses_the_undo_and_nothing_changes(data_file):
    ostwind = customers.save({"company": "Ostwind"})
    first = history.next_undo()
    customers.save({"city": "Kiel"}, ostwind)
    with pytest.raises(Conflict, match="edited since"):
        history.undo(first)
    assert names() == ["Ostwind"]


def test_a_row_edited_since_can_be_left_and_is_named(data_file):
    with db.transaction("Two"):
        ostwind = customers.save({"company": "Ostwind"})
        customers.save({"company": "Nordwind"})
    first = history.next_undo()
    customers.save({"city": "Kiel"}, ostwind)
    done = history.undo(first, leave_edited=True)
    assert ("customer", ostwind) in done.left
    assert names() == ["Ostwind"]


def test_what_others_need_stays_and_everything_around_it_goes(data_file, monkeypatch):
    monkeypatch.setattr(history, "_AT_ONCE", 4)
    with db.transaction("Bring in"):
        many = [customers.save({"company": f"Werft {n}"}) for n in range(7)]
    step = history.steps()[0].id
    needed = [many[0], many[3], many[4]]
    with db.transaction():
        db.execute("CREATE TABLE needs(customer_id INTEGER REFERENCES customer(id))")
        db.execute_many("INSERT INTO needs VALUES(?)", [[row] for row in needed])
    done = history.undo(step, leave_edited=True)
    assert [row[0] for row in db.query("SELECT id FROM customer ORDER BY id")] == needed
    assert sorted(row_id for table, row_id in done.left if table == "customer") == needed
    history.undo(history.next_redo())
    assert [row[0] for row in db.query("SELECT id FROM customer ORDER BY id")] == many
    assert derived.differences(db.raw()) == {}


def test_an_edit_that_was_undone_no_longer_stands_in_the_way(data_file):
    ostwind = customers.save({"company": "Ostwind"})
    first = history.next_undo()
    customers.save({"city": "Kiel"}, ostwind)
    undo_last()
    history.undo(first)
    assert names() == []


def test_a_step_is_undone_once(data_file):
    customers.save({"company": "Ostwind"})
    step = history.next_undo()
    history.undo(step)
    with pytest.raises(Conflict, match="already undone"):
        history.undo(step)


def test_an_unknown_step_is_told(data_file):
    with pytest.raises(NotFound, match="90 days"):
        history.undo(4711)


def test_a_step_without_a_way_back_says_so(data_file):
    with db.transaction("Issue", undoable=False):
        db.insert("tag", {"name": "a"})
    with pytest.raises(Conflict, match="cannot be undone"):
        undo_last()
    assert not history.steps()[0].can_undo


def test_steps_are_newest_first_and_can_be_searched(data_file):
    customers.save({"company": "Ostwind"})
    customers.save({"company": "Nordwind"})
    assert [s.title for s in history.steps()] == ["New customer Nordwind", "New customer Ostwind"]
    assert [s.title for s in history.steps(search="ostw")] == ["New customer Ostwind"]
    assert [s.title for s in history.steps(limit=1)] == ["New customer Nordwind"]


def test_saving_without_a_change_makes_no_step(data_file):
    ostwind = customers.save({"company": "Ostwind"})
    customers.save({"company": "Ostwind"}, ostwind)
    assert len(history.steps()) == 1


def test_edits_of_a_draft_within_minutes_are_one_step(data_file):
    with dates.freeze(dates.instant_from("2026-11-22T09:00:00Z")):
        with db.transaction("Edit draft", merge=True):
            db.insert("tag", {"name": "a"})
        with db.transaction("Edit draft", merge=True):
            db.insert("tag", {"name": "b"})
    assert [(s.title, s.changes) for s in history.steps()] == [("Edit draft", 2)]
    with dates.freeze(dates.instant_from("2026-11-22T09:30:00Z")), db.transaction("Edit draft", merge=True):
        db.insert("tag", {"name": "c"})
    assert len(history.steps()) == 2
    undo_last()
    undo_last()
    assert tags.all_tags() == []


def test_an_undone_step_is_not_merged_into(data_file):
    with db.transaction("Edit draft", merge=True):
        db.insert("tag", {"name": "a"})
    undo_last()
    with db.transaction("Edit draft", merge=True):
        db.insert("tag", {"name": "b"})
    undo_last()
    assert tags.all_tags() == []


def test_steps_older_than_90_days_go(data_file):
    with dates.freeze(dates.instant_from("2026-08-01T09:00:00Z")):
        customers.save({"company": "Ostwind"})
    with dates.freeze(dates.instant_from("2026-11-22T09:00:00Z")):
        customers.save({"company": "Nordwind"})
        assert history.prune() == 1
    assert [s.title for s in history.steps()] == ["New customer Nordwind"]
    assert db.value("SELECT count(DISTINCT step_id) FROM journal_change") == 1


ACTIONS = st.lists(st.sampled_from(["new", "edit", "tag", "delete", "person", "undo", "redo"]), max_size=14)


def act(action):
    known = [i for (i,) in db.query("SELECT id FROM customer WHERE deleted_at IS NULL ORDER BY id")]
    if action == "new":
        customers.save({"company": f"Company {db.value('SELECT count(*) FROM customer')}", "more_phones": ["040 1"]})
    elif action == "undo" and history.next_undo():
        undo_last()
    elif action == "redo" and history.next_redo():
        redo_last()
    elif known and action == "edit":
        customers.save({"city": f"Town {history.next_undo()}"}, known[0])
    elif known and action == "tag":
        customers.save({"tags": [f"t{history.next_undo()}"]}, known[-1])
    elif known and action == "delete":
        customers.delete([known[0]])
    elif known and action == "person":
        contacts.save_person(contacts.Person(customer_id=known[0], last_name="Weber"))


@settings(
    max_examples=max(25, settings().max_examples // 4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=ACTIONS)
def test_undoing_everything_leads_back_to_the_start_and_redoing_to_the_end(data_file, actions):
    with db.transaction():
        db.execute("DELETE FROM customer")
        db.execute("DELETE FROM tag")
        db.execute("DELETE FROM journal_step")
    start = content()
    for action in actions:
        act(action)
    end, undone = content(), 0
    while history.next_undo() is not None:
        undo_last()
        undone += 1
    assert content() == start
    assert derived.differences(db.raw()) == {}
    for _ in range(undone):
        redo_last()
    assert content() == end
    assert derived.differences(db.raw()) == {}
