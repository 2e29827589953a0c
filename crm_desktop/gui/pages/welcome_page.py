"""First start: four ways in, the language, country and currency of the business, and where its file will lie.

The page decides nothing: it says what was chosen through four callbacks that the window hands in,
`on_spreadsheet(path)`, `on_fresh()`, `on_restore(path)` and `on_sample()`; `setup()` says the rest. Changing the
language changes the page at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from crm_desktop.company import home, profile
from crm_desktop.core import i18n, preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures, icons, theme
from crm_desktop.gui.widgets import choices, dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.disc import Disc, paint_disc
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.inputs import ChoiceInput
from crm_desktop.gui.widgets.layouts import column, hairline, label, line_of, row, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pill import Key, paint_key
from crm_desktop.safety import backup, company_files

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".vcf", ".ldif", ".ics")
_WIDTH = 864
_SCREEN_NAMES = {"en": "English", "de": "Deutsch"}
_COUNTRY_OF = {"de": "DE", "en": "GB"}


@dataclass(frozen=True)
class Setup:
    """What a new business starts with; `path` is where its data file shall lie."""

    language: str
    country: str
    currency: str
    path: Path


def usual_language(system: QLocale) -> str:
    """The language of the screen that fits a computer: its own if we speak it, else English."""
    code = system.name().partition("_")[0]
    return code if code in i18n.SCREEN_LANGUAGES else "en"


def usual_country(system: QLocale) -> str:
    """The country that a computer is set to; where it is set to none, the one that fits its language."""
    code = QLocale.territoryToCode(system.territory())
    if len(code) == 2 and code.isalpha() and system.language() != QLocale.Language.C:
        return code
    return _COUNTRY_OF.get(usual_language(system), "GB")


def country_for(language: str, system: QLocale) -> str:
    """The country that fits a language chosen by hand: the computer's, unless the computer speaks another language."""
    if language in {usual_language(system), "en"}:
        return usual_country(system)
    return _COUNTRY_OF.get(language, usual_country(system))


def usual_currency(country: str) -> str:
    """The currency of a country among those that are offered."""
    found = home.currency_of(country)
    return found if found in dict(choices.currencies()) else "EUR"


def free_path(folder: Path, name: str) -> Path:
    """A path in a folder that no file has yet: "My business.crm", "My business 2.crm" …."""
    path, number = folder / f"{name}{company_files.SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{name} {number}{company_files.SUFFIX}", number + 1
    return path


def place_in_words(path: Path) -> str:
    """A path as people say it: "Documents, CRM, My business.crm"."""
    try:
        parts = path.relative_to(Path.home()).parts
    except ValueError:
        parts = path.parts
    return ", ".join(part.strip("/\\") or part for part in parts)


class _Mark(QWidget):
    """The sign of the program: a lamp on a dark square."""

    def sizeHint(self) -> QSize:
        return QSize(44, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover" if theme.is_dark() else "text"))
        painter.drawRoundedRect(QRectF(0, 0, 44, 44), 10, 10)
        ink = "amber" if theme.is_dark() else "card"
        painter.drawPixmap(10, 10, icons.pixmap("lamp-ceiling", ink, 24, self.devicePixelRatioF()))
        painter.end()


class _Way(QAbstractButton):
    """One way in as a card: icon, what it is, one line, and its key."""

    def __init__(self, icon: str, key: str, on: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._key, self._line = icon, key, ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.clicked.connect(on)

    def tell(self, title: str, line: str) -> None:
        """Show these words."""
        self._line = line
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
        self.setToolTip(line)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(340, max(92, theme.px(13) * 2 + 60))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        inset = 1.0 if focus else 0.5
        painter.setPen(QPen(theme.color("focus" if focus else "line"), 2 if focus else 1))
        painter.setBrush(theme.color("hover" if self.underMouse() else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 10, 10)
        middle = self.height() / 2
        tint = "selInactive" if self.underMouse() else "greySoft"
        paint_disc(painter, QRectF(18, middle - 20, 40, 40), self._icon, tint=tint)
        self._paint_words(painter, QRectF(76, 0, self.width() - 76 - 52, self.height()))
        paint_key(painter, QRectF(self.width() - 38, middle - 9, 20, 18), self._key)
        painter.end()

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        """The title and below it the line, which wraps where the window is narrow."""
        wrap = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        below = painter.boundingRect(room, wrap, self._line)
        head = theme.px(14) + 8
        top = room.center().y() - (head + below.height()) / 2
        painter.drawText(QRectF(room.left(), top + head, room.width(), below.height() + 2), wrap, self._line)
        painter.setFont(theme.font("h"))
        painter.setPen(theme.color("text"))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(QRectF(room.left(), top, room.width(), head), wrap, shown)


class _DropArea(QFrame):
    """The large way in: choose a spreadsheet or drop it; a dashed frame that fills while a file hangs over it."""

    def __init__(self, on: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self.heading = label("", "title")
        self.line = label("", "body", "text2")
        self.button = Button("", "primary", on=on)
        self.button.setMinimumWidth(150)
        self.below = label("", "small", "text2")
        column(
            self,
            row("stretch", Key("1")),
            "stretch",
            row("stretch", Disc("file-spreadsheet", 60, tint="blueSoft", ink="accentText"), "stretch"),
            14,
            *self._centred(self.heading),
            5,
            *self._centred(self.line),
            18,
            row("stretch", self.button, "stretch"),
            14,
            *self._centred(self.below),
            "stretch",
            18,
            margins=(18, 18, 18, 18),
        )
        self.setMinimumHeight(300)

    def _centred(self, words: QLabel) -> tuple[QLabel]:
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return (words,)

    def show_over(self, *, over: bool) -> None:
        """Fill the area while a file that can be taken hangs over the window."""
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent"), 1.6)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color("sel" if self._over else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
        painter.end()


class WelcomePage(Page):
    """See the module."""

    key = "first_run"
    # the language of the screen was changed here; the window may want to rebuild its menus
    language_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.on_spreadsheet: Callable[[Path], object] = self._nobody
        self.on_fresh: Callable[[], object] = self._nobody
        self.on_restore: Callable[[Path], object] = self._nobody
        self.on_sample: Callable[[], object] = self._nobody
        system = QLocale.system()
        self._language = str(preferences.get("language") or usual_language(system))
        self._path: Path | None = None
        self._country_by_hand = False
        self._build()
        self._fill(country_for(self._language, system))
        self._retranslate()
        for key, act in (("1", self.bring), ("2", self._fresh), ("3", self._restore), ("4", self._sample)):
            short = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(act)

    def _nobody(self, *_chosen: Any) -> None:
        """Until the window says what happens."""

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._mark = _Mark()
        self._mark.setFixedSize(44, 44)
        self._question = label("", "big")
        self._promise = label("", "body", "text2")
        self.drop = _DropArea(self.bring)
        self.fresh = _Way("pen-line", "2", self._fresh)
        self.restore = _Way("archive-restore", "3", self._restore)
        self.sample = _Way("store", "4", self._sample)
        ways = QGridLayout()
        ways.setHorizontalSpacing(16)
        ways.setVerticalSpacing(12)
        ways.addWidget(self.drop, 0, 0, 3, 1)
        for place, way in enumerate((self.fresh, self.restore, self.sample)):
            ways.addWidget(way, place, 1)
        ways.setColumnStretch(0, 1)
        ways.setColumnStretch(1, 1)
        body = QWidget()
        body.setMaximumWidth(theme.px(_WIDTH))
        parts = [self._mark, 20, self._question, 6, self._promise, 28, ways, 24, hairline(), 18]
        column(body, *parts, self._choices(), 10, self._place())
        line_of(self, "stretch", stack("stretch", body, "stretch"), "stretch", margins=(24, 16, 24, 16))
        self.layout().setStretch(1, 1000)

    def _choices(self) -> QWidget:
        self._language_box, self._country_box, self._currency_box = ChoiceInput(), ChoiceInput(), ChoiceInput()
        self._names = [label("", "body", "text2") for _box in range(3)]
        parts: list[Any] = []
        for name, box in zip(self._names, (self._language_box, self._country_box, self._currency_box), strict=True):
            box.setFixedWidth(theme.px(184 if box is self._country_box else 150))
            name.setBuddy(box)
            parts += [name, box, 12]
        self._language_box.left.connect(self._language_chosen)
        self._country_box.left.connect(self._country_chosen)
        holder = QWidget()
        line_of(holder, *parts, "stretch", gap=8)
        return holder

    def _place(self) -> QWidget:
        self._folder = QLabel()
        self._where = ElidedLabel("", "small", "text2")
        self._change = Button("", "link", on=self._choose_place)
        self._last = ElidedLabel("", "small", "text2")
        self._paint_folder()
        theme.changed().connect(self._paint_folder)
        holder = QWidget()
        line_of(holder, self._folder, self._where, self._change, "stretch", self._last, gap=8)
        return holder

    def _paint_folder(self) -> None:
        self._folder.setPixmap(icons.pixmap("folder", "text2", 16, self.devicePixelRatioF()))

    def _fill(self, country: str) -> None:
        self._language_box.set_choices([(code, _SCREEN_NAMES[code]) for code in i18n.SCREEN_LANGUAGES])
        self._language_box.set_value(self._language)
        self._use_language()
        self._country_box.set_choices(choices.countries()[1:])
        self._country_box.set_value(country)
        self._currency_box.set_choices(choices.currencies())
        self._currency_box.set_value(usual_currency(country))

    # ---- words -------------------------------------------------------------------------------------------------------

    def _use_language(self) -> None:
        i18n.use_language(self._language)
        formats.use_locale(str(preferences.get("formats") or ""))

    def _retranslate(self) -> None:
        self._question.setText(_("Good to have you. Where shall we start?"))
        self._promise.setText(_("Everything stays in one file on this computer. No account, no internet."))
        self.drop.heading.setText(_("Bring your spreadsheet"))
        self.drop.line.setText(_("Excel, LibreOffice, CSV or contacts file"))
        self.drop.button.setText(_("Choose a file"))
        self.drop.button.setAccessibleName(_("Bring your spreadsheet: choose a file"))
        self.drop.below.setText(_("or drop it anywhere in this window"))
        self.fresh.tell(_("Start fresh"), _("Type in the first customer or write the first invoice"))
        self.restore.tell(_("Restore a backup"), _("From this computer, a stick or a network folder"))
        self.sample.tell(
            _("Look at the sample company"), _("A lamp workshop with its customers and papers, kept apart")
        )
        boxes = (self._language_box, self._country_box, self._currency_box)
        for name, box, words in zip(self._names, boxes, (_("Language"), _("Country"), _("Currency")), strict=True):
            name.setText(words)
            box.setAccessibleName(words)
        self._change.setText(_("Change"))
        self._change.setAccessibleName(_("Change where your data lies"))
        self._last.setText(_("Takes about a minute. You can change all of it later."))
        self._tell_place()
        self.changed.emit()

    def _tell_place(self) -> None:
        path = self.setup().path
        self._where.setText(_("Your data will be in {place}").format(place=formats.isolate(place_in_words(path))))

    def title(self) -> str:
        return _("Welcome")

    # ---- what is chosen ----------------------------------------------------------------------------------------------

    def setup(self) -> Setup:
        """What was chosen so far."""
        path = self._path or company_files.proposed() or free_path(preferences.default_data_folder(), _("My business"))
        return Setup(self._language, self._country_box.value(), self._currency_box.value(), path)

    def _language_chosen(self) -> None:
        self._language = str(self._language_box.value())
        preferences.put("language", self._language)
        self._use_language()
        self._country_box.set_choices(choices.countries()[1:])
        if not self._country_by_hand:
            self._country_box.set_value(country_for(self._language, QLocale.system()))
            self._currency_box.set_value(usual_currency(str(self._country_box.value())))
        self._retranslate()
        self.language_changed.emit(self._language)

    def _country_chosen(self) -> None:
        self._country_by_hand = True
        self._currency_box.set_value(usual_currency(str(self._country_box.value())))

    def _choose_place(self) -> None:
        proposed = self.setup().path
        chosen = dialogs.choose_save_file(
            _("Where your data lies"), str(proposed), [(_("Company file"), company_files.SUFFIX)], "company"
        )
        if chosen is not None:
            self._path = chosen
            self._tell_place()

    # ---- the ways in -------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        self.bring()

    def bring(self) -> None:
        """Let the user choose a spreadsheet, which then leads to the import."""
        kinds = [
            (_("Spreadsheets and contacts"), [f"*{ending}" for ending in SPREADSHEETS]),
            (_("All files"), ["*"]),
        ]
        path = dialogs.choose_open_file(_("Bring your spreadsheet"), kinds, "import")
        if path is not None:
            failures.guarded(lambda: self.on_spreadsheet(path))

    def _fresh(self) -> None:
        failures.guarded(self.on_fresh)

    def _restore(self) -> None:
        kinds = [(_("Backups"), [f"*{backup.SUFFIX}", f"*{company_files.SUFFIX}"]), (_("All files"), ["*"])]
        path = dialogs.choose_open_file(_("Restore a backup"), kinds, "backup")
        if path is not None:
            failures.guarded(lambda: self.on_restore(path))

    def _sample(self) -> None:
        failures.guarded(self.on_sample)

    def _as_at_home(self) -> None:
        """Whoever starts another company has it most likely where the one at hand is."""
        if self._country_by_hand or not (company_files.is_open() and company_files.is_set_up()):
            return
        company = profile.load()
        self._country_box.set_value(company.country)
        self._currency_box.set_value(company.currency)

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def activate(self, **args: Any) -> None:
        self._as_at_home()
        self._tell_place()
        self.drop.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.drop.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def areas(self) -> list[QWidget]:
        return [self.drop.button, self._language_box]

    def _takes(self, event: QDragEnterEvent | QDropEvent) -> Path | None:
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if path.suffix.lower() in (*SPREADSHEETS, backup.SUFFIX):
                return path
        return None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._takes(event) is not None:
            self.drop.show_over(over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop.show_over(over=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop.show_over(over=False)
        path = self._takes(event)
        if path is None:
            return
        event.acceptProposedAction()
        act = self.on_restore if path.suffix.lower() == backup.SUFFIX else self.on_spreadsheet
        failures.guarded(lambda: act(path))
