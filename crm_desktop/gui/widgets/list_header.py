"""The head of a list: title, views, acts, the filled button.

Where room is short, the last views go into a menu; when half of them have gone, the acts show their icons alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.gui.widgets.buttons import Button, ButtonRow
from crm_desktop.gui.widgets.empty import Act
from crm_desktop.gui.widgets.segments import Segments


class ListHeader(QWidget):
    """See the module."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self.setFixedHeight(height)
        self._acts: ButtonRow | None = None

    def add_acts(self, acts: Sequence[Act]) -> ButtonRow:
        """Append the buttons beside the filled one to the row, which has its layout by then."""
        self._acts = ButtonRow(*[Button(a.text, a.kind, a.icon, on=a.on, tip=a.tip) for a in acts])
        self._acts.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.layout().addWidget(self._acts)
        self._acts.setHidden(not acts)
        return self._acts

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def event(self, event: QEvent) -> bool:
        """A button that says something else takes another room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return super().event(event)

    def _share_room(self) -> None:
        acts, box = self._acts, self.layout()
        if acts is None or box is None or acts.isHidden():
            return
        without = box.minimumSize().width() - (acts.minimumWidth() or acts.minimumSizeHint().width())
        for views in self.findChildren(Segments):
            without += views.width_of_half() - views.minimumSizeHint().width()
        whole = acts.sizeHint().width()
        wanted = whole if without + whole <= self.width() else 0
        if wanted != acts.minimumWidth():
            acts.setMinimumWidth(wanted)
