"""Who comes back, painted: a line for each quarter of first orders, the stronger the more of them ordered again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import formats
from crm_desktop.insight.cohorts import Cohort

SHOWN = 12
_LABEL, _SIZE, _GAP, _LINE = 104, 76, 3, 32
# Below this brightness (0 to 255) of the ground, white has more contrast than black.
_DARK = 130


class CohortGrid(QWidget):
    """The last twelve quarters of first orders and as many quarters after each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cohorts: Sequence[Cohort] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, cohorts: Sequence[Cohort]) -> None:
        """Show these cohorts; the oldest beyond twelve are left out."""
        self._cohorts = list(cohorts)[-SHOWN:]
        self.setAccessibleName(_("Who comes back"))
        self.setAccessibleDescription("\n".join(filter(None, map(self.sentence, range(len(self._cohorts))))))
        self.updateGeometry()
        self.update()

    def sentence(self, line: int) -> str:
        """A line in words."""
        found = self._cohorts[line]
        shares = _(", ").join(formats.percent(_percent(found, k) * 100) for k in range(min(SHOWN, len(found.returned))))
        words = _("{quarter}: {n} customers; in the quarters after it {shares} ordered again.")
        return words.format(quarter=found.label, n=formats.count(found.customers), shares=shares) if shares else ""

    def sizeHint(self) -> QSize:
        return QSize(600, (len(self._cohorts) + 1) * _LINE)

    def _cell(self, line: int, place: int) -> QRectF:
        wide = (self.width() - _LABEL - _SIZE) / SHOWN
        return QRectF(_LABEL + _SIZE + place * wide, (line + 1) * _LINE, wide - _GAP, _LINE - _GAP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = int(Qt.AlignmentFlag.AlignCenter)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(0, 0, _LABEL, _LINE), middle, _("First order"))
        painter.drawText(QRectF(_LABEL, 0, _SIZE, _LINE), middle, _("Customers"))
        for place in range(SHOWN):
            painter.drawText(self._cell(-1, place), center, f"+{place + 1}")
        for line, found in enumerate(self._cohorts):
            self._paint_line(painter, line, found)
        painter.end()

    def _paint_line(self, painter: QPainter, line: int, found: Cohort) -> None:
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        top = (line + 1) * _LINE
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(0, top, _LABEL, _LINE - _GAP), middle, found.label)
        painter.drawText(QRectF(_LABEL, top, _SIZE, _LINE - _GAP), middle, formats.count(found.customers))
        for place in range(min(SHOWN, len(found.returned))):
            share = _percent(found, place) / 100
            cell, ground = self._cell(line, place), _mixed(share)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(cell, 4, 4)
            painter.setPen(QColor("#ffffff") if _luma(ground) < _DARK else QColor("#000000"))
            painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), formats.percent(_percent(found, place) * 100))

    def event(self, event: QEvent) -> bool:
        """The numbers behind a cell as its tooltip."""
        if isinstance(event, QHelpEvent):
            for line, found in enumerate(self._cohorts):
                for place in range(min(SHOWN, len(found.returned))):
                    if self._cell(line, place).contains(event.pos()):
                        words = _(
                            "{n} of {all} customers with the first order in {quarter} ordered {k} quarters later."
                        )
                        said = words.format(
                            n=found.returned[place], all=found.customers, quarter=found.label, k=place + 1
                        )
                        QToolTip.showText(event.globalPos(), said, self)
                        return True
        return super().event(event)


def _percent(found: Cohort, place: int) -> int:
    return round(found.returned[place] * 100 / found.customers)


def _luma(ground: QColor) -> float:
    return 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()


def _mixed(share: float) -> QColor:
    """The colour of a share: from the page's sunk ground to the accent."""
    low, high = theme.color("sunk"), theme.color("accent")
    part = min(1.0, share)
    parts = zip((low.red(), low.green(), low.blue()), (high.red(), high.green(), high.blue()), strict=True)
    return QColor(*(round(a + (b - a) * part) for a, b in parts))
