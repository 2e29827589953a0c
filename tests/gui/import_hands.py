"""What the tests of the import do in its page: a spreadsheet as an owner keeps it, and hands that press on."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt

from crm_desktop.gui import jobs
from crm_desktop.gui.pages.import_page import ImportPage

_ROWS = [
    ["Kundenliste Atelier Nordlicht"],
    [],
    ["Kd.-Nr.", "Firma", "Name, Vorname", "Anschrift", "Tel", "Mail", "Geb.", "Kat"],
    ["0017", "Hotel Alsterblick GmbH", "Sommerfeld, Katrin", "Weg 41, 20149 Hamburg", "040/555 01 92", "k@alster.example", "03.04.71", "H"],
    ["0018", "", "Petersen, Jonas", "Allee 3, 01067 Dresden", "0171 2345678", "jonas@petersen.example", "31.02.58", "R"],
    ["Summe", 2],
]  # fmt: skip


@pytest.fixture(name="sheet")
def owners_sheet(tmp_path: Path) -> Path:
    """A spreadsheet as an owner keeps it."""
    book = openpyxl.Workbook()
    for row in _ROWS:
        book.active.append(row)
    book.active.title = "Kunden"
    path = tmp_path / "kunden final (2).xlsx"
    book.save(path)
    return path


@pytest.fixture(name="page")
def page_of_import(window, qtbot) -> ImportPage:
    """The first step of the import."""
    window.import_file()
    found = window.findChild(ImportPage)
    qtbot.waitUntil(found.isVisible)
    return found


def idle(qtbot, page):
    """Wait until nothing is being read or written."""
    qtbot.waitUntil(lambda: page._job is None and not jobs.busy(), timeout=15_000)


def open_in(qtbot, page, path):
    """Open a file in the page."""
    page.open_file(path)
    idle(qtbot, page)


def click(qtbot, button):
    """Press a button that can be seen."""
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(qtbot, box, key):
    """Choose in a box as the user does."""
    place = box.findData(key) if box.findData(key) >= 0 else box._values.index(key)
    box.setCurrentIndex(place)
    box.activated.emit(place)
