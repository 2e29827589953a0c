"""Progress of slow work, and the way to cancel it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from crm_desktop.core.errors import Cancelled

Report = Callable[[int, int, str], None]


def _ignore(_done: int, _total: int, _text: str) -> None:
    return None


class Progress:
    """Handed to slow work: it reports how far it is and learns whether to stop.

    `report(done, total, text)` is called by whoever shows the progress; `total` 0 means unknown.
    """

    def __init__(self, report: Report = _ignore) -> None:
        self._report = report
        self._cancel = threading.Event()

    def __call__(self, done: int, total: int = 0, text: str = "") -> None:
        """Tell how far the work is.

        Raises:
            Cancelled: the user asked to stop.
        """
        self.check()
        self._report(done, total, text)

    def check(self) -> None:
        """Stop here if the user asked to.

        Raises:
            Cancelled: the user asked to stop.
        """
        if self._cancel.is_set():
            raise Cancelled

    def rest(self, seconds: float) -> None:
        """Wait so long, or until the user asks to stop.

        Raises:
            Cancelled: the user asked to stop.
        """
        self._cancel.wait(seconds)
        self.check()

    def cancel(self) -> None:
        """Ask the work to stop at its next report; may be called from any thread."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return self._cancel.is_set()
