"""Invoices on paper: everything is there, nothing is cut, nothing lies over something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from papers import INVOICE, SELLER, group, line, logo_png, sums, with_lines
from pdf_reading import boxes, collisions, outside, picture, texts

from crm_desktop.core.errors import UserError
from crm_desktop.documents import commercial_pdf, fonts, wording
from crm_desktop.documents import paper as p

LONG_NAME = "Gesellschaft für angewandte Beleuchtungstechnik und Denkmalpflege Norddeutschland mbH"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"
MM = 72 / 25.4


def plain(text: str) -> str:
    """A text with ordinary blanks."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def whole(content: bytes) -> str:
    """All text of a PDF on one line."""
    return plain(" ".join(" ".join(texts(content)).split()))


def test_an_invoice_says_in_german_all_that_it_must():
    text = whole(commercial_pdf.render(INVOICE))
    for expected in (
        "Rechnungsnummer RE-2026-0152", "Rechnungsdatum 24.11.2026", "Leistungszeitraum 03.11. – 04.11.2026",
        "Kundennummer K-1017", "PO 7781 / 2. OG", "Hotel Alsterblick GmbH", "20149 Hamburg", "Ø 38", "5 %", "3,5 Stunden",
        "Nettobetrag 3.389,50 €", "Umsatzsteuer 19 % auf 3.341,50 € 634,89 €", "Umsatzsteuer 7 % auf 48,00 € 3,36 €",
        "Rechnungsbetrag 4.027,75 €", "Zahlbar bis 8. Dezember 2026 ohne Abzug", "3.947,20 €",
        "DE89 3704 0044 0532 0130 00", "USt-IdNr. DE123456788", "Seite 1 von 1",
    ):  # fmt: skip
        assert expected in text


def test_the_address_stands_in_the_window_of_the_envelope():
    lines = [box for box in boxes(commercial_pdf.render(INVOICE)) if box.text.strip() in INVOICE.address]
    assert len(lines) >= 4
    for box in lines[:4]:
        assert 20 * MM <= box.left <= box.right <= 105 * MM
        assert (297 - 90) * MM <= box.bottom <= box.top <= (297 - 45) * MM


def test_amounts_end_at_the_same_place():
    amounts = {"2.217,30", "651,00", "235,20", "238,00", "48,00"}
    found = [box for box in boxes(commercial_pdf.render(INVOICE)) if box.text.strip() in amounts]
    assert len(found) == 5
    assert max(box.right for box in found) - min(box.right for box in found) < 1


@pytest.mark.parametrize("count", [1, 13, 14, 15, 40, 200])
def test_lines_flow_over_pages_and_nothing_is_lost(count):
    content = commercial_pdf.render(with_lines(count))
    pages = texts(content)
    everything = whole(content)
    assert all(f"Nr. {number} " in everything for number in range(1, count + 1))
    assert f"Seite {len(pages)} von {len(pages)}" in pages[-1].replace("\u00a0", " ")
    assert not collisions(content)
    assert not outside(content)
    last = next(number for number, page in enumerate(pages) if "Rechnungsbetrag" in page)
    for number, page in enumerate(pages[: last + 1]):
        assert page.count("Übertrag") == (number > 0) + (number < last)


def test_the_sum_is_carried_over_to_the_next_page():
    content = commercial_pdf.render(with_lines(40))
    first, second, *_rest = texts(content)
    carried = first.split("Übertrag")[1].split()[0]
    count = sum(1 for number in range(1, 41) if f"Nr. {number}\n" in first or f"Nr. {number} " in first)
    assert carried == f"{count * 12.5:.2f}".replace(".", ",")
    assert second.split("Übertrag")[1].split()[0] == carried
    assert "Beschreibung" in second


def test_sums_never_stand_without_their_last_line():
    for count in range(10, 30):
        pages = texts(commercial_pdf.render(with_lines(count)))
        total = next(page for page in pages if "Rechnungsbetrag" in page)
        assert f"Nr. {count}" in total


HARD_LINES = (
    line(
        LONG_WORD,
        "1",
        "999999999.99",
        "1234567890.12",
        description="Zeile eins\nZeile zwei, die länger ist als ihre Spalte\n\nletzte",
        item_number="A-4711",
    ),
    line(
        "Łódź Αθήνα Київ",
        "2.125",
        "0.0125",
        "0.03",
        description=LONG_WORD * 4,
        adjustments=(
            p.Adjustment(amount=Decimal(10), reason="Stammkunde"),
            p.Adjustment(amount=Decimal(5), is_charge=True, reason="Eile"),
        ),
    ),
    line(
        "Schrauben",
        "250",
        "12.50",
        "29.69",
        base_quantity=Decimal(100),
        adjustments=(p.Adjustment(amount=Decimal("1.56"), percent=Decimal(5), reason="Mengenrabatt"),),
    ),
)
HARD = replace(
    INVOICE,
    seller=replace(
        SELLER,
        name=LONG_NAME,
        logo=None,
        email="ein.langer.name@beleuchtungstechnik-norddeutschland.example",
        owner=LONG_NAME,
    ),
    address=(
        LONG_NAME,
        "Abteilung Rechnungswesen, zu Händen Frau Dr. Sommerfeld-Wachtberg",
        "Haus 3",
        "Harvestehuder Weg 41",
        "20149 Hamburg",
        "ÖSTERREICH",
    ),
    head=replace(
        INVOICE.head,
        order_number="PO-7781-2026-HAMBURG-OBERGESCHOSS-2-FLUR-NORD-1234567890",
        preceding_number="RE-2026-0099",
        preceding_on=date(2026, 10, 1),
        buyer_vat_id="ATU13585627",
        buyer_reference="04011000-12345-35",
    ),
    lines=HARD_LINES,
    adjustments=(
        p.Adjustment(
            amount=Decimal("123456.78"),
            percent=Decimal(10),
            reason="Treue über viele Jahre der Zusammenarbeit im Norden",
        ),
        p.Adjustment(amount=Decimal(12), is_charge=True, reason="Fracht"),
    ),
    taxes=(group("S", "19", "1234567890.12", "234567899.12"), group("AE", "0", "100.00", "0.00")),
    sums=sums("1234567990.12", "234567899.12", prepaid="500.00", due="1469135389.24"),
    delivery=("Lager Nord", "Am Kai 5", "20457 Hamburg"),
    is_copy=True,
)


def test_long_names_words_and_amounts_neither_overlap_nor_get_lost():
    content = commercial_pdf.render(HARD)
    text = whole(content)
    assert not collisions(content)
    assert not outside(content)
    assert "1.469.135.389,24 €" in text
    assert "KOPIE" in text
    assert "Lieferadresse: Lager Nord, Am Kai 5, 20457 Hamburg" in text
    assert "Steuerschuldnerschaft" in text
    assert text.replace(" ", "").replace("\ufffe", "").count(LONG_WORD) >= 4
    assert "Łódź Αθήνα Київ" in text


def test_the_discount_of_a_level_says_its_percentage_once():
    level = p.Adjustment(amount=Decimal("3.00"), percent=Decimal(3), reason="Silber: 3 %")
    assert "Rabatt 3 % (Silber)" in wording.adjustment(INVOICE, level).replace("\u00a0", " ")
    other = replace(level, reason="Silber: 2,5 %")
    assert wording.adjustment(INVOICE, other).endswith("(Silber: 2,5 %)")


def test_a_description_longer_than_a_page_goes_on_on_the_next():
    words = [f"Wort{number}" for number in range(2000)]
    content = commercial_pdf.render(
        replace(with_lines(3), lines=(line("Gutachten", "1", "37.50", "37.50", description=" ".join(words)),))
    )
    text = whole(content)
    assert all(f"{word} " in text for word in words)
    assert not collisions(content)
    assert not outside(content)


def test_a_word_without_end_is_cut_and_not_lost():
    word = "0123456789abcdefghij" * 500
    content = commercial_pdf.render(
        replace(with_lines(1), lines=(line("Kabel", "1", "12.50", "12.50", description=word),))
    )
    assert "".join(texts(content)).count("j") >= 500
    assert not collisions(content)
    assert not outside(content)


def test_empty_fields_leave_no_holes():
    bare = p.Paper(
        language="en",
        locale="en_GB",
        currency="EUR",
        seller=p.Seller(name="", country="GB"),
        head=p.Head(),
        lines=(),
        sums=sums("0", "0"),
    )
    content = commercial_pdf.render(bare)
    text = whole(content)
    assert "None" not in text
    assert "Invoice" in text
    assert not collisions(content)


def test_a_draft_says_so_and_has_neither_number_nor_payment_code():
    content = commercial_pdf.render(replace(INVOICE, is_draft=True, head=replace(INVOICE.head, number="")))
    text = whole(content)
    assert "ENTWURF" in text
    assert "RE-2026" not in text
    assert not zxingcpp.read_barcodes(picture(content))


def test_the_payment_code_on_the_page_can_be_scanned():
    found = zxingcpp.read_barcodes(picture(commercial_pdf.render(INVOICE)))
    assert len(found) == 1
    assert found[0].text.split("\n") == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Atelier Nordlicht, Lena Brandt", "DE89370400440532013000", "EUR4027.75",
        "", "", "RE-2026-0152",
    ]  # fmt: skip


def test_a_credit_note_names_the_invoice_and_asks_for_no_payment():
    note = replace(
        INVOICE, kind=p.CREDIT_NOTE, type_code="381", terms=p.Terms(),
        head=p.Head(number="GS-2026-0003", issued_on=date(2026, 11, 25), preceding_number="RE-2026-0152", preceding_on=date(2026, 11, 24)),
    )  # fmt: skip
    content = commercial_pdf.render(note)
    text = whole(content)
    assert "RE-2026-0152 vom 24.11.2026" in text
    assert "Rechnungskorrektur" in text
    assert "Korrekturbetrag 4.027,75 €" in text
    # § 14 UStG: that word is the invoice which a customer writes in the seller's place.
    assert "Gutschrift" not in text
    assert "Zahlbar" not in text
    assert not zxingcpp.read_barcodes(picture(content))


def test_a_receipt_shows_gross_prices_the_tax_in_them_and_how_it_was_paid():
    receipt = replace(
        INVOICE, kind=p.RECEIPT, address=(), price_mode=p.GROSS, intro="", closing="",
        head=p.Head(number="Q-2026-0007", issued_on=date(2026, 11, 24)),
        lines=(line("Tischlampe", "1", "119.00", "119.00"), line("Katalog", "1", "10.70", "10.70", "7")),
        taxes=(group("S", "19", "100.00", "19.00"), group("S", "7", "10.00", "0.70")),
        sums=sums("110.00", "19.70", lines="129.70"), terms=p.Terms(paid_by="cash"),
    )  # fmt: skip
    text = whole(commercial_pdf.render(receipt))
    assert "Gesamtbetrag 129,70 €" in text
    assert "enthält Umsatzsteuer 19 % auf 100,00 € 19,00 €" in text
    assert "Bar bezahlt" in text
    assert "Bahrenfelder Straße 88" in text


def test_a_small_business_shows_a_sentence_instead_of_tax():
    note = "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."
    small = replace(
        INVOICE,
        lines=(line("Lampe", "1", "100.00", "100.00", None),),
        taxes=(group("E", "0", "100.00", "0.00", note),),
        sums=sums("100.00", "0.00"),
    )
    text = whole(commercial_pdf.render(small))
    assert note in text
    assert "Umsatzsteuer 0" not in text
    assert "USt. " not in text.replace("USt-IdNr", "")
    assert "Rechnungsbetrag 100,00 €" in text


@pytest.mark.parametrize(
    ("language", "locale", "expected"),
    [
        ("en", "en_GB", ("Invoice total €4,027.75", "24 Nov 2026", "8 December 2026")),
        ("fr", "fr_FR", ("Facture", "4 027,75 €", "24/11/2026", "8 décembre 2026")),
        ("es", "es_ES", ("Factura", "4.027,75 €", "24/11/2026", "8 de diciembre de 2026")),
        ("de", "de_CH", ("Rechnungsbetrag", "4’027.75", "24.11.2026")),
    ],
)
def test_words_numbers_and_days_are_those_of_the_customer(language, locale, expected):
    content = commercial_pdf.render(replace(INVOICE, language=language, locale=locale))
    assert all(part in whole(content) for part in expected)
    assert not collisions(content)
    assert not outside(content)


def test_the_same_paper_gives_the_same_bytes():
    assert commercial_pdf.render(INVOICE) == commercial_pdf.render(replace(INVOICE))


def test_the_file_names_its_title_author_and_language_and_embeds_its_fonts():
    content = commercial_pdf.render(INVOICE)
    document = pypdfium2.PdfDocument(content)
    about = document.get_metadata_dict()
    document.close()
    assert about["Title"] == "Rechnung RE-2026-0152"
    assert about["Author"] == "Atelier Nordlicht"
    assert b"/Lang (de-DE)" in content
    assert b"Helvetica" not in content
    assert content.count(b"/FontFile2") >= 3


@pytest.mark.parametrize("broken", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_logo_that_cannot_be_read_leaves_the_name(broken):
    text = whole(commercial_pdf.render(replace(INVOICE, seller=replace(SELLER, logo=broken or None))))
    assert "Atelier Nordlicht" in text


def test_a_wide_logo_stands_for_the_name():
    content = commercial_pdf.render(replace(INVOICE, seller=replace(SELLER, logo=logo_png((900, 200)))))
    top = [box.text for box in boxes(content) if box.bottom > 265 * MM]
    assert "Atelier Nordlicht" not in " ".join(top)
    assert not outside(content)


def test_scripts_that_inter_lacks_come_from_another_font():
    for text in ("Łódź", "Αθήνα", "Київ", "Đặng", "Ærø"):
        assert fonts.missing_characters(text) == []


def test_a_character_that_no_font_has_is_named_before_issuing():
    odd = replace(INVOICE, lines=(line("Lampe \U00010348 und नमक", "1", "1.00", "1.00"),))
    with pytest.raises(UserError) as refused:
        commercial_pdf.check_characters(odd)
    assert "\U00010348" in str(refused.value)
    assert "न" in str(refused.value)
    commercial_pdf.check_characters(INVOICE)


def test_decomposed_letters_are_printed_composed():
    content = commercial_pdf.render(replace(INVOICE, closing="Cafe\u0301 mit\u00ad Trennstrich"))
    assert "Café mit Trennstrich" in whole(content)


def test_the_words_below_the_payment_code_end_well_before_the_next_column():
    for language, locale in (("de", "de_DE"), ("en", "en_GB"), ("fr", "fr_FR"), ("es", "es_ES")):
        found = boxes(commercial_pdf.render(replace(INVOICE, language=language, locale=locale)))
        column = [box for box in found if 59 * MM < box.left < 61 * MM]
        beside = [box for box in found if box.right < 60 * MM and (297 - 270) * MM < box.bottom < 110 * MM]
        caption = [box for box in beside if any(box.bottom < other.top and box.top > other.bottom for other in column)]
        assert max((box.right for box in caption), default=0) < 57 * MM, language


def lowest_on(content: bytes, page: int) -> float:
    """How far above the foot (36 mm) the last text of a page ends, in points."""
    return min(box.bottom for box in boxes(content) if box.page == page and box.bottom > 36 * MM) - 36 * MM


FINAL = {
    "deductions": tuple(
        p.Deduction(
            number=f"RE-2026-000{place}", issued_on=date(2026, 10, place), rate=Decimal(19), basis=Decimal("5.00"),
            tax=Decimal("0.95"),
        )
        for place in (1, 2)
    )
}  # fmt: skip


@pytest.mark.parametrize("count", range(4, 18))
@pytest.mark.parametrize("changes", [{}, {"kind": p.QUOTE}, FINAL], ids=["invoice", "quote", "final"])
def test_the_first_page_is_filled_before_a_second_one_begins(changes, count):
    content = commercial_pdf.render(with_lines(count, terms=INVOICE.terms, **changes))
    pages = [plain(page) for page in texts(content)]
    total = next(number for number, page in enumerate(pages) if page.count("betrag ") or "Gesamtbetrag" in page)
    if len(pages) > 1:
        # Room for a line and the sum carried over, or for the block that comes next, is not left empty.
        block = 48 * MM if total == 0 else 44 * MM
        assert lowest_on(content, 0) < block
    assert f"Nr. {count} " in pages[total].replace("\n", " ")
    assert not collisions(content)


def test_what_just_does_not_fit_is_set_closer_instead_of_taking_a_second_page():
    # At the usual distances how to pay would go over from eight lines on.
    for count in (8, 10, 11):
        content = commercial_pdf.render(with_lines(count, terms=INVOICE.terms))
        assert len(texts(content)) == 1
        assert not collisions(content)
        assert not outside(content)
    title = [box for box in boxes(commercial_pdf.render(with_lines(7, terms=INVOICE.terms))) if box.text == "Rechnung"]
    assert title[0].bottom == pytest.approx((297 - 104) * MM, abs=8)


def test_how_to_pay_stays_in_one_piece_when_it_goes_over():
    for count in range(5, 16):
        pages = texts(commercial_pdf.render(with_lines(count, terms=INVOICE.terms)))
        (paid,) = [page for page in pages if "Verwendungszweck" in page]
        assert "Zahlbar bis" in paid
        assert "Banking-App" in paid.replace("\n", " ")


@pytest.mark.parametrize("before", range(1, 14))
def test_a_heading_stays_with_what_it_heads_and_a_subtotal_with_what_it_sums(before):
    some = tuple(line(f"Fassung {number}", "1", "12.50", "12.50") for number in range(before))
    group_of_lines = (
        line("Zweiter Teil", "1", "0", "0", role="heading"),
        line("Nach Aufmaß vom Montag", "1", "0", "0", role="comment"),
        line("Schirm", "1", "10.00", "10.00"),
        line("", "1", "0", "10.00", role="subtotal"),
    )
    paper = replace(with_lines(1), lines=(*some, *group_of_lines, *some))
    (page,) = [page for page in texts(commercial_pdf.render(paper)) if "Zweiter Teil" in page]
    together = page.split("Zweiter Teil")[1]
    assert "Nach Aufmaß" in together
    assert "Schirm" in together
    assert "Zwischensumme" in together


@pytest.mark.parametrize(
    ("language", "locale", "expected"),
    [
        ("de", "de_DE", "Bei Zahlung bis 8. Dezember 2026 ziehen Sie bitte 2 % Skonto ab: 3.947,19 €"),
        ("en", "en_GB", "If you pay by 8 December 2026, deduct 2%: €3,947.19"),
    ],
)
def test_terms_written_for_programs_are_said_in_words(language, locale, expected):
    terms = p.Terms(due_on=date(2026, 12, 24), text="#SKONTO#TAGE=14#PROZENT=2.00#\n")
    text = whole(commercial_pdf.render(replace(INVOICE, language=language, locale=locale, terms=terms)))
    assert expected in text
    assert "SKONTO#" not in text


def test_a_discount_on_a_part_and_the_words_beside_it_are_both_printed():
    text = "#SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=1000.00#\nLieferung frei Haus."
    found = whole(commercial_pdf.render(replace(INVOICE, terms=p.Terms(due_on=date(2026, 12, 24), text=text))))
    assert "3 % Skonto ab: 3.997,75 €" in found
    assert "Lieferung frei Haus." in found
