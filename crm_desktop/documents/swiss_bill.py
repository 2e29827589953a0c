"""The payment part and receipt of a Swiss QR-bill: the lowest 105 mm of a page, to be cut off or scanned.

`slip` decides whether a document has one and what stands in it, `draw` puts it on a page. The library `qrbill` composes
and checks what the code says; the drawing is ours, in the places and sizes of the guidelines.

Source: SIX, Swiss Implementation Guidelines QR-bill 2.3 and Style Guide QR-bill: receipt 62 mm, payment part 148 mm, code
46 × 46 mm with the Swiss cross of 7 mm in its middle, headings in the words of its annex D, in Arial, Frutiger, Helvetica
or Liberation Sans (titles 11 pt bold; payment part 8 pt bold and 10 pt, receipt 6 pt bold and 8 pt).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from crm_desktop.billing.document import INVOICE, Document, Party
from crm_desktop.billing.payment_reference import SWISS
from crm_desktop.core import resources
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.documents import fonts, payment_qr
from crm_desktop.documents.layout import HEIGHT, MM, WIDTH, Page, Style, wrap
from crm_desktop.documents.paper import PaymentSlip

SLIP = 105 * MM
_TOP = HEIGHT - SLIP
_MARGIN, _RECEIPT = 5 * MM, 62 * MM
_PAYMENT = _RECEIPT + _MARGIN
_INFORMATION = 118 * MM
_CODE, _CROSS = 46 * MM, 7 * MM
_BLACK = "#000000"
_TITLE, _HINT = Style(fonts.SLIP_BOLD, 11, _BLACK), Style(fonts.SLIP, 7, _BLACK)
_BIG = (Style(fonts.SLIP_BOLD, 8, _BLACK), Style(fonts.SLIP, 10, _BLACK), 11.0)
_SMALL = (Style(fonts.SLIP_BOLD, 6, _BLACK), Style(fonts.SLIP, 8, _BLACK), 9.0)
_HOUSE = re.compile(r"(?P<street>.*\D)\s+(?P<number>\d+\s?[a-zA-Z]?(?:[-/]\d+\s?[a-zA-Z]?)?)")


def slip(document: Document) -> PaymentSlip | None:
    """What stands on the slip of a document, or None where it has none.

    Raises:
        UserError: the guidelines do not allow it; says what is wrong.
    """
    seller = document.seller
    due = document.totals.due
    account = seller.get("qr_iban", "") or seller.get("iban", "")
    if document.kind != INVOICE or document.paid_at_issue or due < Decimal("0.01"):
        return None
    if seller.get("country") not in SWISS or document.currency not in ("CHF", "EUR") or account[:2] not in SWISS:
        return None
    creditor = _address(seller | {"name": seller.get("account_holder") or seller.get("name", "")})
    debtor = _address(document.buyer)
    return PaymentSlip(
        account=_in_fours(account),
        reference=_grouped(document.payment_reference),
        creditor=tuple(_lines(creditor)),
        debtor=tuple(_lines(debtor)) if debtor else (),
        amount=due,
        currency=document.currency,
        message=document.number or "",
        content=_content(document, account, creditor, debtor) if document.number else "",
    )


def _content(document: Document, account: str, creditor: Party, debtor: Party) -> str:
    from qrbill import QRBill

    try:
        bill = QRBill(
            account=account,
            creditor=creditor,
            debtor=debtor or None,
            amount=f"{document.totals.due:.2f}",
            currency=document.currency,
            reference_number=document.payment_reference or None,
            additional_information=(document.number or "")[:140],
        )
    except ValueError as error:
        sentence = _("The Swiss payment slip cannot be made: {reason}. Check your account and address in Settings.")
        raise UserError(sentence.format(reason=str(error).rstrip("."))) from error
    found: str = bill.qr_data()
    return found


def _address(party: Party) -> Party:
    """A structured address; empty where town or postcode is missing, which the guidelines ask for."""
    if not party.get("name") or not party.get("city") or not party.get("postcode"):
        return {}
    cut = _HOUSE.fullmatch(party.get("street", "").strip())
    return {
        "name": party["name"][:70],
        "street": (cut["street"] if cut else party.get("street", "")).strip()[:70],
        "house_num": cut["number"][:16] if cut else "",
        "pcode": party["postcode"][:16],
        "city": party["city"][:35],
        "country": party.get("country", "") or "CH",
    }


def _lines(address: Party) -> Iterator[str]:
    if not address:
        return
    yield address["name"]
    if address["street"]:
        yield f"{address['street']} {address['house_num']}".strip()
    home = address["country"] in SWISS
    yield f"{'' if home else address['country'] + '-'}{address['pcode']} {address['city']}"


def _in_fours(text: str) -> str:
    compact = "".join(text.split())
    return " ".join(compact[place : place + 4] for place in range(0, len(compact), 4))


def _grouped(reference: str) -> str:
    """A reference as it is printed: QRR 2 and then fives, SCOR fours."""
    if not reference.isdigit():
        return _in_fours(reference)
    rest = " ".join(reference[place : place + 5] for place in range(2, len(reference), 5))
    return f"{reference[:2]} {rest}".strip()


# ---- drawing --------------------------------------------------------------------------------------------------------


@cache
def _words() -> dict[str, dict[str, str]]:
    """The headings by language; languages that Switzerland has not get English."""
    found: dict[str, dict[str, str]] = json.loads(resources.resource("paper", "swiss-bill.json").read_bytes())
    return found


def draw(page: Page, made: PaymentSlip, language: str) -> None:
    """Put the slip at the foot of a page."""
    words = _words()
    say = words.get(language) or words["en"]
    page.text((WIDTH - _HINT.width(say["cut"])) / 2, _TOP - 4, say["cut"], _HINT)
    page.rule(0, _TOP, WIDTH, _BLACK, 0.5)
    page.upright(_RECEIPT, _TOP, HEIGHT, _BLACK, 0.5)
    page.text(_MARGIN, _TOP + _MARGIN + 9, say["receipt"], _TITLE)
    page.text(_PAYMENT, _TOP + _MARGIN + 9, say["payment"], _TITLE)
    _information(page, made, say, (_MARGIN, _TOP + 12 * MM, 52 * MM), receipt=True)
    _information(page, made, say, (_INFORMATION, _TOP + _MARGIN, 87 * MM), receipt=False)
    _amount(page, made, say, _MARGIN, receipt=True)
    _amount(page, made, say, _PAYMENT, receipt=False)
    page.right(_RECEIPT - _MARGIN, _TOP + 82 * MM + 6, say["office"], _SMALL[0])
    if made.content:
        _code(page, made.content, _PAYMENT, _TOP + 17 * MM)


def _information(
    page: Page, made: PaymentSlip, say: dict[str, str], box: tuple[float, float, float], *, receipt: bool
) -> None:
    heading, style, step = _SMALL if receipt else _BIG
    x, y, room = box
    parts = [(say["account"], (made.account, *made.creditor)), (say["reference"], (made.reference,))]
    if not receipt:
        parts.append((say["more"], (made.message,)))
    parts.append((say["by"], made.debtor) if made.debtor else (say["blank"], ()))
    y += heading.size
    for title, lines in parts:
        said = [row for line in lines if line for row in wrap(line, style, room)]
        if lines and not said:
            continue
        page.text(x, y, title, heading)
        for line in said:
            y += step
            page.text(x, y, line, style)
        if not lines:
            _corners(page, x, y + 5, *((52 * MM, 20 * MM) if receipt else (65 * MM, 25 * MM)))
        y += step * 1.9


def _amount(page: Page, made: PaymentSlip, say: dict[str, str], x: float, *, receipt: bool) -> None:
    heading, style, step = _SMALL if receipt else _BIG
    y, gap = _TOP + 68 * MM, (14 if receipt else 16) * MM
    base = y + heading.size
    amount = f"{made.amount:,.2f}".replace(",", " ")
    for left, title, value in ((x, say["currency"], made.currency), (x + gap, say["amount"], amount)):
        page.text(left, base, title, heading)
        page.text(left, base + step + 1, value, style)


def _corners(page: Page, x: float, y: float, wide: float, high: float) -> None:
    """The corners of a field that is filled in by hand."""
    arm, thick = 3 * MM, 0.75
    for left, inward in ((x, 1), (x + wide, -1)):
        for top, down in ((y, 1), (y + high, -1)):
            page.rule(min(left, left + inward * arm), top, max(left, left + inward * arm), _BLACK, thick)
            page.upright(left, min(top, top + down * arm), max(top, top + down * arm), _BLACK, thick)


def _code(page: Page, content: str, x: float, y: float) -> None:
    """The code with the cross in its middle; modules under the cross are left out, so that nothing is painted over."""
    modules, bars = payment_qr.squares(content)
    side = _CODE / modules
    low, high = (_CODE - _CROSS) / 2, (_CODE + _CROSS) / 2
    for column, row, length in bars:
        left, right, top = column * side, (column + length) * side, row * side
        under = top < high and top + side > low
        for start, end in _around(left, right, low, high) if under else ((left, right),):
            page.squares.append((x + start, y + top, end - start, side))
    page.squares += [(x + low + a, y + low + b, wide, tall) for a, b, wide, tall in _cross()]


def _around(left: float, right: float, low: float, high: float) -> Iterator[tuple[float, float]]:
    if left < low:
        yield left, min(right, low)
    if right > high:
        yield max(left, high), right


def _cross() -> Iterator[tuple[float, float, float, float]]:
    """The black square around the white cross, in bands; the outline of the style guide, 19.8 units wide."""
    unit = _CROSS / 19.8
    bands = (
        (0.7, 4.0, ((0.7, 19.1),)),
        (4.0, 7.9, ((0.7, 8.3), (11.6, 19.1))),
        (7.9, 11.2, ((0.7, 4.4), (15.4, 19.1))),
        (11.2, 15.0, ((0.7, 8.3), (11.6, 19.1))),
        (15.0, 19.1, ((0.7, 19.1),)),
    )
    for top, bottom, pieces in bands:
        for left, right in pieces:
            yield left * unit, top * unit, (right - left) * unit, (bottom - top) * unit
