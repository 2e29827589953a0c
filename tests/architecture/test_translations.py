"""Every text that a user reads is marked for translation and translated, with the same placeholders."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from sources import ROOT, Source, below, called_name, sources

SCREEN = {"_": None, "gettext_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PAPER = {"document_text": (2,)}
KEYWORDS = {"crm_desktop": SCREEN, "documents": PAPER}
TRANSLATING = {*SCREEN, *PAPER}
TRANSLATIONS = ROOT / "resources" / "translations"
DOCUMENT_LANGUAGES = ("de", "es", "fr")


@cache
def _marked(domain: str) -> dict[tuple, str]:
    """The marked texts of the program: (context, text) or (context, (one, many)), with the place of each."""
    found, keywords = {}, KEYWORDS[domain]
    for source in sources():
        if not any(f"{keyword}(" in source.text for keyword in keywords):
            continue
        file = io.BytesIO(source.text.encode())
        for line, message, _comments, context in extract("python", file, keywords, options={"encoding": "utf-8"}):
            found[context, message] = f"{source.path}:{line}"
    return found


def _catalogue(domain: str, language: str) -> Catalog:
    with (TRANSLATIONS / f"{domain}.{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def _fields(text: str) -> set[str]:
    """The names of the placeholders: {"name"} for "Edit {name}"."""
    return {field for _before, field, _spec, _conversion in Formatter().parse(text) if field is not None}


def _forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each original with its translation; a plural's other forms go with its second original."""
    if message.pluralizable:
        yield message.id[0], message.string[0]
        yield from ((message.id[1], form) for form in message.string[1:])
    else:
        yield message.id, message.string


def _untranslated(domain: str, language: str) -> list[str]:
    catalogue = _catalogue(domain, language)
    missing = []
    for (context, text), place in _marked(domain).items():
        message = catalogue.get(text[0] if isinstance(text, tuple) else text, context)
        if message is None or message.fuzzy or not all(translated for _original, translated in _forms(message)):
            missing.append(f"{place} {text!r}")
    return missing


def test_every_text_of_screen_and_terminal_is_translated_to_german():
    assert not _untranslated("crm_desktop", "de")


def test_english_words_of_two_meanings_say_which():
    """A cash discount and that of a level, to answer and the answer, who pays and with what: two words in German."""
    marked = _marked("crm_desktop")
    twofold = ("loyalty", "Discount in percent"), ("act", "Answer"), ("price list", "Paid by"), ("product", "None")
    assert [pair for pair in twofold if pair not in marked] == []


@pytest.mark.parametrize("language", DOCUMENT_LANGUAGES)
def test_every_text_on_paper_is_translated(language):
    assert not _untranslated("documents", language)


CATALOGUES = [("crm_desktop", "de"), *(("documents", language) for language in DOCUMENT_LANGUAGES)]


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_translations_have_the_placeholders_and_the_ending_of_the_original(domain, language):
    wrong = []
    for message in _catalogue(domain, language):
        for original, translated in _forms(message):
            if not message.id or not translated:
                continue
            if _fields(original) != _fields(translated) or original.endswith("…") != translated.endswith("…"):
                wrong.append(f"{original!r} -> {translated!r}")
    assert not wrong


def _marking_calls(source: Source) -> Iterator[ast.Call]:
    for call in source.calls():
        if isinstance(call.func, ast.Name) and call.func.id in TRANSLATING:
            yield call


def test_a_text_is_marked_before_anything_is_put_into_it():
    found = [
        source.at(call, ast.unparse(call))
        for source in sources()
        for call in _marking_calls(source)
        if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in call.args)
        or any(isinstance(argument, ast.Call) and called_name(argument) == "format" for argument in call.args[:1])
    ]
    assert not found


def test_no_text_is_marked_inside_an_f_string_where_extraction_does_not_see_it():
    found = [
        source.at(call, ast.unparse(call))
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATING
        if isinstance(call.args[-1], ast.Constant)
    ]
    assert not found


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: everything but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for default in (*child.args.defaults, *filter(None, child.args.kw_defaults), *child.decorator_list):
                yield from ast.walk(default)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from _run_at_import(child)


def test_texts_are_translated_when_they_are_shown_and_not_at_import():
    found = [
        source.at(node, ast.unparse(node))
        for source in sources()
        for node in _run_at_import(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATING - {"N_"}
    ]
    assert not found


# A sentence in plain English: "Customer saved", "Delete this line?"
SENTENCE = re.compile(r"^[A-Z][a-z’']+,? [a-z{]")
FAULTS = {"AssertionError", "KeyError", "LookupError", "NotImplementedError", "RuntimeError", "TypeError", "ValueError"}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}

# Sentences that stay as they are, each with its reason.
LEFT_AS_THEY_ARE = {
    "At once": "a preset that is written into the data file in the language of the business",
    "Could not register app ID": "said by Qt",
    "Rechnung {number} abzgl. Skonto": "what a customer of the sample company wrote to the bank",
    "This plugin supports grabbing the mouse only": "said by Qt",
}
# Names of columns that a file format fixes, in its own language.
COLUMNS_OF_FORMATS = {"crm_desktop/exchange/card_columns.py", "crm_desktop/exchange/datev_columns.py"}


def _texts_nobody_reads(source: Source) -> set[int]:
    """Ids of the string nodes that are marked already, or are for developers: docstrings, log lines, faults."""
    seen = set()
    for node in source.nodes:
        if isinstance(node, ast.Call):
            name = called_name(node)
            if name in TRANSLATING | LOG_METHODS or name in FAULTS:
                seen.update(id(part) for part in ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            seen.add(id(node.value))
    return seen


def test_no_sentence_for_the_user_is_left_unmarked():
    found = []
    migrations = set(below("db/migrations"))  # their sentences are for developers and stay as they were released
    for source in set(sources()) - migrations:
        if source.path in COLUMNS_OF_FORMATS:
            continue
        known = _texts_nobody_reads(source)
        for node in source.nodes:
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in known
            if is_text and SENTENCE.match(node.value) and node.value not in LEFT_AS_THEY_ARE:
                found.append(source.at(node, repr(node.value[:60])))
    assert not found


SHOWN_BY = {
    "QAction", "QCheckBox", "QDockWidget", "QGroupBox", "QLabel", "QMenu", "QPushButton", "QRadioButton",
    "addAction", "addMenu", "addTab", "setAccessibleDescription", "setAccessibleName", "setInformativeText",
    "setLabelText", "setPlaceholderText", "setStatusTip", "setText", "setTitle", "setToolTip", "setWhatsThis",
    "setWindowTitle",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")
# Names and signs that are the same in every language.
SAME_EVERYWHERE = {"CRM Desktop", "IBAN", "BIC", "PDF", "CSV", "XML", "Inter"}


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """The bare strings of a value that is shown; what stands inside a call was made by somebody else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


def test_no_widget_is_given_an_unmarked_text():
    found = [
        source.at(literal, f"{called_name(call)}({literal.value!r})")
        for source in below("gui")
        for call in source.calls()
        if called_name(call) in SHOWN_BY
        for argument in call.args[:2]
        for literal in _literals(argument)
        if WORD.search(literal.value) and literal.value not in SAME_EVERYWHERE
    ]
    assert not found
