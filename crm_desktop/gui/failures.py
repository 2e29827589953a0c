"""What happens when something goes wrong: a plain sentence for what can be helped, a report for our own faults.

`install()` catches what nobody else caught. `show(error)` translates: a user error or a problem is a dialog with its
sentence, a cancelled act is silent, anything else is logged and shown with "Copy details"; work goes on.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion

from crm_desktop import APP_NAME, __version__
from crm_desktop.core.errors import Cancelled, Problem, UserError, known
from crm_desktop.core.i18n import gettext_ as _

_log = logging.getLogger("crm_desktop")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
# Said by Qt on some desktops, without meaning.
_HARMLESS = ("propagateSizeHints", "This plugin supports grabbing the mouse only", "Could not register app ID")


class _Bridge(QObject):
    """Carries an error from any thread to the window's thread."""

    caught = Signal(object)


_bridge: list[_Bridge] = []
_showing: list[bool] = []


def install() -> None:
    """Catch errors of all threads and messages of Qt."""
    if not _bridge:
        _bridge.append(_Bridge())
        _bridge[0].caught.connect(show)
    sys.excepthook = _caught
    threading.excepthook = _caught_in_thread
    qInstallMessageHandler(_qt_message)


def _caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _bridge[0].caught.emit(error)


def _caught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        _bridge[0].caught.emit(found.exc_value)


def _qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    if not any(part in text for part in _HARMLESS):
        _log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s (%s)", text, context.category)


def details(error: BaseException) -> str:
    """What a person who mends the program needs: versions and the trace. No business data is added."""
    trace = "".join(traceback.format_exception(error))
    versions = f"{APP_NAME} {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return f"{versions}\n\n{trace}"


def show(error: BaseException) -> None:
    """Tell the user about an error in the way that fits it."""
    error = known(error)
    if isinstance(error, Cancelled):
        return
    from crm_desktop.gui.widgets import dialogs

    if isinstance(error, UserError):
        dialogs.message(str(error))
        return
    if isinstance(error, Problem):
        _log.warning("Problem: %s", error, exc_info=error)
        dialogs.message(str(error))
        return
    _log.error("Fault of the program", exc_info=error)
    if _showing:
        return  # one report at a time; the log has them all
    _showing.append(True)
    try:
        dialogs.fault(
            _("Something went wrong in the program"),
            _("Your data is unchanged. You can go on working. If it happens again, send the details to your dealer."),
            details(error),
        )
    finally:
        _showing.clear()


def guarded(act: Callable[[], object]) -> bool:
    """Do something on behalf of the user; False, and told, if it could not be done."""
    try:
        act()
    except Exception as error:  # noqa: BLE001  (shown or logged)
        show(error)
        return False
    return True
