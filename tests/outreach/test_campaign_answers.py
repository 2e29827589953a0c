"""Answers of recipients and what follows from them are taken back and brought back together; what went out stays out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lamp_shop import add, plan

from crm_desktop.core.errors import Conflict
from crm_desktop.customers import consent
from crm_desktop.db import history
from crm_desktop.outreach import bounces, campaign_results, campaign_running, campaigns
from crm_desktop.safety import changed


def test_undo_takes_an_answer_back_together_with_the_consent_and_redo_brings_both(shop):
    first = add(1)
    add(2)
    made = plan("letter")
    campaign_running.start(made)
    one, other = campaigns.recipients(made)
    campaign_running.mark_sent(campaigns.get(made), [one, other])
    campaign_results.note_answer(one.id, "opted_out")
    history.undo(history.next_undo())
    assert campaigns.recipient(one.id).answer == ""
    assert consent.allows(first, "post")
    history.undo(history.next_redo())
    assert campaigns.recipient(one.id).answer == "opted_out"
    assert not consent.allows(first, "post")
    step = history.next_undo()
    told = changed.of_step(step)[0]
    assert (told.kind, told.name) == ("Answer to a campaign", "Ida1 Berg1 · Winter")
    campaign_results.note_answer(one.id, "")
    with pytest.raises(Conflict, match="edited since"):
        history.undo(step)


def test_undo_of_an_answer_lets_who_waited_wait_again_only_while_the_campaign_goes_on(shop):
    add(1)
    add(2)
    made = plan("letter")
    campaign_running.start(made)
    one, other = campaigns.recipients(made)
    for end, state in ((None, "waiting"), (campaign_running.cancel, "skipped")):
        campaign_results.note_answer(one.id, "opted_out")
        step = history.next_undo()
        assert campaigns.recipient(one.id).state == "skipped"
        if end is not None:
            end(made)
        history.undo(step)
        found = campaigns.recipient(one.id)
        assert (found.answer, found.state) == ("", state)
    assert campaigns.recipient(other.id).state == "skipped"


def test_what_went_out_since_stays_out_when_an_answer_is_brought_back(shop):
    add(1)
    made = plan("letter")
    campaign_running.start(made)
    (one,) = campaigns.recipients(made)
    campaign_results.note_answer(one.id, "opted_out")
    back = history.undo(history.next_undo())
    campaign_running.mark_sent(campaigns.get(made), [campaigns.recipient(one.id)])
    history.undo(back.step_id)
    found = campaigns.recipient(one.id)
    assert (found.answer, found.state) == ("opted_out", "sent")


def test_undo_takes_back_the_answers_of_a_mailbox_with_what_followed_from_them(shop):
    first = add(1)
    made = plan("letter")
    campaign_running.start(made)
    (one,) = campaigns.recipients(made)
    campaign_running.mark_sent(campaigns.get(made), [one])
    found = bounces.Found("opted_out", first, one.name, one.address, "STOP", one.id, made)
    assert bounces.take_over([found]) == 1
    assert not consent.allows(first, "post")
    history.undo(history.next_undo())
    assert consent.allows(first, "post")
    assert campaigns.recipient(one.id).answer == ""
    assert bounces.take_over([found]) == 1, "read again, it is new again"


def test_a_call_that_was_noted_by_mistake_waits_again_after_undo(shop):
    add(1)
    made = plan("call")
    campaign_running.start(made)
    (one,) = campaigns.recipients(made)
    campaign_running.note_call(one.id, reached=True)
    assert campaigns.get(made).state == "done"
    history.undo(history.next_undo())
    assert (campaigns.get(made).state, campaigns.recipient(one.id).state) == ("running", "waiting")
    assert campaigns.recipient(one.id).answer == ""
