"""The archive of issued documents: complete, with sums that other programs check, and never overwritten."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.exchange import archive

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def three(data_file):
    """Three invoices, two in October and one in November, with stored papers."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Atelier", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}
        )
        cafe = customers.save({"company": "=Café: Ost/West", "street": "Kai 7", "city": "Hamburg", "country": "DE"})
        lines = (DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19)),)
        days = (date(2026, 10, 1), date(2026, 10, 2), date(2026, 11, 3))
        yield [
            invoices.issue_draft(
                replace(drafts.begin(cafe), lines=lines, issue_on=day), lambda d: f"%PDF {d.number}".encode()
            )
            for day in days
        ]


def test_each_document_lies_in_its_month_with_its_sum(three, tmp_path):
    made = archive.write(tmp_path, *YEAR)
    assert (made.files, made.written, made.differing) == (3, 3, ())
    first = tmp_path / "2026" / "10" / f"{three[0].number} =Café Ost West.pdf"
    assert first.read_bytes() == f"%PDF {three[0].number}".encode()
    with (tmp_path / archive.INDEX).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["number"], r["gross"], r["customer"]) for r in rows] == [
        (d.number, "119.00", "'=Café: Ost/West") for d in three
    ]
    lines = (tmp_path / archive.SUMS).read_text(encoding="utf-8").splitlines()
    sums = dict(reversed(line.split("  ", 1)) for line in lines)
    assert sums == {
        file.relative_to(tmp_path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in tmp_path.rglob("*.pdf")
    }


def test_a_later_run_adds_what_is_new_and_names_what_was_changed(three, tmp_path):
    archive.write(tmp_path, date(2026, 10, 1), date(2026, 10, 31))
    changed = next((tmp_path / "2026" / "10").iterdir())
    changed.write_bytes(b"something else")
    made = archive.write(tmp_path, *YEAR)
    assert (made.written, [p.rpartition("/")[2] for p in made.differing]) == (1, [changed.name])
    assert changed.read_bytes() == b"something else"
    november = archive.write(tmp_path, date(2026, 11, 1), date(2026, 11, 30))
    assert (november.files, november.written) == (1, 0)
    assert len((tmp_path / archive.SUMS).read_text(encoding="utf-8").splitlines()) == 3


def test_an_empty_period_a_file_in_the_way_and_cancel(three, tmp_path):
    with pytest.raises(UserError, match="No document"):
        archive.write(tmp_path, date(2025, 1, 1), date(2025, 12, 31))
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(Problem, match="The archive in"):
        archive.write(tmp_path / "taken", *YEAR)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        archive.write(tmp_path / "new", *YEAR, progress)
    assert not (tmp_path / "new" / archive.INDEX).exists()
