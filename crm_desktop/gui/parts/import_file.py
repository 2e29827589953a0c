"""Step 1 of the import: choose a file or drop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.disc import Disc
from crm_desktop.gui.widgets.layouts import column, label, row

ENDINGS = (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", ".csv", ".tsv", ".txt", ".vcf", ".ldif", ".ics", ".json")


class FileStep(QFrame):
    """A large area that takes a file, and what becomes of it."""

    def __init__(
        self, on_choose: Callable[[], object], on_paste: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._over = False
        self.button = Button(_("Choose a file"), "primary", on=on_choose)
        self.button.setMinimumWidth(150)
        self.paste_button = Button(_("Paste copied rows"), "secondary", "clipboard", on=on_paste, tip="Ctrl+V")
        self.trouble = label("", "body", "red", wrap=True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.trouble.setFixedWidth(theme.px(560))
        self.trouble.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.trouble.hide()
        lines = (
            label(_("Bring your spreadsheet"), "title"),
            label(
                _("Excel, LibreOffice, CSV or address cards: customers, contracts, a price list or invoices"),
                "body",
                "text2",
            ),
            label(
                _("or drop it anywhere here. Nothing is written before you have seen what happens."), "small", "text2"
            ),
        )
        for words in lines:
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column(
            self,
            "stretch",
            row("stretch", Disc("file-spreadsheet", 60, tint="blueSoft", ink="accentText"), "stretch"),
            14,
            lines[0],
            5,
            lines[1],
            18,
            row("stretch", self.button, self.paste_button, "stretch", gap=10),
            14,
            lines[2],
            16,
            row("stretch", self.trouble, "stretch"),
            "stretch",
            margins=(24, 24, 24, 24),
        )

    def refuse(self, sentence: str) -> None:
        """Say why a file cannot be read; "" for none."""
        self.trouble.setText(sentence)
        self.trouble.setAccessibleName(sentence)
        self.trouble.setVisible(bool(sentence))

    def show_over(self, *, over: bool) -> None:
        """Fill the area while a file hangs over the page."""
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent"), 1.6)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color("sel" if self._over else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(24, 8, -24, -16), 12, 12)
        painter.end()
