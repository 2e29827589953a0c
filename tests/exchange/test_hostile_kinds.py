"""Files that mean harm, and broken ones of every kind, are read or refused: no traceback, no hang, and the next one comes in."""

from __future__ import annotations

import io
import os
import sys

import fuzzing
import hostile_kinds
import in_process
import pytest
from import_files import CUSTOMERS, csv_text, write_xlsx
from PIL import Image

from crm_desktop.core.errors import UserError
from crm_desktop.exchange import (
    address_cards,
    broken_zip,
    card_photos,
    card_table,
    edited_book,
    everything,
    identify,
    importing,
    reading,
    reading_child,
    survey,
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory, template_file):
    data = tmp_path_factory.mktemp("hostile") / "data.crm"
    data.write_bytes(template_file.read_bytes())
    found = fuzzing.Reader(data)
    yield found
    found.close()


@pytest.mark.parametrize(
    "kinds", [hostile_kinds.workbooks, lambda _folder: hostile_kinds.texts()], ids=["workbooks", "texts"]
)
def test_hostile_files_are_read_or_refused_and_the_next_one_comes_in(reader, tmp_path, kinds):
    for name, content in kinds(tmp_path).items():
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        assert reader.look(path, path.suffix[1:]) in {"read", "refused", "ended"}, name
    plain = tmp_path / "plain.csv"
    plain.write_text(csv_text(CUSTOMERS), encoding="utf-8")
    assert reader.look(plain, "csv") == "read"


@pytest.mark.parametrize(
    "name", ["pipe.xlsx", "folder.xlsx", "zeros.csv"] if sys.platform != "win32" else ["folder.xlsx"]
)
def test_what_is_no_file_is_refused_before_anybody_reads_from_it(tmp_path, name):
    path = tmp_path / name
    {"pipe.xlsx": os.mkfifo, "folder.xlsx": os.mkdir}.get(name, lambda p: p.symlink_to("/dev/zero"))(path)
    assert not edited_book.is_marked(path)
    assert not everything.is_ours(path)
    with pytest.raises(UserError, match=r"is a folder|is not a file that can be read"):
        reading.open_file(path)


def test_a_packed_file_of_very_many_parts_is_not_even_opened(tmp_path, monkeypatch):
    path = write_xlsx(tmp_path / "many.xlsx", {"Kunden": CUSTOMERS})
    assert identify.identify(path) == "xlsx"
    monkeypatch.setattr(broken_zip, "LARGEST_DIRECTORY", 100)
    assert not edited_book.is_marked(path)
    with pytest.raises(identify.Refused, match="too_large"):
        identify.identify(path)


def test_long_texts_come_a_few_rows_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_child, "_BATCH_SIGNS", 5000)
    monkeypatch.setattr(reading_child, "_PIECE_SIGNS", 500)
    path = tmp_path / "long.csv"
    path.write_text(
        csv_text([["Name", "Notiz"], *[[f"Anna {n}", "wort " * 200] for n in range(300)]]), encoding="utf-8"
    )
    source = in_process.Here(path)
    sizes = [batch.size for batch in source.rows(source.sheets[0])]
    assert sum(sizes) == 301
    assert max(sizes[1:]) <= 6


def test_rows_end_where_a_whole_sheet_of_empty_ones_follows(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_child, "_MOST_BLANK", 3000)
    path = tmp_path / "blank.csv"
    path.write_text(
        "Name;E-Mail\n" + "\n" * 2000 + "Anna;a@x.example\n" + "\n" * 50_000 + "Ben;b@x.example\n", encoding="utf-8"
    )
    source = in_process.Here(path)
    columns = [batch.columns for batch in source.rows(source.sheets[0])]
    assert [name for batch in columns if batch for name in batch[0] if name] == ["Name", "Anna"]


def test_pictures_that_take_too_long_together_are_left_out(monkeypatch):
    def picture(color):
        out = io.BytesIO()
        Image.new("RGB", (50, 50), color).save(out, "PNG")
        return out.getvalue()

    monkeypatch.setattr(card_photos, "_MOST_PIXELS_TOGETHER", 4000)
    photos = card_photos.Photos()
    said = [photos.take(picture(color))[1] for color in ("red", "red", "red", "blue", "green")]
    assert said == ["", "", "", "", "There are too many pictures in this file; this one was left out"]
    assert photos.take(picture("red"))[0].startswith("PNG")


def test_more_cards_than_anybody_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(card_table, "MOST_CARDS", 3)
    path = tmp_path / "cards.vcf"
    path.write_text("BEGIN:VCARD\nN:Alt;Anna\nEND:VCARD\n" * 3)
    assert len(address_cards.read(path).rows) == 3
    path.write_text("BEGIN:VCARD\nEND:VCARD\n" * 4)
    with pytest.raises(identify.Refused, match="too_large"):
        address_cards.read(path)


def test_a_long_text_in_the_first_rows_hides_no_separator(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(
        "Name;E-Mail;Notiz\nAnna;a@x.example;" + "wort " * 40_000 + "\nBen;b@x.example;kurz\n", encoding="utf-8"
    )
    source = in_process.Here(path)
    assert [batch.columns[1] for batch in source.rows(source.sheets[0])] == [["E-Mail", "a@x.example", "b@x.example"]]


def test_of_very_many_sheets_the_first_are_looked_at(data_file, tmp_path, monkeypatch):
    monkeypatch.setattr(survey, "MOST_ROWS", 6)
    list_of = [["Name", "E-Mail"], ["Anna Alt", "a@x.example"], ["Ben Beck", "b@x.example"]]
    sheets = {"Eins": [["x", 1]], **{f"Liste {n}": list_of for n in range(9)}, "Kunden": CUSTOMERS}
    path = write_xlsx(tmp_path / "many.xlsx", sheets)
    with reading.open_file(path) as source:
        assert [sheet.name for sheet in survey.first_of(source, source.sheets)] == ["Eins", "Liste 0", "Liste 1"]


def test_a_file_whose_name_is_no_text_comes_in(data_file, tmp_path):
    name = b"Kunden \xff.csv" if sys.platform == "linux" else b"Kunden ?.csv".replace(b"?", b"")
    path = tmp_path / os.fsdecode(name)
    path.write_text(csv_text(CUSTOMERS), encoding="utf-8")
    done = in_process.run(path)
    assert importing.imports()[0].file_name == done.file_name
    assert done.file_name in {"Kunden ?.csv", "Kunden .csv"}
