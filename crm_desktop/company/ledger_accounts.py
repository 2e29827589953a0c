"""The accounts of the bookkeeping that documents and payments are handed over to: which sale goes to which account.

Two German charts are proposed (SKR03, SKR04) and can be changed account by account; the accounts for sales carry their
tax by themselves there, so that no tax key is needed. Kept as one setting of the data file.

Source: DATEV charts of accounts SKR03 and SKR04, accounts with automatic tax (general knowledge, to be checked by the
bookkeeper, which the window says).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import noted

_KEY = "ledger_accounts"
CHARTS = ("SKR03", "SKR04")
# Sales, deposits, discounts and losses by tax category, for S with the rate in per cent.
GROUPS = ("S19", "S7", "S", "Z", "E", "AE", "K", "G", "O")
_SALES = {
    "SKR03": ("8400", "8300", "8200", "8200", "8100", "8337", "8125", "8120", "8338"),
    "SKR04": ("4400", "4300", "4200", "4200", "4100", "4337", "4125", "4120", "4338"),
}
_DEPOSITS = {"SKR03": {"S19": "1718", "S7": "1711", "": "1710"}, "SKR04": {"S19": "3272", "S7": "3260", "": "3250"}}
_DISCOUNTS = {"SKR03": {"S19": "8736", "S7": "8731", "": "8730"}, "SKR04": {"S19": "4736", "S7": "4731", "": "4730"}}
_LOSSES = {"SKR03": {"S19": "2406", "S7": "2401", "": "2400"}, "SKR04": {"S19": "6936", "S7": "6931", "": "6930"}}
_SINGLE: dict[str, dict[str, Any]] = {
    "SKR03": {
        "bank": "1200", "cash": "1000", "transit": "1360", "rounding": "2700", "small_business": "8195",
        "charges": "2700",
    },
    "SKR04": {
        "bank": "1800", "cash": "1600", "transit": "1460", "rounding": "4830", "small_business": "4185",
        "charges": "4830",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Accounts:
    """The mapping. `sales` and the like: group (see `GROUPS`, "" = all others) → account number.

    `consultant` and `client` are the bookkeeper's numbers at DATEV; `year_start` is the month in which the business
    year begins; a customer's own account is `debtors` plus the customer's number in this file. `charges` takes fees and
    interest that customers paid on reminders: they carry no tax.
    """

    chart: str = "SKR03"
    consultant: str = "1001"
    client: str = "1"
    year_start: int = 1
    debtors: int = 10_000
    bank: str = "1200"
    cash: str = "1000"
    transit: str = "1360"
    rounding: str = "2700"
    small_business: str = "8195"
    charges: str = "2700"
    sales: dict[str, str] = field(default_factory=dict)
    deposits: dict[str, str] = field(default_factory=dict)
    discounts: dict[str, str] = field(default_factory=dict)
    losses: dict[str, str] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Digits of the accounts; a customer's has one more."""
        return len(self.bank)

    def debtor(self, customer_id: int | None) -> str:
        """The account of a customer; sales over the counter share the first one."""
        return str(self.debtors + (customer_id or 0))


def preset(chart: str) -> Accounts:
    """The accounts of one of the `CHARTS`."""
    return Accounts(
        chart=chart,
        **_SINGLE[chart],
        sales=dict(zip(GROUPS, _SALES[chart], strict=True)),
        deposits=_DEPOSITS[chart],
        discounts=_DISCOUNTS[chart],
        losses=_LOSSES[chart],
    )


def load() -> Accounts:
    """The mapping as the owner left it, or SKR03."""
    kept = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    if kept is None:
        return preset("SKR03")
    values = json.loads(kept)
    return Accounts(**_SINGLE[values["chart"]] | values)


def save(changes: dict[str, Any]) -> Accounts:
    """Change the mapping; a new `chart` puts all accounts to those of the chart first.

    Raises:
        ValidationError: a number is none, or the accounts have different lengths; field → sentence.
    """
    before = load()
    chart = changes.get("chart", before.chart)
    if chart not in CHARTS:
        raise ValidationError({"chart": _("Choose one of these charts: {charts}.").format(charts=", ".join(CHARTS))})
    if chart != before.chart:
        own = {name: getattr(before, name) for name in ("consultant", "client", "year_start", "debtors")}
        before = replace(preset(chart), **own)
    found = replace(before, **changes)
    problems = check(found)
    if problems:
        raise ValidationError(problems)
    with db.transaction(_("Change accounts of the bookkeeping")):
        noted.put_setting(_KEY, json.dumps(asdict(found)))
    return found


def check(accounts: Accounts) -> dict[str, str]:
    """What cannot be handed over, as field → sentence; accounts of a group are named "sales.S19"."""
    problems = {}
    if not (accounts.consultant.isdigit() and 1001 <= int(accounts.consultant) <= 9_999_999):
        problems["consultant"] = _("The consultant number has 4 to 7 digits; your bookkeeper knows it.")
    if not (accounts.client.isdigit() and 1 <= int(accounts.client) <= 99_999):
        problems["client"] = _("The client number has up to 5 digits; your bookkeeper knows it.")
    if not 1 <= accounts.year_start <= 12:
        problems["year_start"] = _("Choose the month in which your business year begins.")
    for name, number in _all(accounts):
        if not number.isdigit() or not 4 <= len(number) <= 8:
            problems[name] = _("An account has 4 to 8 digits.")
        elif len(number) != accounts.length:
            problems[name] = _("All accounts need the same number of digits, {count}.").format(count=accounts.length)
    if not 10**accounts.length <= accounts.debtors < 7 * 10**accounts.length:
        problems["debtors"] = _("The accounts of customers begin between {first} and {last}.").format(
            first=10**accounts.length, last=7 * 10**accounts.length - 1
        )
    return problems


def _all(accounts: Accounts) -> list[tuple[str, str]]:
    found = []
    for one in fields(accounts):
        value = getattr(accounts, one.name)
        if one.name in _SINGLE["SKR03"]:
            found.append((one.name, value))
        elif isinstance(value, dict):
            found += [(f"{one.name}.{group}", number) for group, number in value.items()]
    return found


def group_of(category: str, rate_bp: int) -> str:
    """The group of a tax category and rate: "S19", "S7", else the category itself."""
    named = f"S{rate_bp // 100}"
    return named if category == "S" and rate_bp % 100 == 0 and named in GROUPS else category
