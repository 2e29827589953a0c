"""The strip of problems: the count, and the sentence of what no field has room for."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from crm_desktop.gui.widgets.strip import Strip


def words(strip):
    return [part.text() for part in strip.findChildren(QLabel) if part.text()]


def test_what_a_cell_cannot_say_stands_in_the_strip_instead_of_the_hints(qtbot):
    strip = Strip()
    qtbot.addWidget(strip)
    strip.tell_problems(1, 2, "1 thing stops this", lambda: None, said="Line 1: This is not a number.")
    assert words(strip) == ["1 thing stops this", "Line 1: This is not a number."]
    strip.tell_problems(1, 2, "1 thing stops this", lambda: None)
    assert words(strip) == ["1 thing stops this", "2 hints"]
    strip.tell_problems(0, 2, "", lambda: None)
    assert strip.isHidden()
