"""Writes a file to where the owner wants it, and says in a sentence why it could not be."""

from __future__ import annotations

from pathlib import Path

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _


def write(path: Path, content: bytes) -> None:
    """Write a file that was chosen.

    Raises:
        Problem: the folder is gone, full or locked.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        sentence = _("“{name}” could not be written: {reason}. Choose another folder.")
        raise Problem(sentence.format(name=path.name, reason=error.strerror or error)) from error
