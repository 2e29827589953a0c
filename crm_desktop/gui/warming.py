"""What is made ready while nothing else happens, so that the first call of the day is found as quickly as the others.

Phone numbers are known by a library with the rules of each country; it is loaded beside the window, some time after the
first list was painted. Then the card of a caller is made, without being shown.
"""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.safety import company_files

_log = logging.getLogger(__name__)
AFTER_MS = 600


def soon(window: QWidget) -> None:
    """Get ready in a while; later where other work is going on."""
    QTimer.singleShot(AFTER_MS, window, partial(_begin, window))


def _begin(window: QWidget) -> None:
    if jobs.busy():
        soon(window)
    elif company_files.is_open() and company_files.is_set_up():
        jobs.run(_load, done=partial(_make_card, window), failed=_leave)


def _load(_progress: Progress) -> None:
    """Load the rules of numbers for the company's country, by reading one."""
    from crm_desktop.company import profile
    from crm_desktop.customers import caller

    company = profile.load()
    caller.normal(company.phone or "0123 456789", company.country)


def _make_card(window: QWidget, _nothing: object) -> None:
    from crm_desktop.gui.parts import caller_card

    if company_files.is_open():
        caller_card.of_window(window)


def _leave(error: BaseException) -> None:
    """The first call loads it then: nobody waits for it now."""
    _log.warning("The look-up of callers was not made ready", exc_info=error)
