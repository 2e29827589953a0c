"""Backups are whole, checked and rotated; a restore is all or nothing and keeps what it replaced."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.safety import backup, company_files, restoring

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def names(path):
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM customer ORDER BY id")]


def files(folder):
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def filled(data_file):
    customers.save({"company": "Ostwind"})
    return data_file


def test_a_backup_holds_what_was_written_and_stands_alone(filled):
    made = backup.make(filled)
    assert made.path.parent == filled.parent / "Backups"
    assert made.path.name.startswith("test 20")
    assert made.verified
    assert made.counts == {"customers": 1, "contracts": 0, "documents": 0}
    assert names(made.path) == ["Ostwind"]
    assert files(made.path.parent) == ["backups.json", made.path.name]


def test_a_backup_can_be_made_while_someone_writes(filled):
    with db.transaction("Edit"):
        db.update("customer", 1, {"name": "Half"})
        made = backup.make(filled)
    assert names(made.path) == ["Ostwind"]
    assert customers.get(1).name == "Half"


def test_two_backups_in_one_second_are_two(filled):
    with dates.freeze(NOON):
        first, second = backup.make(filled), backup.make(filled)
    assert first.path != second.path
    assert [b.path for b in backup.all_backups(filled)] == [second.path, first.path]


def test_only_a_change_makes_a_backup_at_the_end_of_the_day(filled):
    assert backup.make_if_changed(filled) is not None
    assert backup.make_if_changed(filled) is None
    db.close()
    migrate.open_file(filled)
    assert backup.make_if_changed(filled) is None
    customers.save({"city": "Kiel"}, 1)
    assert backup.make_if_changed(filled) is not None
    with db.transaction():
        db.execute("INSERT INTO setting VALUES('a', '1')")
    assert backup.make_if_changed(filled) is not None
    assert backup.make_if_changed(filled) is None


def test_old_backups_go_and_those_of_other_files_stay(filled):
    folder = backup.folder_of(filled)
    folder.mkdir()
    strangers = ["other 2020-01-01 10-00-00.crm-backup", "test notes.txt", "test 2020-99-99 10-00-00.crm-backup"]
    for name in strangers:
        (folder / name).write_text("x")
    for days in range(30, -1, -1):
        with dates.freeze(NOON - timedelta(days=days)):
            backup.make(filled)
    with dates.freeze(NOON):
        assert len(backup.all_backups(filled)) == 14 + 1
    assert set(strangers) <= set(files(folder))


def test_the_folder_can_be_chosen_and_given_up(filled, tmp_path):
    backup.choose_folder(filled, tmp_path / "stick")
    assert backup.make(filled).path.parent.parent == tmp_path / "stick"
    backup.choose_folder(filled, None)
    assert backup.folder_of(filled) == filled.parent / "Backups"
    assert backup.all_backups(filled) == []


def test_a_backup_that_changed_since_counts_as_not_checked(filled):
    made = backup.make(filled)
    assert backup.all_backups(filled)[0].verified
    with made.path.open("ab") as file:
        file.write(b"x")
    assert not backup.all_backups(filled)[0].verified
    os.truncate(made.path, made.size)
    assert backup.verify(made.path).verified
    assert backup.all_backups(filled)[0].verified


@pytest.mark.parametrize("damage", ["cut", "middle", "head"])
def test_a_damaged_backup_is_found(filled, damage):
    made = backup.make(filled)
    content = bytearray(made.path.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    elif damage == "middle":
        content[4096 * 4 : 4096 * 6] = b"\xff" * 8192
    else:
        content[:100] = b"x" * 100
    made.path.write_bytes(content)
    with pytest.raises((Problem, UserError)):
        backup.verify(made.path)
    with pytest.raises((Problem, UserError)):
        company_files.restore(made.path, filled)
    assert customers.get(1).name == "Ostwind"
    assert made.path.read_bytes() == content


def test_a_full_disk_leaves_no_half_backup(filled, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "wait_for_disk", full)
    with pytest.raises(Problem, match=r"No space left on device.*unchanged"):
        backup.make(filled)
    assert files(backup.folder_of(filled)) == []


def test_a_folder_that_cannot_be_written_is_told(filled, tmp_path):
    (tmp_path / "file").write_text("in the way")
    backup.choose_folder(filled, tmp_path / "file")
    with pytest.raises(Problem, match="could not be written"):
        backup.make(filled)


def test_a_backup_can_be_cancelled_and_leaves_nothing(filled):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        backup.make(filled, progress=progress)
    assert files(backup.folder_of(filled)) == []
    assert customers.get(1).name == "Ostwind"


def test_a_restore_brings_back_what_was_and_keeps_what_it_replaced(filled):
    made = backup.make(filled)
    customers.save({"company": "Nordwind"})
    done = company_files.restore(made.path, filled)
    assert customers.get(1).name == "Ostwind"
    assert db.value("SELECT count(*) FROM customer") == 1
    assert done.aside.name.startswith("test before restore ")
    assert names(done.aside) == ["Ostwind", "Nordwind"]
    company_files.close_data_file(make_backup=False)
    assert names(filled) == ["Ostwind"]


def test_a_restore_can_itself_be_taken_back(filled):
    made = backup.make(filled)
    customers.save({"company": "Nordwind"})
    first = company_files.restore(made.path, filled)
    second = company_files.restore(first.aside, filled)
    assert db.value("SELECT count(*) FROM customer") == 2
    assert second.aside not in (None, first.aside)
    company_files.close_data_file(make_backup=False)


def test_a_restore_to_a_computer_without_the_data_file(filled, tmp_path):
    made = backup.make(filled)
    db.close()
    done = company_files.restore(made.path, tmp_path / "new" / "mine.crm")
    assert done.aside is None
    assert customers.get(1).name == "Ostwind"
    company_files.close_data_file(make_backup=False)


def test_a_restore_over_a_damaged_file_keeps_that_as_it_is(filled):
    made = backup.make(filled)
    db.close()
    filled.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    done = company_files.restore(made.path, filled)
    assert customers.get(1).name == "Ostwind"
    assert done.aside.read_bytes().endswith(b"\xff" * 5000)
    company_files.close_data_file(make_backup=False)


def test_a_restore_that_fails_leaves_the_data_file_as_it_was(filled, monkeypatch):
    made = backup.make(filled)
    customers.save({"company": "Nordwind"})

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "wait_for_disk", full)
    with pytest.raises(Problem, match="could not be restored"):
        company_files.restore(made.path, filled)
    assert db.value("SELECT count(*) FROM customer") == 2
    assert not [name for name in files(filled.parent) if "restor" in name]


def test_a_backup_of_an_older_version_is_brought_up_to_date(filled, monkeypatch):
    made = backup.make(filled)
    db.close()
    step = SimpleNamespace(
        ADDS=(), scripts=lambda _columns_of: iter(["ALTER TABLE customer ADD COLUMN nickname TEXT;"])
    )
    monkeypatch.setattr(migrate, "STEPS", (*migrate.STEPS, step))
    monkeypatch.setattr(migrate, "LATEST", migrate.LATEST + 1)
    before = made.path.read_bytes()
    company_files.restore(made.path, filled)
    assert db.one("SELECT name, nickname FROM customer") == ("Ostwind", None)
    assert made.path.read_bytes() == before
    company_files.close_data_file(make_backup=False)


def test_a_backup_of_a_newer_version_is_refused(filled):
    made = backup.make(filled)
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer version"):
        company_files.restore(made.path, filled)
    assert customers.get(1).name == "Ostwind"


def test_something_else_is_no_backup(filled, tmp_path):
    (tmp_path / "photo.crm-backup").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match="not a data file"):
        restoring.restore(tmp_path / "photo.crm-backup", filled)


def test_the_name_of_a_data_file_may_hold_signs_of_patterns(filled, tmp_path):
    db.close()
    odd = filled.rename(tmp_path / "Mine [2026] *.crm")
    made = backup.make(odd)
    assert [b.path for b in backup.all_backups(odd)] == [made.path]


@pytest.mark.parametrize("content", ["{", "[]", '{"x": 1}', '{"test 2026-11-22 12-00-00.crm-backup": []}'])
def test_a_list_of_checked_backups_that_cannot_be_read_means_not_checked(filled, content):
    with dates.freeze(NOON):
        made = backup.make(filled)
    (made.path.parent / "backups.json").write_text(content)
    assert [b.verified for b in backup.all_backups(filled)] == [False]
    assert backup.verify(made.path).verified


def test_the_backups_of_a_business_with_a_longer_name_are_its_own(filled, tmp_path):
    other = filled.with_name("test 2.crm")
    db.close()
    shutil.copyfile(filled, other)
    mine, theirs = backup.make(filled), backup.make(other)
    assert [b.path for b in backup.all_backups(filled)] == [mine.path]
    assert [b.path for b in backup.all_backups(other)] == [theirs.path]


def overwrite_one_byte(path, text):
    """Change a letter of stored text: every page stays consistent, only the content is another."""
    content = bytearray(path.read_bytes())
    content[content.index(text.encode())] ^= 0x01
    path.write_bytes(content)


def test_a_single_overwritten_byte_is_found_and_never_restored(filled):
    made = backup.make(filled)
    overwrite_one_byte(made.path, "Ostwind")
    with pytest.raises(Problem, match="changed after it was made"):
        backup.verify(made.path)
    with pytest.raises(Problem, match="changed after it was made"):
        company_files.restore(made.path, filled)
    assert customers.get(1).name == "Ostwind"


def test_a_check_keeps_the_sum_for_the_next_one(filled):
    made = backup.make(filled)
    assert backup.verify(made.path).has_sum
    overwrite_one_byte(made.path, "Ostwind")
    with pytest.raises(Problem):
        backup.verify(made.path)


def test_a_backup_without_a_kept_sum_is_proven_by_opening_only(filled):
    made = backup.make(filled)
    (made.path.parent / "backups.json").unlink()
    found = backup.verify(made.path)
    assert (found.verified, found.has_sum) == (True, False)


def test_two_files_of_one_name_never_share_a_folder_of_backups(filled, tmp_path):
    db.close()
    (tmp_path / "branch").mkdir()
    other = tmp_path / "branch" / filled.name
    shutil.copyfile(filled, other)
    for path in (filled, other):
        backup.choose_folder(path, tmp_path / "stick")
    mine, theirs = backup.make(filled), backup.make(other)
    assert mine.path.parent.parent == theirs.path.parent.parent == tmp_path / "stick"
    assert [b.path for b in backup.all_backups(filled)] == [mine.path]
    assert [b.path for b in backup.all_backups(other)] == [theirs.path]
    backup.choose_folder(filled, mine.path.parent)
    assert backup.folder_of(filled) == mine.path.parent


def test_backups_that_lie_in_a_chosen_folder_itself_are_still_found_and_stay(filled, tmp_path):
    stick = tmp_path / "stick"
    old = backup.make(filled, folder=stick)
    backup.choose_folder(filled, stick)
    for days in range(12):
        with dates.freeze(NOON + timedelta(days=365 + days)):
            newest = backup.make(filled)
    found = [b.path for b in backup.all_backups(filled)]
    assert (found[0], found[-1]) == (newest.path, old.path)
