"""Contracts in the window: what comes next is drawn and said, both ways of paying, and the form with its files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from crm_desktop.activity import attachments, reminders
from crm_desktop.billing import contract_schedules, recurring_edit, rows
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.gui.parts import contract_acts, contract_timeline, contract_words, figure_deals
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import EMPTY, cell_of
from crm_desktop.insight import figures, today
from crm_desktop.safety import undo
from crm_desktop.sales import contract_prices, contract_states, contracts
from crm_desktop.sales.contract_prices import PriceStep
from tests.gui.hands import add_customer, wait_for_jobs

TODAY = date(2026, 11, 24)
RENT = {"title": "Rent", "direction": "expense", "payee": "Kai 12", "value_minor": 139000, "interval": "month"}
TERM = {"state": "active", "notice_count": 1, "notice_unit": "month", "renewal_months": 12}


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def two(window) -> tuple[int, int]:
    """A maintenance with a customer that can be cancelled until 30 November, and the rent."""
    care = contracts.save(
        {"title": "Maintenance", "customer_id": add_customer("Hotel Alsterblick"), "end_on": date(2026, 12, 31),
         "value_minor": 14800, "interval": "month", "start_on": date(2021, 1, 1)} | TERM
    )  # fmt: skip
    rent = contracts.save(RENT | TERM | {"end_on": date(2027, 8, 31), "notice_count": 6})
    return care, rent


@pytest.fixture
def page(two, window, qtbot):
    """The list."""
    window.show_page("contracts")
    found = window.pages.page()
    qtbot.waitUntil(lambda: found.pane is not None and found.pane._shown is not None)
    return found


def _shown(page, place: int) -> dict[str, str]:
    row = page.model.row_at(place)
    return {column.key: cell_of(column, row).text for column in page.made.columns}


def _titles(page) -> list[str]:
    return [page.model.row_at(place).title for place in range(len(page.model.ids))]


def test_an_empty_list_offers_to_add_one(window):
    window.show_page("contracts")
    page = window.pages.page()
    assert page.empty.isVisible()
    assert page.empty._sentence.text() == "No contracts yet"


def test_the_nearest_last_day_comes_first(page):
    assert _titles(page) == ["Maintenance", "Rent"]
    first = _shown(page, 0)
    assert (first["cancel"], first["value_minor"]) == ("30 Nov", "1,776.00")
    assert _shown(page, 1)["cancel"] == "28 Feb 2027"


def test_views_part_customers_and_what_we_pay(page):
    page._view_chosen("income")
    assert _titles(page) == ["Maintenance"]
    page._view_chosen("expense")
    assert _titles(page) == ["Rent"]
    page._view_chosen("ended")
    assert _titles(page) == []
    assert page.empty.isVisible()
    assert page.empty._sentence.text() == "Nothing under “Ended”"
    draft = {"title": "Lamps", "state": "draft", "interval": "once", "value_minor": 360000}
    contracts.save(draft | {"customer_id": add_customer("Restaurant Bruns")})
    page._view_chosen("running")
    assert _titles(page) == ["Maintenance", "Rent"]
    page._view_chosen("draft")
    assert _titles(page) == ["Lamps"]
    assert page.counts()["draft"] == 1


def test_what_is_paid_once_is_no_value_of_a_year(page):
    contracts.save(
        {"title": "Lamps", "customer_id": add_customer("Bruns"), "interval": "once", "value_minor": 360000} | TERM
    )
    page.refresh()
    assert _titles(page)[-1] == "Lamps"
    assert _shown(page, 2)["value_minor"] == EMPTY.text
    assert contract_words.party_and_once(page.model.row_at(2)) == "€3,600.00 once · Bruns"
    assert [(s.label, s.text) for s in page.sums(page.model.ids)] == [
        ("In a year", "€1,776.00"), ("Out a year", "€16,680.00"), ("In once", "€3,600.00"),
    ]  # fmt: skip


def test_the_footer_says_what_comes_in_and_goes_out_in_a_year(page):
    assert [(s.label, s.text) for s in page.sums(page.model.ids)] == [
        ("In a year", "€1,776.00"),
        ("Out a year", "€16,680.00"),
    ]


def test_a_sum_says_how_much_of_it_has_tax_in_the_price(page, window):
    private = customers.save({"kind": "person", "last_name": "Roth", "price_mode": "gross"})
    contracts.save({"title": "Lamps", "customer_id": private, "interval": "month", "value_minor": 1000} | TERM)
    page.refresh()
    assert [(s.label, s.text) for s in page.sums(page.model.ids)] == [
        ("In a year", "€1,896.00"), ("with tax in it", "€120.00"), ("Out a year", "€16,680.00"),
    ]  # fmt: skip
    strip = today.strip()
    assert (strip.contract_year_minor, strip.contract_taxed_minor) == (189600, 12000)
    told = figure_deals.contracts(figures.gather(TODAY.replace(month=1, day=1), TODAY))
    assert told.note == "Of it €120 has tax in it: contracts of customers who are told prices with tax."
    profile.save({"tax_status": "small"})
    assert contract_prices.with_tax() == set(), "who charges no tax has none in a price"


def test_the_pane_says_the_next_dates(page):
    words = [label.text() for label in page.pane._facts.findChildren(type(page.pane._title))]
    for said in ("30 Nov 2026, 6 days left", "1 month before the end", "31 Dec 2026", "12 months", "€148.00 a month"):
        assert said in words
    assert page.pane._party.text().startswith("Hotel Alsterblick · CT-2026-")


def test_the_buttons_of_a_contract_stand_in_the_pane_beside_and_below_each_other(page, two, qtbot):
    contract_states.give_notice(two[0], TODAY)
    page.refresh()
    qtbot.waitUntil(page.pane.withdraw.isVisible)
    for holder in (page.pane._states, page.pane._acts):
        shown = [button.geometry() for button in holder.findChildren(Button) if not button.isHidden()]
        assert len(shown) > 2
        assert all(holder.rect().contains(place) for place in shown)
        assert not any(a.intersects(b) for n, a in enumerate(shown) for b in shown[n + 1 :])
        assert len({place.top() for place in shown}) < len(shown)


def test_only_a_contract_with_a_customer_can_be_invoiced(page, two, window, qtbot):
    page.pane._invoice.click()
    draft = window.pages.page().view.draft()
    assert [(line.name, line.price, line.description) for line in draft.lines] == [
        ("Maintenance", Decimal(148), "1 Nov 2026 – 30 Nov 2026")
    ]
    assert draft.contract_id == two[0]
    window.go_back()
    recurring_edit.from_contract(two[0])
    page.refresh()
    qtbot.waitUntil(lambda: not page.pane._invoice.isVisible())
    assert page.pane._regularly.isVisible()
    page.table.select_id(two[1])
    qtbot.waitUntil(lambda: page.pane._shown.id == two[1])
    assert not page.pane._invoice.isVisible()
    assert page.pane._party.text().startswith("Kai 12 · we pay")


def test_the_months_stand_in_their_place():
    room = QRectF(0, 0, 730, 54)
    assert contract_timeline.place(date(2026, 11, 1), room) == 0
    assert contract_timeline.place(date(2020, 1, 1), room) == 0
    assert contract_timeline.place(date(2026, 12, 1), room) == pytest.approx(30, abs=0.1)
    assert contract_timeline.place(date(2030, 1, 1), room) == 730
    assert len(contract_timeline._named(QRectF(0, 0, 400, 54))) == 8
    assert len(contract_timeline._named(QRectF(0, 0, 1200, 54))) == 24


def test_words_and_tones_of_what_is_near():
    assert contract_words.days_left(date(2026, 11, 30)) == "6 days left"
    assert contract_words.days_left(TODAY) == "last day"
    assert contract_words.tone(date(2026, 11, 30)) == "red"
    assert contract_words.tone(date(2026, 12, 31)) == "amber"
    assert contract_words.tone(date(2027, 3, 1)) == ""
    assert contract_words.tone(None) == ""


def test_the_list_is_painted_without_a_fault(page, qtbot):
    open_ended = {"title": "Open", "payee": "Nordnetz", "direction": "expense"}
    contracts.save(open_ended | {"state": "active"})
    contracts.save(open_ended | {"title": "Draft", "state": "draft", "end_on": date(2027, 2, 1)})
    contracts.save(open_ended | {"title": "Later", "state": "active", "start_on": date(2028, 1, 1)})
    page.refresh()
    assert not page.table.grab().isNull()


def test_noting_a_notice_shows_the_end_and_what_is_still_billed(page, two, answers, qtbot):
    recurring_edit.from_contract(two[0])
    seen = []

    def given(dialog) -> str:
        dialog.form.put("given_on", TODAY)
        return "act"

    def confirm(dialog) -> str:
        seen.extend(said.text() for said in dialog.findChildren(QLabel))
        return "note"

    answers.extend([given, confirm])
    page.pane.notice.click()
    found = contracts.get(two[0])
    assert (found.state, found.notice_by, found.ends_on) == ("notice_given", "us", date(2026, 12, 31))
    assert any("Maintenance then ends on 31 December 2026" in words for words in seen)
    assert any("2 bills over €296.00 without tax are still due" in words for words in seen)
    qtbot.waitUntil(page.pane.withdraw.isVisible)
    assert not page.pane.notice.isVisible()
    undo.undo_last()
    assert contracts.get(two[0]).state == "active"


def test_a_notice_is_withdrawn_with_one_click(page, two, window, qtbot):
    contract_states.give_notice(two[0], TODAY)
    page.refresh()
    page.table.select_id(two[0])
    qtbot.waitUntil(page.pane.withdraw.isVisible)
    page.pane.withdraw.click()
    assert contracts.get(two[0]).state == "active"
    assert window.toast.text == "Maintenance goes on"


def test_the_renewal_quote_opens_as_a_draft_with_the_next_price(page, two, window, qtbot):
    contract_schedules.save_step(two[0], PriceStep(date(2027, 1, 1), 15000))
    page.refresh()
    page.pane.renew.click()
    qtbot.waitUntil(lambda: window.pages.key() != "contracts")
    (found,) = db.query("SELECT id FROM document WHERE kind = 'quote'")
    assert rows.read_draft(found[0]).lines[0].price == Decimal(150)


def test_prices_of_all_selected_are_raised_in_one_step(page, two, answers, qtbot, window):
    button = next(b for b in page._acts.findChildren(Button) if "prices" in b.accessibleName())
    assert button.isHidden()
    page.table.selectAll()
    qtbot.waitUntil(lambda: not button.isHidden())

    def fill(dialog) -> str:
        dialog.form.put("percent", Decimal(3))
        dialog.form.put("from_on", date(2027, 1, 1))
        return "act"

    answers.append(fill)
    page._raise_prices()
    assert [contracts.get(i).value_on(date(2027, 1, 1)) for i in two] == [15244, 143170]
    assert "2 prices changed" in window.toast.text
    undo.undo_last()
    assert contracts.get(two[0]).steps == contracts.get(two[1]).steps == ()


def test_the_timeline_says_in_words_what_it_draws(page, two):
    contract_schedules.save_step(two[0], PriceStep(date(2027, 1, 1), 15000))
    contracts.save({"inform_from_days": 90, "inform_to_days": 30}, two[0])
    page.refresh()
    words = _shown(page, 0)["timeline"]
    for said in ("Last day to cancel: 30 November 2026 (6 days left)", "Renews after 31 December 2026",
                 "Later last days: 30 Nov 2027", "From 1 January 2027: €150.00", "Tell them from 1 Sept 2027"):  # fmt: skip
        assert said in words
    assert not page.table.grab().isNull()


def test_a_letter_is_read_over_saved_and_kept(page, two, answers, tmp_path, monkeypatch):
    target = tmp_path / "Letter.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(target), ""))

    def read(dialog) -> str:
        assert "end the contract “Rent”" in dialog.form.input("body").value()
        dialog.form.put("subject", "We leave")
        return "save"

    answers.append(read)
    contract_acts.letter(page, two[1], "cancellation")
    wait_for_jobs()
    assert target.read_bytes().startswith(b"%PDF")
    assert attachments.of("contract", two[1])[0].name.startswith("We leave")


def test_a_reminder_about_a_contract(page, two, answers, qtbot):
    def fill(dialog) -> str:
        assert dialog.form.input("title").value() == "Maintenance"
        dialog.form.put("due_on", date(2026, 11, 26))
        return "act"

    answers.append(fill)
    page.pane._remind()
    (found,) = reminders.waiting()
    assert (found.contract, found.customer) == ("Maintenance", "Hotel Alsterblick")


def test_delete_moves_to_the_bin(page, window, qtbot):
    page.delete()
    qtbot.waitUntil(lambda: _titles(page) == ["Rent"])
    assert window.toast.text == "Maintenance moved to the bin"


# ---- form --------------------------------------------------------------------------------------------------------------


def _enter(window, qtbot, contract_id: int = 0, **values):
    if contract_id or not values:
        window.open_record("contract", contract_id)
    else:
        window.show_page("contract", {"id": 0} | values)
    qtbot.wait(10)
    return window.pages.page()


def _type(page, name: str, text: str) -> None:
    given = page.form.input(name)
    given.setText(text)
    given.edited.emit()
    given.editingFinished.emit()


def _pick(page, name: str, value) -> None:
    given = page.form.input(name)
    given.set_value(value)
    given.activated.emit(given.currentIndex())


def test_a_contract_that_we_pay_is_added(window, qtbot):
    page = _enter(window, qtbot)
    _type(page, "title", "Insurance")
    _pick(page, "direction", "expense")
    assert page.form.boxes["payee"].isVisible()
    assert not page.form.boxes["customer_id"].isVisible()
    _type(page, "payee", "Elbtal")
    page.form.put("payee_address", "Deich 4\n20457 Hamburg")
    _type(page, "end_on", "31 Dec 2026")
    _type(page, "value_minor", "612")
    _pick(page, "interval", "year")
    page.primary()
    (found,) = contracts.rows(contracts.ids())
    assert (found.title, found.party, found.end_on, found.value_minor) == (
        "Insurance",
        "Elbtal",
        date(2026, 12, 31),
        61200,
    )
    assert found.payee == "Elbtal\nDeich 4\n20457 Hamburg"
    _type(page, "payee", "Elbtal AG")
    assert contracts.get(found.id).payee == "Elbtal AG\nDeich 4\n20457 Hamburg"
    assert (page.form.input("payee").text(), page.form.input("payee_address").value()) == (
        "Elbtal AG", "Deich 4\n20457 Hamburg",
    )  # fmt: skip
    assert (found.number, found.notice_count, found.renewal_months) == ("CT-2026-0001", 1, 12)
    assert page.id == found.id
    assert "30 November 2026" in page._next.text()
    window.go_back()
    assert window.pages.key() != "contract"


def test_a_customer_is_picked_by_a_few_letters(window, qtbot):
    buyer = add_customer("Hotel Alsterblick")
    page = _enter(window, qtbot)
    _type(page, "title", "Maintenance")
    field = page.form.input("customer_id")
    field.setFocus()
    qtbot.keyClicks(field, "alst")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "Hotel Alsterblick"
    page.primary()
    (found,) = contracts.rows(contracts.ids())
    assert found.customer_id == buyer


def test_without_a_party_the_sentence_stands_at_the_field(window, qtbot):
    page = _enter(window, qtbot)
    _type(page, "title", "Maintenance")
    page.primary()
    assert page.form.boxes["customer_id"]._said.text() == "Choose the customer of this contract."
    field = page.form.input("customer_id")
    field.setText("Nobody of that name")
    page.primary()
    assert "Pick a customer" in page.form.boxes["customer_id"]._said.text()
    assert contracts.ids() == []


def test_an_end_before_the_start_is_refused_and_nothing_is_lost(window, qtbot, two):
    page = _enter(window, qtbot, two[0])
    _type(page, "end_on", "1 Jan 2020")
    assert page.form.boxes["end_on"]._said.text() == "The end lies before the start."
    assert page.form.input("end_on").text() == "1 Jan 2020"
    assert contracts.get(two[0]).end_on == date(2026, 12, 31)


def test_an_edit_is_kept_field_by_field(window, qtbot, two):
    page = _enter(window, qtbot, two[1])
    _type(page, "notice_count", "3")
    _type(page, "value_minor", "1.450,00")
    found = contracts.get(two[1])
    assert (found.notice_count, found.value_minor) == (3, 145000)
    assert page.form.input("notice_count").value() == Decimal(3)
    undo.undo_last()
    assert contracts.get(two[1]).value_minor == 139000
    qtbot.waitUntil(lambda: page.form.input("value_minor").value() == 139000)


def test_changing_the_way_asks_for_the_other_party(window, qtbot, two):
    page = _enter(window, qtbot, two[1])
    _pick(page, "direction", "income")
    assert page.form.boxes["customer_id"]._said.text() == "Choose the customer of this contract."
    assert contracts.get(two[1]).direction == "expense"


def test_files_are_added_and_removed(window, qtbot, two, monkeypatch, tmp_path):
    paper = tmp_path / "Lease.pdf"
    paper.write_bytes(b"%PDF-1.4" + b" " * 5000)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(paper), ""))
    page = _enter(window, qtbot, two[1])
    qtbot.mouseClick(page.files.add, Qt.MouseButton.LeftButton)
    assert [file.name for file in attachments.of("contract", two[1])] == ["Lease.pdf"]
    assert not page.files._none.isVisible()
    page.files._remove(attachments.of("contract", two[1])[0])
    assert attachments.of("contract", two[1]) == []
    undo.undo_last()
    assert len(attachments.of("contract", two[1])) == 1


def test_the_form_of_a_customers_card_starts_with_that_customer(window, qtbot):
    buyer = add_customer("Hotel Alsterblick")
    page = _enter(window, qtbot, customer_id=buyer)
    assert page.form.input("customer_id").text() == "Hotel Alsterblick"


def test_the_ways_to_go_on_and_to_end_are_kept(window, qtbot, two):
    page = _enter(window, qtbot, two[1])
    _pick(page, "goes_on", "open")
    _pick(page, "notice_to", "quarter")
    found = contracts.get(two[1])
    assert (found.renewal_months, found.notice_to) == (contracts.OPEN_ENDED, "quarter")
    assert not page.form.boxes["renewal_months"].isVisible()
    _pick(page, "goes_on", "renews")
    _type(page, "renewal_months", "6")
    _type(page, "remind_days", "90, 30, 7")
    found = contracts.get(two[1])
    assert (found.renewal_months, found.remind_days) == (6, "90, 30, 7")
    _type(page, "remind_days", "soon")
    assert "commas" in page.form.boxes["remind_days"]._said.text()


def test_a_change_of_price_is_added_below_the_form(window, qtbot, two, answers):
    page = _enter(window, qtbot, two[0])

    def fill(dialog) -> str:
        dialog.form.put("from_on", date(2027, 1, 1))
        dialog.form.put("percent", Decimal("3.5"))
        return "act"

    answers.append(fill)
    qtbot.mouseClick(page.sides.add_step, Qt.MouseButton.LeftButton)
    assert contracts.get(two[0]).value_on(date(2027, 1, 1)) == 15318
    assert page.sides.steps.isVisible()


def test_a_german_consumer_contract_gets_a_hint_that_is_used_only_on_demand(window, qtbot):
    person = customers.save({"kind": "person", "last_name": "Ahlers", "country": "DE"})
    made = contracts.save(
        {"title": "Care", "customer_id": person, "start_on": date(2026, 1, 1), "end_on": date(2026, 12, 31)} | TERM
    )
    page = _enter(window, qtbot, made)
    assert contracts.get(made).renewal_months == 12
    use = next(b for b in page.sides.hints.findChildren(Button) if b.text() == "Use this")
    assert any("309" in said.text() for said in page.sides.hints.findChildren(QLabel))
    use.click()
    found = contracts.get(made)
    assert (found.renewal_months, found.notice_to) == (contracts.OPEN_ENDED, "any")
    qtbot.waitUntil(lambda: not page.sides.hints.isVisible())
