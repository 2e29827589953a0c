"""Files of every format that are broken at random are read or refused: no traceback, no hang, no memory beyond the limit."""

from __future__ import annotations

import os
import random
import time
from collections import Counter

import fuzzing
import pytest

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
# Long runs last ten minutes a format.
SECONDS, FILES = 600, 80


@pytest.fixture(scope="module")
def reader(tmp_path_factory, template_file):
    data = tmp_path_factory.mktemp("fuzz") / "data.crm"
    data.write_bytes(template_file.read_bytes())
    found = fuzzing.Reader(data)
    yield found
    found.close()


def _seeds(form):
    """Seeds of the broken files: always the same few, or new ones for as long as a long run lasts."""
    until = time.monotonic() + SECONDS
    number = 0
    while (time.monotonic() < until) if IS_LONG else number < FILES:
        yield f"{form} {number}"
        number += 1


@pytest.mark.parametrize("form", fuzzing.FORMATS)
def test_broken_files_are_read_or_refused(reader, tmp_path, form, record_property):
    whole = fuzzing.seed_file(form, tmp_path)
    path = tmp_path / f"broken.{form}"
    path.write_bytes(whole)
    assert reader.look(path, form) in {"read", "refused"}
    said: Counter[str] = Counter()
    for seed in _seeds(form):
        path.write_bytes(fuzzing.broken(whole, random.Random(seed)))
        result = reader.look(path, form)
        assert result in {"read", "refused", "ended"}, f"{seed}: {result}"
        said[result] += 1
    record_property("tried", f"{said.total():,} broken {form} files")
    assert said["read"] > 0


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_part_that_nobody_can_unpack_refuses_the_workbook(reader, tmp_path, part):
    """The directory of the zip says "patched data" (flag bit 5), which no packer has ever written."""
    content = bytearray(fuzzing.seed_file("xlsx", tmp_path))
    place = content.rindex(part.encode())  # the last one stands in the directory, 46 bytes after its head
    assert content[place - 46 : place - 42] == b"PK\x01\x02"
    content[place - 46 + 8] |= 0x20
    path = tmp_path / "patched.xlsx"
    path.write_bytes(content)
    assert reader.look(path, "xlsx") == "refused"
