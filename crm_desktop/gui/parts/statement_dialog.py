"""Asks for the days of an account statement and saves it as PDF or workbook, mails or prints it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from crm_desktop.billing import account_statement
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts.document_acts import for_printer
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.toast import Toast


def ask(page: Page, customer_id: int) -> None:
    """Ask for the period and the kind of file, then for its place, and write it beside the window."""
    kinds = [
        ("pdf", _("PDF, to send")),
        ("xlsx", _("Excel workbook")),
        ("mail", _("E-mail with PDF")),
        ("print", _("Print")),
    ]
    found = dialogs.fill_in(
        _("Account statement"),
        [
            Field("first", _("From"), "date", width=0.5, needed=True),
            Field("last", _("Until"), "date", width=0.5, needed=True),
            Field("kind", _("As"), "choice", choices=kinds, width=0.5),
        ],
        {"first": dates.today().replace(month=1, day=1), "last": dates.today(), "kind": "pdf"},
        act=_("Save"),
        check=partial(_check, customer_id),
    )
    if found is None:
        return
    kind = str(found["kind"] or "pdf")
    buyer = account_statement.statement(customer_id, found["first"], found["last"]).buyer
    name = _("Account statement {name}").format(name=buyer.get("name", "").replace("/", " ").replace("\\", " "))
    if kind in ("mail", "print"):
        done = partial(_mail, page, customer_id) if kind == "mail" else partial(_print, page, name)
        jobs.run(partial(_render, customer_id, found), done=done, title=_("Account statement"))
        return
    path = dialogs.choose_save_file(_("Save the statement"), f"{name}.{kind}", [(dict(kinds)[kind], kind)], "statement")
    if path is not None:
        work = partial(_write, customer_id, found, path)
        jobs.run(work, done=partial(_saved, page), title=_("Writing {file}").format(file=path.name))


def _check(customer_id: int, values: dict[str, Any]) -> None:
    try:
        account_statement.statement(customer_id, values["first"], values["last"])
    except UserError as error:
        raise ValidationError({"last": str(error)}) from error


def _render(customer_id: int, values: dict[str, Any], progress: Progress) -> bytes:
    from crm_desktop.documents import letter_words

    progress.check()
    return letter_words.render_statement(customer_id, values["first"], values["last"])


def _mail(page: Page, customer_id: int, content: bytes) -> None:
    from crm_desktop.gui.parts import mail_writer
    from crm_desktop.outreach import letters

    def write() -> None:
        name = _("Account statement")
        file = letters.attach(f"{name}.pdf", content)
        mail_writer.write(page, letters.about_letter(customer_id, "statement", file, {}))

    failures.guarded(write)


def _print(page: Page, name: str, content: bytes) -> None:
    def act() -> None:
        if dialogs.print_pdf(for_printer(content), name) != "save":
            return
        path = dialogs.choose_save_file(_("Save the statement"), f"{name}.pdf", [("PDF", "pdf")], "statement")
        if path is not None:
            _saved(page, _put(path, content))

    failures.guarded(act)


def _write(customer_id: int, values: dict[str, Any], path: Path, progress: Progress) -> Path:
    progress.check()
    if path.suffix.lower() == ".xlsx":
        from crm_desktop.exchange import statement_workbook

        statement_workbook.write(path, customer_id, values["first"], values["last"])
        return path
    from crm_desktop.documents import letter_words

    return _put(path, letter_words.render_statement(customer_id, values["first"], values["last"]))


def _put(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as error:
        sentence = _("“{file}” could not be written: {reason}. Your data is unchanged. Choose another place.")
        raise Problem(sentence.format(file=path.name, reason=error.strerror or error)) from error
    return path


def _saved(page: Page, path: Path) -> None:
    toast, words = getattr(page.window(), "toast", None), _("Saved as {name}").format(name=path.name)
    if isinstance(toast, Toast):
        toast.tell(words, act=pgettext("verb", "Open"), on=partial(_open, path))
    else:
        page.toast.emit(words, False)


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
