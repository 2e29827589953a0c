"""Small files that do what large or malicious ones do: each is read or refused like any other, quickly.

Each would keep a naive reader busy for ever, bring it down, or make it say something that nobody understands. The large
ones, which want more memory or time than there is, are made by `packaging/hostile_files.py`.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from binary_books import write_xlsb
from import_files import CUSTOMERS

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_XLS = Path(__file__).parents[1] / "data" / "small.xls"
Made = bytes | str


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_ROWS = (
    f'<row r="1">{_cell("A1", "Name")}{_cell("B1", "E-Mail")}</row>'
    f'<row r="2">{_cell("A2", "Anna Alt")}{_cell("B2", "a@x.example")}</row>'
)


def _zipped(parts: dict[str, Made], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _related(*pairs: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def book(
    rows: str = _ROWS,
    *,
    before: str = "",
    after: str = "",
    links: str = "",
    sheets: str = '<sheet name="A" sheetId="1" r:id="r1"/>',
    more: dict[str, Made] | None = None,
) -> dict[str, Made]:
    """The parts of a workbook of one sheet."""
    return {
        "_rels/.rels": _related(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": links or _related(("worksheet", "worksheets/sheet1.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
        **(more or {}),
    }


def _with_strings(strings: str, rows: str) -> bytes:
    links = _related(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))
    return _zipped(
        book(
            rows,
            links=links,
            more={"xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}" {strings}<si><t>Name</t></si></sst>'},
        )
    )


def _patched(content: bytes, mark: bytes, offset: int, put: bytes) -> bytes:
    """A packed file whose headers say something else."""
    found, place = bytearray(content), content.find(mark)
    while place >= 0:
        found[place + offset : place + offset + len(put)] = put
        place = content.find(mark, place + 4)
    return bytes(found)


def _days() -> bytes:
    """Numbers that are no days, in columns of days and of spans of time."""
    styles = f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>'
    numbers = ("1e308", "-1", "0", "60", "2958466", "NaN", "Infinity", "-Infinity", "1e-320", "99999999999999999999")
    rows = "".join(
        f'<row r="{row}">{_cell(f"A{row}", f"Anna{row}")}'
        + "".join(
            f'<c r="{letter}{row}" s="{style}"><v>{number}</v></c>' for letter, style in (("B", 1), ("C", 2), ("D", 0))
        )
        + "</row>"
        for row, number in enumerate(numbers, 2)
    )
    head = "".join(
        _cell(f"{letter}1", name)
        for letter, name in zip("ABCD", ("Name", "Geburtstag", "Dauer", "Umsatz"), strict=True)
    )
    links = _related(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
    return _zipped(book(f'<row r="1">{head}</row>{rows}', links=links, more={"xl/styles.xml": styles}))


def _ods(rows: str, *, head: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"{head}<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0"/>',
            "content.xml": content,
        }
    )


def _text(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def _row(cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{cells}</table:table-row>"


_HEAD = _row(_text("Name") + _text("E-Mail")) + _row(_text("Anna Alt") + _text("a@x.example"))


def _doubling(levels: int = 10) -> str:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(levels))
    return f"<!DOCTYPE x [{lines}]>"


def _xls(place: int, put: bytes) -> bytes:
    content = bytearray(_XLS.read_bytes())
    content[place : place + len(put)] = put
    return bytes(content)


def _circular() -> bytes:
    """Every sector of the file follows itself."""
    content = _XLS.read_bytes()
    table = 512 + 512 * struct.unpack_from("<I", content, 76)[0]
    numbers = struct.unpack_from("<128I", content, table)
    turned = [place if number < 0xFFFFFFFA else number for place, number in enumerate(numbers)]
    return _xls(table, struct.pack("<128I", *turned))


def _xlsb(folder: Path, put: Callable[[bytes], bytes]) -> bytes:
    path = folder / "seed.xlsb"
    write_xlsb(path, CUSTOMERS)
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, Made] = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if "sheet" in name and name.endswith(".bin"))
    content = parts[sheet]
    assert isinstance(content, bytes)
    return _zipped(parts | {sheet: put(content)})


def workbooks(folder: Path) -> dict[str, Made]:
    """Workbooks by name."""
    plain = _zipped(book())
    wide = (
        f'<?xml version="1.0" encoding="UTF-16"?>{_doubling()}<worksheet xmlns="{_MAIN}"><sheetData>'
        f'<row r="1">{_cell("A1", "&e9;")}</row></sheetData></worksheet>'
    )
    hidden = '<table:covered-table-cell table:number-columns-repeated="16384"/>'
    strange = "".join(
        f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
        for row, place in enumerate(("A0", "A99999999999999999999", "ZZZZZZZ1", "1A", "", "Ä1"), 3)
    )
    return {
        "parts that refer to themselves.xlsx": _zipped(
            book(links=_related(("worksheet", "workbook.xml"), ("sharedStrings", "workbook.xml")))
        ),
        "a part outside.xlsx": _zipped(book(links=_related(("worksheet", "../../../../etc/passwd")))),
        "a part elsewhere.xlsx": _zipped(book(links=_related(("worksheet", "http://127.0.0.1:9/s.xml")))),
        "strings that are not there.xlsx": _with_strings(
            'count="4294967295" uniqueCount="4294967295">',
            '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>4294967295</v></c></row>',
        ),
        "places that are none.xlsx": _zipped(book(_ROWS + strange)),
        "rows numbered beyond all.xlsx": _zipped(book('<row r="18446744073709551615"><c><v>1</v></c></row>')),
        "sheets of one name.xlsx": _zipped(book(sheets='<sheet name="A" sheetId="1" r:id="r1"/><sheet name="A" sheetId="2" r:id="r1"/>')),
        "sheet names with slashes.xlsx": _zipped(
            book(sheets="".join(f'<sheet name="a/b\\{n}:*?[]" sheetId="{n}" r:id="r1"/>' for n in range(1, 300)))
        ),
        "merged ranges.xlsx": _zipped(book(after="<mergeCells>" + '<mergeCell ref="A1:XFD9"/>' * 20_000 + "</mergeCells>")),
        "deep.xlsx": _zipped(book(f'<row r="1">{"<c>" * 20_000}{"</c>" * 20_000}</row>')),
        "a tag without end.xlsx": _zipped(book("<row " + 'hidden="1"' * 20_000)),
        "days that are none.xlsx": _days(),
        "signs that are none.xlsx": _zipped(book(_ROWS + f'<row r="3">{_cell("A3", "An&#x1;na _xD800_ &#xFFFE;")}</row>')),
        "entities in UTF-16.xlsx": _zipped(book() | {"xl/worksheets/sheet1.xml": wide.encode("utf-16")}),
        "a workbook in a workbook.xlsx": _zipped({"xl/workbook.xml": plain, "book.xlsx": plain}),
        "sizes that are lies.xlsx": _patched(plain, b"PK\x01\x02", 20, b"\xfe\xff\xff\xff\xfe\xff\xff\xff"),
        "protected parts.xlsx": _patched(plain, b"PK\x01\x02", 8, b"\x01"),
        "packed by nobody.xlsx": _patched(plain, b"PK\x01\x02", 10, b"\x61"),
        "names from the root.xlsx": _zipped({f"/{name}": part for name, part in book().items()} | {"C:\\evil": "x", "con": "x"}),
        "packed otherwise.xlsx": _zipped(book(), zipfile.ZIP_LZMA),
        "junk before.xlsx": b"PK\x03\x04" + b"\0" * 70_000 + plain,
        "sectors in a circle.xls": _circular(),
        "sectors of a strange size.xls": _xls(30, b"\x1f\0"),
        "tables that are not there.xls": _xls(68, b"\0\0\0\0\xff\xff\xff\xff"),
        "cut.xlsb": _xlsb(folder, lambda part: part[: len(part) * 2 // 3]),
        "a length that is a lie.xlsb": _xlsb(folder, lambda part: part[:40] + b"\0\xff\xff\xff\x7f" + part[40:]),
        "noise.xlsb": _xlsb(folder, lambda part: part[:60] + bytes(range(256)) * 400),
        "columns without end.ods": _ods(_row(_text("Name", ' table:number-columns-repeated="4294967295"'))),
        "rows without end.ods": _ods(_HEAD + _row(_text("x"), ' table:number-rows-repeated="999999999999"')),
        "repeated less than once.ods": _ods(_HEAD + _row(_text("x", ' table:number-columns-repeated="-5"'))),
        "covered.ods": _ods(_HEAD + _row(hidden, ' table:number-rows-repeated="1048575"')),
        "blanks by the billion.ods": _ods(_row(_text("Name")) + _row(_text('x<text:s text:c="4000000000"/>'))),
        "entities.ods": _ods(_row(_text("&e9;")), head=_doubling()),
    }  # fmt: skip


def _calendar() -> str:
    """Repetitions, days and alarms that make no sense."""
    rules = (
        "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=WEEKLY;INTERVAL=99999999999999999999",
        "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;UNTIL=99999999",
        "FREQ=YEARLY;INTERVAL=9999", f"FREQ=DAILY;BYDAY={'MO,' * 5000}", f"FREQ=DAILY;INTERVAL={'9' * 5000}",
    )  # fmt: skip
    days = (
        ":00000000",
        ":99991231T235959Z",
        ":00010101T000000Z",
        ";TZID=../../etc/passwd:20270101T100000",
        ";TZID=a\0b:20270101T100000",
    )
    triggers = ("-P99999999999D", f"-P{'9' * 5000}W", "P", "-P999999W")
    events = [(f"DTSTART;VALUE=DATE:20261124\r\nRRULE:{rule}") for rule in rules] + [f"DTSTART{day}" for day in days]
    events += [f"DTSTART:20270101T100000\r\nBEGIN:VALARM\r\nTRIGGER:{span}\r\nEND:VALARM" for span in triggers]
    events += [
        "DTSTART:20270101T100000\r\nCATEGORIES;X=" + '"a",b' * 2000 + "!",
        f"DTSTART:20270101T100000\r\nUID;a={',' * 9000}!",
    ]
    return "BEGIN:VCALENDAR\r\n" + "".join(
        f"BEGIN:VEVENT\r\nSUMMARY:x\r\n{event}\r\nEND:VEVENT\r\n" for event in events
    )


def texts() -> dict[str, Made]:
    """Text files by name: tables, web pages, cards, address books, calendars, JSON."""
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Alt;Anna\r\nEMAIL:a@x.example\r\n{}\r\nEND:VCARD\r\n"
    page = "<html><table><tr><td>Name</td></tr><tr><td>Anna</td></tr>{}"
    entry = "version: 1\n\ndn: cn=Anna\ncn: Anna Alt\nmail: a@x.example\n{}\n"
    return {
        "only comments.csv": "#\n" * 30_000 + "Name;E-Mail\nAnna;a@x.example\n",
        "only quotation marks.csv": '"' * 100_001,
        "a quotation mark a line.csv": "Name;E-Mail;Notiz\r\n" + 'An"na;a@x.example;"offen\r\n' * 2001,
        "a long text above.csv": "Name;E-Mail;Notiz\r\nAnna;a@x.example;" + "wort " * 40_000 + "\r\nBen;b@x.example;kurz\r\n",
        "separators only.csv": ";" * 50_000,
        "no line ends.csv": "abc " * 50_000,
        "zeros.csv": "Name;E-Mail\r\n" + "An\0na;a@x.example\0\r\n" * 300,
        "every line end.csv": "Name;E-Mail\rAnna;a@x.example\nBen;b@x.example\r\nCleo;c@x.example\n\rDora;d@x.example\x85\u2028\x0b",
        "broken UTF-8.csv": b"Name;E-Mail\r\n" + b"An\xff\xc0\x80\xed\xa0\x80na\xf5;a@x.example\r\n" * 100,
        "half a sign.csv": "\ufeffName;E-Mail\r\n".encode("utf-16-le") + b"\x00\xd8A\x00\x00\xdc;\x00a\x00\r\x00\n\x00" * 9 + b"\xd8",
        "signs that turn.csv": "\u200bName\u200d;E-Mail\r\n" + "\u202eannA\u202c\u2066\ufeff;a\u200b@x.example\r\n" * 9,
        "parted by a quotation mark.csv": 'sep="\r\nName"E-Mail\r\nAnna"a@x.example\r\n',
        "comments that open nothing.csv": "<!---->" * 8000 + "Name;E-Mail\nAnna;a@x.example\n",
        "comments left open.xls": page.format("<!-- " * 100_000),
        "instructions left open.xls": page.format("<?" * 200_000),
        "sections left open.xls": page.format("<![CDATA[" * 50_000),
        "tags left open.xls": page.format("<a " * 100_000),
        "brackets.xls": page.format("<" * 200_000),
        "tables in tables.xls": "<html>" + "<table><tr><td>x" * 5000,
        "cards in cards.vcf": "BEGIN:VCARD\r\nAGENT:\r\n" * 5000 + card.format(""),
        "folded for ever.vcf": card.format("NOTE:x" + "\r\n y" * 50_000),
        "soft ends.vcf": card.format("NOTE;ENCODING=QUOTED-PRINTABLE:" + "=41=\r\n" * 30_000),
        "kinds of a phone.vcf": card.format(f"TEL{';TYPE=WORK' * 50_000}:123"),
        "nothing but separators.vcf": card.format(f"ADR:{';' * 100_000}\r\nORG:{chr(92) * 90_000}"),
        "empty cards.vcf": "BEGIN:VCARD\r\nEND:VCARD\r\n" * 3000 + card.format(""),
        **{
            f"charset {name[:20]}.vcf": card.format(f"NOTE;CHARSET={name}:xn--a.{chr(92)}ud800+2AA-")
            for name in ("unicode_escape", "utf-7", "idna", "rot13", "zlib", "undefined", "x" * 3000)
        },
        "base64 without end.ldif": entry.format("description:: " + "QUFB" * 50_000),
        "files named.ldif": entry.format("jpegPhoto:< file:///etc/passwd\ndescription:< file:///etc/passwd"),
        "comments.ldif": "#x\n" * 20_000 + entry.format(""),
        "repetitions.ics": _calendar(),
        "events in events.ics": "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 20_000 + "DTSTART:20270101T100000\r\n",
        "deep.json": '[{"name":' + "[" * 100_000 + "]" * 100_000 + "}]",
        "brackets.json": "[" * 200_000,
        "great numbers.json": json.dumps([{"name": "Anna", "revenue": 10**4000, "postcode": -(10**300), "x": 2**70}]),
        "no numbers.json": '[{"name":"Anna","revenue":NaN,"x":Infinity,"y":1e999,"z":-0.0}]',
        "names twice.json": "[{" + '"name":"Anna",' * 3000 + '"name":"Ben"}]',
        "half signs.json": '[{"name":"Anna \\ud800 Alt","email":"a@x.example","\\ud83d":"x","notes":"\\ud83d \\u0000"}]',
        "many lists.json": json.dumps({f"list {n}": [{"name": "Anna"}] for n in range(1000)}),
    }  # fmt: skip
