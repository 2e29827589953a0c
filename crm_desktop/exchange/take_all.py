"""The page that explains a folder with everything: what lies where, for people and for other programs."""

from __future__ import annotations

import html
from pathlib import Path

from crm_desktop import APP_NAME
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import everything
from crm_desktop.exchange.export_tables import Table

NAME = "index.html"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#222;background:#fff}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}"
    "td:last-child,th:last-child{text-align:right}code{background:#f3f1ee;padding:0 .25rem}"
    "@media(prefers-color-scheme:dark){body{background:#1c1b1a;color:#eee}code{background:#333}td,th{border-color:#444}}"
)


def write(folder: Path, tables: tuple[Table, ...], rows: dict[str, int]) -> None:
    """Write the page; only what is there is named.

    Raises:
        OSError: it cannot be written.
    """
    said = [
        f"<li><a href='{name}'><code>{name}</code></a>: {html.escape(words)}</li>"
        for name, words in _places()
        if (folder / name).exists()
    ]
    lines = [
        f"<tr><td>{html.escape(_(table.title))}</td><td><a href='workbooks/{table.name}.xlsx'>{table.name}.xlsx</a></td>"
        f"<td>{rows[table.name]}</td></tr>"
        for table in tables
        if rows.get(table.name)
    ]
    title = _("Everything of {company}").format(company=profile.load().name or APP_NAME)
    made = _("Written on {day} by {program}. Nothing in here needs that program.").format(
        day=dates.today().isoformat(), program=APP_NAME
    )
    heading, what, file, rows_word = (html.escape(word) for word in (_("Workbooks"), _("What"), _("File"), _("Rows")))
    page = (
        f"<!doctype html><html lang='{profile.load().language}'><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"<style>{_STYLE}</style><h1>{html.escape(title)}</h1><p>{html.escape(made)}</p><ul>{''.join(said)}</ul>"
        f"<h2>{heading}</h2><table><tr><th>{what}</th><th>{file}</th><th>{rows_word}</th></tr>{''.join(lines)}</table></html>\n"
    )
    (folder / NAME).write_text(page, encoding="utf-8", newline="\n")


def _places() -> list[tuple[str, str]]:
    return [
        ("workbooks", _("one workbook for each kind of record, for Excel or LibreOffice")),
        (
            "csv",
            _(
                "the same as plain tables, which any program reads; an apostrophe stands before text that a spreadsheet "
                "would take for a formula, such as +49 or ="
            ),
        ),
        ("json", _("the same for programmers")),
        ("customers.vcf", _("address cards for phones and mail programs")),
        ("invoices", _("the papers that were issued, with their e-invoices, as they were sent")),
        ("reminders", _("payment reminders as PDF")),
        ("received", _("invoices that others sent to you")),
        ("files", _("attached files, by customer, contract, document")),
        (everything.NAME, _("all of it in one file, which this program reads back into an empty company")),
    ]
