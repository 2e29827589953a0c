"""Bank statements as MT940 (also MT942): the tags of SWIFT, with the structured :86: of German banks and without.

Runs in the reading child. Source: SWIFT MT940; field 86 as "GVC?00…?63" (Deutsche Kreditwirtschaft, DFÜ Anlage 3) with
EREF+, KREF+, SVWZ+ inside, or with /EREF/, /REMI/ (SEPA in SWIFT). Both spellings occur with and without line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from crm_desktop.billing.bank_movement import Movement, Statement
from crm_desktop.core.money import to_minor
from crm_desktop.exchange.identify import Refused

_TAG = re.compile(r"^:(\d{2}[A-Z]?):", re.MULTILINE)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,.]+)")
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<sign>R?[CD]|E[CD])(?P<third>[A-Z])?(?P<amount>\d[\d,.]*)"
    r"(?P<type>[NFS][A-Za-z0-9]{3})(?P<ref>[^\n]*)(?P<more>\n[^\n]*)?"
)
_SUB = re.compile(r"\?(\d{2})")
_PLUS = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC)\+")
_SLASH = re.compile(r"/(EREF|KREF|MREF|REMI|NAME|IBAN|BIC|CNTP|PREF|TRCD|MARF|CSID|ORDP|BENM|ID|ISDT|PURP|RTRN)/")
_LOCAL = re.compile(r"(\d{8})/0*(\d{1,10})([A-Z]{3})?\Z")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z")
_FULL_LINE = 27
_NOTHING = {"NOTPROVIDED", "NONREF", "NOT PROVIDED"}
_LONGEST_TEXT = 2000


def looks_like(sample: str) -> bool:
    """Whether a text is an MT940 file."""
    return ":20:" in sample and (":61:" in sample or ":60F:" in sample or ":60M:" in sample)


def read(content: str) -> Iterator[Statement]:
    """The statements of a file, in order.

    Raises:
        Refused: a balance or a movement cannot be read, or the file breaks off.
    """
    content = content.replace("\r\n", "\n").replace("\r", "\n").replace("@@", "\n")
    fields = list(_fields(content))
    starts = [place for place, (tag, _text) in enumerate(fields) if tag == "20"]
    if not starts:
        raise Refused("not_a_statement")
    for start, end in zip(starts, [*starts[1:], len(fields)], strict=True):
        yield _statement(fields[start:end])


def _fields(content: str) -> Iterator[tuple[str, str]]:
    found = list(_TAG.finditer(content))
    for place, tag in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(content)
        lines = content[tag.end() : end].split("\n")
        # "-" alone, or "-}" with what follows, ends a message; headers in braces are no part of the field.
        kept: list[str] = []
        for line in lines:
            if line.strip() in {"-", "--"} or line.startswith(("-}", "{1:", "{2:")):
                break
            kept.append(line)
        yield tag[1], "\n".join(kept).rstrip("\n ")


def _statement(fields: list[tuple[str, str]]) -> Statement:
    first = dict(reversed(fields))
    opening = _balance(first.get("60F") or first.get("60M") or "")
    last = dict(fields)
    closing = _balance(last.get("62F") or last.get("62M") or "")
    if (("60F" in first or "60M" in first) and closing is None) or (closing is not None and opening is None):
        raise Refused("damaged", "a balance is missing")
    account, account_currency = _own_account(first.get("25", "") or first.get("25P", ""))
    currency = opening[1] if opening else account_currency or "EUR"
    movements = tuple(_movements(fields, currency))
    return Statement(
        format="mt940",
        account=account,
        number=first.get("28C", first.get("28", "")).strip()[:40],
        currency=currency,
        from_on=opening[2] if opening else None,
        to_on=closing[2] if closing else None,
        opening_minor=opening[0] if opening else None,
        closing_minor=closing[0] if closing else None,
        movements=movements,
    )


def _own_account(written: str) -> tuple[str, str]:
    """The account, as an IBAN where it is a German bank code and number, and its currency if told."""
    plain = written.split("\n", maxsplit=1)[0].replace(" ", "")
    local = _LOCAL.match(plain)
    if local:
        digits = f"{local[1]}{int(local[2]):010}"
        check = 98 - int(f"{digits}131400") % 97
        return f"DE{check:02}{digits}", local[3] or ""
    tail = plain[-3:]
    if len(plain) > 18 and tail.isalpha() and _IBAN.match(plain[:-3]):
        return plain[:-3], tail
    return plain, ""


def _amount(written: str, currency: str) -> int:
    plain = written.replace(".", "") if "," in written else written
    try:
        amount = Decimal(plain.replace(",", ".").rstrip(".") or "x")
    except InvalidOperation:
        raise Refused("damaged", f"amount {written!r}") from None
    if amount > 10**12:
        raise Refused("damaged", f"amount {written!r}")
    return to_minor(amount, currency)


def _balance(written: str) -> tuple[int, str, date] | None:
    found = _BALANCE.match(written.strip())
    if found is None:
        if written:
            raise Refused("damaged", f"balance {written!r}")
        return None
    minor = _amount(found[4], found[3])
    return (-minor if found[1] == "D" else minor), found[3], _day(found[2])


def _day(digits: str) -> date:
    try:
        year = int(digits[:2])
        return date(2000 + year if year < 80 else 1900 + year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        raise Refused("damaged", f"day {digits!r}") from None


def _booked(value: date, digits: str | None) -> date:
    """The day of booking, told without its year: the one next to the value date."""
    if not digits:
        return value
    near = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            near.append(date(year, int(digits[:2]), int(digits[2:])))
        except ValueError:
            continue
    return min(near, key=lambda day: abs((day - value).days)) if near else value


# ---- movements ------------------------------------------------------------------------------------------------------


def _movements(fields: list[tuple[str, str]], currency: str) -> Iterator[Movement]:
    for place, (tag, text) in enumerate(fields):
        if tag != "61":
            continue
        told = fields[place + 1][1] if place + 1 < len(fields) and fields[place + 1][0] == "86" else ""
        yield _movement(text, told, currency)


def _movement(line: str, told: str, currency: str) -> Movement:
    found = _LINE.match(line)
    if found is None:
        raise Refused("damaged", f"line {line[:60]!r}")
    value = _day(found["value"])
    minor = _amount(found["amount"], currency)
    # RC takes a credit back, RD a debit; EC and ED are expected ones of MT942.
    went = found["sign"] in {"D", "RC", "ED"}
    own_ref, _line, bank_ref = (found["ref"] or "").partition("//")
    parts = _told(told)
    end_to_end = parts.get("EREF", "") or parts.get("KREF", "")
    if not end_to_end and own_ref.strip().upper() not in _NOTHING:
        end_to_end = own_ref.strip()
    return Movement(
        booked_on=_booked(value, found["booked"]),
        value_on=value,
        amount_minor=-minor if went else minor,
        currency=currency,
        party=parts.get("name", "")[:140],
        party_iban=parts.get("iban", ""),
        purpose=(parts.get("purpose", "") or parts.get("kind", "") or (found["more"] or "").strip())[:_LONGEST_TEXT],
        end_to_end="" if end_to_end.upper() in _NOTHING else end_to_end,
        bank_reference=bank_ref.strip(),
    )


def _told(text: str) -> dict[str, str]:
    """What field 86 says: name, iban, purpose, kind, EREF, KREF."""
    if re.match(r"\d{3}\?", text.strip()) or (text.count("?") > 2 and _SUB.search(text)):
        return _structured(text)
    if _SLASH.search(text):
        return _with_slashes(text.replace("\n", ""))
    return references(_joined(text.split("\n")))


def _structured(text: str) -> dict[str, str]:
    plain = text.replace("\n", "")
    marks = list(_SUB.finditer(plain))
    subs = [
        (int(mark[1]), plain[mark.end() : marks[n + 1].start() if n + 1 < len(marks) else len(plain)])
        for n, mark in enumerate(marks)
    ]
    words = [part for number, part in subs if 20 <= number <= 29 or 60 <= number <= 63]
    found = references(_joined(words))
    found["kind"] = "".join(part for number, part in subs if number == 0).strip()
    found["name"] = " ".join(part.strip() for number, part in subs if number in {32, 33}).strip() or found.get(
        "ABWA", ""
    )
    account = "".join(part for number, part in subs if number == 31).replace(" ", "")
    found["iban"] = account if _IBAN.match(account) else found.get("IBAN", "")
    return found


def _joined(lines: list[str]) -> str:
    """Lines as one text: a full line goes on without a blank, since it was cut where it was full."""
    text = last = ""
    for line in lines:
        glue = "" if not text or len(last) >= _FULL_LINE or _PLUS.match(line) else " "
        text += glue + line
        last = line
    return text


def references(text: str) -> dict[str, str]:
    """A text taken apart at "EREF+", "SVWZ+" and the like; `purpose` is always there, all of it where there are none."""
    marks = list(_PLUS.finditer(text))
    if not marks:
        return {"purpose": text.strip()}
    found = {
        mark[1]: text[mark.end() : marks[n + 1].start() if n + 1 < len(marks) else len(text)].strip()
        for n, mark in enumerate(marks)
    }
    found["purpose"] = found.get("SVWZ", "") or text[: marks[0].start()].strip()
    return found


def _with_slashes(text: str) -> dict[str, str]:
    marks = list(_SLASH.finditer(text))
    found = {
        mark[1]: text[mark.end() : marks[n + 1].start() if n + 1 < len(marks) else len(text)].strip(" /")
        for n, mark in enumerate(marks)
    }
    counterparty = (found.get("CNTP", "") + "////").split("/")
    purpose = found.get("REMI", "")
    return {
        "purpose": re.sub(r"^(?:USTD|STRD)/+", "", purpose).strip("/ "),
        "EREF": found.get("EREF", ""),
        "KREF": found.get("KREF", "") or found.get("PREF", ""),
        "name": found.get("NAME", "") or found.get("ORDP", "") or counterparty[2],
        "iban": next((part for part in (found.get("IBAN", ""), counterparty[0]) if _IBAN.match(part)), ""),
        "kind": found.get("TRCD", ""),
    }
