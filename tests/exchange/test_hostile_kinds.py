"""Files that mean harm, and broken ones of every kind, are read or refused: no traceback, no hang, and the next one comes in."""

from __future__ import annotations

import fuzzing
import hostile_kinds
import pytest
from import_files import CUSTOMERS, csv_text


@pytest.fixture(scope="module")
def reader(tmp_path_factory, template_file):
    data = tmp_path_factory.mktemp("hostile") / "data.crm"
    data.write_bytes(template_file.read_bytes())
    found = fuzzing.Reader(data)
    yield found
    found.close()


@pytest.mark.parametrize(
    "kinds", [hostile_kinds.workbooks, lambda _folder: hostile_kinds.texts()], ids=["workbooks", "texts"]
)
def test_hostile_files_are_read_or_refused_and_the_next_one_comes_in(reader, tmp_path, kinds):
    for name, content in kinds(tmp_path).items():
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        assert reader.look(path, path.suffix[1:]) in {"read", "refused", "ended"}, name
    plain = tmp_path / "plain.csv"
    plain.write_text(csv_text(CUSTOMERS), encoding="utf-8")
    assert reader.look(plain, "csv") == "read"
