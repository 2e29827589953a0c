"""Layouts, sheets and windows: whatever is combined, nothing lies over something else and every code can be scanned."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import pytest
import zxingcpp
from papers import INVOICE, SELLER, logo_png, with_lines
from pdf_reading import Box, boxes, outside, picture, texts
from pikepdf import pdfa as pdfa_rules
from PIL import Image, ImageDraw

from crm_desktop.core.errors import UserError
from crm_desktop.documents import commercial_pdf, fonts, letter_paper, pdfa, scripts, stationery
from crm_desktop.documents import paper as p
from crm_desktop.documents.stationery import LAYOUTS, SHEETS, WINDOWS, Stationery

MM = 72 / 25.4
KINDS = (p.INVOICE, p.CREDIT_NOTE, p.RECEIPT, p.QUOTE, p.ORDER_CONFIRMATION, p.DELIVERY_NOTE, p.PROFORMA)
LONG_NAME = "Gesellschaft für angewandte Beleuchtungstechnik und Denkmalpflege Nordwest mbH&Co"
EVERY_LOOK = [
    Stationery(layout=layout, sheet=sheet, window=window) for layout, sheet, window in product(LAYOUTS, SHEETS, WINDOWS)
]
ARABIC = "مقهى الشرق"
DAY = date(2026, 11, 24)


def covering(content: bytes) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other; from top to bottom, so that long papers take no longer than they must."""
    found, open_ones = [], list[Box]()
    for box in sorted(boxes(content), key=lambda box: (box.page, -box.top)):
        open_ones = [other for other in open_ones if other.page == box.page and other.bottom < box.top]
        found += [(box.text, other.text) for other in open_ones if box.overlaps(other)]
        open_ones.append(box)
    return found


def of_kind(kind: str, look: Stationery) -> p.Paper:
    """A paper of the kind with a name of 80 letters."""
    address = () if kind == p.RECEIPT else (LONG_NAME, *INVOICE.address[1:])
    seller = replace(SELLER, name=LONG_NAME)
    return replace(INVOICE, kind=kind, stationery=look, address=address, seller=seller)


@pytest.mark.parametrize("look", EVERY_LOOK, ids=lambda look: f"{look.layout}-{look.sheet}-{look.window}")
def test_every_kind_in_every_look_keeps_its_texts_apart(look: Stationery) -> None:
    for kind in KINDS:
        content = commercial_pdf.render(of_kind(kind, look))
        assert covering(content) == []
        assert outside(content) == []


@pytest.mark.parametrize("look", EVERY_LOOK, ids=lambda look: f"{look.layout}-{look.sheet}-{look.window}")
def test_forty_lines_and_empty_fields_keep_their_texts_apart(look: Stationery) -> None:
    for made in (
        with_lines(40, stationery=look),
        replace(
            INVOICE, stationery=look, seller=p.Seller(name="A", country="DE"), head=p.Head(), address=("B",), intro=""
        ),
        replace(INVOICE, stationery=look, is_copy=True),
    ):
        content = commercial_pdf.render(made)
        assert covering(content) == []
        assert outside(content) == []


@pytest.mark.parametrize(("layout", "sheet"), list(product(LAYOUTS, SHEETS)))
def test_two_hundred_lines_are_all_there(layout: str, sheet: str) -> None:
    content = commercial_pdf.render(with_lines(200, stationery=Stationery(layout=layout, sheet=sheet)))
    everything = " ".join(" ".join(texts(content)).split())
    assert all(f"Nr. {number} " in everything for number in range(1, 201))
    assert covering(content) == []
    assert outside(content) == []


# Where an address may stand, in millimetres from the left and the top: all of it is seen, however the sheet slides.
WINDOW_FIELDS = {"din": (20, 105, 45, 90), "swiss": (112, 202, 45, 92), "us": (22.2, 111.2, 63.4, 84)}


@pytest.mark.parametrize(("window", "sheet"), list(product(WINDOWS, SHEETS)))
def test_the_address_stands_in_the_window(window: str, sheet: str) -> None:
    left, right, top, bottom = WINDOW_FIELDS[window]
    high = stationery.SHEETS[sheet][1]
    content = commercial_pdf.render(replace(INVOICE, stationery=Stationery(window=window, sheet=sheet)))
    found = [box for box in boxes(content) if box.text.strip() in INVOICE.address]
    assert len(found) >= 4
    for box in found[:4]:
        assert left * MM <= box.left <= box.right <= right * MM
        assert high - bottom * MM <= box.bottom <= box.top <= high - top * MM


@pytest.mark.parametrize("look", EVERY_LOOK[::2], ids=lambda look: f"{look.layout}-{look.sheet}-{look.window}")
def test_the_payment_code_is_read_back(look: Stationery) -> None:
    content = commercial_pdf.render(replace(INVOICE, stationery=look, seller=replace(SELLER, accent="#F7F7A0")))
    pages = len(texts(content))
    found = [code.text for page in range(pages) for code in zxingcpp.read_barcodes(picture(content, page))]
    assert len(found) == 1
    assert "DE89370400440532013000\nEUR4027.75" in found[0]


@pytest.mark.parametrize(("layout", "sheet"), list(product(LAYOUTS, SHEETS)))
def test_the_swiss_slip_is_read_back_and_stands_alone_at_the_foot(layout: str, sheet: str) -> None:
    slip = p.PaymentSlip(
        account="CH44 3199 9123 0008 8901 2", reference="21 00000 00003 13947 14300 09017", creditor=("Föhn", "8001 Zürich"),
        debtor=("Lac", "1201 Genève"), amount=INVOICE.sums.due, currency="CHF", message="RE-1", content="SPC\n0200\n1\nCH44",
    )  # fmt: skip
    for behind in (None, _letter_paper()):
        look = Stationery(layout=layout, sheet=sheet, letter_paper=behind)
        content = commercial_pdf.render(replace(INVOICE, slip=slip, stationery=look))
        last = len(texts(content)) - 1
        assert [code.text for code in zxingcpp.read_barcodes(picture(content, last))] == [slip.content]
        assert covering(content) == []


# ---- letter paper ---------------------------------------------------------------------------------------------------


def _letter_paper(kind: str = "PNG", words: str = "") -> bytes:
    sheet = Image.new("RGB", (420, 594), (255, 246, 230))
    ImageDraw.Draw(sheet).rectangle((0, 0, 420, 40), fill=(20, 60, 120))
    out = io.BytesIO()
    sheet.save(out, kind)
    return letter_paper.made_of(out.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_letter_paper_lies_behind_every_page_instead_of_our_head_and_foot(kind: str) -> None:
    made = with_lines(60, stationery=Stationery(letter_paper=_letter_paper(kind)))
    content = commercial_pdf.render(made)
    pages = texts(content)
    assert len(pages) > 2
    for number, text in enumerate(pages):
        assert picture(content, number, 1).getpixel((300, 20))[2] > 100
        assert "COBADEFFXXX" not in text.partition("Lampenfassung")[0]
        assert SELLER.email not in text
    assert covering(content) == []


def test_following_pages_may_have_a_sheet_of_their_own() -> None:
    sheets = [Image.new("RGB", (210, 297), color) for color in ((255, 0, 0), (0, 0, 255))]
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    content = commercial_pdf.render(
        with_lines(60, stationery=Stationery(letter_paper=letter_paper.made_of(out.getvalue())))
    )
    first, second, third = (picture(content, number, 0.5).getpixel((3, 3)) for number in range(3))
    assert first[0] > 250 > second[0]
    assert second == third


@pytest.mark.parametrize("content", [b"", b"no picture", b"%PDF-1.7 and then nothing"])
def test_what_is_no_letter_paper_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UserError, match="choose it again"):
        letter_paper.made_of(content)


@pytest.mark.parametrize("behind", [None, "letter paper"])
def test_printed_sheets_get_everything_but_the_letterhead(behind: str | None) -> None:
    look = Stationery(layout="modern", letter_paper=_letter_paper() if behind else None)
    stored = commercial_pdf.render(with_lines(60, stationery=look))
    bare = letter_paper.for_printed_sheets(stored)
    assert picture(bare, 0, 1).getpixel((300, 10)) == (255, 255, 255)
    everything = " ".join(" ".join(texts(bare)).split())
    assert SELLER.email not in everything
    assert "Hotel Alsterblick GmbH" in everything
    assert all(f"Nr. {number} " in everything for number in range(1, 61))
    assert "Seite 2 von" in everything


# ---- scripts --------------------------------------------------------------------------------------------------------


def test_arabic_is_joined_drawn_from_the_right_and_copied_as_it_was_typed() -> None:
    assert "\u0645" not in scripts.drawn(ARABIC)
    assert scripts.drawn(ARABIC)[0] == "\ufed5"  # the last letter, in its final form, stands leftmost
    content = commercial_pdf.render(replace(INVOICE, address=(ARABIC, f"{ARABIC} Ostwind 25 شارع", "20459 Hamburg")))
    assert ARABIC in texts(content)[0]


def test_numbers_and_latin_words_in_arabic_keep_their_order() -> None:
    drawn = scripts.drawn("شارع Ostwind 25")
    assert drawn.index("Ostwind 25") < drawn.index("\ufeb7")


def test_wrapped_arabic_begins_at_the_right_and_goes_on_below() -> None:
    words = [ARABIC, *(f"كلمة {number}" for number in range(60))]
    content = commercial_pdf.render(replace(INVOICE, intro=" ".join(words), lines=INVOICE.lines[:1]))
    text = texts(content)[0]
    places = [text.find(f" {number} ") for number in (5, 25, 45)]
    assert all(one < other for one, other in pairwise(places))
    rows = [box for box in boxes(content) if "كلمة" in box.text or "ﺔﻤﻠﻛ" in box.text]
    assert max(box.right for box in rows) == pytest.approx(190 * MM, abs=3)


@pytest.mark.parametrize(("text", "named"), [("नमक", "न"), ("ไทย", "ไ"), ("ܫܠܡܐ", "ܫ"), ("\U00010348", "\U00010348")])
def test_scripts_that_cannot_be_printed_are_named(text: str, named: str) -> None:
    assert named in fonts.missing_characters(text)


@pytest.mark.parametrize("text", ["東京", "שלום"])
def test_a_font_of_the_system_helps_out_or_a_sentence_names_what_is_missing(text: str) -> None:
    made = replace(INVOICE, closing=f"Gruß {text}")
    if missing := fonts.missing_characters(text):
        with pytest.raises(UserError) as refused:
            commercial_pdf.check_characters(made)
        assert all(sign in str(refused.value) for sign in missing)
    else:
        assert text in texts(commercial_pdf.render(made))[0]


def test_without_any_font_of_the_system_the_sentence_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_fonts", lambda: ())
    fonts.missing_characters.cache_clear()
    with pytest.raises(UserError) as refused:
        commercial_pdf.check_characters(replace(INVOICE, closing="Gruß 東京"))
    fonts.missing_characters.cache_clear()
    assert "東" in str(refused.value)


# ---- archives -------------------------------------------------------------------------------------------------------


def _broken(painted: bytes) -> list[str]:
    report = pdfa_rules.validate_written(io.BytesIO(pdfa.archive(painted, DAY)), "3b")
    return [finding.message for finding in report.findings]


@pytest.mark.parametrize(("layout", "kind"), list(product(LAYOUTS, KINDS)))
def test_every_layout_and_kind_is_fit_for_archives(layout: str, kind: str) -> None:
    look = Stationery(layout=layout, letter_paper=_letter_paper() if kind == p.QUOTE else None)
    made = replace(of_kind(kind, look), closing=f"Dank {ARABIC} 25 Ωμέγα", seller=replace(SELLER, logo=logo_png()))
    assert _broken(commercial_pdf.render(made)) == []
