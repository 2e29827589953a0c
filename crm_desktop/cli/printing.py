"""The only place that prints: results as JSON or lines for people, sentences about what went wrong, progress."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crm_desktop.core.errors import Problem, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress

Args = argparse.Namespace


def tell(arguments: Args, code: int, error: Exception) -> int:
    """Print what went wrong, one sentence a line, to stderr, and with --json also as an object; gives the exit code."""
    _clear_progress()
    fields = error.fields if isinstance(error, ValidationError) else {}
    sentences = list(dict.fromkeys(fields.values())) or [str(error)]
    with contextlib.suppress(OSError):  # where not even stderr can be written, the exit code is all there is
        for sentence in sentences:
            print(sentence, file=sys.stderr)
    if getattr(arguments, "json", False):
        print_json({"ok": False, "error": " ".join(sentences), "fields": fields})
    return code


def print_json(value: Any) -> None:
    """Print a value as JSON, readable."""
    _clear_progress()
    _out(json.dumps(value, ensure_ascii=False, indent=1))


def say(arguments: Args, value: Any, *lines: str) -> None:
    """Print a result as JSON when asked for, else as lines for people."""
    if arguments.json:
        print_json(value)
    else:
        print_lines(lines)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines."""
    _clear_progress()
    for line in lines:
        _out(line)


def progress() -> Progress:
    """Shows how far slow work is, where a person is watching."""
    if not sys.stderr.isatty():
        return Progress()

    def report(done: int, total: int, words: str) -> None:
        share = f"{done * 100 // total:3d} %" if total else ""
        print(f"\r{words[:60]:60s} {share:5s}\r", end="", file=sys.stderr, flush=True)

    return Progress(report)


def _clear_progress() -> None:
    """Take the line of the progress away before something else is printed."""
    if sys.stderr.isatty():
        print(f"\r{'':68s}\r", end="", file=sys.stderr, flush=True)


def columns(names: Sequence[str], rows: Iterable[list[str]]) -> list[str]:
    """Rows under their names, in columns as wide as their widest entry, at most 40."""
    table = [list(names), *rows]
    widths = [min(40, max(len(row[i]) for row in table)) for i in range(len(names))]
    return ["  ".join(f"{cell[:40]:{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in table]


class NobodyReadsError(Exception):
    """The reader of the output has gone, having seen enough."""


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what is wrong with standard output into what the caller can tell.

    Raises:
        NobodyReadsError: the reader has gone.
        Problem: the disk that it goes to is full or gone.
    """
    try:
        yield
    except BrokenPipeError:
        raise NobodyReadsError from None
    except OSError as error:
        leave()
        raise Problem(
            _("The output could not be written: {reason}. Make room there; your data is as the command left it.")
            .format(reason=error.strerror or error)
        ) from error  # fmt: skip


def _out(words: str) -> None:
    with _told():
        print(words)


def finish() -> None:
    """Hand everything to the reader.

    Raises:
        NobodyReadsError: it has gone.
        Problem: it cannot be written.
    """
    with _told():
        sys.stdout.flush()


def leave() -> None:
    """Keep Python from complaining about an output that takes no more when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
