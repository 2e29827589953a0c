"""A server that says "not now": tried once more after a while, then named; nothing is lost when that is cancelled."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lamp_shop import add, plan, states, use
from mail_servers import GreyInbox, good_server

from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.outreach import campaign_running, campaigns, sending


def test_who_was_put_off_by_the_server_is_tried_once_more_and_then_named(shop):
    for number in (1, 2, 3):
        add(number)
    inbox = GreyInbox({"ida1@kunde.example": 1, "ida2@kunde.example": 2})
    made = plan()
    with good_server(inbox) as (port, _inbox):
        use(port)
        campaign_running.start(made)
        done = campaign_running.send(made)
    assert (done.sent, done.failed, done.unsure) == (2, 1, 0)
    assert sorted(m["To"] for m in inbox.messages) == ["ida1@kunde.example", "ida3@kunde.example"]
    assert inbox.asked["ida2@kunde.example"] == 2
    found = {one.address: one for one in campaigns.recipients(made)}
    assert found["ida2@kunde.example"].state == "failed"
    assert "450 greylisted, come back" in found["ida2@kunde.example"].reason
    assert campaigns.get(made).state == "done"


def test_cancelled_while_it_waits_for_a_server_the_campaign_is_paused_and_nobody_is_lost(shop, monkeypatch):
    add(1)
    made, pause = plan(), Progress(lambda _done, _total, words: "put off" in words and pause.cancel())
    monkeypatch.setattr(sending, "AGAIN_AFTER_S", 60)
    with good_server(GreyInbox({"ida1@kunde.example": 1})) as (port, inbox):
        use(port)
        campaign_running.start(made)
        with pytest.raises(Cancelled):
            campaign_running.send(made, pause)
        assert campaigns.get(made).state == "paused"
        assert states(made) == {"ida1@kunde.example": "failed"}
        assert campaign_running.try_again(made) == 1
        campaign_running.resume(made)
        assert campaign_running.send(made).sent == 1
    assert len(inbox.messages) == 1
