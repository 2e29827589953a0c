"""The paper in a pane: at every height of the window it settles, scroll bar or not."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from crm_desktop.gui.widgets.pdf_pages import PaperView


@pytest.mark.parametrize("height", range(436, 456, 2))
def test_a_pane_in_which_the_page_just_fits_does_not_hunt_for_its_height(qtbot, height):
    area, content = QScrollArea(), QWidget()
    paper = PaperView("Paper")
    QVBoxLayout(content).addWidget(paper)
    area.setWidgetResizable(True)
    area.setWidget(content)
    qtbot.addWidget(area)
    page = QPixmap(595, 842)
    page.fill(QColor("white"))
    paper._pages = [page]
    area.resize(330, height)
    area.show()
    qtbot.waitExposed(area)
    paper.zoom(1.0)
    qtbot.wait(20)
    sheet = paper._sheet_width()
    assert paper.heightForWidth(sheet) <= paper.height()
    assert sheet >= paper.width() - 16
