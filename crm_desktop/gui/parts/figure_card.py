"""A card of the figures page: heading, one large figure that opens what it counts, a sentence, a chart, and its menu."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts import chart_acts
from crm_desktop.gui.parts.figure_told import Columns, Opening, Told
from crm_desktop.gui.widgets.buttons import menu_button
from crm_desktop.gui.widgets.chart_legend import Legend
from crm_desktop.gui.widgets.charts import BarChart, ColumnChart
from crm_desktop.gui.widgets.layouts import column, label, recolor, row

# Margins of a card and the gaps of its first line.
_BESIDE = 56


class FigureButton(QAbstractButton):
    """One large figure that opens the list it counts; underlined under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def tell(self, text: str, heading: str, *, opens: bool) -> None:
        """Show a figure; one that opens nothing takes no focus."""
        self.setText(text)
        self.setAccessibleName(f"{heading}: {text}")
        self.setToolTip(_("Show what this counts") if opens else "")
        self.setEnabled(opens)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opens else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font("display"))
        return QSize(metrics.horizontalAdvance(self.text()) + 4, metrics.height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = theme.font("display")
        font.setUnderline(self.underMouse() and self.isEnabled())
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


class FigureCard(QFrame):
    """See the module. `wants` says what shall be opened."""

    wants = Signal(object)

    def __init__(self, heading: str, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "card")
        self.heading = heading
        self.figure = FigureButton()
        self.figure.setAccessibleName(heading)
        self.figure.clicked.connect(self._open_figure)
        self.sentence = label("", "small", "text2", wrap=True)
        self.note = label("", "small", "text3", wrap=True)
        # The legend stands beside the heading, or above the chart where that has no room for its names.
        self.legend, self._below = Legend(), Legend()
        self._below.hide()
        self.chart: ColumnChart | BarChart = ColumnChart() if kind == "columns" else BarChart(_("Name"), heading)
        self.chart.setAccessibleName(heading)
        self.chart.opened.connect(self._open_bar)
        # Nothing is said before the figures are read.
        self._usual, self.chart.empty_text = self.chart.empty_text, ""
        self.more = menu_button("ellipsis", _("More with “{name}”").format(name=heading), self._menu())
        self._told: Told | None = None
        said = row(self.figure, self.sentence, gap=10)
        said.setStretch(1, 1)
        self._heading = label(heading, "b")
        head = row(self._heading, "stretch", self.legend, self.more)
        column(self, head, said, self._below, self.chart, self.note, gap=6, margins=(19, 10, 14, 12))
        if kind != "columns":
            self.chart.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _menu(self) -> chart_acts.QMenu:
        return chart_acts.menu(self, self.chart, self, self.heading)

    def tell(self, told: Told) -> None:
        """Show a figure with its chart."""
        self._told = told
        self.figure.tell(told.figure, self.heading, opens=told.opens is not None)
        self.sentence.setText(told.sentence)
        recolor(self.sentence, "c", told.tone)
        self.note.setText(told.note)
        self.note.setVisible(bool(told.note))
        if isinstance(self.chart, ColumnChart) and told.columns is not None:
            shown = told.columns
            self.chart.empty_text = told.empty or self._usual
            self.chart.tell(
                shown.labels, shown.now, shown.before, shown.names, shown.currency, plan=shown.plan, total=shown.total,
                total_name=shown.total_name,
            )  # fmt: skip
            for legend in (self.legend, self._below):
                legend.tell(_kinds(shown))
            self._place_legend()
        elif isinstance(self.chart, BarChart):
            self.chart.empty_text = told.empty or self._usual
            self.chart.tell(told.bars)

    def _place_legend(self) -> None:
        taken = self._heading.sizeHint().width() + self.more.sizeHint().width() + _BESIDE
        is_beside = taken + self.legend.sizeHint().width() <= self.width()
        self.legend.setVisible(is_beside)
        self._below.setVisible(not is_beside and bool(self._below.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_legend()

    def _open_figure(self) -> None:
        self._want(self._told.opens if self._told else None)

    def _open_bar(self, place: int) -> None:
        if self._told is not None and place < len(self._told.bars_open):
            self._want(self._told.bars_open[place])

    def _want(self, opening: Opening | None) -> None:
        if opening is not None:
            self.wants.emit(opening)


def _kinds(shown: Columns) -> list[tuple[str, str]]:
    """The kinds of columns that there are, for the legend."""
    has_total, has_plan = (any(value is not None for value in values) for values in (shown.total, shown.plan))
    return [
        ("solid", shown.names[0]),
        ("dashed", shown.total_name if has_total else ""),
        ("light", shown.names[1] if shown.before else ""),
        ("line", _("Plan") if has_plan else ""),
    ]
