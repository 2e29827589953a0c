"""Whole lines of an invoice: drag, duplicate, choose several, paste, take back; discounts and charges on everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.billing import invoices
from crm_desktop.core import dates
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.invoice_editor import InvoiceEditor
from crm_desktop.gui.parts.line_sheet import LineSheet
from crm_desktop.gui.parts.lines_model import HANDLE, NAME, QTY
from crm_desktop.gui.widgets import formats
from crm_desktop.sales.basket import Adjustment
from tests.gui.hands import ALT, CTRL, Hands, add_customer, add_item, fill_company, focused

SHIFT = Qt.KeyboardModifier.ShiftModifier
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def editor(window: MainWindow) -> Iterator[InvoiceEditor]:
    """A draft for a customer with the lines A, B, C and D; it is 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        fill_company()
        add_item("Haircut", "40")
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        window.show_page("invoice", {"customer": add_customer("Cafe Ostwind")})
        page = window.pages.page()
        assert isinstance(page, InvoiceEditor)
        _paste("A\t1\t10\nB\t2\t20\nC\t3\t30\nD\t4\t40\n")
        yield page


def _paste(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(focused(), Qt.Key.Key_V, CTRL)


def _names(editor: InvoiceEditor) -> str:
    return "".join(line.name for line in editor.view.draft().lines)


def _grip(editor: InvoiceEditor, row: int, *, lower: bool = False) -> QPoint:
    table = editor.view.table
    rect = table.visualRect(table.model().index(row, HANDLE))
    return QPoint(rect.center().x(), rect.bottom() - 3 if lower else rect.top() + 4)


def _drag(editor: InvoiceEditor, row: int, to: QPoint, *, drop: bool = True) -> None:
    view = editor.view.table.viewport()
    start = _grip(editor, row)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in (0.3, 0.7, 1.0):
        QTest.mouseMove(view, start + (to - start) * step)
    if drop:
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, to)


def _choose(editor: InvoiceEditor, *rows: int, held: Qt.KeyboardModifier = CTRL) -> None:
    view = editor.view.table.viewport()
    editor.view.table.choose_rows([rows[0]])
    for row in rows[1:]:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, held, _grip(editor, row))


# ---- order ----------------------------------------------------------------------------------------------------------


def test_a_line_is_dragged_to_another_place(editor: InvoiceEditor):
    _drag(editor, 0, _grip(editor, 2, lower=True))
    assert _names(editor) == "BCAD"
    _drag(editor, 3, _grip(editor, 0))
    assert _names(editor) == "DBCA"


def test_several_chosen_lines_are_dragged_together(editor: InvoiceEditor):
    _choose(editor, 0, 2)
    _drag(editor, 2, _grip(editor, 3, lower=True))
    assert _names(editor) == "BDAC"
    assert editor.view.table.chosen_rows() == [2, 3]


def test_escape_leaves_a_dragged_line_where_it_was(editor: InvoiceEditor):
    _drag(editor, 0, _grip(editor, 2, lower=True), drop=False)
    assert editor.view.table.drag.active
    QTest.keyClick(editor.view.table, ESCAPE)
    QTest.mouseRelease(editor.view.table.viewport(), Qt.MouseButton.LeftButton)
    assert _names(editor) == "ABCD"


def test_several_lines_move_by_key(editor: InvoiceEditor):
    _choose(editor, 1, 2, held=SHIFT)
    QTest.keyClick(focused(), Qt.Key.Key_Down, ALT)
    assert _names(editor) == "ADBC"
    QTest.keyClick(focused(), Qt.Key.Key_Down, ALT)
    assert _names(editor) == "ADBC"


# ---- copies and removal ---------------------------------------------------------------------------------------------


def test_ctrl_d_duplicates_a_line_also_from_an_open_field(editor: InvoiceEditor):
    editor.view.table.edit_cell(1, QTY)
    QTest.keyClicks(focused(), "7")
    QTest.keyClick(focused(), Qt.Key.Key_D, CTRL)
    assert _names(editor) == "ABBCD"
    assert [line.quantity for line in editor.view.draft().lines] == [1, 7, 7, 3, 4]


def test_several_lines_are_chosen_duplicated_and_removed(editor: InvoiceEditor):
    _choose(editor, 0, 2)
    QTest.keyClick(focused(), Qt.Key.Key_D, CTRL)
    assert _names(editor) == "ABCACD"
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    assert _names(editor) == "ABCD"
    QTest.keyClick(editor.view.table, Qt.Key.Key_A, CTRL)
    QTest.keyClick(focused(), Qt.Key.Key_Delete, CTRL)
    assert _names(editor) == ""
    assert editor.view.table.model().rowCount() == 1


def test_choosing_several_opens_no_field(editor: InvoiceEditor):
    _choose(editor, 0, 3, held=SHIFT)
    assert editor.view.table.chosen_rows() == [0, 1, 2, 3]
    assert editor.view.table.editor() is None


# ---- undo -----------------------------------------------------------------------------------------------------------


def test_ctrl_z_takes_back_step_by_step_and_ctrl_y_brings_back(editor: InvoiceEditor, window: MainWindow):
    _choose(editor, 0, 1)
    QTest.keyClick(focused(), Qt.Key.Key_Delete, CTRL)
    _drag(editor, 0, _grip(editor, 1, lower=True))
    assert _names(editor) == "DC"
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert _names(editor) == "CD"
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert _names(editor) == "ABCD"
    QTest.keyClick(focused(), Qt.Key.Key_Y, CTRL)
    assert _names(editor) == "CD"
    window.undo()
    assert _names(editor) == "ABCD"


def test_what_is_typed_into_one_cell_is_one_step(editor: InvoiceEditor):
    editor.view.table.edit_cell(0, QTY)
    QTest.keyClicks(focused(), "123")
    QTest.keyClick(focused(), ENTER)
    editor.view.table.setFocus()
    QTest.keyClick(editor.view.table, Qt.Key.Key_Z, CTRL)
    assert [line.quantity for line in editor.view.draft().lines] == [1, 2, 3, 4]


def test_undo_in_an_open_field_is_first_for_what_was_typed_there(editor: InvoiceEditor):
    editor.view.table.edit_cell(3, NAME)
    QTest.keyClicks(focused(), "x")
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert focused().text() == "D"
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert _names(editor) == ""


# ---- paste ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en_GB", "de_DE"])
@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("Lampe\t25,00\nKabel\t1.250,50", [("Lampe", 1, "C62", "25"), ("Kabel", 1, "C62", "1250.5")]),
        ("Lamp\t25.00\nCable\t1,250.50", [("Lamp", 1, "C62", "25"), ("Cable", 1, "C62", "1250.5")]),
        ("Lampe\t2\t25,00\nKabel\t1,5\t1.234", [("Lampe", 2, "C62", "25"), ("Kabel", "1.5", "C62", "1234")]),
        ("Lamp\t2\t25.00\nCable\t1.5\t1,234", [("Lamp", 2, "C62", "25"), ("Cable", "1.5", "C62", "1234")]),
        ("Kabel\t2,5\tm\t1,20 €", [("Kabel", "2.5", "MTR", "1.2")]),
        ("Kabel\t2,5\tm\t1,20 €\t3,00 €", [("Kabel", "2.5", "MTR", "1.2")]),
        ("1\tKabel\t2,5\tm\t1,20\t3,00", [("Kabel", "2.5", "MTR", "1.2")]),
        ("Pos\tArtikel\tMenge\tPreis\n1\tA\t2\t3,50\n2\tB\t1\t4,00", [("A", 2, "C62", "3.5"), ("B", 1, "C62", "4")]),
    ],
)
def test_tables_of_two_to_six_columns_are_understood_in_both_languages(
    locale: str, pasted: str, expected: list[tuple[str, object, str, str]]
):
    formats.use_locale(locale)
    sheet = LineSheet(tax=("S", Decimal(19)))
    sheet.add()
    found = sheet.paste(0, "name", pasted)
    lines = [(line.name, line.quantity, line.unit, line.price) for line in sheet.lines()]
    assert lines == [(name, Decimal(qty), unit, Decimal(price)) for name, qty, unit, price in expected]
    assert found.unused == ()
    assert sheet.problems() == {}


def test_what_was_not_understood_is_named(editor: InvoiceEditor, window: MainWindow):
    editor.view.table.choose_rows([3])
    _paste("Item\tQty\tPrice\tStore\nLamp\t2\t25.00\tHall 4\nCable\tmany\t1.20\tHall 5")
    assert _names(editor) == "ABCDLampCable"
    assert "2 lines pasted." in window.toast.text
    assert "Not understood and left out" in window.toast.text


def test_cells_that_cannot_be_read_are_counted_and_marked(editor: InvoiceEditor, window: MainWindow):
    editor.view.table.setFocus()
    editor.view.table.setCurrentIndex(editor.view.table.model().index(0, QTY))
    _paste("5\nmany\n7\n")
    assert [line.quantity for line in editor.view.draft().lines] == [5, 2, 7, 4]
    assert window.toast.text == "3 lines pasted. 1 cell is marked: please check it."
    assert list(editor.view.table.sheet().problems()) == [(1, "qty")]


def test_a_pasted_table_leaves_the_lines_that_stand_there(editor: InvoiceEditor):
    editor.view.table.choose_rows([1])
    _paste("X\t1\t1\nY\t1\t1\n")
    assert _names(editor) == "ABXYCD"
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert _names(editor) == "ABCD"


# ---- on everything --------------------------------------------------------------------------------------------------


def _sums(editor: InvoiceEditor) -> list[str]:
    return [found.text() for found in editor.view.totals.findChildren(QLabel) if not found.isHidden()]


def test_several_discounts_and_charges_are_typed_and_shown_in_the_sums(editor: InvoiceEditor, qtbot: QtBot):
    hands = Hands(most_clicks=9, most_keys=9)
    for button, value, reason in (
        (editor.view.adjustments.add_discount, "10%", "Opening week"),
        (editor.view.adjustments.add_discount, "5.50 EUR", "Coupon"),
        (editor.view.adjustments.add_charge, "8.90", "Freight"),
        (editor.view.adjustments.add_charge, "1%", "Insurance"),
    ):
        hands.click(button)
        hands.type(value)
        hands.key(Qt.Key.Key_Tab)
        hands.type(reason)
    freight = editor.view.adjustments.rows[2]
    freight.tax.set_value(("S", Decimal(7)))
    freight.tax.edited.emit()
    draft = editor.view.draft()
    assert draft.allowances == (
        Adjustment(percent=Decimal(10), reason="Opening week"),
        Adjustment(amount=Decimal("5.50"), reason="Coupon"),
    )
    assert draft.charges == (
        Adjustment(amount=Decimal("8.90"), reason="Freight", category="S", rate=Decimal(7)),
        Adjustment(percent=Decimal(1), reason="Insurance"),
    )
    qtbot.waitUntil(lambda: "Insurance, 1%" in _sums(editor))
    shown = _sums(editor)
    assert [shown[shown.index(words) + 1] for words in ("Opening week, 10%", "Coupon", "Freight", "Insurance, 1%")] == [
        "\u221230.00", "\u22125.50", "8.90", "3.00",
    ]  # fmt: skip
    assert "VAT 7% on 8.90" in shown


def test_discounts_and_charges_are_kept_issued_and_shown_again(editor: InvoiceEditor, window: MainWindow):
    editor.view.adjustments.add_charge.click()
    QTest.keyClicks(focused(), "8.90")
    editor.view.adjustments.rows[0].reason.setText("Freight")
    editor._dirty = True
    editor.save_now()
    window.open_record("draft", editor._id)
    row = editor.view.adjustments.rows[0]
    assert (row.value.text(), row.reason.text(), row.tax.value()) == ("8.90 EUR", "Freight", None)
    editor.primary()
    issued = invoices.get(editor._id)
    assert [(found.amount, found.reason) for found in issued.charges] == [(Decimal("8.90"), "Freight")]
    assert issued.totals.tax_basis == Decimal("308.90")


def test_a_charge_needs_its_own_tax_where_the_lines_have_different_ones(editor: InvoiceEditor):
    editor.view.table.sheet().set_text(0, "rate", "7")
    editor.view.adjustments.add_charge.click()
    QTest.keyClicks(focused(), "8.90")
    editor.view.judge()
    row = editor.view.adjustments.rows[0]
    assert row._said.text() == "Choose the tax rate of this charge, because the lines have different ones."
    editor.primary()
    assert focused() is row.value
    row.tax.set_value(("S", Decimal(19)))
    assert editor.view.judge().charge_total == Decimal("8.90")
    assert row._said.isHidden()


def test_a_discount_that_cannot_be_read_is_told_beside_it_and_can_be_taken_out(editor: InvoiceEditor):
    editor.view.adjustments.add_discount.click()
    QTest.keyClicks(focused(), "some")
    editor.view.judge()
    row = editor.view.adjustments.rows[0]
    assert row._said.text() == "Write an amount like 10.00 EUR or a percentage like 5%."
    assert editor.view.stops()
    row.remove.click()
    assert editor.view.adjustments.rows == []
    assert not editor.view.stops()


def test_a_discount_on_everything_is_split_over_the_taxes(editor: InvoiceEditor):
    editor.view.table.sheet().set_text(0, "rate", "7")
    editor.view.adjustments.add_discount.click()
    QTest.keyClicks(focused(), "10 %")
    sums = editor.view.judge()
    assert [(group.rate, group.basis) for group in sums.breakdown] == [(7, 9), (19, 261)]
