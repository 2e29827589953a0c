"""A child process that takes mails and papers of others apart, so that a hostile file brings down nothing but it.

    with Child() as child:
        said = child.ask("mail", "offer.eml", content)

The child gets bytes, never the data file, and answers with plain data. Memory and computing time are limited as for all
foreign files. When it dies, the next question starts another one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self

from crm_desktop.core.progress import Progress
from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.reading_child import limit_itself

WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.05
# The computing time of a child is limited as a whole: after so many files comes a fresh one.
_FILES_EACH = 25
_DIED = {-24: "slow", -9: "too_large", -6: "too_large"}


def serve(connection: Connection) -> None:
    """The child's main function: answer ("mail", "mailbox", "text" or "calendar", name, content) until the parent hangs up."""
    limit_itself()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, EOFError):
        while True:
            task, name, content = connection.recv()
            connection.send(_answer(task, name, content))


def _read(task: str, name: str, content: bytes) -> Any:
    from crm_desktop.exchange import calendar_events, file_words, mail_parse, mailbox_parse

    if task == "calendar":
        return calendar_events.read(content)
    if task == "mailbox":
        return mailbox_parse.read(content)
    return mail_parse.read(content) if task == "mail" else file_words.read(name, content)


def _answer(task: str, name: str, content: bytes) -> tuple[Any, ...]:
    try:
        return ("read", _read(task, name, content))
    except Refused as refusal:
        return ("refused", refusal.code, refusal.detail)
    except (MemoryError, RecursionError):
        return ("refused", "too_large", "")
    except Exception as error:  # noqa: BLE001  (a foreign file may break its reader in any way)
        return ("refused", "damaged", f"{type(error).__name__}: {error}"[:300])


class Child:
    """See the module; started with the first question."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress or Progress()
        self._process: SpawnProcess | None = None
        self._ours: Connection | None = None
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, task: str, name: str, content: bytes) -> Any:
        """What the child reads in a file.

        Raises:
            Refused: it cannot be read; the code says why.
            Cancelled: the user asked to stop.
        """
        if self._asked >= _FILES_EACH:
            self._end()
        ours = self._start()
        self._asked += 1
        try:
            ours.send((task, name, content))
            limit = time.monotonic() + WAIT_SECONDS
            while not ours.poll(_POLL_SECONDS):
                self._progress.check()
                if time.monotonic() > limit:
                    raise Refused("slow")
            reply = ours.recv()
        except (EOFError, OSError) as error:
            code = self._end()
            raise Refused(_DIED.get(code or 0, "damaged")) from error
        except BaseException:
            self._end()
            raise
        if reply[0] == "refused":
            raise Refused(reply[1], reply[2])
        return reply[1]

    def _start(self) -> Connection:
        if self._ours is None:
            context = multiprocessing.get_context("spawn")
            self._ours, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs,), daemon=True, name="foreign files")
            self._process.start()
            theirs.close()
            self._asked = 0
        return self._ours

    def _end(self) -> int | None:
        """Close the pipe and see the child off; gives how it ended where it ended by itself."""
        process, ours = self._process, self._ours
        self._process = self._ours = None
        if process is None or ours is None:
            return None
        process.join(0.2)
        code = process.exitcode
        ours.close()
        if process.is_alive():
            process.kill()
        process.join(2)
        return code
