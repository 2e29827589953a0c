"""The program's own source files, parsed once for all rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, eq=False)
class Source:
    """One file: its path from the checkout with forward slashes, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.text.count("\n")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the file, walked once for all rules."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method of the file, nested ones too."""
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        """Every call of the file."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node

    def at(self, node: ast.AST, what: str = "") -> str:
        """Where a node stands, as an editor understands it: `path:line what`."""
        return f"{self.path}:{getattr(node, 'lineno', 1)} {what}".rstrip()


@cache
def sources(folder: str = "crm_desktop") -> tuple[Source, ...]:
    """The Python files below a folder of the checkout, in the order of their paths."""
    found = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        found.append(Source(file.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


def below(*folders: str) -> Iterator[Source]:
    """The files of some folders of the program, for example `below("sales", "billing")`."""
    prefixes = tuple(f"crm_desktop/{folder}/" for folder in folders)
    return (source for source in sources() if source.path.startswith(prefixes))


def called_name(call: ast.Call) -> str:
    """What is called: `today` for `date.today()` and for `today()`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def called_on(call: ast.Call) -> str:
    """What it is called on, as written: `date` for `date.today()`, empty for a plain function."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def imported_modules(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every imported module of a tree with the node that imports it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)
