"""The commands about data that belongs to somebody: editing elsewhere, reading back, cleaning, privacy; part of the table."""

from __future__ import annotations

from crm_desktop.cli import cleaning, output, privacy
from crm_desktop.cli.command import Argument, Command
from crm_desktop.core.i18n import N_

_JSON = Argument("--json", N_("print JSON"), {"action": "store_true"})
_WHOM = Argument("customer", N_("number or name of the customer"), {"metavar": "CUSTOMER"})
_CLEANED = Argument("--kind", N_("only findings of this kind"), {"choices": cleaning.KINDS})

COMMANDS = (
    Command(
        "book write",
        N_("write customers as a workbook for editing"),
        output.book_write,
        "read",
        (
            Argument("out", N_("the workbook"), {"metavar": "OUT.xlsx"}),
            Argument("--search", N_("only customers with these words"), {"default": "", "metavar": "WORDS"}),
            _JSON,
        ),
    ),
    Command(
        "book read",
        N_("take over what was changed in a workbook written for editing"),
        output.book_read,
        "write",
        (
            Argument("path", N_("the workbook"), {"metavar": "PATH"}),
            Argument("--dry-run", N_("only say what is different"), {"action": "store_true"}),
            Argument("--conflicts", N_("also where the record was changed here meanwhile"), {"action": "store_true"}),
            Argument("--delete", N_("move customers to the bin that are missing in it"), {"action": "store_true"}),
            _JSON,
        ),
    ),
    Command(
        "read-back",
        N_("read everything.json of an export into an empty company, all or nothing"),
        output.read_back,
        "create",
        (Argument("path", N_("the file everything.json"), {"metavar": "FILE"}), _JSON),
    ),
    Command(
        "clean list", N_("list what is wrong in the records of customers"), cleaning.list_, "read", (_CLEANED, _JSON)
    ),
    Command(
        "clean mend",
        N_("mend what is wrong where it is known what was meant, in one step that can be undone"),
        cleaning.mend,
        "write",
        (_CLEANED, _JSON),
    ),
    Command(
        "privacy save",
        N_("save what is stored on a customer as PDF, JSON, or a zip with all papers and files"),
        privacy.save,
        "read",
        (
            _WHOM,
            Argument("out", N_("the file: .pdf, .json or .zip"), {"metavar": "OUT"}),
            Argument(
                "--person", N_("tell only of this contact person of the customer"), {"default": "", "metavar": "NAME"}
            ),
            _JSON,
        ),
    ),
    Command("privacy due", N_("list what is due to be erased"), privacy.due, "read", (_JSON,)),
    Command(
        "privacy erase",
        N_("say what erasing a customer destroys and keeps; with --yes erase them for good"),
        privacy.erase,
        "write",
        (
            _WHOM,
            Argument(
                "--person", N_("erase only this contact person of the customer"), {"default": "", "metavar": "NAME"}
            ),
            Argument("--reason", N_("why, for the record; without names"), {"default": "", "metavar": "TEXT"}),
            Argument("--record", N_("save the record of the erasure as PDF"), {"metavar": "OUT.pdf"}),
            Argument(
                "--delete-backups",
                N_("delete the backups that hold the customer, after a new one was made"),
                {"action": "store_true"},
            ),
            Argument("--yes", N_("erase; without it nothing is done"), {"action": "store_true"}),
            _JSON,
        ),
    ),
    Command(
        "privacy papers",
        N_("empty the papers of erased customers that are past their date; without --yes they are only listed"),
        privacy.papers,
        "write",
        (Argument("--yes", N_("empty them for good"), {"action": "store_true"}), _JSON),
    ),
)
