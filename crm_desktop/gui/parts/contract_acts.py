"""What is done with contracts: let them run, note a notice, end them, offer the renewal, write letters, change prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from crm_desktop.billing import contract_schedules
from crm_desktop.care import loyalty
from crm_desktop.company import letter_texts
from crm_desktop.company.letter_texts import LetterText
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts import saving
from crm_desktop.gui.parts.document_acts import for_printer
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import contract_letters, contract_states, contracts
from crm_desktop.sales.contracts import Contract

if TYPE_CHECKING:
    from crm_desktop.documents.contract_paper import Made


# ---- states ----------------------------------------------------------------------------------------------------------


def activate(page: Page, contract_ids: Sequence[int]) -> None:
    """Let drafts run; asks when they were signed."""
    titles = _titles(contract_ids)
    found = dialogs.fill_in(
        _("Let {title} run").format(title=titles),
        [Field("signed_on", _("Signed on"), "date", width=0.5, hint=_("Empty if nothing was signed"))],
        {"signed_on": dates.today()},
        act=_("Let it run"),
        check=lambda values: contract_states.activate(contract_ids, values.get("signed_on")),
    )
    if found is not None:
        page.toast.emit(_("Running: {title}").format(title=titles), True)


def give_notice(page: Page, contract_id: int) -> None:
    """Ask when and by whom notice was given; show the end that it leads to and what is still billed; then note it."""
    contract = contracts.get(contract_id)
    by_terms = contract_states.end_of_notice(contract, dates.today())
    hint = _("Empty: by its terms; given today that is {day}").format(day=formats.day(by_terms)) if by_terms else ""
    values = dialogs.fill_in(
        _("Notice for {title}").format(title=contract.title),
        [
            Field("given_on", _("Given on"), "date", width=0.5, needed=True),
            Field("by", _("By whom"), "choice", choices=_who(), width=0.5),
            Field("ends_on", _("Ends on"), "date", width=0.5, hint=hint),
        ],
        {"given_on": dates.today(), "by": "us"},
        act=_("Show what follows"),
        check=_needs_day,
    )
    if values is not None:
        _confirm_notice(page, contract, values)


def _who() -> list[tuple[str, str]]:
    return [(key, _(words)) for key, words in contracts.NOTICE_BY.items()]


def _needs_day(values: dict[str, Any]) -> None:
    if values.get("given_on") is None:
        raise ValidationError({"given_on": _("Enter the day of the notice.")})


def _confirm_notice(page: Page, contract: Contract, values: dict[str, Any]) -> None:
    given, agreed = values["given_on"], values.get("ends_on")
    end = agreed or contract_states.end_of_notice(contract, given)
    if end is None:
        dialogs.message(_("This notice changes nothing"), _("The contract is over before it could count."))
        return
    question = _("{title} then ends on {day}").format(title=contract.title, day=formats.day_long(end))
    note = ("note", _("Note the notice"))
    if dialogs.choose(question, _consequence(contract, end), [("keep", _("Keep running")), note]) != "note":
        return
    if failures.guarded(lambda: contract_states.give_notice(contract.id, given, values.get("by") or "us", agreed)):
        words = _("Notice noted: {title} ends on {day}")
        page.toast.emit(words.format(title=contract.title, day=formats.day(end)), True)


def _consequence(contract: Contract, end: date) -> str:
    nothing = _("It does not renew. Nothing is sent by this.")
    left = contract_schedules.left_to_bill(contract.id, end)
    if left is None:
        return nothing
    words = ngettext(
        "Until then {n} bill over {amount} without tax is still due; after that its regular bills stop.",
        "Until then {n} bills over {amount} without tax are still due; after that its regular bills stop.",
        left.bills,
    ).format(n=formats.count(left.bills), amount=formats.money_text(left.net_minor, left.currency))
    return f"{words}\n{nothing}"


def withdraw(page: Page, contract_id: int) -> None:
    """Let a contract go on as if no notice had been given."""
    title = contracts.get(contract_id).title
    if failures.guarded(partial(contract_states.withdraw_notice, contract_id)):
        page.toast.emit(_("{title} goes on").format(title=title), True)


def end(page: Page, contract_ids: Sequence[int]) -> None:
    """End contracts today."""
    titles = _titles(contract_ids)
    if failures.guarded(partial(contract_states.end, contract_ids)):
        page.toast.emit(_("Ended: {title}").format(title=titles), True)


def _titles(contract_ids: Sequence[int]) -> str:
    return ", ".join(found.title for found in contracts.rows(list(contract_ids))[:3])


# ---- renewal ---------------------------------------------------------------------------------------------------------


def renewal_quote(page: Page, contract_id: int) -> None:
    """Open the quote for the next term, made now or there already."""
    from crm_desktop.billing import contract_quotes

    made: list[int] = []
    if failures.guarded(lambda: made.append(contract_quotes.renewal_quote(contract_id, loyalty.with_discount))):
        page.open_record.emit("draft", made[0])


def invoice(page: Page, contract_id: int) -> None:
    """Open the invoice of a contract for the period of today, made now or there already."""
    from crm_desktop.billing import contract_quotes

    made: list[int] = []
    if failures.guarded(lambda: made.append(contract_quotes.invoice(contract_id, loyalty.with_discount))):
        page.open_record.emit("draft", made[0])


def renew(page: Page, contract_id: int) -> None:
    """Open the contract that follows this one, as a draft made now or there already."""
    made: list[int] = []
    if failures.guarded(lambda: made.append(contract_states.renew(contract_id))):
        page.open_record.emit("contract", made[0])


# ---- prices ----------------------------------------------------------------------------------------------------------


def raise_prices(page: Page, contract_ids: Sequence[int]) -> bool:
    """Ask by how much and from when, and change the prices of contracts and of their regular bills as one step."""
    number = len(contract_ids)
    title = ngettext("Change the price of {n} contract", "Change the prices of {n} contracts", number)
    following = dates.today().replace(month=1, day=1, year=dates.today().year + 1)
    changed: list[int] = []
    values = dialogs.fill_in(
        title.format(n=formats.count(number)),
        [
            Field("percent", _("By how many per cent"), "number", decimals=2, width=0.5, needed=True),
            Field("from_on", _("From"), "date", width=0.5, needed=True),
            Field("note", _("Note"), placeholder=_("For example index of 2026")),
        ],
        {"percent": None, "from_on": following},
        act=_("Change prices"),
        check=lambda values: changed.append(_raise(contract_ids, values)),
        text=_("Regular bills change alike. What is billed already stays."),
    )
    if values is None:
        return False
    words = ngettext("{n} price changed from {day}", "{n} prices changed from {day}", changed[-1])
    page.toast.emit(words.format(n=formats.count(changed[-1]), day=formats.day(values["from_on"])), True)
    return True


def _raise(contract_ids: Sequence[int], values: dict[str, Any]) -> int:
    missing = {name: _("Enter this.") for name in ("percent", "from_on") if values.get(name) is None}
    if missing:
        raise ValidationError(missing)
    return contract_schedules.raise_prices(contract_ids, values["percent"], values["from_on"], values.get("note") or "")


# ---- letters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wanted:
    """A letter as it was read over: about which contract, in which words."""

    contract_id: int
    text: LetterText


def letter(page: Page, contract_id: int, purpose: str) -> None:
    """Show a letter in words to read over; then save, print or mail its PDF, which is kept with the contract."""
    failures.guarded(partial(_letter, page, contract_id, purpose))


def _letter(page: Page, contract_id: int, purpose: str) -> None:
    contract = contracts.get(contract_id)
    language = contract_letters.language_of(contract)
    text = letter_texts.get(purpose, language)
    filled = contract_letters.fields(contract, purpose, text.language, dates.today())
    contract_letters.check(contract, purpose, filled)
    table = _("The line {word} becomes the table of what is agreed.").format(word="{terms}")
    acts = [("mail", _("Send by e-mail")), ("print", _("Print")), ("save", _("Save as PDF"))]
    key, values = dialogs.fill_in_then(
        _("{letter}: {title}").format(letter=_(letter_texts.PURPOSES[purpose]), title=contract.title),
        [
            Field("subject", _("Heading"), needed=True),
            Field("body", _("Text"), "lines", rows=12, hint=table if "{terms}" in text.body else ""),
        ],
        {"subject": letter_texts.fill(text.subject, filled), "body": letter_texts.fill(text.body, filled)},
        acts=acts,
        check=_check_text,
        text=_("It is kept with the contract; nothing is sent by itself."),
    )
    if key:
        wanted = _Wanted(contract_id, LetterText(purpose, text.language, values["subject"], values["body"]))
        jobs.run(partial(_make, wanted), done=partial(_give_out, page, key))


def _check_text(values: dict[str, Any]) -> None:
    problems = letter_texts.check({name: values.get(name) or "" for name in ("subject", "body")})
    if problems:
        raise ValidationError(problems)


def _make(wanted: _Wanted, progress: Progress) -> Made:
    from crm_desktop.documents import contract_paper

    progress.check()
    return contract_paper.make(wanted.contract_id, wanted.text.purpose, text=wanted.text)


def _give_out(page: Page, key: str, made: Made) -> None:
    failures.guarded(partial({"save": _save, "print": _print, "mail": _mail}[key], page, made))


def _keep(made: Made) -> None:
    from crm_desktop.documents import contract_paper

    contract_paper.keep(made)


def _save(page: Page, made: Made) -> None:
    path = dialogs.choose_save_file(_("Save the letter"), made.file_name, [("PDF", ".pdf")], "letters")
    if path is None:
        return
    saving.write(path, made.content)
    _keep(made)
    page.toast.emit(_("Saved {file}, and kept with the contract").format(file=path.name), False)


def _print(page: Page, made: Made) -> None:
    answer = dialogs.print_pdf(for_printer(made.content), made.subject)
    if answer == "save":
        _save(page, made)
    elif answer == "printed":
        _keep(made)
        page.toast.emit(_("Printed, and kept with the contract"), False)


def _mail(page: Page, made: Made) -> None:
    from crm_desktop.gui.parts import mail_writer
    from crm_desktop.outreach import letters

    contract = contracts.get(made.contract_id)
    _keep(made)
    file = letters.attach(made.file_name, made.content)
    mail_writer.write(page, letters.about_contract(contract, made.language, made.subject, file))
