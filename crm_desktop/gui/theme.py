"""The look: Fusion, our own palette, one style sheet, Inter, and icons that follow the theme.

`apply(app, "system" | "light" | "dark")` sets everything and may be called again at any time; every window repaints.
Painters ask `color(role)`, `font(role)` and `pixmap(name, role)`; buttons and menus take `icon(name, role)`. Roles are
the names in `resources/look/tokens.json`.

Source: the look reference; `QStyleHints.setColorScheme` alone did nothing on most Linux desktops, hence our palette.
"""

from __future__ import annotations

import string
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from crm_desktop.core import resources
from crm_desktop.gui import tokens
from crm_desktop.gui.icons import icon, pixmap, svg_file

__all__ = [
    "application",
    "apply",
    "changed",
    "color",
    "font",
    "icon",
    "is_dark",
    "mode",
    "pixmap",
    "px",
    "row_height",
    "set_scale",
    "text_width",
]

_FAMILY, _STYLE = "Inter", "Fusion"


class _Signals(QObject):
    changed = Signal()


class _State:
    mode = "system"
    dark = False
    scale = 1.0
    styled = False
    following = False
    fonts_loaded = False


_signals: list[_Signals] = []


def changed() -> Signal:
    """The signal that is sent after the theme or the text size changed."""
    if not _signals:
        _signals.append(_Signals())
    return _signals[0].changed


def is_dark() -> bool:
    """Whether the dark colours are shown now."""
    return _State.dark


def mode() -> str:
    """What was asked for: "system", "light" or "dark"."""
    return _State.mode


def color(role: str) -> QColor:
    """The colour of a role in the theme that is shown."""
    return QColor(_color(role, _State.dark))


@cache
def _color(role: str, dark: bool) -> QColor:
    return QColor(tokens.colors(dark)[role])


def px(size: float) -> int:
    """A size in pixels times the text scale of the user."""
    return round(size * _State.scale)


def row_height(name: str = "row") -> int:
    """Height of a list row for a size role; grows with larger text."""
    return max(tokens.size(name), px(13) + 20)


@cache
def _font(role: str, scale: float) -> QFont:
    size, weight = tokens.type_role(role)
    made = QFont(_FAMILY)
    made.setPixelSize(round(size * scale))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def font(role: str = "body") -> QFont:
    """The font of a type role with tabular digits."""
    return QFont(_font(role, _State.scale))


@lru_cache(maxsize=2048)
def _width(text: str, role: str, scale: float) -> int:
    return QFontMetrics(_font(role, scale)).horizontalAdvance(text)


def text_width(text: str, role: str = "body") -> int:
    """How wide a text is in the font of a type role; for what is asked again and again, as buttons while a row is laid out."""
    return _width(text, role, _State.scale)


def _font_files() -> list[Path]:
    made = sorted(resources.asset("fonts").glob("Inter-*.ttf"))
    if made:
        return made
    import fontpkg_inter

    return [Path(fontpkg_inter.__file__).parent / "files" / "Inter[opsz,wght].ttf"]


def _load_fonts() -> None:
    if not _State.fonts_loaded:
        _State.fonts_loaded = True
        for file in _font_files():
            QFontDatabase.addApplicationFont(str(file))


_PALETTE = {
    QPalette.ColorRole.Window: "canvas",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "card",
    QPalette.ColorRole.AlternateBase: "sunk",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "card",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "red",
    QPalette.ColorRole.Link: "accentText",
    QPalette.ColorRole.LinkVisited: "accentText",
    QPalette.ColorRole.Highlight: "sel",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line2",
    QPalette.ColorRole.Dark: "ctl",
    QPalette.ColorRole.Shadow: "line2",
    QPalette.ColorRole.Accent: "accent",
}


def _palette() -> QPalette:
    made = QPalette()
    for role, name in _PALETTE.items():
        made.setColor(role, color(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, color("disabled"))
    return made


def _style_sheet() -> str:
    values = dict(tokens.colors(_State.dark))
    values |= {f"px{n}": f"{px(n)}px" for n in (12, 13, 14, 19, 20, 22, 28)}
    height = max(30, px(13) + 17)
    values |= {"ctlheight": f"{height}px", "ctlheightfocus": f"{height - 2}px"}
    values |= {"chevron": svg_file("chevron-down", "text2"), "tick": svg_file("check", "onAccent", 3)}
    text = resources.resource("look", "style.qss").read_text(encoding="utf-8")
    return string.Template(text).substitute(values)


def _system_is_dark(app: QApplication) -> bool:
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def application(name: str) -> QApplication:
    """The application, in our style from the beginning.

    `setStyle` gives the style back, and with it come the 566 names that Qt has for parts of a style; an argument does
    the same without them.
    """
    _State.styled = True
    return QApplication([name, "-style", _STYLE])


def apply(app: QApplication, mode: str = "system", scale: float | None = None) -> None:
    """Show this theme everywhere: "system" follows the desktop while the program runs."""
    hints = app.styleHints()
    if not _State.following:
        _State.following = True
        if not _State.styled:
            app.setStyle(_STYLE)
        hints.colorSchemeChanged.connect(_follow_system)
    _State.mode = mode
    _State.scale = scale or _State.scale
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints.setColorScheme(schemes.get(mode, Qt.ColorScheme.Unknown))
    _State.dark = mode == "dark" or (mode == "system" and _system_is_dark(app))
    _load_fonts()
    _width.cache_clear()
    app.setFont(font("body"))
    app.setPalette(_palette())
    app.setStyleSheet(_style_sheet())
    changed().emit()


def _follow_system(_scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    if _State.mode == "system" and isinstance(app, QApplication) and _State.dark != _system_is_dark(app):
        apply(app, "system")


def set_scale(app: QApplication, scale: float) -> None:
    """Show all text this much larger: 1.0 to 2.0."""
    apply(app, _State.mode, scale)


def icon_pixmap(name: str, role: str, size: int, ratio: float) -> QPixmap:
    """Same as `pixmap`, for callers that know their device pixel ratio."""
    return pixmap(name, role, QSize(size, size), ratio)
