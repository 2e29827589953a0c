"""Measure the program against bare floors and write the table of ratios.

usage: python tests/speed/bench.py [--rows 1,2] [--repeats N] [--dry]

Floor and product run in turn, each in a fresh process; the ratio is that of their medians, and only ratios of one run
mean anything, since machines differ and neighbours come and go. The table replaces the last one in docs/performance.md,
unless `--dry` or only some rows are asked for. `PERF_DATA` names the folder of the data, `PERF_CUSTOMERS` their number.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from measure import CUSTOMERS, ROOT, child
from sample_data import bare_file, data_file

REPORT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
Figures = dict[str, float]


@dataclass(frozen=True)
class Figure:
    """One number of a row: how it is called in the table, its key in the reports, and the goal for its ratio.

    `floor` and `product` name the variants of the row's script; `unit` is how the medians are written.
    """

    row: int
    what: str
    script: str
    key: str
    goal: float
    floor: str = "floor"
    product: str = "product"
    unit: str = "ms"


FIGURES = (
    Figure(1, "start to the first painted list of all customers", "window.py", "shown", 1.6),
    Figure(1, "peak memory by then", "window.py", "mb", 1.8, unit="MB"),
    Figure(2, "search, the query of one keystroke", "search.py", "query_p50", 3),
    Figure(2, "the same, slowest 5 %", "search.py", "query_p95", 2),
    Figure(2, "search, from the key to the painted list", "table.py", "key_p50", 1.3, "blank", "typing"),
    Figure(2, "the same, slowest 5 %", "table.py", "key_p95", 1.5, "blank", "typing"),
    Figure(3, "jump anywhere in the list, slowest 5 % of frames", "table.py", "jump_p95", 2),
    Figure(3, "open the list", "table.py", "open", 0.6),
    Figure(3, "memory that the list adds", "table.py", "added_mb", 0.7, unit="MB"),
    Figure(4, "open a customer with 10,000 entries", "history.py", "open", 2.5),
    Figure(4, "the same against a customer with ten", "history.py", "open", 1.3, "few"),
    Figure(5, "import 100,000 rows of 15 columns", "importing.py", "run", 2.5),
    Figure(5, "peak memory, with the reader", "importing.py", "peak", 2, unit="MB"),
    Figure(5, "the same as a dry run, against the floor's import", "importing.py", "run", 1.5, "floor", "look"),
    Figure(6, "issue a saved draft of 5 lines, on the disk", "issue.py", "issue_p50", 8),
    Figure(6, "store and issue it, as the window does", "issue.py", "all_p50", 8),
    Figure(7, "one invoice as PDF, 10 lines", "paper.py", "short", 1.6),
    Figure(7, "the same as PDF/A-3b with its e-invoice inside", "paper.py", "short", 3, "floor", "hybrid"),
    Figure(8, "1,000 invoices as PDF, against a bare canvas in two processes", "paper.py", "batch", 2, "pair", "many"),
    Figure(8, "the same against our own single process", "paper.py", "batch", 0.625, "alone", "many"),
    Figure(9, "one invoice as PDF, 1,000 lines", "paper.py", "long", 2.5),
    Figure(
        10,
        "workbook of 100,000 rows of 12 columns, against XML written by hand",
        "workbook.py",
        "run",
        2.5,
        "raw",
        "large",
    ),
    Figure(10, "peak memory by then", "workbook.py", "mb", 2, "raw", "large", unit="MB"),
    Figure(
        10,
        "a styled report of 5,000 rows with a chart, against bare openpyxl",
        "workbook.py",
        "run",
        1.15,
        "bare",
        "styled",
    ),
    Figure(11, "all figures of a year, against SQL on the raw tables", "figures.py", "page", 0.02),
    Figure(11, "the same for the first time after the start", "figures.py", "first", 0.05),
    Figure(12, "customers that may be the same, among all", "duplicates.py", "all", 2.5),
    Figure(12, "the same while one is typed", "duplicates.py", "one", 1),
    Figure(14, "gather Today, against its own SQL", "today.py", "gather", 3),
    Figure(15, "first painting of a board of 2,000 deals, against 20", "board.py", "first", 2, "few", "many"),
    Figure(15, "the same when it is entered again", "board.py", "again", 2, "few", "many"),
    Figure(15, "the query of that board, against plain SQL", "board.py", "query", 3, "floor", "many"),
    Figure(16, "who calls, with all that the card says, against its own SQL", "caller.py", "look_up", 3),
    Figure(16, "the card of a caller painted, against the 200 ms allowed", "caller.py", "shown", 1, "limit", "shown"),
    Figure(16, "the same for the first call of the day", "caller.py", "first", 1, "limit", "shown"),
)


def main() -> None:
    """Measure what the command line asks for, print the table, keep it."""
    parser = argparse.ArgumentParser(description="Measure the program against bare floors.")
    parser.add_argument("--rows", default="", help="numbers of rows, for example 1,2")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    options = parser.parse_args()
    wanted = {int(row) for row in options.rows.split(",") if row}
    figures = [figure for figure in FIGURES if not wanted or figure.row in wanted]
    data_file()
    bare_file()
    table = lines(figures, measure(figures, options.repeats))
    print("\n".join(table))
    if not wanted and not options.dry:
        keep(table, options.repeats)


def measure(figures: list[Figure], repeats: int) -> dict[tuple[str, str], list[Figures]]:
    """All reports of each variant that the figures need, taken in turn."""
    variants = sorted({(figure.script, name) for figure in figures for name in (figure.floor, figure.product)})
    found: dict[tuple[str, str], list[Figures]] = {variant: [] for variant in variants}
    for turn in range(repeats):
        for variant in variants:
            print(f"turn {turn + 1} of {repeats}: {' '.join(variant)}", file=sys.stderr, flush=True)
            found[variant].append(child(*variant))
    return found


def lines(figures: list[Figure], found: dict[tuple[str, str], list[Figures]]) -> list[str]:
    """The table in Markdown."""
    rows = ["| row | what a user feels | floor | ours | ratio | goal | |", "|---|---|---:|---:|---:|---:|---|"]
    for figure in figures:
        floor, ours = (
            statistics.median(report[figure.key] for report in found[figure.script, name])
            for name in (figure.floor, figure.product)
        )
        ratio = ours / floor
        rows.append(
            f"| {figure.row} | {figure.what} | {_shown(floor, figure.unit)} | {_shown(ours, figure.unit)} "
            f"| {ratio:.2f} × | ≤ {figure.goal:g} × | {'reached' if ratio <= figure.goal else '**missed**'} |"
        )
    return rows


def _shown(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if value < 10 else f"{value:,.0f} {unit}"


def keep(table: list[str], repeats: int) -> None:
    """Put the table into the report in place of the last one, with the day and the machine."""
    day = datetime.now(UTC).date().isoformat()
    where = (
        f"{day}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"PySide6 {version('PySide6_Essentials')}, {CUSTOMERS:,} customers, medians of {repeats} turns."
    )
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text("\n".join([f"{before}{BEGIN}", where, "", *table, f"{END}{after}"]), encoding="utf-8")


if __name__ == "__main__":
    main()
