"""Letters about contracts: their words, their table, and where they are kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pdf_reading
import pytest

from crm_desktop.activity import attachments, timeline
from crm_desktop.billing import contract_quotes, contract_schedules, recurring, recurring_edit, rows
from crm_desktop.company import letter_texts, profile
from crm_desktop.company.letter_texts import LetterText
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.customers import customers
from crm_desktop.documents import contract_paper
from crm_desktop.safety import undo
from crm_desktop.sales import contract_states, contracts
from crm_desktop.sales.contract_prices import PriceStep

pytestmark = pytest.mark.usefixtures("data_file")


@pytest.fixture(autouse=True)
def _day():
    with dates.freeze(date(2026, 11, 22)):
        yield


def hotel(language="de"):
    return customers.save(
        {"name": "Hotel Alsterblick GmbH", "kind": "organisation", "street": "An der Alster 72", "postcode": "20099",
         "city": "Hamburg", "country": "DE", "language": language}
    )  # fmt: skip


def maintenance(language="de", **more):
    values = {
        "title": "Wartung", "start_on": date(2025, 2, 1), "end_on": date(2026, 1, 31), "renewal_months": 12,
        "notice_count": 1, "value_minor": 14800, "interval": "month",
    }  # fmt: skip
    party = {} if more.get("direction") == "expense" else {"customer_id": hotel(language)}
    return contracts.save(values | party | more)


def text_of(made):
    return " ".join(" ".join(pdf_reading.texts(made.content)).split())


class TestLetters:
    def test_a_contract_says_all_that_is_agreed_and_has_lines_to_sign(self):
        one = maintenance()
        contract_schedules.save_step(one, PriceStep(date(2027, 1, 1), None, Decimal("3.5")))
        said = text_of(contract_paper.make(one, "contract"))
        for words in ("1. Februar 2025", "31. Januar 2026", "Verlängerung um jeweils 12 Monate", "148,00", "153,18",
                      "1 Monat zum Ende der Laufzeit", "Ort und Datum, Hotel Alsterblick GmbH", "An der Alster 72"):  # fmt: skip
            assert words in said

    def test_a_price_says_whether_tax_comes_on_top(self):
        one = maintenance("en")
        assert "148.00 a month plus VAT" in text_of(contract_paper.make(one, "contract"))
        customers.save({"price_mode": "gross"}, contracts.get(one).customer_id)
        assert "148.00 a month including VAT" in text_of(contract_paper.make(one, "contract"))
        profile.save({"tax_status": "small"})
        said = text_of(contract_paper.make(one, "contract"))
        assert "148.00 a month" in said
        assert "VAT" not in said.split("148.00 a month")[1][:20]

    def test_a_cancellation_of_what_we_pay_goes_to_the_payee_and_names_the_end(self):
        rent = maintenance(title="Telefon", direction="expense", payee="Nordnetz AG", end_on=date(2026, 12, 31))
        said = text_of(contract_paper.make(rent, "cancellation"))
        assert "Nordnetz AG" in said
        assert "zum 31. Dezember 2026" in said or "31. December 2026" in said or "31 December 2026" in said

    def test_the_address_of_whom_we_pay_stands_in_the_window_and_only_the_name_elsewhere(self):
        payee = "  Nordnetz AG\nKundenservice\n\nPostfach  12 34\n20095 Hamburg\n"
        phone = maintenance(title="Telefon", direction="expense", payee=payee, end_on=date(2026, 12, 31))
        found = contracts.get(phone)
        assert (found.party, found.payee_address) == ("Nordnetz AG", "Kundenservice\n\nPostfach  12 34\n20095 Hamburg")
        assert contracts.as_json(found)["customer"] == "Nordnetz AG"
        made = contract_paper.make(phone, "cancellation")
        window = [box for box in pdf_reading.boxes(made.content) if box.left < 200 and 600 < box.bottom < 670]
        lines = [box.text for box in sorted(window, key=lambda box: -box.bottom)]
        assert lines[-4:] == ["Nordnetz AG", "Kundenservice", "Postfach 12 34", "20095 Hamburg"]
        assert pdf_reading.collisions(made.content) == []

    def test_an_address_with_more_lines_than_the_window_is_refused_beside_its_field(self):
        with pytest.raises(ValidationError) as found:
            maintenance(direction="expense", payee="\n".join("ABCDEFG"))
        assert "payee_address" in found.value.fields

    def test_clauses_and_lines_to_sign_have_the_type_of_the_text_above_the_table(self):
        found = pdf_reading.boxes(contract_paper.make(maintenance(), "contract").content)
        high = {box.text: box.top - box.bottom for box in found}
        above = high["Wir vereinbaren Folgendes:"]
        below = next(tall for text, tall in high.items() if text.startswith("Änderungen dieses Vertrags"))
        assert below > 1.1 * above  # it has an Ä
        (first, second) = [box for box in found if box.text.startswith("Ort und Datum")]
        assert first.top - first.bottom == pytest.approx(above, rel=0.1)
        assert second.page == first.page

    @pytest.mark.parametrize("language", ["de", "en", "fr", "es"])
    @pytest.mark.parametrize("purpose", list(letter_texts.PURPOSES))
    def test_each_letter_is_whole_in_each_language(self, language, purpose):
        made = contract_paper.make(maintenance(language), purpose)
        said = text_of(made)
        assert "{" not in said
        assert pdf_reading.collisions(made.content) == pdf_reading.outside(made.content) == []
        assert "Wartung" in said

    def test_the_news_of_a_renewal_names_the_last_day_and_the_next_price(self):
        one = maintenance("fr")
        contract_schedules.save_step(one, PriceStep(date(2027, 2, 1), 15000))
        said = text_of(contract_paper.make(one, "information"))
        assert "31 décembre 2026" in said
        assert "1 février 2027" in said or "1er février 2027" in said
        assert "150,00" in said

    def test_kept_it_is_a_file_of_the_contract_and_stands_in_the_timeline(self):
        one = maintenance()
        made = contract_paper.make(one, "contract")
        contract_paper.keep(made)
        assert [file.name for file in attachments.of("contract", one)] == [made.file_name]
        assert timeline.latest(contracts.get(one).customer_id, 1)[0].record_id == one
        undo.undo_last()
        assert attachments.of("contract", one) == []

    def test_own_words_go_before_the_ready_made_ones(self):
        letter_texts.save(LetterText("cancellation", "de", "Schluss mit {title}", "wir hören zum {end} auf."))
        said = text_of(contract_paper.make(maintenance(), "cancellation"))
        assert "Schluss mit Wartung" in said
        assert "wir hören zum 31. Januar 2027 auf." in said
        letter_texts.remove("cancellation", "de")
        assert "Schluss" not in text_of(contract_paper.make(maintenance(), "cancellation"))

    def test_a_letter_that_would_have_gaps_is_refused_and_says_why(self):
        free = maintenance(end_on=None, renewal_months=0, notice_to="month")
        with pytest.raises(UserError) as found:
            contract_paper.make(free, "information")
        assert "by how much it renews" in str(found.value)
        assert "Kündigung" in text_of(contract_paper.make(free, "cancellation"))

    def test_a_word_that_is_not_filled_in_is_refused_and_named(self):
        with pytest.raises(ValidationError) as found:
            letter_texts.save(LetterText("contract", "de", "A", "am {tag}"))
        assert "{tag}" in found.value.fields["body"]


class TestBilling:
    def test_the_renewal_quote_has_the_value_of_the_next_term(self):
        one = maintenance()
        contract_schedules.save_step(one, PriceStep(date(2027, 1, 1), None, Decimal("3.5")))
        draft = rows.read_draft(contract_quotes.renewal_quote(one))
        assert (draft.kind, draft.contract_id) == ("quote", one)
        assert (draft.lines[0].quantity, draft.lines[0].price) == (12, Decimal("153.18"))
        assert (draft.service_from, draft.service_to) == (date(2027, 2, 1), date(2028, 1, 31))
        assert contract_quotes.renewal_quote(one) == draft.id
        assert "Wartung" in draft.intro
        assert "31. Januar 2027" in draft.intro

    def test_prices_of_several_are_raised_in_one_step_also_for_their_bills(self):
        one, two, over = maintenance(), maintenance(title="Zwei"), maintenance(title="Alt", state="ended")
        recurring_edit.from_contract(one)
        assert contract_schedules.raise_prices([one, two, over], Decimal(3), date(2027, 1, 1)) == 2
        january = [
            due for due in recurring.coming(recurring.of_contract(one), 4) if due.piece.first >= date(2027, 1, 1)
        ]
        assert january[0].net_minor == 15244
        assert contracts.get(two).value_on(date(2027, 1, 1)) == 15244
        assert contracts.get(over).steps == ()
        undo.undo_last()
        assert contracts.get(one).steps == contracts.get(two).steps == ()
        assert recurring.of_contract(one).steps == ()

    def test_bills_set_up_later_have_the_changes_of_price(self):
        one = maintenance()
        contract_schedules.save_step(one, PriceStep(date(2027, 1, 1), 20000))
        schedule = recurring.get(recurring_edit.from_contract(one))
        assert [due.net_minor for due in recurring.coming(schedule, 3)][-1] == 20000
        contract_schedules.remove_step(one, contracts.get(one).steps[0].id)
        assert recurring.of_contract(one).steps == ()

    def test_notice_stops_the_bills_at_the_end_and_withdrawn_they_go_on(self):
        one = maintenance()
        recurring_edit.from_contract(one)
        left = contract_schedules.left_to_bill(one, date(2027, 1, 31))
        assert (left.bills, left.net_minor) == (3, 44400)
        contract_states.give_notice(one, dates.today())
        assert recurring.coming(recurring.of_contract(one), 99)[-1].piece.last == date(2027, 1, 31)
        contract_states.withdraw_notice(one)
        assert len(recurring.coming(recurring.of_contract(one), 99)) == 99

    def test_the_company_language_is_used_for_who_has_none(self):
        rent = maintenance(title="Miete", direction="expense", payee="Kai 12")
        assert contract_paper.make(rent, "cancellation").language == profile.load().language
