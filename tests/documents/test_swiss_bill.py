"""The Swiss payment slip and the European payment code: what stands in them, and that any print of them can be scanned."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import einvoices as e
import pypdfium2
import pytest
import zxingcpp
from papers import INVOICE as PAPER
from papers import with_lines
from pdf_reading import collisions
from PIL import Image, ImageFilter

from crm_desktop.billing import payment_reference
from crm_desktop.billing.document import Document
from crm_desktop.core.errors import UserError
from crm_desktop.documents import commercial_pdf, letter_paper, swiss_bill
from crm_desktop.documents.stationery import Stationery

SELLER = e.SELLER | {
    "country": "CH", "name": "Atelier Föhn GmbH", "street": "Bahnhofstrasse 12a", "postcode": "8001",
    "city": "Zürich", "iban": "CH9300762011623852957",
}  # fmt: skip
BUYER = e.BUYER | {"country": "CH", "street": "Rue du Lac 3", "postcode": "1201", "city": "Genève"}
WITH_QR_IBAN = SELLER | {"qr_iban": "CH4431999123000889012"}
PRINTS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda page: page,
    "light": lambda page: page.filter(ImageFilter.GaussianBlur(1.6)).point(lambda v: 255 if v > 96 else 60),
    "heavy": lambda page: page.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(1)),
    "pale": lambda page: page.point(lambda v: 150 + v * 105 // 255),
}


def issued(**changes: Any) -> Document:
    values = {
        "currency": "CHF",
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (e.line("Lampe", "1", "1803.65", rate="8.1"),),
    }
    made = e.document(**values | changes)
    return replace(made, payment_reference=payment_reference.of_document(made, made.number or ""))


def content(document: Document) -> list[str]:
    slip = swiss_bill.slip(document)
    assert slip is not None
    return slip.content.split("\r\n")


def scanned(document: Document, print_: Callable[[Image.Image], Image.Image], **paper: Any) -> list[str]:
    made = replace(PAPER, currency=document.currency, slip=swiss_bill.slip(document), **paper)
    pdf = pypdfium2.PdfDocument(commercial_pdf.render(made))
    page = pdf[len(pdf) - 1].render(scale=300 / 72).to_pil().convert("L")
    return [found.text for found in zxingcpp.read_barcodes(print_(page))]


def test_with_an_ordinary_account_it_carries_a_creditor_reference() -> None:
    said = content(issued())
    assert said[:10] == [
        "SPC", "0200", "1", "CH9300762011623852957", "S", "Atelier Föhn GmbH", "Bahnhofstrasse", "12a", "8001", "Zürich",
    ]  # fmt: skip
    assert said[18:27] == ["1949.75", "CHF", "S", "Café Ostwind", "Rue du Lac", "3", "1201", "Genève", "CH"]
    assert said[27:] == ["SCOR", "RF40RE20260001", "RE-2026-0001", "EPD"]


def test_with_a_qr_iban_it_carries_27_digits() -> None:
    said = content(issued(seller=WITH_QR_IBAN))
    assert said[3] == "CH4431999123000889012"
    assert said[27:29] == ["QRR", "000000000000000000202600013"]
    # The worked example of the guidelines.
    assert payment_reference.qr_reference("21000000000313947143000901") == "210000000003139471430009017"


def test_who_has_none() -> None:
    german = e.document(currency="EUR")
    assert swiss_bill.slip(german) is None
    assert german.payment_reference == ""
    assert swiss_bill.slip(issued(currency="USD")) is None
    assert swiss_bill.slip(issued(kind="credit_note", type_code="381")) is None
    assert swiss_bill.slip(issued(paid_at_issue="cash")) is None
    assert swiss_bill.slip(issued(prepaid=Decimal("1949.75"))) is None


def test_a_buyer_without_a_town_leaves_a_field_to_fill_in() -> None:
    document = issued(buyer={"name": "Hans", "country": "CH"})
    slip = swiss_bill.slip(document)
    assert slip is not None
    assert slip.debtor == ()
    assert content(document)[20:27] == [""] * 7


def test_an_account_that_is_no_swiss_one_is_told() -> None:
    with pytest.raises(UserError, match=r"The Swiss payment slip cannot be made: .*Check your account and address"):
        swiss_bill.slip(issued(seller=SELLER | {"iban": "CH9300762011623852958"}))


@pytest.mark.parametrize("name", PRINTS)
@pytest.mark.parametrize("seller", [SELLER, WITH_QR_IBAN], ids=["SCOR", "QRR"])
def test_any_print_of_the_slip_can_be_scanned(seller: dict[str, str], name: str) -> None:
    document = issued(seller=seller)
    slip = swiss_bill.slip(document)
    assert slip is not None
    assert scanned(document, PRINTS[name]) == [slip.content]


@pytest.mark.parametrize("name", PRINTS)
def test_any_print_of_the_european_code_can_be_scanned(name: str) -> None:
    found = scanned(e.document(), PRINTS[name])
    assert [text.split("\n")[:2] for text in found] == [["BCD", "002"]]


def test_the_slip_stands_alone_at_the_foot() -> None:
    document = issued()
    pdf = pypdfium2.PdfDocument(commercial_pdf.render(replace(PAPER, currency="CHF", slip=swiss_bill.slip(document))))
    page = pdf[len(pdf) - 1].get_textpage()
    below = page.get_text_bounded(0, 0, 595, swiss_bill.SLIP - 1)
    for words in (
        "Empfangsschein",
        "Zahlteil",
        "CH93 0076 2011 6238 5295 7",
        "RF40 RE20 2600 01",
        "1 949.75",
        "Annahmestelle",
    ):
        assert words in below
    assert "Seite" not in below
    assert "Seite" in page.get_text_bounded(0, swiss_bill.SLIP, 595, 842)


def rendered(lines: int, **changes: Any) -> pypdfium2.PdfDocument:
    """An invoice of so many lines with a slip; its texts collide nowhere."""
    paper = with_lines(lines, currency="CHF", locale="de_CH", slip=swiss_bill.slip(issued()), **changes)
    made = commercial_pdf.render(paper)
    assert not collisions(made)
    return pypdfium2.PdfDocument(made)


def below(page: pypdfium2.PdfPage) -> str:
    """What stands where the slip is torn off."""
    return str(page.get_textpage().get_text_bounded(0, 0, 595, swiss_bill.SLIP - 1))


@pytest.mark.parametrize("window", ["swiss", "din"])
def test_a_short_invoice_has_the_slip_on_its_first_page_with_the_tax_number_above(window: str) -> None:
    pdf = rendered(2, stationery=Stationery(window=window))
    assert len(pdf) == 1
    assert "Zahlteil" in below(pdf[0])
    above = pdf[0].get_textpage().get_text_bounded(0, swiss_bill.SLIP, 595, 842).replace("\u00a0", " ")
    assert "USt-IdNr. DE123456788" in above
    assert "Seite 1 von 1" in above


@pytest.mark.parametrize("lines", [6, 12])
def test_where_it_does_not_fit_the_slip_has_a_last_page_of_its_own(lines: int) -> None:
    pdf = rendered(lines)
    assert len(pdf) == 2
    assert "Zahlteil" not in pdf[0].get_textpage().get_text_range()
    assert "Zahlteil" in below(pdf[1])
    assert "Nr. 1" not in pdf[1].get_textpage().get_text_range()


def test_on_letter_paper_nothing_but_the_slip_stands_where_it_is_torn_off() -> None:
    sheet = io.BytesIO()
    Image.new("RGB", (210, 297), (200, 30, 30)).save(sheet, "PNG")
    pdf = rendered(1, stationery=Stationery(letter_paper=letter_paper.made_of(sheet.getvalue())))
    page = pdf[len(pdf) - 1]
    assert "Seite" not in below(page)
    assert page.render(scale=1).to_pil().convert("RGB").getpixel((5, 800)) == (255, 255, 255)


def test_the_slip_is_set_in_a_font_that_its_guide_allows() -> None:
    pdf = rendered(1)
    text = pdf[0].get_textpage()
    seen = {
        fonts_of(text, place) for place in range(text.count_chars()) if text.get_charbox(place)[3] < swiss_bill.SLIP
    }
    assert {name.split("+")[-1] for name in seen if name} == {"Arimo-400", "Arimo-700"}
    assert b"Arimo" not in commercial_pdf.render(PAPER)


def fonts_of(text: pypdfium2.PdfTextPage, place: int) -> str:
    """The name of the font of one character."""
    name, flags = ctypes.create_string_buffer(80), ctypes.c_int()
    pypdfium2.raw.FPDFText_GetFontInfo(text, place, name, 80, flags)
    return name.value.decode()
