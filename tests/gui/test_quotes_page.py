"""Quotes, orders and deliveries in the window: the list, what became of a quote, and each next document in one click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import deal_drafts, deposits, drafts, family, invoice_list, invoices, quotes
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.core import dates
from crm_desktop.gui import finder
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.quotes_page import QuotesPage
from crm_desktop.gui.parts import paper_preview
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.insight import today
from crm_desktop.sales import opportunities
from tests.gui.hands import Hands, add_customer, fill_company, issue

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(window: MainWindow) -> Iterator[QuotesPage]:
    """The list over a company that may issue; it is 24 November 2026."""
    with dates.freeze(TODAY):
        fill_company()
        window.show_page("quotes")
        found = window.pages.page()
        assert isinstance(found, QuotesPage)
        yield found


def line(name: str, price: str = "100", quantity: str = "1", role: str = "item") -> DraftLine:
    """A line at 19 %."""
    return DraftLine(name=name, price=Decimal(price), quantity=Decimal(quantity), rate=Decimal(19), role=role)


def offer(customer_id: int, *lines: DraftLine, kind: str = "quote", **values: Any) -> Document:
    """An issued quote, or another kind."""
    draft = replace(drafts.begin(customer_id, kind), lines=lines or (line("Kitchen", "1000"),), **values)
    return invoices.issue_draft(draft, paper_preview.render)


def show(page: QuotesPage, document: Document) -> Any:
    """Select a document; gives its pane."""
    page.activate(select=document.id or 0)
    if page.pane is None:
        page._make_pane()
    page.pane.show_document(document.id)
    return page.pane


def cells(page: QuotesPage, row: int) -> dict[str, Cell]:
    """The cells of a row by the key of the column."""
    return {made.key: page.model.cell(row, index) for index, made in enumerate(page.made.columns)}


def menu_of(pane: Any) -> dict[str, Any]:
    """The entries of the menu of what else can follow."""
    pane.chain._menu.aboutToShow.emit()
    return {act.text(): act for act in pane.chain._menu.actions() if act.text()}


def test_an_empty_list_says_what_quotes_are_good_for(page: QuotesPage):
    assert page.empty.isVisible()
    assert page.made.empty.primary.text == "Write a quote"


def test_rows_say_kind_state_and_until_when_a_quote_holds(page: QuotesPage):
    cafe = add_customer("Cafe Ostwind")
    with dates.freeze(date(2026, 10, 1)):
        offer(cafe)
    offer(cafe, kind="delivery_note")
    page.refresh()
    note, late = cells(page, 0), cells(page, 1)
    assert (late["kind"].text, late["state"].text, late["state"].pill) == ("Quote", "Expired", True)
    assert (late["valid_until"].text, late["gross_minor"].text) == ("31 Oct", "1,190.00")
    assert (note["kind"].text, note["valid_until"].text, note["gross_minor"].text) == ("Delivery note", "–", "–")


def test_views_count_what_became_of_the_quotes(page: QuotesPage):
    cafe = add_customer()
    taken, refused, still = offer(cafe), offer(cafe), offer(cafe)
    quotes.accept(taken.id or 0)
    quotes.decline(refused.id or 0, "too dear")
    page.refresh()
    assert page.counts() == {
        "all": 3, "drafts": 0, "open": 1, "accepted": 1, "declined": 1, "expired": 0, "billed": 0,
    }  # fmt: skip
    page._view_chosen("open")
    assert page.model.ids == [still.id]
    assert [(found.label, found.text) for found in page.sums(page.model.ids)] == [("Quotes and orders", "€1,190.00")]


def test_bills_are_no_part_of_this_list(page: QuotesPage):
    cafe = add_customer()
    issue(cafe)
    made = offer(cafe)
    page.refresh()
    assert page.model.ids == [made.id]


def test_a_quote_is_accepted_declined_with_a_reason_and_reopened(
    page: QuotesPage, window: MainWindow, answers: list[Any]
):
    made = offer(cafe := add_customer())
    deal = opportunities.save({"customer_id": cafe, "title": "Kitchen"})
    deal_drafts.link(deal, "document", made.id or 0)
    pane = show(page, made)
    pane.chain.accept_button.click()
    assert quotes.state(made.id or 0) == "accepted"
    assert opportunities.get(deal).state == "won"
    assert window.toast.text == "“Kitchen” won"
    pane = show(page, made)
    assert not pane.chain.accept_button.isVisible()
    pane.chain.reopen_button.click()
    pane = show(page, made)
    answers.append(lambda dialog: dialog.form.input("reason").set_value("too dear") or "act")
    pane.chain.decline_button.click()
    assert quotes.outcome(made.id or 0) == ("declined", TODAY, "too dear")
    assert not show(page, made).pay_button.isVisible()


def test_from_a_quote_to_its_issued_invoice_takes_two_clicks(page: QuotesPage, window: MainWindow):
    made = offer(add_customer("Cafe Ostwind"), line("Table", "400", "2"))
    pane = show(page, made)
    hands = Hands(most_clicks=2)
    hands.click(pane.chain.invoice_button)
    hands.click(window.pages.page().issue_button)
    bill = invoices.get(window.pages.page()._id)
    assert (bill.kind, bill.source_id, bill.totals.due) == ("invoice", made.id, Decimal("952.00"))
    assert invoice_list.rows([made.id or 0])[0].state == "billed"
    assert hands.clicks == 2


def test_the_usual_next_document_is_one_click(page: QuotesPage, window: MainWindow):
    pane = show(page, offer(add_customer()))
    assert pane.chain.next_button.text() == "Confirm order"
    pane.chain.next_button.click()
    editor = window.pages.page()
    assert editor.view.draft().kind == "order_confirmation"
    editor.primary()
    assert editor.pane.chain.next_button.text() == "Write delivery note"
    editor.pane.chain.next_button.click()
    assert window.pages.page().view.draft().kind == "delivery_note"


def test_options_are_asked_for_before_the_order_is_confirmed(page: QuotesPage, window: MainWindow, answers: list[Any]):
    made = offer(
        add_customer(),
        line("Table", "400"),
        line("Oak", "600", role="alternative"),
        line("Lamp", "50", role="optional"),
    )
    asked: list[list[tuple[str, str]]] = []

    def choose(dialog: Any) -> str:
        asked.append([(row.offered.name, row.offered.detail) for row in dialog.choice.rows])
        dialog.choice.rows[0].tick.click()
        return "act"

    answers.append(choose)
    show(page, made).chain.next_button.click()
    assert asked == [[("Oak", "Instead of Table"), ("Lamp", "Optional")]]
    assert [found.name for found in window.pages.page().view.draft().lines] == ["Oak"]


def test_a_deposit_is_a_share_or_an_amount_and_the_final_invoice_deducts_it(
    page: QuotesPage, window: MainWindow, answers: list[Any]
):
    made = offer(add_customer(), kind="order_confirmation")
    answers.append(lambda dialog: dialog.form.input("percent").set_value(Decimal(30)) or "act")
    menu_of(show(page, made))["Deposit…"].trigger()
    editor = window.pages.page()
    assert (editor.view.draft().type_code, editor.view.totals.total()) == ("386", "€357.00")
    editor.primary()
    pane = show(page, made)
    assert pane.chain.invoice_button.text() == "Final invoice"
    pane.chain.invoice_button.click()
    assert window.pages.page().view.draft().deducted == Decimal("357.00")


def test_more_than_is_left_cannot_be_asked_as_a_deposit(page: QuotesPage, answers: list[Any]):
    made = offer(add_customer())
    said: list[bool] = []

    def refuse(dialog: Any) -> str:
        dialog.form.input("amount").set_value(500000)
        said.append(dialog.allowed("act"))
        return ""

    answers.append(refuse)
    menu_of(show(page, made))["Deposit…"].trigger()
    assert said == [False]
    assert not invoice_list.ids("drafts")


def test_a_part_of_an_order_is_billed_by_lines_and_quantities(page: QuotesPage, window: MainWindow, answers: list[Any]):
    made = offer(add_customer(), line("Chair", "50", "10"), line("Table", "400"), kind="order_confirmation")

    def choose(dialog: Any) -> str:
        field = dialog.choice.rows[0].quantity
        field.set_value(Decimal(4))
        field.edited.emit()
        assert dialog.said.text() == "Lines worth €200.00"
        return "act"

    answers.append(choose)
    menu_of(show(page, made))["Partial invoice…"].trigger()
    draft = window.pages.page().view.draft()
    assert (draft.type_code, [(x.name, x.quantity) for x in draft.lines]) == ("326", [("Chair", 4)])


def test_more_than_there_is_cannot_be_delivered(page: QuotesPage, answers: list[Any]):
    made = offer(add_customer(), line("Chair", "50", "10"), kind="order_confirmation")
    said: list[str] = []

    def choose(dialog: Any) -> str:
        dialog.choice.rows[0].quantity.set_value(Decimal(11))
        dialog.choice.rows[0].quantity.edited.emit()
        assert not dialog.allowed("act")
        said.append(dialog.said.text())
        return ""

    answers.append(choose)
    menu_of(show(page, made))["Deliver a part…"].trigger()
    assert said == ["Of “Chair” at most 10 can be chosen."]


def test_what_belongs_together_is_listed_and_opens(page: QuotesPage, window: MainWindow):
    made = offer(add_customer())
    bill = invoices.issue_draft(deposits.deposit(made.id or 0, percent=Decimal(20)), paper_preview.render)
    pane = show(page, made)
    assert [row._item.text for row in pane.family.items] == [made.number, bill.number]
    assert [row._item.detail.partition(" · ")[0] for row in pane.family.items] == ["Quote", "Deposit invoice"]
    assert [row._item.right for row in pane.family.items] == ["Accepted", "Open"]
    pane.family.items[1].click()
    assert window.pages.page()._id == bill.id
    assert len(family.members(bill.id or 0)) == len(window.pages.page().pane.family.items)


def test_a_document_alone_has_no_family(page: QuotesPage):
    assert not show(page, offer(add_customer())).family.isVisible()


def test_a_new_delivery_note_is_begun_from_the_list(page: QuotesPage, window: MainWindow):
    page.begin("delivery_note")
    assert window.pages.page().view.draft().kind == "delivery_note"
    window.new_record("quote")
    assert window.pages.page().view.draft().kind == "quote"
    window.show_page("quotes")
    page.new()
    assert window.pages.page().view.draft().kind == "quote"


def test_drafts_go_to_the_bin_and_issued_quotes_stay(page: QuotesPage):
    cafe = add_customer()
    draft = drafts.save(replace(drafts.begin(cafe, "quote"), lines=(line("Lamp"),)))
    page.refresh()
    page.delete_ids([draft.id or 0])
    page.refresh()
    assert page.model.ids == []
    made = offer(cafe)
    page.refresh()
    with pytest.raises(Exception, match="can be declined"):
        page.delete_ids([made.id or 0])


def test_quotes_without_an_answer_come_up_in_today_and_open_from_there(page: QuotesPage, window: MainWindow):
    cafe = add_customer("Cafe Ostwind")
    near = offer(cafe, valid_until=date(2026, 11, 26))
    offer(cafe, valid_until=date(2026, 12, 24))
    with dates.freeze(date(2026, 11, 1)):
        gone = offer(cafe, valid_until=date(2026, 11, 20))
    found = [task for task in today.tasks() if task.kind == "quote"]
    assert [(task.title, task.group, task.reason) for task in found] == [
        (f"Ask Cafe Ostwind about {gone.number}", "today", "Expired 4 days ago, no answer."),
        (f"Ask Cafe Ostwind about {near.number}", "week", "Holds for 2 days, no answer yet."),
    ]
    window.show_page("today")
    shown = window.pages.page()
    shown.pane.show_task(found[0])
    shown.pane.do()
    assert window.pages.key() == "quotes"
    assert window.pages.page().table.current_id() == gone.id
    window.show_page("today")
    shown.pane.show_task(found[0])
    shown.pane._accepted(found[0])
    assert quotes.state(gone.id or 0) == "accepted"


def test_from_the_customers_card_a_quote_is_written_and_found_again(page: QuotesPage, window: MainWindow):
    cafe = add_customer("Cafe Ostwind")
    made = offer(cafe)
    window.open_record("customer", cafe)
    card = window.pages.page()
    entry = next(i for i in timeline.ids(cafe) if timeline.rows([i])[0].record_id == made.id)
    card.history.open_entry(entry)
    assert window.pages.page().table.current_id() == made.id
    window.open_record("customer", cafe)
    card.quote_button.click()
    draft = window.pages.page().view.draft()
    assert (draft.kind, draft.customer_id) == ("quote", cafe)


def test_the_palette_finds_quotes_by_number(page: QuotesPage, window: MainWindow):
    made = offer(add_customer("Cafe Ostwind"))
    hit = next(hit for hit in finder.find(str(made.number)) if hit.kind == "quote")
    window.open_record(hit.kind, hit.id)
    assert window.pages.page().table.current_id() == made.id
