"""The installed Qt binding keeps count of the objects that it is handed.

PySide6 6.12.0 on Python 3.11 loses a reference to `True` or `None` with each emitted signal and many setters; after some
hundred calls the interpreter dies. When this passes on a later release, the bound in `pyproject.toml` may go.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

CALLS = 200  # few enough to survive the fault, many enough to see it


class Sender(QObject):
    sent = Signal(bool)


def test_signals_and_setters_leave_the_counts_of_true_and_none_alone(qapp):
    sender, label = Sender(), QLabel()
    received = []
    sender.sent.connect(received.append)
    before = sys.getrefcount(True), sys.getrefcount(None)
    for number in range(CALLS):
        sender.sent.emit(True)
        label.setText(str(number))
    received.clear()
    lost_true, lost_none = before[0] - sys.getrefcount(True), before[1] - sys.getrefcount(None)
    assert lost_true < CALLS // 4
    assert lost_none < CALLS // 4
