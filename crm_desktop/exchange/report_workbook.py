"""Workbooks that people read, described as data: sheets of blocks with typed columns, figures and a chart.

One type size per role, a rule in ink under the headings, hairlines between rows, no grid; sums are formulas that follow
the filter; text stays text whatever it begins with; everything prints on pages as wide as A4.

Source: picture 17 of the look; ECMA-376 for what a cell may hold.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table

from crm_desktop.core import dates, money
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import report_rows
from crm_desktop.exchange.cell_text import looks_like_formula, tidy
from crm_desktop.exchange.report_rows import Formula, Rows, SheetRows
from crm_desktop.exchange.report_styles import BAR, DAY, GREY, INK, LINE, MONEY, RED, SECOND, TEXT, named_style

FIRST_COLUMN = 2
HEAD_ROW, FIGURE_ROWS = 6, 3
_EARLIEST = date(1900, 3, 1)
_CHART_ROWS = 15
_CM_PER_CHARACTER = 0.195


Cell = str | int | Decimal | date | Formula | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its heading, what it holds, and whether it is added up. Money is in major units of `currency`."""

    heading: str
    kind: str = TEXT
    currency: str = ""
    total: bool = False
    wide: float = 0


@dataclass(frozen=True, kw_only=True)
class Block:
    """A table. With a `name` it becomes a filtered table of that name; sums follow the filter then."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    name: str = ""
    sums: bool = True


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One large number above the tables; `alert` prints it in red."""

    label: str
    value: Cell
    kind: str = MONEY
    currency: str = ""
    alert: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars for columns of a block, labelled by its first one; stands below the blocks. `more` columns stand lighter beside."""

    title: str
    block: int
    column: int
    more: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet. One with a single named block has its head frozen and repeated in print."""

    name: str
    title: str
    note: str
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    landscape: bool = False


def data_range(sheet: str, column: int, rows: int, *, below_figures: bool = False) -> str:
    """The cells of a column (from 0) of a sheet's first block, for formulas; its figures move the block down."""
    letter = get_column_letter(FIRST_COLUMN + column)
    quoted = sheet.replace("'", "''")
    head = HEAD_ROW + (FIGURE_ROWS if below_figures else 0)
    return f"'{quoted}'!${letter}${head + 1}:${letter}${head + max(rows, 1)}"


def write(path: Path, sheets: Sequence[Sheet], *, company: str, title: str) -> None:
    """Write the workbook; an existing file is replaced only when the new one is complete.

    Raises:
        Problem: the file cannot be written, for example because it is open in Excel.
    """
    book = Workbook()
    book.remove(book.active)
    writer = _Writer(book, company)
    for sheet in sheets:
        writer.sheet(sheet)
    book.properties.creator = company or "CRM Desktop"
    book.properties.title = title
    book.properties.created = book.properties.modified = dates.now().astimezone(UTC).replace(tzinfo=None)
    book.calculation.fullCalcOnLoad = True
    parts = {f"xl/worksheets/sheet{n}.xml": writer.rows[s.title] for n, s in enumerate(book.worksheets, 1)}
    save(book, path, parts)


def save(book: Any, path: Path, rows: Mapping[str, SheetRows] | None = None) -> None:
    """Write a workbook with the rows of its sheets beside its place, then put it there.

    Raises:
        Problem: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = BytesIO()
        book.save(made)
        report_rows.put(made.getvalue(), rows or {}, part)
        os.replace(part, path)  # noqa: PTH105  (one name for both systems, replaces in one step)
    except PermissionError as error:
        raise Problem(
            _(
                "“{file}” could not be replaced. It is open in another program or write-protected. "
                "Your data is unchanged. Close it there and try again."
            ).format(file=path.name)
        ) from error
    except OSError as error:
        raise Problem(
            _("“{file}” could not be written: {reason}. Your data is unchanged. Choose another place.").format(
                file=path.name, reason=error.strerror or error
            )
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


class _Writer:
    """Writes sheets with shared named styles."""

    def __init__(self, book: Any, company: str) -> None:
        self.book = book
        self.company = company
        self.styles: set[str] = set()
        self.rows: dict[str, SheetRows] = defaultdict(SheetRows)

    def sheet(self, sheet: Sheet) -> None:
        place = self.book.create_sheet(_sheet_name(sheet.name))
        place.sheet_view.showGridLines = False
        count = max([len(block.columns) for block in sheet.blocks] + [len(sheet.figures), 1])
        self._widths(place, sheet, count)
        self._heading(place, sheet)
        row = HEAD_ROW
        if sheet.figures:
            self._figures(place, sheet.figures, row, count)
            row += FIGURE_ROWS
        places = []
        for block in sheet.blocks:
            head = row + 1 if block.title else row
            if block.title:
                self._put(place, row, FIRST_COLUMN, block.title, "section", height=26)
            row = self._block(place, block, head) + 2
            places.append(head)
        for chart in sheet.charts:
            self._chart(place, chart, sheet.blocks[chart.block], places[chart.block], row)
            row += _CHART_ROWS + 1
        self._print(place, sheet, places)

    def _style(self, role: str, kind: str = TEXT, currency: str = "") -> str:
        """The name of a style, made when first used."""
        name = " ".join(filter(None, ("CRM", role, kind if kind != TEXT else "", currency)))
        if name not in self.styles:
            self.styles.add(name)
            self.book.add_named_style(named_style(name, role, kind, currency))
        return name

    def _put(
        self,
        place: Any,
        row: int,
        column: int,
        value: Cell,
        role: str,
        *,
        kind: str = TEXT,
        currency: str = "",
        height: float = 0,
    ) -> None:
        cell = place.cell(row, column)
        _fill(cell, value, row)
        if isinstance(value, Formula) and value.value is not None:
            self.rows[place.title].results[cell.coordinate] = value.value
        cell.style = self._style(role, kind, currency)
        if isinstance(value, str) and looks_like_formula(value):
            cell.quotePrefix = True
        if height:
            place.row_dimensions[row].height = height

    def _heading(self, place: Any, sheet: Sheet) -> None:
        place.sheet_format.defaultRowHeight, place.sheet_format.customHeight = 17, True
        place.row_dimensions[1].height = 10
        self._put(place, 2, FIRST_COLUMN, self.company, "company")
        self._put(place, 3, FIRST_COLUMN, sheet.title, "title", height=28)
        self._put(place, 4, FIRST_COLUMN, sheet.note, "note")

    def _figures(self, place: Any, figures: tuple[Figure, ...], row: int, count: int) -> None:
        for column in range(FIRST_COLUMN, FIRST_COLUMN + max(count, len(figures))):
            self._put(place, row, column, None, "figure label", height=20)
            self._put(place, row + 1, column, None, "figure", height=28)
        for column, figure in enumerate(figures, start=FIRST_COLUMN):
            side = "" if column == FIRST_COLUMN else " right"
            self._put(place, row, column, figure.label, f"figure label{side}")
            role = f"figure{' alert' if figure.alert else ''}{side}"
            self._put(place, row + 1, column, figure.value, role, kind=figure.kind, currency=figure.currency)

    def _block(self, place: Any, block: Block, head: int) -> int:
        """Write one table; gives its last row."""
        for offset, column in enumerate(block.columns):
            role = (
                "heading" if column.kind in (TEXT, DAY) else "heading right filter" if block.name else "heading right"
            )
            self._put(place, head, FIRST_COLUMN + offset, column.heading, role, height=20)
        self._rows(place, block, head)
        last = head + len(block.rows)
        if block.name:
            last = max(last, head + 1)
            self._filter(place, block, head, last)
        self._red(place, block, head, last)
        return self._sums(place, block, head, last) if block.sums and block.rows else last

    def _rows(self, place: Any, block: Block, head: int) -> None:
        """Keep the rows for later: they are put into the finished file, see `report_rows`."""
        styles = [self._look(place, column).style_id for column in block.columns]
        quoted = [self._look(place, column, quoted=True).style_id for column in block.columns]
        self.rows[place.title].tables.append(Rows(head + 1, FIRST_COLUMN, block.rows, styles, quoted))

    def _look(self, place: Any, column: Column, *, quoted: bool = False) -> Any:
        """A cell that looks as those of a column; `quoted` is for text that must not be taken for a formula when edited."""
        sample = OpenpyxlCell(place, row=1, column=1)
        sample.style = self._style("body", column.kind, column.currency)
        if quoted:
            sample.quotePrefix = True
        return sample

    def _filter(self, place: Any, block: Block, head: int, last: int) -> None:
        end = get_column_letter(FIRST_COLUMN + len(block.columns) - 1)
        table = Table(displayName=block.name, ref=f"{get_column_letter(FIRST_COLUMN)}{head}:{end}{last}")
        # Named here, because openpyxl would make a cell for each row to find the headings.
        table._initialise_columns()  # noqa: SLF001
        for made, column in zip(table.tableColumns, block.columns, strict=True):
            made.name = column.heading
        place.add_table(table)

    def _sums(self, place: Any, block: Block, head: int, last: int) -> int:
        row = last + 1
        if not any(column.total for column in block.columns):
            return last
        for offset, column in enumerate(block.columns):
            value: Cell = _("Sum") if offset == 0 else None
            if column.total:
                letter = get_column_letter(FIRST_COLUMN + offset)
                call = "SUBTOTAL(109," if block.name else "SUM("
                value = Formula(f"={call}{letter}{head + 1}:{letter}{last})", _added(block, offset))
            kind = column.kind if column.total else TEXT
            self._put(place, row, FIRST_COLUMN + offset, value, "sum", kind=kind, currency=column.currency, height=20)
        return row

    def _red(self, place: Any, block: Block, head: int, last: int) -> None:
        """Negative amounts in red."""
        for offset, column in enumerate(block.columns):
            if column.kind == MONEY and last > head:
                letter = get_column_letter(FIRST_COLUMN + offset)
                rule = CellIsRule(operator="lessThan", formula=["0"], font=Font(color=RED))
                place.conditional_formatting.add(f"{letter}{head + 1}:{letter}{last + 1}", rule)

    def _chart(self, place: Any, chart: Chart, block: Block, head: int, row: int) -> None:
        last = head + len(block.rows)
        bars = BarChart()
        bars.type, bars.title, bars.gapWidth = "col", chart.title, 60
        if chart.more:
            bars.legend.position = "t"
        else:
            bars.legend = None
        for place_of in (chart.column, *chart.more):
            values = Reference(place, min_col=FIRST_COLUMN + place_of, min_row=head, max_row=last)
            bars.add_data(values, titles_from_data=True)
        bars.set_categories(Reference(place, min_col=FIRST_COLUMN, min_row=head + 1, max_row=last))
        for series, color in zip(bars.series, (BAR, *SECOND), strict=False):
            series.graphicalProperties = GraphicalProperties(solidFill=color)
        bars.x_axis.delete = bars.y_axis.delete = False
        bars.y_axis.number_format = "#,##0"
        bars.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=LINE, w=6350))
        bars.x_axis.txPr = bars.y_axis.txPr = _text_size(900)
        bars.title.tx.rich.p[0].pPr = _text_size(1200, bold=True).p[0].pPr
        count = len(block.columns)
        letters = [get_column_letter(FIRST_COLUMN + offset) for offset in range(count)]
        bars.width = sum(place.column_dimensions[letter].width for letter in letters) * _CM_PER_CHARACTER
        bars.height = 7.2
        place.add_chart(bars, f"{get_column_letter(FIRST_COLUMN)}{row}")

    def _widths(self, place: Any, sheet: Sheet, count: int) -> None:
        place.column_dimensions["A"].width = 2.5
        for offset in range(count):
            place.column_dimensions[get_column_letter(FIRST_COLUMN + offset)].width = _width(sheet, offset)

    def _print(self, place: Any, sheet: Sheet, heads: list[int]) -> None:
        place.page_setup.paperSize = 9
        place.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
        place.page_setup.fitToWidth, place.page_setup.fitToHeight = 1, 0
        place.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        place.page_margins.left = place.page_margins.right = 0.5
        place.page_margins.top, place.page_margins.bottom, place.page_margins.footer = 0.6, 0.8, 0.4
        place.oddFooter.left.text = f"{self.company} \u00b7 {sheet.title}".replace("&", "&&")
        place.oddFooter.right.text = _("Page {number} of {count}").format(number="&P", count="&N")
        place.oddFooter.left.size = place.oddFooter.right.size = 8
        if len(sheet.blocks) == 1 and sheet.blocks[0].name:
            place.freeze_panes = f"A{heads[0] + 1}"
            place.print_title_rows = f"{heads[0]}:{heads[0]}"


def _sheet_name(name: str) -> str:
    """A name that Excel takes: no signs of paths, at most 31."""
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip("' ") or "Sheet"


def _fill(cell: Any, value: Cell, row: int) -> None:
    """Put a value into a cell with the type that it has; text is never taken for a formula."""
    if isinstance(value, Formula):
        cell.value = value.text.replace("{row}", str(row))
    elif isinstance(value, str):
        cell.value = tidy(value)
        cell.data_type = "s"
    elif isinstance(value, date) and value < _EARLIEST:
        cell.value = value.isoformat()
    elif isinstance(value, date):
        cell.value = datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a day in a cell has no zone)
    else:
        cell.value = value


def _width(sheet: Sheet, offset: int) -> float:
    """Wide enough for the heading and nearly all values, within reason."""
    wanted = [10.0]
    for block in sheet.blocks:
        if offset >= len(block.columns):
            continue
        column = block.columns[offset]
        wanted.append(14.0 if column.kind == MONEY else 0)
        wanted.append(column.wide or len(column.heading) * 0.95 + (4.5 if block.name else 2))
        for values in block.rows[:2000]:
            value = values[offset]
            length = (
                len(value)
                if isinstance(value, str)
                else len(f"{value:,}") + 2
                if isinstance(value, int | Decimal)
                else 0
            )
            wanted.append(length + 2.0)
    if offset < len(sheet.figures):
        wanted.append(len(sheet.figures[offset].label) * 0.95 + 2)
        wanted.append(15)
    return min(max(wanted), 46 if offset else 40)


def _text_size(hundredths: int, *, bold: bool = False) -> Any:
    """Rich text properties of a chart: size in hundredths of a point, grey or (bold) ink."""
    look = CharacterProperties(sz=hundredths, b=bold, solidFill=INK if bold else GREY)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)
    return RichText(p=[paragraph])


def major(minor: int, currency: str) -> Decimal:
    """Minor units as the number that stands in a cell."""
    return money.from_minor(minor, currency)


def with_currency(columns: tuple[Column, ...], currency: str) -> tuple[Column, ...]:
    """The columns with their money in this currency."""
    return tuple(replace(column, currency=currency) if column.kind == MONEY else column for column in columns)


def _added(block: Block, offset: int) -> Decimal | int | None:
    """The sum of a column; None where the result of one of its formulas is not known."""
    column = [values[offset] for values in block.rows]
    if set(map(type, column)) <= {int, Decimal}:
        return sum(column)  # type: ignore[arg-type]
    found: Decimal | int = 0
    for value in column:
        number = value.value if isinstance(value, Formula) else value
        if isinstance(number, int | Decimal):
            found += number
        elif isinstance(value, Formula):
            return None
    return found
