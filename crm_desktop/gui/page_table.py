"""Which pages the window has, as data. A page is one line here; its module is imported when it is first shown.

`place` is "module:Class" below `crm_desktop.gui.pages`. `group` puts a section into the sidebar (1 above, 2 below, 9 at
the foot, 0 not at all), `parent` is the section that is marked while the page is shown. `record` is the kind of record
that the page opens, `new_record` the kind that it makes when the id is 0; both get `activate(id=…)`. A `bare` page fills
the window without the sidebar. Pages of one section that have a `tab` are reached by a row of tabs at their top.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from crm_desktop.gui.widgets.page import Page


@dataclass(frozen=True)
class PageEntry:
    """One page; see the module."""

    key: str
    place: str
    icon: str = ""
    label: str = ""
    group: int = 0
    parent: str = ""
    record: str = ""
    new_record: str = ""
    bare: bool = False
    tab: str = ""

    @property
    def text(self) -> str:
        """The words for sidebar and menus."""
        return _(self.label) if self.label else ""


PAGES: tuple[PageEntry, ...] = (
    PageEntry("today", "today_page:TodayPage", "sun", N_("Today"), 1, tab=N_("Today")),
    PageEntry("calendar", "calendar_page:CalendarPage", "calendar-days", parent="today", tab=N_("Calendar")),
    PageEntry("customers", "customers_page:CustomersPage", "users", N_("Customers"), 1, tab=N_("Customers")),
    PageEntry(
        "segments",
        "segments_page:SegmentsPage",
        "list-filter",
        parent="customers",
        tab=N_("Segments"),
        record="segment",
    ),
    PageEntry("understood", "understood_page:UnderstoodPage", "users", parent="customers", tab=N_("Understood")),
    PageEntry("duplicates", "duplicates_page:DuplicatesPage", "users", parent="customers", tab=N_("Duplicates")),
    PageEntry("cleaning", "cleaning_page:CleaningPage", "eraser", parent="customers", tab=N_("Clean data")),
    PageEntry("privacy", "privacy_page:PrivacyPage", "shield-check", parent="customers", tab=N_("Privacy")),
    PageEntry("pipeline", "pipeline_page:PipelinePage", "square-kanban", N_("Pipeline"), 1),
    PageEntry("cases", "cases_page:CasesPage", "life-buoy", N_("Cases"), 1),
    PageEntry("invoices", "invoices_page:InvoicesPage", "receipt-text", N_("Invoices"), 1, tab=N_("Invoices")),
    PageEntry("contracts", "contracts_page:ContractsPage", "file-pen", N_("Contracts"), 1),
    PageEntry("catalogue", "catalogue_page:CataloguePage", "package", N_("Price list"), 1, tab=N_("Price list")),
    PageEntry("price_lists", "price_lists_page:PriceListsPage", "tags", parent="catalogue", tab=N_("Customer prices")),
    PageEntry("figures", "figures_page:FiguresPage", "chart-column", N_("Figures"), 1, tab=N_("Figures")),
    PageEntry("campaigns", "campaigns_page:CampaignsPage", "megaphone", N_("Campaigns"), 1, tab=N_("Campaigns")),
    PageEntry("scenarios", "scenarios_page:ScenariosPage", "workflow", parent="campaigns", tab=N_("Scenarios")),
    PageEntry(
        "prepared_mails",
        "prepared_mails_page:PreparedMailsPage",
        "inbox",
        parent="campaigns",
        tab=N_("Prepared e-mails"),
    ),
    PageEntry("campaign", "campaign_form:CampaignForm", parent="campaigns", record="campaign", new_record="campaign"),
    PageEntry("campaign_people", "campaign_people_page:CampaignPeoplePage", parent="campaigns"),
    PageEntry("scenario", "scenario_form:ScenarioForm", parent="campaigns", record="scenario", new_record="scenario"),
    PageEntry("bookkeeping", "bookkeeping_page:BookkeepingPage", "calculator", parent="figures", tab=N_("Bookkeeping")),
    PageEntry(
        "reports", "reports_page:ReportsPage", "file-spreadsheet", parent="figures", tab=N_("Reports"), record="report"
    ),
    PageEntry("history", "history_page:HistoryPage", "rotate-ccw-clock", N_("History"), 2),
    PageEntry("bin", "bin_page:BinPage", "trash", N_("Bin"), 2),
    PageEntry("settings", "settings_page:SettingsPage", "settings", N_("Settings"), 9),
    PageEntry("quotes", "quotes_page:QuotesPage", "file-check", parent="invoices", tab=N_("Quotes and orders")),
    PageEntry("to_bill", "to_bill_page:ToBillPage", "hourglass", parent="invoices", tab=N_("To bill")),
    PageEntry("schedules", "schedules_page:SchedulesPage", "repeat", parent="invoices", tab=N_("Recurring")),
    PageEntry("dunning", "dunning_page:DunningPage", "bell", parent="invoices", tab=N_("Late payers")),
    PageEntry("received", "received_page:ReceivedPage", "file-down", parent="invoices", tab=N_("Received")),
    PageEntry("services", "services_page:ServicesPage", "clock", parent="invoices"),
    PageEntry("service", "service_form:ServiceForm", parent="invoices", record="service", new_record="service"),
    PageEntry("schedule", "schedule_form:ScheduleForm", parent="invoices", record="schedule", new_record="schedule"),
    PageEntry("bank", "bank_page:BankPage", "landmark", parent="invoices", tab=N_("Bank")),
    PageEntry("payments", "payments_page:PaymentsPage", "banknote", parent="invoices", tab=N_("Payments")),
    PageEntry("payment", "payment_entry:PaymentEntry", parent="invoices", new_record="payment"),
    PageEntry("outbox", "outbox_page:OutboxPage", "send", parent="invoices", tab=N_("E-mails")),
    PageEntry("customer", "customer_card:CustomerCard", parent="customers", record="customer"),
    PageEntry("rules", "rules_page:RulesPage", "workflow", parent="customers", tab=N_("Rules")),
    PageEntry("rule", "rule_form:RuleForm", parent="customers", record="rule", new_record="rule"),
    PageEntry("as_of", "as_of_page:AsOfPage", parent="customers"),
    PageEntry("customer_form", "customer_form:CustomerForm", parent="customers", new_record="customer"),
    PageEntry("invoice", "invoice_editor:InvoiceEditor", parent="invoices", record="draft", new_record="draft"),
    PageEntry("case", "case_form:CaseForm", parent="cases", record="case", new_record="case"),
    PageEntry("contract", "contract_form:ContractForm", parent="contracts", record="contract", new_record="contract"),
    PageEntry(
        "opportunity",
        "opportunity_form:OpportunityForm",
        parent="pipeline",
        record="opportunity",
        new_record="opportunity",
    ),
    PageEntry("product", "item_form:ItemForm", parent="catalogue", record="product", new_record="product"),
    PageEntry("import", "import_page:ImportPage", "file-spreadsheet", N_("Import"), parent="customers"),
    PageEntry("edited", "edited_page:EditedPage", parent="customers"),
    PageEntry("backup", "backup_page:BackupPage", "shield-check", N_("Backup"), parent="settings"),
    PageEntry("about", "about_page:AboutPage", "info", N_("About")),
    PageEntry("shortcuts", "shortcuts_page:ShortcutsPage", "keyboard", N_("Keyboard")),
    PageEntry("first_run", "welcome_page:WelcomePage", bare=True),
)


def _module(entry: PageEntry) -> str:
    return f"crm_desktop.gui.pages.{entry.place.partition(':')[0]}"


def built() -> dict[str, PageEntry]:
    """The pages by key."""
    return {entry.key: entry for entry in PAGES}


def make(entry: PageEntry, stack: QWidget) -> Page:
    """Import and make a page, as a child of the stack from the beginning: what is put somewhere later is styled twice."""
    found: type[Page] = getattr(importlib.import_module(_module(entry)), entry.place.partition(":")[2])
    return found(stack)
