"""A campaign to many, a server that drops, delays and refuses, and a program that is killed: each address once or listed."""

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
from crm_desktop.outreach import campaign_running, campaigns, mail_account
from crm_desktop.outreach.campaigns import Words
from crm_desktop.safety import checking, company_files

PEOPLE = 10_000 if killing.IS_LONG else 300


def people(count):
    """So many customers with an address and consent, as an import writes them."""
    now = dates.stamp()
    with db.transaction("People"):
        db.execute_many(
            "INSERT INTO customer(number, kind, name, last_name, email, city, created_at, updated_at) "
            "VALUES(?, 'person', ?, ?, ?, 'Hamburg', ?, ?)",
            [(f"K{n}", f"Berg {n}", f"Berg {n}", f"k{n}@kunde.example", now, now) for n in range(count)],
        )
        db.execute(
            "INSERT INTO consent(customer_id, purpose, state, on_day_on, source, created_at) "
            "SELECT id, 'newsletter', 'given', '2026-01-01', 'Form', ? FROM customer",
            [now],
        )


def test_each_address_exactly_once_or_listed(data_file, record_property):
    inbox = MoodyInbox(seed=8)
    with dates.freeze(killing.TODAY), good_server(inbox) as (port, _inbox):
        profile.save({"name": "Atelier", "street": "Kai 1", "city": "Hamburg", "email": "jo@atelier.example"})
        mail_account.save({"host": "127.0.0.1", "port": port, "security": "none", "address": "jo@atelier.example"})
        people(PEOPLE)
        made = campaigns.save({"name": "Winter", "purpose": "newsletter"})
        campaigns.save_words(made, Words("a", "en", "Lamps for {name}", "{greeting}\n{if city = Hamburg}Come by{end}."))
        assert campaign_running.start(made) == PEOPLE
        kills = 0
        while campaigns.counts(made)["waiting"]:
            db.close()
            killing.kill_while("campaign", data_file, seed=kills, longest_s=8.0 if killing.IS_LONG else 0.15)
            kills += 1
            company_files.open_data_file(data_file, remembered=False)
            campaign_running.after_a_crash()
            company_files.close_data_file(make_backup=False)
            company_files.open_for_reading(data_file)
            assert kills < PEOPLE
        db.close()
        company_files.open_data_file(data_file, remembered=False)
        campaign_running.after_a_crash()
        campaign_running.finish(made)
        state = {found.address: found.state for found in campaigns.recipients(made)}
        arrived = Counter(str(message["To"]) for message in inbox.messages)
        assert len(state) == PEOPLE
        assert [address for address, number in arrived.items() if number > 1] == []
        assert [a for a, s in state.items() if s == "sent" and a not in arrived] == []
        assert [a for a, s in state.items() if s == "failed" and a in arrived] == []
        assert set(state.values()) <= {"sent", "failed", "unsure"}
        assert Counter(state.values())["sent"] > PEOPLE * 0.7
        assert kills > 2
        assert campaigns.get(made).state == "done"
        noted = db.value("SELECT count(*) FROM timeline_entry WHERE kind = 'campaign'")
        assert noted == Counter(state.values())["sent"]
        ended = ", ".join(f"{number:,} {name}" for name, number in Counter(state.values()).most_common())
        record_property("tried", f"{PEOPLE:,} recipients, {kills} kills: {ended}")
        assert checking.check().problems == []
        company_files.close_data_file(make_backup=False)
