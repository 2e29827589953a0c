"""Settings, e-mail: the server that takes the mails, and the words of mails per purpose and language."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from crm_desktop.core.i18n import DOCUMENT_LANGUAGES
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices, dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.inputs import NumberInput
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.outreach import mail_account, mail_texts, sending
from crm_desktop.outreach.mail_account import Account
from crm_desktop.outreach.mail_texts import PURPOSES


class _PortInput(NumberInput):
    """The number of a port: 2525, without marks between its digits."""

    def written(self, value: Any) -> str:
        return str(int(value)) if value else ""


class MailSection(SettingsSection):
    """See the module."""

    key = "mail"

    def build(self) -> None:
        self.form = Form(_account_fields())
        self.form.left.connect(self._keep)
        self.test = Button(_("Try the connection"), "secondary", "plug", on=self._try)
        self.password = Button(_("Enter the password"), "secondary", "key-round", on=self._ask_password)
        self.forget = Button(_("Forget the password"), "ghost", on=self._forget)
        self._state = label("", "small", "text2", wrap=True)
        hint = label(_("Without a server, mails open in your own mail program."), "small", "text2", wrap=True)
        self.texts = RowTable(
            [Col(_("Mail")), Col(_("Language"), 140), Col(_("Subject"), 260), Col("", 70)], on=self._edit
        )
        column(
            self,
            frame("card", label(_("Mail server"), "h"), hint, self.form,
                  row(self.test, self.password, self.forget, "stretch"), self._state),
            frame("card", row(label(_("Words of the mails"), "h"), "stretch", margins=(16, 0, 14, 6)), self.texts,
                  margins=(1, 12, 1, 8)),
            gap=14,
        )  # fmt: skip

    def refresh(self) -> None:
        account = mail_account.load()
        self.form.load(asdict(account))
        self._texts = [mail_texts.get(purpose, language) for purpose in PURPOSES for language in DOCUMENT_LANGUAGES]
        self.texts.tell(
            [
                [
                    Cell(_(PURPOSES[t.purpose]), strong=True),
                    Cell(_language(t.language)),
                    Cell(t.subject, "muted"),
                    Cell(_("own"), "blue", pill=True) if t.own else Cell(""),
                ]
                for t in self._texts
            ]
        )
        self._tell_state(account)

    def _tell_state(self, account: Account) -> None:
        for button in (self.test, self.password, self.forget):
            button.setEnabled(account.is_set_up and (button is self.test or bool(account.user)))
        if not account.is_set_up:
            self._state.setText("")
        elif account.needs_password:
            self._state.setText(_("The password is not known yet; it is asked with the first mail."))
        elif not account.user:
            self._state.setText(_("Without a user name the server is asked for no password."))
        else:
            self._state.setText(_("The password is known on this computer. It is not in the data file."))

    # ---- the server --------------------------------------------------------------------------------------------------

    def _keep(self, name: str) -> None:
        value = self.form.boxes[name].input.value()
        if name == "port":
            value = int(value or 0)
        changes: dict[str, Any] = {name: value}
        if name == "security":
            changes["port"] = mail_account.PORTS[value]
        if self.kept(partial(mail_account.save, changes), self.form, name):
            self.form.load(asdict(mail_account.load()))
            self._tell_state(mail_account.load())

    def _try(self) -> None:
        account = mail_account.load()
        if account.needs_password and not self._ask_password():
            return

        def work(progress: Progress) -> str:
            progress(0, 1, account.host)
            sending.try_connection(account)
            return account.host

        jobs.run(work, done=self._works, title=_("Trying {server}").format(server=account.host))

    def _works(self, host: str) -> None:
        known = _("{server} answers and takes the password.") if mail_account.load().user else _("{server} answers.")
        self._state.setText(known.format(server=host))

    def _ask_password(self) -> bool:
        account = mail_account.load()
        found = dialogs.fill_in(
            _("Password of {user}").format(user=account.user),
            [Field("secret", _("Password"), "password", needed=True)],
            act=_("Keep it on this computer"),
            text=_("It goes into the key store of your system, never into the data file."),
        )
        if found is None:
            return False
        if not mail_account.use_password(account, found["secret"], keep=True):
            self.page.toast.emit(_("This computer has no key store; the password is asked again next time."), False)
        self._tell_state(account)
        return True

    def _forget(self) -> None:
        mail_account.forget_password(mail_account.load())
        self._tell_state(mail_account.load())

    # ---- words -------------------------------------------------------------------------------------------------------

    def _edit(self, place: int) -> None:
        found = self._texts[place]
        fields = ", ".join(f"{{{field}}}" for field in mail_texts.FIELDS)
        answer = dialogs.fill_in_or_remove(
            _("{mail}, {language}").format(mail=_(PURPOSES[found.purpose]), language=_language(found.language)),
            [
                Field("subject", _("Subject"), needed=True),
                Field("body", _("Text"), "lines", rows=9, hint=_("Fields: {fields}").format(fields=fields)),
            ],
            {"subject": found.subject, "body": found.body},
            act=_("Keep these words"),
            check=lambda values: mail_texts.save(found.purpose, found.language, values["subject"], values["body"]),
            remove=_("Back to the usual words") if found.own else "",
        )
        if answer == "remove":
            mail_texts.reset(found.purpose, found.language)
        if answer:
            self.saved()
            self.refresh()


def _account_fields() -> list[Field]:
    securities = [
        ("tls", _("TLS from the start (465)")), ("starttls", _("STARTTLS (587)")), ("none", _("None, on this computer only")),
    ]  # fmt: skip
    return [
        Field("host", _("Server"), placeholder="smtp.example.com", width=0.5),
        Field("security", _("Encryption"), "choice", choices=securities, width=0.33),
        Field("port", _("Port"), "own", make=lambda: _PortInput(0), width=0.17),
        Field("user", _("User name"), width=0.5),
        Field("name", _("Sender’s name"), width=0.5),
        Field("address", _("Sender’s address"), width=0.5),
    ]


def _language(code: str) -> str:
    return next((str(name) for key, name in choices.document_languages() if key == code), code)
