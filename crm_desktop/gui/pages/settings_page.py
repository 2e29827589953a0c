"""Settings: a list of subjects at the left, what belongs to the chosen one at the right. All is saved by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLabel, QScrollArea, QSizePolicy, QWidget

from crm_desktop.core import preferences
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.layouts import column, hairline, label, line_of, row, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pill import Key

_WIDTH, _NAV = 860, 220


@dataclass(frozen=True)
class Subject:
    """One entry of the list; `place` is "module:Class" below `gui.parts.settings`, made when it is first shown."""

    key: str
    place: str
    icon: str
    name: str
    line: str


SUBJECTS = (
    Subject("company", "company:CompanySection", "building-2", N_("Company"),
            N_("What your documents say about you.")),
    Subject("paper", "paper:PaperSection", "file-text", N_("Paper"),
            N_("How documents look, and what saved files are called.")),
    Subject("texts", "texts:TextsSection", "pen-line", N_("Texts"),
            N_("What stands before and after the lines of each kind of document.")),
    Subject("letters", "letters:LettersSection", "file-pen", N_("Letters about contracts"),
            N_("Their words, and when contracts come up.")),
    Subject("numbering", "numbering:NumberingSection", "hash", N_("Numbering"),
            N_("A number is given only when you issue. Drafts never use one up.")),
    Subject("taxes", "taxes:TaxesSection", "percent", N_("Taxes"),
            N_("Rates with the date from which they hold.")),
    Subject("terms", "terms:TermsSection", "banknote", N_("Payment terms"),
            N_("When invoices are due, and what an early payment earns.")),
    Subject("bookkeeping", "bookkeeping:BookkeepingSection", "calculator", N_("Bookkeeping"),
            N_("Which account each sale goes to when you hand it over.")),
    Subject("dunning", "dunning:DunningSection", "bell", N_("Reminders for money"),
            N_("When who is reminded, with which words, and what it costs.")),
    Subject("lifecycle", "lifecycle:LifecycleSection", "flag", N_("Customer stages"),
            N_("Who is a lead, a regular, at risk; and how companies and people are treated.")),
    Subject("checklists", "checklists:ChecklistsSection", "list-checks", N_("Checklists"),
            N_("What is done for a new customer, step by step.")),
    Subject("pipeline", "pipeline:PipelineSection", "square-kanban", N_("Pipeline"),
            N_("The stages of a deal, and where deals come from.")),
    Subject("cases", "cases:CasesSection", "life-buoy", N_("Cases"),
            N_("By when a complaint, question or repair is to be done.")),
    Subject("loyalty", "loyalty:LoyaltySection", "gift", N_("Loyalty"),
            N_("What good customers get: a discount by level, or points.")),
    Subject("feedback", "feedback:FeedbackSection", "star", N_("Feedback"),
            N_("How often customers are asked, and what they say.")),
    Subject("mail", "mail:MailSection", "mail", N_("E-mail"),
            N_("The server that sends your mails, and their words.")),
    Subject("fields", "own_fields:FieldsSection", "tags", N_("Fields and tags"),
            N_("What you want to know about customers besides the usual.")),
    Subject("languages", "languages:LanguagesSection", "languages", N_("Language and formats"),
            N_("Of the program, and of your documents.")),
    Subject("appearance", "appearance:AppearanceSection", "sun-moon", N_("Appearance"),
            N_("On this computer only.")),
    Subject("keyboard", "keyboard:KeyboardSection", "keyboard", N_("Keyboard"),
            N_("Everything can be done without the mouse.")),
    Subject("privacy", "privacy:PrivacySection", "lock", N_("Privacy"),
            N_("How long papers are kept, and when customers are forgotten.")),
    Subject("backup", "backups:BackupSection", "shield-check", N_("Backup"),
            N_("So that nothing is lost.")),
)  # fmt: skip


class _NavItem(QAbstractButton):
    """An entry of the list at the left; the arrows step to its neighbours."""

    stepped = Signal(int)

    def __init__(self, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180, max(34, theme.px(13) + 19))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selInactive" if self.isChecked() else "hover"))
            painter.drawRoundedRect(body, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), 6, 6)
        chosen = self.isChecked()
        stroke = icons.STROKE_SELECTED if chosen else icons.STROKE
        ratio = self.devicePixelRatioF()
        picture = icons.pixmap(self._icon, "text" if chosen else "text2", 16, ratio, stroke)
        painter.drawPixmap(QPointF(10, (self.height() - 16) / 2), picture)
        painter.setFont(theme.font("b" if chosen else "m"))
        painter.setPen(theme.color("text" if chosen else "text2"))
        room = self.rect().adjusted(36, 0, -8, 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class SettingsPage(Page):
    """See the module."""

    key = "settings"
    tables: ClassVar = (
        "company", "number_series", "number_counter", "tax_rate", "payment_terms", "custom_field", "tag", "customer_tag",
        "dunning_level", "interest_rate", "setting",
        "lifecycle_stage", "lifecycle_rule", "checklist", "case_due", "loyalty_level", "feedback", "pipeline_stage", "source",
        "competitor",
    )  # fmt: skip
    # the language of the screen was changed: the window shows everything anew
    language_changed = Signal(str)
    menu_bar_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sections: dict[str, Any] = {}
        self._current = ""
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._items: dict[str, _NavItem] = {}
        self._name, self._line = label("", "title"), label("", "body", "text2")
        self._saved = QLabel()
        self._saved_words = label("", "small", "text2")
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(4000)
        self._quiet.timeout.connect(self._hush)
        self._holder = QWidget()
        self._box = column(self._holder, gap=12, margins=(28, 4, 20, 24))
        self._area: QScrollArea = scroll(self._holder)
        right = QWidget()
        right.setObjectName("canvas")
        column(right, self._head(), self._area)
        line_of(self, self._nav(), hairline(vertical=True), right, gap=0)
        self.layout().setStretch(2, 1)

    def _nav(self) -> QWidget:
        inner = QWidget()
        inner.setObjectName("canvas")
        title = label(_("Settings"), "title")
        title.setContentsMargins(12, 0, 0, 14)
        parts: list[Any] = [title]
        for subject in SUBJECTS:
            made = _NavItem(subject.icon, _(subject.name))
            made.clicked.connect(partial(self.show_section, subject.key))
            made.stepped.connect(self._step)
            self._group.addButton(made)
            self._items[subject.key] = made
            parts.append(made)
        column(inner, *parts, "stretch", margins=(8, 18, 8, 12))
        self._subjects = scroll(inner)
        self._subjects.setFixedWidth(theme.px(_NAV))
        self._subjects.setAccessibleName(_("Subjects"))

        return self._subjects

    def _head(self) -> QWidget:
        holder = QWidget()
        native = QKeySequence("Ctrl+,").toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
        first = row(self._name, "stretch", self._saved_words, self._saved, 6, Key(native), gap=6)
        column(holder, first, 6, self._line, margins=(28, 18, 20, 12))
        return holder

    # ---- showing -----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return _("Settings")

    def activate(self, section: str = "", field: str = "", **args: Any) -> None:
        """Show a section, and the field in it that somebody asked for."""
        self.show_section(section or self._current or str(preferences.get("settings_section") or ""))
        if field:
            self.sections[self._current].focus_field(field)
        else:
            self._items[self._current].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_section(self, key: str, *_checked: bool) -> None:
        """Show a section."""
        subject = next((s for s in SUBJECTS if s.key == key), SUBJECTS[0])
        if subject.key not in self.sections:
            module, _colon, name = subject.place.partition(":")
            made = getattr(import_module(f"crm_desktop.gui.parts.settings.{module}"), name)(self, self._tell_saved)
            made.setMaximumWidth(_WIDTH)
            self.sections[subject.key] = made
        shown = self.sections[subject.key]
        if self._current != subject.key:
            self._swap(shown)
            preferences.put("settings_section", subject.key)
        self._current = subject.key
        self._items[subject.key].setChecked(True)
        self._subjects.ensureWidgetVisible(self._items[subject.key])
        self._name.setText(_(subject.name))
        self._line.setText(_(subject.line))
        shown.refresh()

    def _swap(self, shown: QWidget) -> None:
        if self._current:
            self.sections[self._current].hide()
        if self._box.indexOf(shown) < 0:
            self._box.insertWidget(0, shown)
            if self._box.count() == 1:
                self._box.addStretch(1)
        shown.show()
        self._area.verticalScrollBar().setValue(0)

    def refresh(self) -> None:
        if self._current:
            self.sections[self._current].refresh()

    def _tell_saved(self) -> None:
        self._saved_words.setText(_("Saved"))
        self._saved.setPixmap(icons.pixmap("check", "green", 14, self.devicePixelRatioF()))
        self._saved.show()
        self._quiet.start()

    def _hush(self) -> None:
        self._saved_words.setText("")
        self._saved.hide()

    # ---- window ------------------------------------------------------------------------------------------------------

    def leave(self) -> bool:
        focus = self.focusWidget()
        if focus is not None and not isinstance(focus, _NavItem):
            focus.clearFocus()  # the field that is being typed in keeps its text by being left
        return True

    def save_now(self) -> None:
        self.leave()

    def areas(self) -> list[QWidget]:
        return [self._items[self._current], self._holder]

    def _step(self, by: int) -> None:
        """Go to the subject above or below."""
        keys = [subject.key for subject in SUBJECTS]
        place = (keys.index(self._current) + by) % len(keys)
        self.show_section(keys[place])
        self._items[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)
