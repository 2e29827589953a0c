"""A list as a workbook: the rows that are shown, in their order, with the columns that are shown.

Numbers, amounts and days stay numbers and days. Rows are read in the worker thread, a few hundred at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_desktop.core import money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Column, cell_of

if TYPE_CHECKING:
    from crm_desktop.gui.widgets.list_page import ListPage

_CHUNK = 500


# Writes records of these ids into a file.
OtherFile = Callable[[Path, list[int], Progress], object]


def save_list(page: ListPage, others: Sequence[tuple[str, str, OtherFile]] = ()) -> None:
    """Ask for a file name and write the list beside the window; a toast says when it is there.

    `others` are further forms of the file: name, ending, what writes it. Of several selected rows these take only them.
    """
    from crm_desktop.gui.widgets import dialogs

    title, header = page.made.title, page.table.horizontalHeader()
    kinds = [(_("Excel workbook"), ".xlsx"), *((name, ending) for name, ending, _write_it in others)]
    path = dialogs.choose_save_file(_("Save this list"), f"{title}.xlsx", kinds, "report")
    if path is None:
        return
    other = next((write for _name, ending, write in others if path.suffix.lower() == ending), None)
    if other is not None:
        selected = page.table.selected_ids()
        ids = selected if len(selected) > 1 else list(page.model.ids)
        made = partial(_write_other, path=path, ids=ids, write=other)
        jobs.run(made, done=partial(_saved, page), title=_("Writing {file}").format(file=path.name))
        return
    columns = [column for place, column in enumerate(page.made.columns) if not header.isSectionHidden(place)]
    work = partial(_write, path=path, title=title, columns=columns, ids=list(page.model.ids), rows=page.rows)
    jobs.run(work, done=partial(_saved, page), title=_("Writing {file}").format(file=path.name))


def _saved(page: ListPage, path: Path) -> None:
    page.toast.emit(_("Saved {file}.").format(file=path.name), False)


def _write_other(progress: Progress, *, path: Path, ids: list[int], write: OtherFile) -> Path:
    write(path, ids, progress)
    return path


def _write(
    progress: Progress,
    *,
    path: Path,
    title: str,
    columns: list[Column],
    ids: list[int],
    rows: Callable[[list[int]], Sequence[Any]],
) -> Path:
    from crm_desktop.company import profile
    from crm_desktop.exchange import report_workbook as workbook

    found: list[Any] = []
    for first in range(0, len(ids), _CHUNK):
        progress(first, len(ids), "")
        found += rows(ids[first : first + _CHUNK])
    company = profile.load()
    values = [[_value(column, row, company.currency) for column in columns] for row in found]
    made = tuple(_heading(column, company.currency) for column in columns)
    block = workbook.Block(name="List", columns=made, rows=values)
    note = formats.count(len(found))
    sheet = workbook.Sheet(name=title[:31], title=title, note=note, blocks=(block,), landscape=len(columns) > 5)
    progress.check()
    workbook.write(path, [sheet], company=company.name, title=title)
    return path


def _heading(column: Column, currency: str) -> Any:
    from crm_desktop.exchange import report_styles as styles
    from crm_desktop.exchange import report_workbook as workbook

    kinds = {"money": styles.MONEY, "date": styles.DAY, "near": styles.DAY, "instant": styles.DAY}
    kind = kinds.get(column.kind, styles.TEXT) if column.cell is None else styles.TEXT
    in_one_currency = kind == styles.MONEY and not column.currency
    return workbook.Column(
        heading=column.heading, kind=kind, currency=currency if kind == styles.MONEY else "", total=in_one_currency
    )


def _value(column: Column, row: Any, currency: str) -> Any:
    """A cell's value: what a program can count with where there is one, else the words that are shown."""
    raw = getattr(row, column.key, None)
    if column.cell is None and column.kind == "money":
        return None if raw is None else money.from_minor(raw, getattr(row, column.currency, "") or currency)
    if column.cell is None and column.kind in ("date", "near", "instant"):
        return raw.astimezone().date() if isinstance(raw, datetime) else raw
    if column.cell is None and column.kind == "number":
        return None if raw is None else Decimal(raw)
    text = cell_of(column, row).text
    return None if text == formats.DASH else text
