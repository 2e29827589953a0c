"""The program is killed at any moment of an import or its undo: the file holds all of it or nothing, and stays sound."""

from __future__ import annotations

import import_victim
import pytest

from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing
from crm_desktop.safety import checking, company_files

KILLS = 200 if import_victim.IS_LONG else 20
# A new list of the first kind is written in bulk, the other one changes customers who are there.
ROWS = (1500, 400)


@pytest.fixture
def lists(tmp_path):
    return [
        import_victim.write_list(tmp_path / "new.csv", ROWS[0]),
        import_victim.write_list(tmp_path / "changed.csv", ROWS[1], changed=True),
    ]


def _opened(path):
    company_files.open_data_file(path, remembered=False)


def _closed():
    company_files.close_data_file(make_backup=False)


def _states(path, lists):
    """What the file may hold: what it held before, and what it holds after each of the lists."""
    _opened(path)
    importing.run(import_victim.write_list(lists[0].with_name("known.csv"), 300))
    found = [dumping.text(business=True)]
    for file in lists:
        done = importing.run(file)
        found.append(dumping.text(business=True))
        importing.undo(done.import_id)
        assert dumping.text(business=True) == found[0]
    _closed()
    return found


def test_an_import_is_whole_or_not_there_wherever_it_is_killed(data_path, lists, record_property):
    record_property("tried", f"{KILLS} kills while importing and undoing")
    states = _states(data_path, lists)
    seen = set()
    for kill in range(KILLS):
        import_victim.kill_while_importing(data_path, lists, seed=kill, longest_s=3.0)
        _opened(data_path)
        found = dumping.text(business=True)
        assert found in states, f"kill {kill} left something half done"
        seen.add(states.index(found))
        assert db.value("SELECT count(*) FROM journal_open WHERE step_id IS NOT NULL") == 0
        if found != states[0]:
            importing.undo(importing.imports(1)[0].id)
            assert dumping.text(business=True) == states[0]
        if kill % 10 == 9:
            assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}
        _closed()
    assert 0 in seen
