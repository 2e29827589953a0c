"""A workbook in Excel's binary form (.xlsb), written by hand since nothing else writes it.

Source: [MS-XLSB]: records of an id, a length (both seven bits a byte) and a body.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
_RELATION = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)


def _number(value: int) -> bytes:
    found = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        found.append(low | (0x80 if value else 0))
        if not value:
            return bytes(found)


def _record(kind: int, body: bytes = b"") -> bytes:
    # An id from 128 on is written as it is, low byte first; below it is one byte.
    head = bytes([kind]) if kind < 128 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    return head + _number(len(body)) + body


def _text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def _sheet(rows: Sequence[Sequence[str | float]]) -> Iterator[bytes]:
    yield _record(129)
    yield _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1))
    yield _record(145)
    for number, row in enumerate(rows):
        yield _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for place, value in enumerate(row):
            cell = struct.pack("<II", place, 0)
            if isinstance(value, str):
                yield _record(6, cell + _text(value))
            else:
                yield _record(5, cell + struct.pack("<d", value))
    yield _record(146)
    yield _record(130)


def write_xlsb(path: Path, rows: Sequence[Sequence[str | float]], name: str = "Kunden") -> Path:
    """Write one sheet of texts and numbers."""
    book = b"".join(
        (_record(131), _record(143), _record(156, struct.pack("<II", 0, 1) + _text("rId1") + _text(name)),
         _record(144), _record(132))
    )  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATION.format(kind="officeDocument", target="xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels", _RELATION.format(kind="worksheet", target="worksheets/sheet1.bin")
        )
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(_sheet(rows)))
    return path
