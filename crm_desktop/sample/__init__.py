"""The sample company: a lamp workshop with a year of work, in a data file of its own.

It is made as an owner would make it: the spreadsheets in `resources/sample` are imported, then invoices are issued
month by month, paid, now and then late, corrected once. Days are counted back from today, so that it always looks alive.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from crm_desktop.activity import reminders, timeline
from crm_desktop.billing import (
    bank_booking,
    chain,
    credit_notes,
    deposits,
    drafts,
    invoice_list,
    invoices,
    payments,
    quotes,
    receipts,
    recurring_edit,
    rows,
)
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.billing.document import (
    CORRECTED,
    DELIVERY_NOTE,
    INVOICE,
    ORDER_CONFIRMATION,
    PROFORMA,
    QUOTE,
    Draft,
    DraftLine,
)
from crm_desktop.company import profile
from crm_desktop.core import dates, resources
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import contacts, customer_list, customers
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.exchange import importing
from crm_desktop.insight import lifecycle_moves
from crm_desktop.sales import catalogue, contracts, work_done
from crm_desktop.sales.basket import Adjustment
from crm_desktop.sample import reach, relations

SHEETS = (
    ("Kunden.xlsx", "customers"),
    ("Preisliste.csv", "catalogue"),
    ("Verträge.xlsx", "contracts"),
    ("Rechnungen 2024.csv", "invoices"),
    ("Rechnungen 2025.csv", "invoices"),
)
INVOICES = 48
# Which of them nobody paid: they are 20 to 50 days old today.
_LATE = (40, 42, 44)
# After so many invoices the stages of customers follow, so that they have a history.
_TENDED_EVERY = 6
_DEAR = 100


@dataclass(frozen=True)
class _Sale:
    """One invoice to come: who, how many days ago, which items and how many, whether and when it was paid."""

    customer_id: int
    days_ago: int
    items: tuple[tuple[catalogue.Item, Decimal], ...]
    paid_after: int | None
    discount: Decimal | None


def create(path: Path, render: invoices.Render, progress: Progress | None = None) -> None:
    """Make the sample company as a new data file and open it.

    Args:
        path: where; must not exist yet.
        render: makes the PDF of an issued document.
        progress: told how far it is.

    Raises:
        UserError: the file is there already.
        Cancelled: the user cancelled; the unfinished file is removed.
    """
    progress = progress or Progress()
    migrate.open_file(path, create=True)
    try:
        _set_up()
        for place, (name, kind) in enumerate(SHEETS):
            progress(place, len(SHEETS) + INVOICES, _("Importing {file}").format(file=name))
            importing.run(resources.resource("sample", name), kind=kind)
        _fill_in()
        _agree()
        _trade(render, progress)
        _leave_open()
        relations.fill()
        reach.fill()
    except BaseException:
        db.close()
        path.unlink(missing_ok=True)
        raise


def _words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.resource("sample", "company.json").read_text(encoding="utf-8"))
    return found


def _set_up() -> None:
    with db.transaction():
        profile.set_up(country="DE", language="de", currency="EUR", is_sample=True)
        profile.save(_words()["company"])
        profile.set_logo(resources.resource("sample", "logo.png").read_bytes())


def _by_name() -> dict[str, int]:
    return {row.name: row.id for row in customer_list.rows(customer_list.ids())}


def _fill_in() -> None:
    """What no spreadsheet says: manners, people, what was talked about, what was promised."""
    words, known, today = _words(), _by_name(), dates.today()
    with db.transaction():
        for manner in words["manners"]:
            customers.save({k: manner[k] for k in ("language", "served_by")}, known[manner["customer"]])
        for name, people in words["people"].items():
            for person in people:
                born = date.fromisoformat(person["birthday"]) if "birthday" in person else None
                contacts.save_person(contacts.Person(**person | {"birthday": born, "customer_id": known[name]}))
        for event in words["events"]:
            day = dates.add_days(today, -event["days_ago"])
            at = min(datetime(day.year, day.month, day.day, 9, 12, tzinfo=UTC), dates.now())
            timeline.add(known[event["customer"]], event["kind"], event["title"], body=event["body"], happened_at=at)
        for reminder in words["reminders"]:
            day = dates.add_days(today, reminder["days_ahead"])
            reminders.save(reminder["title"], day, customer_id=known[reminder["customer"]])


def _agree() -> None:
    """Contracts that the workshop pays, one of them to be decided on within days; and which ones renew by themselves."""
    words, today = _words(), dates.today()
    with db.transaction():
        for paid in words["contracts"]:
            start = dates.add_months(dates.add_days(today, 39), -paid["months_ago"])
            end = dates.add_days(dates.add_months(start, paid["months"]), -1) if paid["months"] else None
            kept = {k: v for k, v in paid.items() if k not in ("months_ago", "months")}
            own = {"direction": "expense", "start_on": start, "end_on": end, "renewal_months": paid["months"]}
            contracts.save(kept | own)
        for contract in contracts.rows(contracts.ids()):
            if contract.title in words["renewals"]:
                contracts.save({"renewal_months": words["renewals"][contract.title]}, contract.id)


def _sales() -> list[_Sale]:
    """The invoices of the year, oldest first; the last weeks leave some open and three overdue."""
    chance, words = random.Random(1907), _words()
    known, items = _by_name(), {item.number: item for item in catalogue.rows(catalogue.ids(order="number"))}
    # Who of the older years stayed, the loyal ones more often, and some who are new.
    buyers, often = [known[name] for name in words["buyers"]], list(words["buyers"].values())
    goes_with = words["goes_with"]
    alone = [number for number in items if number not in goes_with.values()]
    found = []
    for number in range(INVOICES):
        days_ago = (INVOICES - 1 - number) * 320 // INVOICES
        chosen = chance.sample(alone, chance.randint(1, 4))
        chosen += [goes_with[one] for one in chosen if one in goes_with and chance.random() < 0.9]
        lines = tuple((items[one], _how_much(items[one], chance)) for one in chosen)
        late = number in _LATE
        paid = None if days_ago < 16 or late else chance.randint(3, 16)
        discount = Decimal(5) if chance.random() < 0.2 else None
        buyer = chance.choices(buyers, often)[0]
        if str(number) in words["newcomers"]:
            buyer = known[words["newcomers"][str(number)]]
        found.append(_Sale(buyer, days_ago, lines, paid, discount))
    return found


def _how_much(item: catalogue.Item, chance: random.Random) -> Decimal:
    """Few lamps, more of what is cheap, hours by halves."""
    wanted = Decimal(chance.randint(1, 3 if item.price >= _DEAR else 12))
    return wanted / 2 if item.unit == "HUR" else wanted


def _trade(render: invoices.Render, progress: Progress) -> None:
    today, sales = dates.today(), _sales()
    for done, sale in enumerate(sales):
        progress(len(SHEETS) + done, len(SHEETS) + len(sales), _("Writing invoices"))
        day = dates.add_days(today, -sale.days_ago)
        with dates.freeze(day):
            issued = invoices.issue_draft(_draft(sale, day), render)
        if sale.paid_after is not None and issued.id is not None:
            with dates.freeze(min(dates.add_days(day, sale.paid_after), today)):
                payments.record(issued.id, payments.open_amount(issued.id))
        if done % _TENDED_EVERY == 0:
            with dates.freeze(day):
                lifecycle_moves.run()
    _special_cases(sales, render)


def _draft(sale: _Sale, day: date) -> Draft:
    draft = drafts.begin(sale.customer_id)
    lines = tuple(
        DraftLine(
            name=item.name_in(draft.language)[0],
            description=item.name_in(draft.language)[1],
            quantity=quantity,
            price=item.price,
            unit=item.unit,
            category=item.category,
            rate=Decimal(item.rate_bp) / 100,
            item_id=item.id,
            item_number=item.number,
            allowances=(Adjustment(percent=sale.discount, reason=_("Discount")),) if sale.discount and n == 0 else (),
        )
        for n, (item, quantity) in enumerate(sale.items)
    )
    return replace(draft, lines=lines, service_from=dates.add_days(day, -2), service_to=day)


def _special_cases(sales: list[_Sale], render: invoices.Render) -> None:
    """One of each: a part payment, a cancelled invoice, a sale over the counter, a draft that waits."""
    open_ids = db.query("SELECT id FROM document_balance WHERE open_minor > 0 ORDER BY due_on DESC LIMIT 2")
    (newest,), (before,) = open_ids[0], open_ids[1]
    payments.record(before, (payments.open_amount(before) / 2).quantize(Decimal("0.01")))
    counter = receipts.begin("cash")
    item = catalogue.find("Filament")[0]
    line = DraftLine(
        name=item.name, quantity=Decimal(3), price=item.price, rate=Decimal(item.rate_bp) / 100, item_id=item.id
    )
    invoices.issue_draft(replace(counter, lines=(line,)), render)
    credit_notes.cancel(newest, render)
    drafts.save(replace(_draft(sales[0], dates.today()), order_number="PO 7781 / 2. OG"))
    _one_of_each_kind(sales, render)
    _e_invoices(sales, render)


def _one_of_each_kind(sales: list[_Sale], render: invoices.Render) -> None:
    """From a quote to the final invoice that takes deposit and partial invoice off; and a corrected invoice."""

    def issue(draft: Draft) -> int:
        return invoices.issue(draft.id or 0, render).id or 0

    sale = max(sales, key=lambda found: len(found.items))
    wanted = _draft(replace(sale, customer_id=_by_name()["Café Ostwind"]), dates.today())
    offer = drafts.begin(wanted.customer_id, kind=QUOTE)
    quote = issue(drafts.save(replace(offer, lines=wanted.lines)))
    quotes.accept(quote)
    order = issue(chain.follow(quote, ORDER_CONFIRMATION))
    for kind in (PROFORMA, DELIVERY_NOTE):
        issue(chain.follow(order, kind))
    issue(deposits.deposit(order, percent=Decimal(30)))
    first = rows.line_ids(order)[0]
    issue(deposits.partial(order, {first: Decimal(1)}))
    final = invoices.get(issue(chain.follow(order, INVOICE)))
    mended = replace(wanted, type_code=CORRECTED, preceding_number=final.number or "", preceding_on=final.issue_on)
    issue(drafts.save(replace(mended, lines=wanted.lines[:1])))


def _e_invoices(sales: list[_Sale], render: invoices.Render) -> None:
    """An invoice in each format that customers demand."""
    known = _by_name()
    for words in _words()["einvoices"]:
        customer = known[words["customer"]]
        customers.save({name: value for name, value in words.items() if name != "customer"}, customer)
        draft = _draft(replace(sales[0], customer_id=customer), dates.today())
        invoices.issue_draft(replace(draft, buyer_reference=words["buyer_reference"]), render)


def _leave_open() -> None:
    """What waits on the desk: work to be billed, contracts that are billed regularly, a bank statement to be booked."""
    known, today, words = _by_name(), dates.today(), _words()
    for done in words["work"]:
        values = work_done.start(known[done["customer"]]) | {
            "done_on": dates.add_days(today, -done["days_ago"]), "name": done["name"],
            "quantity": Decimal(done["hours"]), "price": Decimal(done["price"]),
        }  # fmt: skip
        work_done.save(values)
    for contract in contracts.rows(contracts.ids()):
        if contract.title in words["billed_regularly"]:
            recurring_edit.from_contract(contract.id)
    bank_booking.take_in(_bank_file(today))


def _bank_file(today: date) -> BankFile:
    """A statement of the last week: money for open invoices, some of it not quite right, and what went out."""
    open_ids = [i for i in invoice_list.ids("open", order="due_on") if invoices.get(i).open > 0][:3]
    owed = [invoices.get(i) for i in open_ids]
    taken = [Decimal(1), Decimal("0.98"), Decimal(1)]
    purposes = ["{number} vielen Dank", "Rechnung {number} abzgl. Skonto", "Ueberweisung"]
    movements = [
        Movement(
            booked_on=dates.add_days(today, -place), currency="EUR", party=document.buyer.get("name", ""),
            amount_minor=int((document.open * share * 100).to_integral_value()),
            purpose=purpose.format(number=document.number),
        )
        for place, (document, share, purpose) in enumerate(zip(owed, taken, purposes, strict=False), start=1)
    ]  # fmt: skip
    movements.append(
        Movement(
            booked_on=dates.add_days(today, -2),
            currency="EUR",
            amount_minor=-18740,
            party="Stadtwerke",
            purpose="Strom",
        )
    )
    company = profile.load()
    statement = Statement(
        format="camt", account=company.iban, number="47", currency="EUR", from_on=dates.add_days(today, -7), to_on=today,
        opening_minor=412_300, closing_minor=412_300 + sum(m.amount_minor for m in movements), movements=tuple(movements),
    )  # fmt: skip
    return BankFile(name=_("Statement 47.xml"), sha256="sample", statements=(statement,))
