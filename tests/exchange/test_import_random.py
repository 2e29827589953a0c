"""Any sheet, however ugly: a dry run writes nothing, the same file twice changes nothing, undo brings back what was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import in_process
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_files import csv_text

from crm_desktop.billing import imported
from crm_desktop.billing.imported import ImportedDocument
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing

_NAMES = st.sampled_from(
    ["", "Müller, Anna", "Dr. Anna Müller GmbH", "Anna Müller", "Café Zoë", "Dachbau GmbH", "Huber", "  huber ", "Łukasz Żak",
     "=1+1", "O'Neill & Söhne", "Anna", "ANNA MÜLLER", "-", "n/a", "Familie Beck", "Summe", "株式会社山田"]
)  # fmt: skip
_NUMBERS = st.sampled_from(["", "1", "2", "3", "0017", "K1", "k1", "1.0", "R-1", "R-2", "R-9", "#N/A"])
_EMAILS = st.sampled_from(
    ["", "a@x.example", "A@X.example", "b@x.example", "kaputt", "a@x.example; b@x.example", "c(at)x.example"]
)
_PHONES = st.sampled_from(["", "0351 123456", "+49 351 123456", "0171/555 01", "Handy 0171 55501", "49351123456"])
_DAYS = st.sampled_from(
    ["", "03.04.1975", "1975-04-03", "31.02.1990", "04/05/2024", "13/01/2024", "7. März 2026", "27464", "bald"]
)
_AMOUNTS = st.sampled_from(
    ["", "100,00", "1.234,56 €", "1,234.56", "-12,00", "(5,00)", "0", "1e3", "viel", "99999999999999", "19 %"]
)
_PLACES = st.sampled_from(["", "01067", "1067", "80331 München", "Dresden", "Weg 1, 01067 Dresden", "SW1A 1AA"])
_WORDS = st.sampled_from(
    ["", "Kunde", "Interessent", "bezahlt", "offen", "storniert", "monatlich", "gekündigt", "ja", "Messe", "x" * 600]
)
_TAXES = st.sampled_from(["", "DE136695976", "DE 136 695 976", "ATU12345678", "kaputt"])
_TERMS = st.sampled_from(["", "14", "30 Tage netto", "sofort", "2/10 net 30", "999", "bald"])
_ANY = st.one_of(_NAMES, _NUMBERS, _EMAILS, _DAYS, _AMOUNTS, _WORDS, st.text(max_size=12))
# Headings of a column, and what mostly stands below them.
_COLUMNS = {
    "Kundennr": _NUMBERS, "Firma": _NAMES, "Name": _NAMES, "Vorname": _NAMES, "Nachname": _NAMES, "E-Mail": _EMAILS,
    "Telefon": _PHONES, "Telefon 2": _PHONES, "Anschrift": _PLACES, "PLZ": _PLACES, "Ort": _PLACES, "Geburtsdatum": _DAYS,
    "Status": _WORDS, "Quelle": _WORDS, "Kreditlimit": _AMOUNTS, "Kategorie": _WORDS, "Notiz": _ANY, "Hund": _ANY, "": _ANY,
}  # fmt: skip
_SALES = {
    "Rechnungsnr": _NUMBERS, "Rechnungsdatum": _DAYS, "Fällig": _DAYS, "Netto": _AMOUNTS, "MwSt": _AMOUNTS, "Brutto": _AMOUNTS,
    "Menge": _AMOUNTS, "Artikel": _NAMES, "Einzelpreis": _AMOUNTS, "Bezahlt am": _DAYS, "Zahlungsdatum": _DAYS,
    "Zahlbetrag": _AMOUNTS, "Zahlungsart": _WORDS, "Vertragsnr": _NUMBERS, "Vertragsart": _NAMES, "Beginn": _DAYS,
    "Kündigungsfrist": _WORDS, "Turnus": _WORDS, "Betrag": _AMOUNTS, "Verkaufschance": _NAMES, "Phase": _WORDS,
    "Wahrscheinlichkeit": _AMOUNTS, "Abschlussdatum": _DAYS, "Kunde": _NAMES, "USt-IdNr": _TAXES, "Rabatt %": _AMOUNTS,
    "Zahlungsziel (Tage)": _TERMS, "Seriennr": _NUMBERS, "Produkt": _NAMES, "Gekauft am": _DAYS, "Jahresbeitrag": _AMOUNTS,
}  # fmt: skip
# What makes a sheet one of each kind, so that all of them come up.
_KINDS = (
    ("Firma", "E-Mail"), ("Vorname", "Nachname"), ("Rechnungsnr", "Rechnungsdatum", "Kunde", "Brutto"),
    ("Rechnungsnr", "Rechnungsdatum", "Kunde", "Artikel", "Menge", "Einzelpreis"),
    ("Rechnungsnr", "Rechnungsdatum", "Kunde", "USt-IdNr", "Netto", "MwSt"),
    ("Zahlungsdatum", "Zahlbetrag", "Rechnungsnr", "Kunde"), ("Zahlungsdatum", "Zahlbetrag", "USt-IdNr", "Kunde"),
    ("Vertragsnr", "Vertragsart", "Kunde", "Beginn"), ("Verkaufschance", "Kunde", "Betrag", "Phase"),
    ("Produkt", "Seriennr", "Gekauft am", "Kunde", "Kundennr"),
    ("Firma", "Telefon", "Vertragsnr", "Vertragsart", "Beginn", "Betrag", "Rechnungsnr", "Rechnungsdatum", "Brutto"),
)  # fmt: skip


@st.composite
def sheets(draw):
    """The rows of a sheet with headings, and what stands above, between and below."""
    pool = _COLUMNS | _SALES
    more = draw(st.lists(st.sampled_from(sorted(pool)), max_size=5, unique=True))
    heads = list(dict.fromkeys([*draw(st.sampled_from(_KINDS)), *more]))
    rows = draw(
        st.lists(st.tuples(*(st.one_of(pool[head], pool[head], _ANY) for head in heads)), min_size=1, max_size=9)
    )
    rows = [list(row) for row in rows]
    if draw(st.booleans()):
        rows.append(list(draw(st.sampled_from(rows))))
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), [])
    if draw(st.booleans()):
        rows.append(["Summe", *[""] * (len(heads) - 2), "1.241,06"])
    above = [["Liste vom 1.1.2026"], []] if draw(st.booleans()) else []
    return [*above, heads, *rows]


def _set_up():
    known = customers.save({"company": "Dachbau GmbH", "number": "K1", "email": "a@x.example", "street": "Weg 1"})
    customers.save({"first_name": "Anna", "last_name": "Müller", "number": "2", "postcode": "01067", "tags": ("alt",)})
    imported.add(
        ImportedDocument(
            number="R-1",
            customer_id=known,
            issue_on=date(2026, 1, 5),
            currency="EUR",
            net=Decimal(100),
            tax=Decimal(19),
        )
    )


@pytest.fixture
def filled(data_file):
    _set_up()


@settings(
    max_examples=settings().max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=sheets(), delimiter=st.sampled_from(";,\t|"))
def test_a_sheet_comes_in_once_and_goes_out_whole(filled, tmp_path, rows, delimiter):
    path = tmp_path / "sheet.csv"
    path.write_text(csv_text(rows, delimiter), encoding="utf-8", newline="")
    before = dumping.text(business=True)
    try:
        looked = in_process.run(path, dry_run=True)
    except UserError:
        return
    assert dumping.text(business=True) == before
    try:
        done = in_process.run(path)
        assert dict(+done.outcome.created) == dict(+looked.outcome.created)
        after = dumping.text(business=True)
        again = in_process.run(path)
        assert not +again.outcome.created
        assert dumping.text(business=True) == after
    finally:
        for run in importing.imports():
            if not run.undone and db.value("SELECT step_id FROM import_run WHERE id = ?", [run.id]):
                assert importing.undo(run.id).left == []
    assert dumping.text(business=True) == before
