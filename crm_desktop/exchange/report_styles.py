"""How the cells of a report look: one type size per role, numbers by what they are."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from crm_desktop.core import i18n, money

INK, GREY, LINE, TINT, RED, BAR = "1B1C1F", "52555C", "E6E4DF", "F6F5F2", "B42318", "2F5AD8"
# The second and third row of bars of a chart.
SECOND = ("C9C7C0", "E0A33A")
FACE = "Calibri"
TEXT, DAY, MONEY, COUNT, SHARE, RATE = "text", "day", "money", "count", "share", "rate"
_FONTS = {
    "company": (10, False, GREY), "title": (18, True, INK), "note": (9, False, GREY), "section": (12, True, INK),
    "heading": (9, True, GREY), "body": (10, False, INK), "sum": (10, True, INK), "figure": (14, True, INK),
    "figure label": (9, False, GREY),
}  # fmt: skip


def named_style(name: str, role: str, kind: str, currency: str) -> Any:
    """The look of one role; its alignment follows from what it holds."""
    base = next(known for known in ("figure label", *_FONTS) if role == known or role.startswith(f"{known} "))
    size, bold, color = _FONTS[base]
    right = role.endswith((" right", " filter")) or (base in ("body", "sum") and kind not in (TEXT, DAY))
    style = NamedStyle(name=name)
    style.font = Font(name=FACE, size=size, bold=bold, color=RED if " alert" in role else color)
    style.alignment = Alignment(
        horizontal="right" if right else "left", vertical="center", indent=2 if role.endswith(" filter") else 0
    )
    style.number_format = number_format(kind, currency)
    if base.startswith("figure"):
        style.fill = PatternFill("solid", fgColor=TINT)
    rules = {"heading": Border(bottom=Side("thin", color=INK)), "body": Border(bottom=Side("thin", color=LINE))}
    style.border = rules.get(base, Border(top=Side("thin", color=INK)) if base == "sum" else Border())
    return style


def number_format(kind: str, currency: str = "") -> str:
    """The format of a kind of number; money with the decimals of its currency, zero as a dash."""
    plain = "#,##0" + ("." + "0" * money.digits(currency) if money.digits(currency) else "")
    formats = {
        DAY: "dd.mm.yyyy" if i18n.language() == "de" else "d mmm yyyy",
        MONEY: f'{plain};\u2212{plain};"\u2013"',
        COUNT: "#,##0",
        SHARE: "0.0%",
        RATE: "0.##",
    }
    return formats.get(kind, "General")
