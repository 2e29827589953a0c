"""From right to left: pages turn around, amounts, numbers and IBANs do not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_desktop.core import text
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.parts import entry
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.form import Field, FieldBox
from crm_desktop.gui.widgets.mirror import mirrored
from tests.gui.hands import add_customer, fill_company, issue

LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


@pytest.fixture
def turned(qapp: QApplication) -> Iterator[None]:
    """One reads from right to left."""
    qapp.setLayoutDirection(RTL)
    yield
    qapp.setLayoutDirection(LTR)


@pytest.mark.usefixtures("turned")
def test_amounts_numbers_and_ibans_are_kept_together():
    shown = (formats.amount(-13800), formats.money_text(-124050), formats.isolate("DE89 3704 0044"))
    assert [found[0] + found[-1] for found in shown] == ["\u2066\u2069"] * 3
    assert formats.amount(-13800) == "\u2066\u2212138.00\u2069"
    assert formats.isolate(formats.isolate("+49 40 12")) == "\u2066+49 40 12\u2069"


@pytest.mark.usefixtures("turned")
def test_what_is_shown_can_be_typed_again():
    assert formats.parse_number(formats.number(Decimal("-1234.5"), 2)) == Decimal("-1234.5")
    assert entry.parse_quantity(f"{formats.quantity(Decimal('2.5'))} h") == (Decimal("2.5"), "HUR")
    assert text.tidy(formats.amount(500)) == "5.00"


def test_from_left_to_right_nothing_is_added():
    assert formats.amount(-13800) == "\u2212138.00"


def _painted(direction: Qt.LayoutDirection) -> QImage:
    image = QImage(100, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = mirrored(QPainter(image), QRect(0, 0, 100, 20), direction)
    painter.fillRect(QRect(10, 5, 20, 10), QColor("black"))
    painter.drawLine(QPointF(2.5, 0), QPointF(2.5, 19))
    painter.end()
    return image


def test_what_is_painted_at_the_left_stands_at_the_right():
    assert _painted(RTL) == _painted(LTR).flipped(Qt.Orientation.Horizontal)
    assert _painted(LTR).pixelColor(15, 10) == QColor("black")


@pytest.mark.usefixtures("turned")
def test_a_list_turns_around_and_its_amounts_stay(window: MainWindow, qtbot: QtBot):
    fill_company()
    document = issue(add_customer("Brauhaus"), price="1240.50")
    window.show_page("invoices", {"select": document.id})
    page = window.pages.page()
    qtbot.wait(50)
    columns = [column.key for column in page.made.columns]
    header = page.table.horizontalHeader()
    total = next(place for place, column in enumerate(page.made.columns) if column.align_right)
    assert header.sectionViewportPosition(total) < header.sectionViewportPosition(columns.index("number"))
    assert page.model.cell(0, total).text == "\u20661,476.20\u2069"
    assert window.sidebar.x() > page.x()


def test_a_long_label_never_makes_a_field_wider_than_its_place(qtbot: QtBot):
    box = FieldBox(Field("name", "A label as long as translations sometimes are, " * 4))
    qtbot.addWidget(box)
    assert box.minimumSizeHint().width() < 250
