"""The look: contrast of all colours, names for screen readers, the theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from crm_desktop.gui import icons, theme, tokens

SURFACES = ("canvas", "card", "side", "sunk", "sel", "hover", "raised")
TEXTS = ("text", "text2", "text3", "accentText", "red", "amber", "green")
TINTS = (("red", "redSoft"), ("amber", "amberSoft"), ("green", "greenSoft"), ("blue", "blueSoft"), ("grey", "greySoft"))


@pytest.mark.parametrize("dark", [False, True])
def test_all_text_can_be_read(dark):
    colors = tokens.colors(dark)
    for text in TEXTS:
        for surface in SURFACES:
            assert tokens.contrast(colors[text], colors[surface]) >= 4.5, (text, surface)
    for ink, tint in TINTS:
        assert tokens.contrast(colors[ink], colors[tint]) >= 4.5, (ink, tint)
    assert tokens.contrast(colors["onAccent"], colors["accent"]) >= 4.5
    assert tokens.contrast(colors["text"], colors["note"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_borders_and_focus_can_be_seen(dark):
    colors = tokens.colors(dark)
    for surface in ("canvas", "card"):
        assert tokens.contrast(colors["ctl"], colors[surface]) >= 3
        for ring in ("focus", "redSolid", "amberSolid", "greenSolid"):
            assert tokens.contrast(colors[ring], colors[surface]) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_initials_can_be_read(dark):
    for tint, ink in tokens.avatar_colors(dark):
        assert tokens.contrast(ink, tint) >= 4.5


def test_nothing_on_the_screen_is_smaller_than_12_pixels():
    assert min(tokens.type_role(role)[0] for role in tokens.type_roles()) >= 12


def test_light_and_dark_know_the_same_colours():
    assert tokens.colors(dark=False).keys() == tokens.colors(dark=True).keys()


def test_larger_text_makes_rows_higher(qapp):
    before = theme.row_height()
    theme.set_scale(qapp, 2.0)
    try:
        assert theme.row_height() > before
        assert theme.font("body").pixelSize() == 26
    finally:
        theme.set_scale(qapp, 1.0)


def test_icons_take_the_colour_of_the_theme_and_are_crisp_at_any_ratio(qapp):
    small, large = icons.pixmap("users", "accent", 16, 1.0), icons.pixmap("users", "accent", 16, 2.0)
    assert (small.width(), large.width()) == (16, 32)
    inks = {large.toImage().pixelColor(x, y).name() for x in range(32) for y in range(32)}
    assert tokens.colors(dark=False)["accent"].lower() in inks


def _unnamed(root: QWidget) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        buddy = any(label.buddy() is widget for label in root.findChildren(QLabel))
        words = widget.text() if isinstance(widget, QAbstractButton) else ""
        inner = widget.parentWidget() is not None and widget.parentWidget().accessibleName()
        if not (widget.accessibleName() or words or buddy or inner):
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def test_everything_that_can_have_the_focus_has_a_name(window):
    for key, entry in window.pages.entries.items():
        if entry.record or entry.new_record or entry.bare:
            continue
        window.show_page(key)
        assert not _unnamed(window), key


def test_the_form_and_the_card_of_a_customer_have_names(window):
    from crm_desktop.customers import customers

    window.open_record("customer", 0)
    assert not _unnamed(window)
    window.pages.page()._touched = False
    window.open_record("customer", customers.save({"company": "Café Ostwind"}))
    assert not _unnamed(window)


def test_there_is_one_filled_button_or_none(window):
    from crm_desktop.gui.widgets.buttons import Button

    for key, entry in window.pages.entries.items():
        if entry.record or entry.new_record or entry.bare:
            continue
        window.show_page(key)
        filled = [b for b in window.findChildren(Button) if b.isVisible() and b._kind == "primary"]
        assert len(filled) <= 1, (key, [b.text() for b in filled])
