"""Feedback: who may be asked, answers that fit, follow-ups, and the figures made of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import payments
from crm_desktop.care import cases, feedback
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, UserError, ValidationError
from crm_desktop.customers import consent
from tests.care.conftest import issue, new_customer


def test_asked_once_about_a_case_and_with_a_code(customer):
    case_id = cases.save({"customer_id": customer, "kind": "repair", "title": "Dark"})
    found = feedback.get(feedback.ask(customer, about=("case", case_id)))
    assert (len(found.code), found.score) == (8, None)
    assert feedback.with_code(feedback.shown_code(found.code).lower()) == found
    feedback.set_pause_days(0)
    with pytest.raises(UserError, match="about this already"):
        feedback.ask(customer, about=("case", case_id))


def test_not_asked_again_before_the_pause_is_over(customer):
    feedback.ask(customer)
    with pytest.raises(UserError, match="less than 90 days"):
        feedback.ask(customer, feedback.NPS)
    with dates.freeze(date(2027, 2, 22)):
        feedback.ask(customer, feedback.NPS)


def test_never_who_refused(customer):
    consent.note(customer, "feedback", "refused")
    with pytest.raises(UserError, match="do not want"):
        feedback.ask(customer)
    consent.note(customer, "feedback", "given", source="on the phone")
    feedback.ask(customer)


def test_an_answer_fits_its_scale_and_is_kept_once(customer):
    found = feedback.ask(customer)
    for wrong in (0, 6, None):
        with pytest.raises(ValidationError, match="1 to 5"):
            feedback.answer(found, wrong)
    feedback.answer(found, 2, "Came late")
    feedback.answer(found, 2, "Came late")
    with pytest.raises(Conflict):
        feedback.answer(found, 5)
    entry = timeline.latest(customer)[0]
    assert (entry.title, entry.body) == ("Feedback: 2 of 5", "Came late")


def test_low_answers_wait_for_a_call(customer):
    low, fine = feedback.add(customer, 6, kind=feedback.NPS), feedback.add(customer, 7, kind=feedback.NPS)
    assert [found.id for found in feedback.to_follow_up()] == [low]
    feedback.follow_up(low)
    assert feedback.to_follow_up() == []
    assert not feedback.get(fine).is_low


def test_figures(customer):
    assert (feedback.nps(), feedback.average(feedback.SATISFACTION)) == (None, None)
    for score in (10, 9, 8, 3):
        feedback.add(customer, score, kind=feedback.NPS)
    for score in (5, 4, 4):
        feedback.add(customer, score)
    assert (feedback.nps(), feedback.average(feedback.SATISFACTION)) == (25, Decimal("4.3"))
    feedback.ask(new_customer("Cafe"))
    assert feedback.answer_share() == (8, 7)


def test_who_could_be_asked_now(customer):
    other = new_customer("Cafe")
    bill = issue(other)
    payments.record(bill.id, bill.totals.due)
    case_id = cases.save({"customer_id": customer, "kind": "repair", "title": "Dark"})
    cases.solve(case_id)
    assert sorted(feedback.waiting_to_ask()) == [(customer, "case", case_id), (other, "document", bill.id)]
    feedback.ask(other, about=("document", bill.id))
    assert feedback.waiting_to_ask() == [(customer, "case", case_id)]
