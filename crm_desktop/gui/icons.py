"""Icons: Lucide outlines, recoloured from the theme and drawn crisp at any pixel ratio.

`icon(name, role)` gives a `QIcon` that follows a change of the theme by itself; `pixmap(...)` serves painters. Names are
those of Lucide (https://lucide.dev, ISC). The outlines are read from `build/assets/icons.json`, made at set-up from all
names that appear in this folder, or else from the installed `lucide` package.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from crm_desktop.core import preferences, resources

STROKE, STROKE_SELECTED, STROKE_EMPTY = 1.75, 2.0, 1.25
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="{ink}"'
    ' stroke-width="{stroke}" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
)


@cache
def _bundled() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(resources.asset("icons.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


@cache
def _outline(name: str) -> str:
    text = _bundled().get(name)
    if text is None:
        import lucide

        text = lucide.lucide_icon(name)
    found = _BODY.search(text)
    if found is None:
        raise LookupError(f"No icon named {name}")
    return found.group(1)


def svg(name: str, ink: str, stroke: float = STROKE) -> str:
    """The outline as SVG text in one colour."""
    return _HEAD.format(ink=ink, stroke=stroke, body=_outline(name))


def svg_file(name: str, role: str, stroke: float = STROKE) -> str:
    """A file with the icon in the colour of the theme, for use in a style sheet."""
    from crm_desktop.gui import theme

    ink = theme.color(role).name()
    file = preferences.folder() / "cache" / f"{name}-{ink[1:]}.svg"
    if not file.exists():
        _write(file, svg(name, ink, stroke))
    return file.as_posix()


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError:
        return  # the arrow is missing then; a settings folder that cannot be written is told elsewhere


@lru_cache(maxsize=512)
def _rendered(name: str, ink: str, side: int, ratio: float, stroke: float) -> QPixmap:
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(svg(name, ink, stroke).encode()))
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def pixmap(name: str, role: str = "text2", size: int | QSize = 16, ratio: float = 0, stroke: float = STROKE) -> QPixmap:
    """The icon as a square picture in the colour of a role; `size` in pixels at 100 %."""
    from crm_desktop.gui import theme

    side = size if isinstance(size, int) else min(size.width(), size.height())
    app = QGuiApplication.instance()
    ratio = ratio or (app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0)
    return _rendered(name, theme.color(role).name(), side, ratio, stroke)


class _Engine(QIconEngine):
    """Draws one outline in the colour that its role has when it is painted."""

    def __init__(self, name: str, role: str, stroke: float) -> None:
        super().__init__()
        self._name, self._role, self._stroke = name, role, stroke

    def _picture(self, size: QSize, state: QIcon.Mode, ratio: float) -> QPixmap:
        role = "disabled" if state == QIcon.Mode.Disabled else self._role
        return pixmap(self._name, role, size, ratio, self._stroke)

    def paint(self, painter: QPainter, rect: QRect, state: QIcon.Mode, _on: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        corner = rect.center() - QPoint((side - 1) // 2, (side - 1) // 2)
        # Of the way to the device, not of the device itself: what kind that is, Qt would look for among all its kinds.
        ratio = abs(painter.deviceTransform().m11()) or 1.0
        painter.drawPixmap(QRect(corner, QSize(side, side)), self._picture(QSize(side, side), state, ratio))

    def pixmap(self, size: QSize, state: QIcon.Mode, _on: QIcon.State) -> QPixmap:
        return self._picture(size, state, 1.0)

    def scaledPixmap(self, size: QSize, state: QIcon.Mode, _on: QIcon.State, scale: float) -> QPixmap:
        return self._picture(size, state, scale)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role, self._stroke)


@cache
def icon(name: str, role: str = "text2", stroke: float = STROKE) -> QIcon:
    """The icon for buttons and menus; it takes the colour of its role in the theme that is shown."""
    return QIcon(_Engine(name, role, stroke))
