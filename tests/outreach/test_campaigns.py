"""Campaigns as an owner sees them: who gets them, in which words, each once; what came of it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lamp_shop import TODAY, add, buy, pages, plan, reply, report, states, use
from mail_servers import BadServer, good_server

from crm_desktop.activity import timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError, ValidationError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import consent, relations, tags
from crm_desktop.db import connection as db
from crm_desktop.exchange import mail_files, mailbox_files
from crm_desktop.insight import segments
from crm_desktop.insight.segments import Condition
from crm_desktop.outreach import (
    bounces,
    campaign_audience,
    campaign_paper,
    campaign_results,
    campaign_running,
    campaigns,
    labels,
)
from crm_desktop.outreach.campaigns import Words


def test_who_is_left_out_is_counted_with_the_reason(shop):
    first, second = add(1), add(2)
    add(3, agreed=False)
    add(4, email="")
    add(5, email="IDA1@kunde.example")
    sixth = add(6)
    relations.add(second, "household", sixth)

    found = campaign_audience.plan(campaigns.get(plan()))
    assert [p.address for p in found.people if p.customer_id in (first, second)] == [
        "ida1@kunde.example", "ida2@kunde.example",
    ]  # fmt: skip
    assert found.left_out == {"consent": 1, "address": 1, "same": 2}
    assert campaign_audience.words(found) == [
        "1 have not agreed", "1 have no e-mail address", "2 have the address or household of somebody who gets it",
    ]  # fmt: skip


def test_a_group_is_left_out_and_people_written_to_lately_rest(shop):
    hamburg = segments.save("Hamburg", segments.where(Condition("city", "is", "Hamburg")))
    add(1)
    add(2, city="Kiel")
    made = plan(exclude_segment_id=hamburg)
    assert [p.name for p in campaign_audience.plan(campaigns.get(made)).people] == ["Ida2 Berg2"]
    with good_server() as (port, _inbox):
        use(port)
        campaign_running.start(made)
        campaign_running.send(made)
    again = campaigns.save({"name": "Again", "purpose": "newsletter", "cap_days": 14})
    assert [p.name for p in campaign_audience.plan(campaigns.get(again)).people] == ["Ida1 Berg1"]
    later = campaign_audience.plan(campaigns.get(again), dates.add_days(TODAY, 20))
    assert len(later.people) == 2


def test_a_refusal_counts_where_no_consent_is_asked(shop):
    add(1, agreed=False)
    second = add(2, agreed=False)
    consent.note(second, "post", consent.REFUSED)
    found = campaign_audience.plan(campaigns.get(plan("letter", purpose="")))
    assert ([p.name for p in found.people], found.left_out) == (["Ida1 Berg1"], {"refused": 1})


def test_each_gets_one_mail_in_their_own_words_and_their_history_says_so(shop):
    first = add(1)
    add(2, language="en", salutation="", first_name="Joe", city="Leeds")
    made = plan(
        body="{greeting}\n{if city = hamburg}See you at the quay{else}Come and see us{end}, {first_name|friend}."
    )
    campaigns.save_words(made, Words("a", "de", "Hallo {first_name}", "{greeting}\n{if city = Hamburg}Am Kai{end}"))
    with good_server() as (port, inbox):
        use(port)
        assert campaign_running.start(made) == 2
        assert campaign_running.send(made).sent == 2
        with pytest.raises(UserError, match="does not run"):
            campaign_running.send(made)
        said = {m["To"]: (m["Subject"], m.get_content().replace("\r\n", "\n")) for m in inbox.messages}
    assert said == {
        "ida1@kunde.example": ("Hallo Ida1", "Guten Tag Frau Berg1,\nAm Kai\n"),
        "ida2@kunde.example": ("Hello Joe", "Good day Joe Berg2,\nCome and see us, Joe.\n"),
    }
    assert inbox.messages[0]["List-Unsubscribe"].startswith("<mailto:jana@lichtwerk.example")
    (entry,) = [e for e in timeline.rows(timeline.ids(first)) if e.kind == "campaign"]
    assert (entry.title, entry.record, entry.record_id) == ("E-mail: Winter", "campaign", made)
    assert campaigns.get(made).state == "done"
    assert [(c.name, r.state) for c, r in campaigns.of_customer(first)] == [("Winter", "sent")]


def test_what_stands_in_the_way_is_said_before_anything_is_written(shop):
    made = plan()
    assert "The segment has no customers" in campaign_running.ready(made).problems[0]
    add(1, agreed=False)
    assert campaign_running.ready(made).problems[0] == (
        "None of the 1 customers has agreed. Note their consent on the customer's page, or choose “Not needed; whoever "
        "refused is left out” at “They agreed to”."
    )
    many = campaign_audience.Audience((), {"consent": 1200, "address": 238}, 1438, "letter")
    said = campaign_running.nobody(many)
    assert said.startswith(
        "Nobody is left: of 1,438 customers 1,200 have not agreed; 238 have no postal address: street or town is missing. Note "
    )
    add(2, last_name="")
    assert campaign_running.ready(made).problems == (
        "No mail server is set up. Enter one in Settings, or choose “E-mail drafts”.",
    )
    use(1)
    campaigns.save_words(made, Words("a", "en", "{title}", "{if city = Kiel}Hello{end}"))
    found = campaign_running.ready(made)
    assert found.problems == ("1 recipients get an empty text: Ida2",)
    campaigns.save_words(made, Words("a", "en", "Hi {last_name}", "Hello {nobody}"))
    assert "There is no field {nobody}" in campaign_running.ready(made).problems[0]
    campaigns.save_words(made, Words("a", "en", "Hi {last_name}", "Hello"))
    found = campaign_running.ready(made)
    assert found.problems == ()
    assert found.checked.hints == ["{last_name} is empty for 1 of 1 recipients. {last_name|…} puts other words there."]
    with pytest.raises(UserError, match="does not run"):
        campaign_running.send(made)
    assert campaigns.recipients(made) == []


def test_a_paused_campaign_goes_on_where_it_stopped(shop):
    for number in range(5):
        add(number)
    made = plan()
    with good_server() as (port, inbox):
        use(port)
        campaign_running.start(made)
        progress = Progress(lambda done, _total, _text: progress.cancel() if done == 1 else None)
        with pytest.raises(Cancelled):
            campaign_running.send(made, progress)
        assert campaigns.get(made).state == "paused"
        assert campaigns.counts(made)["sent"] == 2
        campaign_running.resume(made)
        assert campaign_running.send(made).sent == 3
        assert sorted(m["To"] for m in inbox.messages) == [f"ida{n}@kunde.example" for n in range(5)]


def test_a_cancelled_campaign_leaves_the_rest_out(shop):
    for number in range(3):
        add(number)
    made = plan("call")
    campaign_running.start(made)
    campaign_running.note_call(campaigns.recipients(made)[0].id, reached=True, words="Wants a lamp")
    assert campaign_running.cancel(made) == 2
    assert sorted(states(made).values()) == ["sent", "skipped", "skipped"]
    assert campaigns.get(made).state == "done"


def test_a_refused_address_is_listed_and_can_be_tried_again(shop):
    add(1)
    add(2)
    made = plan()
    with good_server() as (port, inbox):
        use(port)
        inbox.refused.add("ida1@kunde.example")
        campaign_running.start(made)
        campaign_running.send(made)
        assert states(made) == {"ida1@kunde.example": "failed", "ida2@kunde.example": "sent"}
        assert "no such mailbox" in campaigns.recipients(made, "failed")[0].reason
        inbox.refused.clear()
        assert campaign_running.try_again(made) == 1
        campaign_running.resume(made)
        campaign_running.send(made)
    assert set(states(made).values()) == {"sent"}


def test_a_server_that_never_answers_pauses_and_one_that_dies_is_tried_a_few_times(shop):
    for number in range(8):
        add(number)
    made = plan()
    server = BadServer("data")
    use(server.port)
    campaign_running.start(made)
    done = campaign_running.send(made)
    server.close()
    assert done.failed == campaign_running.MOST_BREAKS
    assert done.problem
    assert campaigns.get(made).state == "paused"
    campaign_running.resume(made)
    with pytest.raises(Problem, match="cannot be reached"):
        campaign_running.send(made)
    assert campaigns.get(made).state == "paused"
    assert campaigns.counts(made)["waiting"] == 3


def test_drafts_are_files_that_open_as_unsent(shop, tmp_path):
    add(1)
    add(2, last_name="A/B: x")
    made = plan("draft")
    campaign_running.start(made)
    assert campaign_running.write_drafts(made, tmp_path) == 2
    files = sorted(tmp_path.glob("*.eml"))
    assert len(files) == 2
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    assert (message["To"], message["X-Unsent"]) == ("ida1@kunde.example", "1")
    assert campaigns.get(made).state == "done"


def test_a_folder_that_cannot_be_written_pauses(shop, tmp_path):
    add(1)
    made = plan("draft")
    campaign_running.start(made)
    with pytest.raises(Problem, match="cannot be written"):
        campaign_running.write_drafts(made, tmp_path / "gone" / "drafts")
    assert campaigns.counts(made)["waiting"] == 1
    campaign_running.resume(made)
    own = campaign_running.drafts_folder(campaigns.get(made), tmp_path)
    assert (own, campaign_running.drafts_folder(campaigns.get(made), own)) == (tmp_path / "Winter", own)
    assert campaign_running.write_drafts(made, own) == 1
    (draft,) = own.iterdir()
    assert draft.name == f"Ida1 Berg1 {campaigns.recipients(made)[0].id}.eml"


def test_letters_are_one_pdf_with_the_address_in_the_window(shop, tmp_path):
    for number in (1, 2):
        add(number)
    add(3, street="Weg 1")
    made = plan("letter", subject="Winter lamps", body="{greeting}\n\nour lamps for {city}.")
    campaign_running.start(made)
    target = tmp_path / "letters.pdf"
    assert campaign_paper.print_all(made, target) == 2
    said = pages(target)
    assert len(said) == 2
    assert "Weg 1" in said[0]
    assert "20459 Hamburg" in said[0]
    assert "Guten Tag Frau Berg1," in said[0] or "Good day Frau Berg1," in said[0]
    assert "our lamps for Hamburg." in said[1]
    assert campaigns.get(made).state == "done"


@pytest.mark.parametrize(("kind", "first", "sheets"), [("3x8", 1, 2), ("3x8", 24, 3), ("2x7", 1, 2), ("2x7", 14, 3)])
def test_labels_begin_where_the_sheet_is_free(kind, first, sheets, tmp_path):
    form = labels.SHEETS[kind]
    addresses = [[f"Name {n}", "Weg 1", "20459 Hamburg"] for n in range(form.labels + 2)]
    target = tmp_path / "labels.pdf"
    target.write_bytes(labels.sheet(addresses, kind, first))
    said = pages(target)
    assert len(said) == sheets
    assert sum(page.count("Name ") for page in said) == form.labels + 2
    with pytest.raises(UserError, match="from 1 to"):
        labels.sheet(addresses, kind, form.labels + 1)


def test_what_it_brought_against_those_who_were_held_out(shop):
    everybody = [add(number) for number in range(20)]
    made = plan("call", hold_out_bp=2500, body="Say hello")
    campaign_running.start(made)
    held = {r.customer_id for r in campaigns.recipients(made, "held_out")}
    assert len(held) == 5
    for one in campaigns.recipients(made, "waiting"):
        campaign_running.note_call(one.id, reached=one.id % 2 == 0)
    got = [i for i in everybody if i not in held]
    for customer_id in [*got[:6], next(iter(held))]:
        buy(customer_id)
    found = campaign_results.measure(made)
    assert (found.got.people, found.got.buyers, found.got.net_minor) == (15, 6, 60000)
    assert (found.held_out.people, found.held_out.buyers) == (5, 1)
    assert campaign_results.verdict(found.got, found.held_out) == ("6 of 15 bought, 1 of the other 5: too few to tell.")


def test_what_was_bought_on_the_day_before_it_went_out_does_not_count(shop):
    before, after = add(1), add(2)
    made = plan("call", body="Say hello")
    morning = datetime(2026, 11, 24, 9, tzinfo=UTC)
    with dates.freeze(morning):
        buy(before)
    with dates.freeze(morning + timedelta(minutes=5)):
        campaign_running.start(made)
        for one in campaigns.recipients(made):
            campaign_running.note_call(one.id, reached=True)
    with dates.freeze(morning + timedelta(minutes=9)):
        buy(after, "30")
    got = campaign_results.measure(made).got
    assert (got.people, got.buyers, got.net_minor) == (2, 1, 3000)
    with dates.freeze(morning + timedelta(days=1)):
        buy(before, "50")
    assert campaign_results.measure(made).got.net_minor == 8000


def test_wants_no_more_noted_by_hand_holds_for_the_next_campaign_of_that_purpose(shop):
    first, second = add(1), add(2)
    made = plan("letter")
    campaign_running.start(made)
    one, other = campaigns.recipients(made)
    campaign_running.mark_sent(campaigns.get(made), [one, other])
    campaign_results.note_answer(one.id, "opted_out")
    assert not consent.allows(first, "post")
    assert consent.allows(first, "newsletter")
    again = campaigns.save({"name": "Again", "kind": "labels", "purpose": "post"})
    anyone = campaigns.save({"name": "Anyone", "kind": "letter", "purpose": ""})
    for asked in (again, anyone):
        assert [p.customer_id for p in campaign_audience.plan(campaigns.get(asked)).people] == [second]
    campaign_results.note_answer(one.id, "")
    assert consent.allows(first, "post")
    assert campaigns.recipient(one.id).answer == ""
    assert len(campaign_audience.plan(campaigns.get(again)).people) == 2


def test_an_old_answer_wants_no_more_counts_until_they_agree_anew(shop):
    first = add(1)
    made = plan("letter", purpose="")
    campaign_running.start(made)
    with dates.freeze(datetime(2026, 11, 24, 18, tzinfo=UTC)):
        campaign_results.note_answer(campaigns.recipients(made)[0].id, "opted_out")
    consent.remove(next(c.id for c in consent.current(first) if c.purpose == "post"))
    again = campaigns.get(campaigns.save({"name": "Again", "kind": "letter", "purpose": "post"}))
    assert campaign_audience.plan(again).left_out == {"consent": 1}
    with dates.freeze(datetime(2026, 11, 25, 8, tzinfo=UTC)):
        consent.note(first, "post", consent.GIVEN, source="Call")
    assert [p.customer_id for p in campaign_audience.plan(again).people] == [first]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [((100, 30), (100, 10), "clear"), ((100, 12), (100, 10), "none"), ((9, 9), (5, 1), "few"), ((0, 0), (5, 1), "few")],
)
def test_rates_are_told_apart_only_where_the_numbers_carry_it(one, other, said):
    groups = [campaign_results.Group("x", people=people, buyers=buyers) for people, buyers in (one, other)]
    assert campaign_results.difference(*groups) == said


def test_two_texts_go_to_halves_and_the_better_one_is_copied(shop):
    for number in range(10):
        add(number)
    made = plan()
    campaigns.save_words(made, Words("b", "en", "Other", "Other words"))
    people = campaign_audience.plan(campaigns.get(made)).people
    assert sorted(p.variant for p in people) == ["a"] * 5 + ["b"] * 5
    assert people == campaign_audience.plan(campaigns.get(made)).people
    copied = campaigns.copy(made, better="b")
    assert campaigns.words(copied) == [Words("a", "en", "Other", "Other words")]
    assert campaigns.get(copied).name == "Winter 2"


def test_a_mailbox_tells_who_wants_no_more_and_which_addresses_do_not_work(shop, tmp_path):
    for number in range(1, 6):
        add(number)
    made = plan()
    with good_server() as (port, _inbox):
        use(port)
        campaign_running.start(made)
        campaign_running.send(made)
    ids = {r.address: r.message_id for r in campaigns.recipients(made)}
    box = tmp_path / "answers.mbox"
    box.write_text(
        report("ida1@kunde.example", ids["ida1@kunde.example"])
        + report("ida5@kunde.example", ids["ida5@kunde.example"], "4.4.1", "delayed")
        + reply("ida2@kunde.example", ids["ida2@kunde.example"], "Bitte abmelden\n\n> Hello")
        + reply("other@home.example", ids["ida3@kunde.example"], "Lovely, I take two\n> To unsubscribe write")
        + reply("nobody@else.example", "<unknown@x>", "unsubscribe"),
        encoding="utf-8",
    )
    found = bounces.judge(mailbox_files.read(box))
    assert [(one.kind, one.name) for one in found] == [
        ("bounced", "Ida1 Berg1"), ("opted_out", "Ida2 Berg2"), ("replied", "Ida3 Berg3"),
    ]  # fmt: skip
    assert found[0].said == "smtp; 550 no such user"
    assert campaigns.recipients(made)[0].answer == ""
    assert bounces.take_over(found) == 3
    assert bounces.take_over(found) == 0
    assert not consent.allows(found[1].customer_id, "newsletter")
    assert tags.of_customer(found[0].customer_id) == ["E-mail does not arrive"]
    result = campaign_results.measure(made).got
    assert (result.bounced, result.opted_out, result.replied) == (1, 1, 1)
    again = campaigns.save({"name": "Again", "purpose": "newsletter"})
    assert campaign_audience.plan(campaigns.get(again)).left_out == {"consent": 1, "bounced": 1}


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"\x00\x01\x02 no mail at all", b"From x Tue Nov 24 10:00:00 2026\n\n"]
)
def test_what_is_no_mailbox_is_said(content, tmp_path):
    box = tmp_path / "box.mbox"
    box.write_bytes(content)
    with pytest.raises(UserError, match=r"box\.mbox"):
        mailbox_files.read(box)


def test_a_reply_that_is_dropped_on_the_customer_counts(shop, tmp_path):
    first = add(1)
    made = plan()
    with good_server() as (port, _inbox):
        use(port)
        campaign_running.start(made)
        campaign_running.send(made)
    answer = tmp_path / "answer.eml"
    said = reply("ida1@kunde.example", campaigns.recipients(made)[0].message_id, "I take one")
    answer.write_text(said.partition("\n")[2], encoding="utf-8")
    mail_files.take(first, [answer])
    assert campaign_results.measure(made).got.replied == 1


def test_plans_that_cannot_be_kept(shop):
    with pytest.raises(ValidationError) as caught:
        campaigns.save(
            {"name": " ", "kind": "fax", "hold_out_bp": 9500, "counted_days": 0, "cap_days": -1, "budget_minor": -1}
        )
    assert set(caught.value.fields) == {"name", "kind", "hold_out_bp", "counted_days", "cap_days", "budget_minor"}
    made = plan("call")
    add(1)
    campaign_running.start(made)
    with pytest.raises(UserError, match="has started"):
        campaigns.save({"kind": "email"}, made)
    with pytest.raises(UserError, match="Pause it first"):
        campaigns.delete(made)
    with pytest.raises(UserError, match="has started"):
        campaigns.save_words(made, Words("a", "en", "x", "y"))
    campaigns.save({"cost_minor": 500}, made)
    assert campaigns.get(made).cost_minor == 500


def test_a_file_that_ended_within_a_campaign_is_paused_and_says_what_is_unsure(shop):
    add(1)
    made = plan()
    use(1)
    campaign_running.start(made)
    with db.transaction("test"):
        db.execute("UPDATE campaign_recipient SET state = 'sending'")
    assert campaign_running.after_a_crash() == 1
    assert campaign_running.after_a_crash() == 0
    assert campaigns.get(made).state == "paused"
    (one,) = campaigns.recipients(made, "unsure")
    campaign_running.arrived(one.id)
    assert states(made) == {"ida1@kunde.example": "sent"}


def statements_while(work):
    """How many SQL statements some work takes."""
    seen = []
    db.raw().set_trace_callback(seen.append)
    try:
        work()
    finally:
        db.raw().set_trace_callback(None)
    return len(seen)


def test_twice_the_recipients_are_twice_the_work(shop, monkeypatch):
    monkeypatch.setattr(campaign_running, "_AT_ONCE", 3)
    taken = []
    with good_server() as (port, _inbox):
        use(port)
        for number in (12, 24):
            with db.transaction("People"):
                db.execute("DELETE FROM customer")
                db.execute_many(
                    "INSERT INTO customer(number, kind, name, email, created_at, updated_at) VALUES(?, 'person', ?, ?, '', '')",
                    [(f"K{n}", f"Berg {n}", f"k{number}.{n}@kunde.example") for n in range(number)],
                )
            made = plan(name=f"To {number}", purpose="")
            taken.append(statements_while(lambda made=made: campaign_running.start(made)))
            taken.append(statements_while(lambda made=made: campaign_running.send(made)))
            assert campaigns.counts(made)["sent"] == number
    assert taken[2] < 2.1 * taken[0]
    assert taken[3] < 2.1 * taken[1]
