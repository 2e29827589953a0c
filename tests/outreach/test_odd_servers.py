"""Mail servers that answer oddly, and addresses that no server takes: each in a plain sentence, nothing sent twice or lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lamp_shop import add, plan, states, use
from mail_servers import OddServer, good_server

from crm_desktop.core.errors import Problem
from crm_desktop.db import connection as db
from crm_desktop.outreach import campaign_running, campaigns, mail_account, sending


@pytest.fixture
def odd(request):
    """A server that answers as the test says."""
    found = OddServer(**request.param)
    yield found
    found.close()


def sent_over(server, number=1):
    """A campaign sent over a server: what it gave, and what became of it."""
    for place in range(number):
        add(place)
    made = plan()
    use(server.port)
    campaign_running.start(made)
    return made, campaign_running.send(made)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"GREETING": b"554 no service for you\r\n"}, "refuses; it says: no service for you"),
        ({"GREETING": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, "refuses"),
        ({"GREETING": b"\x00\xff\xfe\r\n"}, "refuses"),
        ({"GREETING": b"220 " + b"x" * 20000 + b"\r\n"}, "refuses"),
        ({"EHLO": b"500 what\r\n", "HELO": b"502 no\r\n"}, "refuses; it says: no"),
    ],
    indirect=["odd"],
)
def test_a_server_that_will_not_begin_is_named_and_everybody_waits(shop, odd, said):
    with pytest.raises(Problem, match=said) as caught:
        sent_over(odd, 2)
    assert "127.0.0.1" in str(caught.value)
    (made,) = campaigns.everything()
    assert (made.state, campaigns.counts(made.id)["waiting"]) == ("paused", 2)


@pytest.mark.parametrize(
    ("security", "said"),
    [("tls", "The encrypted connection to"), ("starttls", "does not offer this kind of encryption")],
)
def test_encryption_that_the_server_does_not_speak_is_said(shop, security, said):
    add(1)
    made = plan()
    server = OddServer()
    mail_account.save(
        {"host": "127.0.0.1", "port": server.port, "security": security, "address": "jana@lichtwerk.example"}
    )
    campaign_running.start(made)
    with pytest.raises(Problem, match=said):
        campaign_running.send(made)
    server.close()
    assert campaigns.counts(made)["waiting"] == 1


@pytest.mark.parametrize("odd", [{"GREETING": b""}], indirect=True)
def test_a_greeting_that_never_comes_is_given_up(shop, odd, monkeypatch):
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.2)
    with pytest.raises(Problem, match="does not answer"):
        sent_over(odd)


@pytest.mark.parametrize(
    ("odd", "state", "said"),
    [
        ({"MAIL": b"451 later\r\n"}, "failed", "does not take mails from jana@lichtwerk.example; it says: 451 later"),
        ({"MAIL": b"553 not you\r\n"}, "failed", "553 not you"),
        ({"RCPT": b"450-grey\r\n450 listed\r\n"}, "failed", "450 grey listed"),
        ({"RCPT": b"251 will forward\r\n"}, "sent", ""),
        ({"RCPT": b"yes of course\r\n"}, "failed", "does not take mails to ida0@kunde.example"),
        ({"DATA": b"554 no data\r\n"}, "failed", "did not take this mail; it says: 554 no data"),
        ({"DATA": b"sure\r\n"}, "failed", "did not take this mail"),
        ({"BODY": b"452 disk full\r\n"}, "failed", "452 disk full"),
        ({"BODY": b"554 smells of spam\r\n"}, "failed", "554 smells of spam"),
        ({"BODY": b"thanks a lot\r\n"}, "unsure", "may have arrived"),
        ({"BODY": b"250\xff\xfe kept\r\n"}, "sent", ""),
    ],
    indirect=["odd"],
)
def test_odd_answers_in_the_middle(shop, odd, state, said):
    made, _done = sent_over(odd)
    (one,) = campaigns.recipients(made)
    assert (one.state, said in one.reason) == (state, True), one.reason
    assert bool(odd.taken) == (state in ("sent", "unsure") or "BODY" in str(odd._says))
    assert odd.taken == 2 if b"452" in odd._says.get(b"BODY", b"") else odd.taken < 2, "only “not now” is tried again"


@pytest.mark.parametrize("odd", [{"MAIL": b"421 closing\r\n", "RSET": b"421 closing\r\n"}], indirect=True)
def test_a_server_that_says_no_to_everybody_is_listed_for_each(shop, odd):
    made, done = sent_over(odd, 3)
    assert set(states(made).values()) == {"failed"}
    assert done.failed == 3
    assert campaign_running.try_again(made) == 3


@pytest.mark.parametrize(
    ("address", "state"),
    [("jürgen@kunde.example", "failed"), ("ida@küche.example", "sent"), ("@kunde.example", None), ("a@b@c", None)],
)
def test_one_strange_address_does_not_stop_the_others(shop, address, state):
    add(1)
    strange = add(2)
    with db.transaction("As an import may bring it"):
        db.update("customer", strange, {"email": address})
    made = plan()
    with good_server() as (port, inbox):
        use(port)
        campaign_running.start(made)
        campaign_running.send(made)
    found = states(made)
    assert found["ida1@kunde.example"] == "sent"
    assert found.get(address) in ((state,) if state else ("sent", "failed", None))
    assert "waiting" not in found.values()
    if state == "sent":
        assert "ida@xn--kche-0ra.example" in [e.rcpt_tos[0] for e in inbox.envelopes]
