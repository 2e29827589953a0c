"""Three hundred mails, a server that drops, delays and refuses, and a program that is killed: no mail arrives twice."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
import killing
from mail_servers import MoodyInbox, good_server

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.outreach import mail_account, mails, sending
from crm_desktop.outreach.letters import Letter
from crm_desktop.safety import checking, company_files

MAILS = 3000 if killing.IS_LONG else 300


def queue(count):
    profile.save(
        {"name": "Atelier", "owner": "Jo", "street": "Kai 1", "city": "Hamburg", "email": "jo@atelier.example"}
    )
    with db.transaction("Queue"):
        for number in range(count):
            mails.queue(Letter(purpose="invoice", recipient=f"k{number}@kunde.example", subject="Hello", body="Words"))


def something_waits():
    return db.value(
        "SELECT count(*) FROM mail WHERE state IN ('waiting', 'sending') OR state = 'failed' AND attempts < 4"
    )


def test_each_mail_arrives_once_or_is_named(data_file, record_property):
    inbox = MoodyInbox(seed=5)
    with dates.freeze(killing.TODAY), good_server(inbox) as (port, _inbox):
        queue(MAILS)
        mail_account.save({"host": "127.0.0.1", "port": port, "security": "none", "address": "jo@atelier.example"})
        kills = 0
        while something_waits():
            db.close()
            killing.kill_while("send", data_file, seed=kills, longest_s=0.4)
            kills += 1
            company_files.open_data_file(data_file, remembered=False)
            company_files.close_data_file(make_backup=False)
            company_files.open_for_reading(data_file)
            assert kills < MAILS
        db.close()
        company_files.open_data_file(data_file, remembered=False)
        sending.after_a_crash()
        state = {mail.message_id: mail.state for mail in mails.listed(limit=MAILS)}
        arrived = Counter(message["Message-ID"] for message in inbox.messages)
        assert len(state) == MAILS
        assert set(arrived) <= set(state)
        assert [found for found in arrived.values() if found > 1] == []
        assert [m for m, s in state.items() if s == "sent" and m not in arrived] == []
        assert [m for m, s in state.items() if s == "failed" and m in arrived] == []
        assert set(state.values()) <= {"sent", "failed", "unsure"}
        assert Counter(state.values())["sent"] > MAILS * 0.7
        assert kills > 2
        record_property("tried", f"{MAILS:,} mails, {kills} kills")
        assert checking.check().problems == []
        company_files.close_data_file(make_backup=False)
