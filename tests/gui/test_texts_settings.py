"""Settings, texts: own words per kind and language, kept when the field is left, on the sample and on new drafts."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.billing import drafts, own_texts
from crm_desktop.company import profile
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.parts.settings.texts import TextsSection
from tests.gui.hands import add_customer, fill_company, wait_for_jobs


@pytest.fixture
def section(window: MainWindow) -> TextsSection:
    """The subject "Texts"."""
    fill_company()
    window.show_page("settings", {"section": "texts"})
    wait_for_jobs()
    found = window.pages.page().sections["texts"]
    assert isinstance(found, TextsSection)
    return found


def pick(section: TextsSection, kind: str) -> None:
    given: Any = section.kind.input("kind")
    given.set_value(kind)
    given.activated.emit(given.currentIndex())


def write(section: TextsSection, name: str, text: str) -> None:
    section.form.input(name).setPlainText(text)
    section._left(name)


def shown(section: TextsSection, qtbot: QtBot, words: str) -> None:
    """Wait until the sample says something."""

    def says() -> bool:
        content = section.preview.content
        return bool(content) and words in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()

    qtbot.waitUntil(says, timeout=15_000)


def test_words_are_kept_per_kind_and_language_and_a_new_draft_has_them(section: TextsSection) -> None:
    pick(section, "quote")
    assert section.form.input("intro").value() == "Thank you for your enquiry. This is our offer:"
    write(section, "intro", "We gladly offer:")
    section.choose_language("de")
    assert section.form.input("intro").value().startswith("vielen Dank für Ihre Anfrage")
    write(section, "closing", "Wir freuen uns.")
    pick(section, "invoice")
    assert section.form.input("closing").value() == ""
    assert profile.load().texts == {
        "en": {"quote_intro": "We gladly offer:"}, "de": {"quote_closing": "Wir freuen uns."},
    }  # fmt: skip
    customer_id = add_customer(language="en")
    assert drafts.begin(customer_id, "quote").intro == "We gladly offer:"


def test_the_sample_follows_while_one_types(section: TextsSection, qtbot: QtBot) -> None:
    pick(section, "delivery_note")
    shown(section, qtbot, "Delivery note")
    section.form.input("closing").setPlainText("Thank you, {customer}, and see you.")
    shown(section, qtbot, "Thank you, Example customer, and see you.")
    assert own_texts.own("en") == {}


def test_a_wrong_word_is_told_beside_its_field_and_the_usual_words_come_back(section: TextsSection) -> None:
    pick(section, "quote")
    write(section, "intro", "Dear {nobody}:")
    assert "“{nobody}” is not known" in section.form.boxes["intro"]._said.text()
    assert own_texts.own("en") == {}
    assert not section.usual.isVisible()
    write(section, "intro", "")
    assert section.usual.isVisible()
    section.usual.click()
    assert section.form.input("intro").value().startswith("Thank you for your enquiry")
    assert own_texts.own("en") == {}


def test_the_foot_is_on_all_papers_and_other_words_stay(section: TextsSection, qtbot: QtBot) -> None:
    write(section, "intro", "Our work:")
    section.footer.input("footer").setPlainText("Court of Hamburg, HRB 1")
    section._footer_left("footer")
    assert own_texts.own("en") == {"intro": "Our work:", "footer": "Court of Hamburg, HRB 1"}
    pick(section, "quote")
    shown(section, qtbot, "Court of Hamburg, HRB 1")
