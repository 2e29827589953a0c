"""Answers to feedback from a file: found by code, e-mail or number, tried first, never twice, taken back in one step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crm_desktop.care import feedback
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.exchange import feedback_answers
from crm_desktop.safety import undo


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(date(2026, 11, 24)):
        yield


@pytest.fixture
def hotel() -> int:
    return customers.save({"company": "Hotel Alsterblick", "email": "info@alsterblick.example", "number": "K-1017"})


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_code_finds_its_question_and_the_same_file_twice_changes_nothing(hotel, tmp_path):
    asked = feedback.get(feedback.ask(hotel))
    path = csv(tmp_path, "Code;Bewertung;Kommentar;Datum", f"{feedback.shown_code(asked.code)};2;Zu spät;20.11.2026")
    plan = feedback_answers.read(path)
    assert [(a.feedback_id, a.score, a.comment) for a in plan.fresh] == [(asked.id, 2, "Zu spät")]
    assert feedback.get(asked.id).score is None
    feedback_answers.note(plan)
    found = feedback.get(asked.id)
    assert (found.score, found.answered_on) == (2, date(2026, 11, 20))
    again = feedback_answers.read(path)
    assert (again.fresh, again.known, again.problems) == ([], 1, [])
    undo.undo_last()
    assert feedback.get(asked.id).score is None


def test_a_workbook_by_mail_and_number(hotel, tmp_path):
    asked = feedback.ask(hotel, feedback.NPS)
    other = customers.save({"company": "Cafe Ostwind", "number": "K-2"})
    book = openpyxl.Workbook()
    for row in (
        ["Answers of November"],
        ["E-mail", "Customer number", "NPS", "Comment"],
        ["INFO@alsterblick.example", None, 9, "Friendly"],
        [None, "K-2", 10, None],
        [None, None, None, None],
    ):
        book.active.append(row)  # fmt: skip
    path = tmp_path / "answers.xlsx"
    book.save(path)
    feedback_answers.note(feedback_answers.read(path))
    assert (feedback.get(asked).score, feedback.get(asked).comment) == (9, "Friendly")
    assert [(f.kind, f.score) for f in feedback.of_customer(other)] == [("nps", 10)]
    again = feedback_answers.read(path)
    assert (len(again.fresh), again.known) == (0, 2)


def test_rows_that_cannot_be_noted_are_named_and_the_others_stay_good(hotel, tmp_path):
    path = csv(
        tmp_path, "email,score", "info@alsterblick.example,4", "nobody@example.org,4", ",3", "info@alsterblick.example,many",
    )  # fmt: skip
    plan = feedback_answers.read(path)
    assert [a.row for a in plan.fresh] == [2]
    assert [(bad.row, bad.sentence) for bad in plan.problems] == [
        (3, "No customer has the e-mail nobody@example.org."),
        (4, "It does not say whose answer it is."),
        (5, "Enter a whole number from 1 to 5."),
    ]


def test_a_code_that_nobody_gave_out_and_another_answer_to_the_same_question(hotel, tmp_path):
    asked = feedback.get(feedback.ask(hotel))
    feedback.answer(asked.id, 5)
    plan = feedback_answers.read(csv(tmp_path, "code,score", f"{asked.code},1", "ZZZZ9999,3"))
    assert [bad.sentence for bad in plan.problems] == [
        "Answered already, with 5.",
        "There is no question with the code ZZZZ9999.",
    ]


def test_a_table_without_the_columns_is_refused(hotel, tmp_path):
    with pytest.raises(UserError, match="needs a column score"):
        feedback_answers.read(csv(tmp_path, "name,amount", "Hotel,4"))
