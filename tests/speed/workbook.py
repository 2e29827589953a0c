"""Row 10: a workbook of 100,000 rows of 12 columns, and a styled report of 5,000 rows with sums and a chart.

Floors: the rows formatted straight to XML and zipped (what a writer made for this one table reaches), and openpyxl in its
write-only mode with the same number formats. Product: `report_workbook.write` with a typed table.
"""

from __future__ import annotations

import random
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from measure import DATA, choose, report, timed

LARGE, SMALL = 100_000, 5_000
HEAD = "number issued due customer city status net tax gross currency reference note".split()
DAYS, MONEY = (1, 2), (6, 7, 8)
CITY = "Berlin Paris Rome Lyon Porto Oslo Zürich Graz Leeds Gent".split()


def rows(number: int) -> list[tuple[Any, ...]]:
    """Rows of an invoice list."""
    chance, base = random.Random(3), date(2020, 1, 1)
    made = []
    for n in range(1, number + 1):
        net, day = chance.randrange(1000, 900000), base + timedelta(days=n // 50)
        made.append(
            (f"INV-{n:06}", day, day + timedelta(days=14), f"Customer {n % 5000}", CITY[n % 10],
             ("paid", "open", "overdue")[n % 3], Decimal(net) / 100, Decimal(net * 19) / 10000, Decimal(net * 119) / 10000,
             "EUR", f"PO-{n % 9999}", "four words of note")
        )  # fmt: skip
    return made


def _by_hand(found: list[tuple[Any, ...]], path: Path) -> None:
    zero = date(1899, 12, 30).toordinal()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book, book.open("sheet1.xml", "w") as out:
        buffer = []
        for r in found:
            cells = [
                f'<c s="1"><v>{v.toordinal() - zero}</v></c>' if place in DAYS
                else f'<c s="2"><v>{v}</v></c>' if place in MONEY
                else f'<c t="inlineStr"><is><t>{escape(v)}</t></is></c>'
                for place, v in enumerate(r)
            ]  # fmt: skip
            buffer.append(f"<row>{''.join(cells)}</row>")
            if len(buffer) > 2000:
                out.write("".join(buffer).encode())
                buffer.clear()
        out.write("".join(buffer).encode())


def _write_only(found: list[tuple[Any, ...]], path: Path) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEAD)
    for r in found:
        line = list(r)
        for place in (*DAYS, *MONEY):
            cell = WriteOnlyCell(sheet, r[place])
            cell.number_format = "yyyy-mm-dd" if place in DAYS else "#,##0.00"
            line[place] = cell
        sheet.append(line)
    book.save(path)


def _ours(found: list[tuple[Any, ...]], path: Path, *, chart: bool) -> None:
    from crm_desktop.exchange import report_workbook as wb

    kinds = {**dict.fromkeys(DAYS, "day"), **dict.fromkeys(MONEY, "money")}
    columns = tuple(
        wb.Column(
            heading=text, kind=kinds.get(place, "text"), currency="EUR" if place in MONEY else "", total=place in MONEY
        )
        for place, text in enumerate(HEAD)
    )
    charts = (wb.Chart(title="Net", block=0, column=6),) if chart else ()
    sheet = wb.Sheet(
        name="List", title="List", note="", blocks=(wb.Block(name="List", columns=columns, rows=found),), charts=charts
    )
    wb.write(path, [sheet], company="Lamps", title="List")


def _measure(write: Any, number: int, key: str) -> None:
    import openpyxl

    assert openpyxl.__version__
    found, path = rows(number), DATA / f"out-{key}.xlsx"
    path.unlink(missing_ok=True)
    report(run=timed(write, found, path))


def raw() -> None:
    """The floor of the large one."""
    _measure(_by_hand, LARGE, "raw")


def large() -> None:
    """The large one."""
    import crm_desktop.exchange.report_workbook  # noqa: F401  (what the program has loaded by then)

    _measure(lambda found, path: _ours(found, path, chart=False), LARGE, "large")


def bare() -> None:
    """The floor of the styled one."""
    _measure(_write_only, SMALL, "bare")


def styled() -> None:
    """The styled one, with sums, filter and chart."""
    import crm_desktop.exchange.report_workbook  # noqa: F401  (what the program has loaded by then)

    _measure(lambda found, path: _ours(found, path, chart=True), SMALL, "styled")


if __name__ == "__main__":
    choose(raw=raw, large=large, bare=bare, styled=styled)
