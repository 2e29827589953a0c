"""Segments that ask for figures which take seconds to work out: that is done beside the window, then the list is asked again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets.empty import Empty

if TYPE_CHECKING:
    from crm_desktop.insight.segments import Conditions


class WorkedOut:
    """Has what conditions ask for worked out in a job; `again` is called when it is known."""

    def __init__(self, again: Callable[[], object]) -> None:
        self._again = again
        self._job: jobs.Job | None = None

    @property
    def waits(self) -> bool:
        """Whether something is being worked out now."""
        return self._job is not None and self._job.running

    def ready(self, *asked: Conditions) -> bool:
        """Whether these can be asked at once; if not, the work on them begins."""
        # Its module asks every part for its fields, so it is loaded when a segment is asked.
        from crm_desktop.insight import segments

        waiting = [one for one in asked if segments.waits_for(one)]
        if waiting and not self.waits:
            work = partial(_work_out, waiting)
            self._job = jobs.run(work, done=self._done, title=_("Getting to know your customers"))
        return not waiting

    def cancel(self) -> None:
        """Nobody waits for it any more."""
        if self._job is not None:
            self._job.cancel()

    def _done(self, _nothing: None) -> None:
        self._job = None
        self._again()


def _work_out(waiting: list[Conditions], progress: Progress) -> None:
    from crm_desktop.insight import segments

    for asked in waiting:
        segments.work_out(asked, progress)


def not_yet() -> Empty:
    """What a list says meanwhile."""
    words = _("What this segment asks for is worked out beside the window. The list follows.")
    return Empty("hourglass", _("One moment"), words)
