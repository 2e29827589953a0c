"""The report of numbers: what is there, what is missing and why, and days that are out of order."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from crm_desktop.billing import drafts, imported, invoices, number_report
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import numbering
from crm_desktop.db import connection as db

LINE = DraftLine(name="Work", price=Decimal(1), rate=Decimal(19))


def bill(customer_id: int, day: date, kind: str = "invoice") -> str:
    """The number of a new document."""
    draft = replace(drafts.begin(customer_id, kind), lines=(LINE,), issue_on=day, valid_until=None)
    return invoices.issue_draft(draft).number or ""


def test_each_series_and_year_tells_first_last_and_count(cafe: int) -> None:
    for day in (date(2025, 12, 30), date(2026, 1, 2), date(2026, 1, 3)):
        bill(cafe, day)
    bill(cafe, date(2026, 1, 3), "quote")
    found = [(s.kind, s.period, s.first, s.last, s.count, s.is_clean) for s in number_report.report()]
    assert found == [
        ("invoice", "2025", "INV-2025-0001", "INV-2025-0001", 1, True),
        ("invoice", "2026", "INV-2026-0001", "INV-2026-0002", 2, True),
        ("quote", "2026", "QU-2026-0001", "QU-2026-0001", 1, True),
    ]
    assert len(number_report.report(("quote",))) == 1


def test_numbers_left_out_on_purpose_and_taken_elsewhere_are_explained(cafe: int) -> None:
    day = date(2026, 11, 24)
    numbering.set_next("invoice", day, 5)
    bill(cafe, day)
    numbering.set_next("invoice", day, 8)
    with db.transaction():
        imported.add(
            imported.ImportedDocument(
                number="INV-2026-0008", customer_id=cafe, issue_on=day, currency="EUR", gross=Decimal(10)
            )
        )
    bill(cafe, day)
    (series,) = number_report.report()
    assert [(gap.first, gap.last, gap.count, gap.why, gap.before) for gap in series.gaps] == [
        ("INV-2026-0001", "INV-2026-0004", 4, "left_out", ""),
        ("INV-2026-0006", "INV-2026-0007", 2, "left_out", "INV-2026-0005"),
        ("INV-2026-0008", "INV-2026-0008", 1, "left_out", "INV-2026-0005"),
    ]
    assert series.is_clean


def test_a_number_that_another_kind_carries_is_not_missing(cafe: int) -> None:
    day = date(2026, 11, 24)
    for kind in ("invoice", "quote"):
        numbering.save(kind, "{year}-{counter}", "yearly")
    for kind in ("invoice", "quote", "invoice"):
        bill(cafe, day, kind)
    series = number_report.report(("invoice",))[0]
    assert (series.first, series.last) == ("2026-1", "2026-3")
    assert [(gap.first, gap.why) for gap in series.gaps] == [("2026-2", "taken")]


def test_what_was_removed_from_outside_is_missing(data_file: Path, cafe: int) -> None:
    for _n in range(5):
        bill(cafe, date(2026, 11, 24))
    db.close()
    outside = sqlite3.connect(data_file)
    outside.execute("DROP TRIGGER document_frozen_delete")
    outside.execute("DELETE FROM document WHERE number IN ('INV-2026-0002', 'INV-2026-0003')")
    outside.commit()
    outside.close()
    db.attach(data_file)
    (series,) = number_report.report()
    assert [(gap.first, gap.last, gap.why, gap.after) for gap in series.gaps] == [
        ("INV-2026-0002", "INV-2026-0003", "missing", "INV-2026-0004")
    ]
    assert not series.is_clean


def test_a_day_before_that_of_the_lower_number_is_told(cafe: int) -> None:
    bill(cafe, date(2026, 11, 24))
    bill(cafe, date(2026, 11, 20))
    (series,) = number_report.report()
    (found,) = series.disorders
    assert (found.number, found.day, found.before) == ("INV-2026-0002", date(2026, 11, 20), "INV-2026-0001")
    assert not series.is_clean


def test_numbers_of_an_older_pattern_stand_apart(cafe: int) -> None:
    day = date(2026, 11, 24)
    bill(cafe, day)
    numbering.save("invoice", "RE{year2}/{counter:03}", "yearly")
    bill(cafe, day)
    (series,) = number_report.report()
    assert (series.first, series.count, series.others, series.gaps) == ("RE26/002", 1, ("INV-2026-0001",), ())


def test_only_the_years_asked_for_are_told(cafe: int) -> None:
    for day in (date(2024, 5, 1), date(2025, 12, 30), date(2026, 1, 2)):
        bill(cafe, day)
    assert [series.period for series in number_report.report(years=range(2025, 2027))] == ["2025", "2026"]
    numbering.save("quote", "Q{counter}", "never")
    bill(cafe, date(2024, 5, 1), "quote")
    assert [series.first for series in number_report.report(("quote",), range(2026, 2027))] == ["Q1"]


def test_what_there_is_to_say_is_said_in_sentences(cafe: int) -> None:
    numbering.set_next("invoice", date(2026, 11, 24), 3)
    bill(cafe, date(2026, 11, 24))
    bill(cafe, date(2026, 11, 20))
    (series,) = number_report.report()
    assert series.remarks() == [
        "INV-2026-0004 carries an earlier date than INV-2026-0003, which has the lower number.",
        "INV-2026-0001 to INV-2026-0002: left out on purpose, or used before an import.",
    ]
    assert (series.counted("left_out"), series.counted("missing")) == (2, 0)
