"""Foreign files are read in a child process: any charset and separator, by content, and refused in a plain sentence."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import zipfile

import pytest
from import_files import ANNA, CUSTOMERS, csv_text, write_csv, write_xlsx

from crm_desktop.core.errors import Cancelled, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import reading


def _rows(path):
    with reading.open_file(path) as source:
        sheet = source.sheets[0]
        found = [list(row) for batch in source.rows(sheet) for row in zip(*batch.columns, strict=True)]
        return source.format, source.encoding, source.delimiter, found


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850"]
)
def test_every_charset_gives_the_same_rows(tmp_path, encoding):
    kind, _encoding, delimiter, rows = _rows(write_csv(tmp_path / "k.csv", encoding=encoding))
    assert (kind, delimiter) == ("csv", ";")
    assert rows == CUSTOMERS


def test_polish_letters_of_an_old_windows_are_found(tmp_path):
    rows = [["Firma", "Miasto"], ["Łódź Trade", "Kraków"], ["Żak Sp. z o.o.", "Gdańsk"]]
    _kind, encoding, _sign, found = _rows(write_csv(tmp_path / "p.csv", rows, encoding="cp1250"))
    assert encoding == "cp1250"
    assert found == rows


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859_2", "cp852"])
def test_polish_letters_of_old_systems_are_found(tmp_path, encoding):
    text = "Nazwa;Ulica\nŻółta Łódź;ul. Śląska 5\nKwiaciarnia Róża;ul. Świętokrzyska 1\nGąska;ul. Długa 7\n"
    (tmp_path / "k.csv").write_bytes(text.encode(encoding))
    with reading.open_file(tmp_path / "k.csv") as source:
        assert source.head(source.sheets[0], 2)[1] == ["Żółta Łódź", "ul. Śląska 5"]


def test_a_quotation_mark_among_others_that_is_never_closed_swallows_no_rows(tmp_path):
    lines = ['1;"Meier; Sohn";Bonn', '2;Beta 14" Monitore;Ulm', '3;"Gamma;Kiel', "4;Delta;Bonn", '5;"Eta";Köln']
    (tmp_path / "k.csv").write_text("Nr;Firma;Ort\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with reading.open_file(tmp_path / "k.csv") as source:
        rows = source.head(source.sheets[0], 9)
        assert [(q[0], q[2]) for q in source.open_quotes()] == [(4, 1)]
    assert [row[1] for row in rows[1:]] == ["Meier; Sohn", 'Beta 14" Monitore', "Gamma", "Delta", "Eta"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_separator_is_found(tmp_path, delimiter):
    _kind, _encoding, found, rows = _rows(write_csv(tmp_path / "k.txt", delimiter=delimiter))
    assert found == delimiter
    assert rows == CUSTOMERS


def test_charset_and_separator_can_be_switched(tmp_path):
    path = write_csv(tmp_path / "k.csv", encoding="cp1252")
    with reading.open_file(path) as source:
        source.open("cp1250", ",")
        assert (source.encoding, source.delimiter) == ("cp1250", ",")


def test_content_decides_and_not_the_ending(tmp_path):
    book = write_xlsx(tmp_path / "k.xlsx", {"Kunden": CUSTOMERS})
    renamed = tmp_path / "k.csv"
    book.rename(renamed)
    assert _rows(renamed)[0] == "xlsx"
    text = write_csv(tmp_path / "k.xls")
    assert _rows(text)[0] == "csv"


def test_a_web_page_saved_as_xls_is_a_table(tmp_path):
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in CUSTOMERS)
    path = tmp_path / "shop.xls"
    path.write_text(f"<html><body><table>{cells}</table></body></html>", encoding="utf-8")
    kind, _encoding, _sign, rows = _rows(path)
    assert kind == "html"
    assert rows[1] == ANNA


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(tmp_path):
    path = tmp_path / "q.csv"
    path.write_bytes(b'Name;E-Mail;Notiz\r\nAnna;a@x.example;"offen\r\nBert;b@x.example;ok\r\nCara;c@x.example;ok\r\n')
    rows = _rows(path)[3]
    assert [row[0] for row in rows] == ["Name", "Anna", "Bert", "Cara"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Name;E-Mail;Notiz", 'Anna;a@x.example;"offen', "Bert;b@x.example;ok"], [(2, 2, 1)]),
        (["A;B;C", 'x;"z 1\r\nz 2";y', "u;v;w", 'Anna;a;"offen', "Bert;b;ok", "Cara;c;ok"], [(4, 5, 1)]),
        (["A;B;C", 'Anna;"a;ok', "Bert;b;ok", 'Cara;c";ok', "Dora;d;ok"], [(2, 2, 1)]),
        (["A;B;C", 'Anna;"zwei\r\nZeilen";ok', "Bert;b;ok"], []),
    ],
)
def test_a_quotation_mark_that_ends_nowhere_is_named_with_its_line(tmp_path, lines, found):
    path = tmp_path / "q.csv"
    path.write_bytes("\r\n".join([*lines, ""]).encode())
    with reading.open_file(path) as source:
        for _batch in source.rows(source.sheets[0]):
            pass
        assert source.open_quotes() == found


@pytest.mark.parametrize(
    ("sign", "words"),
    [(signal.SIGABRT, "too large"), (signal.SIGXCPU, "too long to read"), (signal.SIGSEGV, "brought down the part")],
)
def test_what_ended_the_reader_is_told_apart(tmp_path, sign, words):
    with reading.open_file(write_csv(tmp_path / "k.csv")) as source:
        child = next(p for p in multiprocessing.active_children() if p.name == "reader")
        os.kill(child.pid, sign)
        child.join()
        with pytest.raises(UserError, match=words):
            source.head(source.sheets[0], 10)


def test_notes_of_several_lines_stay_one_cell(tmp_path):
    rows = [["Name", "Notiz"], ["Anna", 'Zeile 1\nZeile 2; "Zitat"']]
    assert _rows(write_csv(tmp_path / "n.csv", rows))[3] == rows


def _zip(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("bom.csv", b"\xef\xbb\xbf", "is empty"),
        ("lines.csv", b"\r\n" * 50, "is empty"),
        ("list.pdf", b"%PDF-1.4\n%\xe2\xe3", "is a PDF"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture"),
        ("locked.xlsx", _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("broken.xls", _OLE + bytes(504), "is damaged"),
        ("readme.xlsx", _zip("readme.txt", "hi"), "packed folder"),
        ("letter.xlsx", _zip("word/document.xml", "<x/>"), "is a text document"),
        ("noise.csv", bytes((i * i * 31 + i * 7 + (i >> 3)) & 255 for i in range(65536)), "neither a spreadsheet"),
        ("card.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", "There is nobody in"),
        ("book.ldif", b"dn: dc=example\nobjectclass: domain\n", "There is nobody in"),
        ("data.json", b"[[1], [2]]", "JSON"),
        ("page.xls", b"<html><body>Hello</body></html>", "without a table"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        reading.open_file(path)
    assert name in str(caught.value)


def test_a_cut_workbook_is_refused_as_damaged(tmp_path):
    whole = write_xlsx(tmp_path / "k.xlsx", {"Kunden": CUSTOMERS}).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="damaged"):
        reading.open_file(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w") as member:
            for _block in range(80):
                member.write(b"A" * (1 << 20))
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(out.getvalue())
    with pytest.raises(UserError, match="too large"):
        reading.open_file(path)


def test_a_sheet_whose_cells_span_billions_is_refused_and_the_next_file_can_be_read(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "Name"
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "wide.xlsx")
    with reading.open_file(tmp_path / "wide.xlsx") as source, pytest.raises(UserError, match="too large"):
        source.head(source.sheets[0], 10)
    assert _rows(write_csv(tmp_path / "k.csv"))[3] == CUSTOMERS


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(UserError, match="no file"):
        reading.open_file(tmp_path / "gone.xlsx")
    with pytest.raises(UserError, match="is a folder"):
        reading.open_file(tmp_path)


def test_cancel_ends_the_reading(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(csv_text([["Name", "Ort"], *[[f"Kunde {i}", "Ulm"] for i in range(60_000)]]), encoding="utf-8")
    progress = Progress()
    with reading.open_file(path, progress) as source:
        batches = source.rows(source.sheets[0])
        next(batches)
        progress.cancel()
        with pytest.raises(Cancelled):
            list(batches)
        child = source._child
    assert not child.is_alive()


def test_reading_can_start_again_after_it_was_left_half_way(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(csv_text([["Name", "Ort"], *[[f"Kunde {i}", "Ulm"] for i in range(9_000)]]), encoding="utf-8")
    with reading.open_file(path) as source:
        sheet = source.sheets[0]
        for batch in source.rows(sheet):
            assert batch.size
            break
        assert sum(batch.size for batch in source.rows(sheet)) == 9_001
