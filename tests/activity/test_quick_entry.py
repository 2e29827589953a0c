"""What is understood of a quick line, as a table, and that no words are lost whatever is typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.activity import quick_entry, quick_words
from crm_desktop.activity.timeline import HAND_KINDS

TODAY = date(2026, 11, 22)  # a Sunday
PEOPLE = [(1, "Anna Krüger"), (2, "Dr. Jens Alster"), (3, "Katrin Sommerfeld")]
SAT, FRI, TUE = date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 24)
ANNA = {"who": "Anna Krüger", "person": 1}
CALL = {"kind": "call", "channel": "phone"}

REPEATED = {"repeats_from": "due", "only_reminder": True}

LINES: list[tuple[str, dict[str, Any]]] = [
    ("call yesterday 15:00 with Anna about lamp, follow up Tuesday",
     CALL | ANNA | {"day": SAT, "at": time(15), "about": "lamp", "remind_on": TUE, "remind": "Follow up: lamp"}),
    ("Anruf gestern 15 Uhr mit Anna wegen Lampe, nachfassen Dienstag",
     CALL | ANNA | {"day": SAT, "at": time(15), "about": "Lampe", "remind_on": TUE, "remind": "Nachfassen: Lampe"}),
    ("Anna called about the lamp 10 min", CALL | ANNA | {"direction": "in", "minutes": 10, "about": "the lamp"}),
    ("Anna hat angerufen wegen Stehlampe, 10 min, Dienstag nachfassen",
     CALL | ANNA | {"direction": "in", "minutes": 10, "about": "Stehlampe", "remind_on": TUE, "remind": "Nachfassen: Stehlampe"}),
    ("Anna rief an wegen Lampe", CALL | ANNA | {"direction": "in", "about": "Lampe"}),
    ("called Jens, wants brass again",
     CALL | {"direction": "out", "who": "Dr. Jens Alster", "person": 2, "text": "wants brass again"}),
    ("CALL WITH ANNA ABOUT LAMP", CALL | ANNA | {"about": "LAMP"}),
    ("call with anna about new lamp yesterday 15:00", CALL | ANNA | {"about": "new lamp", "day": SAT, "at": time(15)}),
    ("Telefonat mit Frau Krüger am Freitag um 15.30 Uhr, 1,5 Std, über den Wartungsvertrag",
     CALL | ANNA | {"day": FRI, "at": time(15, 30), "minutes": 90, "about": "den Wartungsvertrag"}),
    ("phone call 2 pm 10 min Anna about dimmer", CALL | ANNA | {"minutes": 10, "about": "dimmer", "at": time(14)}),
    ("missed call from Anna 14:05", CALL | ANNA | {"direction": "in", "at": time(14, 5)}),
    ("incoming mail from Katrin about invoice RE-2026-0131",
     {"kind": "email", "channel": "email", "direction": "in", "who": "Katrin Sommerfeld", "person": 3,
      "about": "invoice RE-2026-0131"}),
    ("e-mail sent to Katrin about quote AN-2026-0077",
     {"kind": "email", "channel": "email", "direction": "out", "who": "Katrin Sommerfeld", "person": 3,
      "about": "quote AN-2026-0077"}),
    ("WhatsApp an Anna: Lampe ist fertig",
     ANNA | {"kind": "message", "channel": "whatsapp", "direction": "out", "text": "Lampe ist fertig"}),
    ("WhatsApp from Anna yesterday 18:20: bring a dimmer",
     ANNA | {"kind": "message", "channel": "whatsapp", "direction": "in", "day": SAT, "at": time(18, 20), "text": "bring a dimmer"}),
    ("SMS von Anna: kommt später", ANNA | {"kind": "message", "channel": "sms", "direction": "in", "text": "kommt später"}),
    ("met Peter Schmidt yesterday, 45 min", {"kind": "meeting", "day": SAT, "who": "Peter Schmidt", "minutes": 45}),
    ("Besprechung heute mit Dr. Alster, 2 Stunden", {"kind": "meeting", "day": TODAY, "who": "Dr. Jens Alster", "person": 2,
                                                     "minutes": 120}),
    ("video call with Anna 1h 20 min", ANNA | {"kind": "meeting", "channel": "video", "minutes": 80}),
    ("Besuch vorgestern bei Alster wegen Dimmer",
     {"kind": "visit", "direction": "out", "day": FRI, "who": "Dr. Jens Alster", "person": 2, "about": "Dimmer"}),
    ("visit last Friday, measured the room; chase 1 Dec 9:00",
     {"kind": "visit", "day": FRI, "text": "measured the room", "remind_on": date(2026, 12, 1), "remind_at": time(9),
      "remind": "Chase: measured the room"}),
    ("Brief an Katrin 3.11. wegen Mahnung",
     {"kind": "letter", "channel": "post", "direction": "out", "day": date(2026, 11, 3), "who": "Katrin Sommerfeld",
      "person": 3, "about": "Mahnung"}),
    ("3 Nov call with Anna", CALL | ANNA | {"day": date(2026, 11, 3)}),
    ("call 2026-10-05 with Anna", CALL | ANNA | {"day": date(2026, 10, 5)}),
    ("call Dec 24 with Anna about candles",
     {"remind_on": date(2026, 12, 24), "remind": "Call with Anna about candles", "only_reminder": True}),
    ("Anruf vor 3 Tagen mit Anna", CALL | ANNA | {"day": date(2026, 11, 19)}),
    ("call two weeks ago with Anna", CALL | ANNA | {"day": date(2026, 11, 8)}),
    ("note: Anna wants brass", {"kind": "note", "text": "Anna wants brass"}),
    ("Notiz gestern: Schlüssel liegt beim Nachbarn", {"kind": "note", "day": SAT, "text": "Schlüssel liegt beim Nachbarn"}),
    ("gestern war Anna hier und hat die Lampe gezahlt", {"day": SAT, "text": "war Anna hier und hat die Lampe gezahlt"}),
    # A reminder, or nothing but one.
    ("remind me Tuesday to send the catalogue",
     {"remind_on": TUE, "remind": "Send the catalogue", "only_reminder": True}),
    ("Dienstag an Katalog erinnern", {"remind_on": TUE, "remind": "Katalog", "only_reminder": True}),
    ("Katalog schicken, Mittwoch erinnern",
     {"text": "Katalog schicken", "remind_on": date(2026, 11, 25), "remind": "Katalog schicken"}),
    ("meeting tomorrow 15:00 with Anna about lamp",
     {"remind_on": date(2026, 11, 23), "remind_at": time(15), "remind": "Meeting with Anna about lamp", "only_reminder": True}),
    ("Termin übermorgen mit Anna",
     {"remind_on": TUE, "remind": "Termin mit Anna", "only_reminder": True}),
    ("call 16:00 with Anna", {"remind_on": TODAY, "remind_at": time(16), "remind": "Call with Anna", "only_reminder": True}),
    ("rückruf morgen 9 Uhr", {"remind_on": date(2026, 11, 23), "remind_at": time(9), "remind": "Rückruf", "only_reminder": True}),
    ("call about lamp and follow up in 2 weeks",
     CALL | {"about": "lamp", "remind_on": date(2026, 12, 6), "remind": "Follow up: lamp"}),
    ("visited Anna Monday follow up Friday",
     ANNA | {"kind": "visit", "direction": "out", "day": date(2026, 11, 16), "remind_on": date(2026, 11, 27),
             "remind": "Follow up"}),
    ("call Anna, follow up Tuesday, she wants brass",
     CALL | ANNA | {"text": "she wants brass", "remind_on": TUE, "remind": "Follow up: she wants brass"}),
    ("Anruf Anna, nachfassen nächste Woche", CALL | ANNA | {"remind_on": date(2026, 11, 23), "remind": "Nachfassen"}),
    ("Anruf Anna, Wiedervorlage 1.12.", CALL | ANNA | {"remind_on": date(2026, 12, 1), "remind": "Wiedervorlage"}),
    ("Anruf mit Anna, nachfassen Di", CALL | ANNA | {"remind_on": TUE, "remind": "Nachfassen"}),
    # One that comes again.
    ("remind me every last Friday to clean the kiln",
     REPEATED | {"remind_on": date(2026, 11, 27), "remind": "Clean the kiln", "repeats": "every 1 month last fr"}),
    ("jeden letzten Freitag erinnern: Ofen reinigen",
     REPEATED | {"remind_on": date(2026, 11, 27), "remind": "Ofen reinigen", "repeats": "every 1 month last fr"}),
    ("Erinnere mich jeden letzten Freitag daran, den Ofen zu reinigen",
     REPEATED | {"remind_on": date(2026, 11, 27), "remind": "Den Ofen zu reinigen", "repeats": "every 1 month last fr"}),
    ("remind me to clean the kiln on the last Friday of every month at 9",
     REPEATED | {"remind_on": date(2026, 11, 27), "remind_at": time(9), "remind": "Clean the kiln",
                 "repeats": "every 1 month last fr at 09:00"}),
    ("follow up every 3 months",
     REPEATED | {"remind_on": date(2027, 2, 22), "remind": "Follow up", "repeats": "every 3 month"}),
    ("alle 3 Monate nach Erledigung nachfassen",
     {"remind_on": date(2027, 2, 22), "remind": "Nachfassen", "repeats": "every 3 month", "repeats_from": "done",
      "only_reminder": True}),
    ("call with Anna about lamp, follow up every 2 weeks on Monday",
     CALL | ANNA | {"about": "lamp", "remind_on": date(2026, 11, 23), "remind": "Follow up: lamp",
                    "repeats": "every 2 week mo", "repeats_from": "due"}),
    ("remind me every Monday, Wednesday and Friday to water the plants",
     REPEATED | {"remind_on": date(2026, 11, 23), "remind": "Water the plants", "repeats": "every 1 week mo we fr"}),
    ("remind me every 2 weeks starting Tuesday to ring up",
     REPEATED | {"remind_on": TUE, "remind": "Ring up", "repeats": "every 2 week"}),
    ("Wiedervorlage monatlich ab 1.12.",
     REPEATED | {"remind_on": date(2026, 12, 1), "remind": "Wiedervorlage", "repeats": "every 1 month"}),
    ("remind me every month 3 lamps have to be cleaned",
     REPEATED | {"remind_on": date(2026, 12, 22), "remind": "3 lamps have to be cleaned", "repeats": "every 1 month"}),
    ("remind me Tuesday to send the weekly report",
     {"remind_on": TUE, "remind": "Send the weekly report", "only_reminder": True}),
    ("remind me to look at every lamp", {"text": "remind me to look at every lamp"}),
    ("Anna wants delivery every Friday", {"text": "Anna wants delivery every Friday"}),
    # What is not understood stays text.
    ("Anna wants delivery on Friday", {"text": "Anna wants delivery on Friday"}),
    ("asked about mail server", {"text": "asked about mail server"}),
    ("So ist das eben", {"text": "So ist das eben"}),
    ("brief call with Anna", {"text": "brief call with Anna"}),
    ("Termin mit Problem besprochen", {"kind": "meeting", "text": "mit Problem besprochen"}),
    ("call with Anna about Friday delivery", CALL | ANNA | {"about": "Friday delivery"}),
    ("call about 31.2. delivery", CALL | {"about": "31.2. delivery"}),
    ("follow up", {"text": "follow up"}),
    ("call 25:00", CALL | {"text": "25:00"}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "wanted"), LINES, ids=[line for line, _wanted in LINES])
def test_a_line_is_understood(line: str, wanted: dict[str, Any]) -> None:
    found = quick_entry.read(line, people=PEOPLE, today=TODAY, now=time(14, 30))
    said = {name: value for name, value in vars(found).items() if value and name != "parts"}
    assert said == {name: value for name, value in wanted.items() if value}


def test_a_name_that_two_people_share_stays_as_it_was_written() -> None:
    people = [(1, "Anna Krüger"), (2, "Anna Vogt")]
    assert quick_entry.read("call with Anna", people=people, today=TODAY).who == "Anna"
    assert quick_entry.read("call with Anna", people=people, today=TODAY).person is None
    assert quick_entry.read("call with Anna Vogt", people=people, today=TODAY).person == 2


def test_the_button_says_what_the_line_does_not() -> None:
    found = quick_entry.read("yesterday 15:00 Anna, 10 min", people=PEOPLE, kind="call", today=TODAY)
    assert (found.kind, found.person, found.minutes, found.day) == ("call", 1, 10, SAT)
    assert quick_entry.read("mail from Anna", people=PEOPLE, kind="call", today=TODAY).kind == "email"


def test_slashes_are_read_as_in_the_formats_of_the_owner() -> None:
    assert quick_entry.read("call 3/11 with Anna", today=TODAY).day == date(2026, 11, 3)
    assert quick_entry.read("call 3/11 with Anna", today=TODAY, month_first=True).day == date(2026, 3, 11)


def test_heading_and_text_of_the_entry() -> None:
    found = quick_entry.read("call with Anna about lamp, wants brass", people=PEOPLE, today=TODAY)
    assert (found.title, found.body) == ("Lamp", "wants brass")


def test_the_instant_that_a_line_names() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    at = quick_entry.happened_at(quick_entry.read("call yesterday 15:00", today=TODAY), now)
    assert (at.astimezone().date(), at.astimezone().time()) == (SAT, time(15))
    assert quick_entry.happened_at(quick_entry.read("call today", today=now.astimezone().date()), now) == now
    assert quick_entry.happened_at(quick_entry.read("hello", today=TODAY), now) == now


_WORDS = (
    "call Anruf gestern yesterday 15:00 15 Uhr mit with Anna Krüger wegen about lamp Lampe , ; . follow up nachfassen Dienstag "
    "Tuesday 3.11. 10 min and und remind me to an Friday note Notiz Jens 1.12. 31.2. 2026-11-03 in 2 weeks tomorrow morgen "
    "rief hat angerufen called e-mail from von Mail the : - 1,5 Std noon 3 Nov next week - ß İ ٣ every jeden letzten alle "
    "3 months Monate weekly on the of month daran starting ab done after"
)
_VOCABULARY = st.sampled_from([*_WORDS.split(), "\n"])
_LINE = st.one_of(st.text(max_size=80), st.lists(_VOCABULARY, max_size=14).map(" ".join))


@given(_LINE, st.sampled_from(["", *HAND_KINDS]))
def test_no_word_is_lost_and_nothing_breaks(line: str, kind: str) -> None:
    found = quick_entry.read(line, people=PEOPLE, kind=kind, today=TODAY, now=time(12))
    assert found.kind in ("", *HAND_KINDS)
    understood = [part for part in found.parts if part.what not in ("about", "reminder")]
    kept = f"{found.text} {found.about} {found.remind}".casefold()
    for word in re.finditer(r"\w+", line):
        is_part = any(part.start <= word.start() < part.end for part in understood)
        leads = any(part.start <= word.start() < part.end for part in found.parts) and _only_leads(word[0])
        assert is_part or leads or word[0].casefold() in kept, word[0]


def _only_leads(word: str) -> bool:
    """Whether a word only leads to what follows: "about", "and", "to"."""
    return bool(quick_words.LEADING.fullmatch(word) or quick_words.ABOUT.fullmatch(f"{word} "))
