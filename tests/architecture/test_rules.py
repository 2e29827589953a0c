"""The rules of the architecture that import contracts cannot say. Each test is one English sentence."""

from __future__ import annotations

import ast

from sources import ROOT, Source, below, called_name, called_on, imported_modules, sources

QUERY_METHODS = {"select", "get_by_id", "save", "create", "insert", "update", "delete_instance", "execute"}
CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("time", "time")}
FRAMEWORKS_OF_THE_WINDOW = ("PySide6", "shiboken6")
VAGUE_NAMES = ("models", "services", "utils", "helpers", "misc", "common", "manager")


def _our_modules(source: Source) -> set[str]:
    """The names by which a file knows modules of ours: `invoices` of `from crm_desktop.billing import invoices`."""
    return {
        module.rpartition(".")[2]
        for _node, module in imported_modules(source.tree)
        if (ROOT / f"{module.replace('.', '/')}.py").exists()
        or (ROOT / module.replace(".", "/") / "__init__.py").exists()
    }


def _is_of_qt_or_a_list(call: ast.Call) -> bool:
    """`select()` of rows on the screen, `insert` into a list or one's own text, `save` of a picture or a painter."""
    selects = called_name(call) == "select" and called_on(call).lower().endswith(("selection", "selectionmodel()"))
    inserts = called_name(call) == "insert" and (len(call.args) == 2 or called_on(call) == "self")
    picture = bool(call.args) and not isinstance(call.args[0], ast.Dict)
    saves = called_name(call) == "save" and (picture or called_on(call) == "painter")
    return selects or inserts or saves


def _repaints(call: ast.Call) -> bool:
    """`update()` of a widget, which paints it anew: without arguments, or with a place inside the widget."""
    on = called_on(call)
    bare = not call.args and not call.keywords
    return called_name(call) == "update" and (bare or on == "self" or on.endswith("viewport()"))


def test_the_window_asks_the_trade_folders_and_never_queries_the_database_itself():
    found = [
        source.at(call, ast.unparse(call.func))
        for source in below("gui")
        for call in source.calls()
        if isinstance(call.func, ast.Attribute)
        and called_name(call) in QUERY_METHODS
        and called_on(call) not in _our_modules(source) | {"QStyleFactory"}
        and not _repaints(call)
        and not _is_of_qt_or_a_list(call)
    ]
    assert not found


def test_sums_of_money_are_never_binary_fractions():
    found = []
    for source in below("sales", "billing", "company"):
        for node in source.nodes:
            is_float = isinstance(node, ast.Name) and node.id == "float"
            if is_float or (isinstance(node, ast.Constant) and isinstance(node.value, float)):
                found.append(source.at(node, ast.unparse(node)))
    assert not found


def test_only_core_dates_asks_the_clock():
    found = [
        source.at(call, ast.unparse(call.func))
        for source in sources()
        if source.path != "crm_desktop/core/dates.py"
        for call in source.calls()
        if (called_on(call).rpartition(".")[2], called_name(call)) in CLOCKS
        or called_name(call) in {"currentDate", "currentDateTime", "currentDateTimeUtc"}
    ]
    assert not found


def test_modal_dialogs_are_run_in_one_module():
    allowed = {"crm_desktop/gui/widgets/dialogs.py", "crm_desktop/app.py"}
    found = [
        source.at(call, ast.unparse(call.func))
        for source in sources()
        if source.path not in allowed
        for call in source.calls()
        if called_name(call) in {"exec", "exec_"}
    ]
    assert not found


def test_nobody_calls_process_events():
    found = [source.at(call) for source in sources() for call in source.calls() if called_name(call) == "processEvents"]
    assert not found


def test_only_gui_and_app_know_qt():
    found = [
        source.at(node, module)
        for source in sources()
        if not source.path.startswith("crm_desktop/gui/") and source.path != "crm_desktop/app.py"
        for node, module in imported_modules(source.tree)
        if module.split(".")[0] in FRAMEWORKS_OF_THE_WINDOW
    ]
    assert not found


def test_migrations_are_frozen_and_import_nothing_of_ours():
    found = [
        source.at(node, module)
        for source in below("db/migrations")
        for node, module in imported_modules(source.tree)
        if module.startswith("crm_desktop")
    ]
    assert not found


def test_files_have_the_names_of_what_they_are_about():
    found = [source.path for source in sources() if source.path.rpartition("/")[2].removesuffix(".py") in VAGUE_NAMES]
    assert not found
    classes = [
        source.at(node, node.name)
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Service", "Utils"))
    ]
    assert not classes


def test_no_error_is_caught_and_dropped():
    found = [
        source.at(node)
        for source in (*sources(), *sources("tests"), *sources("packaging"))
        for node in source.nodes
        if isinstance(node, ast.ExceptHandler) and all(isinstance(part, ast.Pass) for part in node.body)
    ]
    assert not found


def test_only_the_terminal_face_prints():
    faces = {"crm_desktop/cli/printing.py", "crm_desktop/app.py", "crm_desktop/self_test.py"}
    found = [
        source.at(call)
        for source in sources()
        if source.path not in faces
        for call in source.calls()
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
    assert not found
