"""Show that a frozen program refuses or previews hostile files in little time and memory, and that the next import works.

usage: python packaging/hostile_files.py dist/crm-desktop [FOLDER]

Without a folder it makes its own: a packed bomb, a claimed range, entities that double, endless repetition, a file that
breaks off, a picture with a claimed size, texts without end. Each is looked at by `import FILE --dry-run`, as the window does, in an empty
folder without this checkout in reach. Seconds are those of the processor, so that a busy machine proves the same (Windows: of
the clock); memory is what the program and its reading child hold together (Linux only).
"""

from __future__ import annotations

import base64
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

MOST_SECONDS, MOST_MEGABYTES = 10.0, 700
KEPT = ("LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "WINDIR")
_POLL_SECONDS, _TIMEOUT_SECONDS = 0.01, 300
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Tried:
    """What happened to a file: seen or refused, in which time and with how much memory (0 where nobody can tell)."""

    name: str
    ended: int
    said: str
    seconds: float
    megabytes: float

    @property
    def went_well(self) -> bool:
        """Whether it was shown or refused in a sentence."""
        return self.ended in (0, 1) and "Traceback" not in self.said


# ---- the files -------------------------------------------------------------------------------------------------------


def _related(kind: str, target: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'


def _workbook(path: Path, sheet: str, *, filler: int = 0) -> None:
    """A workbook of one sheet; `filler` megabytes of blanks stand before it, which pack to nothing."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr("_rels/.rels", _related("officeDocument", "xl/workbook.xml"))
        book.writestr("xl/_rels/workbook.xml.rels", _related("worksheet", "worksheets/sheet1.xml"))
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            head, _worksheet, rest = sheet.partition("<worksheet")
            part.write(f'<?xml version="1.0"?>{head}<worksheet xmlns="{_SHEETS}"'.encode())
            for _megabyte in range(filler):
                part.write(b" " * 1_000_000)
            part.write(rest.encode())


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_ROWS = (
    f'<row r="1">{_cell("A1", "Name")}{_cell("B1", "E-Mail")}</row>'
    f'<row r="2">{_cell("A2", "Anna Alt")}{_cell("B2", "anna@alt.example")}</row>'
)


def _doubling(levels: int) -> str:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(levels))
    return f"<!DOCTYPE x [{lines}]>"


def _repeated(path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="A">'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        book.writestr("content.xml", content)


def _huge_picture() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def _texts() -> dict[str, bytes]:
    """Text files that keep a naive reader busy for hours, or want more memory than there is."""
    anna = b"BEGIN:VCARD\r\nN:Alt;Anna\r\nEND:VCARD\r\n"
    page = b"<html><table><tr><td>Name</td></tr><tr><td>Anna</td></tr>"
    long = b"".join(b"Anna %d;a%d@alt.example;%b\r\n" % (n, n, b"wort " * 200_000) for n in range(60))
    return {
        "cards.vcf": b"BEGIN:VCARD\r\nEND:VCARD\r\n" * 1_000_000 + anna,
        "comments.csv": b"#\n" * 32_000 + b"Name;E-Mail\nAnna;anna@alt.example\n",
        "events.ics": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 1_000_000,
        "lists.json": json.dumps({f"list {n}": [{"name": "Anna"}] for n in range(10_000)}).encode(),
        "long.csv": b"Name;E-Mail;Notiz\r\n" + long,
        "open.xls": page + b"<!-- " * 4_000_000,
        "separators.csv": b"Name;E-Mail\r\nAnna;anna@alt.example\r\n" + b";" * 100_000_000,
    }


def make(folder: Path) -> list[Path]:
    """Write the files into a folder."""
    for name, content in _texts().items():
        (folder / name).write_bytes(content)
    _workbook(folder / "bomb.xlsx", f"<worksheet><sheetData>{_ROWS}</sheetData></worksheet>", filler=1000)
    claimed = f'{_ROWS}<row r="1048576">{_cell("XFD1048576", "x")}</row>'
    _workbook(
        folder / "range.xlsx",
        f'<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{claimed}</sheetData></worksheet>',
    )
    told = f'<row r="1">{_cell("A1", "Name")}</row><row r="2">{_cell("A2", "&e9;")}</row>'
    _workbook(folder / "entities.xlsx", f"{_doubling(10)}<worksheet><sheetData>{told}</sheetData></worksheet>")
    _repeated(folder / "repeated.ods")
    _workbook(folder / "whole.xlsx", f"<worksheet><sheetData>{_ROWS}</sheetData></worksheet>")
    whole = (folder / "whole.xlsx").read_bytes()
    (folder / "cut.xlsx").write_bytes(whole[: len(whole) * 2 // 3])
    picture = base64.b64encode(_huge_picture()).decode()
    (folder / "picture.vcf").write_text(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Alt;Anna\r\nPHOTO;ENCODING=b;TYPE=PNG:{picture}\r\nEND:VCARD\r\n",
        encoding="utf-8",
    )
    return sorted(folder.iterdir())


# ---- trying ----------------------------------------------------------------------------------------------------------


def _family(process_id: int) -> list[int]:
    """A process and all that descend from it."""
    found, waiting = [], [process_id]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for tasks in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += map(int, tasks.read_text().split())
            except OSError:
                continue
    return found


def _megabytes(process_id: int) -> float:
    """What a process and its children hold in memory now; 0 where the system does not tell."""
    pages = 0
    for one in _family(process_id):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * 4096 / 1e6


def _computed() -> float:
    """Seconds of the processor that ended children and theirs took; where the system does not tell, those of the clock."""
    try:
        import resource
    except ImportError:
        return time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def look_at(program: Path, home: Path, file: Path) -> Tried:
    """Let the program say what it would make of a file; nothing is written."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"HOME": str(home), "USERPROFILE": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [str(program), "--data", str(home / "company.crm"), "import", str(file), "--dry-run", "--json"]
    began, most, before = time.monotonic(), 0.0, _computed()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=out, stderr=subprocess.STDOUT)
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            time.sleep(_POLL_SECONDS)
            if time.monotonic() - began > _TIMEOUT_SECONDS:
                process.kill()
        process.wait()
        seconds = _computed() - before
        out.seek(0)
        said = out.read().decode("utf-8", "replace")
    return Tried(file.name, process.returncode, said, seconds, most)


def prove(program: Path, home: Path, files: list[Path], plain: Path) -> None:
    """Look at each file, then at the plain one; the first that goes wrong ends it with what was wrong."""
    for file in [*files, plain]:
        tried = look_at(program, home, file)
        seen = "seen" if tried.ended == 0 else "refused"
        print(f"{seen:8} {tried.seconds:5.1f} s {tried.megabytes:5.0f} MB  {tried.name}")
        if not tried.went_well or (file == plain and tried.ended):
            raise SystemExit(f"{file.name} went wrong, exit code {tried.ended}: {tried.said[-2000:]}")
        if tried.seconds > MOST_SECONDS or tried.megabytes > MOST_MEGABYTES:
            raise SystemExit(f"{file.name} took {tried.seconds:.1f} s and {tried.megabytes:.0f} MB.")
    made = json.loads(tried.said)
    if made["created"] != {"customers": 1}:
        raise SystemExit(f"After the hostile files a plain one is not read as before: {tried.said[:500]}")


def try_out(program: Path, folder: Path | None = None) -> None:
    """Prove it with the files of a folder, or with those made here."""
    with tempfile.TemporaryDirectory() as place:
        home, own = Path(place, "home"), Path(place, "files")
        home.mkdir()
        own.mkdir()
        made = make(own)
        plain = own / "whole.xlsx"
        files = sorted(p for p in folder.iterdir() if p.is_file()) if folder else [p for p in made if p != plain]
        prove(program, home, files, plain)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]).resolve()
    frozen = chosen / ("crm-desktop.exe" if os.name == "nt" else "crm-desktop") if chosen.is_dir() else chosen
    try_out(frozen, Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None)
