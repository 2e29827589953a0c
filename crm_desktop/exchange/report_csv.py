"""The rows of a report as CSV: UTF-8 with a mark for Excel, commas, numbers with a point, days as YYYY-MM-DD.

Sheets of several currencies become one list with a column for the currency; headings that only some of them have stay
empty in the others.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import cell_text
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_workbook import Block, Cell, Sheet


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the rows of all named tables of a report, whole or not at all.

    Raises:
        Problem: the file cannot be written.
    """
    blocks = [block for sheet in sheets for block in sheet.blocks if block.name]
    headings = list(dict.fromkeys(column.heading for block in blocks for column in block.columns))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    several = len(blocks) > 1 and _("Currency") not in headings
    writer.writerow([*([_("Currency")] if several else []), *headings])
    for block in blocks:
        for row in block.rows:
            cells = dict(zip((c.heading for c in block.columns), row, strict=True))
            writer.writerow([*([_currency(block)] if several else []), *(_text(cells.get(h)) for h in headings)])
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
        part.replace(path)
    except OSError as error:
        raise Problem(
            _("{file} could not be written: {reason}. Choose another folder.").format(file=path, reason=error.strerror)
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _currency(block: Block) -> str:
    return next((column.currency for column in block.columns if column.currency), "")


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, Formula):
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    text = str(cell)
    return cell_text.defused(text) if isinstance(cell, str) else text
