"""Cancel stops a long statement as well, and then nothing was done."""

from __future__ import annotations

import pytest
from import_files import write_csv

from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import stopping
from crm_desktop.exchange import dumping, importing


def test_an_undo_that_is_cancelled_leaves_the_import_as_it_was(data_file, tmp_path):
    rows = [["Name", "E-Mail"], *[[f"Anna Alt {i}", f"a{i}@x.example"] for i in range(3000)]]
    done = importing.run(write_csv(tmp_path / "k.csv", rows))
    before, progress = dumping.text(business=True), Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        importing.undo(done.import_id, progress)
    assert dumping.text(business=True) == before
    assert not importing.imports()[0].undone
    assert importing.undo(done.import_id, Progress()).left == []


def test_a_statement_without_end_is_stopped_and_others_are_not(data_file):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled), stopping.with_progress(progress):
        db.query(endless)
    assert db.value("SELECT 1") == 1
