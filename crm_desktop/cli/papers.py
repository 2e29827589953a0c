"""Commands about invoices, credit notes and receipts: issue, show, save the PDF."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from crm_desktop.billing import document_files, document_json, draft_json, invoices
from crm_desktop.billing.document import Document
from crm_desktop.cli.command import Args, Wiring, writable
from crm_desktop.cli.printing import say
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _


def issue(arguments: Args, _wiring: Wiring) -> None:
    """`invoice issue DRAFT.json`."""
    out = writable(arguments.pdf) if arguments.pdf else None  # before a number is taken
    draft = draft_json.read(draft_json.load(_text_of(arguments.draft)))
    document = invoices.issue_draft(draft, render())
    lines = [issued_line(document)]
    if out is not None:
        lines.append(_("Saved {file}.").format(file=_save_pdf(document, out)))
    say(arguments, document_json.show(document), *lines)


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Problem(_("{file} cannot be read: {reason}.").format(file=file, reason=error.strerror)) from error
    except UnicodeDecodeError:
        raise UserError(_("{file} is not UTF-8 text. Save it as UTF-8.").format(file=file)) from None


def render() -> invoices.Render:
    """What makes the PDF and the e-invoice of a document; loaded when first needed."""
    from crm_desktop.documents import issuing

    return issuing.print_out


def issued_line(document: Document) -> str:
    """What was issued; what is no bill has no day on which it is due."""
    if document.due_on is None:
        return _("Issued {number}.").format(number=document.number)
    return _("Issued {number}: {amount} {currency}, due on {day}.").format(
        number=document.number,
        amount=f"{document.totals.due:f}",
        currency=document.currency,
        day=document.due_on.isoformat(),
    )


def show(arguments: Args, _wiring: Wiring) -> None:
    """`invoice show NUMBER`."""
    found = document_json.show(invoices.show(arguments.number))
    lines = [f"{name}: {value}" for name, value in found.items() if not isinstance(value, list | dict)]
    lines += [
        f"{group['category']} {group.get('rate', '')}: {group['basis']} + {group['tax']}"
        for group in found["breakdown"]
    ]
    say(arguments, found, *lines)


def pdf(arguments: Args, _wiring: Wiring) -> None:
    """`invoice pdf NUMBER OUT`."""
    out = writable(arguments.out)
    document = invoices.show(arguments.number)
    path = _save_copy(document, out) if arguments.copy else _save_pdf(document, out)
    say(arguments, {"number": document.number, "file": str(path)}, _("Saved {file}.").format(file=path))


def xml(arguments: Args, _wiring: Wiring) -> None:
    """`invoice xml NUMBER OUT`."""
    document = invoices.show(arguments.number)
    content = document_files.xml(document.id or 0)
    if content is None:
        raise UserError(_("{number} has no e-invoice; its PDF is the invoice.").format(number=document.number))
    path = _save(content, document, Path(arguments.out), "xml")
    found = {"number": document.number, "file": str(path), "format": document.einvoice_format}
    say(arguments, found, _("Saved {file}.").format(file=path))


def _save_copy(document: Document, out: Path) -> Path:
    """Write a drawing that is marked as a copy; it is not kept."""
    from crm_desktop.documents import from_record

    return _save(from_record.copy_of(document.id or 0), document, out, "pdf")


def _save_pdf(document: Document, out: Path) -> Path:
    """Write the stored PDF, or of an imported document one made now; into a folder under its number."""
    from crm_desktop.documents import from_record

    return _save(invoices.pdf(document.id or 0) or from_record.render(document), document, out, "pdf")


def _save(content: bytes, document: Document, out: Path, ending: str) -> Path:
    from crm_desktop.exchange.exporting import file_name

    path = out / f"{file_name(document.number or '')}.{ending}" if out.is_dir() else out
    part = path.with_name(f".{path.name}.part")  # what stands under that name stays until the new file is whole
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Problem(
            _("{file} could not be written: {reason}. The document itself is safe.").format(
                file=path, reason=error.strerror
            )
        ) from error
    return path
