"""All keys at a glance: those of the menus, and those that act while a list has the focus."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui import commands
from crm_desktop.gui.parts import line_roles
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import Part, column, frame, label, line_of, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pill import Key

Rows = list[tuple[str, list[str]]]


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")


def _menu_rows() -> list[tuple[str, Rows]]:
    found = []
    for title, entries in commands.menus():
        rows = [(c.text.replace("&", "").rstrip("…"), [_native(k) for k in c.keys[:1]]) for c in entries if c.keys]
        if rows:
            found.append((title.replace("&", ""), rows))
    return found


def _list_rows() -> list[tuple[str, Rows]]:
    space, enter = _("Space"), _("Enter")
    return [
        (
            _("In a list"),
            [
                (_("Move"), ["↑ ↓"]),
                (pgettext("verb", "Open"), [enter]),
                (_("Show or hide the pane"), [space]),
                (_("Select several"), [_("Shift ↑ ↓")]),
                (_("Edit"), ["E"]),
                (_("Write what happened"), ["N"]),
                (_("To the bin, with undo"), [_native("Del")]),
            ],
        ),
        (
            _("In Today"),
            [
                (_("Prepare that item"), ["1 – 9"]),
                (_("Later"), ["S"]),
                (_("Done"), ["D"]),
                (_("Call"), ["C"]),
                (_("Write"), ["M"]),
            ],
        ),
        (_("In the calendar"), [(_("Today"), ["T"]), (_("New reminder"), ["N"])]),
        (
            _("On the board of deals"),
            [
                (_("Card to another stage"), [_native("Ctrl+Shift+Left"), _native("Ctrl+Shift+Right")]),
                (_("Card higher or lower"), [_native("Ctrl+Shift+Up"), _native("Ctrl+Shift+Down")]),
                (_("Won, lost, invoice it"), ["W", "L", "I"]),
            ],
        ),
        (
            _("In a field"),
            [
                (_("Day before or after"), ["↓ ↑"]),
                (_("Calendar"), [_native("Alt+Down")]),
                (_("In two weeks"), ["+14"]),
                (_("As it was"), [_native("Esc")]),
            ],
        ),
        (
            _("In the lines of a draft"),
            [
                (_("Description below the name"), [_native("Shift+Return")]),
                (_("Move the line"), [_native("Alt+Up"), _native("Alt+Down")]),
                (_("Remove the line"), [_native("Ctrl+Del")]),
                *((act.text, [_native(act.keys)]) for act in line_roles.acts(choices=True)),
            ],
        ),
        (
            _("Everywhere"),
            [(_("Section"), [_("Ctrl 1 to 9")]), (_("Back, cancel"), [_native("Esc")]), (_("Menu"), ["Alt", "F10"])],
        ),
    ]


class ShortcutsPage(Page):
    """The page."""

    key = "shortcuts"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        groups = [*_list_rows(), *_menu_rows()]
        columns: list[list[Part]] = [[], [], []]
        heights = [0, 0, 0]
        for title, rows in groups:
            place = heights.index(min(heights))
            heights[place] += len(rows) + 2
            columns[place].append(_group(title, rows))
        holder = QWidget()
        line_of(holder, *[stack(*found, "stretch", gap=12) for found in columns], gap=12, margins=(24, 4, 20, 20))
        for index in range(3):
            holder.layout().setStretch(index, 1)
        column(self, PageHead(_("Keys at a glance"), back=self.back.emit), scroll(holder))

    def title(self) -> str:
        return _("Keys at a glance")


def _group(title: str, rows: Rows) -> QWidget:
    grid = QGridLayout()
    grid.setVerticalSpacing(7)
    grid.setColumnStretch(0, 1)
    for index, (words, keys) in enumerate(rows):
        grid.addWidget(label(words, "body", "text2"), index, 0)
        caps = QWidget()
        caps.setAccessibleName(" ".join(keys))
        line_of(caps, "stretch", *[Key(key) for key in keys], gap=4)
        grid.addWidget(caps, index, 1)
    return frame("card", label(title, "b"), grid, gap=10)
