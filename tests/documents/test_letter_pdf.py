"""Letters about money: what a reader sees of a reminder and of an account statement, in four languages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from pdf_reading import boxes, collisions, outside, picture
from pdf_reading import texts as texts_of
from PIL import Image

from crm_desktop.billing import account_statement, drafts, dunning_letters, dunning_levels, interest, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.dunning_letters import Choice
from crm_desktop.billing.dunning_levels import Words
from crm_desktop.company import paper_choices, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.customers import customers
from crm_desktop.documents import letter_paper, letter_pdf, letter_words

TODAY = date(2026, 11, 24)
_BLANKS = str.maketrans("\u00a0\u202f", "  ")
LANGUAGES = [("en", "GB"), ("de", "DE"), ("fr", "FR"), ("es", "ES")]


@pytest.fixture(autouse=True)
def _company(data_file: Path) -> Iterator[None]:
    with dates.freeze(TODAY):
        profile.save(
            {
                "name": "Werkstatt Lindner",
                "owner": "Ida Lindner",
                "street": "Hafenstr. 4",
                "postcode": "20457",
                "city": "Hamburg",
                "vat_id": "DE136695976",
                "iban": "DE89370400440532013000",
            }
        )
        yield


def plain(text: str) -> str:
    """A text with ordinary blanks, as a reader takes it out of a PDF."""
    return text.translate(_BLANKS)


def texts(content: bytes) -> list[str]:
    return [plain(page).replace("\n", " ") for page in texts_of(content)]


def late_customer(language: str = "en", country: str = "GB", prices: tuple[str, ...] = ("1200", "89.9")) -> int:
    """A customer who owes the prices for 40 days and more."""
    customer_id = customers.save(
        {"company": "Café Ostwind", "street": "Kai 7", "postcode": "20459", "city": "Bergen", "country": country,
         "language": language}
    )  # fmt: skip
    for place, price in enumerate(prices):
        due = TODAY - timedelta(days=40 + place)
        with dates.freeze(due - timedelta(days=14)):
            lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(19)),)
            made = invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, due_on=due))
    payments.record(made.id or 0, Decimal(5), TODAY, reference="part of it")
    return customer_id


def reminder(customer_id: int) -> tuple[dunning_letters.Letter, bytes]:
    (letter_id,) = dunning_letters.make_letters([Choice(customer_id, "EUR")], letter_words.render_reminder)
    return dunning_letters.get(letter_id), dunning_letters.pdf(letter_id)


@pytest.mark.parametrize(("language", "country"), LANGUAGES)
def test_a_reminder_says_what_is_open_in_the_customers_language(language: str, country: str) -> None:
    interest.save(interest.Rate(date(2026, 1, 1), 500, 900))
    dunning_levels.save(replace(dunning_levels.get(3), fee_minor=750, with_interest=True))
    letter, content = reminder(late_customer(language, country))
    (page,) = texts(content)
    shown = letter_words.reminder(letter)
    assert document_text(language, "Last payment reminder") in page
    assert "Ida Lindner" in page
    for row in letter.rows:
        assert row.number in page
    for cells in shown.tables[0].rows:
        assert all(plain(cell) in page for cell in cells)
    for row in shown.tables[0].sums:
        assert row.label in page
        assert plain(row.amount) in page
    assert not collisions(content)
    assert not outside(content)


@pytest.mark.parametrize(("language", "country"), LANGUAGES)
def test_a_statement_runs_down_to_the_balance(language: str, country: str) -> None:
    customer_id = late_customer(language, country)
    content = letter_words.render_statement(customer_id, date(2026, 1, 1))
    (page,) = texts(content)
    found = letter_words.statement(account_statement.statement(customer_id, date(2026, 1, 1)))
    assert document_text(language, "Account statement") in page
    for cells in found.tables[0].rows:
        assert all(plain(cell) in page for cell in cells)
    assert plain(found.tables[0].sums[0].amount) in page
    assert not collisions(content)
    assert not outside(content)


def test_the_payment_code_asks_for_the_sum_and_names_the_invoices() -> None:
    letter, content = reminder(late_customer())
    (code,) = zxingcpp.read_barcodes(picture(content), formats=zxingcpp.BarcodeFormat.QRCode)
    lines = code.text.split("\n")
    assert lines[7] == f"EUR{Decimal(letter.total_minor) / 100:.2f}"
    assert lines[-1] == " ".join([*(row.number for row in letter.rows), letter.number])


def test_a_preview_has_no_number_and_no_code() -> None:
    content = letter_pdf.render(letter_words.reminder(dunning_letters.preview(Choice(late_customer(), "EUR"))))
    assert "Preview" in texts(content)[0]
    assert not zxingcpp.read_barcodes(picture(content))


def test_a_long_letter_repeats_the_head_of_its_table_and_keeps_the_sum_with_the_last_row() -> None:
    letter, content = reminder(late_customer(prices=("10",) * 60))
    pages = texts(content)
    assert len(pages) >= 2
    assert all("Days late" in page for page in pages if letter.rows[-1].number in page or "To pay" in page)
    last = next(page for page in pages if "To pay" in page)
    assert letter.rows[-1].number in last
    assert not collisions(content)
    assert not outside(content)


def test_several_currencies_stand_in_tables_of_their_own() -> None:
    customer_id = late_customer()
    lines = (DraftLine(name="Chair", price=Decimal(70), rate=Decimal(0), category="Z"),)
    invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, currency="CHF"))
    page = "".join(texts(letter_words.render_statement(customer_id, date(2026, 1, 1))))
    assert "CHF 70.00" in page
    assert page.count("Balance on 24 Nov 2026") == 2


def test_a_character_that_cannot_be_printed_is_told_and_no_letter_is_made() -> None:
    dunning_levels.save(replace(dunning_levels.get(3), texts={"en": Words(body="مرحبا")}))
    customer_id = late_customer()
    try:
        reminder(customer_id)
    except UserError as refused:
        assert "cannot be printed" in str(refused)  # noqa: PT017  (fonts may learn to print it)
        assert dunning_letters.letters() == []


def test_letters_are_joined_for_the_printer() -> None:
    one, other = reminder(late_customer())[1], reminder(late_customer("de", "DE"))[1]
    assert len(pypdfium2.PdfDocument(letter_pdf.joined([one, other]))) == 2


def pages_of(customer_id: int) -> tuple[bytes, bytes]:
    """A reminder and a statement as they are made now."""
    preview = letter_words.reminder(dunning_letters.preview(Choice(customer_id, "EUR")))
    return letter_pdf.render(preview), letter_words.render_statement(customer_id, date(2026, 1, 1))


def test_letters_follow_layout_sheet_window_and_colour() -> None:
    profile.save({"layout": "modern", "paper": "letter", "window": "swiss", "accent": "#0B6E4F"})
    for content in pages_of(late_customer()):
        page = picture(content, scale=1.0).convert("RGB")
        assert page.size == (612, 792)
        assert page.getpixel((300, 5)) == (0x0B, 0x6E, 0x4F)
        (street,) = [box for box in boxes(content) if box.text.strip() == "Kai 7"]
        assert street.left > 115 * 72 / 25.4
        assert not collisions(content)


def test_the_compact_layout_sets_the_rows_of_letters_closer() -> None:
    customer_id = late_customer(prices=("10",) * 12)
    usual = pages_of(customer_id)
    profile.save({"layout": "plain"})
    for wide, close in zip(usual, pages_of(customer_id), strict=True):
        assert depth(close) < depth(wide)


def depth(content: bytes) -> float:
    """From the first row of the table to the last one, in points."""
    rows = [box.bottom for box in boxes(content) if box.page == 0 and box.text.strip().endswith("11.90")]
    return max(rows) - min(rows)


def test_letter_paper_lies_behind_letters_and_not_on_printed_sheets() -> None:
    out = io.BytesIO()
    Image.new("RGB", (210, 297), (200, 30, 30)).save(out, "PNG")
    profile.set_letter_paper(letter_paper.made_of(out.getvalue()))
    for content in pages_of(late_customer()):
        assert picture(content, scale=1.0).getpixel((5, 5)) == (200, 30, 30)
        assert "VAT id" not in texts(content)[0]
        bare = letter_paper.for_printed_sheets(content)
        assert picture(bare, scale=1.0).getpixel((5, 5)) == (255, 255, 255)
        assert "Ostwind" in texts(bare)[0]
    paper_choices.save({"with_letter_paper": False})
    for content in pages_of(1):
        assert picture(content, scale=1.0).getpixel((5, 5)) == (255, 255, 255)
        assert "DE136695976" in texts(content)[0]
