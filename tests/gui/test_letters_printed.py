"""Reminders and account statements on the printer: on printed sheets only what is missing there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from PIL import Image

from crm_desktop.billing import drafts, dunning_letters, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.dunning_letters import Choice
from crm_desktop.company import paper_choices, profile
from crm_desktop.core import dates
from crm_desktop.documents import letter_paper, letter_words
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.parts import statement_dialog
from crm_desktop.gui.parts.dunning_acts import DunningActs
from crm_desktop.gui.widgets import dialogs
from tests.gui.hands import add_customer, fill_company, wait_for_jobs

TODAY, RED, WHITE = date(2026, 11, 24), (200, 30, 30), (255, 255, 255)


@pytest.fixture
def late(window: MainWindow) -> Iterator[int]:
    """A customer who owes something for long, and a company with letter paper."""
    fill_company()
    out = io.BytesIO()
    Image.new("RGB", (210, 297), RED).save(out, "PNG")
    profile.set_letter_paper(letter_paper.made_of(out.getvalue()))
    customer_id = add_customer("Café Ostwind")
    with dates.freeze(date(2026, 9, 1)):
        lines = (DraftLine(name="Chair", price=Decimal(100), rate=Decimal(19)),)
        invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines))
    with dates.freeze(TODAY):
        yield customer_id


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What went to the printer."""
    found: list[bytes] = []
    monkeypatch.setattr(dialogs, "print_pdf", lambda content, _title: found.append(content) or "printed")
    return found


def corner(content: bytes) -> tuple[int, ...]:
    page = pypdfium2.PdfDocument(content)[0]
    return tuple(page.render(scale=1).to_pil().convert("RGB").getpixel((5, 5)))


def test_reminders_on_printed_sheets(window: MainWindow, late: int, printed: list[bytes]) -> None:
    letter_ids = dunning_letters.make_letters([Choice(late, "EUR")], letter_words.render_reminder)
    acts = DunningActs(window.pages.page(), lambda _view: None)
    for sheets in (False, True):
        paper_choices.save({"printed_sheets": sheets})
        acts.print_all(letter_ids)
        wait_for_jobs()
    assert [corner(content) for content in printed] == [RED, WHITE]


def test_statements_are_printed_as_well(
    window: MainWindow, late: int, printed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"first": date(2026, 1, 1), "last": TODAY, "kind": "print"}
    monkeypatch.setattr(dialogs, "fill_in", lambda *_a, **_o: values)
    for sheets in (False, True):
        paper_choices.save({"printed_sheets": sheets})
        statement_dialog.ask(window.pages.page(), late)
        wait_for_jobs()
    assert [corner(content) for content in printed] == [RED, WHITE]
