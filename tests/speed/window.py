"""Row 1: from the start of the process to the first painted, usable list.

Floor: a bare Qt window with an empty table. Product: the program as a person starts it, with a file of all customers,
until the list of customers has painted its first rows.
"""

from __future__ import annotations

from measure import choose, report, since_start_ms


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


if __name__ == "__main__":
    choose(floor=floor)
