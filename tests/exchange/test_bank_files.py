"""Bank statements: camt, MT940 and the tables of many banks give the same movements; broken ones a plain sentence."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from crm_desktop.billing.bank_movement import BankFile, Movement
from crm_desktop.company import profile
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import bank_camt, bank_files, bank_mt940
from crm_desktop.exchange.bank_columns import NeedsColumnsError
from tests.exchange import bank_samples as samples
from tests.exchange.bank_samples import camt, camt_details, camt_entry


def _write(folder: Path, content: str | bytes, name: str = "statement.xml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _read(folder: Path, content: str | bytes, name: str = "statement.xml", encoding: str = "utf-8") -> BankFile:
    return bank_files.read(_write(folder, content, name, encoding))


def _xml(content: str) -> list[Movement]:
    import io

    return [m for statement in bank_camt.read(io.BytesIO(content.encode())) for m in statement.movements]


def test_a_camt_statement_tells_who_paid_what_for(data_file: Path, tmp_path: Path) -> None:
    entry = camt_entry("119.00", camt_details("RE-2026-0001", end_to_end="E1"))
    found = _read(tmp_path, camt([entry], closing="1119.00")).statements[0]
    assert (found.format, found.account, found.number) == ("camt", samples.OWN, "47")
    assert (found.opening_minor, found.closing_minor) == (100000, 111900)
    assert found.movements == (
        Movement(
            booked_on=date(2026, 11, 20), value_on=date(2026, 11, 20), amount_minor=11900, currency="EUR",
            party="Cafe Ostwind", party_iban=samples.CAFE, purpose="RE-2026-0001", end_to_end="E1", bank_reference="R1",
        ),
    )  # fmt: skip


@pytest.mark.parametrize("version", ["02", "04", "08", "10"])
def test_newer_versions_put_the_name_elsewhere(version: str) -> None:
    details = camt_details("RE-2026-0001")
    if version >= "08":
        details = details.replace("<Nm>", "<Pty><Nm>").replace("</Nm>", "</Nm></Pty>")
    entry = camt_entry("1.00", details)
    if version >= "08":
        entry = entry.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
    assert [m.party for m in _xml(camt([entry], version=version))] == ["Cafe Ostwind"]


def test_a_batch_becomes_one_movement_each() -> None:
    parts = camt_details("RE-1", amount="100.00") + camt_details("RE-2", amount="19.00", name="Zoo")
    found = _xml(camt([camt_entry("119.00", parts)]))
    assert [(m.amount_minor, m.purpose, m.party) for m in found] == [
        (10000, "RE-1", "Cafe Ostwind"),
        (1900, "RE-2", "Zoo"),
    ]


def test_a_batch_whose_parts_do_not_make_it_up_stays_whole() -> None:
    parts = camt_details("RE-1", amount="100.00") + camt_details("RE-2", amount="18.00")
    found = _xml(camt([camt_entry("119.00", parts)]))
    assert [m.amount_minor for m in found] == [11900]
    assert "RE-1" in found[0].purpose
    assert "RE-2" in found[0].purpose


def test_money_out_returns_and_pending_entries() -> None:
    out = camt_entry("80.50", camt_details("Strom", side="Cdtr", name="Stadtwerke"), sign="DBIT")
    back = camt_entry("9.00", camt_details("Rueckgabe"), sign="DBIT", more="<RvslInd>true</RvslInd>")
    waits = camt_entry("5.00", camt_details("x"), status="PDNG")
    found = _xml(camt([out, back, waits]))
    assert [(m.amount_minor, m.party) for m in found] == [(-8050, "Stadtwerke"), (-900, "Cafe Ostwind")]


def test_structured_references_are_read() -> None:
    told = "<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>"
    entry = camt_entry("1.00", camt_details("x").replace("<Ustrd>x</Ustrd>", told))
    assert _xml(camt([entry]))[0].purpose == "RF18539007547034"


def test_camt_052_and_054_and_a_packed_folder(data_file: Path, tmp_path: Path) -> None:
    whole = camt([camt_entry("1.00", camt_details("A"))])
    notice = whole.replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn").replace("Stmt>", "Ntfctn>")
    assert len(_xml(notice)) == 1
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("1.xml", whole)
        archive.writestr("2.xml", camt([camt_entry("2.00", camt_details("B"), ref="R2")], number="48"))
    assert [s.number for s in bank_files.read(tmp_path / "all.zip").statements] == ["47", "48"]


def test_mt940_with_structured_text(data_file: Path, tmp_path: Path) -> None:
    found = _read(tmp_path, samples.MT940.replace("\n", "\r\n"), "umsatz.sta", "cp1252").statements[0]
    assert (found.account, found.opening_minor, found.closing_minor) == (samples.OWN, 100000, 112800)
    first, back = found.movements
    assert (first.amount_minor, first.party, first.party_iban) == (11900, "CAFE OSTWIND", samples.CAFE)
    assert (first.end_to_end, first.bank_reference) == ("RE-2026-0001", "B7")
    assert first.purpose == "Rechnung Nr. RE-2026-0001 Danke für alles"
    assert (back.amount_minor, back.purpose) == (900, "Rueckgabe")


def test_mt940_with_slashes_and_a_debit_balance(data_file: Path, tmp_path: Path) -> None:
    found = _read(tmp_path, samples.MT940_PLAIN, "umsatz.940").statements[0]
    assert (found.account, found.opening_minor, found.closing_minor) == ("NL91ABNA0417164300", -1000, 10950)
    assert (found.movements[0].party, found.movements[0].end_to_end) == ("CAFE OSTWIND", "RE-2026-0001")
    assert found.movements[0].purpose == "Invoice RE-2026-0001"


def test_a_booking_day_of_january_belongs_to_the_new_year() -> None:
    text = samples.MT940.replace(":61:2611201120CR", ":61:2612310102CR")
    assert next(iter(bank_mt940.read(text))).movements[0].booked_on == date(2027, 1, 2)


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        (samples.SPARKASSE, "cp1252", ([111900], "Café Ostwind")),
        (samples.VOLKSBANK, "utf-8-sig", ([11900, -8050], "Cafe Ostwind")),
        (samples.VOLKSBANK_OLD, "cp1252", ([11900, -8050], "CAFE OSTWIND")),
        (samples.DKB, "utf-8-sig", ([11900, -8050], "Cafe Ostwind")),
        (samples.ING, "cp1252", ([11900, -8050], "Cafe Ostwind")),
        (samples.N26, "utf-8", ([11900, -8050], "Cafe Ostwind")),
    ],
    ids=["sparkasse", "volksbank", "volksbank-old", "dkb", "ing", "n26"],
)
def test_tables_of_banks(
    content: str, encoding: str, told: tuple[list[int], str], data_file: Path, tmp_path: Path
) -> None:
    found = _read(tmp_path, content, "umsatz.csv", encoding)
    movements = found.statements[0].movements
    assert ([m.amount_minor for m in movements], movements[0].party) == told
    assert movements[0].booked_on == date(2026, 11, 20)
    assert "RE-2026-0001" in movements[0].purpose
    assert found.notices == ()


def test_balances_and_account_of_a_table(data_file: Path, tmp_path: Path) -> None:
    for content in (samples.VOLKSBANK, samples.ING):
        found = _read(tmp_path, content, "umsatz.csv").statements[0]
        assert (found.account, found.opening_minor, found.closing_minor) == (samples.OWN, 100000, 103850)


def test_paypal_keeps_fees_apart_and_currencies_too(data_file: Path, tmp_path: Path) -> None:
    found = _read(tmp_path, samples.PAYPAL, "paypal.csv")
    told = [(s.currency, [m.amount_minor for m in s.movements], s.closing_minor) for s in found.statements]
    assert told == [("EUR", [11900, -296], 111604), ("USD", [1000], 1000)]
    assert found.statements[0].movements[0].purpose == "RE-2026-0001 Tische"


def test_british_and_american_tables(data_file: Path, tmp_path: Path) -> None:
    found = _read(tmp_path, samples.UK, "uk.csv").statements[0]
    assert [(m.amount_minor, m.currency) for m in found.movements] == [(111900, "GBP"), (-8050, "GBP")]
    profile.save({"country": "US", "currency": "USD"})
    found = _read(tmp_path, samples.US, "us.csv").statements[0]
    assert [m.amount_minor for m in found.movements] == [11900, -8050]
    assert (found.opening_minor, found.closing_minor) == (100000, 103850)
    assert found.movements[0].booked_on == date(2026, 11, 20)


def test_unknown_headings_are_asked_once(data_file: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "Wann;Wieviel;Wer;Wozu\n20.11.2026;119,00;Cafe;RE-2026-0001\n", "own.csv")
    with pytest.raises(NeedsColumnsError) as asked:
        bank_files.read(path)
    assert asked.value.columns.labels == ("Wann", "Wieviel", "Wer", "Wozu")
    assert asked.value.rows == [["20.11.2026", "119,00", "Cafe", "RE-2026-0001"]]
    mapping = {"booked": ["Wann"], "amount": ["Wieviel"], "party": ["Wer"], "purpose": ["Wozu"]}
    assert bank_files.read(path, mapping=mapping).count == 1
    assert bank_files.read(path).statements[0].movements[0].party == "Cafe"


def test_a_table_without_headings_is_asked_too(data_file: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "20.11.2026;119,00;Cafe\n21.11.2026;-3,00;Zoo\n", "own.csv")
    with pytest.raises(NeedsColumnsError) as asked:
        bank_files.read(path)
    assert asked.value.columns.labels == ("A", "B", "C")
    found = bank_files.read(path, mapping={"booked": ["A"], "amount": ["B"], "party": ["C"]})
    assert [m.amount_minor for m in found.statements[0].movements] == [11900, -300]


BOMB = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document>&b;</Document>'


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "s.xml", "is empty"),
        (b"%PDF-1.4", "s.pdf", "is a PDF"),
        (BOMB, "s.xml", "declares contents of its own"),
        (BOMB.encode("utf-16"), "s.xml", "no bank statement|declares contents of its own|damaged"),
        ('<?xml version="1.0"?><Invoice/>', "s.xml", "is no bank statement"),
        (camt([camt_entry("1.00", camt_details("A"))])[:-40], "s.xml", "damaged or was not copied completely"),
        (camt([camt_entry("1.x", camt_details("A"))]), "s.xml", "damaged or was not copied completely"),
        (camt([]), "s.xml", "no booked transaction"),
        (samples.MT940.replace(":62F:C261120EUR1128,00\n", ""), "s.sta", "damaged or was not copied completely"),
        (samples.MT940.replace("CR119,00", "CR1x9"), "s.sta", "damaged or was not copied completely"),
        (samples.ING.replace("-80,50", "-80,5O"), "s.csv", "Row 15: “-80,5O” is no amount. Nothing was read."),
        (samples.ING.replace("21.11.2026;21", "31.11.2026;21"), "s.csv", "Row 15: “31.11.2026” is no day."),
    ],
)  # fmt: skip
def test_what_is_broken_is_told_in_a_sentence(
    content: str | bytes, name: str, words: str, data_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=words):
        _read(tmp_path, content, name)


def test_a_missing_row_and_a_row_without_a_day_are_told(data_file: Path, tmp_path: Path) -> None:
    found = _read(tmp_path, samples.VOLKSBANK.replace("1.119,00;\n", "1.120,00;\n"), "s.csv")
    assert "The balances in EUR do not follow" in found.notices[0]
    found = _read(tmp_path, samples.ING + ";;Summe;;;;;38,50;EUR\n", "s.csv")
    assert found.notices == ("Row 17 has no day and was left out: Summe · 38,50 · EUR",)


def test_a_file_that_is_not_there(data_file: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        bank_files.read(tmp_path / "no.xml")
    assert not bank_files.explain(ValueError("x"))
    assert bank_files.explain(Problem("full")) == "full"


def test_reading_can_be_cancelled(data_file: Path, tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        bank_files.read(_write(tmp_path, samples.MT940, "s.sta"), progress)
