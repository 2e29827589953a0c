"""A full disk, at whatever moment: a plain sentence, nothing half-written, no number lost, and the next act works."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import full_disks
import killing

from crm_desktop.billing import bank_booking, bank_matching, drafts, dunning, dunning_letters, invoices
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.documents import issuing
from crm_desktop.exchange import dumping
from crm_desktop.safety import backup, checking

# So much is left free in turn: the disk is full at the first write, later, and at last not at all.
STEPS = (0, 4096, 16_384, 49_152, 98_304, 196_608)
PLENTY = 8_000_000


@pytest.fixture(params=full_disks.KINDS, ids=lambda kind: kind.__name__)
def disk(request, tmp_path):
    """A disk that can be filled."""
    made = request.param(tmp_path / "disk")
    yield made
    db.close()
    made.close()


@pytest.fixture
def shop(disk, template_file):
    """A company on that disk, opened: late invoices, and a statement that pays them."""
    path = disk.folder / "shop.crm"
    shutil.copyfile(template_file, path)
    with dates.freeze(killing.TODAY):
        migrate.open_file(path)
        killing.set_up(12)
        db.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield path


def fails_until_there_is_room(disk, act):
    """Try with ever more room; each failure says so and changes nothing. Gives how often it failed, and the result."""
    before = dumping.text()
    for failed, free in enumerate((*STEPS, PLENTY)):
        disk.leave(free)
        made, said = _tried(act)
        disk.give_back()
        if not said:
            return failed, made
        assert "full" in said
        assert "Nothing was changed" in said
        assert dumping.text() == before
    raise AssertionError("There was never room enough")


def _tried(act):
    """What an act gave, or what it said."""
    try:
        return act(), ""
    except Problem as problem:
        return None, str(problem)


def test_no_number_is_taken_by_an_invoice_that_finds_no_room(disk, shop):
    draft = drafts.save(replace(drafts.begin(3), lines=killing.LINES))
    failed, made = fails_until_there_is_room(disk, lambda: invoices.issue(draft.id, issuing.print_out))
    assert failed >= 2
    assert made.number == "INV-2026-0013"
    assert invoices.issue_draft(replace(drafts.begin(2), lines=killing.LINES), issuing.print_out).number[-1] == "4"
    assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}


def test_a_statement_is_not_booked_by_halves(disk, shop):
    choices = bank_booking.matches(bank_matching.proposals().values())
    failed, made = fails_until_there_is_room(disk, lambda: bank_booking.book(choices))
    assert failed >= 1
    assert made == db.value("SELECT count(*) FROM payment") == 12
    assert checking.check().problems == []


def test_reminders_are_not_made_by_halves(disk, shop):
    choices = [dunning_letters.Choice(entry.customer_id, entry.currency) for entry in dunning.waiting()]
    failed, made = fails_until_there_is_room(
        disk, lambda: dunning_letters.make_letters(choices, lambda letter: letter.number.encode() * 2000)
    )
    assert failed >= 1
    assert len(made) == 12
    assert checking.check().problems == []


def test_a_backup_that_finds_no_room_leaves_nothing_and_the_next_one_is_whole(disk, shop):
    folder = backup.folder_of(shop)
    disk.leave(100_000)
    with pytest.raises(Problem, match=r"could not be written in .* Your data is unchanged"):
        backup.make(shop)
    assert [file for file in folder.rglob("*") if file.is_file()] == []
    disk.give_back()
    assert backup.verify(backup.make(shop).path)
    assert backup.latest(shop).verified
