"""Rows 7, 8 and 9: the PDF of an invoice of ten lines, a thousand of them, and one with a thousand lines.

Floor: a tuned reportlab canvas that draws the same words with the same fonts, its compiled helpers on, streams binary,
payment code with a fixed mask. Product: `documents.commercial_pdf`, given the same words as plain data. Hybrid: the same
paper as PDF/A-3b, with its e-invoice written, checked against the XSD and put inside. Pair: the bare canvas in two
processes; many and alone: our own batch, and the same papers one after the other. Starting the processes counts.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import statistics
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

from measure import ROOT, choose, report, timed
from sample_data import NOUN, TRADE

SHORT, LONG = 10, 1000
MANY = int(os.environ.get("PERF_PAPERS", "1000"))
REPEATS = {SHORT: 25, LONG: 3}
FONTS = ROOT / "build" / "assets" / "paper_fonts"
HEAD = ("#", "Description", "Qty", "Price", "VAT", "Amount")
EDGES = (40, 65, 300, 340, 410, 455, 535)
SELLER = ("Lampenladen", "Ring 1, 10115 Berlin", "VAT DE136695976 · IBAN DE89 3704 0044 0532 0130 00")
DAY = date(2026, 11, 22)
BUYER = ("Anna Müller", "Weg 2", "10117 Berlin")


def lines(number: int, count: int) -> list[tuple[str, int, Decimal]]:
    """Name, quantity and price of each line."""
    chance = random.Random(number)
    return [
        (
            f"{chance.choice(NOUN)} {chance.choice(TRADE)} – Größe {i % 50}, λ/ж",
            chance.randrange(1, 20),
            Decimal(chance.randrange(100, 50000)) / 100,
        )
        for i in range(count)
    ]


def _measure(draw: Any) -> None:
    """`draw(number, count)` makes one PDF; the first one of each length is not counted."""
    figures = {}
    for name, count in (("short", SHORT), ("long", LONG)):
        draw(0, count)
        figures[name] = statistics.median(timed(draw, number, count) for number in range(1, REPEATS[count] + 1))
    report(**figures)


def floor() -> None:
    """A bare canvas."""
    _register()
    _measure(_draw_bare)


def _register() -> None:
    from reportlab import rl_config

    rl_config.useA85 = 0
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (("Plain", "Inter-400.ttf"), ("Bold", "Inter-600.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))


def pair() -> None:
    """The bare canvas in two processes, a half each."""

    def draw() -> None:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            halves = [pool.submit(_draw_half, start) for start in (0, MANY // 2)]
            assert sum(half.result() for half in halves) > MANY

    report(batch=timed(draw))


def _draw_half(start: int) -> int:
    _register()
    return sum(len(_draw_bare(number, SHORT)) for number in range(start, start + MANY // 2))


def many() -> None:
    """Our own batch, in two processes."""
    from crm_desktop.documents import batch

    papers = [_paper(number, SHORT) for number in range(MANY)]
    report(batch=timed(lambda: sum(len(content) for content in batch.draw(papers))))


def alone() -> None:
    """The same papers, one after the other in this process."""
    from crm_desktop.documents import commercial_pdf

    papers = [_paper(number, SHORT) for number in range(MANY)]
    report(batch=timed(lambda: sum(len(commercial_pdf.render(paper)) for paper in papers)))


def _draw_bare(number: int, count: int) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    _text(canvas, 800, 8, SELLER)
    _text(canvas, 720, 10, BUYER)
    canvas.setFont("Bold", 16)
    canvas.drawString(40, 640, f"Invoice INV-2026-{number:05d}")
    canvas.setFont("Plain", 9)
    canvas.drawRightString(550, 640, "2026-11-22")
    y, page, net = _head(canvas, 615), 1, Decimal(0)
    for position, (name, quantity, price) in enumerate(lines(number, count), 1):
        if y < 60:
            page, y = _next_page(canvas, page), _head(canvas, 790)
        amount = quantity * price
        net += amount
        canvas.drawString(EDGES[0] + 3, y, str(position))
        canvas.drawString(EDGES[1] + 3, y, name)
        for edge, text in zip(EDGES[3:], (str(quantity), f"{price:,.2f}", "19 %", f"{amount:,.2f}"), strict=True):
            canvas.drawRightString(edge - 3, y, text)
        canvas.line(40, y - 5, 535, y - 5)
        y -= 19
    if y < 200:
        page, y = _next_page(canvas, page), 790
    _foot(canvas, y, net, number)
    canvas.drawRightString(550, 30, f"Page {page}")
    canvas.save()
    return out.getvalue()


def _text(canvas: Any, y: int, size: int, rows: tuple[str, ...]) -> None:
    text = canvas.beginText(40, y)
    text.setFont("Plain", size, size + 3)
    for row in rows:
        text.textLine(row)
    canvas.drawText(text)


def _head(canvas: Any, y: int) -> int:
    canvas.setFillColorRGB(0.19, 0.33, 0.59)
    canvas.rect(40, y - 5, 495, 16, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont("Bold", 8.5)
    for column, title in enumerate(HEAD):
        if column < 2:
            canvas.drawString(EDGES[column] + 3, y, title)
        else:
            canvas.drawRightString(EDGES[column + 1] - 3, y, title)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("Plain", 8.5)
    canvas.setLineWidth(0.25)
    return y - 18


def _next_page(canvas: Any, page: int) -> int:
    canvas.drawRightString(550, 30, f"Page {page}")
    canvas.showPage()
    canvas.setFont("Plain", 8.5)
    return page + 1


def _foot(canvas: Any, y: int, net: Decimal, number: int) -> None:
    gross = net * Decimal("1.19")
    for title, amount in (("Net", net), ("VAT 19 %", gross - net), ("Total", gross)):
        canvas.drawRightString(450, y - 10, title)
        canvas.drawRightString(532, y - 10, f"{amount:,.2f}")
        y -= 15
    import segno

    content = f"BCD\n002\n1\nSCT\n\n{SELLER[0]}\nDE89370400440532013000\nEUR{gross:.2f}\n\n\nINV-2026-{number:05d}"
    matrix = segno.make(content, error="m", mask=3).matrix
    size, path = 100 / len(matrix), canvas.beginPath()
    for row_number, row in enumerate(matrix):
        column = 0
        while column < len(row):
            end = column
            while end < len(row) and row[end]:
                end += 1
            if end > column:
                path.rect(40 + column * size, y - row_number * size, (end - column) * size, -size)
            column = end + 1
    canvas.drawPath(path, stroke=0, fill=1)


def product() -> None:
    """Our own paper."""
    from crm_desktop.documents import commercial_pdf

    _measure(lambda number, count: commercial_pdf.render(_paper(number, count)))


def _paper(number: int, count: int) -> Any:
    """The same invoice as our documents want it."""
    from crm_desktop.documents import paper as p

    bank = p.Bank(holder=SELLER[0], iban="DE89370400440532013000")
    seller = p.Seller(
        name=SELLER[0], country="DE", street="Ring 1", postcode="10115", city="Berlin", vat_id="DE136695976", bank=bank
    )
    rows = tuple(
        p.Line(name=name, quantity=Decimal(quantity), price=price, amount=quantity * price, rate=Decimal(19))
        for name, quantity, price in lines(number, count)
    )
    net = sum((row.amount for row in rows), Decimal(0))
    tax = round(net * Decimal("0.19"), 2)
    return p.Paper(
        language="en",
        locale="en_GB",
        currency="EUR",
        seller=seller,
        address=BUYER,
        head=p.Head(number=f"INV-2026-{number:05d}", issued_on=DAY, service_from=DAY, customer_number="C-1"),
        lines=rows,
        taxes=(p.TaxGroup(category="S", rate=Decimal(19), basis=net, tax=tax),),
        sums=p.Sums(lines=net, without_tax=net, tax=tax, with_tax=net + tax, due=net + tax),
        terms=p.Terms(due_on=DAY),
    )


def hybrid() -> None:
    """Our own paper as PDF/A-3b with the e-invoice inside."""
    from crm_desktop.documents import commercial_pdf, einvoice, pdfa

    def draw(number: int, count: int) -> bytes:
        inside = pdfa.Attachment(name="factur-x.xml", content=einvoice.make(_document(number, count)))
        return pdfa.archive(commercial_pdf.render(_paper(number, count)), DAY, inside)

    _measure(draw)


def _document(number: int, count: int) -> Any:
    """The same invoice as the e-invoice wants it."""
    from crm_desktop.billing.document import Document, DraftLine
    from crm_desktop.sales import totals
    from crm_desktop.sales.basket import Basket

    rows = tuple(
        DraftLine(name=name, quantity=Decimal(quantity), price=price, rate=Decimal(19))
        for name, quantity, price in lines(number, count)
    )
    seller = {"name": SELLER[0], "street": "Ring 1", "postcode": "10115", "city": "Berlin", "country": "DE"}
    values: dict[str, Any] = {
        "language": "en", "currency": "EUR", "number": f"INV-2026-{number:05d}", "issue_on": DAY, "due_on": DAY,
        "service_from": DAY, "lines": rows, "seller": seller | {"vat_id": "DE136695976", "iban": "DE89370400440532013000"},
        "buyer": {"name": BUYER[0], "street": BUYER[1], "postcode": "10117", "city": "Berlin", "country": "DE"},
    }  # fmt: skip
    blank = Document(**values, totals=totals.calculate(Basket(lines=(), currency="EUR")))
    return Document(**values, totals=totals.calculate(blank.basket()))


if __name__ == "__main__":
    choose(floor=floor, product=product, hybrid=hybrid, pair=pair, many=many, alone=alone)
