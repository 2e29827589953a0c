"""All that can be done from the menu bar, as data: words, key, and what it calls.

`page` names a method of the page that is shown (greyed where the page does not offer it), `window` a method of the
window. Every command is also found in the palette. Ctrl becomes Cmd on macOS by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_desktop.core.i18n import gettext_ as _

if TYPE_CHECKING:
    from crm_desktop.gui.widgets.page import Page


@dataclass(frozen=True)
class Command:
    """One entry of a menu; without text it is a line."""

    text: str = ""
    keys: tuple[str, ...] = ()
    window: str = ""
    page: str = ""
    icon: str = ""
    argument: str = ""
    role: str = ""


# What can be done while a page fills the window because there is no company yet; all else needs one.
_WITHOUT_COMPANY = {
    "import_file", "new_company", "open_company", "quit", "go_back", "go_forward", "next_area", "previous_area",
    "toggle_menu_bar", "use_theme", "open_log_folder",
}  # fmt: skip


def is_offered(command: Command, page: Page | None, *, bare: bool) -> bool:
    """Whether a command can be given on the page that is shown; `bare` is one that fills the window."""
    if command.page:
        return page is not None and page.can(command.page)
    return not bare or command.window in _WITHOUT_COMPANY


def _file() -> list[Command]:
    return [
        Command(_("&New"), ("Ctrl+N",), page="new", icon="plus"),
        Command(_("New &customer"), (), window="new_record", argument="customer", icon="user-plus"),
        Command(_("New deal"), (), window="new_record", argument="opportunity", icon="square-kanban"),
        Command(_("New in&voice"), (), window="new_record", argument="draft", icon="receipt-text"),
        Command(_("New q&uote"), (), window="new_record", argument="quote", icon="file-check"),
        Command(_("New &delivery note"), (), window="new_record", argument="delivery_note", icon="package"),
        Command(
            _("Note a complaint o&r request…"),
            ("Ctrl+Shift+C",),
            window="new_record",
            argument="complaint",
            icon="message-square-warning",
        ),
        Command(_("New case"), (), window="new_record", argument="case", icon="life-buoy"),
        Command(_("W&ho is calling…"), ("Ctrl+Shift+L",), window="new_record", argument="caller", icon="phone"),
        Command(_("New reminder"), ("Ctrl+Shift+R",), window="new_record", argument="reminder", icon="bell"),
        Command(_("Note &work"), ("Ctrl+Shift+W",), window="new_record", argument="service", icon="plus"),
        Command(_("Start the &timer"), ("Ctrl+Shift+T",), window="start_timer", icon="clock"),
        Command(_("Stop the ti&mer and note it"), ("Ctrl+Shift+S",), window="stop_timer", icon="check"),
        Command(),
        Command(_("New company &file…"), (), window="new_company", icon="briefcase"),
        Command(_("&Open company file…"), ("Ctrl+O",), window="open_company", icon="folder-open"),
        Command(),
        Command(_("&Import…"), ("Ctrl+I",), window="import_file", icon="file-spreadsheet"),
        Command(_("&Export this list…"), ("Ctrl+E",), page="export", icon="download"),
        Command(_("&Print…"), ("Ctrl+P",), page="print_", icon="printer"),
        Command(_("Send by e-mai&l…"), ("Ctrl+Shift+M",), page="mail", icon="mail"),
        Command(),
        Command(_("&Back up now"), (), window="back_up", icon="shield-check"),
        Command(
            _("&Settings"), ("Ctrl+,",), window="show_page", argument="settings", icon="settings", role="preferences"
        ),
        Command(_("&Quit"), ("Ctrl+Q",), window="quit", role="quit"),
    ]


def _edit() -> list[Command]:
    return [
        Command(_("&Undo"), ("Ctrl+Z",), window="undo", icon="undo-2"),
        Command(_("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), window="redo", icon="redo-2"),
        Command(),
        Command(_("&Edit"), ("F2",), page="edit", icon="pencil"),
        Command(_("&Duplicate"), ("Ctrl+D",), page="duplicate", icon="copy"),
        Command(_("&Save now"), ("Ctrl+S",), page="save_now", icon="save"),
        Command(_("Move to the &bin"), ("Del",), page="delete", icon="trash"),
        Command(),
        Command(_("&Find or do anything"), ("Ctrl+K",), window="show_palette", icon="search"),
        Command(_("F&ilter this list"), ("Ctrl+F",), page="find", icon="list-filter"),
        Command(_("&Main act of this page"), ("Ctrl+Return", "Ctrl+Enter"), page="primary", icon="corner-down-left"),
        Command(_("Next &problem"), ("F8",), page="next_problem", icon="circle-alert"),
    ]


def _view() -> list[Command]:
    return [
        Command(_("&Back"), ("Alt+Left",), window="go_back", icon="arrow-left"),
        Command(_("&Forward"), ("Alt+Right",), window="go_forward", icon="arrow-right"),
        Command(),
        Command(_("Show or hide the &pane"), ("Ctrl+Shift+D",), page="toggle_pane", icon="panel-right"),
        Command(_("&Next area"), ("F6",), window="next_area"),
        Command(_("P&revious area"), ("Shift+F6",), window="previous_area"),
        Command(_("Always show the &menu bar"), (), window="toggle_menu_bar"),
        Command(),
        Command(_("&Light"), (), window="use_theme", argument="light", icon="sun"),
        Command(_("&Dark"), (), window="use_theme", argument="dark", icon="moon"),
        Command(_("Like the &system"), (), window="use_theme", argument="system", icon="monitor"),
    ]


def _help() -> list[Command]:
    return [
        Command(_("&Keys at a glance"), ("F1",), window="show_page", argument="shortcuts", icon="keyboard"),
        Command(_("Open the &log folder"), (), window="open_log_folder", icon="folder-open"),
        Command(_("&About CRM Desktop"), (), window="show_page", argument="about", icon="info", role="about"),
    ]


def menus() -> list[tuple[str, list[Command]]]:
    """The menus in order; "Go to" is filled with the sections by the window."""
    return [
        (_("&File"), _file()),
        (_("&Edit"), _edit()),
        (_("&View"), _view()),
        (_("&Go to"), []),
        (_("&Help"), _help()),
    ]
