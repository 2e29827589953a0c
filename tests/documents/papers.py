"""Papers for the tests: an ordinary invoice, and what grows out of it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

from PIL import Image, ImageDraw

from crm_desktop.documents import paper as p


def logo_png(size: tuple[int, int] = (240, 220)) -> bytes:
    """A lamp drawn with lines, on transparent ground."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    pen, ink = ImageDraw.Draw(picture), (138, 90, 22, 255)
    wide, high = size
    pen.line((wide / 2, 0, wide / 2, high * 0.25), fill=ink, width=8)
    pen.arc((6, high * 0.25, wide - 6, high * 1.2), 180, 360, fill=ink, width=8)
    pen.line((6, high * 0.74, wide - 6, high * 0.74), fill=ink, width=8)
    pen.arc((wide * 0.32, high * 0.56, wide * 0.68, high * 0.92), 0, 180, fill=ink, width=8)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


SELLER = p.Seller(
    name="Atelier Nordlicht",
    tagline="Lampenbau und Restaurierung · Hamburg",
    owner="Lena Brandt",
    street="Bahrenfelder Straße 88",
    postcode="22765",
    city="Hamburg",
    country="DE",
    vat_id="DE123456788",
    tax_number="41/123/04567",
    phone="040 399 1048",
    email="werkstatt@atelier-nordlicht.example",
    website="atelier-nordlicht.example",
    bank=p.Bank(
        holder="Atelier Nordlicht, Lena Brandt",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        name="Hamburger Handelsbank",
    ),
    logo=logo_png(),
)


def line(name: str, quantity: str, price: str, amount: str, rate: str | None = "19", **more) -> p.Line:
    """A line with texts instead of decimals."""
    return p.Line(
        name=name,
        quantity=Decimal(quantity),
        price=Decimal(price),
        amount=Decimal(amount),
        rate=Decimal(rate) if rate else None,
        **more,
    )


def sums(without_tax: str, tax: str, **more) -> p.Sums:
    """Sums with texts instead of decimals; what is not named follows from the two."""
    net, with_tax = Decimal(without_tax), Decimal(without_tax) + Decimal(tax)
    values = {"lines": net, "due": with_tax} | {name: Decimal(value) for name, value in more.items()}
    return p.Sums(without_tax=net, tax=Decimal(tax), with_tax=with_tax, **values)


def group(category: str, rate: str | None, basis: str, tax: str, note: str = "") -> p.TaxGroup:
    """A tax group with texts instead of decimals."""
    return p.TaxGroup(
        category=category, rate=Decimal(rate) if rate else None, basis=Decimal(basis), tax=Decimal(tax), note=note
    )


DISCOUNT = p.Adjustment(amount=Decimal("116.70"), percent=Decimal(5))
INVOICE = p.Paper(
    language="de",
    locale="de_DE",
    currency="EUR",
    seller=SELLER,
    address=("Hotel Alsterblick GmbH", "Frau Katrin Sommerfeld", "Harvestehuder Weg 41", "20149 Hamburg"),
    head=p.Head(
        number="RE-2026-0152",
        issued_on=date(2026, 11, 24),
        service_from=date(2026, 11, 3),
        service_to=date(2026, 11, 4),
        customer_number="K-1017",
        order_number="PO 7781 / 2. OG",
        contact="Lena Brandt",
        phone="040 399 1048",
    ),
    lines=(
        line(
            "Pendelleuchte „Lotse“, Messing gedrückt, Ø 38 cm",
            "6",
            "389.00",
            "2217.30",
            description="Flurzone 2. OG, Dimmer-tauglich",
            adjustments=(DISCOUNT,),
        ),
        line(
            "Wandleuchte neu verkabeln, Textilkabel",
            "14",
            "46.50",
            "651.00",
            description="inkl. Prüfung nach DIN VDE 0701-0702",
        ),
        line("LED-Filament G95, 2200 K, E27", "24", "9.80", "235.20"),
        line(
            "Montage und Einstellung vor Ort",
            "3.5",
            "68.00",
            "238.00",
            unit="HUR",
            description="Flur 2. OG, Herr Brandt",
        ),
        line(
            "Werkstattkatalog „Licht & Raum“", "2", "24.00", "48.00", "7", description="ISBN-Druckwerk, ermäßigter Satz"
        ),
    ),
    taxes=(group("S", "19", "3341.50", "634.89"), group("S", "7", "48.00", "3.36")),
    sums=sums("3389.50", "638.25"),
    terms=p.Terms(
        due_on=date(2026, 12, 8),
        discount_percent=Decimal(2),
        discount_until=date(2026, 12, 1),
        discounted=Decimal("3947.20"),
    ),
    intro=(
        "Guten Tag Frau Sommerfeld,\nvielen Dank für Ihren Auftrag. Wir haben die Flurbeleuchtung im 2. Obergeschoss "
        "erneuert und berechnen:"
    ),
    closing=(
        "Die gelieferten Leuchten bleiben bis zur vollständigen Bezahlung unser Eigentum. Für Geschäftskunden gilt: "
        "30 Tage nach Fälligkeit tritt Verzug ohne Mahnung ein (§ 286 Abs. 3 BGB)."
    ),
)


def with_lines(count: int, **changes) -> p.Paper:
    """The invoice with this many lines of 12.50, its sums fitting."""
    lines = tuple(
        line(f"Lampenfassung E27 Nr. {number}", "1", "12.50", "12.50", description="Messing" if number % 3 == 0 else "")
        for number in range(1, count + 1)
    )
    net = Decimal("12.50") * count
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    made = replace(
        INVOICE,
        lines=lines,
        taxes=(group("S", "19", f"{net}", f"{tax}"),),
        sums=sums(f"{net}", f"{tax}"),
        terms=p.Terms(),
    )
    return replace(made, **changes)
