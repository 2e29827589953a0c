"""Arguments that several commands of the terminal take."""

from __future__ import annotations

import argparse
from datetime import date

from crm_desktop.cli.command import Argument
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _


def day(text: str) -> date:
    """A day as it is typed into a terminal.

    Raises:
        ArgumentTypeError: it is none; the sentence says how a day is written.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a day. Write it like 2026-11-24.").format(text=text)
        ) from None


JSON = Argument("--json", N_("print JSON"), {"action": "store_true"})
NUMBER = Argument("number", N_("number of the document"))
FILE = Argument("file", N_("a backup: its path, or its name in the folder of backups"))
WHOM = Argument("customer", N_("number or name of the customer"), {"metavar": "CUSTOMER"})
CUSTOMER = Argument("--customer", N_("number or name of the customer"), {"metavar": "CUSTOMER"})
