"""A workbook of customers, edited elsewhere and read back: changed cells alone, conflicts, new and missing rows."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from crm_desktop.core import i18n
from crm_desktop.core.errors import Cancelled, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import custom_fields, customers
from crm_desktop.db import history
from crm_desktop.exchange import dumping, edited_book, edited_rows, report_rows
from crm_desktop.exchange.edited_book import CHANGE, CONFLICT, GONE, NEW
from crm_desktop.sales import contracts


@pytest.fixture
def book(data_file, tmp_path):
    custom_fields.save(custom_fields.CustomField(0, "Shoe size", "text", ()))
    customers.save(
        {"company": "Ostwind", "postcode": "01067", "phone": "+49 40 1", "notes": "=1+1\nzwei", "tags": ["A", "B"]}
    )
    customers.save(
        {"first_name": "Anna", "last_name": "Becker", "birthday": "1980-02-03", "custom": {"Shoe size": "39"}}
    )
    customers.save({"company": "Weg GmbH"})
    path = tmp_path / "customers.xlsx"
    assert edited_book.write(path, [1, 2, 3]) == 3
    return path


def edit(path, act):
    """Open the workbook as Excel would, do something with its first sheet, and save it."""
    found = openpyxl.load_workbook(path)
    act(found.worksheets[0])
    found.save(path)


def cell(sheet, row, heading):
    return sheet.cell(row, [c.value for c in sheet[1]].index(heading) + 1)


def told(path):
    review = edited_book.compare(path)
    return [(one.kind, one.customer, one.column, one.was, one.now, one.wanted) for one in review.differences]


def test_unchanged_it_says_nothing_and_bears_its_mark(book):
    assert edited_book.is_marked(book)
    review = edited_book.compare(book)
    assert (review.differences, review.same) == ([], 3)


def test_saved_by_excel_as_it_is_it_says_nothing(book):
    edit(book, lambda _sheet: None)
    assert told(book) == []


def test_ids_are_hidden_and_formulas_are_text(book):
    found = openpyxl.load_workbook(book)
    sheet = found.worksheets[0]
    assert sheet.column_dimensions["A"].hidden
    assert sheet.column_dimensions["B"].hidden
    assert found["crm-desktop"].sheet_state == "veryHidden"
    assert (cell(sheet, 2, "Notes").value, cell(sheet, 2, "Notes").data_type) == ("=1+1\nzwei", "s")
    assert cell(sheet, 2, "Postcode").value == "01067"


def test_changed_cells_alone_are_taken_over_in_one_step(book):
    def change(sheet):
        cell(sheet, 2, "Town").value = "Dresden"
        cell(sheet, 3, "Shoe size").value = 40
        cell(sheet, 3, "Tags").value = "C; D"

    customers.save({"street": "Neu 1"}, 1)  # changed here meanwhile, in another cell
    edit(book, change)
    review = edited_book.compare(book)
    assert [(one.kind, one.column, one.wanted) for one in review.differences] == [
        (CHANGE, "city", "Dresden"), (CHANGE, "tags", "C; D"), (CHANGE, "own:Shoe size", "40"),
    ]  # fmt: skip
    before = dumping.text(business=True)
    done = edited_book.take_over("customers.xlsx", edited_book.safe(review))
    assert (done.changed, done.problems) == (2, [])
    first, second = customers.get(1), customers.get(2)
    assert (first.city, first.street, first.notes, first.postcode) == ("Dresden", "Neu 1", "=1+1\nzwei", "01067")
    assert (second.tags, second.custom) == (["C", "D"], {"Shoe size": "40"})
    assert told(book) == []
    history.undo(history.next_undo())
    assert dumping.text(business=True) == before


def test_a_cell_changed_here_and_there_is_a_conflict(book):
    customers.save({"city": "Kiel"}, 1)
    edit(book, lambda sheet: setattr(cell(sheet, 2, "Town"), "value", "Dresden"))
    assert told(book) == [(CONFLICT, "Ostwind", "city", "", "Kiel", "Dresden")]
    review = edited_book.compare(book)
    assert edited_book.safe(review) == []
    edited_book.take_over("customers.xlsx", review.differences)
    assert customers.get(1).city == "Dresden"


def test_new_copied_and_deleted_rows(book):
    def change(sheet):
        sheet.delete_rows(4)
        cell(sheet, 4, "Company").value = "Neu AG"
        cell(sheet, 4, "Postcode").value = 1067
        for place in range(1, sheet.max_column + 1):  # a copy of Anna's row, ids and all
            sheet.cell(5, place).value = sheet.cell(3, place).value
        cell(sheet, 5, "First name").value = "Berta"

    edit(book, change)
    review = edited_book.compare(book)
    assert [(one.kind, one.customer) for one in review.differences] == [
        (NEW, "Neu AG"), (NEW, "Berta Becker"), (GONE, "Weg GmbH"),
    ]  # fmt: skip
    assert [one.kind for one in edited_book.safe(review)] == [NEW, NEW]
    done = edited_book.take_over("customers.xlsx", review.differences)
    assert (done.added, done.deleted) == (2, 1)
    assert customers.get(3).deleted_at
    assert customers.get(5).number != customers.get(2).number


def test_columns_may_be_moved_and_deleted(book):
    def change(sheet):
        sheet.move_range(f"C1:C{sheet.max_row}", cols=40)
        sheet.delete_cols([c.value for c in sheet[1]].index("Notes") + 1)

    edit(book, change)
    assert told(book) == []


def test_what_cannot_be_kept_is_told_and_left(book):
    def change(sheet):
        cell(sheet, 2, "IBAN").value = "DE00 1234"
        cell(sheet, 3, "Birthday").value = "gestern"

    edit(book, change)
    review = edited_book.compare(book)
    assert all(one.problem for one in review.differences)
    done = edited_book.take_over("customers.xlsx", review.differences)
    assert (done.changed, len(done.problems)) == (0, 2)


def test_any_other_workbook_is_refused(data_file, tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    assert not edited_book.is_marked(path)
    with pytest.raises(UserError):
        edited_book.compare(path)


def test_customers_are_read_in_batches_and_a_cancelled_file_is_not_there(data_file, tmp_path, monkeypatch):
    ids = [customers.save({"company": f"Firma {n}", "tags": [f"T{n % 2}"]}) for n in range(7)]
    monkeypatch.setattr(report_rows, "_CHUNK", 3)
    monkeypatch.setattr(edited_rows, "_BATCH", 3)
    path, told, asked = tmp_path / "c.xlsx", [], []
    real = customers.many
    monkeypatch.setattr(customers, "many", lambda wanted: asked.append(len(wanted)) or real(wanted))
    edited_book.write(path, ids, Progress(lambda done, total, _words: told.append((done, total))))
    assert asked == [3, 3, 1]
    assert told[0] == (0, 14)
    review = edited_book.compare(path)
    assert (review.differences, review.same) == ([], 7)
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        edited_book.write(tmp_path / "no.xlsx", ids, stopped)
    assert [found.name for found in tmp_path.iterdir() if "no.xlsx" in found.name] == []


def test_rows_sorted_without_their_hidden_cells_stay_with_their_customers(book):
    def change(sheet):
        shown = [[cell.value for cell in row[2:]] for row in sheet.iter_rows(min_row=2)]
        for row, values in enumerate(reversed(shown), 2):
            for place, value in enumerate(values, 3):
                sheet.cell(row, place).value = value
                sheet.cell(row, place).data_type = "s"
        cell(sheet, 2, "Town").value = "Dresden"  # Weg GmbH stands on top now

    edit(book, change)
    assert openpyxl.load_workbook(book).worksheets[0].auto_filter.ref.startswith("A1:")
    assert told(book) == [(CHANGE, "Weg GmbH", "city", "", "", "Dresden")]


def test_rows_copied_without_the_hidden_columns_are_known_by_their_number(book):
    edit(book, lambda sheet: sheet.delete_cols(1, 2))
    assert edited_book.compare(book).same == 3


def test_headings_that_were_renamed_are_told_and_another_language_is_none(book):
    def change(sheet):
        cell(sheet, 2, "Street").value = "Neu 1"
        cell(sheet, 1, "Town").value = "City"

    edit(book, change)
    i18n.use_language("de")
    try:
        assert [(kind, wanted) for kind, *_rest, wanted in told(book)] == [(CHANGE, "Neu 1")]
    finally:
        i18n.use_language("en")
    gone, strange = edited_book.compare(book).notes
    assert "Town" in gone
    assert "City" in strange


def test_a_field_of_ones_own_may_be_called_as_one_of_ours(book):
    custom_fields.save(custom_fields.CustomField(0, "Notes", "text", ()))
    customers.save({"custom": {"Notes": "mine"}}, 1)
    edited_book.write(book, [1])
    edit(book, lambda sheet: setattr(cell(sheet, 2, "Notes (2)"), "value", "other"))
    assert told(book) == [(CHANGE, "Ostwind", "own:Notes", "mine", "mine", "other")]


def test_cells_are_understood_as_people_type_them(book):
    custom_fields.save(custom_fields.CustomField(0, "Member", "bool", ()))
    custom_fields.save(custom_fields.CustomField(0, "Since", "date", ()))
    custom_fields.save(custom_fields.CustomField(0, "Size", "number", ()))
    edited_book.write(book, [2])

    def change(sheet):
        for heading, value in (("Birthday", "4.3.1981"), ("Member", True), ("Since", "24.11.2026"), ("Size", "2,5")):
            cell(sheet, 2, heading).value = value
        cell(sheet, 2, "Country").value = "Österreich"
        cell(sheet, 2, "Street").value = "#N/A"
        cell(sheet, 2, "Street").data_type = "s"

    edit(book, change)
    review = edited_book.compare(book)
    assert [one.column for one in review.differences if one.problem] == ["street"]
    assert edited_book.take_over("x", edited_book.safe(review)).problems == []
    found = customers.get(2)
    assert (found.birthday, found.country, found.street) == (date(1981, 3, 4), "AT", "")
    assert found.custom == {"Shoe size": "39", "Member": "1", "Since": "2026-11-24", "Size": "2.5"}
    assert [one.column for one in edited_book.compare(book).differences] == ["street"]


def test_a_text_that_a_cell_cannot_hold_is_not_cut_by_editing_it(book):
    customers.save({"notes": "n" * 40_000}, 3)
    edited_book.write(book, [3])
    assert told(book) == []
    edit(book, lambda sheet: setattr(cell(sheet, 2, "Notes"), "value", "short"))
    (only,) = edited_book.compare(book).differences
    assert "longer than a cell" in only.problem


def test_many_missing_rows_are_told_with_what_holds_them(book):
    contracts.save({"customer_id": 2, "title": "Light", "value_minor": 9900})
    edit(book, lambda sheet: sheet.delete_rows(2, 3))
    found = edited_book.compare(book).differences
    assert [(one.kind, bool(one.problem)) for one in found] == [(GONE, False), (GONE, True), (GONE, False)]
