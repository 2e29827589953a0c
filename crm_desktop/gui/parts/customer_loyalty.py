"""On a customer's card: level and points with what is missing, redeeming, their price list, and what they said of us."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crm_desktop.care import feedback, loyalty, loyalty_points
from crm_desktop.care.feedback import Feedback
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.parts.case_acts import CaseActs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Card, Facts, Item, ItemRow
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import clear, column, row, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import price_lists

_SHOWN = 3


class CustomerLoyalty(QWidget):
    """Two cards; the one about loyalty hides while nothing of it is switched on."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._customer_id = page, 0
        self._acts = CaseActs(page)
        self.loyalty = Card(_("Loyalty"))
        self._facts = Facts()
        self.redeem_button = Button(_("Redeem points…"), "small", "gift", on=self.redeem)
        self.give_button = Button(_("Give points…"), "ghost", on=self.give)
        self.loyalty.body.addWidget(self._facts)
        self._buttons = QWidget()
        column(self._buttons, row(self.redeem_button, self.give_button, "stretch", gap=4))
        self.loyalty.body.addWidget(self._buttons)
        self.said = Card(_("Feedback"), _("Note answer"), self.note)
        self.ask_button = Button(_("Ask how satisfied they are"), "link", on=self.ask)
        column(self, stack(self.loyalty, self.said, gap=12))

    def show_customer(self, found: Customer) -> None:
        """Show the loyalty of a customer and what they said."""
        self._customer_id = found.id
        self._show_loyalty(found)
        self._show_feedback()

    # ---- loyalty -----------------------------------------------------------------------------------------------------

    def _show_loyalty(self, found: Customer) -> None:
        chosen, prices = loyalty.settings(), price_lists.of_customer(found.id)
        points = loyalty_points.balance(found.id) if chosen.points else 0
        facts = [*(self._level_facts() if chosen.levels else []), *(self._point_facts(points) if chosen.points else [])]
        if prices is not None:
            facts.append((_("Prices"), prices.name))
        self.loyalty.setVisible(bool(facts))
        self._facts.tell(facts)
        self._buttons.setVisible(chosen.points)
        self.redeem_button.setVisible(points > 0)

    def _level_facts(self) -> list[tuple[str, str]]:
        found = loyalty.standing(self._customer_id)
        if found.level is None and found.next_level is None:
            return []
        level = _("none yet") if found.level is None else found.level.reason
        missing = ""
        if found.next_level is not None:
            words = _("{amount} to {level}")
            amount = formats.money_text(found.missing_minor, found.currency)
            missing = words.format(amount=amount, level=found.next_level.name)
        turnover = formats.money_text(found.turnover_minor, found.currency)
        months = loyalty.settings().months
        label = ngettext("Last month", "Last {n} months", months).format(n=months)
        return [(_("Level"), level), (label, turnover), (_("Missing"), missing)]

    def _point_facts(self, points: int) -> list[tuple[str, str]]:
        worth = formats.money_text(loyalty_points.worth_minor(max(points, 0)))
        words = _("{points}, worth {amount}").format(points=formats.count(points), amount=worth)
        coming = loyalty_points.next_expiry(self._customer_id)
        expiry = ""
        if coming is not None:
            day, number = coming
            expiry = _("{n} on {day}").format(n=formats.count(number), day=formats.day(day))
        return [(_("Points"), words), (_("Expire"), expiry)]

    def redeem(self) -> None:
        """Turn points into a discount on a new draft, and open that."""
        has = loyalty_points.balance(self._customer_id)
        made: list[int] = []

        def keep(values: dict[str, Any]) -> None:
            made.append(loyalty_points.redeem(self._customer_id, int(values["points"] or 0)))

        dialogs.fill_in(
            _("How many points?"),
            [Field("points", _("Points"), "number", decimals=0, width=0.5, needed=True)],
            {"points": Decimal(has)},
            act=_("Redeem on a new invoice"),
            check=keep,
            text=_("They become a discount on a new draft. Take it out there and the points are back."),
        )
        if made:
            self._page.open_record.emit("draft", made[-1])

    def give(self) -> None:
        """Give points by hand, or take some."""
        fields = [
            Field("points", _("Points"), "number", decimals=0, width=0.4, needed=True, hint=_("Below zero takes some")),
            Field("reason", _("Why"), width=0.6, needed=True),
        ]

        def keep(values: dict[str, Any]) -> None:
            loyalty_points.give(self._customer_id, int(values["points"] or 0), values["reason"] or "")

        if dialogs.fill_in(_("Give points"), fields, {}, act=_("Give"), check=keep) is not None:
            self._page.toast.emit(_("Points noted"), True)

    # ---- feedback ----------------------------------------------------------------------------------------------------

    def _show_feedback(self) -> None:
        every = feedback.of_customer(self._customer_id)
        before = self.window().focusWidget()
        inside = before is self.said or (before is not None and self.said.isAncestorOf(before))
        if inside:  # else Qt hands the focus on from the button that goes
            self.said.setFocus(Qt.FocusReason.OtherFocusReason)
        clear(self.said.body)
        for found in every[:_SHOWN]:
            self.said.body.addWidget(ItemRow(self._item(found)))
        reason = feedback.why_not(self._customer_id, feedback.SATISFACTION)
        ask = Button(_("Ask how satisfied they are"), "link", on=self.ask)
        ask.setEnabled(not reason)
        ask.setToolTip(reason)
        self.ask_button = ask
        self.said.body.addLayout(row(ask, "stretch"))
        if inside and ask.isEnabled():
            ask.setFocus(Qt.FocusReason.OtherFocusReason)

    def _item(self, found: Feedback) -> Item:
        if found.score is None:
            detail = _("Asked, code {code}").format(code=feedback.shown_code(found.code))
            words = _("No answer yet")
        else:
            words, detail = feedback.score_words(found.kind, found.score), found.comment.split("\n")[0]
        day = formats.day_short(found.answered_on or found.asked_on)
        tone = "red" if found.is_low and not found.followed_up else ""
        return Item(words, day, "star", tone, detail or _(feedback.KINDS[found.kind]), on=partial(self.note, found))

    def note(self, found: Feedback | bool | None = None) -> None:
        """Note an answer: to the question that is waiting, or one that came by itself."""
        asked = found if isinstance(found, Feedback) else self._waiting()
        if asked is not None and asked.score is not None:
            self._answered(asked)
            return
        kind = asked.kind if asked is not None else feedback.SATISFACTION
        fields = [
            Field("kind", _("Asked about"), "choice", choices=_kinds(), width=0.6, read_only=asked is not None),
            Field("score", _("Answer"), "number", decimals=0, width=0.4, needed=True, hint=_("1 to 5, or 0 to 10")),
            Field("comment", _("What they said"), "lines", rows=3),
        ]

        def keep(values: dict[str, Any]) -> None:
            score = _score(values["score"])
            if asked is not None:
                feedback.answer(asked.id, score, values["comment"] or "")
            else:
                feedback.add(self._customer_id, score, values["comment"] or "", values["kind"])

        heading = _("What did they say?")
        if dialogs.fill_in(heading, fields, {"kind": kind}, act=_("Note it"), check=keep) is not None:
            self._page.toast.emit(_("Feedback noted"), True)

    def _answered(self, found: Feedback) -> None:
        """An answer that stands; a low one can be ticked off."""
        words = feedback.score_words(found.kind, found.score or 0)
        if found.is_low and not found.followed_up:
            choices = [("keep", _("Leave it open")), ("done", _("I took care of it"))]
            if dialogs.choose(words, found.comment, choices) == "done":
                failures.guarded(partial(feedback.follow_up, found.id))
                self._page.toast.emit(_("Noted"), True)
        else:
            dialogs.message(words, found.comment)

    def _waiting(self) -> Feedback | None:
        return next((f for f in feedback.of_customer(self._customer_id) if f.score is None), None)

    def ask(self) -> None:
        """Ask the customer, with the text to send."""
        self._acts.ask(self._customer_id)


def _kinds() -> list[tuple[str, str]]:
    return [(key, _(name)) for key, name in feedback.KINDS.items()]


def _score(typed: Decimal | None) -> int:
    if typed is None or typed != typed.to_integral_value():
        raise ValidationError({"score": _("Enter a whole number.")})
    return int(typed)
