"""Reads the words of attached files that were not read yet, in a child process, so that they are found by them.

Nothing here is waited for: the window runs `read_waiting` beside itself after a file was attached and some time after the
start. What cannot be read is kept with its reason and not tried again.
"""

from __future__ import annotations

import logging

from crm_desktop.activity import file_texts
from crm_desktop.core.progress import Progress
from crm_desktop.db import files
from crm_desktop.exchange.foreign_child import Child
from crm_desktop.exchange.identify import Refused

_log = logging.getLogger(__name__)
LARGEST_FILE = 50 * 1024 * 1024


def read_waiting(progress: Progress | None = None, limit: int = 100) -> int:
    """Read the files that wait; gives how many were looked at.

    Raises:
        Cancelled: the user asked to stop; what was read stays.
    """
    progress = progress or Progress()
    waiting = file_texts.unread(limit)
    with Child(progress) as child:
        for done, (file_id, name) in enumerate(waiting):
            progress(done, len(waiting))
            words, problem = _words(child, file_id, name)
            file_texts.keep(file_id, words, problem)
    return len(waiting)


def _words(child: Child, file_id: int, name: str) -> tuple[str, str]:
    """The words of a stored file, or why there are none."""
    if not name.lower().endswith(file_texts.ENDINGS):
        return "", "unreadable"
    content = files.content(file_id)
    if len(content) > LARGEST_FILE:
        return "", "too_large"
    try:
        return str(child.ask("text", name, content)), ""
    except Refused as refusal:
        _log.info("The words of a file could not be read: %s %s", refusal.code, refusal.detail)
        return "", refusal.code if refusal.code in file_texts.PROBLEMS else "unreadable"
