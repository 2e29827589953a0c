"""Numbers: by their pattern, gapless, given back by what fails, never twice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.company import numbering
from crm_desktop.core.errors import ValidationError
from crm_desktop.db import connection as db

NOVEMBER = date(2026, 11, 22)


def take(kind="invoice", day=NOVEMBER):
    with db.transaction():
        return numbering.take(kind, day)


def fail_after_taking():
    with db.transaction():
        numbering.take("invoice", NOVEMBER)
        raise ValueError("stop")


def test_numbers_follow_each_other_and_start_again_each_year(data_file):
    assert [take(), take()] == ["INV-2026-0001", "INV-2026-0002"]
    assert take(day=date(2027, 1, 1)) == "INV-2027-0001"
    assert take(day=NOVEMBER) == "INV-2026-0003"
    assert [take("customer"), take("customer", date(2027, 1, 1))] == ["C-0001", "C-0002"]


def test_a_failure_gives_the_number_back(data_file):
    with pytest.raises(ValueError, match="stop"):
        fail_after_taking()
    assert take() == "INV-2026-0001"


def test_a_preview_takes_nothing(data_file):
    assert numbering.preview("invoice", NOVEMBER) == "INV-2026-0001"
    assert numbering.preview("invoice", NOVEMBER, ahead=2) == "INV-2026-0002"
    assert numbering.preview("invoice", date(2027, 1, 1)) == "INV-2027-0001"
    assert take() == "INV-2026-0001"


@pytest.mark.parametrize(
    ("pattern", "reset", "sentence"),
    [
        ("RE-{year}", "yearly", "needs the running number once"),
        ("RE-{counter}-{counter}", "never", "needs the running number once"),
        ("RE-{counter:04}", "yearly", "numbers would repeat"),
        ("RE-{hat}-{counter}", "never", "can stand in braces"),
        ("RE-{counter", "never", "can stand in braces"),
        ("", "never", "needs the running number once"),
        ("R" * 40 + "{counter}", "never", "too long"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_told(data_file, pattern, reset, sentence):
    with pytest.raises(ValidationError, match=sentence):
        numbering.save("invoice", pattern, reset)
    assert numbering.series("invoice").pattern == "INV-{year}-{counter:04}"


def test_a_new_pattern_holds_from_now_on_and_can_be_undone(data_file):
    take()
    numbering.save("invoice", " {year2}{month}/{counter:03} ", "yearly")
    assert take() == "2611/002"


def test_the_next_number_can_be_raised_but_not_lowered(data_file):
    take()
    numbering.set_next("invoice", NOVEMBER, 150)
    assert take() == "INV-2026-0150"
    for number in (0, 1, 150, 10**10):
        with pytest.raises(ValidationError, match="higher than 150"):
            numbering.set_next("invoice", NOVEMBER, number)


def test_numbers_from_elsewhere_raise_the_counter(data_file):
    numbering.raise_past("invoice", "INV-2026-0099", NOVEMBER)
    numbering.raise_past("invoice", "INV-2026-0050", NOVEMBER)
    numbering.raise_past("invoice", "2026/7", NOVEMBER)
    assert take() == "INV-2026-0100"


def test_a_number_that_an_owner_typed_is_not_given_again(data_file):
    stamp = "2026-11-22T09:00:00Z"
    with db.transaction():
        db.insert(
            "item", {"number": "P-0001", "name": "x", "currency": "EUR", "created_at": stamp, "updated_at": stamp}
        )
        assert numbering.take_free("item", NOVEMBER, "item") == "P-0002"


TOKENS = st.lists(
    st.sampled_from(["{year}", "{year2}", "{month}", "RE", "-", "/", ".", "(", "+", " ", "ä"]), min_size=0, max_size=5
)


@given(
    before=TOKENS,
    after=TOKENS,
    width=st.integers(1, 9),
    counter=st.integers(1, 10**9 - 1),
    day=st.dates(date(1990, 1, 1)),
)
def test_the_counter_is_found_again_in_every_number(before, after, width, counter, day):
    pattern = "".join([*before, f"{{counter:0{width}}}", *after])
    number = numbering.render(pattern, counter, day)
    if pattern.count("{counter") == 1 and "}{counter" not in pattern and f"0{width}}}{{" not in pattern:
        assert numbering.counter_in(pattern, number, day) == counter
