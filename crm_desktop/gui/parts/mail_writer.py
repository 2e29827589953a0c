"""Writing a mail to a customer: the prepared words to read over, then send, queue, or open in the own mail program."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.outreach import letters, mail_account, mails, sending
from crm_desktop.outreach.letters import Letter
from crm_desktop.outreach.sending import Done


def write(page: Page, letter: Letter) -> bool:
    """Show a prepared mail; what is sent or kept is told in a toast of the page. False where it was not written."""
    account = mail_account.load()
    acts = [("draft", _("Open in my mail program"))]
    if account.is_set_up:
        acts += [("queue", _("Put into the outbox")), ("send", _("Send"))]
    words = "" if account.is_set_up else _("To send from here, enter your mail server in Settings, E-mail.")
    key, values = dialogs.fill_in_then(
        _("E-mail to {name}").format(name=letter.recipient or _("the customer")),
        _fields(letter),
        {"recipient": letter.recipient, "copies": letter.copies, "subject": letter.subject, "body": letter.body},
        acts=acts,
        check=partial(_check, letter),
        text=words,
    )
    written = replace(letter, **values) if values else letter
    if key == "draft":
        failures.guarded(partial(open_draft, page, written))
    elif key in ("send", "queue"):
        failures.guarded(partial(_queue, page, written, send=key == "send"))
    return bool(key)


def _fields(letter: Letter) -> list[Field]:
    files = ", ".join(file.name for file in letter.files)
    return [
        Field("recipient", _("To"), needed=True),
        Field("copies", _("Copies to")),
        Field("subject", _("Subject"), needed=True),
        Field("body", _("Text"), "lines", rows=9, hint=_("Attached: {files}").format(files=files) if files else ""),
    ]


def _check(letter: Letter, values: dict[str, Any]) -> None:
    problems = letters.check(replace(letter, **values))
    if problems:
        raise ValidationError(problems)


def _queue(page: Page, letter: Letter, *, send: bool) -> None:
    mails.queue(letter)
    if send:
        send_waiting(page)
    else:
        page.toast.emit(_("The mail waits in the outbox"), False)


def open_draft(page: Page, letter: Letter) -> None:
    """Open the mail in the owner's mail program, with its files, ready to be sent there."""
    folder = Path(tempfile.mkdtemp(prefix="crm-desktop-mail-"))
    path = folder / "mail.eml"
    path.write_bytes(letters.as_eml(letter))
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        page.toast.emit(_("The mail is open in your mail program. Send it there."), False)
        return
    target = dialogs.choose_save_file(_("Save the mail"), "mail.eml", [(_("E-mail"), ".eml")], "mail")
    if target is not None:
        target.write_bytes(path.read_bytes())
        page.toast.emit(_("Saved {file}.").format(file=target.name), False)


def send_waiting(page: Page, after: Callable[[], object] | None = None) -> None:
    """Send all that waits in the outbox; the password is asked where it is not known."""
    account = mail_account.load()
    if account.needs_password:
        secret = dialogs.fill_in(
            _("Password of {user}").format(user=account.user),
            [
                Field("secret", _("Password"), "password", needed=True),
                Field("keep", _("Keep it on this computer"), "bool"),
            ],
            {"keep": True},
            act=_("Send"),
            text=_("It goes into the key store of your system, never into the data file."),
        )
        if secret is None:
            return
        if not mail_account.use_password(account, secret["secret"], keep=secret["keep"]) and secret["keep"]:
            page.toast.emit(_("This computer has no key store; the password is asked again next time."), False)
    jobs.run(sending.send_all, done=partial(_tell, page, after), title=_("Sending mails"))


def _tell(page: Page, after: Callable[[], object] | None, done: Done) -> None:
    words = ngettext("{n} mail sent", "{n} mails sent", done.sent).format(n=done.sent)
    left = done.failed + done.unsure
    if left or done.problem:
        words = _("{sent}. {problem} What is left waits in the outbox.").format(
            sent=words, problem=done.problem or _("Some were refused.")
        )
    page.toast.emit(words, False)
    if after is not None:
        after()
