"""The row of views of a list: names are never cut, what has no room is in a menu; acts beside it keep their words."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.gui.widgets.empty import Act
from crm_desktop.gui.widgets.list_header import ListHeader
from crm_desktop.gui.widgets.segments import Segments

_NAMES = ("All", "Drafts", "Open", "Accepted", "Declined", "Expired", "Billed")


def _row(qtbot: QtBot, width: int, chosen: list[str]) -> Segments:
    row = Segments("Views", chosen.append)
    qtbot.addWidget(row)
    for name in _NAMES:
        row.add(name.lower(), name)
        row.set_count(name.lower(), "12")
    row.resize(width, 32)
    row.show()
    return row


def _cut(row: Segments) -> list[str]:
    return [
        key
        for key, button in row._buttons.items()
        if button.isVisible() and button.width() < button.width_for(compact=True)
    ]


def test_with_room_all_views_show_their_counts(qtbot: QtBot):
    row = _row(qtbot, 2000, [])
    assert row.folded() == []
    assert not row.more.isVisible()
    assert _cut(row) == []


def test_the_last_views_move_into_the_menu_uncut_and_can_be_chosen_there(qtbot: QtBot):
    chosen: list[str] = []
    row = _row(qtbot, 330, chosen)
    assert row.folded() == ["accepted", "declined", "expired", "billed"]
    assert row.more.isVisible()
    assert _cut(row) == []
    entries = row.menu_of_more().actions()
    assert [entry.text() for entry in entries] == ["Accepted\t12", "Declined\t12", "Expired\t12", "Billed\t12"]
    entries[1].trigger()
    assert chosen == ["declined"]
    assert row.current() == "declined"
    assert "declined" not in row.folded()
    assert _cut(row) == []


def test_the_narrowest_row_shows_the_chosen_view_and_the_menu(qtbot: QtBot):
    row = _row(qtbot, 2000, [])
    row.choose("expired")
    row.resize(row.minimumSizeHint().width(), 32)
    QTest.qWait(1)
    assert row.folded() == [name.lower() for name in _NAMES if name != "Expired"]
    assert _cut(row) == []


def test_acts_keep_their_words_while_views_fold(qtbot: QtBot):
    around = QWidget()
    qtbot.addWidget(around)
    holder = ListHeader(48)
    holder.setParent(around)
    row = _row(qtbot, 2000, [])
    box = QHBoxLayout(holder)
    box.addWidget(row)
    acts = holder.add_acts([Act("Read a statement", lambda: None, "file-down")])
    holder.resize(560, 48)
    around.show()
    QTest.qWait(20)
    button = acts.findChildren(QWidget)[0]
    assert button.width() == button.width_for(compact=False)
    assert 2 < len(row.folded()) < 4
    holder.resize(row.minimumSizeHint().width() + 80, 48)
    QTest.qWait(20)
    assert button.width() == button.width_for(compact=True)
