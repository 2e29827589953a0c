"""Settings, letters about contracts: own words are kept and shown on a sample; when contracts come up."""

from __future__ import annotations

import pypdfium2
import pytest

from crm_desktop.company import letter_texts
from crm_desktop.sales import contracts
from tests.gui.hands import fill_company, wait_for_jobs


@pytest.fixture
def section(window):
    fill_company()
    window.show_page("settings", {"section": "letters"})
    wait_for_jobs()
    return window.pages.page().sections["letters"]


def _says(section, words: str) -> bool:
    content = section.preview.content
    return bool(content) and words in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()


def test_own_words_stand_on_the_sample_and_are_kept(section, qtbot):
    section.choose_language("en")
    qtbot.waitUntil(lambda: _says(section, "We agree on the following"), timeout=15_000)
    section.form.input("body").setPlainText("This is ours:\n\n{terms}")
    section._left("body")
    assert letter_texts.get("contract", "en").own
    section._draw()
    qtbot.waitUntil(lambda: _says(section, "This is ours"), timeout=15_000)
    section.usual.click()
    assert not letter_texts.get("contract", "en").own


def test_a_word_in_braces_that_there_is_not_is_named_at_the_field(section):
    section.choose_language("en")
    section.form.input("body").setPlainText("on {day}")
    section._left("body")
    assert "{day}" in section.form.boxes["body"]._said.text()
    assert not letter_texts.get("contract", "en").own


def test_the_days_before_a_last_day_are_kept(section):
    field = section.days.input("remind_days")
    field.setText("60, 10")
    section._days_left("remind_days")
    assert contracts.usual_remind_days() == (60, 10)
    field.setText("soon")
    section._days_left("remind_days")
    assert contracts.usual_remind_days() == (60, 10)
