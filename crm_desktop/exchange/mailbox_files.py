"""A mailbox file that the owner chose, read in a child process; see `mailbox_parse` for what it gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import reading
from crm_desktop.exchange.foreign_child import Child
from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.mailbox_parse import LARGEST_FILE

ENDINGS = (".mbox", ".mbx", ".eml")
_SENTENCES = {
    "empty": N_("“{name}” is empty."),
    "no_mail": N_("“{name}” holds no mails. Save the mailbox as .mbox, or single mails as .eml."),
    "damaged": N_("“{name}” is damaged or was not copied completely. Save it from the mail program once more."),
    "too_large": N_("“{name}” is larger than 300 MB. Move the answers into a folder of their own and save that."),
    "slow": N_("“{name}” takes too long to read. Move the answers into a folder of their own and save that."),
}


def read(path: Path, progress: Progress | None = None) -> list[dict[str, Any]]:
    """The mails of a file.

    Raises:
        UserError: it is no mailbox, or too large.
        Problem: it cannot be read.
        Cancelled: the user asked to stop.
    """
    reading.check_path(path)
    if path.stat().st_size > LARGEST_FILE:
        raise _refusal("too_large", path)
    try:
        with Child(progress) as child:
            found: list[dict[str, Any]] = child.ask("mailbox", path.name, path.read_bytes())
    except Refused as refusal:
        raise _refusal(refusal.code, path) from refusal
    except OSError as error:
        raise Problem(_("{file} cannot be read: {reason}.").format(file=path.name, reason=error.strerror)) from error
    return found


def _refusal(code: str, path: Path) -> UserError:
    return UserError(_(_SENTENCES.get(code, _SENTENCES["damaged"])).format(name=path.name))
