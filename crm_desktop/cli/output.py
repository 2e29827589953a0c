"""Commands that write files: reports, export, dump, and the demo of the whole job."""

from __future__ import annotations

import shutil
from pathlib import Path

from crm_desktop.cli import figures_work, reminding
from crm_desktop.cli.command import Args, Wiring, writable
from crm_desktop.cli.papers import render
from crm_desktop.cli.printing import print_lines, progress, say
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext

REPORTS = ("customers", "journal", "management", "numbers", "open-items", "payments", "vat")
# The account statement of one customer, which is named before the file.
STATEMENT = "statement"
# A saved report, which is named before the file.
RUN = "run"


def report(arguments: Args, _wiring: Wiring) -> None:
    """`report KIND OUT.xlsx`, `report statement CUSTOMER OUT.pdf`, `report run NAME OUT.xlsx`."""
    if arguments.report == STATEMENT:
        reminding.statement(arguments)
        return
    if arguments.report == RUN:
        figures_work.run(arguments)
        return
    from crm_desktop.exchange import excel_reports

    out = writable(arguments.out)
    excel_reports.write(arguments.report, out, first=arguments.first, last=arguments.last)
    say(arguments, {"report": arguments.report, "file": str(out)}, _("Saved {file}.").format(file=out))


def datev(arguments: Args, _wiring: Wiring) -> None:
    """`datev DIR`: the two files for the bookkeeper."""
    from crm_desktop.core import dates
    from crm_desktop.exchange import datev as files

    last = arguments.last or dates.today()
    first = arguments.first or last.replace(month=1, day=1)
    done = files.write(Path(arguments.folder), first, last)
    words = ngettext("Saved {n} booking for DATEV.", "Saved {n} bookings for DATEV.", done.bookings)
    result = {
        "files": [str(file) for file in done.files], "bookings": done.bookings, "debtors": done.debtors,
        "left_out": done.left_out, "without_rate": list(done.without_rate),
    }  # fmt: skip
    say(arguments, result, words.format(n=done.bookings), *done.notices())


def export(arguments: Args, _wiring: Wiring) -> None:
    """`export DIR`."""
    from crm_desktop.exchange import exporting

    done = exporting.export(Path(arguments.folder), progress())
    sentence = ngettext("Wrote {n} file into {folder}.", "Wrote {n} files into {folder}.", done.files)
    result = {"folder": str(done.folder), "files": done.files, "rows": done.rows}
    say(arguments, result, sentence.format(n=done.files, folder=done.folder))


def book_write(arguments: Args, _wiring: Wiring) -> None:
    """`book write OUT.xlsx`."""
    from crm_desktop.customers import customer_list
    from crm_desktop.exchange import edited_book

    out = writable(arguments.out)
    number = edited_book.write(out, customer_list.ids(search=arguments.search, order="number"), progress())
    words = ngettext("Wrote {n} customer into {file}.", "Wrote {n} customers into {file}.", number)
    say(arguments, {"file": str(out), "customers": number}, words.format(n=number, file=out))


def book_read(arguments: Args, _wiring: Wiring) -> None:
    """`book read PATH`."""
    from dataclasses import asdict

    from crm_desktop.exchange import edited_book

    path = Path(arguments.path)
    found = edited_book.compare(path, progress())
    more = {edited_book.CONFLICT: arguments.conflicts, edited_book.GONE: arguments.delete}
    chosen = [*edited_book.safe(found), *(one for one in found.differences if more.get(one.kind))]
    done = None if arguments.dry_run else edited_book.take_over(path.name, chosen, progress())
    lines = [
        f"{one.kind}  {one.customer}  {one.column}: {one.now} → {one.wanted}  {one.problem}".rstrip()
        for one in found.differences
    ]
    lines += found.notes
    told = {"same": found.same, "differences": [asdict(one) for one in found.differences], "notes": found.notes}
    if done is not None:
        told |= {"changed": done.changed, "added": done.added, "deleted": done.deleted, "problems": done.problems}
        words = _("{changed} changed, {added} added, {deleted} in the bin")
        lines += [words.format(changed=done.changed, added=done.added, deleted=done.deleted), *done.problems]
    say(arguments, told, *lines)


def read_back(arguments: Args, _wiring: Wiring) -> None:
    """`read-back FILE`."""
    from crm_desktop.exchange import everything

    done = everything.read(Path(arguments.path), progress())
    words = _("Read {customers} customers and {documents} issued documents.")
    result = {"rows": done.rows, "customers": done.customers, "documents": done.documents}
    say(arguments, result, words.format(customers=done.customers, documents=done.documents))


def dump(arguments: Args, _wiring: Wiring) -> None:
    """`dump [--business]`."""
    from crm_desktop.exchange import dumping

    print_lines(dumping.lines(business=arguments.business))


def demo(arguments: Args, wiring: Wiring) -> None:
    """`demo DIR`: the whole job: sample spreadsheets in, invoices and reports out, pictures of the main pages."""
    from crm_desktop import sample
    from crm_desktop.exchange import excel_reports, exporting

    folder = Path(arguments.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("invoices", "reports", "pictures"):
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir()
    except OSError as error:
        raise Problem(_("Nothing can be written in {folder}: {reason}.").format(folder=folder, reason=error)) from error
    target = Path(arguments.data) if arguments.data else folder / "sample.crm"
    target.unlink(missing_ok=True)
    sample.create(target, render(), progress())
    exporting.papers(folder / "invoices", progress())
    for report in REPORTS:
        excel_reports.write(report, folder / "reports" / f"{report}.xlsx")
    drawn = wiring.draw_pictures(folder / "pictures") if wiring.draw_pictures else 0
    kinds = {"invoices": "*.pdf", "reports": "*", "pictures": "*"}
    made = {name: len(list((folder / name).glob(ending))) for name, ending in kinds.items()}
    say(
        arguments,
        {"folder": str(folder), "data": str(target), **made},
        _("The sample company is in {file}.").format(file=target),
        _("{folder} holds {invoices} invoices, {reports} reports and {pictures} pictures.").format(
            folder=folder, invoices=made["invoices"], reports=made["reports"], pictures=drawn
        ),
    )
