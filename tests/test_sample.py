"""The sample company: made from the shipped spreadsheets, whole, and alike each time."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop import sample
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.customers import consent
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.exchange import dumping, saved_reports
from crm_desktop.insight import baskets, cleaning, customer_value, figures, today, understood
from crm_desktop.outreach import campaign_results, campaigns, scenarios
from crm_desktop.safety import checking

TODAY = date(2026, 11, 22)


def paper(_document):
    return b"%PDF-1.4 of the sample"


def make(path):
    with dates.freeze(TODAY):
        sample.create(path, paper)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Made once for all tests that only look at it."""
    path = tmp_path_factory.mktemp("sample") / "sample.crm"
    make(path)
    db.close()
    return path


@pytest.fixture
def made(once):
    migrate.open_file(once)


def test_every_kind_of_record_is_there_and_the_check_finds_nothing(made):
    kinds = dict(db.query("SELECT kind, count(*) FROM document WHERE state = 'issued' GROUP BY kind"))
    assert kinds == {"invoice": 170 + sample.INVOICES, "credit_note": 1, "receipt": 1} | dict.fromkeys(
        ("quote", "order_confirmation", "delivery_note", "proforma"), 1
    )
    codes = {code for (code,) in db.query("SELECT type_code FROM document WHERE kind = 'invoice'")}
    assert codes == {"380", "386", "326", "384"}
    formats = {name for (name,) in db.query("SELECT einvoice_format FROM document WHERE imported = 0")}
    assert formats >= {"facturx", "xrechnung_cii", "xrechnung_ubl", "peppol"}
    assert db.value("SELECT count(*) FROM customer") == 104
    assert profile.load().is_sample
    with dates.freeze(TODAY):
        assert {task.kind for task in today.tasks()} >= {"overdue", "contract", "reminder", "birthday"}
        assert checking.check().ok


def test_customers_are_known_as_people_not_only_as_bills(made):
    assert dict(db.query("SELECT state, count(*) FROM opportunity GROUP BY state")) == {"open": 12, "won": 2, "lost": 2}
    assert {kind for (kind,) in db.query("SELECT kind FROM support_case")} == {
        "complaint",
        "repair",
        "question",
        "return",
    }
    stages = dict(
        db.query("SELECT s.code, count(*) FROM customer c JOIN lifecycle_stage s ON s.id = c.stage_id GROUP BY 1")
    )
    assert {"lead", "customer", "regular"} <= set(stages)
    with dates.freeze(TODAY):
        assert {task.kind for task in today.tasks()} >= {"case", "stale_deal", "deal"}


def test_the_business_can_be_seen_and_its_customers_reached(made):
    with dates.freeze(TODAY):
        known = customer_value.known()
        sizes = customer_value.sizes(known)
        assert known.missing == 0
        assert set(sizes) >= {"best", "loyal", "new", "leaving", "quiet", "lost"}
        assert {value.risk for value in known.customers.values()} >= {"low", "high"}
        names = understood.names(list(known.customers))
        assert {names[c] for c, v in known.customers.items() if v.group == "leaving"} >= {
            "Kontor Ehlers",
            "Galerie Ullrich",
        }
        together = baskets.together()
        pairs = {(together.names[p.first].split()[0], together.names[p.other].split()[0]) for p in together.bills}
        assert {("Pendelleuchte", "LED-Filament"), ("Montage", "Anfahrt")} <= pairs
        year = figures.gather(TODAY.replace(month=1, day=1), TODAY.replace(month=12, day=31))
        assert min(year.plan_minor, year.before_minor) > 0
        assert year.lost_customers == 1
        assert next(ranked.name for ranked in year.groups) == "Leuchten"
        (letter,) = campaigns.everything()
        result = campaign_results.measure(letter.id)
        assert letter.state == "done"
        assert (result.got.people > 40, result.held_out.people > 8) == (True, True)
        assert min(result.got.replied, result.got.opted_out, result.got.buyers, result.got.net_minor) > 0
        out = [one.customer_id for one in campaigns.recipients(letter.id) if one.answer == "opted_out"]
        assert [consent.allows(customer, letter.purpose) for customer in out] == [False]
        assert [one.is_on for one in scenarios.everything()] == [False]
        assert [report.name for report in saved_reports.all_reports()] == ["Monatsbericht", "Umsatz nach Warengruppen"]
        assert {finding.kind for finding in cleaning.find()} == {"encoding", "case", "email", "postcode"}
    agreed = db.value("SELECT count(DISTINCT customer_id) FROM consent WHERE state = 'given'")
    assert 50 <= agreed <= 90


def test_it_is_the_same_each_time(made, tmp_path):
    first = dumping.text(business=True)
    db.close()
    make(tmp_path / "again.crm")
    assert dumping.text(business=True) == first


def test_cancelling_leaves_no_half_made_file(tmp_path):
    progress = Progress()

    def stop_while_writing(done, _total, _text):
        if done > len(sample.SHEETS) + 3:
            progress.cancel()

    progress = Progress(stop_while_writing)
    with pytest.raises(Cancelled), dates.freeze(TODAY):
        sample.create(tmp_path / "sample.crm", paper, progress)
    assert list(tmp_path.glob("sample.crm*")) == []
