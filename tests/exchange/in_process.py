"""A file that is read by the test's own process instead of a child, so that hundreds of them take seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_desktop.core.progress import Progress
from crm_desktop.exchange import importing, reading, reading_child
from crm_desktop.exchange.identify import Refused


class Here(reading.Source):
    """As `reading.Source`, without the child."""

    def __init__(self, path: Path) -> None:
        self.path, self._progress, self._awaited = path, Progress(), 0
        self.since_1904, self.sheets = False, []
        self._asked: list[tuple[Any, ...]] = []
        self._server = reading_child._Server(None, path, "en")  # type: ignore[arg-type]
        self.open()

    def _send(self, *request: Any) -> None:
        self._asked.append(request)
        self._awaited += 1

    def _receive(self) -> tuple[Any, ...]:
        self._awaited -= 1
        try:
            reply = self._server.answer(self._asked.pop(0))
        except Refused as refused:
            raise reading.refusal(refused.code, self.path.name) from refused
        if reply[0] == "failed":
            raise RuntimeError(reply[1])
        return reply

    def close(self) -> None:
        """Nothing is open."""


def run(path: Path, *, dry_run: bool = False) -> importing.ImportResult:
    """Import with what the wizard proposes."""
    with importing.Opened(Here(path), Progress()) as opened:
        opened.choose()
        opened.match()
        return opened.check() if dry_run else opened.carry_out()
