"""What a sheet is about as a whole, and its amounts to the cent: lists as unseen files of seven languages had them."""

from __future__ import annotations

from datetime import datetime

import in_process
import pytest
from import_files import write_xlsx

from crm_desktop.core.errors import UserError
from crm_desktop.db import connection as db
from crm_desktop.exchange import due_words, dumping, importing

DAY = datetime(2026, 2, 1)  # noqa: DTZ001  (a cell)
# Lists that are not about customers of ours, and what the refusal says.
FOREIGN = {
    "Lieferant;Rechnungsnr;Rechnungsdatum;Netto;Vorsteuer;Brutto|Holz;47;01.02.2026;100,00;19,00;119,00": "bought yourself",
    "Date;Fournisseur;N° facture;Montant HT;TVA;Montant TTC|03/02/2026;EDF;F-9;100,00;20,00;120,00": "bought yourself",
    "Fecha;Proveedor;Nº factura;Base imponible;IVA;Total|03/02/2026;Endesa;F-9;100,00;21,00;121,00": "bought yourself",
    "Data;Dostawca;Nr faktury;Netto;VAT;Brutto|10.01.2026;Tauron;55;100,00;23,00;123,00": "bought yourself",
    "Vendor;PO Number;Amount;Date;Item Product;Item Cost|Boyle Inc;PO-1;120.00;2026-05-01;Paper;12": "bought yourself",
    "Vendor;Client;Category;Amount;Date|Boyle Inc;;Travel;12.00;2026-05-01": "bought yourself",
    "Bestellnr;Lieferant;Bestelldatum;Artikel;Menge;Einzelpreis|B-1;Holz;01.02.2026;Brett;10;5,00": "bought yourself",
    "Date;Description;Debit;Credit;Balance|2026-02-01;Acme Ltd;;100.00;1100.00": "bookings or a bank statement",
    "Buchungstag;Empfänger;Verwendungszweck;Betrag|01.02.2026;Huber;R-1;119,00": "bookings or a bank statement",
    "Quote Number;Quote Date;Client;Subtotal;Tax;Total|Q-1;2026-02-01;Acme Ltd;100.00;20.00;120.00": "quotes",
    "Angebotsnr;Angebotsdatum;Kunde;Netto;MwSt;Brutto|AN-1;01.02.2026;Huber;100,00;19,00;119,00": "quotes",
    "Number;User;Client;Project;Description;Start Date;End Date;Duration;Rate|1;Dan;Acme;Site;Text;2026-05-01;2026-05-01;1;90": "tasks",
}  # fmt: skip
# Lists that no single heading decides.
TOLD_TOGETHER = {
    "Numero;Data;Cliente;Imponibile;IVA;Totale;Scadenza|1/A;15/01/2026;Rossi Srl;500,00;110,00;610,00;15/02/2026": "invoices",
    "Belegart;Belegnr;Belegdatum;Kunde;Netto;USt;Brutto|Rechnung;RE1;05.03.2026;Huber;100,00;19,00;119,00": "invoices",
    "Rechnung;Datum;Kunde;Bezeichnung;Anzahl;Preis netto|R-20;01.02.2026;Huber;Ziegel;100;2,00": "invoices",
    "RechnungsNr;Datum;Kunde;Artikel;Menge;Einheit;Einzelpreis;MwSt-Satz|R-1;01.02.2026;Huber;Ziegel;2;Stk;5,00;19": "invoices",
    "Customer;Plan;Start Date;Billing;Price;Notice|Acme Ltd;Pro;2025-01-15;Annual;1200.00;30 days": "contracts",
    "Mieter;Mietobjekt;Mietbeginn;Kaltmiete|Anna Müller;Wohnung 3;01.05.2020;650,00": "contracts",
    "Référence;Désignation;Famille;Prix HT;TVA;Unité|R1;Baguette;Pain;0,90;5,5 %;pièce": "catalogue",
    "Leistung;Preis;Dauer|Haarschnitt;35,00;45 min": "catalogue",
    "Artikelnr;Artikel;Lieferant;EK;VK;MwSt;Einheit|A1;Brett;Holz Maier;5,00;8,00;19;Stk": "catalogue",
    "Kundennr;Firma;Straße;PLZ;Ort;Unsere Lieferantennr|1;Huber GmbH;Weg 1;01067;Dresden;70012": "customers",
    "Nr;Name;Vorname;Geburtsdatum;Telefon;Tarif;Beginn;Beitrag;Zahlweise"
    "|1;Müller;Anna;03.04.1975;0351 123456;A;01.01.2020;5,00;jährlich": "customers",
    "Name;Telefon;Angebotsnr;Angebotsdatum;Summe;Aufgaben|Huber;0351 123456;AN-1;01.02.2026;100,00;anrufen": "customers",
    "Name;E-Mail;Projekt;Dauer;Start;Betrag|Huber;h@x.example;Dach;3 Wochen;01.02.2026;1000": "customers",
    "Mandant;Leistung;Stundensatz;Stunden;Betrag;Datum;Rechnung|Huber;Beratung;100,00;2;200,00;01.02.2026;R-1": "invoices",
    "Société;Ville;Téléphone;N° contrat;Objet du contrat;Début;Mensualité;N° facture;Date facture;Montant TTC"
    "|Café;Paris;01 23 45 67 89;C1;Entretien;15/01/2025;50,00;F1;15/02/2025;50,00": "mixed",
}  # fmt: skip
# Invoices: number → without tax, tax, with tax, open (cents).
AMOUNTS = {
    "lines alike": (
        ["Invoice No;Date;Customer;Description;Qty;Unit Price;Amount", "5;2026-02-21;Acme;Lesson;1;50.00;50.00",
         "5;2026-02-21;Acme;Lesson;1;50.00;50.00", "6;2026-02-23;Bolt;Lesson;2;50.00;100.00"],
        {"5": (10000, 0, 10000, 10000), "6": (10000, 0, 10000, 10000)}),
    "the total on each line": (
        ["Invoice No;Date;Customer;Description;Qty;Unit Price;Total", "5;2026-02-21;Acme;Lesson;1;50.00;100.00",
         "5;2026-02-21;Acme;Lesson;1;50.00;100.00"],
        {"5": (10000, 0, 10000, 10000)}),
    "rates below tax": (
        ["Rechnungsnr;Rechnungsdatum;Kunde;Position;Menge;Preis netto;MwSt;Rechnungsbetrag",
         "1;01.02.2026;Huber;Torte;2;10,00;19%;34,50", "1;01.02.2026;Huber;Brot;1;10,00;7%;34,50"],
        {"1": (3000, 450, 3450, 3450)}),
    "discounts": (
        ["RechnungsNr;Datum;Kunde;Artikel;Menge;Einzelpreis;Rabatt %;Gesamt;MwSt-Satz",
         "R-1;01.02.2026;Huber;Ziegel;100;2,00;10;180,00;19", "R-1;01.02.2026;Huber;Montage;3;50,00;0;150,00;19"],
        {"R-1": (33000, 6270, 39270, 39270)}),
    "discounts without amounts": (
        ["RechnungsNr;Datum;Kunde;Artikel;Menge;Einzelpreis netto;Rabatt %;MwSt-Satz",
         "R-1;01.02.2026;Huber;Ziegel;100;2,00;10;19", "R-1;01.02.2026;Huber;Montage;3;50,00;;19"],
        {"R-1": (33000, 6270, 39270, 39270)}),
    "prices with tax": (
        ["Rechnungsnr;Datum;Kunde;Artikel;Menge;Einzelpreis brutto;Rabatt %;MwSt %;Summe brutto",
         "1;01.02.2026;Huber;Torte;2;11,90;0;19;23,80", "1;01.02.2026;Huber;Brot;1;10,70;10;7;9,63"],
        {"1": (2900, 443, 3343, 3343)}),
    "amounts of lines in French": (
        ["N° facture;Date facture;Client;Désignation;Qté;PU HT;Remise %;TVA %;Montant HT",
         "F1;25/02/2026;Café;Nettoyage;2;50,00;10;20;90,00", "F1;25/02/2026;Café;Produits;1;30,00;;20;30,00"],
        {"F1": (12000, 2400, 14400, 14400)}),
    "columns for each rate": (
        ["Numero;Data;Cliente;Imponibile 22%;IVA 22%;Imponibile 10%;IVA 10%;Totale",
         "1;20/01/2026;Rossi;100,00;22,00;50,00;5,00;177,00", "2;21/01/2026;Bianchi;200,00;44,00;;;244,00"],
        {"1": (15000, 2700, 17700, 17700), "2": (20000, 4400, 24400, 24400)}),
    "lines below their invoice in Spanish": (
        ["Cliente;NIF;Factura;Fecha;Artículo;Unidades;Precio;IVA %;Importe", "Ruiz SL;B12345674;A1;15/01/2026;Silla;2;50,00;21;100,00",
         ";;;;Mesa;1;100,00;21;100,00", "Sol SA;A28015865;A2;16/01/2026;Silla;1;50,00;21;50,00"],
        {"A1": (20000, 4200, 24200, 24200), "A2": (5000, 1050, 6050, 6050)}),
    "paid in part": (
        ["Kundennummer;Name;Re.-Nr.;Re.-Datum;Re.-Betrag;Zahldatum;Zahlbetrag", "1;Huber;4711;15.01.2026;119,00;20.01.2026;119,00",
         "2;Weber;4712;16.01.2026;50,00;25.01.2026;20,00"],
        {"4711": (11900, 0, 11900, 0), "4712": (5000, 0, 5000, 3000)}),
    "the currency in the headings": (
        ["Rechnungs-Nr.;Rechnungs-Datum;Kunde;Netto EUR;MwSt. EUR;Brutto EUR;bezahlt EUR;Rest EUR",
         "1;31.01.24;Huber;1.000,00;190,00;1.190,00;1.000,00;190,00"],
        {"1": (100000, 19000, 119000, 19000)}),
    "rates among words": (
        ["*InvoiceNo,*Customer,*InvoiceDate,ItemDescription,ItemQuantity,ItemRate,*ItemAmount,*ItemTaxCode",
         "1001,Acme,01/31/2026,Logo,2,100,200,20.0% S", "1001,Acme,01/31/2026,Cards,1,50,50,20.0% S"],
        {"1001": (25000, 5000, 30000, 30000)}),
    "what is open in Dutch": (
        ["Factuurnr;Factuurdatum;Klant;Bedrag excl. btw;Btw;Bedrag incl. btw;Openstaand bedrag",
         "F1;16-01-2026;Jansen;200,00;42,00;242,00;142,00"],
        {"F1": (20000, 4200, 24200, 14200)}),
    "subtotals of lines": (
        ["Client Name;Invoice #;Date Issued;Item Name;Rate;Quantity;Line Subtotal;Tax 1 Amount;Line Total;Currency",
         "X;1;2021-01-28;A;100.00;10;900.00;117.00;1017.00;USD", "X;1;2021-01-28;B;50.00;2;100.00;13.00;113.00;USD"],
        {"1": (100000, 13000, 113000, 113000)}),
}  # fmt: skip


def _file(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text.replace("|", "\n") + "\n", encoding="utf-8")
    return path


def _come_and_go(path):
    """Import a file twice and take it back; what is there in between is given."""
    before = dumping.text(business=True)
    result = in_process.run(path)
    documents = (
        "SELECT number, line_total_minor, tax_total_minor, grand_total_minor, b.open_minor, d.due_on FROM document d"
    )
    found = {number: rest for number, *rest in db.query(f"{documents} JOIN document_balance b ON b.id = d.id")}
    contracts = {title: rest for title, *rest in db.query("SELECT title, value_minor, interval FROM contract")}
    deals = dict(db.query("SELECT title, probability_bp FROM opportunity"))
    after = dumping.text(business=True)
    assert not +in_process.run(path).outcome.created
    assert dumping.text(business=True) == after
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before
    return found or contracts or deals


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_no_business_with_customers_is_told(data_file, tmp_path, text):
    with pytest.raises(UserError, match=FOREIGN[text]):
        in_process.run(_file(tmp_path, text), dry_run=True)


@pytest.mark.parametrize("text", TOLD_TOGETHER)
def test_headings_tell_together_what_none_of_them_decides(data_file, tmp_path, text):
    assert in_process.run(_file(tmp_path, text), dry_run=True).kind == TOLD_TOGETHER[text]


@pytest.mark.parametrize("case", AMOUNTS)
def test_amounts_of_invoices_are_right_to_the_cent(data_file, tmp_path, case):
    rows, wanted = AMOUNTS[case]
    found = _come_and_go(_file(tmp_path, "|".join(rows)))
    assert {number: tuple(amounts[:4]) for number, amounts in found.items()} == wanted


def test_the_type_of_a_document_makes_it_a_credit_note(data_file, tmp_path):
    rows = "Rechnung;R1;15.01.2026;Huber;119,00|Rechnungskorrektur;K1;16.01.2026;Huber;19,00"
    in_process.run(_file(tmp_path, f"Belegtyp;Belegnummer;Belegdatum;Kontaktname;Gesamtbetrag|{rows}"))
    assert db.query("SELECT number, kind FROM document ORDER BY id") == [("R1", "invoice"), ("K1", "credit_note")]


def test_amounts_in_several_currencies_want_a_look(data_file, tmp_path):
    path = _file(tmp_path, "Invoice;Date;Client;Total|1;2026-02-21;Acme;€1,200.00|2;2026-02-22;Bolt;$500.00")
    with importing.open_file(path) as opened:
        opened.choose()
        choice = next(choice for choice in opened.match().choices if choice.field == "gross")
    assert (choice.confidence, choice.why[:23]) == ("ask", "Amounts in EUR, USD in ")
    assert choice.why in [note.reason for note in importing.run(path, dry_run=True).outcome.warnings]


def test_a_list_of_suppliers_is_told(data_file, tmp_path):
    path = _file(tmp_path, "Lieferant;Telefon;Straße;PLZ;Ort|Holz Maier GmbH;0351 12345;Weg 1;01067;Dresden")
    told = [note.reason for note in in_process.run(path, dry_run=True).outcome.warnings]
    assert told == ["Looks like a list of suppliers; they would come in as customers"]


def test_terms_in_days_make_the_day_on_which_an_invoice_is_due(data_file, tmp_path):
    rows = "1;2026-01-31;Acme;450.00;Net 30|2;2026-02-15;Bolt;80.00;Due on receipt|3;2026-02-16;Bolt;8.00;later"
    found = _come_and_go(_file(tmp_path, f"Inv #;Date;Client;Amount;Terms|{rows}"))
    assert [due for *_amounts, due in found.values()] == ["2026-03-02", "2026-02-15", "2026-03-02"]
    head = ["Rechnungsnr", "Datum", "Kunde", "Betrag", "Zahlungsziel"]
    importing.run(write_xlsx(tmp_path / "f.xlsx", {"A": [head, ["R-1", DAY, "Huber", 9, 10]]}))
    assert db.query("SELECT due_on FROM document") == [("2026-02-11",)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("14", 14), ("30 Tage netto", 30), ("2/10 net 30", 30), ("10 Tage 2 % Skonto, 30 Tage", 30), ("sofort", 0), ("à réception", 0),
        ("60 jours", 60), ("contado", 0), ("rimessa diretta", 0), ("14 dagen", 14), ("7 dni", 7), ("nach Absprache", None), ("2026", None),
    ],
)  # fmt: skip
def test_in_how_many_days_an_invoice_is_due(text, days):
    assert due_words.days(text) == days


def test_a_fee_is_due_as_its_heading_says_and_counted_up_to_how_it_is_paid(data_file, tmp_path):
    head = "Contrat;Client;Objet;Date de début"
    yearly = _file(tmp_path, f"{head};Montant annuel|C-1;Café;Entretien;15/01/2025;600,00")
    assert _come_and_go(yearly) == {"Entretien": [60000, "year"]}
    paid = "V-1;Huber;Klima;15.01.2025;120,00;vierteljährlich|V-2;Weber;Gas;15.01.2025;10,00;monatlich"
    monthly = _file(tmp_path, f"Vertragsnr;Kunde;Vertragsart;Vertragsbeginn;Monatsbeitrag;Zahlweise|{paid}")
    assert _come_and_go(monthly) == {"Klima": [36000, "quarter"], "Gas": [1000, "month"]}
    paid = "V-1;Huber;Klima;15.01.2025;1.200,00;monatlich|V-2;Weber;Gas;15.01.2025;100,00;monatlich"
    path = _file(tmp_path, f"Vertragsnr;Kunde;Vertragsart;Vertragsbeginn;Jahresbeitrag;Zahlweise|{paid}")
    told = [note.value for note in in_process.run(path, dry_run=True).outcome.warnings if note.row]
    assert _come_and_go(path) == {"Klima": [10000, "month"], "Gas": [10000, "year"]}
    assert told == ["€100.00"]


def test_a_probability_is_a_share_or_per_cent(data_file, tmp_path):
    path = _file(tmp_path, "Deal;Kunde;Phase;Wert;Chance %|Dach;Huber;Anfrage;900,00;0,75|Zaun;Weber;Anfrage;90,00;60")
    assert _come_and_go(path) == {"Dach": 7500, "Zaun": 6000}


def test_numbers_below_contract_are_its_numbers_where_another_column_says_what_it_is_about(data_file, tmp_path):
    head = "Contrato;Cliente;Concepto;Fecha inicio;Cuota mensual;Preaviso"
    rows = "C1;Ruiz;Riego;15/01/2025;50,00;2 meses|C2;Sol;Poda;15/02/2025;9,00;1 mes"
    assert _come_and_go(_file(tmp_path, f"{head}|{rows}")) == {"Riego": [5000, "month"], "Poda": [900, "month"]}
