"""What can be done with a chart: copy it as a picture or as a table, print it, show its figures as a table."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPixmap
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.charts import Chart
from crm_desktop.gui.widgets.layouts import scroll
from crm_desktop.gui.widgets.row_table import Col, RowTable


def menu(parent: QWidget, chart: Chart, shown: QWidget, title: str) -> QMenu:
    """The menu of a card: `shown` is what a picture or the paper holds, `title` what it is called."""
    made = QMenu(parent)
    for words, act in (
        (_("Show as table"), partial(show_table, chart, title)),
        (_("Copy as picture"), partial(copy_picture, shown)),
        (_("Copy as table"), partial(copy_table, chart)),
        (_("Print"), partial(print_widget, shown, title)),
    ):
        entry = QAction(words, made)
        entry.triggered.connect(partial(_run, act))
        made.addAction(entry)
    return made


def _run(act: object, *_checked: object) -> None:
    if callable(act):
        act()


def copy_picture(shown: QWidget) -> None:
    """Put a picture into the clipboard."""
    QGuiApplication.clipboard().setPixmap(shown.grab())


def copy_table(chart: Chart) -> None:
    """Put the figures into the clipboard: as cells for a spreadsheet, as a table for a letter."""
    rows = chart.table()
    content = QMimeData()
    content.setText("\n".join("\t".join(row) for row in rows))
    content.setHtml(_html(rows))
    QGuiApplication.clipboard().setMimeData(content)


def _html(rows: Sequence[Sequence[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def show_table(chart: Chart, title: str) -> None:
    """Show the figures as a table."""
    rows = chart.table()
    made = dialogs.Dialog(title, width=560)
    wide = max(len(rows[0]) - 1, 1)
    table = RowTable([Col(rows[0][0]), *(Col(text, 420 // wide, right=True) for text in rows[0][1:])])
    table.setAccessibleName(title)
    table.tell([[Cell(text) for text in row] for row in rows[1:]])
    holder = scroll(table)
    holder.setMinimumHeight(min(420, 38 * (len(rows) + 1)))
    made.add(holder)
    made.add_button("", _("Close"), first=True)
    made.ask()


def print_widget(shown: QWidget, title: str) -> None:
    """Print what is shown on one page, as large as it fits."""
    printer = dialogs.printer_for(title)
    if printer is not None:
        paint_on(printer, shown.grab())


def paint_on(printer: QPrinter, picture: QPixmap) -> None:
    """Paint a picture on a page with margins of two centimetres, as large as it fits."""
    painter = QPainter(printer)
    margin = printer.resolution() * 20 / 25.4
    room = QRectF(painter.viewport()).adjusted(margin, margin, -margin, -margin)
    size = picture.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRectF(room.left(), room.top(), size.width(), size.height()), picture, QRectF(picture.rect()))
    painter.end()
