"""The data layer: pragmas, the rule on writes, transactions inside transactions, what listeners hear."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import peewee
import pytest

from crm_desktop.core.errors import Problem, UserError, known
from crm_desktop.db import connection as db
from crm_desktop.db import history, migrate

STAMP = "2026-11-22T09:00:00Z"


def add_item(name, number=None):
    return db.insert(
        "item",
        {"number": number or name, "name": name, "currency": "EUR", "created_at": STAMP, "updated_at": STAMP},
    )


def add_and_fail(*names):
    for name in names:
        add_item(name)
    raise ValueError("stop")


def add_and_fail_outside():
    with db.transaction():
        add_item("Bulb")
    add_and_fail("Shade")


def fill():
    for number in range(2000):
        add_item("x" * 200, str(number))


def item_names():
    return [name for (name,) in db.query("SELECT name FROM item ORDER BY id")]


def test_every_connection_waits_for_locks_keeps_references_and_writes_ahead(data_file):
    expected = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "synchronous": 1}
    assert {name: db.value(f"PRAGMA {name}") for name in expected} == expected
    found = {}

    def other_thread():
        with db.own_connection():
            found.update({name: db.value(f"PRAGMA {name}") for name in expected})

    thread = threading.Thread(target=other_thread)
    thread.start()
    thread.join()
    assert found == expected


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO tag(name) VALUES('a')",
        "INSERT OR IGNORE INTO tag(name) VALUES('a')",
        "REPLACE INTO tag(name) VALUES('a')",
        "update tag set name = 'b'",
        "DELETE FROM tag",
    ],
)
def test_a_write_outside_a_transaction_is_refused(data_file, write):
    with pytest.raises(db.WriteOutsideTransactionError):
        db.execute(write)
    with pytest.raises(db.WriteOutsideTransactionError):
        db.database.execute_sql(write)


def test_a_failure_takes_everything_back(data_file):
    with pytest.raises(ValueError, match="stop"), db.transaction("Add"):
        add_and_fail("Lamp")
    assert item_names() == []
    assert history.steps() == []


def test_a_failing_inner_transaction_takes_back_only_itself(data_file):
    with db.transaction("Add"):
        add_item("Lamp")
        with pytest.raises(ValueError, match="stop"), db.transaction():
            add_and_fail_outside()
        add_item("Wire")
    assert item_names() == ["Lamp", "Wire"]


def test_the_outermost_title_is_the_one_in_the_history(data_file):
    with db.transaction("Outer"), db.transaction("Inner"):
        add_item("Lamp")
    assert [step.title for step in history.steps()] == ["Outer"]


def test_an_inner_title_counts_when_the_outer_has_none(data_file):
    with db.transaction():
        with db.transaction("Inner"):
            add_item("Lamp")
        add_item("Shade")
    assert [step.title for step in history.steps()] == ["Inner"]


def test_a_failed_inner_step_leaves_the_journal_closed(data_file):
    with db.transaction():
        with pytest.raises(ValueError, match="stop"), db.transaction("Inner"):
            raise ValueError("stop")
        add_item("Lamp")
    assert history.steps() == []
    with db.transaction("Next"):
        add_item("Shade")
    assert [(step.title, step.changes) for step in history.steps()] == [("Next", 1)]


def test_a_step_that_changed_nothing_is_not_in_the_history(data_file):
    with db.transaction("Nothing"):
        assert db.in_transaction()
    assert history.steps() == []


def test_listeners_hear_after_the_outermost_commit_which_tables_were_written(data_file):
    heard = []
    stop = db.on_commit(heard.append)
    with db.transaction("Add"):
        with db.transaction():
            add_item("Lamp")
        db.insert("tag", {"name": "a"})
        assert heard == []
    assert heard == [frozenset({"item", "tag"})]
    with pytest.raises(ValueError, match="stop"), db.transaction():
        add_and_fail("Shade")
    assert len(heard) == 1
    stop()
    with db.transaction():
        add_item("Wire")
    assert len(heard) == 1


def test_a_listener_may_stop_listening_when_called(data_file):
    heard = []

    def once(names):
        heard.append(names)
        stop()

    stop = db.on_commit(once)
    also = []
    stop_also = db.on_commit(also.append)
    with db.transaction():
        add_item("Lamp")
    stop_also()
    assert heard == also == [frozenset({"item"})]


def test_a_durable_transaction_waits_for_the_disk_and_only_it(data_file):
    with db.transaction(durable=True):
        assert db.value("PRAGMA synchronous") == 2
    assert db.value("PRAGMA synchronous") == 1


def test_two_threads_that_write_wait_for_each_other(data_file):
    failed = []

    def write(prefix):
        try:
            with db.own_connection():
                for number in range(20):
                    with db.transaction("Add"):
                        count = db.value("SELECT count(*) FROM item")
                        add_item(f"{prefix}{number}", f"{count:03}")
        except (Problem, sqlite3.Error) as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(prefix,)) for prefix in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert db.value("SELECT count(DISTINCT number) FROM item") == 40


def test_a_file_locked_by_another_program_is_told_in_a_sentence(data_file):
    other = sqlite3.connect(data_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db.raw().execute("PRAGMA busy_timeout = 10")
    with pytest.raises(Problem, match="Another program is writing"), db.transaction():
        add_item("Lamp")
    other.execute("ROLLBACK")
    other.close()
    with db.transaction():
        add_item("Lamp")
    assert item_names() == ["Lamp"]


def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_half_written(data_file):
    pages = db.value("PRAGMA page_count")
    db.raw().execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Problem, match="disk is full"), db.transaction("Add"):
        fill()
    assert item_names() == []
    db.raw().execute("PRAGMA max_page_count = 1000000")
    with db.transaction("Add"):
        add_item("Lamp")
    assert item_names() == ["Lamp"]


def test_a_full_disk_inside_a_nested_transaction_takes_everything_back(data_file):
    pages = db.value("PRAGMA page_count")
    db.raw().execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Problem, match="disk is full"), db.transaction("Add"), db.transaction():
        fill()
    assert item_names() == []
    assert not db.in_transaction()


def test_a_file_opened_for_reading_cannot_be_written_and_nothing_stays_beside_it(data_path):
    migrate.open_file(data_path, readonly=True)
    assert db.value("SELECT count(*) FROM customer") == 0
    with pytest.raises(Problem, match="read-only"), db.transaction():
        add_item("Lamp")
    db.close()
    assert list(data_path.parent.iterdir()) == [data_path]


def test_an_update_gives_the_number_of_rows_found(data_file):
    with db.transaction():
        row_id = add_item("Lamp")
        assert db.update("item", row_id, {"name": "Shade"}) == 1
        assert db.update("item", row_id + 1, {"name": "Shade"}) == 0
        assert db.delete("item", row_id) == 1
        assert db.delete("item", row_id) == 0


def test_closing_twice_is_harmless(data_file):
    db.close()
    db.close()
    assert not db.is_open()


def test_a_file_beside_which_nothing_can_be_written_can_still_be_read(data_path):
    (data_path.parent / f"{data_path.name}-shm").mkdir()  # as on a full disk, the log's index cannot be made
    migrate.open_file(data_path, readonly=True)
    assert db.value("SELECT count(*) FROM customer") == 0
    with closing(db.open_reader(data_path)) as reader:
        assert reader.execute("SELECT count(*) FROM customer").fetchone() == (0,)


def test_a_disk_in_the_way_is_no_damage(data_path):
    (data_path.parent / f"{data_path.name}-shm").mkdir()
    migrate.open_file(data_path)
    assert db.value("SELECT count(*) FROM customer") == 0
    with pytest.raises(Problem, match="read-only"), db.transaction("Add"):
        add_item("Lamp")
    assert not db.in_transaction()


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (sqlite3.OperationalError("disk I/O error"), "could not be written"),
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.DatabaseError("database disk image is malformed"), "is damaged"),
        (peewee.OperationalError("database is locked"), "Another program"),
    ],
)
def test_what_the_world_did_is_known_wherever_it_is_met(error, part):
    assert isinstance(known(error), Problem)
    assert part in str(known(error))


def test_our_own_faults_stay_what_they_are():
    for error in (sqlite3.OperationalError("no such table: hats"), ZeroDivisionError(), UserError("x")):
        assert known(error) is error
