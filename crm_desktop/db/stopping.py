"""Statements that can be stopped while they run: one that takes seconds would let nobody cancel."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db

# Steps of the engine between two looks at the progress: less than a millisecond.
_POLL_STEPS = 20_000


@contextlib.contextmanager
def with_progress(progress: Progress) -> Iterator[None]:
    """Let this progress stop whatever statement runs on this thread's connection.

    Raises:
        Cancelled: the user asked to stop; the transaction is rolled back.
    """
    raw = db.raw()
    raw.set_progress_handler(lambda: int(progress.cancelled), _POLL_STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if progress.cancelled:
            raise Cancelled from error
        raise
    finally:
        raw.set_progress_handler(None, 0)
