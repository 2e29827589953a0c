"""A customer's history by hand: the live line, filters, drops, the menu of an entry, editing and files."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from crm_desktop.activity import attachments, reminders, timeline
from crm_desktop.care import cases
from crm_desktop.core import dates
from crm_desktop.customers import contacts
from crm_desktop.customers.contacts import Person
from crm_desktop.gui.parts.entry_form import EntryDialog
from crm_desktop.gui.widgets import formats
from tests.gui import hands


@pytest.fixture
def buyer(window):
    hands.fill_company()
    made = hands.add_customer(email="office@ostwind.example")
    contacts.save_person(Person(customer_id=made, first_name="Anna", last_name="Krueger", email="anna@ostwind.example"))
    return made


@pytest.fixture
def history(window, buyer):
    window.show_page("customer", {"id": buyer})
    return window.pages.page().history


def shown(history):
    return [happening.title for happening in history.view._model.shown]


def drop(page, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    acts, buttons, held = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(page.rect().center(), acts, data, buttons, held)
    QApplication.sendEvent(page, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(page.rect().center()), acts, data, buttons, held))


def mail():
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Anna <anna@ostwind.example>", "info@lindner.example", "Dimmer curve"
    made["Date"], made["Message-ID"] = "Fri, 06 Nov 2026 09:15:00 +0100", "<1@ostwind.example>"
    made.set_content("Please label the boxes.")
    made.add_attachment(b"Wiring of the lobby", maintype="text", subtype="plain", filename="wiring.txt")
    return made.as_bytes()


def test_the_line_says_how_it_is_understood_and_writes_both(history, buyer, qtbot):
    history.quick.start()
    qtbot.keyClicks(history.quick._line, "call yesterday 15:00 with Anna about lamp, follow up tomorrow")
    said = history.quick.said()
    assert (
        said == "Call  ·  Yesterday 15:00  ·  with Anna Krueger  ·  about “lamp”  ·  Reminder Tomorrow: Follow up: lamp"
    )
    qtbot.keyClick(history.quick._line, Qt.Key.Key_Return)
    assert history.quick.said() == ""
    qtbot.waitUntil(lambda: shown(history) == ["Call with Anna Krueger"])
    assert reminders.of_customer(buyer)[0].title == "Follow up: lamp"


def test_a_repetition_is_said_before_it_is_written(history, buyer, qtbot):
    history.quick.start()
    qtbot.keyClicks(history.quick._line, "remind me every 2 months after done to clean the kiln")
    first = formats.day_near(dates.add_months(dates.today(), 2))
    assert history.quick.said() == f"Reminder every 2 months after done, first {first}: Clean the kiln"
    qtbot.keyClick(history.quick._line, Qt.Key.Key_Return)
    (made,) = reminders.of_customer(buyer)
    assert (made.title, made.repetition()) == ("Clean the kiln", "every 2 months after done")


def test_plain_words_are_not_explained(history, qtbot):
    history.quick.start()
    qtbot.keyClicks(history.quick._line, "Anna wants it on Friday")
    assert history.quick.said() == ""
    history.quick._buttons["call"].click()
    assert timeline.rows(timeline.ids(history._id))[0].kind == "call"


def test_mails_and_files_are_dropped_on_the_card_and_found_by_their_words(history, buyer, window, tmp_path, qtbot):
    (tmp_path / "a.eml").write_bytes(mail())
    (tmp_path / "plan.txt").write_text("Corridor on the third floor", encoding="utf-8")
    drop(window.pages.page(), tmp_path / "a.eml", tmp_path / "plan.txt")
    qtbot.waitUntil(lambda: sorted(shown(history)) == ["Dimmer curve", "plan.txt"], timeout=20_000)
    hands.wait_for_jobs()
    history.search.setText("lobby")
    qtbot.waitUntil(lambda: shown(history) == ["Dimmer curve"])
    assert history.view._model.shown[0].detail == "wiring.txt: Wiring of the lobby"
    history.search.setText("third floor")
    qtbot.waitUntil(lambda: shown(history) == ["plan.txt"])
    window.undo()
    assert timeline.ids(buyer) == []


def test_a_mail_that_is_there_is_told(history, window, tmp_path, qtbot):
    (tmp_path / "a.eml").write_bytes(mail())
    for _time in range(2):
        history.take([tmp_path / "a.eml"])
        hands.wait_for_jobs()
    assert "The mail “Dimmer curve” is there already." in window.toast.accessibleName() + _texts(window.toast)
    assert len(timeline.ids(history._id)) == 1


def _texts(widget):
    from PySide6.QtWidgets import QLabel

    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_kinds_that_are_there_can_be_filtered_by(history, buyer, qtbot):
    timeline.add(buyer, "visit", "Measured")
    timeline.add(buyer, "message", "On my way", channel="sms", who="Anna Krueger", direction="in")
    cases.save({"customer_id": buyer, "kind": "complaint", "title": "Flickers"})
    history.show_customer(buyer)
    assert history.group._offered == {"all", "call", "email", "money", "note", "case", "visit", "message"}
    for group, title in (("visit", "Measured"), ("message", "On my way"), ("case", "Complaint: Flickers")):
        history.group.choose(group)
        history._show()
        assert shown(history) == [title]
    assert (history.view._model.shown[0].pill, history.view._model.shown[0].tone) == ("Open", "red")


def test_an_entry_is_edited_with_its_person_day_and_record(history, buyer, answers):
    entry = timeline.add(buyer, "call", "Asked for spots")

    def fill(dialog):
        assert isinstance(dialog, EntryDialog)
        values = dialog.form.collect()
        dialog.form.load(
            values | {"who": "Anna Krueger", "at": "15:30", "minutes": 12, "direction": "in", "title": "Spots"}
        )
        return "act"

    answers.append(fill)
    history.open_entry(entry)
    (found,) = timeline.rows([entry])
    assert (found.who, found.person_id, found.minutes) == ("Anna Krueger", contacts.people(buyer)[0].id, 12)
    assert f"{found.happened_at.astimezone():%H:%M}" == "15:30"
    assert shown(history) == ["Anna Krueger called"]
    answers.append("remove")
    history.open_entry(entry)
    assert timeline.ids(buyer) == []


def test_the_menu_of_an_entry_opens_its_files(history, buyer, tmp_path):
    entry = timeline.add(buyer, "note", "With a plan")
    (tmp_path / "plan.txt").write_text("x", encoding="utf-8")
    attachments.attach("timeline_entry", entry, tmp_path / "plan.txt")
    words = [act.text() for act in history.menu_of(entry).actions()]
    assert words == ["Edit", "Open plan.txt", "", "Delete"]
    history.show_customer(buyer)
    assert history.view._model.shown[0].rest == "1 file"


def test_several_files_are_chosen_by_the_menu(history, buyer, tmp_path, monkeypatch):
    from PySide6.QtWidgets import QFileDialog

    (tmp_path / "plan.txt").write_text("x", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(tmp_path / "plan.txt")], ""))
    history.choose_files()
    hands.wait_for_jobs()
    assert [file.name for file in attachments.of("customer", buyer)] == ["plan.txt"]
