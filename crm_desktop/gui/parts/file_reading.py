"""Reads the words of files that were attached, beside the window, so that they are found by them."""

from __future__ import annotations

from typing import Any

from crm_desktop.gui import jobs
from crm_desktop.safety import company_files


def read_new() -> None:
    """Read what was not read yet; nobody waits for it, and what is left over is read at the next time."""
    jobs.run(_read, failed=_leave)


def _read(progress: Any) -> int:
    from crm_desktop.exchange import file_texts

    return file_texts.read_waiting(progress) if company_files.is_open() else 0


def _leave(error: BaseException) -> None:
    """Leave the rest for another time: nobody asked for it just now."""
    import logging

    logging.getLogger(__name__).warning("Words of files were not read", exc_info=error)
