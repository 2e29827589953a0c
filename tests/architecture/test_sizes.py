"""Files and functions stay short enough to be read at once, and say what they are for."""

from __future__ import annotations

import ast

from sources import Source, sources

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
ONE_IN_A_HUNDRED_FUNCTIONS = 45


def _everything() -> tuple[Source, ...]:
    return (*sources(), *sources("tests"), *sources("packaging"))


def _length(function: ast.AST) -> int:
    return function.end_lineno - function.lineno + 1


def test_no_file_is_longer_than_500_lines():
    found = [f"{source.path} ({source.lines})" for source in _everything() if source.lines > LONGEST_FILE]
    assert not found


def test_no_function_is_longer_than_60_lines():
    found = [
        source.at(function, f"{function.name} ({_length(function)})")
        for source in _everything()
        for function in source.functions()
        if _length(function) > LONGEST_FUNCTION
    ]
    assert not found


def test_99_of_100_functions_have_at_most_45_lines():
    functions = [(_length(function), source, function) for source in sources() for function in source.functions()]
    long = [entry for entry in functions if entry[0] > ONE_IN_A_HUNDRED_FUNCTIONS]
    named = [source.at(function, f"{function.name} ({length})") for length, source, function in long]
    assert len(long) * 100 <= len(functions), named


def test_every_module_and_every_public_class_and_function_says_what_it_is_for():
    found = [source.at(source.tree, "module") for source in sources() if not ast.get_docstring(source.tree)]
    for source in sources():
        for node in source.tree.body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if named and not node.name.startswith("_") and not ast.get_docstring(node):
                found.append(source.at(node, node.name))
    assert not found
