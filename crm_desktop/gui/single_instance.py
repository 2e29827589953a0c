"""A second start on the same data file raises the window that has it open instead of opening another.

A start that was given a phone number hands it over: the window shows who calls.
"""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 1000
_RAISE, _CALL = b"raise\n", b"call "
_LONGEST_NUMBER = 60


def _name(path: Path) -> str:
    """The name under which the window of a data file can be called; each user has names of their own."""
    about = f"{getpass.getuser()}\n{path.resolve()}"
    return f"crm-desktop-{hashlib.sha256(about.encode()).hexdigest()[:20]}"


def raise_other(path: Path, number: str = "") -> bool:
    """Ask the window that has this file open to come forward, and to show who holds a number; False when none answers."""
    socket = QLocalSocket()
    socket.connectToServer(_name(path))
    if not socket.waitForConnected(_WAIT_MS):
        return False
    # The answer may be here already: then waiting for the bytes of the question would see a closed connection.
    socket.write(_CALL + number[:_LONGEST_NUMBER].encode() + b"\n" if number else _RAISE)
    socket.flush()
    answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(_WAIT_MS)
    socket.disconnectFromServer()
    return answered


class Doorbell(QObject):
    """Listens for second starts on a data file; `answer()` brings the window forward, `call(number)` shows who calls."""

    def __init__(
        self, answer: Callable[[], None], parent: QObject | None = None, *, call: Callable[[str], object] | None = None
    ) -> None:
        super().__init__(parent)
        self._answer, self._call = answer, call
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._rung)

    def listen(self, path: Path) -> None:
        """Listen for this data file from now on; the caller has its lock, so an old name is a crashed program's."""
        self._server.close()
        QLocalServer.removeServer(_name(path))
        self._server.listen(_name(path))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _rung(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is None:
            return
        socket.disconnected.connect(partial(self._read, socket))
        socket.disconnected.connect(socket.deleteLater)
        socket.write(b"here\n")
        socket.flush()
        self._answer()

    def _read(self, socket: QLocalSocket) -> None:
        """What the other start said before it ended: perhaps a number."""
        said = bytes(socket.read(_LONGEST_NUMBER * 4).data())
        number = said.removeprefix(_CALL).decode("utf-8", "ignore").strip()
        if said.startswith(_CALL) and number and self._call is not None:
            self._call(number[:_LONGEST_NUMBER])
