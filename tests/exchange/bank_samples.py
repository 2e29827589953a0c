"""Bank statements as banks write them, made for the tests; no real account is among them."""

from __future__ import annotations

from collections.abc import Sequence

OWN = "DE89370400440532013000"
CAFE = "DE02120300000000202051"

CAMT_ENTRY = """<Ntry><NtryRef>{ref}</NtryRef><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{more}
<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{ref}</AcctSvcrRef>
<NtryDtls>{details}</NtryDtls><AddtlNtryInf>SEPA-Gutschrift</AddtlNtryInf></Ntry>"""


def camt_details(
    purpose: str,
    *,
    end_to_end: str = "NOTPROVIDED",
    name: str = "Cafe Ostwind",
    iban: str = CAFE,
    amount: str = "",
    side: str = "Dbtr",
) -> str:
    """One TxDtls."""
    money = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{money}<RltdPties><{side}><Nm>{name}</Nm></{side}>"
        f"<{side}Acct><Id><IBAN>{iban}</IBAN></Id></{side}Acct></RltdPties>"
        f"<RmtInf><Ustrd>{purpose}</Ustrd></RmtInf></TxDtls>"
    )


def camt_entry(
    amount: str,
    details: str,
    *,
    day: str = "2026-11-20",
    sign: str = "CRDT",
    ref: str = "R1",
    currency: str = "EUR",
    status: str = "BOOK",
    more: str = "",
) -> str:
    """One Ntry."""
    return CAMT_ENTRY.format(
        amount=amount, details=details, day=day, sign=sign, ref=ref, currency=currency, status=status, more=more
    )


def camt(
    entries: Sequence[str],
    *,
    opening: str = "1000.00",
    closing: str = "",
    version: str = "02",
    number: str = "47",
    account: str = OWN,
) -> str:
    """A whole camt.053; without `closing` no balances are told."""
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-20</Dt></Dt></Bal>"
    )
    balances = balance.format("OPBD", opening) + balance.format("CLBD", closing) if closing else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id>"
        f"<ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


MT940 = """:20:STARTUMSE
:25:37040044/0532013000
:28C:00047/001
:60F:C261119EUR1000,00
:61:2611201120CR119,00NTRFNONREF//B7
:86:166?00SEPA-GUTSCHRIFT?109310?20EREF+RE-2026-0001?21SVWZ+Rechnung Nr. RE-2026-0
?22001 Danke f\u00fcr alles?30DEUTDEFF?31DE02120300000000202051?32CAFE?33OSTWIND
:61:2611201120RD9,00NRTINONREF
:86:166?00RUECKLASTSCHRIFT?20SVWZ+Rueckgabe?32ZOO
:62F:C261120EUR1128,00
-
"""

MT940_PLAIN = """{1:F01BANKDEFFXXXX}{2:I940}{4:
:20:940S260101
:25:NL91ABNA0417164300EUR
:28C:1/1
:60F:D260101EUR10,00
:61:260101C119,5NTRFNONREF//B7
/TRCD/00100/
:86:/EREF/RE-2026-0001/ORDP//NAME/CAFE OSTWIND/REMI/USTD//Invoice RE-2026-
0001/IBAN/DE02120300000000202051/
:62F:C260101EUR109,50
-}
"""

SPARKASSE = (
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";'
    '"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";'
    '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"\n'
    '"DE89370400440532013000";"20.11.26";"20.11.26";"GUTSCHR. UEBERWEISUNG";"RE-2026-0001 f\u00fcr Tische";"";"";"RE1";"";'
    '"";"";"Caf\u00e9 Ostwind";"DE02120300000000202051";"BYLADEM1001";"1.119,00";"EUR";"Umsatz gebucht"\n'
    '"DE89370400440532013000";"21.11.26";"21.11.26";"LASTSCHRIFT";"Strom";"";"";"";"";"";"";"Stadtwerke";'
    '"DE02120300000000202051";"BYLADEM1001";"-80,50";"EUR";"Umsatz vorgemerkt"\n'
)
VOLKSBANK = (
    "Bezeichnung Auftragskonto;IBAN Auftragskonto;BIC Auftragskonto;Bankname Auftragskonto;Buchungstag;Valutadatum;"
    "Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;BIC (SWIFT-Code) Zahlungsbeteiligter;Buchungstext;"
    "Verwendungszweck;Betrag;Waehrung;Saldo nach Buchung;Bemerkung\n"
    "Konto;DE89370400440532013000;X;VR;21.11.2026;21.11.2026;Stadtwerke;DE02120300000000202051;X;Lastschrift;Strom;"
    "-80,50;EUR;1.038,50;\n"
    "Konto;DE89370400440532013000;X;VR;20.11.2026;20.11.2026;Cafe Ostwind;DE02120300000000202051;X;Gutschrift;"
    "SVWZ+RE-2026-0001 EREF+R1;119,00;EUR;1.119,00;\n"
)
VOLKSBANK_OLD = (
    'Volksbank Hamburg;;;;\n;;;;\n"Kontoinhaber:";"Lindner";;;\n;;;;\n'
    '"Buchungstag";"Valuta";"Empf\u00e4nger/Auftraggeber";"Vorgang/Verwendungszweck";"W\u00e4hrung";"Umsatz";" "\n'
    '"20.11.2026";"20.11.2026";"CAFE OSTWIND";"Gutschrift\nRE-2026-0001";"EUR";"119,00";"H"\n'
    '"21.11.2026";"21.11.2026";"STADTWERKE";"Strom";"EUR";"80,50";"S"\n'
)
DKB = (
    '"Girokonto";"DE89370400440532013000"\n""\n"Kontostand vom 22.11.2026:";"1.038,50 \u20ac"\n""\n'
    '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempf\u00e4nger*in";"Verwendungszweck";'
    '"Umsatztyp";"IBAN";"Betrag (\u20ac)";"Gl\u00e4ubiger-ID";"Mandatsreferenz";"Kundenreferenz"\n'
    '"21.11.26";"21.11.26";"Gebucht";"Werkstatt Lindner";"Stadtwerke";"Strom";"Ausgang";"DE02120300000000202051";'
    '"-80,5";"";"";""\n'
    '"20.11.26";"20.11.26";"Gebucht";"Cafe Ostwind";"Werkstatt Lindner";"RE-2026-0001";"Eingang";'
    '"DE02120300000000202051";"119";"";"";"R1"\n'
)
ING = (
    "Umsatzanzeige;Datei erstellt am: 22.11.2026 08:12\n\nIBAN;DE89 3704 0044 0532 0130 00\nKontoname;Girokonto\n"
    "Bank;ING\nKunde;Lindner\nZeitraum;01.11.2026 - 22.11.2026\nSaldo;1.038,50;EUR\n\nSortierung;Datum absteigend\n\n"
    "In der CSV-Datei finden Sie alle bereits gebuchten Ums\u00e4tze.\n\n"
    "Buchung;Wertstellungsdatum;Auftraggeber/Empf\u00e4nger;Buchungstext;Verwendungszweck;Saldo;W\u00e4hrung;Betrag;W\u00e4hrung\n"
    "21.11.2026;21.11.2026;Stadtwerke;Lastschrift;Strom;1.038,50;EUR;-80,50;EUR\n"
    "20.11.2026;20.11.2026;Cafe Ostwind;Gutschrift;RE-2026-0001;1.119,00;EUR;119,00;EUR\n"
)
N26 = (
    '"Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name","Amount (EUR)",'
    '"Original Amount","Original Currency","Exchange Rate"\n'
    '2026-11-20,2026-11-20,"Cafe Ostwind",DE02120300000000202051,"Credit Transfer","RE-2026-0001","Main",119.0,,,\n'
    '2026-11-21,2026-11-21,Stadtwerke,,"Presentment","-","Main",-80.5,80.5,EUR,1.0\n'
)
PAYPAL = (
    '"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","W\u00e4hrung","Brutto","Geb\u00fchr","Netto","Transaktionscode",'
    '"Rechnungsnummer","Guthaben","Betreff"\n'
    '"20.11.2026","10:00:00","CET","Cafe Ostwind","Website-Zahlung","Abgeschlossen","EUR","119,00","-2,96","116,04",'
    '"T1","RE-2026-0001","1.116,04","Tische"\n'
    '"21.11.2026","10:00:00","CET","Zoo","Zahlung","Ausstehend","EUR","50,00","0,00","50,00","T2","","1.116,04",""\n'
    '"22.11.2026","10:00:00","CET","Dupont","Zahlung","Abgeschlossen","USD","10,00","0,00","10,00","T3","","10,00",""\n'
)
UK = (
    "Date,Transaction Type,Description,Paid Out,Paid In,Balance\n"
    '20/11/2026,FPI,CAFE OSTWIND RE-2026-0001,,"\u00a31,119.00","\u00a32,119.00"\n'
    '21/11/2026,DD,POWER CO,\u00a380.50,,"\u00a32,038.50"\n'
)
US = (
    'Description,,Summary Amt.\nBeginning balance as of 11/01/2026,,"1,000.00"\n\nDate,Description,Amount,Running Bal.\n'
    '11/20/2026,"CAFE OSTWIND RE-2026-0001","119.00","1,119.00"\n11/21/2026,"POWER CO","-80.50","1,038.50"\n'
)
