"""Work that takes time: run beside the window, on one worker thread with a database connection of its own.

    jobs.run(work, done=self._show, failed=self._sorry, title=_("Reading customers.xlsx"))

`work(progress)` knows no Qt. It runs when the job before it has ended. `done(result)` and `failed(error)` run in the
window's thread. A job that writes (`writes=True`) shows a window-modal progress dialog with Cancel; one that only reads
is told to the window, which shows a bar at its foot. Progress arrives at most ten times a second. Cancel shows nothing.

`look(work)` is for what the window wants to know and nobody waits for, the numbers of the sidebar: it has a thread of its
own, so that it neither waits behind an import nor makes the window busy, and it shows nothing.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress

Work = Callable[[Progress], Any]
_BETWEEN_SECONDS = 0.1
SHOW_AFTER_MS = 300


@dataclass
class Job:
    """One piece of work, from `run` until its callback has been called."""

    work: Work
    done: Callable[[Any], object] | None
    failed: Callable[[BaseException], object] | None
    title: str
    writes: bool
    progress: Progress = field(default_factory=Progress)
    running: bool = True
    # Whether it was cancelled in time: what asks to be written may be done before it hears of that.
    stopped: bool = False
    quiet: bool = False
    _told: float = 0.0

    def cancel(self) -> None:
        """Ask the work to stop; it is rolled back and no callback is called."""
        self.progress.cancel()


class _Worker(QObject):
    """Owns the thread; its signals carry everything back to the window's thread."""

    progressed = Signal(object, int, int, str)
    ended = Signal(object, object, object)
    started = Signal(object)
    finished = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.around: Callable[[], contextlib.AbstractContextManager[Any]] = contextlib.nullcontext
        self.thread_: threading.Thread | None = None
        # Set while nothing waits or runs; the lock keeps it true of the queue.
        self.calm, self._taking = threading.Event(), threading.Lock()
        self.calm.set()
        self.pending: list[Job] = []
        self.ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def start(self, job: Job) -> None:
        """Queue a job; the thread is started with the first one."""
        self.pending.append(job)
        job.progress = Progress(lambda done, total, text: self._report(job, done, total, text))
        if self.thread_ is None or not self.thread_.is_alive():
            self.thread_ = threading.Thread(target=self._serve, name=self.name, daemon=True)
            self.thread_.start()
        with self._taking:
            self.calm.clear()
            self.queue.put(job)

    def _report(self, job: Job, done: int, total: int, text: str) -> None:
        moment = time.monotonic()
        if moment - job._told >= _BETWEEN_SECONDS or (total and done >= total):  # noqa: SLF001
            job._told = moment  # noqa: SLF001
            self.progressed.emit(job, done, total, text)

    def _serve(self) -> None:
        while (job := self.queue.get()) is not None:
            try:
                with self.around():
                    job.progress.check()
                    result = job.work(job.progress)
            except BaseException as error:  # noqa: BLE001  (whatever it is, the window's thread shall hear of it)
                self._rest()
                self.ended.emit(job, None, error)
            else:
                self._rest()
                self.ended.emit(job, result, None)

    def _rest(self) -> None:
        with self._taking:
            if self.queue.empty():
                self.calm.set()

    def _end(self, job: Job, result: object, error: BaseException | None) -> None:
        job.running, job.stopped = False, isinstance(error, Cancelled)
        self.pending.remove(job)
        self.finished.emit(job)
        if job.quiet or _is_gone(job.done or job.failed):
            return
        if error is None:
            if job.done is not None:
                job.done(result)
        elif not isinstance(error, Cancelled):
            if job.failed is not None:
                job.failed(error)
            else:
                from crm_desktop.gui import failures

                failures.show(error)


def _is_gone(callback: Callable[..., object] | None) -> bool:
    """Whether it belongs to a page or a part that was thrown away meanwhile: another language or company is shown."""
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    return isinstance(owner, QObject) and not isValid(owner)


_workers: list[_Worker] = []


def worker() -> _Worker:
    """The one worker; its signals `progressed(job, done, total, text)` and `finished(job)` feed bars and dialogs."""
    return _both()[0]


def looker() -> _Worker:
    """The worker of `look`, with the same signals."""
    return _both()[1]


def _both() -> list[_Worker]:
    """The worker, and the one of `look`."""
    if not _workers:
        _workers.extend((_Worker("jobs"), _Worker("looking")))
    return _workers


def use_connection(around: Callable[[], contextlib.AbstractContextManager[Any]]) -> None:
    """Wrap each job into this context: a database connection of the worker thread."""
    for found in _both():
        found.around = around


def run(
    work: Work,
    *,
    done: Callable[[Any], object] | None = None,
    failed: Callable[[BaseException], object] | None = None,
    title: str = "",
    writes: bool = False,
) -> Job:
    """Start slow work and return at once.

    Args:
        work: gets a `Progress`; call it with (done, total, text) and let its `Cancelled` through.
        done: gets what `work` returned.
        failed: gets the error; without it the user is told in the usual way.
        title: what is going on, for the bar or the dialog: "Importing customers.xlsx".
        writes: whether the user must wait; shows a dialog with Cancel after 0.3 s.
    """
    job = Job(work, done, failed, title, writes)
    worker().start(job)
    if writes:
        QTimer.singleShot(SHOW_AFTER_MS, worker(), lambda: worker().started.emit(job))
    else:
        worker().started.emit(job)
    return job


def look(work: Work, *, done: Callable[[Any], object], failed: Callable[[BaseException], object] | None = None) -> Job:
    """Read something beside the window and beside the jobs; arguments as for `run`."""
    job = Job(work, done, failed, "", writes=False)
    looker().start(job)
    return job


def busy() -> bool:
    """Whether a job is waiting or running."""
    return bool(_workers and _workers[0].pending)


def looking() -> bool:
    """Whether something is being looked up with `look`."""
    return bool(_workers and _workers[1].pending)


def let_go(seconds: float = 5.0) -> bool:
    """Wait until nothing is being looked up, before the data file is put away: where it is open it cannot be replaced."""
    return not _workers or looker().thread_ is None or looker().calm.wait(seconds)


def stop(seconds: float = 2.0) -> bool:
    """Cancel all jobs and wait for the running ones; True when the threads have ended.

    None of them calls back any more: the pages that would hear of it are going away.
    """
    threads = [thread for found in _workers if (thread := _end_thread(found)) is not None]
    for thread in threads:
        thread.join(seconds)
    return not any(thread.is_alive() for thread in threads)


def _end_thread(found: _Worker) -> threading.Thread | None:
    if found.thread_ is None:
        return None
    for job in list(found.pending):
        job.cancel()
        job.quiet = True
    found.queue.put(None)
    thread, found.thread_ = found.thread_, None
    return thread
