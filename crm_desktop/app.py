"""Start-up: reads the command line, then opens the window or runs a command. The only file that wires parts together."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crm_desktop import APP_NAME
from crm_desktop.company import home
from crm_desktop.core import i18n, preferences, resources
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.safety import company_files, lock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from crm_desktop.core.progress import Progress
    from crm_desktop.gui.main_window import MainWindow

_log = logging.getLogger(__name__)
_LOG_BYTES, _LOGS = 1_000_000, 3
_PICTURE = (1440, 900)
_TABS_SHOWN = ("calendar", "segments", "rules", "price_lists", "understood", "campaigns", "cleaning")
_LINKS = ("tel:", "callto:")
# The window is painted first; then come the collection of garbage and listening for a second start.
_SETTLE_AFTER_MS = 200
# Files that were attached in the terminal, or while the program ended, are read when nothing else is going on.
_READ_FILES_AFTER_MS = 8000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit code."""
    _serve_child_processes()
    words, number = _without_link(list(sys.argv[1:] if arguments is None else arguments))
    _use_language(words)
    with _logging():
        wants_window = not words or (len(words) == 2 and words[0] == "--data")
        if wants_window:  # the usual start, without loading what reads command lines
            return _open_window(words[1] if words else "", number)
        return _read_and_run(words)


def _without_link(words: list[str]) -> tuple[list[str], str]:
    """Take out a tel: link that the system hands over to open the window with; the words left, and the number."""
    link = next((word for word in words if word.lower().startswith(_LINKS)), "")
    left = [word for word in words if word != link]
    if not link or (left and (len(left) != 2 or left[0] != "--data")):
        return words, ""
    from crm_desktop.customers import caller

    return left, caller.from_link(link)


def _read_and_run(words: list[str]) -> int:
    from crm_desktop.cli import command_table, printing, running
    from crm_desktop.cli.command import Wiring

    _print_anything()
    try:
        found = command_table.parser().parse_args(words)
    except (SystemExit, Problem, printing.NobodyReadsError) as end:  # --help, --version, or wrong usage, told already
        return running.ended(end)
    _make_missing_assets()
    if found.self_test:
        from crm_desktop import self_test

        return running.ended(None, self_test.run())
    if found.command is None:
        return _open_window(found.data or "")
    return running.run(found, Wiring(draw_pictures=draw_pictures, call_window=call_window))


# ---- surroundings --------------------------------------------------------------------------------------------------


def _serve_child_processes() -> None:
    """In the frozen program a child that reads a foreign file starts here as well."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()


def _use_language(words: list[str]) -> None:
    """Speak the language asked for on the command line, else the chosen one, else the computer's."""
    asked = ""
    for place, word in enumerate(words):
        if word.startswith("--language="):
            asked = word.partition("=")[2]
        elif word == "--language" and place + 1 < len(words):
            asked = words[place + 1]
    i18n.use_language(asked or home.screen_language())


def _print_anything() -> None:
    """A terminal that lacks a letter shows its number instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def _logging() -> Iterator[None]:
    """Write warnings and faults into a file in the log folder; the three newest files stay."""
    root, handler = logging.getLogger(), None
    try:
        handler = logging.FileHandler(_log_file(), encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    except OSError:
        _log.info("No log file can be written", exc_info=True)
    try:
        yield
    finally:
        if handler is not None:
            root.removeHandler(handler)
            handler.close()


def _log_file() -> Path:
    folder = preferences.log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    current = folder / "crm-desktop.log"
    if current.exists() and current.stat().st_size > _LOG_BYTES:
        for number in range(_LOGS - 1, 0, -1):
            older = folder / f"crm-desktop.{number - 1}.log" if number > 1 else current
            if older.exists():
                older.replace(folder / f"crm-desktop.{number}.log")
    return current


def _make_missing_assets() -> None:
    """Make fonts, icons and translations in a fresh checkout; the frozen program brings them along."""
    maker = Path(__file__).resolve().parents[1] / "packaging" / "make_assets.py"
    if getattr(sys, "frozen", False) or resources.asset("fonts").exists() or not maker.exists():
        return
    spec = importlib.util.spec_from_file_location("make_assets", maker)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.build()
        i18n.read_again()


# ---- the window ----------------------------------------------------------------------------------------------------


def prepare_application() -> QApplication:
    """Qt, with the look and the hooks for what goes wrong."""
    from PySide6.QtWidgets import QApplication

    from crm_desktop.gui import failures, jobs, qt_words, theme

    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else theme.application(APP_NAME)
    application.setApplicationDisplayName(APP_NAME)
    application.setDesktopFileName("crm-desktop")
    qt_words.speak()
    failures.install()
    jobs.use_connection(company_files.own_connection)
    scale = float(preferences.get("text_scale") or 1.0)
    theme.apply(application, str(preferences.get("theme") or "system"), scale)
    return application


def call_window(path: Path, number: str) -> bool:
    """Let the window that has a data file open show who holds a number; False where there is none."""
    from crm_desktop.gui import single_instance

    return single_instance.raise_other(path, number)


def _open_window(data: str, number: str = "") -> int:
    _make_missing_assets()
    path = Path(data) if data else company_files.default_path()
    with _no_collecting():
        application = prepare_application()
        if not _open_data(path, named=bool(data)):
            return _raise_other(path, number)
        return _run_window(application, number)


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """What the start makes stays: looking through it for garbage would only hold up the first paint. See `_settle`."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _run_window(application: QApplication, number: str = "") -> int:
    from PySide6.QtCore import QTimer

    from crm_desktop.gui.main_window import MainWindow

    with _crash_log(), contextlib.ExitStack() as ending:
        window = MainWindow()
        window.show()
        window.start()
        QTimer.singleShot(_SETTLE_AFTER_MS, window, partial(_settle, window, ending))
        if number:
            QTimer.singleShot(_SETTLE_AFTER_MS, window, partial(_show_caller, window, number))
        code = application.exec()
    _close_data()
    return code


def _open_data(path: Path, *, named: bool) -> bool:
    """Open the data file; False when another window has it. Any other trouble is told, and the first page shows."""
    from crm_desktop.gui import failures

    if not path.exists():
        if named:
            company_files.propose(path)
        return True
    try:
        company_files.open_data_file(path, tidied=False)  # see `_settle`
    except lock.InUse:
        return False
    except (UserError, Problem) as error:
        if company_files.is_readable(path) or not _offer_backup(path, error):
            failures.show(error)
    return True


def _offer_backup(path: Path, error: Exception) -> bool:
    """Offer the last good backup in the place of a damaged data file; False where there is none."""
    from crm_desktop.gui import failures
    from crm_desktop.gui.widgets import dialogs, formats
    from crm_desktop.safety import backup

    good = next((found for found in backup.all_backups(path) if found.verified), None)
    if good is None:
        return False
    day = formats.day(good.made_at.astimezone().date())
    customers = good.counts.get("customers", 0)
    text = ngettext(
        "The backup of {day}, {time} is whole and holds {n} customer. The damaged file stays beside it.",
        "The backup of {day}, {time} is whole and holds {n} customers. The damaged file stays beside it.",
        customers,
    ).format(day=day, time=formats.clock(good.made_at), n=formats.count(customers))
    if dialogs.confirm(str(error), text, _("Restore backup"), _("Leave everything as it is")):
        failures.guarded(lambda: company_files.restore(good.path, path))
    return True


def _raise_other(path: Path, number: str = "") -> int:
    """Bring the window forward that has the file open; say so where it does not answer."""
    from crm_desktop.gui import failures, single_instance

    if single_instance.raise_other(path, number):
        return 0
    try:
        lock.acquire(path).release()
    except Problem as error:
        failures.show(error)
        return 3
    return _open_window(str(path), number)  # it ended meanwhile


def _settle(window: MainWindow, ending: contextlib.ExitStack) -> None:
    """What waits until the window was painted."""
    from PySide6.QtCore import QTimer

    from crm_desktop.gui import jobs, warming
    from crm_desktop.gui.parts import file_reading
    from crm_desktop.gui.tending import Tender

    gc.freeze()
    gc.enable()
    Tender(window)
    warming.soon(window)
    jobs.run(_tidy)
    _listen(window, ending)
    QTimer.singleShot(_READ_FILES_AFTER_MS, window, file_reading.read_new)


def _tidy(_progress: Progress) -> None:
    if company_files.is_open():
        company_files.tidy()


def _listen(window: MainWindow, ending: contextlib.ExitStack) -> None:
    """Let a second start on the same file raise this window."""
    from crm_desktop.gui import single_instance

    doorbell = single_instance.Doorbell(partial(_bring_forward, window), window, call=partial(_show_caller, window))
    if company_files.is_open():
        doorbell.listen(company_files.path())
    ending.callback(company_files.on_open(doorbell.listen))
    ending.callback(doorbell.close)


def _show_caller(window: MainWindow, number: str) -> None:
    """Show who holds a number that came as a tel: link."""
    from crm_desktop.gui.parts import caller_card

    if company_files.is_open() and company_files.is_set_up():
        caller_card.show(number, window)


def _bring_forward(window: MainWindow) -> None:
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()


@contextlib.contextmanager
def _crash_log() -> Iterator[None]:
    """Where a crash below Python leaves its trace."""
    import faulthandler

    try:
        file = (preferences.log_folder() / "crash.log").open("a", encoding="utf-8")
    except OSError:
        yield
        return
    with file:
        faulthandler.enable(file)
        try:
            yield
        finally:
            faulthandler.disable()


def _close_data() -> None:
    try:
        company_files.close_data_file()
    except Problem:
        _log.warning("The backup at the end could not be made", exc_info=True)


def draw_pictures(folder: Path) -> int:
    """Draw the main pages of the open data file as PNG, without a display; gives how many."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Sizes and look of the owner's own window neither show nor change.
    with tempfile.TemporaryDirectory() as settings, _environment("CRM_DESKTOP_SETTINGS", settings):
        return _draw(folder)


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _draw(folder: Path) -> int:
    from crm_desktop.gui import pictures
    from crm_desktop.gui.main_window import MainWindow

    prepare_application()
    window = MainWindow()
    window.start()
    drawn = 0
    for key, args, look in _shown(window):
        name = f"{drawn + 1:02}-{key}{'-dark' if look == 'dark' else ''}.png"
        pictures.take(window, key, folder / name, args=args, theme_name=look, size=_PICTURE)
        drawn += 1
    window.close()
    return drawn


def _shown(window: MainWindow) -> list[tuple[str, dict[str, int], str]]:
    """The pages of the demo's pictures: every section, some of their tabs, records, and the first page in the dark."""
    from crm_desktop.billing import invoice_list
    from crm_desktop.care import cases
    from crm_desktop.customers import customer_list

    sections = [entry.key for entry in window.pages.entries.values() if entry.group]
    case = next(iter(cases.ids("all")), None)
    known = {
        "customer": cases.get(case).customer_id if case else next(iter(customer_list.ids()), None),
        "invoice": next(iter(invoice_list.ids("drafts")), None),
        "case": case,
    }
    records = [(key, {"id": found}) for key, found in known.items() if found and key in window.pages.entries]
    tabs = [key for key in _TABS_SHOWN if key in window.pages.entries]
    light: list[tuple[str, dict[str, int]]] = [*((key, {}) for key in (*sections, *tabs)), *records]
    return [(key, args, "light") for key, args in light] + [(key, {}, "dark") for key in sections[:1]]
