"""Bank statements in XML: camt.053 of every version, and camt.052 and camt.054, which are built alike.

Only booked entries count. An entry that stands for several payments becomes one movement each where their amounts make
up the entry, else one for the whole. Runs in the reading child. Source: ISO 20022, Bank-to-Customer Cash Management.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import IO, TYPE_CHECKING, Any

from crm_desktop.billing.bank_movement import Movement, Statement
from crm_desktop.core import dates
from crm_desktop.core.money import to_minor
from crm_desktop.exchange.identify import Refused

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ROOTS = {"BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"}
_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NOTHING = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAILABLE"}
_LONGEST_TEXT = 2000


def read(stream: IO[bytes]) -> Iterator[Statement]:
    """The statements of a file, in order.

    Raises:
        Refused: it is no bank statement, is damaged, or declares entities of its own.
    """
    from lxml import etree

    events = etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    reader = _Reader()
    try:
        for event, element in events:
            if event == "start":
                reader.start(element)
            elif (made := reader.end(element)) is not None:
                yield made
    except etree.XMLSyntaxError as error:
        raise Refused("damaged", str(error)) from error
    if not reader.is_statement:
        raise Refused("not_a_statement")


class _Reader:
    """Goes through the elements once; entries are let go as soon as they are read."""

    def __init__(self) -> None:
        self.is_statement = False
        self._first = True
        self._entries: list[Movement] = []
        self._head: dict[str, Any] = {}
        self._own = ""

    def start(self, element: Element) -> None:
        if self._first:
            self._first = False
            if element.getroottree().docinfo.doctype:
                raise Refused("entities")
        name = _name(element)
        if name in _ROOTS:
            self.is_statement = True
        elif name in _STATEMENTS:
            self._entries, self._head = [], {}

    def end(self, element: Element) -> Statement | None:
        name = _name(element)
        if not self.is_statement or name not in {"Ntry", *_STATEMENTS}:
            return None
        parent = element.getparent()
        if name == "Ntry" and parent is not None and _name(parent) in _STATEMENTS:
            self._own = self._own or _account(_child(parent, "Acct"))
            self._entries += _movements(element, self._own)
            element.clear()
            while element.getprevious() is not None and _name(element.getprevious()) == "Ntry":
                del parent[parent.index(element) - 1]
            return None
        if name in _STATEMENTS and parent is not None and _name(parent) in _ROOTS:
            made = _statement(element, tuple(self._entries))
            self._own = ""
            element.clear()
            return made
        return None


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _name(element: Element | None) -> str:
    tag = "" if element is None else element.tag
    return _local(tag) if isinstance(tag, str) else ""


def _child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of names, whatever their namespace."""
    for name in path:
        if element is None:
            return None
        for child in element:
            if _name(child) == name:
                element = child
                break
        else:
            return None
    return element


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [child for child in element if _name(child) == name]


def _text(element: Element | None, *path: str) -> str:
    found = _child(element, *path)
    return (found.text or "").strip()[:_LONGEST_TEXT] if found is not None else ""


def _day(element: Element | None) -> date | None:
    written = _text(element, "Dt") or _text(element, "DtTm")
    try:
        found = datetime.fromisoformat(written).date() if "T" in written else date.fromisoformat(written[:10])
    except ValueError:
        return None
    return found if dates.is_plausible(found) else None


def _money(element: Element | None, indicator: str) -> tuple[int, str] | None:
    """Minor units with their sign, and the currency; None where there is no amount."""
    if element is None:
        return None
    currency = (element.get("Ccy") or "").upper()
    try:
        amount = Decimal((element.text or "").strip())
    except InvalidOperation:
        raise Refused("damaged", f"amount {element.text!r}") from None
    if not amount.is_finite() or abs(amount) > 10**12 or len(currency) != 3:
        raise Refused("damaged", f"amount {element.text!r} {currency!r}")
    minor = to_minor(amount, currency)
    return (-minor if indicator == "DBIT" else minor), currency


def _account(element: Element | None) -> str:
    return _text(element, "Id", "IBAN") or _text(element, "Id", "Othr", "Id")


def _statement(element: Element, entries: tuple[Movement, ...]) -> Statement:
    balances: dict[str, tuple[int, str, date | None]] = {}
    for balance in _children(element, "Bal"):
        code = _text(balance, "Tp", "CdOrPrtry", "Cd")
        found = _money(_child(balance, "Amt"), _text(balance, "CdtDbtInd"))
        if found and (code not in balances or code in _CLOSING):
            balances[code] = (*found, _day(_child(balance, "Dt")))
    opening = next((balances[code] for code in _OPENING if code in balances), None)
    closing = next((balances[code] for code in _CLOSING if code in balances), None)
    account = _child(element, "Acct")
    currencies = [_text(account, "Ccy"), *(b[1] for b in (opening, closing) if b), *(m.currency for m in entries[:1])]
    period = _child(element, "FrToDt")
    number = _text(element, "ElctrncSeqNb") or _text(element, "LglSeqNb") or _text(element, "Id")
    return Statement(
        format="camt",
        account=_account(account),
        number=number[:40],
        currency=next((c.upper() for c in currencies if c), "EUR"),
        from_on=_bound(period, "FrDt", "FrDtTm") or (opening[2] if opening else None),
        to_on=_bound(period, "ToDt", "ToDtTm") or (closing[2] if closing else None),
        opening_minor=opening[0] if opening else None,
        closing_minor=closing[0] if closing else None,
        movements=entries,
    )


def _bound(period: Element | None, *names: str) -> date | None:
    written = next((found for name in names if (found := _text(period, name))), "")
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


# ---- entries --------------------------------------------------------------------------------------------------------


def _movements(entry: Element, own: str) -> list[Movement]:
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status and status != "BOOK":
        return []
    whole = _money(_child(entry, "Amt"), _text(entry, "CdtDbtInd"))
    booked = _day(_child(entry, "BookgDt")) or _day(_child(entry, "ValDt"))
    if whole is None or booked is None:
        raise Refused("damaged", "entry without amount or day")
    details = [tx for batch in _children(entry, "NtryDtls") for tx in _children(batch, "TxDtls")]
    shares = [_share(tx, whole) for tx in details]
    known = [share for share in shares if share is not None]
    if len(details) > 1 and len(known) == len(details) and sum(known) == whole[0]:
        return [_movement(entry, tx, (minor, whole[1]), booked, own) for tx, minor in zip(details, known, strict=True)]
    if len(details) > 1:
        return [_together(entry, details, whole, booked, own)]
    return [_movement(entry, details[0] if details else None, whole, booked, own)]


def _share(tx: Element, whole: tuple[int, str]) -> int | None:
    """What one payment of a batch contributes, in the currency of the account; None where that is not told."""
    indicator = _text(tx, "CdtDbtInd") or ("DBIT" if whole[0] < 0 else "CRDT")
    places = (_child(tx, "Amt"), _child(tx, "AmtDtls", "TxAmt", "Amt"), _child(tx, "AmtDtls", "InstdAmt", "Amt"))
    for place in places:
        found = _money(place, indicator)
        if found and found[1] == whole[1]:
            return found[0]
    return None


def _movement(entry: Element, tx: Element | None, money: tuple[int, str], booked: date, own: str) -> Movement:
    parties, refs = _child(tx, "RltdPties"), _child(tx, "Refs")
    name, iban = _other_side(parties, own, came=money[0] > 0)
    end_to_end = _text(refs, "EndToEndId")
    purpose = _purpose(tx) or _text(tx, "AddtlTxInf") or _text(entry, "AddtlNtryInf")
    return Movement(
        booked_on=booked,
        value_on=_day(_child(entry, "ValDt")),
        amount_minor=money[0],
        currency=money[1],
        party=name,
        party_iban=iban,
        purpose=purpose,
        end_to_end="" if end_to_end.upper() in _NOTHING else end_to_end,
        bank_reference=_text(refs, "AcctSvcrRef") or _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef"),
    )


def _together(entry: Element, details: list[Element], whole: tuple[int, str], booked: date, own: str) -> Movement:
    """One movement for a batch whose parts do not make up the whole; it keeps all that they say."""
    parts = [_movement(entry, tx, whole, booked, own) for tx in details[:50]]
    words = [" ".join(w for w in (part.party, part.purpose, part.end_to_end) if w) for part in parts]
    return Movement(
        booked_on=booked,
        value_on=parts[0].value_on,
        amount_minor=whole[0],
        currency=whole[1],
        purpose="\n".join(dict.fromkeys(words))[:_LONGEST_TEXT],
        bank_reference=_text(entry, "AcctSvcrRef") or _text(entry, "NtryRef"),
    )


def _other_side(parties: Element | None, own: str, *, came: bool) -> tuple[str, str]:
    """Name and account of the one at the other end; a returned payment names the two the other way round."""
    sides = ("Dbtr", "Cdtr") if came else ("Cdtr", "Dbtr")
    found = [(_party(parties, side), _account(_child(parties, f"{side}Acct"))) for side in sides]
    if own and found[0][1] == own and any(found[1]):
        found.reverse()
    return found[0] if any(found[0]) or found[1][1] == own else found[1]


def _party(parties: Element | None, side: str) -> str:
    for name in (f"Ultmt{side}", side):
        party = _child(parties, name)
        found = _text(party, "Nm") or _text(party, "Pty", "Nm")
        if found:
            return found
    return ""


def _purpose(tx: Element | None) -> str:
    told = _child(tx, "RmtInf")
    plain = [(child.text or "").strip() for child in _children(told, "Ustrd")]
    structured = [
        words
        for part in _children(told, "Strd")
        for words in (
            _text(part, "CdtrRefInf", "Ref"),
            *(_text(document, "Nb") for document in _children(part, "RfrdDocInf")),
            *((child.text or "").strip() for child in _children(part, "AddtlRmtInf")),
        )
    ]
    return " ".join(words for words in (*plain, *structured) if words)[:_LONGEST_TEXT]
