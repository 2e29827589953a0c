"""Running one command: open, do, close, and turn what went wrong into a sentence and an exit code."""

from __future__ import annotations

import logging

from crm_desktop.cli import printing
from crm_desktop.cli.command import BUG, DONE, PROBLEM, REFUSED, Args, Command, Wiring, data_path, opened
from crm_desktop.cli.printing import tell
from crm_desktop.core.errors import Cancelled, Problem, UserError, known
from crm_desktop.core.i18n import gettext_ as _

_log = logging.getLogger(__name__)


def run(arguments: Args, wiring: Wiring) -> int:
    """Run the command that `command_table.parser()` read; gives the exit code."""
    command: Command = arguments.command
    try:
        with opened(command.opens, data_path(arguments)):
            code = command.run(arguments, wiring) or DONE
        printing.finish()
        return code
    except printing.NobodyReadsError:
        printing.leave()
        return DONE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (whatever it is, a script gets a sentence)
        return _tell(arguments, known(error))


def ended(end: BaseException | None, code: int = DONE) -> int:
    """The exit code after something was printed outside a command (help, version, self-test), which may not arrive.

    `end` is how it ended: `SystemExit`, or what kept it from being printed; None when it returned.
    """
    try:
        if end is not None and not isinstance(end, SystemExit):
            raise end
        printing.finish()
    except printing.NobodyReadsError:
        printing.leave()
    except Problem as error:
        return tell(Args(), PROBLEM, error)
    return code if end is None else int(getattr(end, "code", 0) or 0)


def _tell(arguments: Args, error: BaseException) -> int:
    if isinstance(error, UserError):
        return tell(arguments, REFUSED, error)
    if isinstance(error, Problem):
        _log.warning("%s", error, exc_info=error)
        return tell(arguments, PROBLEM, error)
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return tell(arguments, REFUSED, UserError(_("Cancelled. Nothing was changed.")))
    _log.error("The command failed", exc_info=error)
    return tell(arguments, BUG, RuntimeError(_("The program has a fault. Your data is unchanged. The log tells more.")))
