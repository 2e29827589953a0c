"""The mail account: the server that takes our mails, and who they come from. The password is in the system's key store.

The data file never holds the password, so a backup does not either. Where the system has no key store, or the owner
does not want it kept, it is asked once per session. Only encrypted connections are made, except to this very computer.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

_KEY, _SERVICE = "mail_account", "CRM Desktop"
SECURITIES = ("tls", "starttls", "none")
PORTS = {"tls": 465, "starttls": 587, "none": 25}
_LOCAL = ("localhost", "127.0.0.1", "::1")
# Asked in this session, for systems without a key store.
_asked: dict[str, str] = {}


@dataclass(frozen=True)
class Account:
    """Where mails are handed in. `host` is empty where the owner sends them with another program."""

    host: str = ""
    port: int = 465
    security: str = "tls"
    user: str = ""
    name: str = ""
    address: str = ""

    @property
    def is_set_up(self) -> bool:
        """Whether mails can be sent from here."""
        return bool(self.host)

    @property
    def needs_password(self) -> bool:
        """Whether the server wants one and none is known yet."""
        return bool(self.user) and password(self) is None


def load() -> Account:
    """The account; name and address are those of the company until others are given."""
    kept = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    company = profile.load()
    found = Account(**json.loads(kept)) if kept else Account()
    values = asdict(found)
    return Account(**(values | {"name": found.name or company.name, "address": found.address or company.email}))


def save(changes: dict[str, Any]) -> Account:
    """Change the account; gives it as it is then.

    Raises:
        ValidationError: an entry cannot be right; field → sentence.
    """
    values = asdict(load()) | {k: text.tidy(v) if isinstance(v, str) else v for k, v in changes.items()}
    problems = check(values)
    if problems:
        raise ValidationError(problems)
    with db.transaction(_("Change mail account"), undoable=False):
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_KEY, json.dumps(values, ensure_ascii=False)])
    return Account(**values)


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be right, as field → sentence."""
    found = {}
    if values["security"] not in SECURITIES:
        found["security"] = _("Choose how the connection is encrypted.")
    if values["security"] == "none" and values["host"] not in ("", *_LOCAL):
        found["security"] = _("Mails and the password would travel unencrypted. Choose TLS or STARTTLS.")
    if not 0 < int(values["port"]) < 65_536:
        found["port"] = _("A port is a number from 1 to 65535; most servers use 465 or 587.")
    if values["host"] and "@" not in values["address"]:
        found["address"] = _("Enter the e-mail address that your customers see.")
    if any(c.isspace() or c in "/:@" for c in values["host"]) and values["host"] not in _LOCAL:
        found["host"] = _("The server is a name such as smtp.example.com, without spaces or slashes.")
    return found


def password(account: Account) -> str | None:
    """The password from the key store, or the one that was asked in this session; None if neither knows it."""
    name = _name(account)
    if name in _asked:
        return _asked[name]
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError:
        # No key store, or it is locked: the owner is asked.
        return None


def use_password(account: Account, secret: str, *, keep: bool) -> bool:
    """Take a password for this session; gives whether it was kept in the key store as well."""
    name = _name(account)
    _asked[name] = secret
    if not keep:
        return False
    import keyring
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, name, secret)
    except keyring.errors.KeyringError:
        return False
    return True


def forget_password(account: Account) -> None:
    """Forget the password, here and in the key store."""
    _asked.pop(_name(account), None)
    import keyring
    import keyring.errors

    try:
        keyring.delete_password(_SERVICE, _name(account))
    except keyring.errors.KeyringError:
        # Nothing was kept there.
        return


def _name(account: Account) -> str:
    return f"{account.user}@{account.host}"
