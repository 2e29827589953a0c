"""The invoice editor: typing lines, sums, problems with what mends them, saving, issuing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.billing import drafts, invoice_list, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.invoice_editor import InvoiceEditor
from crm_desktop.gui.parts.lines_model import DISCOUNT, NAME, PRICE, QTY, RATE
from tests.gui.hands import ALT, CTRL, add_customer, add_item, fill_company, focused, picker, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture
def shop(window: MainWindow) -> Iterator[MainWindow]:
    """A company that may issue, with a customer and two items; it is 24 November 2026."""
    with dates.freeze(TODAY):
        fill_company()
        add_customer("Cafe Ostwind")
        add_item("Haircut", "40")
        add_item("Shampoo", "12.50", unit="LTR", rate_bp=700)
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        yield window


@pytest.fixture
def editor(shop: MainWindow) -> InvoiceEditor:
    """An empty editor."""
    shop.open_record("draft", 0)
    found = shop.pages.page()
    assert isinstance(found, InvoiceEditor)
    return found


@pytest.fixture
def lines(editor: InvoiceEditor) -> InvoiceEditor:
    """An editor with a customer, the cursor in the first line."""
    QTest.keyClicks(focused(), "ost")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    return editor


def _type(*keys: str | Qt.Key) -> None:
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(focused(), key)
        else:
            QTest.keyClick(focused(), key)


def _typed(editor: InvoiceEditor) -> list[tuple[str, Decimal, str, Decimal]]:
    return [(line.name, line.quantity, line.unit, line.price) for line in editor.view.draft().lines]


def _said(editor: InvoiceEditor) -> list[str]:
    return [found.sentence for found in editor.view.shown()]


TAB, ENTER, BACK = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Backtab


# ---- customer -------------------------------------------------------------------------------------------------------


def test_the_cursor_starts_at_the_customer_and_enter_takes_the_best(editor: InvoiceEditor, qtbot: QtBot):
    assert focused() is editor.view.form.customer.search
    _type("ostw", ENTER)
    assert customers.get(editor.view.draft().customer_id).name == "Cafe Ostwind"
    qtbot.waitUntil(lambda: editor.title() == "Invoice for Cafe Ostwind")
    assert picker().accessibleName() == "Item"


def test_a_customer_that_is_not_there_is_added_on_the_spot(editor: InvoiceEditor, answers: list[object]):
    def fill(dialog: object) -> str:
        dialog.form.put("street", "Kai 1")
        dialog.form.put("city", "Hamburg")
        return "act"

    answers.append(fill)
    _type("Brauhaus", Qt.Key.Key_Up, ENTER)
    found = customers.get(editor.view.draft().customer_id)
    assert (found.company, found.street, found.kind) == ("Brauhaus", "Kai 1", "organisation")


def test_the_language_and_terms_of_the_customer_are_taken_over(editor: InvoiceEditor):
    profile.save({"texts": {"fr": {"intro": "merci"}}})
    add_customer("Dupont SARL", language="fr", country="FR")
    _type("dup", ENTER)
    draft = editor.view.draft()
    assert (draft.language, draft.intro) == ("fr", "merci")
    assert editor.view.intro._label.text() == "Opening text (French)"


# ---- lines ----------------------------------------------------------------------------------------------------------


def test_enter_takes_the_best_item_with_price_unit_and_tax(lines: InvoiceEditor):
    _type("sham", ENTER)
    assert _typed(lines) == [("Shampoo", 1, "LTR", Decimal("12.50"))]
    assert lines.view.draft().lines[0].rate == 7
    assert focused().property("cell") == (0, QTY)


def test_tab_behind_the_last_field_adds_a_row(lines: InvoiceEditor):
    _type("Own words", TAB, "2,5", TAB, "h", ENTER, "80", TAB, "10", TAB, TAB)
    assert _typed(lines) == [("Own words", Decimal("2.5"), "HUR", 80)]
    assert lines.view.draft().lines[0].allowances[0].percent == 10
    assert focused().property("cell") == (1, NAME)
    _type("hair", ENTER)
    assert len(lines.view.draft().lines) == 2


def test_enter_in_a_number_goes_to_the_next_line(lines: InvoiceEditor):
    _type("hair", ENTER, "2", ENTER, "sham", ENTER, "3", ENTER)
    assert [(name, quantity) for name, quantity, _unit, _price in _typed(lines)] == [("Haircut", 2), ("Shampoo", 3)]


def test_escape_brings_back_what_stood_in_the_field(lines: InvoiceEditor):
    _type("hair", ENTER, "7", Qt.Key.Key_Escape)
    assert lines.view.draft().lines[0].quantity == 1


def test_backtab_goes_back(lines: InvoiceEditor):
    _type("hair", ENTER)
    QTest.keyClick(focused(), BACK)
    assert focused().property("cell") == (0, NAME)


def test_sums_follow_each_key(lines: InvoiceEditor, qtbot: QtBot):
    _type("hair", ENTER, "3")
    qtbot.waitUntil(lambda: lines.view.totals.total() == "€142.80")


def test_rows_move_and_go_by_key(lines: InvoiceEditor):
    _type("hair", ENTER, "2", ENTER, "sham", ENTER)
    QTest.keyClick(focused(), Qt.Key.Key_Up, ALT)
    assert [name for name, *_rest in _typed(lines)] == ["Shampoo", "Haircut"]
    QTest.keyClick(focused(), Qt.Key.Key_Delete, CTRL)
    assert [name for name, *_rest in _typed(lines)] == ["Haircut"]


def test_rows_of_a_spreadsheet_are_pasted(lines: InvoiceEditor):
    QGuiApplication.clipboard().setText("Cable\t3\tm\t1,20\r\nAssembly\t2.5\th\t60\r\n")
    QTest.keyClick(focused(), Qt.Key.Key_V, CTRL)
    assert _typed(lines) == [("Cable", 3, "MTR", Decimal("1.20")), ("Assembly", Decimal("2.5"), "HUR", 60)]


def test_a_description_stands_below_the_name(lines: InvoiceEditor):
    _type("hair", ENTER)
    QTest.keyClick(focused(), ENTER, Qt.KeyboardModifier.ShiftModifier)
    _type("washed and dried", TAB)
    assert lines.view.draft().lines[0].description == "washed and dried"


def test_a_discount_with_words_carries_its_reason(lines: InvoiceEditor):
    _type("hair", ENTER)
    lines.view.table.edit_cell(0, DISCOUNT)
    _type("5% regular customer", ENTER)
    entry = lines.view.draft().lines[0].allowances[0]
    assert (entry.percent, entry.reason) == (5, "regular customer")


def test_a_tax_rate_is_picked_from_those_of_the_day(lines: InvoiceEditor):
    _type("hair", ENTER)
    lines.view.table.edit_cell(0, RATE)
    _type("7", ENTER)
    assert lines.view.draft().lines[0].rate == 7


def test_what_is_no_number_stays_and_is_marked(lines: InvoiceEditor):
    _type("hair", ENTER)
    lines.view.table.edit_cell(0, PRICE)
    _type("forty", TAB)
    lines.view.judge()
    assert lines.view.draft().lines[0].price == 40
    assert lines.view.table.model().index(0, PRICE).data() == "forty"
    assert _said(lines) == ["Line 1: This is not a number."]
    lines.primary()
    assert focused().property("cell") == (0, PRICE)
    assert invoice_list.ids("paid") == invoice_list.ids("open") == []


def test_a_quantity_of_a_million_millions_is_told_at_its_field(lines: InvoiceEditor):
    _type("hair", ENTER, "1000000000000", TAB)
    lines.primary()
    assert _said(lines) == ["Line 1: The quantity 1,000,000,000,000 is too large. Please check it."]
    assert focused().property("cell") == (0, QTY)


def test_gross_prices_are_what_the_tag_says(lines: InvoiceEditor):
    _type("hair", ENTER)
    lines.view.mode._buttons["gross"].click()
    draft = lines.view.draft()
    assert (draft.price_mode, draft.lines[0].price) == ("gross", Decimal("47.6"))
    assert lines.view.judge().grand_total == Decimal("47.60")


# ---- days and problems ----------------------------------------------------------------------------------------------


def test_a_period_is_typed_as_people_write_it(lines: InvoiceEditor):
    lines.view.form.service.setText("3-4 Nov")
    draft = lines.view.draft()
    assert (draft.service_from, draft.service_to) == (date(2026, 11, 3), date(2026, 11, 4))


def test_a_day_that_cannot_be_read_has_a_link_that_mends_it(lines: InvoiceEditor):
    _type("hair", ENTER)
    box = lines.view.form.boxes["service"]
    lines.view.form.service.setText("some day")
    lines.view.judge()
    assert box._said.text() == "This is not a day or a period. Write it like 23–24 Nov."
    box._fix.click()
    assert lines.view.draft().service_from == TODAY
    assert _said(lines) == []


def test_the_due_day_stands_below_the_terms(editor: InvoiceEditor):
    assert editor.view.form.boxes["terms"]._said.text() == "Due 8 Dec"


def test_a_fresh_invoice_is_not_blamed_but_the_button_leads_to_what_is_missing(editor: InvoiceEditor):
    assert _said(editor) == []
    editor.primary()
    assert _said(editor) == ["Choose the customer.", "Add at least one line."]
    assert focused() is editor.view.form.customer.search
    editor.next_problem()
    assert focused().property("cell") == (0, NAME)
    assert not editor.view.strip.isHidden()


def test_the_first_invoice_asks_who_writes_it_on_the_page(window: MainWindow):
    customer = add_customer()
    window.show_page("invoice", {"customer": customer})
    editor = window.pages.page()
    seller = editor.view.seller
    assert seller.isVisibleTo(editor)
    values = {"name": "Salon", "street": "Weg 1", "postcode": "20457", "city": "Hamburg", "tax_number": "41/123/04567"}
    for name, value in values.items():
        seller.form.put(name, value)
    seller.keep.click()
    editor.view.judge()
    assert profile.load().tax_number == "41/123/04567"
    assert not seller.isVisibleTo(editor)
    wait_for_jobs()


def test_a_missing_address_is_completed_from_the_editor(editor: InvoiceEditor, answers: list[object]):
    number = customers.save({"company": "Zoo"})
    _type("zoo", ENTER)
    editor.view.judge()
    assert "address is missing" in editor.view.form.boxes["customer"]._said.text()
    answers.append(lambda dialog: dialog.form.put("street", "Tor 1") or dialog.form.put("city", "Kiel") or "act")
    editor.view.form.boxes["customer"]._fix.click()
    assert customers.get(number).city == "Kiel"


def test_another_language_and_currency_are_chosen_below_more_details(lines: InvoiceEditor):
    profile.save({"texts": {"fr": {"intro": "merci"}}})
    _type("hair", ENTER)
    more = lines.view.more
    assert more.form.isHidden()
    more.toggle.click()
    for name, value in (("language", "fr"), ("currency", "CHF")):
        more.form.put(name, value)
        more.form.input(name).edited.emit()
    lines.view.judge()
    draft = lines.view.draft()
    assert (draft.language, draft.currency, draft.intro) == ("fr", "CHF", "merci")
    assert lines.view.totals.total() == "CHF\u00a047.60"


def test_what_a_customer_brings_along_is_told_in_one_line_and_nothing_moves(editor: InvoiceEditor):
    number = customers.save({"company": "Stadt Kiel", "street": "Markt 1", "city": "Kiel"})
    customers.save({"buyer_reference": "04011000-1234512345-06"}, number)
    QTest.qWait(50)
    place = editor.view.table.mapTo(editor, editor.view.table.rect().topLeft())
    _type("stadt", ENTER)
    QTest.qWait(50)
    more = editor.view.more
    assert editor.view.draft().buyer_reference == "04011000-1234512345-06"
    assert more.form.isHidden()
    assert more.said.text() == "Reference: 04011000-1234512345-06"
    assert (editor.view.table.mapTo(editor, editor.view.table.rect().topLeft()) - place).y() < 8
    more.toggle.click()
    assert not more.said.isVisible()
    assert more.form.input("buyer_reference").value() == "04011000-1234512345-06"


# ---- keeping --------------------------------------------------------------------------------------------------------


def test_an_untouched_draft_leaves_no_trace(editor: InvoiceEditor, shop: MainWindow):
    shop.go_back()
    assert invoice_list.ids() == []


def test_a_draft_saves_itself_and_is_found_again(lines: InvoiceEditor, shop: MainWindow, qtbot: QtBot):
    _type("hair", ENTER, "2", TAB)
    qtbot.waitUntil(lambda: len(invoice_list.ids()) == 1, timeout=3000)
    assert lines._head.state.text().startswith("Saved ")
    shop.open_record("draft", invoice_list.ids()[0])
    assert _typed(lines) == [("Haircut", 2, "C62", 40)]


def test_leaving_keeps_what_is_still_in_the_field(lines: InvoiceEditor, shop: MainWindow):
    _type("hair", ENTER, "5")
    shop.show_page("customers")
    assert drafts.get(invoice_list.ids()[0]).lines[0].quantity == 5


def test_back_leads_to_the_draft_that_was_made(lines: InvoiceEditor, shop: MainWindow):
    _type("hair", ENTER)
    shop.show_page("customers")
    shop.go_back()
    assert _typed(lines) == [("Haircut", 1, "C62", 40)]
    assert len(invoice_list.ids()) == 1


def test_a_discarded_draft_comes_back_with_undo(lines: InvoiceEditor, shop: MainWindow):
    _type("hair", ENTER)
    lines.save_now()
    lines.discard_button.click()
    assert invoice_list.ids() == []
    assert shop.toast.text == "Draft moved to the bin"
    shop.undo()
    assert len(invoice_list.ids()) == 1


def test_undo_is_shown_in_the_open_editor(lines: InvoiceEditor, shop: MainWindow, qtbot: QtBot):
    _type("hair", ENTER)
    lines.save_now()
    draft = drafts.get(lines._id)
    changed = replace(draft, order_number="PO 7")
    drafts.save(changed)
    qtbot.waitUntil(lambda: lines.view.draft().order_number == "PO 7")
    assert len(lines.view.draft().lines) == 1


# ---- issuing --------------------------------------------------------------------------------------------------------


def test_the_button_names_the_number_and_issuing_asks_nothing(lines: InvoiceEditor, shop: MainWindow):
    _type("hair", ENTER)
    lines._judge()
    number = lines.issue_button.text().removeprefix("Issue ")
    QTest.keyClick(focused(), ENTER, CTRL)
    issued = invoices.show(number)
    assert issued.totals.due == Decimal("47.60")
    assert shop.toast.text == f"{number} issued"
    assert lines.pane.document.number == number
    assert lines.save_button.isVisibleTo(lines)
    assert lines.preview.content == invoices.pdf(issued.id)


def test_a_character_that_no_font_has_is_named_before_issuing(lines: InvoiceEditor, qtbot: QtBot):
    lines.view.table.sheet().set_text(0, "name", "Sign \U00013000")
    lines.view.table._changed()
    qtbot.waitUntil(lambda: bool(lines.view.unprintable))
    assert len(_said(lines)) == 1
    assert "Sign" in _said(lines)[0] or "\U00013000" in _said(lines)[0]
    lines.primary()
    assert lines._issued is None


def test_a_sale_over_the_counter_needs_no_customer_and_is_paid(shop: MainWindow):
    shop.show_page("invoice", {"id": 0, "kind": "receipt"})
    editor = shop.pages.page()
    assert editor.title() == "Sale over the counter"
    _type("sham", ENTER, "2", TAB)
    editor.primary()
    receipt = invoices.get(editor._id)
    assert (receipt.kind, receipt.open, receipt.paid_at_issue) == ("receipt", 0, "cash")


def test_repeating_the_last_invoice_opens_its_copy(shop: MainWindow):
    customer = add_customer("Zoo")
    draft = replace(drafts.begin(customer), lines=(DraftLine(name="Feed", price=Decimal(3), rate=Decimal(19)),))
    invoices.issue_draft(draft)
    shop.show_page("invoice", {"id": 0, "customer": customer, "repeat": True})
    assert [name for name, *_rest in _typed(shop.pages.page())] == ["Feed"]


def test_a_long_name_keeps_the_buttons_in_sight(editor: InvoiceEditor):
    add_customer("Gesellschaft fuer Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk mbH und Co. KG")
    _type("donau", ENTER)
    editor._judge()
    right = editor.issue_button.mapTo(editor, editor.issue_button.rect().topRight()).x()
    assert right < editor._left.width()
    assert editor._head.title.toolTip().startswith("Invoice for Gesellschaft")


def test_a_part_of_an_invoice_is_credited_by_ticking_lines(shop: MainWindow, answers: list[object]):
    lines = (
        DraftLine(name="Feed", price=Decimal(3), rate=Decimal(19)),
        DraftLine(name="Hay", price=Decimal(10), rate=Decimal(19)),
    )
    issued = invoices.issue_draft(replace(drafts.begin(add_customer("Zoo")), lines=lines))
    shop.show_page("invoices", {"select": issued.id})
    answers.append(lambda dialog: dialog.choice.rows[1].tick.click() or "act")
    shop.pages.page()._deeds.credit_part(issued.id)
    editor = shop.pages.page()
    assert editor.title() == "Credit note for Zoo"
    editor.primary()
    note = invoices.get(editor._id)
    assert (note.kind, note.totals.grand_total, note.preceding_number) == (
        "credit_note",
        Decimal("11.90"),
        issued.number,
    )
    assert invoices.get(issued.id).open == Decimal("3.57")
