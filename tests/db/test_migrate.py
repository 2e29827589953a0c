"""Opening and migrating: files that are damaged, newer, foreign, read-only, or on a full disk; nothing is ever lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from crm_desktop.core.errors import Problem, UserError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, migrate


def leftovers(path):
    return sorted(p.name for p in path.parent.iterdir() if p != path and p.is_file())


def a_step(*scripts, adds=()):
    return SimpleNamespace(ADDS=adds, scripts=lambda _columns_of: iter(scripts))


def with_second_step(monkeypatch, *scripts):
    monkeypatch.setattr(migrate, "STEPS", (*migrate.STEPS, a_step(*scripts)))
    monkeypatch.setattr(migrate, "LATEST", migrate.LATEST + 1)


def version(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def filled(data_path):
    migrate.open_file(data_path)
    customers.save({"company": "Ostwind", "more_emails": ["a@b.de"]})
    db.close()
    return data_path


def test_a_new_file_has_the_latest_version_and_sound_pages(tmp_path):
    path = tmp_path / "deep" / "new.crm"
    migrate.open_file(path, create=True)
    assert db.value("PRAGMA integrity_check") == "ok"
    assert derived.differences(db.raw()) == {}
    db.close()
    assert version(path) == migrate.LATEST
    assert leftovers(path) == []


ADD_TAG, DROP_TAGS = "INSERT INTO tag(name) VALUES('new');", "DELETE FROM tag;"


@pytest.mark.parametrize(
    ("adds", "script", "fine"),
    [(("tag",), ADD_TAG, True), ((), ADD_TAG, False), (("tag",), DROP_TAGS, False)],
    ids=["declared", "not declared", "fewer"],
)
def test_a_step_may_add_rows_only_where_it_says_so(filled, monkeypatch, adds, script, fine):
    migrate.open_file(filled)
    customers.save({"tags": ["old"]}, 1)
    db.close()
    monkeypatch.setattr(migrate, "STEPS", (*migrate.STEPS, a_step(script, adds=adds)))
    monkeypatch.setattr(migrate, "LATEST", migrate.LATEST + 1)
    if fine:
        migrate.open_file(filled)
        assert db.query("SELECT name FROM tag ORDER BY 1") == [("new",), ("old",)]
    else:
        with pytest.raises(Problem, match="tag"):
            migrate.open_file(filled)
        assert version(filled) == migrate.LATEST - 1


def test_an_existing_file_is_never_made_anew(filled):
    with pytest.raises(UserError, match="already there"):
        migrate.create_file(filled)
    migrate.open_file(filled, create=True)
    assert db.value("SELECT count(*) FROM customer") == 1


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UserError, match="is not there"):
        migrate.open_file(tmp_path / "gone.crm")
    assert list(tmp_path.glob("*.crm*")) == []


def test_a_folder_is_told(tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        migrate.open_file(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a workbook", b"Name;Ort\nOstwind;Kiel\n"])
def test_a_foreign_file_is_told_and_left_alone(tmp_path, content):
    path = tmp_path / "customers.crm"
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a data file"):
        migrate.open_file(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_told_and_left_alone(tmp_path):
    path = tmp_path / "other.crm"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t(x)")
    before = path.read_bytes()
    with pytest.raises(UserError, match="another program"):
        migrate.open_file(path)
    assert path.read_bytes() == before


def test_a_newer_file_is_refused_and_left_alone(filled):
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = filled.read_bytes()
    with pytest.raises(UserError, match="newer version"):
        migrate.open_file(filled)
    assert filled.read_bytes() == before


@pytest.mark.parametrize("damage", ["head", "schema", "half"])
def test_a_damaged_file_is_told_and_left_alone(filled, damage):
    content = bytearray(filled.read_bytes())
    if damage == "head":
        content[16:100] = os.urandom(84)
    elif damage == "schema":
        content[100:4096] = b"\xff" * 3996
    else:
        del content[5000:]
    filled.write_bytes(content)
    with pytest.raises((Problem, UserError), match=r"damaged|another program"):
        migrate.open_file(filled)
    assert filled.read_bytes() == bytes(content)
    assert not db.is_open()


def test_damage_inside_is_told_when_it_is_met(filled):
    with closing(sqlite3.connect(filled)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'customer'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(filled.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    filled.write_bytes(content)
    migrate.open_file(filled)
    with pytest.raises(Problem, match="damaged"):
        customers.get(1)
    with pytest.raises(Problem, match="damaged"):
        customers.save({"company": "Nordwind"})


def test_a_read_only_file_is_told(filled, monkeypatch):
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    with pytest.raises(Problem, match="read-only"):
        migrate.open_file(filled)
    migrate.open_file(filled, readonly=True)
    assert customers.get(1).name == "Ostwind"
    assert leftovers(filled) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Problem, match="Choose another folder"):
        migrate.open_file(tmp_path / "file" / "new.crm", create=True)


def test_a_full_disk_while_making_a_file_leaves_nothing(tmp_path, monkeypatch):
    def full(connection, version):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrate, "_apply", full)
    with pytest.raises(Problem, match="could not be made"):
        migrate.open_file(tmp_path / "new.crm", create=True)
    assert [p for p in tmp_path.iterdir() if p.is_file()] == []


def test_an_older_file_is_brought_up_to_date_with_all_its_content(filled, monkeypatch):
    with_second_step(monkeypatch, "ALTER TABLE customer ADD COLUMN nickname TEXT NOT NULL DEFAULT '';")
    migrate.open_file(filled)
    assert customers.get(1).more_emails == ["a@b.de"]
    assert db.value("SELECT nickname FROM customer") == ""
    customers.save({"city": "Kiel"}, 1)
    assert "nickname" in db.value("SELECT before FROM journal_change ORDER BY id DESC")
    db.close()
    assert version(filled) == migrate.LATEST
    assert leftovers(filled) == []


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("ALTER TABLE customer ADD COLUMN nickname TEXT; UPDATE hats SET x = 1;", "no such table"),
        ("DELETE FROM contact_channel;", "contact_channel"),
        ("UPDATE payment SET amount_minor = amount_minor + 1;", "payment"),
    ],
)
def test_a_migration_that_fails_or_loses_something_leaves_the_file_as_it_was(filled, monkeypatch, script, reason):
    migrate.open_file(filled)
    with db.transaction():
        db.insert(
            "payment", {"paid_on": "2026-11-22", "amount_minor": 100, "currency": "EUR", "created_at": "2026-11-22"}
        )
    db.close()
    before = filled.read_bytes()
    with_second_step(monkeypatch, script)
    with pytest.raises(Problem, match=f"could not be brought up to date.*{reason}"):
        migrate.open_file(filled)
    assert filled.read_bytes() == before
    assert leftovers(filled) == []
    assert not db.is_open()


def test_an_older_file_is_not_migrated_by_a_reader(filled, monkeypatch):
    before = filled.read_bytes()
    with_second_step(monkeypatch, "ALTER TABLE customer ADD COLUMN nickname TEXT;")
    with pytest.raises(UserError, match="older version"):
        migrate.open_file(filled, readonly=True)
    assert filled.read_bytes() == before


def test_what_is_still_in_the_log_of_a_crashed_program_is_migrated_too(filled, tmp_path, monkeypatch):
    migrate.open_file(filled)
    customers.save({"company": "Nordwind"})
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("test.crm", "test.crm-wal"):
        shutil.copyfile(tmp_path / name, crashed / name)
    db.close()
    with_second_step(monkeypatch, "ALTER TABLE customer ADD COLUMN nickname TEXT;")
    migrate.open_file(crashed / "test.crm")
    assert [name for (name,) in db.query("SELECT name FROM customer ORDER BY id")] == ["Ostwind", "Nordwind"]
