"""What the company chose about its paper besides its looks: letter paper, and the names of saved files.

Kept in the data file as one setting, so that it goes with the business and its backups.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import noted

_KEY = "paper"


@dataclass(frozen=True, kw_only=True)
class PaperChoices:
    """`with_letter_paper`: it lies behind new documents. `printed_sheets`: the printer holds sheets that have a letterhead.

    `file_name` and `folders` are patterns with words in braces, see `documents.file_names`; empty means the usual one.
    """

    with_letter_paper: bool = True
    printed_sheets: bool = False
    file_name: str = ""
    folders: str | None = None


def load() -> PaperChoices:
    """What is chosen now."""
    kept = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    known = {field.name for field in fields(PaperChoices)}
    found: dict[str, Any] = json.loads(kept) if kept else {}
    return PaperChoices(**{name: value for name, value in found.items() if name in known})


def save(changes: dict[str, Any]) -> PaperChoices:
    """Change some of it; gives what is chosen then."""
    with db.transaction(_("Change paper")):
        made = replace(load(), **changes)
        noted.put_setting(_KEY, json.dumps(asdict(made), ensure_ascii=False))
    return made
