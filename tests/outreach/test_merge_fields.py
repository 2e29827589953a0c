"""Texts with fields and conditions: filled in, and refused with a plain sentence where they cannot be."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.core.errors import UserError
from crm_desktop.outreach import merge_fields

KNOWN = ("first_name", "city", "days_since_purchase", "Lamp type", "birthday")
IDA = {"first_name": "Ida", "city": "Hamburg", "days_since_purchase": "120", "Lamp type": "Arc {city}", "birthday": ""}


def filled(template: str, values: dict[str, str] = IDA) -> str:
    return merge_fields.fill(merge_fields.parse(template, KNOWN), values)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Hello {first_name} in {City}", "Hello Ida in Hamburg"),
        ("{birthday|no day}", "no day"),
        ("{if city = hamburg}here{else}there{end}", "here"),
        ("{if city != Hamburg}there{end}", ""),
        ("{if birthday}has one{else}has none{end}", "has none"),
        ("{if days_since_purchase > 90}long ago{end}", "long ago"),
        ("{if days_since_purchase < 90}just now{else}no{end}", "no"),
        ("{if lamp type contains arc}arc{end}", "arc"),
        ("{if city = Hamburg}{if first_name = Ida}both{end}{end}", "both"),
        ("{lamp type}", "Arc {city}"),
        ("100 {{percent}}", "100 {percent}"),
    ],
)
def test_what_is_written(template, said):
    assert filled(template) == said


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{nobody}", "There is no field {nobody}"),
        ("{for x in y}", "no loops"),
        ("{if city = Hamburg}open", "has no {end}"),
        ("{end}", "no condition is open"),
        ("{else}", "no condition is open"),
        ("{if city}a{else}b{else}c{end}", "{else} twice"),
        ("a { b", "stands alone"),
        ("{first_name", "stands alone"),
        ("{if city}" * 5 + "x" + "{end}" * 5, "more than 4 deep"),
        ("{city}" * 600, "more than 500 fields"),
        ("x" * 20_001, "longer than 20000"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(template, sentence):
    with pytest.raises(UserError) as caught:
        merge_fields.parse(template, KNOWN)
    assert sentence in str(caught.value)


def test_a_text_that_grows_without_end_is_refused():
    parts = merge_fields.parse("{city}" * 400, KNOWN)
    with pytest.raises(UserError, match="longer than 60000"):
        merge_fields.fill(parts, {"city": "x" * 1000})


@given(st.text(alphabet="{}ifelsend |=ab\n", max_size=200))
def test_any_text_is_filled_in_or_refused(template):
    with contextlib.suppress(UserError):
        parts = merge_fields.parse(template, ("a", "b"))
        assert isinstance(merge_fields.fill(parts, {"a": "{b}", "b": "{a}"}), str)
