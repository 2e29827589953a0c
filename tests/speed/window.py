"""Row 1: from the start of the process to the first painted, usable list.

Floor: a bare Qt window with an empty table. Product: the program as a person starts it, with a file of all customers,
until the list of customers has painted its first rows.
"""

from __future__ import annotations

import sys

from measure import CUSTOMERS, choose, report, since_start_ms
from sample_data import data_file

SLOW = ("openpyxl", "reportlab", "numpy", "babel")


def floor() -> None:
    """A window, an empty table, one paint."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

    class Table(QTableView):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, lambda: report(shown=since_start_ms()))

    application = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(Table())
    window.resize(1200, 800)
    window.show()
    application.exec()


def product() -> None:
    """The program with a big file, opened on its list of customers."""
    from crm_desktop import app
    from crm_desktop.core import preferences

    preferences.put("start_page", "customers")
    _report_first_rows()
    app.main(["--data", str(data_file())])


def _report_first_rows() -> None:
    """Report as soon as the list has painted rows; the slow libraries must not have been loaded until then."""
    from crm_desktop.gui.widgets.table_view import TableView

    paint = TableView.paintEvent

    def paint_and_report(self: TableView, event: object) -> None:
        paint(self, event)
        if self.model() is not None and self.model().rowCount() == CUSTOMERS:
            loaded = [name for name in SLOW if name in sys.modules]
            if loaded:
                raise SystemExit(f"Loaded before the first list: {loaded}")
            report(shown=since_start_ms())

    TableView.paintEvent = paint_and_report


if __name__ == "__main__":
    choose(floor=floor, product=product)
