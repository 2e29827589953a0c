"""Small real files of every format, broken at random, and a process that puts them through the whole dry run.

The process has the limits of the one that reads foreign files; it says of each file "read", "refused", or what went wrong.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import random
import traceback
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import bank_samples
from binary_books import write_xlsb
from import_files import CUSTOMERS, csv_text, write_xlsx
from in_process import Here

_XLS = Path(__file__).parents[1] / "data" / "small.xls"
# The smallest picture there is.
_PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
_CARDS = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Anna;;Dr.;\r\nFN:Dr. Anna Müller\r\nORG:Dachbau GmbH;Vertrieb\r\n"
    "TEL;TYPE=WORK:+49 351 123456\r\nEMAIL;TYPE=INTERNET:anna@x.example\r\nADR;TYPE=WORK:;;Weg 1;Dresden;;01067;Germany\r\n"
    f"BDAY:1975-04-03\r\nPHOTO;ENCODING=b;TYPE=PNG:{_PICTURE[:60]}\r\n {_PICTURE[60:]}\r\nNOTE:eins\\nzwei\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n"
    "TEL;WORK;VOICE:0351 99\r\nEND:VCARD\r\n"
)
_BOOK = (
    "version: 1\n\ndn: cn=Anna Müller,mail=a@x.example\nobjectclass: person\ngivenName: Anna\nsn:: TcO8bGxlcg==\n"
    "cn: Anna\n Müller\nmail: a@x.example\ntelephoneNumber: 0351 123456\njpegPhoto:: "
    + _PICTURE
    + "\no: Dachbau\n\ndn: cn=Ben\ncn: Ben Beck\n"
    "mail: b@x.example\n"
)
_CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Geburtstag Anna Müller\r\n"
    "DTSTART;VALUE=DATE:19750403\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Termin\\, wichtig\r\n"
    "DTSTART;TZID=Europe/Berlin:20261124T093000\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)
_NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b";" * 300, b",", b"\r", b"\n" * 50, b"<", b"&amp;&", b"]]>", b"=1+1",
    b"9" * 400, b"-1", b"1e999", b"NaN", b"31.02.2026", b"\xe2\x80\xae", b"\xf0\x9f\x91\xa9\xe2\x80\x8d", b"A" * 5000, b"{" * 500,
    b"[" * 500, b"BEGIN:VCARD\r\n", b"END:VCALENDAR\r\n", b"\x1a", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"\xc3", b"::", b"\\",
)  # fmt: skip
BANK = {"camt": "xml", "mt940": "mt940"}
FORMATS = ("xlsx", "xlsb", "xls", "ods", "csv", "vcf", "ldif", "ics", "json", *BANK)


def seed_file(form: str, folder: Path) -> bytes:
    """A small real file of a format."""
    path = folder / f"seed.{form}"
    if form == "xlsx":
        write_xlsx(path, {"Kunden": CUSTOMERS, "Anderes": [["a", 1], ["b", 2.5]]})
    elif form == "xlsb":
        write_xlsb(path, CUSTOMERS)
    elif form == "xls":
        return _XLS.read_bytes()
    elif form == "ods":
        _write_ods(path)
    else:
        camt = bank_samples.camt(
            [bank_samples.camt_entry("119.00", bank_samples.camt_details("RE-1"))], closing="1119.00"
        )
        texts = {
            "csv": csv_text(CUSTOMERS), "vcf": _CARDS, "ldif": _BOOK, "ics": _CALENDAR, "camt": camt,
            "json": json.dumps([dict(zip(CUSTOMERS[0], row, strict=True)) for row in CUSTOMERS[1:]]),
            "mt940": bank_samples.MT940,
        }  # fmt: skip
        return texts[form].encode()
    return path.read_bytes()


def _write_ods(path: Path) -> None:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(escape(text)) for text in row)}</table:table-row>" for row in CUSTOMERS
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0"><office:body><office:spreadsheet><table:table table:name="K">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>')
        archive.writestr("content.xml", content)


def broken(content: bytes, chance: random.Random) -> bytes:
    """A file with a few faults; of packed ones mostly a member, so that the faults reach its reader."""
    if content.startswith(b"PK") and chance.random() < 0.85:
        return _broken_member(content, chance)
    for _fault in range(chance.choice((1, 1, 2, 3, 8))):
        content = _faulty(content, chance)
    return content


def _broken_member(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([n for n in members if n != "mimetype"])
    for _fault in range(chance.choice((1, 1, 2, 5))):
        members[name] = _faulty(members[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, inside in members.items():
            archive.writestr(member, inside)
    return out.getvalue()


def _faulty(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    until = min(len(content), at + chance.choice((1, 4, 30, 300)))
    kind = chance.randrange(6)
    if kind == 0 and content:
        at = min(at, len(content) - 1)
        return content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
    if kind == 1:
        return content[:at] + content[until:]
    if kind == 2:
        return content[:at] + content[at:until] * chance.choice((2, 3, 50)) + content[until:]
    if kind == 3:
        return content[:at] + chance.choice(_NASTY) + content[at:]
    if kind == 4:
        other = chance.randrange(len(content) + 1)
        return content[:at] + content[other : other + 60] + content[until:]
    return (
        content[:at]
        if chance.random() < 0.3
        else content[:at] + bytes(chance.randrange(256) for _ in range(6)) + content[until:]
    )


# ---- the process that reads ------------------------------------------------------------------------------------------


def _look(path: Path, form: str) -> str:
    """Read a file and do everything that a dry run does."""
    from crm_desktop.core.errors import Problem, UserError
    from crm_desktop.core.progress import Progress
    from crm_desktop.exchange import bank_child, importing
    from crm_desktop.exchange.identify import Refused

    try:
        if form in BANK:
            list(bank_child._read(path, BANK[form], "de"))
            return "read"
        with importing.Opened(Here(path), Progress()) as opened:
            opened.choose()
            opened.match()
            opened.preview(opened.match())
            opened.check()
    except (Refused, UserError, Problem, MemoryError):
        return "refused"
    return "read"


def serve(connection: Connection, data: str) -> None:
    """The process: look at one file after the other."""
    from crm_desktop.db import migrate
    from crm_desktop.exchange.reading_child import limit_itself

    migrate.open_file(Path(data))
    limit_itself()
    with contextlib.suppress(EOFError, OSError):
        while True:
            path, form = connection.recv()
            try:
                said = _look(Path(path), form)
            except Exception:  # noqa: BLE001  (that is what is looked for)
                said = traceback.format_exc()
            connection.send(said)


class Reader:
    """Hands files to the process; one that ended by itself is replaced, as the program would."""

    def __init__(self, data: Path) -> None:
        self._data = str(data)
        self._child: Any = None
        self._files = 0

    def look(self, path: Path, form: str, seconds: float = 20) -> str:
        """What became of a file: "read", "refused", "ended" (the process did), "hangs", or a traceback."""
        if self._child is None or self._files >= 300:
            self.close()
            self._start()
        self._files += 1
        self._connection.send((str(path), form))
        try:
            if self._connection.poll(seconds):
                return str(self._connection.recv())
            self.close()
            return "hangs"
        except (EOFError, OSError):
            self.close()
            return "ended"

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._child = context.Process(target=serve, args=(theirs, self._data), daemon=True)
        self._child.start()
        theirs.close()
        self._files = 0

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._connection.close()
            self._child.kill()
            self._child.join(10)
            self._child = None
