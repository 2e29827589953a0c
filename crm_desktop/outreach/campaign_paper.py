"""The letters of a campaign as one PDF, on the company's letterhead, each with its address in the window.

Printed words come from the campaign's text; the paper is that of invoices (`documents.letter_pdf`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from crm_desktop.billing import parties
from crm_desktop.billing.document import Draft, Party
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.documents import from_record, letter_pdf, paper
from crm_desktop.documents.letter_pdf import Letter
from crm_desktop.outreach import campaign_running, campaign_words, campaigns, labels
from crm_desktop.outreach.campaign_words import Written, addressed
from crm_desktop.outreach.campaigns import Campaign, Recipient


def letter(written: Written, party: Party, day: date | None = None) -> bytes:
    """One letter as PDF.

    Raises:
        UserError: a character cannot be printed.
    """
    return letter_pdf.render(_letter(written, party, day or dates.today()))


def _letter(written: Written, party: Party, day: date) -> Letter:
    company = profile.load()
    say = written.language or company.language
    locale = formats.locale_name(say, company.country)
    sender = parties.seller(company, Draft(language=say, currency=company.currency))
    zero = from_minor(0, company.currency)
    facts = ((document_text(say, "Date"), formats.day(day, locale)),)
    return Letter(
        paper=paper.Paper(
            language=say,
            locale=locale,
            currency=company.currency,
            seller=from_record.seller_of(sender),
            address=tuple(from_record.address_lines(party, sender.get("country", ""), say)),
            head=paper.Head(number="", issued_on=day),
            lines=(),
            sums=paper.Sums(lines=zero, without_tax=zero, tax=zero, with_tax=zero, due=zero),
            intro=written.body,
            closing="",
            footer=(company.texts or {}).get(say, {}).get("footer", ""),
            stationery=from_record.stationery(),
        ),
        title=written.subject,
        full_title=written.subject,
        facts=facts,
        tables=(),
        with_code=False,
    )


def print_all(campaign_id: int, target: Path, progress: Progress | None = None) -> int:
    """Write the letters of all who wait as one PDF and note them as sent; gives how many.

    The file is whole before anybody counts as sent.

    Raises:
        UserError: the campaign does not run, or a character cannot be printed.
        Problem: the file cannot be written.
        Cancelled: through `progress`; nothing was written.
    """
    campaign = campaigns.get(campaign_id)
    if campaign.kind != "letter" or campaign.state != "running":
        raise UserError(_("“{name}” does not run now.").format(name=campaign.name))
    found = campaigns.recipients(campaign_id, "waiting")
    try:
        content, bodies = _pages(campaign, found, progress or Progress())
        _write(target, content)
    except (Cancelled, Problem, UserError):
        campaign_running.pause(campaign_id)
        raise
    return _mark(campaign, found, bodies)


def _mark(campaign: Campaign, found: Sequence[Recipient], bodies: dict[int, str]) -> int:
    """Note who is on paper as sent, and who is no longer there as left out; gives how many are on paper."""
    printed = [one for one in found if one.id in bodies]
    with db.transaction(_("Campaign {name}").format(name=campaign.name), undoable=False, durable=True):
        for one in found:
            if one.id not in bodies:
                campaign_running.skip(one)
        campaign_running.mark_sent(campaign, printed, bodies)
        campaign_running.finish(campaign.id)
    return len(printed)


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        words = _("{file} could not be written: {reason}. Close it if it is open, or choose another name; then go on.")
        raise Problem(words.format(file=target.name, reason=error.strerror)) from error


def _pages(campaign: Campaign, found: Sequence[Recipient], progress: Progress) -> tuple[bytes, dict[int, str]]:
    lines = {one.address: one.id for one in found}
    sheets, bodies = [], {}
    for number, written in enumerate(campaign_words.write(campaign, [addressed(one) for one in found])):
        progress(number, len(found), written.name)
        sheets.append(letter(written, written.party))
        bodies[lines[written.address]] = f"{written.subject}\n\n{written.body}"
    if not sheets:
        raise UserError(_("Nobody waits for a letter any more."))
    return letter_pdf.joined(sheets), bodies


def print_labels(campaign_id: int, target: Path, layout: str = "3x8", first: int = 1) -> int:
    """Write the labels of all who wait as one PDF and note them as sent; gives how many.

    Raises:
        UserError: the campaign does not run, or there is no such place on the sheet.
        Problem: the file cannot be written.
    """
    campaign = campaigns.get(campaign_id)
    if campaign.kind != "labels" or campaign.state != "running":
        raise UserError(_("“{name}” does not run now.").format(name=campaign.name))
    found = campaigns.recipients(campaign_id, "waiting")
    home, lines = profile.load(), {one.address: one.id for one in found}
    written = list(campaign_words.write(campaign, [addressed(one) for one in found]))
    addresses = [list(from_record.address_lines(one.party, home.country, home.language)) for one in written]
    try:
        _write(target, labels.sheet(addresses, layout, first, campaign.name))
    except (Problem, UserError):
        campaign_running.pause(campaign_id)
        raise
    return _mark(campaign, found, dict.fromkeys((lines[one.address] for one in written), ""))
