"""Customers understood: groups, who comes back, what is bought together, what to do next, and the market.

Everything is worked out beside the window; what was shown stays until the new figures are there.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_desktop.company import profile
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts import action_weights, understood_why
from crm_desktop.gui.parts import understood_tables as tables
from crm_desktop.gui.parts.understood_cohorts import CohortGrid
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Figures
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, label, row, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.row_table import RowTable
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.insight import customer_groups, customer_value, next_action, understood, value_reasons
from crm_desktop.insight.customer_value import Value
from crm_desktop.insight.understood import Understood
from crm_desktop.sales import competitors, sources

VIEWS = {
    "groups": N_("Groups"), "next": N_("What to do next"), "back": N_("Who comes back"),
    "together": N_("Bought together"), "market": N_("Market"),
}  # fmt: skip
_MEMBERS, _PAIRS = 25, 20


class UnderstoodPage(Page):
    """See the module."""

    key = "understood"
    tables = (
        "document", "customer", "company", "payment", "allocation", "consent", "contract", "support_case", "feedback",
        "competitor", "source", "opportunity", "item", "setting",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Understood | None = None
        self.group, self._asked = "best", 0
        self._members: list[Value] = []
        self._names: dict[int, str] = {}
        self._currency = profile.load().currency
        self._stack = QStackedWidget()
        self.views = Segments(_("Views of customers understood"), self.show_view)
        for key, name in VIEWS.items():
            self.views.add(key, _(name))
            self._stack.addWidget(getattr(self, f"_make_{key}")())
        self.views.choose("groups")
        self.keep_group = Button(_("Keep as segment"), "primary", "list-filter", on=self.keep_segment)
        head = row(
            label(_("Customers understood"), "title"),
            self.views,
            "stretch",
            self.keep_group,
            margins=(24, 14, 20, 14),
            gap=10,
        )
        column(self, head, self._stack)

    def title(self) -> str:
        return _("Customers understood")

    # ---- views -------------------------------------------------------------------------------------------------------

    def _make_groups(self) -> QWidget:
        self.figures = Figures()
        self.groups = RowTable(tables.group_columns(), self.choose_group)
        self._group_note, self._members_name = label("", "small", "text2", wrap=True), label("", "b")
        self.members = RowTable(tables.member_columns(self._currency), self._why)
        self._spent = label("", "small", "text2", wrap=True)
        hint = label(_("Click a customer to see why."), "small", "text3")
        why = Button(_("Why these figures"), "link", on=self.explain)
        head = row(label(_("Groups by how they buy"), "b"), "stretch", why)
        groups = _card(head, self._group_note, self.groups)
        members = _card(row(self._members_name, "stretch", hint), self._spent, self.members)
        return _view(self.figures, groups, members)

    def _make_next(self) -> QWidget:
        self.acts = RowTable(tables.act_columns(self._currency), self._open_act)
        self._acts_note = label("", "small", "text2", wrap=True)
        weigh = Button(_("How this is weighed"), "link", on=self.weigh)
        head = row(label(_("What pays most today"), "b"), "stretch", weigh)
        return _view(_card(head, self._acts_note, self.acts))

    def _make_back(self) -> QWidget:
        self.cohorts = CohortGrid()
        note = _(
            "Customers by the quarter of their first order, and the share of them that ordered again so many quarters later. "
            "The last quarter still runs."
        )
        self._back_note = label(note, "small", "text2", wrap=True)
        return _view(_card(label(_("Who comes back"), "b"), self._back_note, self.cohorts))

    def _make_together(self) -> QWidget:
        self.pairs = RowTable(tables.pair_columns())
        self.offers = RowTable(tables.pair_columns())
        self._pairs_note, self._offers_note = (
            label("", "small", "text2", wrap=True),
            label("", "small", "text2", wrap=True),
        )
        self.by = Segments(_("What is counted"), self._count_by)
        self.by.add("products", _("Products"))
        self.by.add("groups", _("Product groups"))
        bills = _card(row(label(_("On one bill"), "b"), "stretch", self.by), self._pairs_note, self.pairs)
        return _view(bills, _card(label(_("By the same customer, ever"), "b"), self._offers_note, self.offers))

    def _make_market(self) -> QWidget:
        self.against = RowTable(tables.against_columns(self._currency), self._edit_competitor)
        self.sources = RowTable(tables.source_columns(self._currency), self._edit_source)
        add = Button(_("New competitor"), "link", on=self.new_competitor)
        note = _("Deals are counted that name the competitor; click one to write down what you know.")
        brings = _(
            "What a source cost and brought, each by the customers from it that bought. Click one to enter its cost."
        )
        self._sources_note = label(brings, "small", "text2", wrap=True)
        return _view(
            _card(
                row(label(_("Competitors"), "b"), "stretch", add),
                label(note, "small", "text2", wrap=True),
                self.against,
            ),
            _card(label(_("Sources"), "b"), self._sources_note, self.sources),
        )

    def show_view(self, key: str) -> None:
        """Show one of the `VIEWS`."""
        self.views.choose(key)
        self._stack.setCurrentIndex(list(VIEWS).index(key))
        self.keep_group.setVisible(key == "groups")

    # ---- telling -----------------------------------------------------------------------------------------------------

    def activate(self, **args: Any) -> None:
        """Enter the page, optionally in a view or at a group."""
        if str(args.get("view", "")) in VIEWS:
            self.show_view(str(args["view"]))
        if str(args.get("group", "")) in customer_groups.KEYS:
            self.group = str(args["group"])
        self.refresh()

    def place(self) -> dict[str, Any]:
        return {"view": self.views.current(), "group": self.group}

    def refresh(self) -> None:
        """Work the figures out beside the window."""
        self._asked += 1
        jobs.run(_read, done=partial(self._tell, self._asked), title=_("Getting to know your customers"))

    def _tell(self, asked: int, found: Understood) -> None:
        if asked != self._asked:
            return
        self.found = found
        self.figures.tell(tables.figures(found.known, found.nps, self._currency))
        self._tell_groups()
        self._tell_next(found)
        self.cohorts.tell(found.known.cohorts)
        if not found.known.cohorts:
            self._back_note.setText(_("Shows up after the first order."))
        self._tell_pairs(found)
        self.against.tell([tables.against_row(one, self._currency) for one in found.against])
        self.sources.tell([tables.source_row(one, self._currency) for one in found.sources])

    def _tell_groups(self) -> None:
        found = self.found
        if found is None:
            return
        few = len(found.known.customers) < customer_groups.LEAST_CUSTOMERS
        lacking = _("Not enough known yet: shows up after {n} customers bought.").format(
            n=customer_groups.LEAST_CUSTOMERS
        )
        basis = _("By how recently, how often and for how much they bought, against your own customers.")
        missing = value_reasons.not_yet(found.known.missing) if found.known.missing else ""
        self._group_note.setText(lacking if few else f"{basis} {missing}".strip())
        self.groups.tell([] if few else tables.group_rows(found.known), customer_groups.KEYS.index(self.group))
        group = customer_groups.BY_KEY[self.group]
        own = customer_value.in_group(found.known, self.group)
        self._members = own[:_MEMBERS]
        self._names = understood.names([value.customer_id for value in self._members])
        shown = [tables.member_row(v, self._names.get(v.customer_id, ""), self._currency) for v in self._members]
        self.members.tell(shown)
        words = ngettext("{group}: {n} customer", "{group}: {n} customers", len(own))
        first = _(", the {n} that brought most").format(n=_MEMBERS) if len(own) > _MEMBERS else ""
        self._members_name.setText(words.format(group=group.name, n=formats.count(len(own))) + first)
        self._spent.setText(tables.spent(found.wallet.get(self.group, [])))
        self._spent.setVisible(bool(self._spent.text()))
        self.keep_group.setEnabled(bool(own))

    def _tell_next(self, found: Understood) -> None:
        note = _(
            "The act that is expected to bring most: an amount times a chance. Nobody is advertised to who refused it."
        )
        self._acts_note.setText(note if found.best else _("Nothing is worth more than waiting today."))
        self.acts.tell([tables.act_row(act, next_action.formula(act), self._currency) for act in found.best])

    def _tell_pairs(self, found: Understood) -> None:
        note = _(
            "Of the bills with the first product, so many also have the other. “Of all” is the share of all bills with both, "
            "“against chance” how many times as often as by chance."
        )
        lacking = _("Not enough known yet: shows up after five bills with the same two products of the price list.")
        seldom = _("Nothing yet: shows up when five customers have both, clearly more often than by chance.")
        ever = _("The same for all that a customer ever bought: what to offer to whom has one and not the other.")
        self.by.setVisible(bool(found.together.groups.names))
        if not found.together.groups.names:
            self.by.choose("products")
        counted = found.together.groups if self.by.current() == "groups" else found.together
        for pairs, shown, said, words, without in (
            (counted.bills, self.pairs, self._pairs_note, note, lacking),
            (counted.customers, self.offers, self._offers_note, ever, seldom),
        ):
            said.setText(words if pairs else without)
            shown.tell([tables.pair_row(pair, counted.names) for pair in pairs[:_PAIRS]])

    def _count_by(self, _key: str) -> None:
        if self.found is not None:
            self._tell_pairs(self.found)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def choose_group(self, number: int) -> None:
        """Show the customers of a group."""
        self.group = customer_groups.KEYS[number]
        self._tell_groups()

    def keep_segment(self) -> None:
        """Keep the group as a segment, to be worked with: listed, exported, written to."""
        made: list[int] = []
        if failures.guarded(lambda: made.append(understood.segment_of(self.group))):
            self.go.emit("segments", {"segment": made[0]})

    def primary(self) -> None:
        if self.views.current() == "groups" and self.keep_group.isEnabled():
            self.keep_segment()

    def _why(self, number: int) -> None:
        if self.found is not None:
            value = self._members[number]
            name = self._names.get(value.customer_id, "")
            if understood_why.show(name, value, self.found.known) == "open":
                self.open_record.emit("customer", value.customer_id)

    def _open_act(self, number: int) -> None:
        if self.found is not None:
            self.open_record.emit("customer", self.found.best[number].customer_id)

    def explain(self) -> None:
        """Tell how the figures about all customers are made."""
        if self.found is not None:
            understood_why.show_all(self.found.known)

    def weigh(self) -> None:
        """Show the chances that the acts are weighed with, to be changed."""
        if action_weights.edit():
            self.refresh()

    def new_competitor(self) -> None:
        """Write down a competitor."""
        self._competitor(_("New competitor"), {}, None)

    def _edit_competitor(self, number: int) -> None:
        if self.found is not None:
            one = self.found.against[number]
            known = competitors.get(one.id)
            values = {name: getattr(known, name) for name in ("name", "website", "strengths", "weaknesses", "note")}
            self._competitor(one.name, values, one.id)

    def _competitor(self, heading: str, values: dict[str, Any], competitor_id: int | None) -> None:
        fields = [
            Field("name", _("Name"), needed=True), Field("website", _("Web address")),
            Field("strengths", _("What they are good at"), "lines"), Field("weaknesses", _("What they are bad at"), "lines"),
            Field("note", _("Notes"), "lines"),
        ]  # fmt: skip
        dialogs.fill_in(
            heading, fields, values, act=_("Keep"), check=lambda typed: competitors.save(typed, competitor_id)
        )

    def _edit_source(self, number: int) -> None:
        if self.found is None:
            return
        one = self.found.sources[number]
        fields = [Field("cost_minor", _("Spent on it so far"), "money"), Field("note", _("Notes"), "lines")]
        values = {"cost_minor": one.cost_minor, "note": sources.get(one.id).note}

        def keep(typed: dict[str, Any]) -> object:
            return sources.save({"cost_minor": typed["cost_minor"] or 0, "note": typed["note"] or ""}, one.id)

        dialogs.fill_in(one.name, fields, values, act=_("Keep"), check=keep)


def _read(progress: Progress) -> Understood:
    return understood.read(progress)


def _card(*parts: Any) -> QFrame:
    made = QFrame()
    made.setProperty("k", "card")
    column(made, *parts, gap=8, margins=(16, 14, 16, 14))
    return made


def _view(*parts: Any) -> QWidget:
    content = QWidget()
    column(content, *parts, "stretch", gap=14, margins=(24, 0, 20, 20))
    return scroll(content)
