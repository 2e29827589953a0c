"""The management workbook and own reports: every figure is that of the screen, and formulas work out to what is written."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import formulas

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, Problem, UserError, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import excel_reports, report_own, saved_reports, scheduled_reports
from crm_desktop.exchange.report_own import Own
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.insight import customer_value, figures, plans, report_schedule
from crm_desktop.outreach import campaign_results, campaigns
from crm_desktop.workflow import tending
from tests import traded_business, whole_business

TODAY = traded_business.TODAY
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


def written(path, first=YEAR[0], last=YEAR[1]):
    excel_reports.write("management", path, first, last)
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def test_every_formula_works_out_to_the_figure_that_is_written_beside_it(tmp_path):
    traded_business.trade(3)
    plans.save("EUR", {"2026-01": 500_000})
    live, kept = written(tmp_path / "m.xlsx")
    seen = 0
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    found = formulas.result(live, sheet.title, cell.value)
                    assert abs(found - Decimal(str(kept[sheet.title][cell.coordinate].value))) < Decimal("1e-9"), cell
                    seen += 1
    assert seen > 80


@pytest.mark.parametrize("seed", range(3))
def test_the_workbook_says_what_the_screen_and_the_raw_tables_say(tmp_path, seed):
    traded_business.trade(seed)
    _live, kept = written(tmp_path / "m.xlsx")
    found, cover = figures.gather(*YEAR), kept["Overview"]
    labels = {cell.value: cover.cell(7, cell.column).value for cell in cover[6] if cell.value}
    money = {
        "Revenue": found.net_minor, "Year before": found.before_minor, "Received": found.received_minor,
        "Open today": found.open_minor, "Late": found.late_minor,
    }  # fmt: skip
    assert {name: round(labels[name] * 100) for name in money} == money
    assert (labels["New customers"], labels["Documents"]) == (found.new_customers, found.documents)
    months = [[cover.cell(row, column).value for column in (3, 4, 8, 9, 10)] for row in range(11, 23)]
    assert [[*(round(m * 100) for m in line[:4]), line[4]] for line in months] == [
        [s.net_minor, s.before_minor, s.gross_minor, s.received_minor, s.documents] for s in found.steps
    ]
    journal = next(kept[name] for name in kept.sheetnames if name.startswith("Invoices"))
    rows = [row for row in journal.iter_rows(min_row=7, min_col=2, values_only=True) if row[1]]
    assert round(sum(row[6] for row in rows) * 100) == found.net_minor, "the rows behind it add up to the revenue"
    assert round(sum(row[8] for row in rows) * 100) == found.gross_minor


def test_other_currencies_stand_for_themselves(tmp_path):
    traded_business.trade(1)
    _live, kept = written(tmp_path / "m.xlsx")
    cells = [tuple(row) for row in kept["Overview"].iter_rows(min_col=2, max_col=6, values_only=True)]
    chf = figures.gather(*YEAR, "CHF")
    line = next(row for row in cells if row[0] == "CHF")
    assert [round(value * 100) for value in line[1:]] == [
        chf.net_minor,
        chf.gross_minor,
        chf.received_minor,
        chf.open_minor,
    ]


def test_a_business_without_a_sale_gets_a_report_that_pretends_nothing(tmp_path):
    live, kept = written(tmp_path / "m.xlsx")
    assert live.sheetnames == ["Overview", "Days", "Notes"]
    assert kept["Overview"]["C7"].value == 0
    values = {row[0]: row[1] for row in kept["Overview"].iter_rows(min_col=2, max_col=3, values_only=True) if row[0]}
    assert values["Days to pay, average"] is None


@pytest.mark.parametrize("days", [[TODAY], [date(2015, 5, 5), TODAY], [date(2015, 5, 5)]])
def test_a_single_sale_and_years_without_any_pretend_nothing(tmp_path, days):
    profile.save({"name": "Werk", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"})
    buyer = customers.save({"company": "Only one", "city": "Kiel", "street": "Kai 1", "country": "DE"})
    for day in days:
        with dates.freeze(day):
            whole_business.bill(buyer, issue_on=day, currency="EUR")
    live, kept = written(tmp_path / "m.xlsx")
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    found = formulas.result(live, sheet.title, cell.value)
                    assert abs(found - Decimal(str(kept[sheet.title][cell.coordinate].value))) < Decimal("1e-9"), cell
    found = figures.gather(*YEAR)
    assert found.documents == (TODAY in days)
    cover = kept["Overview"]
    changes = [cover.cell(row, 6).value for row in range(11, 23)]
    assert [change is None for change in changes] == [step.before_minor <= 0 for step in found.steps]


def campaign(customer_ids):
    """A call list that reached these customers early in the year; one replied."""
    with dates.freeze(dates.add_days(TODAY, -320)):
        made = campaigns.save({"name": "Calls", "kind": "call", "purpose": "", "cost_minor": 1234, "counted_days": 400})
        with db.transaction("Reached"):
            for place, customer_id in enumerate(customer_ids):
                db.insert(
                    "campaign_recipient",
                    {
                        "campaign_id": made, "customer_id": customer_id, "address": f"+49 {place}", "state": "sent",
                        "sent_at": dates.instant_text(dates.now()), "answer": "replied" if place == 0 else "",
                    },
                )  # fmt: skip
            now = dates.instant_text(dates.now())
            db.update("campaign", made, {"state": "done", "started_at": now, "ended_at": now})
    return made


def test_cohorts_and_campaigns_say_what_the_pages_and_the_raw_tables_say(tmp_path):
    traded_business.trade(5)
    buyers = [i for (i,) in db.query("SELECT id FROM customer WHERE name LIKE 'Buyer %' ORDER BY id")]
    made = campaign(buyers)
    live, kept = written(tmp_path / "m.xlsx")
    for name in ("Cohorts", "Campaigns"):
        for row in live[name].iter_rows(min_row=7):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    found = formulas.result(live, name, cell.value)
                    assert abs(found - Decimal(str(kept[name][cell.coordinate].value))) < Decimal("1e-9"), (
                        cell.coordinate
                    )
    lines = [row for row in kept["Cohorts"].iter_rows(min_row=7, min_col=2, values_only=True) if row[0] and row[1]]
    page = customer_value.known().cohorts[-12:]
    assert [(line[0], line[1]) for line in lines] == [(c.label, c.customers) for c in page]
    for line, cohort in zip(lines, page, strict=True):
        assert [round(share * cohort.customers) for share in line[2:] if share is not None] == list(
            cohort.returned[:12]
        )
    first = dict(
        db.query(
            "SELECT customer_id, min(issue_on) FROM document WHERE state = 'issued' AND kind IN ('invoice', 'receipt') AND "
            "customer_id IS NOT NULL AND id NOT IN (SELECT source_id FROM document WHERE kind = 'credit_note' AND state = "
            "'issued' AND source_id IS NOT NULL) GROUP BY 1"
        )
    )
    assert sum(line[1] for line in lines) == len(first)
    (line,) = [r for r in kept["Campaigns"].iter_rows(min_row=7, min_col=2, values_only=True) if r[1] == "Calls"]
    result = campaign_results.measure(made)
    got = result.got
    assert line[4:8] == (got.people, got.replied, got.opted_out, got.buyers)
    assert [round(value * 100) for value in line[8:11]] == [got.net_minor, 1234, got.net_minor - 1234]
    begin, end = dates.add_days(TODAY, -320).isoformat(), TODAY.isoformat()
    raw = db.value(
        "SELECT sum(CASE kind WHEN 'credit_note' THEN -1 ELSE 1 END * tax_basis_minor) FROM document WHERE state = 'issued' "
        "AND kind IN ('invoice', 'credit_note', 'receipt') AND currency = 'EUR' AND issue_on BETWEEN ? AND ? AND "
        f"customer_id IN ({', '.join(map(str, buyers))})",
        [begin, end],
    )
    assert got.net_minor == raw
    assert raw


def test_charts_are_native_and_tables_typed(tmp_path):
    traded_business.trade(2)
    live, _kept = written(tmp_path / "m.xlsx")
    assert len(live["Overview"]._charts) == 3
    assert "Days" in live["Days"].tables
    assert live["Days"]["B7"].is_date
    assert live["Days"]["C7"].data_type == "n"


# ---- own reports -----------------------------------------------------------------------------------------------------


def test_an_own_report_groups_and_adds_up_without_mixing_currencies(tmp_path):
    traded_business.trade(4)
    table = next(name for name, _title in report_own.tables() if name == "invoices")
    sums = tuple(name for name, _heading, added in report_own.columns_of(table) if added and name.endswith("_minor"))[
        :1
    ]
    saved_reports.save({"name": "By town", "kind": "list", "own": Own(table, group="kind", sums=sums, by_period=False)})
    saved_reports.write(saved_reports.find("by TOWN"), tmp_path / "own.xlsx")
    live, kept = (openpyxl.load_workbook(tmp_path / "own.xlsx", data_only=only) for only in (False, True))
    lines = [row for row in kept["Summary"].iter_rows(min_row=7, min_col=2, max_col=5, values_only=True) if row[1]]
    assert {row[1] for row in lines} == {"EUR", "CHF", "JPY"}
    assert len({(row[0], row[1]) for row in lines}) == len(lines)
    for number, line in enumerate(lines, 7):
        assert formulas.value(live, "Summary", f"E{number}") == Decimal(str(line[3]))


def test_what_a_report_cannot_show_is_said():
    with pytest.raises(ValidationError) as found:
        saved_reports.save({"name": "", "kind": "list", "own": Own("customers", ("shoe_size",)), "schedule": "monthly"})
    assert set(found.value.fields) == {"name", "own", "folder"}
    assert "shoe_size" in found.value.fields["own"]
    with pytest.raises(UserError):
        report_own.columns_of("unicorns")
    with pytest.raises(NotFound):
        saved_reports.find("Nothing")


# ---- written by themselves ---------------------------------------------------------------------------------------------


def scheduled(folder, schedule="monthly"):
    folder.mkdir(exist_ok=True)
    return saved_reports.save({"name": "Month", "kind": "management", "schedule": schedule, "folder": str(folder)})


def test_a_scheduled_report_is_written_once_for_each_period(tmp_path):
    customers.save({"company": "Café"})
    scheduled(tmp_path / "reports")
    assert scheduled_reports.tend() == 0, "the first period is the one to come"
    with dates.freeze(date(2026, 12, 3)):
        assert [scheduled_reports.tend(), scheduled_reports.tend(), tending.tend()] == [1, 0, 0]
    with dates.freeze(date(2026, 12, 31)):
        assert scheduled_reports.tend() == 0
    with dates.freeze(date(2027, 1, 1)):
        assert scheduled_reports.tend() == 1
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == [
        "Month 2026-11-01 2026-11-30.xlsx", "Month 2026-12-01 2026-12-31.xlsx",
    ]  # fmt: skip


def test_a_missing_folder_is_said_in_today_and_made_good_later(tmp_path):
    scheduled(tmp_path / "reports")
    (tmp_path / "reports").rmdir()
    with dates.freeze(date(2026, 12, 1)):
        assert scheduled_reports.tend() == 0
        (line,) = report_schedule.tasks()
        assert str(tmp_path / "reports") in line.reason
        (tmp_path / "reports").mkdir()
        assert report_schedule.tasks() == []
        assert scheduled_reports.tend() == 1


def test_the_program_writes_what_is_due_by_itself(tmp_path):
    scheduled(tmp_path / "reports")
    with dates.freeze(date(2026, 12, 1)):
        assert tending.tend() == 1
    assert len(list((tmp_path / "reports").iterdir())) == 1


def _disk_is_full(_self, _target, *_rest, **_options):
    raise OSError(28, "No space left on device")


def _is_open_in_excel(_self, _target, *_rest, **_options):
    raise PermissionError(13, "Permission denied")


def _fault(*_parts, **_options):
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("place", "breaks", "said"),
    [
        ("crm_desktop.exchange.report_workbook.os.replace", _disk_is_full, "No space left on device"),
        ("crm_desktop.exchange.report_workbook.os.replace", _is_open_in_excel, "open in another program"),
        ("crm_desktop.exchange.report_rows.put", _disk_is_full, "No space left on device"),
        ("crm_desktop.exchange.excel_reports.write", _fault, "A fault of the program"),
    ],
)
def test_whatever_keeps_a_report_from_its_file_is_said_in_today_and_tried_again(
    tmp_path, monkeypatch, place, breaks, said
):
    report_id = scheduled(tmp_path / "reports")
    with dates.freeze(datetime(2026, 12, 1, 9, tzinfo=UTC)), monkeypatch.context() as broken:
        broken.setattr(place, breaks)
        assert scheduled_reports.tend() == 0
        (line,) = report_schedule.tasks()
        assert (line.title, line.record_id, line.kind) == ("The report “Month” was not written", report_id, "report")
        assert said in line.reason
        assert list((tmp_path / "reports").iterdir()) == [], "nothing half-written stays"
        assert tending.tend() == 0
        assert said in scheduled_reports.retry(report_id)
    with dates.freeze(datetime(2026, 12, 1, 9, 5, tzinfo=UTC)):
        assert scheduled_reports.tend() == 0, "not again at once"
    with dates.freeze(datetime(2026, 12, 1, 9, 11, tzinfo=UTC)):
        assert scheduled_reports.tend() == 1
        assert report_schedule.tasks() == []
        assert saved_reports.get(report_id).problem == ""


def test_a_report_whose_column_is_gone_keeps_no_other_from_being_written(tmp_path):
    folder = tmp_path / "reports"
    scheduled(folder)
    own = saved_reports.save(
        {"name": "Gone", "kind": "list", "own": Own("customers"), "schedule": "monthly", "folder": str(folder)}
    )
    with db.transaction("A column of an older version"):
        db.update("saved_report", own, {"spec": '{"table": "customers", "columns": ["shoe_size"]}'})
    with dates.freeze(date(2026, 12, 1)):
        assert scheduled_reports.tend() == 1
        (line,) = report_schedule.tasks()
        assert (line.record_id, "shoe_size" in line.reason) == (own, True)
        saved_reports.save(
            {"name": "Gone", "kind": "list", "own": Own("customers"), "schedule": "monthly", "folder": str(folder)}, own
        )
        assert scheduled_reports.tend() == 1, "changed by the owner, it is tried again at once"


def test_a_file_of_comma_separated_values_is_whole_or_not_there(tmp_path, monkeypatch):
    report_id = saved_reports.save({"name": "Own", "kind": "list", "own": Own("customers", by_period=False)})
    target = tmp_path / "own.csv"
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", _disk_is_full)
    with pytest.raises(Problem, match="could not be written"):
        saved_reports.write(saved_reports.get(report_id), target)
    assert [file.name for file in tmp_path.glob("*own*")] == ["own.csv"]
    assert target.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    ("schedule", "first", "last"),
    [
        ("daily", date(2026, 11, 23), date(2026, 11, 23)), ("weekly", date(2026, 11, 16), date(2026, 11, 22)),
        ("monthly", date(2026, 10, 1), date(2026, 10, 31)), ("quarterly", date(2026, 7, 1), date(2026, 9, 30)),
        ("yearly", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)  # fmt: skip
def test_the_period_of_a_schedule_is_the_whole_one_before(schedule, first, last):
    assert report_schedule.period_before(schedule, TODAY) == (first, last)


def test_a_deleted_report_is_gone():
    report_id = saved_reports.save({"name": "Books", "kind": "journal"})
    saved_reports.delete(report_id)
    assert saved_reports.all_reports() == []
    assert db.value("SELECT count(*) FROM saved_report") == 0


@pytest.mark.parametrize("seed", range(2))
def test_the_sums_of_an_own_report_are_the_figures_of_the_screen(tmp_path, seed):
    traded_business.trade(seed)
    sums = ("tax_basis_minor", "grand_total_minor")
    own = Own("invoices", ("number", "customer"), "issue_on:month", sums)
    saved_reports.save({"name": "By month", "kind": "list", "own": own})
    saved_reports.write(saved_reports.find("By month"), tmp_path / "own.xlsx", *YEAR)
    live, kept = (openpyxl.load_workbook(tmp_path / "own.xlsx", data_only=only) for only in (False, True))
    lines = [r for r in kept["Summary"].iter_rows(min_row=7, min_col=2, max_col=6, values_only=True) if r[1]]
    for currency in ("EUR", "CHF"):
        found = figures.gather(*YEAR, currency)
        of = [line for line in lines if line[1] == currency]
        assert [round(sum(line[place] for line in of) * 100) for place in (3, 4)] == [
            found.net_minor,
            found.gross_minor,
        ]
        by_month = {line[0]: round(line[3] * 100) for line in of}
        for step in found.steps:
            assert by_month.get(f"{step.first:%Y} · {step.first:%m}", 0) == step.net_minor
    for number, line in enumerate(lines, 7):
        assert formulas.value(live, "Summary", f"E{number}") == Decimal(str(line[3]))
        assert str(live["Summary"][f"E{number}"].value).startswith("=SUMIFS")
    kinds = {row[0] for row in kept["Rows"].iter_rows(min_row=7, min_col=2, max_col=2, values_only=True)}
    assert not any(str(kind).startswith(("AN-", "LS-")) for kind in kinds), "quotes are no invoices"


def test_lines_of_an_own_report_add_up_to_the_products_of_the_report():
    traded_business.trade(1)
    (summary, _rows) = report_own.sheets(Own("invoice_lines", (), "name", ("net_minor",)), "Lines", *YEAR)
    home = [line for line in summary.blocks[0].rows if line[1] == "EUR"]
    sold = db.value(
        "SELECT sum(CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END * l.net_minor) FROM document_line l JOIN document d "
        "ON d.id = l.document_id WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND "
        "d.currency = 'EUR' AND l.role = 'item' AND d.issue_on BETWEEN ? AND ?",
        [day.isoformat() for day in YEAR],
    )
    assert sum(line[3].value if isinstance(line[3], Formula) else line[3] for line in home) * 100 == sold


def test_groups_that_a_spreadsheet_would_mix_up_are_written_as_numbers():
    for name in ("Kiel", "kiel", "20457", "*", "May 5", "TRUE", ""):
        customers.save({"company": f"Firm {name}", "city": name})
    (summary, _rows) = report_own.sheets(
        Own("customers", ("name",), "city", ("revenue_minor",), by_period=False), "Towns", *YEAR
    )
    cells = {line[0]: line[-1] for line in summary.blocks[0].rows}
    assert set(cells) == {"Kiel", "kiel", "20457", "*", "May 5", "TRUE", "(without)"}
    assert not any(isinstance(cell, Formula) for cell in cells.values())


def test_an_own_report_speaks_in_words_and_offers_what_one_asks_for_first():
    assert [name for name, _title in report_own.tables()][:3] == ["invoices", "invoice_lines", "customers"]
    for table, _title in report_own.tables():
        names = [name for name, _heading, _sum in report_own.columns_of(table)]
        assert set(report_own.usual_columns(table)) <= set(names)
        headings = [heading for _name, heading, _sum in report_own.columns_of(table)]
        assert len(set(headings)) == len(headings), table
        report_own.sheets(Own(table, by_period=False), "All", *YEAR)
    customers.save({"kind": "person", "last_name": "Berg"})
    customers.save({"company": "Werft"})
    (summary, _rows) = report_own.sheets(Own("customers", ("name",), "kind", ("revenue_minor",)), "Who", *YEAR)
    assert [chart.column for chart in summary.charts] == [2]
    (rows,) = report_own.sheets(Own("customers", ("name", "kind")), "Who", *YEAR)
    assert sorted(rows.blocks[0].rows) == [("Berg", "Person"), ("Werft", "Company")]
