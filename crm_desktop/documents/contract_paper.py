"""Letters about a contract as PDF: the contract itself, a cancellation, an offer to renew, the news that it renews.

They stand on the company's letterhead, in the language of the other side, in the owner's own words or the ready-made
ones (`company.letter_texts`). `keep` stores a letter with its contract and enters it in the customer's timeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_desktop.activity import attachments, timeline
from crm_desktop.billing import parties
from crm_desktop.billing.document import Draft, Party
from crm_desktop.company import letter_texts, profile
from crm_desktop.company.letter_texts import LetterText
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.customers import kind_defaults
from crm_desktop.db import connection as db
from crm_desktop.documents import from_record, letter_pdf, paper
from crm_desktop.documents.letter_pdf import Column, Letter, Table
from crm_desktop.documents.wording import name_of_tax
from crm_desktop.sales import contract_letters, contracts
from crm_desktop.sales.contracts import Contract

_NO_FILE_SIGNS = str.maketrans(dict.fromkeys('<>:"/\\|?*', "-"))


@dataclass(frozen=True, kw_only=True)
class Made:
    """A letter as it was made: its PDF, and subject and words for a mail that it goes with."""

    contract_id: int
    purpose: str
    language: str
    file_name: str
    subject: str
    body: str
    content: bytes


def make(contract_id: int, purpose: str, *, text: LetterText | None = None, on: date | None = None) -> Made:
    """The PDF of a letter about a contract; `text` stands in for the words of the settings.

    Raises:
        NotFound: the contract is no longer there.
        UserError: the letter speaks of what the contract does not have, or a character cannot be printed.
    """
    contract = contracts.get(contract_id)
    return make_for(contract, purpose, text=text, on=on)


def make_for(contract: Contract, purpose: str, *, text: LetterText | None = None, on: date | None = None) -> Made:
    """As `make`, of a contract that need not be stored: the sample of the settings."""
    day = on or dates.today()
    receiver = _receiver(contract)
    language = (text.language if text else "") or receiver.get("language") or profile.load().language
    words = text or letter_texts.get(purpose, language)
    values = contract_letters.fields(contract, purpose, words.language, day)
    if lacks := letter_texts.lacking(words, values):
        raise UserError(contract_letters.lacking_words(lacks))
    subject = letter_texts.fill(words.subject, values).strip()
    letter = _letter(_Told(contract, purpose, words, values, day), receiver)
    name = f"{subject} {contract.number}".strip().translate(_NO_FILE_SIGNS)
    before, after, _table = letter_texts.parts(letter_texts.fill(words.body, values))
    return Made(
        contract_id=contract.id,
        purpose=purpose,
        language=words.language,
        file_name=f"{name}.pdf",
        subject=subject,
        body="\n\n".join(part for part in (before, after) if part),
        content=letter_pdf.render(letter),
    )


def sample(text: LetterText) -> bytes:
    """The PDF of a made-up contract in words that are just being written, for the preview of the settings.

    Raises:
        UserError: a character cannot be printed.
    """
    today = dates.today()
    first = dates.add_months(today.replace(day=1), -10)
    made_up = Contract(
        0, "V-2021-004", "income", None, "Hotel Alsterblick GmbH", "", "Beleuchtung" if text.language == "de" else "Lighting",
        first, dates.add_days(dates.add_months(first, 12), -1), 1, "month", 12, 14800, profile.load().currency, "month",
        "active", "", "",
    )  # fmt: skip
    return make_for(made_up, text.purpose, text=text, on=today).content


def keep(made: Made) -> int:
    """Store a letter with its contract and enter it in the customer's timeline; gives the attachment's id."""
    contract = contracts.get(made.contract_id)
    with db.transaction(
        _("{letter} for {title}").format(letter=_(letter_texts.PURPOSES[made.purpose]), title=contract.title)
    ):
        attachment_id = attachments.keep("contract", contract.id, made.file_name, made.content, "application/pdf")
        if contract.customer_id is not None:
            words = _("{letter}: {title}").format(letter=_(letter_texts.PURPOSES[made.purpose]), title=contract.title)
            timeline.record(contract.customer_id, "contract", words, body=made.body, about=("contract", contract.id))
    return attachment_id


# ---- on paper --------------------------------------------------------------------------------------------------------


def _receiver(contract: Contract) -> Party:
    if contract.customer_id is not None:
        draft = Draft(language=profile.load().language, currency=contract.currency, customer_id=contract.customer_id)
        return parties.buyer(draft, profile.load().country)
    return {"name": contract.party, "country": profile.load().country}


def _address(contract: Contract, receiver: Party, home: str, language: str) -> tuple[str, ...]:
    """The lines in the window: the customer's as the post reads them, a payee's as the owner wrote them."""
    if contract.customer_id is None and contract.payee:
        return tuple(line.strip() for line in contract.payee.splitlines() if line.strip())
    return tuple(from_record.address_lines(receiver, home, language))


@dataclass(frozen=True)
class _Told:
    """What a letter is about, and its words."""

    contract: Contract
    purpose: str
    text: LetterText
    values: dict[str, str]
    day: date

    @property
    def said(self) -> dict[str, Any]:
        return letter_texts.words(self.text.language)

    @property
    def locale(self) -> str:
        return contract_letters.locale_of(self.contract, self.text.language)


def _letter(told: _Told, receiver: Party) -> Letter:
    contract, text, day = told.contract, told.text, told.day
    say, company, locale = text.language, profile.load(), told.locale
    sender = parties.seller(company, Draft(language=say, currency=contract.currency))
    before, after, with_table = letter_texts.parts(letter_texts.fill(text.body, told.values))
    if told.purpose != "contract":
        before = f"{from_record.greeting(receiver, say)}\n{before}"
        signed = document_text(say, "Yours sincerely") + "\n" + (company.owner or company.name)
        if with_table:
            after = "\n\n".join(part for part in (after, signed) if part)
        else:
            before = f"{before}\n\n{signed}"
    title = letter_texts.fill(text.subject, told.values).strip()
    zero = from_minor(0, contract.currency)
    return Letter(
        paper=paper.Paper(
            language=say,
            locale=locale,
            currency=contract.currency,
            seller=from_record.seller_of(sender),
            address=_address(contract, receiver, sender.get("country", ""), say),
            head=paper.Head(number=contract.number, issued_on=day),
            lines=(),
            sums=paper.Sums(lines=zero, without_tax=zero, tax=zero, with_tax=zero, due=zero),
            intro=before,
            footer=(company.texts or {}).get(say, {}).get("footer", ""),
            stationery=from_record.stationery(),
        ),
        title=title,
        full_title=f"{title} {contract.number}".strip(),
        facts=_facts(told, receiver, sender),
        tables=(_agreed(told),) if with_table else (),
        body_after=after,
        with_code=False,
    )


def _facts(told: _Told, receiver: Party, sender: Party) -> tuple[tuple[str, str], ...]:
    contract, said, say = told.contract, told.said, told.text.language
    shown = [
        (said["number"], contract.number if contract_letters.is_known_to_them(contract) else ""),
        (said["date"], formats.day(told.day, told.locale)),
        (said["customer_number"], receiver.get("number", "") if contract.direction == "income" else ""),
        (document_text(say, "Contact"), sender.get("owner", "")),
        (document_text(say, "Phone"), sender.get("phone", "")),
    ]
    return tuple((name, value) for name, value in shown if value)


def _agreed(told: _Told) -> Table:
    """The table of what is agreed; an offer to renew shows the next term."""
    contract, said, locale, values = told.contract, told.said, told.locale, told.values
    shown = contract_letters.next_term(contract, told.day) if told.purpose == "renewal" else contract
    per = f"{values['interval']}{_tax_words(contract, told.text.language)}"
    price = f"{formats.amount(shown.value_minor, shown.currency, locale)} {per}"
    rows = [
        (said["title"], contract.title),
        (said["start"], formats.day_long(shown.start_on, locale) if shown.start_on else ""),
        (said["end"], formats.day_long(shown.end_on, locale) if shown.end_on else said["open"]),
        (said["renewal"], _renewal(contract, said) if contract.end_on else ""),
        (said["notice"], values["notice"]),
        (said["price"], price if shown.value_minor else ""),
    ]
    since = shown.start_on or date.min
    for step in shown.steps:
        if step.from_on > since:
            value = formats.amount(contract.value_on(step.from_on), contract.currency, locale)
            name = said["price_from"].format(day=formats.day(step.from_on, locale))
            rows.append((name, f"{value} {per}"))
    heading = said["offered" if told.purpose == "renewal" else "subject"]
    columns = (Column(heading=heading), Column(heading="", wide=True, strong=True))
    return Table(columns=columns, rows=tuple((name, value) for name, value in rows if value))


def _tax_words(contract: Contract, say: str) -> str:
    """Whether tax comes on top of the price, for a customer at home; "" where no tax is charged or it is not known."""
    company = profile.load()
    if contract.direction != "income" or contract.customer_id is None or company.tax_status != "regular":
        return ""
    country = str(db.value("SELECT country FROM customer WHERE id = ?", [contract.customer_id]) or "")
    if country and country != company.country:
        return ""
    gross = kind_defaults.of_customer(contract.customer_id).price_mode == "gross"
    words = document_text(say, "including {tax}") if gross else document_text(say, "plus {tax}")
    return " " + words.format(tax=name_of_tax(say, company.country))


def _renewal(contract: Contract, said: dict[str, Any]) -> str:
    if contract.renewal_months < 0:
        return str(said["goes_on"])
    if not contract.renewal_months:
        return str(said["ends"])
    return str(said["renews"]).format(months=contract_letters.count(said, "month", contract.renewal_months))
