"""Opening, making and switching the data file of a business."""

from __future__ import annotations

import pytest

from crm_desktop.company import profile
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.safety import backup, company_files, lock


@pytest.fixture(autouse=True)
def _closed():
    yield
    company_files.close_data_file(make_backup=False)


def new(path):
    company_files.new_data_file(path, country="DE", language="de", currency="EUR")
    return path


def test_a_new_file_is_ready_for_work_and_remembered(tmp_path):
    path = new(tmp_path / "firm.crm")
    assert company_files.is_open()
    assert company_files.is_set_up()
    assert company_files.path() == path
    assert profile.load().currency == "EUR"
    assert company_files.recent() == [path]
    assert company_files.default_path() == path


def test_a_new_file_never_replaces_one(tmp_path):
    path = new(tmp_path / "firm.crm")
    company_files.close_data_file()
    with pytest.raises(UserError, match="already there"):
        new(path)


def test_the_open_file_is_locked_and_a_closed_one_is_free(tmp_path):
    path = new(tmp_path / "firm.crm")
    with pytest.raises(lock.InUse):
        lock.acquire(path)
    company_files.close_data_file()
    lock.acquire(path).release()


def test_switching_frees_the_old_file(tmp_path):
    first, second = new(tmp_path / "first.crm"), new(tmp_path / "second.crm")
    assert company_files.path() == second
    lock.acquire(first).release()
    assert company_files.recent() == [second, first]


def test_a_switch_that_fails_leaves_the_old_file_open_and_locked(tmp_path):
    first = new(tmp_path / "first.crm")
    customers.save({"company": "Ostwind"})
    (tmp_path / "photo.crm").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match="not a data file"):
        company_files.open_data_file(tmp_path / "photo.crm")
    with pytest.raises(UserError, match="is not there"):
        company_files.open_data_file(tmp_path / "gone" / "x.crm")
    assert company_files.path() == first
    assert customers.get(1).name == "Ostwind"
    with pytest.raises(lock.InUse):
        lock.acquire(first)
    assert not (tmp_path / "gone").exists()


def test_opening_the_open_file_again_changes_nothing(tmp_path):
    path = new(tmp_path / "firm.crm")
    company_files.open_data_file(path)
    assert company_files.path() == path


def test_closing_makes_a_backup_when_something_changed(tmp_path):
    path = new(tmp_path / "firm.crm")
    assert company_files.close_data_file() is not None
    company_files.open_data_file(path)
    assert company_files.close_data_file() is None
    company_files.open_data_file(path)
    customers.save({"company": "Ostwind"})
    assert company_files.close_data_file() is not None
    assert len(backup.all_backups(path)) == 2


def test_reading_takes_no_lock_and_makes_no_backup(tmp_path):
    path = new(tmp_path / "firm.crm")
    company_files.close_data_file(make_backup=False)
    company_files.open_for_reading(path)
    lock.acquire(path).release()
    assert company_files.close_data_file() is None


def test_files_that_are_gone_are_not_offered(tmp_path):
    path = new(tmp_path / "firm.crm")
    company_files.close_data_file(make_backup=False)
    path.unlink()
    assert company_files.recent() == []
    assert company_files.default_path().suffix == ".crm"
