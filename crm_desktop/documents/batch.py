"""Many documents at once: drawn in two processes beside the program, stored and written by the program itself.

`draw` gives the PDFs of papers in their order. `issue_many` issues drafts one after the other, each in a transaction of
its own: the PDF is drawn ahead with the number that is expected, and used only if the document turns out just so.
`save_many` writes what is stored. Between two documents all of them can be cancelled; what is done stays done.

Source: performance.md, row 8: one process draws 55 invoices a second, two draw 110.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

from crm_desktop.billing import compose, document_files, invoices, parties, payment_reference, rows
from crm_desktop.billing.document import Document
from crm_desktop.billing.document_files import Printed
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, Problem, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.documents import commercial_pdf, file_names, from_record, issuing
from crm_desktop.documents.paper import Paper

PROCESSES = 2
# Fewer are drawn here, before another process has even started.
_FEW = 8
# How many are given out ahead, so that no process waits and little is kept in memory.
_AHEAD = 4 * PROCESSES


@dataclass(frozen=True)
class Refused:
    """A document that could not be done, and why in a sentence."""

    document_id: int
    name: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """What a batch did: the documents done, in order, and those that were refused. `folder` is where files went."""

    done: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()
    folder: Path | None = None


# ---- drawing --------------------------------------------------------------------------------------------------------


class Painters:
    """Two processes that draw papers; use as a context. Without them (too few papers, no memory) drawing goes on here."""

    def __init__(self, count: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        if count > _FEW:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, paper: Paper) -> Callable[[], bytes]:
        """Have a paper drawn; the answer waits for it."""
        if self._pool is not None:
            try:
                return _Waiting(self._pool.submit(_draw, paper), paper)
            except (BrokenProcessPool, OSError):
                self._pool = None
        return lambda: commercial_pdf.render(paper)


class _Waiting:
    """A paper that another process draws; should that process die, it is drawn here."""

    def __init__(self, future: Future[bytes], paper: Paper) -> None:
        self._future, self._paper = future, paper

    def __call__(self) -> bytes:
        try:
            return self._future.result()
        except BrokenProcessPool:
            return commercial_pdf.render(self._paper)


def _begin() -> None:
    """A process that draws leaves it to the program to stop it, and loads what it needs before the first paper."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from crm_desktop.documents import fonts

    with contextlib.suppress(Problem):  # the paper itself says it
        fonts.register()


def _end_with_parent() -> None:
    """Should the program die, nobody is left to stop this process."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _draw(paper: Paper) -> bytes:
    """What the other process does."""
    return commercial_pdf.render(paper)


def draw(papers: Sequence[Paper], progress: Progress | None = None) -> Iterator[bytes]:
    """The PDFs of papers, in their order.

    Raises:
        Cancelled: through `progress`.
        Problem: the fonts of the program are missing.
    """
    progress, waiting = progress or Progress(), deque[Callable[[], bytes]]()
    with Painters(len(papers)) as painters:
        for number, paper in enumerate(papers):
            waiting.append(painters.start(paper))
            if len(waiting) >= _AHEAD:
                progress(number + 1 - len(waiting), len(papers))
                yield waiting.popleft()()
        while waiting:
            progress(len(papers) - len(waiting), len(papers))
            yield waiting.popleft()()


# ---- issuing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Expected:
    """A draft as paper with the number that it should get, and the PDF that is being drawn of it."""

    paper: Paper
    painted: Callable[[], bytes]

    def draw(self, paper: Paper) -> bytes:
        """The PDF of the paper that it became: the one drawn ahead if it says the same, else a new one."""
        return self.painted() if paper == self.paper else commercial_pdf.render(paper)


def issue_many(draft_ids: Sequence[int], progress: Progress | None = None) -> Batch:
    """Issue drafts in this order, each on its own; what cannot be issued stays a draft and is told with its reason.

    Raises:
        Cancelled: through `progress`, between two documents; those issued stay issued.
        Problem: the disk is full, or fonts are missing; those issued stay issued.
    """
    progress, done, refused = progress or Progress(), list[int](), list[Refused]()
    ahead: deque[_Expected | None] = deque()
    with Painters(len(draft_ids)) as painters:
        for place, draft_id in enumerate(draft_ids):
            progress(
                place, len(draft_ids), _("Issuing {place} of {count}").format(place=place + 1, count=len(draft_ids))
            )
            for later in draft_ids[place + len(ahead) : place + _AHEAD]:
                ahead.append(_expect(painters, later, ahead))
            expected = ahead.popleft()
            try:
                invoices.issue(draft_id, _print_with(expected))
                done.append(draft_id)
            except UserError as error:
                refused.append(Refused(draft_id, _name_of(draft_id), _reason(error)))
                ahead.clear()  # the numbers of the others are now different ones
    return Batch(tuple(done), tuple(refused))


def _print_with(expected: _Expected | None) -> Callable[[Document], Printed]:
    if expected is None:
        return issuing.print_out
    return partial(issuing.print_out, draw=expected.draw)


def _expect(painters: Painters, draft_id: int, ahead: Iterable[_Expected | None]) -> _Expected | None:
    """Draw a draft ahead; None where it will be refused anyway."""
    try:
        document = compose.compose(rows.read_draft(draft_id))
        before = sum(1 for other in ahead if other is not None and other.paper.kind == document.kind)
        day = document.issue_on or dates.today()
        number = invoices.next_number(document.kind, day, after=before)
        reference = document.payment_reference or payment_reference.of_document(document, number)
        made = replace(document, state="issued", number=number, issue_on=day, payment_reference=reference)
        paper = from_record.to_paper(made)
    except UserError:
        return None
    return _Expected(paper, painters.start(paper))


def _name_of(document_id: int) -> str:
    """What a document is called in a list of what went wrong."""
    try:
        document = rows.read_document(document_id)
        if document.state == "draft":
            return _("Draft for {name}").format(name=parties.name_of(rows.read_draft(document_id)))
        return file_names.name_of(file_names.about(document), file_names.NAME)
    except NotFound:
        return _("A deleted draft")


def _reason(error: UserError) -> str:
    return " ".join(dict.fromkeys(error.fields.values())) if isinstance(error, ValidationError) else str(error)


# ---- files ----------------------------------------------------------------------------------------------------------


def stored(document_id: int) -> bytes:
    """The PDF as it was stored; one of an imported document is made and marked as a copy.

    Raises:
        NotFound: an imported document without lines has none.
    """
    content = invoices.pdf(document_id)
    if content is not None:
        return content
    if not rows.read_document(document_id).lines:
        raise NotFound(_("This document came from elsewhere without its lines, so there is nothing to print."))
    return from_record.copy_of(document_id)


def save_many(document_ids: Sequence[int], folder: Path, progress: Progress | None = None) -> Batch:
    """Write the PDF of each document, and its e-invoice where that is a file of its own, into folders below a folder.

    A file that is there already and holds the same stays; one that holds something else is never replaced.

    Raises:
        Cancelled: through `progress`; what was written stays.
        Problem: the folder cannot be written.
    """
    progress, done, refused = progress or Progress(), list[int](), list[Refused]()
    for place, document_id in enumerate(document_ids):
        progress(
            place, len(document_ids), _("Saving {place} of {count}").format(place=place + 1, count=len(document_ids))
        )
        try:
            _save(document_id, folder)
            done.append(document_id)
        except UserError as error:
            refused.append(Refused(document_id, _name_of(document_id), _reason(error)))
    return Batch(tuple(done), tuple(refused), folder)


def _save(document_id: int, folder: Path) -> None:
    document = rows.read_document(document_id)
    if document.state == "draft":
        raise UserError(_("This is a draft. Issue it first, then it has a PDF."))
    about = file_names.about(document)
    where, name = folder / file_names.folders_of(about), file_names.name_of(about)
    contents = {"pdf": stored(document_id)}
    if issuing.lies_beside(document.einvoice_format) and (xml := document_files.xml(document_id)) is not None:
        contents["xml"] = xml
    for ending, content in contents.items():
        write(where / f"{name}.{ending}", content)


def write(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all.

    Raises:
        UserError: another file of that name is there.
        Problem: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if path.read_bytes() != content:
                raise UserError(
                    _("“{name}” is there already with another content and was left.").format(name=path.name)
                )
            return
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Problem(
            _("“{name}” could not be written: {reason}. The documents themselves are safe.").format(
                name=path.name, reason=error.strerror or error
            )
        ) from error
