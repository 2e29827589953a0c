"""Address cards, address books and calendars: what an owner exports from a phone or a mail program comes in whole."""

from __future__ import annotations

import base64
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from crm_desktop.core.errors import UserError
from crm_desktop.customers import contacts, customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import appointments, dumping, importing

_FIELDS = (
    "kind", "company", "title", "first_name", "last_name", "street", "postcode", "city", "country", "email", "phone",
    "website", "birthday_on", "notes",
)  # fmt: skip


def _file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode())
    return path


def _customers() -> list[dict[str, Any]]:
    return [dict(row) for row in db.records(f"SELECT {', '.join(_FIELDS)} FROM customer ORDER BY id")]


def _card(body: str, version: str = "3.0") -> str:
    return f"BEGIN:VCARD\nVERSION:{version}\n{body}\nEND:VCARD\n"


FULL = (
    "N:Müller;Anna;Maria;Frau Dr.;\nFN:Dr. Anna Müller\nORG:Müller & Söhne\\, Dachbau;Büro\nTITLE:Inhaberin\n"
    "item1.TEL;TYPE=HOME:0351 999\nitem1.X-ABLabel:privat\nTEL;TYPE=WORK,PREF:+49 351 123\nTEL;TYPE=CELL:0171 55\n"
    "TEL;TYPE=WORK,FAX:0351 777\nEMAIL;TYPE=HOME:anna@privat.example\nEMAIL;TYPE=WORK:anna@dach.example\n"
    "ADR;TYPE=HOME:;;Weg 1;Freital;;01705;Deutschland\nADR;TYPE=WORK:;Hof 2;Hauptstr. 5;Dresden;Sachsen;01067;Deutschland\n"
    "URL:https\\://dach.example\nBDAY:19750403\nCATEGORIES:Stamm,Handwerk\nNOTE:Klingel\\, zweimal\\nHund\\; beißt nicht"
)


def test_a_card_comes_in_with_all_that_it_says(data_file, tmp_path):
    result = importing.run(_file(tmp_path, "anna.vcf", _card(FULL)))
    assert (result.format, result.kind, result.header_row) == ("vcard", "customers", 0)
    assert result.outcome.created["customers"] == 1
    assert _customers() == [
        {
            "kind": "organisation", "company": "Müller & Söhne, Dachbau", "title": "Dr.", "first_name": "Anna",
            "last_name": "Müller", "street": "Hauptstr. 5", "postcode": "01067", "city": "Dresden", "country": "DE",
            "email": "anna@dach.example", "phone": "+49 351 123", "website": "https://dach.example",
            "birthday_on": "1975-04-03", "notes": "Klingel, zweimal\nHund; beißt nicht",
        }
    ]  # fmt: skip
    more = dict(db.query("SELECT value, kind FROM contact_channel"))
    assert {"anna@privat.example", "0171 55", "0351 999"} <= set(more)
    assert "0351 777" not in more, "a fax is no number to call"
    assert {name for (name,) in db.query("SELECT name FROM tag")} >= {"Stamm", "Handwerk"}
    own = dict(db.query("SELECT f.name, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id"))
    assert own["Fax"] == "0351 777"
    assert own["Further address"] == "Weg 1, 01705 Freital, Deutschland"


def test_the_same_cards_twice_change_nothing_and_go_again_with_undo(data_file, tmp_path):
    path = _file(tmp_path, "anna.vcf", _card(FULL) + _card("N:Beck;Ben;;;\nFN:Ben Beck"))
    first = importing.run(path)
    again = importing.run(path)
    assert (dict(again.outcome.created), dict(again.outcome.updated)) == ({}, {})
    assert first.import_id is not None
    importing.undo(first.import_id)
    assert _customers() == []


@pytest.mark.parametrize(
    "content",
    [
        _card("N:Müller;Jörg;;;\nFN:Jörg Müller", "2.1").encode("cp1252"),
        _card("N:Müller;Jörg;;;\nFN:Jörg Müller", "2.1").encode(),
        _card("N:Müller;Jörg;;;\nFN:Jörg Müller", "4.0").encode("utf-16"),
        _card("N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg;;;", "2.1").encode(),
        _card("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6=\nrg;;;", "2.1").encode(),
        _card("N;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg", "2.1").encode(),
        _card("N;QUOTED-PRINTABLE:M=FCller;J=F6rg", "2.1").encode(),
        _card("N:Mül\n ler;Jö\n rg").encode(),
    ],
)
def test_any_charset_and_coding_of_a_name_is_read(data_file, tmp_path, content):
    importing.run(_file(tmp_path, "card.vcf", content.replace(b"\n", b"\r\n") if b"\0" not in content else content))
    assert [(c["first_name"], c["last_name"]) for c in _customers()] == [("Jörg", "Müller")]


@pytest.mark.parametrize(
    ("written", "birthday"),
    [
        ("1980-03-22", "1980-03-22"), ("19800322T000000Z", "1980-03-22"), ("--0322", "1604-03-22"),
        ("--03-22", "1604-03-22"), ("1604-03-22", "1604-03-22"), ("--02-29", "1604-02-29"),
    ],
)  # fmt: skip
def test_birthdays_with_and_without_a_year(data_file, tmp_path, written, birthday):
    importing.run(_file(tmp_path, "card.vcf", _card(f"N:Beck;Ben\nBDAY;VALUE=date:{written}")))
    assert _customers()[0]["birthday_on"] == birthday
    assert not db.query("SELECT 1 FROM custom_value")


def test_an_anniversary_becomes_a_day_to_remember_once(data_file, tmp_path):
    card = _card("N:Beck;Ben\nEMAIL:ben@example.org\nANNIVERSARY:20090815")
    result = importing.run(_file(tmp_path, "card.vcf", card))
    assert db.query("SELECT title, day_on, is_yearly FROM customer_date") == [("Anniversary", "2009-08-15", 1)]
    again = importing.run(_file(tmp_path, "again.vcf", card))
    assert again.outcome.unchanged["customers"] == 1
    other = _card("N:Beck;Ben\nEMAIL:ben@example.org\nANNIVERSARY:--0514")
    importing.run(_file(tmp_path, "other.vcf", other))
    assert [day for (day,) in db.query("SELECT day_on FROM customer_date")] == ["2009-08-15", "1604-05-14"]
    assert result.outcome.created["customers"] == 1


def _picture(color: str, form: str = "JPEG", side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), color).save(out, form)
    return out.getvalue()


def _coded(content: bytes) -> str:
    text = base64.b64encode(content).decode()
    return "\n ".join(text[i : i + 70] for i in range(0, len(text), 70))


def _photos() -> dict[str, tuple[str, bytes]]:
    return {
        last: (name, bytes(content))
        for last, name, content in db.query(
            "SELECT c.last_name, a.name, f.content FROM attachment a JOIN stored_file f ON f.id = a.file_id "
            "JOIN customer c ON c.id = a.owner_id WHERE a.owner = 'customer'"
        )
    }


def test_pictures_of_every_version_are_kept_and_go_again_with_undo(data_file, tmp_path):
    red, blue, green = _picture("red"), _picture("blue", "PNG"), _picture("green", "GIF")
    before = dumping.text(business=True)
    cards = (
        _card(f"N:Alt;Ada\nPHOTO;JPEG;ENCODING=BASE64:\n {_coded(red)}\n\nEMAIL:ada@alt.example", "2.1")
        + _card(f"N:Beck;Ben\nitem1.PHOTO;ENCODING=b;TYPE=PNG:{_coded(blue)}\nNOTE:after it")
        + _card(
            f"N:Cut;Carl\nLOGO:data:image/png;base64,{_coded(blue)}\nPHOTO:data:image/gif;base64\\,{_coded(green)}",
            "4.0",
        )
    )
    path = _file(tmp_path, "cards.vcf", cards)
    with importing.open_file(path) as opened:
        opened.choose()
        assert opened.match().mapping()["photo"] == "Photo"
    result = importing.run(path)
    assert _photos() == {"Alt": ("Photo.jpg", red), "Beck": ("Photo.png", blue), "Cut": ("Photo.gif", green)}
    assert [c["notes"] for c in _customers()] == ["", "after it", ""]
    assert [note.reason for note in result.outcome.warnings] == ["1 picture or sound was left out"], "the logo"
    again = importing.run(path)
    assert (dict(again.outcome.created), dict(again.outcome.updated), len(_photos())) == ({}, {}, 3)
    importing.undo(result.import_id or 0)
    assert dumping.text(business=True) == before


def test_a_new_picture_of_a_known_customer_is_a_change_that_the_dry_run_tells(data_file, tmp_path):
    importing.run(_file(tmp_path, "ben.vcf", _card("N:Beck;Ben\nEMAIL:b@beck.example")))
    path = _file(
        tmp_path, "photo.vcf", _card(f"N:Beck;Ben\nEMAIL:b@beck.example\nPHOTO;ENCODING=b:{_coded(_picture('red'))}")
    )
    told = importing.run(path, dry_run=True)
    assert [(change.field, change.new[:4]) for change in told.outcome.changes] == [("photo", "JPEG")]
    assert _photos() == {}
    importing.run(path)
    assert _photos()["Beck"][0] == "Photo.jpg"
    assert importing.run(path, dry_run=True).outcome.unchanged["customers"] == 1


def test_pictures_that_cannot_be_kept_are_told_and_refuse_nothing(data_file, tmp_path):
    red = _picture("red", "PNG")
    cards = (
        _card(f"N:Noise;Ned\nPHOTO;ENCODING=b;TYPE=JPEG:{_coded(bytes(3000))}")
        + _card(f"N:Half;Hal\nPHOTO;ENCODING=b:{_coded(red[: len(red) // 2])}\nEMAIL:hal@half.example")
        + _card("N:Link;Lea\nPHOTO;VALUE=uri:https://photos.example/lea.jpg")
        + _card(f"N:Large;Lou\nPHOTO;ENCODING=b:{_coded(bytes(5_100_000))}")
        + _card("N:Not;Nat\nPHOTO;ENCODING=b:A\nSOUND;ENCODING=b:AAAA")
    )  # fmt: skip
    result = importing.run(_file(tmp_path, "cards.vcf", cards))
    assert [(c["last_name"], c["email"]) for c in _customers()] == [
        ("Noise", ""), ("Half", "hal@half.example"), ("Link", ""), ("Large", ""), ("Not", "")
    ]  # fmt: skip
    broken, large = "The picture cannot be read; it was left out", "The picture is larger than 5 MB; it was left out"
    assert [(note.row, note.reason) for note in result.outcome.warnings] == [
        (1, broken), (2, broken), (4, large), (5, broken), (0, "2 pictures or sounds were left out"),
    ]  # fmt: skip
    assert _photos() == {}


def test_a_picture_of_an_address_book_is_kept(data_file, tmp_path):
    red = _picture("red")
    entry = (
        f"dn: cn=Ben Beck\ncn: Ben Beck\ngivenName: Ben\nsn: Beck\njpegPhoto:: {_coded(red)}\nmail: b@beck.example\n"
    )
    importing.run(_file(tmp_path, "book.ldif", entry))
    assert _photos() == {"Beck": ("Photo.jpg", red)}
    assert _customers()[0]["email"] == "b@beck.example"


def test_a_column_of_a_table_is_no_picture(data_file, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name;Bild\nBen Beck;C:\\ben.jpg\n", encoding="utf-8")
    result = importing.run(path, "customers", mapping={"name": "Name", "photo": "Bild"})
    assert [note.reason for note in result.outcome.warnings] == ["Only address cards bring pictures; left out"]


def test_one_broken_card_does_not_stop_the_others(data_file, tmp_path):
    cards = (
        _card("N:Beck;Ben")
        + _card("NOTE:nobody\nTHIS IS NO LINE")
        + _card("N:Alt;Ada\nrubbish without a colon")
        + "BEGIN:VCARD\nVERSION:3.0\nFN:Carl Cut\n"
        + _card("FN:Doro Dorn\nKIND:individual", "4.0")
        + _card("FN:Chor\nKIND:group\nMEMBER:urn:uuid:1", "4.0")
    )
    result = importing.run(_file(tmp_path, "cards.vcf", cards))
    assert [c["last_name"] for c in _customers()] == ["Beck", "Alt", "Cut", "Dorn"]
    assert [note.row for note in result.outcome.skipped] == [2, 6]
    assert {note.row for note in result.outcome.warnings} == {3, 4}
    assert result.rows == 4


def test_a_card_within_a_card_is_not_the_one(data_file, tmp_path):
    card = "N:Boss;Big\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nN:Help;Er\nEND:VCARD\nEMAIL:boss@x.example"
    importing.run(_file(tmp_path, "card.vcf", _card(card, "2.1")))
    assert [(c["last_name"], c["email"]) for c in _customers()] == [("Boss", "boss@x.example")]


def test_a_firm_without_a_person_is_an_organisation(data_file, tmp_path):
    cards = _card("N:;;;;\nFN:Backhaus Berg\nORG:Backhaus Berg\nX-ABShowAs:COMPANY") + _card(
        "FN:Rad & Tat\nKIND:org\nTEL;VALUE=uri:tel:+49-30-1", "4.0"
    )
    importing.run(_file(tmp_path, "cards.vcf", cards))
    assert [(c["kind"], c["company"], c["last_name"], c["phone"]) for c in _customers()] == [
        ("organisation", "Backhaus Berg", "", ""),
        ("organisation", "Rad & Tat", "", "+49-30-1"),
    ]


def test_an_address_crammed_into_one_part_is_split(data_file, tmp_path):
    card = _card("N:Beck;Ben\nADR;TYPE=HOME:;;Hauptstr. 12\\n20095 Hamburg\\nDeutschland;;;;")
    importing.run(_file(tmp_path, "card.vcf", card))
    found = _customers()[0]
    assert (found["street"], found["postcode"], found["city"]) == ("Hauptstr. 12", "20095", "Hamburg")


LDIF = """version: 1

# exported today
dn: cn=Anna Müller,mail=anna@dach.example
objectclass: top
objectclass: inetOrgPerson
objectclass: mozillaAbPersonAlpha
givenName: Anna
sn:: TcO8bGxlcg==
cn: Anna M
 üller
mail: anna@dach.example
mozillaSecondEmail: anna@privat.example
telephoneNumber: 0351 123
mobile: 0171 55
street: Hauptstr. 5
postalCode: 01067
l: Dresden
c: Deutschland
o: Dachbau
birthyear: 1975
birthmonth: 4
birthday: 3
description:: RXJzdGUgWmVpbGUKendlaXRlIFplaWxl

dn: cn=Chor
objectclass: groupOfNames
cn: Chor
member: cn=Anna

dn: cn=leer
objectclass: person
"""


def test_an_address_book_in_ldif_comes_in(data_file, tmp_path):
    result = importing.run(_file(tmp_path, "book.ldif", LDIF))
    assert result.format == "ldif"
    found = _customers()
    assert len(found) == 1
    assert (found[0]["first_name"], found[0]["last_name"], found[0]["company"]) == ("Anna", "Müller", "Dachbau")
    assert (found[0]["email"], found[0]["postcode"], found[0]["birthday_on"]) == (
        "anna@dach.example", "01067", "1975-04-03",
    )  # fmt: skip
    assert found[0]["notes"] == "Erste Zeile\nzweite Zeile"
    assert [note.row for note in result.outcome.skipped] == [2, 3]


def _event(summary: str, start: str, more: str = "") -> str:
    return f"BEGIN:VEVENT\nSUMMARY:{summary}\nDTSTART;VALUE=DATE:{start}\n{more}BEGIN:VALARM\nSUMMARY:x\nEND:VALARM\nEND:VEVENT\n"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Geburtstag von Anna Müller", "Anna Müller"), ("Anna Müller hat Geburtstag", "Anna Müller"),
        ("Anna Müller (Geburtstag)", "Anna Müller"), ("Anna Müller’s birthday", "Anna Müller"),
        ("Anna Müllers Geburtstag", "Anna Müller"), ("Anniversaire de Anna Müller", "Anna Müller"),
        ("Cumpleaños de Anna Müller", "Anna Müller"), ("Birthday: Anna Müller", "Anna Müller"),
        ("🎂 Anna Müller (1975)", "Anna Müller"), ("🎂 Anna Müller wird 50", "Anna Müller"),
        ("Anna Müller's 50th birthday", "Anna Müller"), ("Anna Müllers 50. Geburtstag", "Anna Müller"),
    ],
)  # fmt: skip
def test_birthdays_of_a_calendar_go_to_the_person_named(data_file, tmp_path, title, name):
    yearly = "RRULE:FREQ=YEARLY\n"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{_event(title, '19750403', yearly)}{_event('Zahnarzt', '21261124')}END:VCALENDAR\n"
    result = importing.run(_file(tmp_path, "dates.ics", text))
    found = _customers()
    assert [(f"{c['first_name']} {c['last_name']}", c["birthday_on"]) for c in found] == [(name, "1975-04-03")]
    assert dict(result.outcome.created) == {"customers": 1, "reminders": 1}
    assert db.query("SELECT title FROM reminder") == [("Zahnarzt",)]


def test_a_calendar_completes_a_customer_who_is_there(data_file, tmp_path):
    importing.run(_file(tmp_path, "card.vcf", _card("N:Müller;Anna")))
    event = _event("Geburtstag von Anna Müller", "19750403")
    importing.run(_file(tmp_path, "d.ics", f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n"))
    assert [c["birthday_on"] for c in _customers()] == ["1975-04-03"]


def test_a_birthday_of_a_contact_person_goes_to_the_person_and_makes_no_second_customer(data_file, tmp_path):
    practice = customers.save({"company": "Praxis Ahrens"})
    contacts.save_person(contacts.Person(customer_id=practice, first_name="Kerstin", last_name="Ahrens"))
    for first_name in ("Jo", "Ida"):
        other = customers.save({"company": f"Haus {first_name}"})
        contacts.save_person(contacts.Person(customer_id=other, first_name="Kim", last_name="Beck"))
    text = f"{_event('Geburtstag von Kerstin Ahrens', '19750403')}{_event('Geburtstag von Kim Beck', '19800101')}"
    path = _file(tmp_path, "d.ics", f"BEGIN:VCALENDAR\n{text}END:VCALENDAR\n")
    told = importing.run(path, dry_run=True)
    assert [(c.record, c.new) for c in told.outcome.changes] == [("Kerstin Ahrens · Praxis Ahrens", "1975-04-03")]
    assert contacts.people(practice)[0].birthday is None
    result = importing.run(path)
    assert contacts.people(practice)[0].birthday == date(1975, 4, 3)
    assert (dict(result.outcome.created), dict(result.outcome.updated)) == ({"customers": 1}, {"customers": 1})
    assert dict(importing.run(path).outcome.unchanged) == {"customers": 2}
    importing.undo(result.import_id or 0)
    assert contacts.people(practice)[0].birthday is None
    with importing.open_file(path) as opened:
        opened.choose()
        assert appointments.what_is_in(opened.source) == "2 birthdays"


def test_a_birthday_goes_to_the_firm_on_whose_card_the_person_stands(data_file, tmp_path):
    importing.run(_file(tmp_path, "card.vcf", _card("N:Vogel;Katrin\nORG:Praxis Vogel\nTEL:030 99887766")))
    text = f"BEGIN:VCALENDAR\n{_event('Geburtstag von Katrin Vogel', '19750709')}END:VCALENDAR\n"
    result = importing.run(_file(tmp_path, "d.ics", text))
    assert (dict(result.outcome.created), dict(result.outcome.updated)) == ({}, {"customers": 1})
    assert [(c["company"], c["birthday_on"]) for c in _customers()] == [("Praxis Vogel", "1975-07-09")]


def test_appointments_of_a_calendar_become_reminders_once_and_go_again(data_file, tmp_path):
    before = dumping.text(business=True)
    events = (
        "BEGIN:VEVENT\nUID:a\nSUMMARY:Zahnarzt\nDTSTART:21261124T153000\nRRULE:FREQ=YEARLY\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:b\nSUMMARY:Vorbei\nDTSTART:20010101T090000\nEND:VEVENT\n"
        "BEGIN:VTODO\nUID:c\nSUMMARY:Steuer\nDUE;VALUE=DATE:21261231\nEND:VTODO\n"
    )
    path = _file(tmp_path, "work.ics", f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n")
    told = importing.run(path, dry_run=True)
    assert dumping.text(business=True) == before
    assert (told.kind, dict(told.outcome.created)) == ("reminders", {"reminders": 2})
    words = [(note.value, note.reason) for note in told.outcome.warnings]
    assert words[0][1] == "Appointments and tasks become reminders. 2 reminders are new. 1 is over."
    assert words[1][0] == "Zahnarzt"
    assert words[1][1] == "Becomes a reminder: 24 Nov 2126, 15:30, every year on 24 November."
    result = importing.run(path)
    assert db.query("SELECT title, due_on, due_time FROM reminder ORDER BY id") == [
        ("Zahnarzt", "2126-11-24", "15:30"), ("Steuer", "2126-12-31", None),
    ]  # fmt: skip
    assert dict(importing.run(path).outcome.unchanged) == {"reminders": 2}
    assert [run.kind for run in importing.imports()] == ["reminders", "reminders"]
    importing.undo(result.import_id or 0)
    assert dumping.text(business=True) == before
    assert dict(importing.run(_file(tmp_path, "ben.vcf", _card("N:Beck;Ben"))).outcome.created) == {"customers": 1}


def test_a_birthday_that_is_no_appointment_comes_in_alone(data_file, tmp_path):
    event = "BEGIN:VEVENT\nSUMMARY:Ben Beck\nX-BIRTHDAY:1980-03-22\nEND:VEVENT\n"
    importing.run(_file(tmp_path, "d.ics", f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n"))
    assert [(c["last_name"], c["birthday_on"]) for c in _customers()] == [("Beck", "1980-03-22")]


def test_an_empty_calendar_is_refused_in_a_sentence(data_file, tmp_path):
    with pytest.raises(UserError, match="no appointment"):
        importing.run(_file(tmp_path, "d.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"))


@pytest.mark.parametrize(
    "line",
    [
        "TEL" + ";a=," * 500 + '"":1',
        "TEL;TYPE=" + "," * 900 + '"x:1',
        'TEL;TYPE="' + "a" * 5000 + ":1",
        "TEL;" * 900 + ":1",
    ],
)
def test_a_line_made_to_keep_the_reader_busy_does_not(data_file, tmp_path, line):
    importing.run(_file(tmp_path, "card.vcf", _card(f"N:Beck;Ben\n{line}")))
    assert [c["last_name"] for c in _customers()] == ["Beck"]


def test_types_between_quotation_marks_count_each(data_file, tmp_path):
    card = 'N:Beck;Ben\nTEL;TYPE="fax,work":0351 999\nTEL;TYPE="home,voice";PREF=1:0351 123\nTEL;TYPE="x:y;z":0351 555'
    importing.run(_file(tmp_path, "card.vcf", _card(card, "4.0")))
    assert [c["phone"] for c in _customers()] == ["0351 123"]


def test_what_programs_say_in_their_own_way_is_understood(data_file, tmp_path):
    cards = (
        _card("FN:Eva Ott\nN:Ott;Eva\nitem1.TEL:0351 77\nitem1.X-ABLabel:homeFax\nTEL;TYPE=CELL:0171 1\nTEL;TYPE=HOME:0351 1\n"
              "TEL;TYPE=WORK:0351 2\nTEL:0351 3\nEMAIL:eva@ott.example\nX-CUSTOM1;VALUE=TEXT:Stammkundin\n"
              "item2.X-ABDATE:2010-05-01\nitem2.X-ABLabel:_$!<Anniversary>!$_")
        + _card(f"N:Beck;Ben\nX-EVOLUTION-ANNIVERSARY:2011-06-02\nX-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:\n {_coded(_picture('red'))}")
        + _card("N:Cole;Cay\nANNIVERSARY:20090808T1430-0500\nBDAY:\nBDAY:1980-02-03")
        + _card("N:Dorn;Dov\nX-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2012-03-04;1;;;")
    )  # fmt: skip
    result = importing.run(_file(tmp_path, "cards.vcf", cards))
    assert not result.outcome.warnings
    more = [value for (value,) in db.query("SELECT value FROM contact_channel WHERE kind = 'phone' ORDER BY id")]
    assert [db.value("SELECT phone FROM customer WHERE last_name = 'Ott'"), *more] == [
        "0351 2", "0171 1", "0351 1", "0351 3",
    ]  # fmt: skip
    assert dict(db.query("SELECT f.name, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id")) == {
        "Fax": "0351 77", "Custom 1": "Stammkundin",
    }  # fmt: skip
    days = db.query(
        "SELECT c.last_name, d.day_on FROM customer_date d JOIN customer c ON c.id = d.customer_id ORDER BY 1"
    )
    assert days == [("Beck", "2011-06-02"), ("Cole", "2009-08-08"), ("Dorn", "2012-03-04"), ("Ott", "2010-05-01")]
    assert list(_photos()) == ["Beck"]


def test_changes_of_a_directory_are_nobody_s_entry(data_file, tmp_path):
    book = (
        "version: 1\n\ndn: uid=eva,o=firm\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Eva Ott\nsn: Ott\nmail: eva@ott.example\n"
        "postalAddress: Weg 1$01067 Dresden$Deutschland\nmozillaCustom1: Stamm\n\n"
        "dn: uid=udo,o=firm\nchangetype: modify\nreplace: mail\nmail: udo@ott.example\n-\n\ndn: uid=pia,o=firm\nchangetype: delete\n"
    )
    result = importing.run(_file(tmp_path, "changes.ldif", book))
    found = _customers()
    assert [(c["last_name"], c["street"], c["postcode"], c["city"]) for c in found] == [
        ("Ott", "Weg 1", "01067", "Dresden")
    ]
    assert [note.row for note in result.outcome.skipped] == [2, 3]
