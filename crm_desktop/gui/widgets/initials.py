"""The picture of a name: its initials on one of six muted colours, in a square for a company, a circle for a person.

Apart from the photos, since lists show no more than this.
"""

from __future__ import annotations

import zlib

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from crm_desktop.gui import theme, tokens

_SKIPPED = {"dr", "dr.", "prof", "prof.", "the", "die", "der", "das", "von", "van", "de", "herr", "frau", "+", "&"}


def initials(name: str) -> str:
    """One or two letters: of the first two words that are no titles."""
    words = [w for w in name.replace("-", " ").split() if w.casefold() not in _SKIPPED and any(c.isalpha() for c in w)]
    letters = [next(c for c in w if c.isalpha()) for w in words[:2]]
    return "".join(letters).upper() or name[:1].upper() or "?"


def paint_avatar(painter: QPainter, rect: QRectF, name: str, kind: str = "company") -> None:
    """Draw the picture of a name; `kind` is "company" or "person"."""
    colors = tokens.avatar_colors(theme.is_dark())
    tint, ink = colors[zlib.crc32(name.encode()) % len(colors)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint))
    if kind == "person":
        painter.drawEllipse(rect)
    else:
        radius = rect.width() * 0.24
        painter.drawRoundedRect(rect, radius, radius)
    font = QFont(theme.font("b"))
    font.setPixelSize(max(9, round(rect.width() * 0.37)))
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
