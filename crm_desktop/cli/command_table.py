"""Every command of the terminal, as data, and the reader of command lines made from it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from crm_desktop import APP_NAME, __version__
from crm_desktop.cli import (
    bank,
    billing_work,
    calling,
    campaign_work,
    care,
    contract_work,
    deals,
    figures_work,
    groups,
    orders,
    output,
    owning,
    papers,
    printing,
    promises,
    receiving,
    records,
    reminding,
    rules_work,
    safety,
    understood,
)
from crm_desktop.cli.arguments import CUSTOMER as _CUSTOMER
from crm_desktop.cli.arguments import FILE as _FILE
from crm_desktop.cli.arguments import JSON as _JSON
from crm_desktop.cli.arguments import NUMBER as _NUMBER
from crm_desktop.cli.arguments import WHOM as _WHOM
from crm_desktop.cli.arguments import day as _day
from crm_desktop.cli.command import Argument, Command
from crm_desktop.core.i18n import N_, SCREEN_LANGUAGES
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import deciding, listing
from crm_desktop.insight import agenda
from crm_desktop.sales import work_done

IMPORT_KINDS = (
    "auto",
    "customers",
    "contracts",
    "catalogue",
    "invoices",
    "payments",
    "opportunities",
    "owned_products",
    "mixed",
    "reminders",
)


def _language(text: str) -> str:
    if text not in SCREEN_LANGUAGES:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a language of the screen. There are: {languages}.").format(
                text=text, languages=", ".join(SCREEN_LANGUAGES)
            )
        )
    return text


COMMANDS = (
    Command(
        "demo",
        N_("make the sample company and all that comes out of it, without a display"),
        output.demo,
        "",
        (Argument("folder", N_("folder for the results"), {"metavar": "DIR"}), _JSON),
    ),
    Command(
        "import",
        N_("bring in a spreadsheet, or take an import back with: import undo ID"),
        records.import_,
        "",
        (
            Argument("path", N_("the spreadsheet (xlsx, xls, ods, csv …)"), {"metavar": "PATH"}),
            Argument("id", N_("number of the import to undo"), {"nargs": "?", "type": int, "metavar": "ID"}),
            Argument("--kind", N_("what is in it"), {"choices": IMPORT_KINDS, "default": "auto"}),
            Argument("--sheet", N_("name of the sheet"), {"metavar": "S"}),
            Argument("--mapping", N_("JSON file: our field → column label"), {"metavar": "FILE"}),
            Argument(
                "--match",
                N_("by what customers who are there are found"),
                {"choices": tuple(deciding.KEYS), "default": deciding.AUTO},
            ),
            Argument(
                "--skip-hidden",
                N_("leave out rows and columns that are hidden in the workbook"),
                {"action": "store_true"},
            ),
            Argument("--dry-run", N_("only say what would happen"), {"action": "store_true"}),
            _JSON,
        ),
    ),
    Command(
        "remind",
        N_("write a reminder"),
        promises.remind,
        "write",
        (
            Argument("text", N_("what to be reminded of"), {"metavar": "TEXT"}),
            Argument("--on", N_("the day, YYYY-MM-DD; today without it"), {"type": _day, "metavar": "D"}),
            Argument("--at", N_("the time of day, as in 09:30"), {"metavar": "T"}),
            Argument("--repeat", N_("how it repeats, as in: every last Friday"), {"metavar": "WORDS"}),
            Argument(
                "--priority", N_("how pressing it is"), {"choices": tuple(promises.PRIORITIES), "default": "usual"}
            ),
            _CUSTOMER,
            Argument("--note", N_("more about it"), {"metavar": "TEXT"}),
            _JSON,
        ),
    ),
    Command(
        "calendar",
        N_("what stands in the calendar, or all of it as a calendar file"),
        promises.calendar,
        "read",
        (
            Argument("--ics", N_("write a calendar file instead"), {"metavar": "OUT"}),
            Argument("--on", N_("the first day, YYYY-MM-DD; today without it"), {"type": _day, "metavar": "D"}),
            Argument("--days", N_("how many days"), {"type": int, "default": 14, "metavar": "N"}),
            Argument(
                "--kind",
                N_("only this kind; may be given several times"),
                {"choices": tuple(agenda.KINDS), "action": "append"},
            ),
            _JSON,
        ),
    ),
    Command(
        "list",
        N_("list records"),
        records.list_,
        "read",
        (
            Argument("kind", N_("which records"), {"choices": listing.KINDS}),
            Argument("--search", N_("only those that contain these words"), {"metavar": "TEXT"}),
            _JSON,
        ),
    ),
    Command(
        "invoice issue",
        N_("issue an invoice, credit note or receipt"),
        papers.issue,
        "write",
        (
            Argument("draft", N_("the draft as JSON; - reads standard input"), {"metavar": "DRAFT.json"}),
            Argument("--pdf", N_("save the PDF here"), {"metavar": "OUT"}),
            _JSON,
        ),
    ),
    Command(
        "order follow",
        N_("issue what follows a quote or order"),
        orders.follow,
        "write",
        (
            _NUMBER,
            Argument("kind", N_("what follows"), {"choices": orders.STEPS}),
            Argument(
                "--option",
                N_("take this optional or alternative line too; counted from 1"),
                {"action": "append", "type": int, "metavar": "N"},
            ),
            Argument("--percent", N_("deposit: so much of the whole"), {"metavar": "N"}),
            Argument("--amount", N_("deposit: exactly this amount with tax"), {"metavar": "N"}),
            _JSON,
        ),
    ),
    Command(
        "order decide",
        N_("say what became of a quote"),
        orders.decide,
        "write",
        (
            _NUMBER,
            Argument("decision", N_("what became of it"), {"choices": orders.DECISIONS}),
            Argument("--reason", N_("why"), {"default": "", "metavar": "TEXT"}),
            _JSON,
        ),
    ),
    Command("order show", N_("show all documents that belong together"), orders.show, "read", (_NUMBER, _JSON)),
    Command("invoice show", N_("show an issued document"), papers.show, "read", (_NUMBER, _JSON)),
    Command(
        "invoice pdf",
        N_("save the PDF of an issued document"),
        papers.pdf,
        "read",
        (
            _NUMBER,
            Argument("out", N_("file, or folder"), {"metavar": "OUT"}),
            Argument("--copy", N_("a new drawing that is marked as a copy"), {"action": "store_true"}),
            _JSON,
        ),
    ),
    Command(
        "invoice xml",
        N_("save the e-invoice of an issued document"),
        papers.xml,
        "read",
        (_NUMBER, Argument("out", N_("file, or folder"), {"metavar": "OUT"}), _JSON),
    ),
    Command(
        "bank read",
        N_("read a bank statement (camt.053, MT940, CSV) and keep what is new in it"),
        bank.read,
        "",
        (
            Argument("path", N_("the statement"), {"metavar": "PATH"}),
            Argument("--dry-run", N_("only say what would happen"), {"action": "store_true"}),
            Argument("--despite-sums", N_("read it although its sums do not add up"), {"action": "store_true"}),
            _JSON,
        ),
    ),
    Command(
        "bank book",
        N_("book the transactions whose text names an open invoice and whose amount fits"),
        bank.book,
        "",
        (Argument("--yes", N_("book them; without it they are only listed"), {"action": "store_true"}), _JSON),
    ),
    Command("dunning list", N_("list who has to be reminded of money"), reminding.list_, "read", (_JSON,)),
    Command(
        "dunning make",
        N_("make the reminders for money that are due; nothing is sent"),
        reminding.make,
        "write",
        (
            Argument("--level", N_("only those at this level: 1, 2, 3 …"), {"type": int, "metavar": "N"}),
            Argument("--pdf", N_("folder for the letters"), {"required": True, "metavar": "DIR"}),
            _JSON,
        ),
    ),
    Command(
        "received add",
        N_("read e-invoices that others sent, check and file them"),
        receiving.add,
        "write",
        (Argument("path", N_("PDF or XML file"), {"nargs": "+", "metavar": "PATH"}), _JSON),
    ),
    Command("received list", N_("list received e-invoices"), receiving.list_, "read", (_JSON,)),
    *care.COMMANDS,
    *contract_work.COMMANDS,
    *deals.COMMANDS,
    *figures_work.COMMANDS,
    *understood.COMMANDS,
    *groups.COMMANDS,
    *rules_work.COMMANDS,
    *campaign_work.COMMANDS,
    Command(
        "service add",
        N_("note work done for a customer"),
        billing_work.service_add,
        "write",
        (
            _WHOM,
            Argument("what", N_("what was done"), {"metavar": "WHAT"}),
            Argument("quantity", N_("hours (1:30 or 1.5), or how many"), {"metavar": "HOURS"}),
            Argument("--on", N_("the day, YYYY-MM-DD; today without it"), {"type": _day, "metavar": "D"}),
            Argument("--price", N_("price of one; that of the last time without it"), {"metavar": "P"}),
            Argument("--note", N_("stands below the line on the invoice"), {"metavar": "TEXT"}),
            _JSON,
        ),
    ),
    Command(
        "service list",
        N_("list work noted"),
        billing_work.service_list,
        "read",
        (
            Argument("--state", N_("only in this state"), {"choices": work_done.VIEWS, "default": "waiting"}),
            _CUSTOMER,
            _JSON,
        ),
    ),
    Command(
        "call",
        N_("say who holds a phone number, and what one must know"),
        calling.call,
        "read",
        (
            Argument("number", N_("the number in any spelling, or a tel: link"), {"metavar": "NUMBER"}),
            Argument("--show", N_("show the card in the window that has the file open"), {"action": "store_true"}),
            _JSON,
        ),
    ),
    Command(
        "note",
        N_("write a quick line into a customer's history"),
        calling.note,
        "write",
        (_WHOM, Argument("line", N_("what happened, in one line"), {"metavar": "LINE"}), _JSON),
    ),
    Command(
        "timer start",
        N_("start the timer"),
        billing_work.timer_start,
        "write",
        (_CUSTOMER, Argument("--what", N_("what is done"), {"metavar": "TEXT"}), _JSON),
    ),
    Command(
        "timer stop",
        N_("stop the timer and note the time"),
        billing_work.timer_stop,
        "write",
        (_CUSTOMER, Argument("--what", N_("what was done"), {"metavar": "TEXT"}), _JSON),
    ),
    Command("bill list", N_("list what waits to be billed"), billing_work.bill_list, "read", (_CUSTOMER, _JSON)),
    Command(
        "bill make",
        N_("make drafts of what waits to be billed, all or none"),
        billing_work.bill_make,
        "write",
        (_CUSTOMER, _JSON),
    ),
    Command(
        "report",
        N_("write a report as a workbook"),
        output.report,
        "read",
        (
            Argument("report", N_("which report"), {"choices": (*output.REPORTS, output.STATEMENT, output.RUN)}),
            Argument(
                "out", N_("the workbook; for a statement the customer, for run the name"), {"metavar": "OUT.xlsx"}
            ),
            Argument("file", N_("for a statement or run the file"), {"nargs": "?", "metavar": "OUT"}),
            Argument("--from", N_("first day, YYYY-MM-DD"), {"dest": "first", "type": _day, "metavar": "D"}),
            Argument("--to", N_("last day, YYYY-MM-DD"), {"dest": "last", "type": _day, "metavar": "D"}),
            _JSON,
        ),
    ),
    Command(
        "datev",
        N_("write the bookings and debtors of a period for DATEV"),
        output.datev,
        "read",
        (
            Argument("folder", N_("folder for the files"), {"metavar": "DIR"}),
            Argument("--from", N_("first day, YYYY-MM-DD"), {"dest": "first", "type": _day, "metavar": "D"}),
            Argument("--to", N_("last day, YYYY-MM-DD"), {"dest": "last", "type": _day, "metavar": "D"}),
            _JSON,
        ),
    ),
    Command(
        "export",
        N_("write everything as workbooks, CSV, JSON and PDFs"),
        output.export,
        "read",
        (Argument("folder", N_("folder for the files"), {"metavar": "DIR"}), _JSON),
    ),
    *owning.COMMANDS,
    Command(
        "dump",
        N_("print the content as sorted text"),
        output.dump,
        "read",
        (Argument("--business", N_("without journal, import log and time stamps"), {"action": "store_true"}),),
    ),
    Command(
        "backup make",
        N_("make and check a backup"),
        safety.backup_make,
        "read",
        (Argument("folder", N_("another folder than the usual one"), {"nargs": "?", "metavar": "DIR"}), _JSON),
    ),
    Command("backup list", N_("list the backups, newest first"), safety.backup_list, "", (_JSON,)),
    Command(
        "backup verify",
        N_("check backups page by page; all of them without FILE"),
        safety.backup_verify,
        "",
        (Argument("file", _FILE.help, {"nargs": "?", "metavar": "FILE"}), _JSON),
    ),
    Command(
        "backup restore",
        N_("put a backup in the place of the data file; what was there is kept beside it"),
        safety.backup_restore,
        "",
        (Argument("file", _FILE.help, {"metavar": "FILE"}), _JSON),
    ),
    Command("check", N_("check that the data file is whole and all sums add up"), safety.check, "read", (_JSON,)),
)


class _Parser(argparse.ArgumentParser):
    """Says so when help cannot be printed; argparse itself would pass over it in silence."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:
            printing.print_lines([message.removesuffix("\n")])
        else:
            super()._print_message(message, file)


def parser() -> argparse.ArgumentParser:
    """Reads the command line; `command` is None when the window is wanted."""
    top = _Parser(
        prog="crm-desktop", description=_("{name}: the window, or one of these commands.").format(name=APP_NAME)
    )
    top.add_argument("--version", action="version", version=f"{APP_NAME} {__version__}")
    top.add_argument("--data", metavar="FILE", help=_("the data file of the business"))
    top.add_argument("--language", metavar="LANG", type=_language, help=_("language of the screen: en or de"))
    top.add_argument("--self-test", action="store_true", help=_("try the main job in a folder of its own"))
    top.set_defaults(command=None)
    groups: dict[str, Any] = {"": top.add_subparsers(metavar=_("COMMAND"))}
    for command in COMMANDS:
        group, __, name = command.name.rpartition(" ")
        if group not in groups:
            sub = groups[""].add_parser(group, help=_group_help()[group])
            groups[group] = sub.add_subparsers(metavar=_("COMMAND"), required=True)
        found = groups[group].add_parser(name, help=_(command.help), description=_(command.help))
        found.set_defaults(command=command, json=False)
        for name, read in (("--data", str), ("--language", _language)):  # also understood after the command
            found.add_argument(name, type=read, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        for argument in command.arguments:
            found.add_argument(argument.name, help=_(argument.help), **argument.options)
    return top


def _group_help() -> dict[str, str]:
    return {
        "bank": _("read bank statements and book them"),
        "invoice": _("issue, show, save invoices"),
        "case": _("complaints, questions, repairs: note, solve"),
        "feedback": _("what customers say: note it, read it from a file"),
        "contract": _("contracts: notice, letters"),
        "opportunity": _("deals: add, move, win, lose"),
        "book": _("customers as a workbook for editing: write it, read it back"),
        "clean": _("what is wrong in the records of customers: list it, mend it"),
        "privacy": _("what is stored on a customer, and erasing it"),
        "order": _("what follows a quote or order: the next document, deposits"),
        "received": _("e-invoices that others sent"),
        "campaign": _("campaigns: run or go on"),
        "scenario": _("scenarios: list, try"),
        "rule": _("rules of the owner: list, try, switch on or off"),
        "backup": _("make, list, check, restore backups"),
        "bill": _("what waits to be billed: list it, make drafts of it"),
        "dunning": _("reminders for money: list who is late, make letters"),
        "service": _("work done that waits to be billed: note it, list it"),
        "timer": _("take the time of work: start, stop"),
    }
