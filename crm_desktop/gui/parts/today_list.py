"""The inbox of Today: tasks in three groups, painted; the selected one shows its act, the others their number.

More than seven of a kind fold into a line that says how many more there are. Keys: Enter does it, S later, D done, E edit,
C calls, M mails, 1 to 9 choose, Space shows or hides the pane; with Shift several are chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.parts.today_kinds import act_name, icon_of, more_of, tone_of
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.disc import paint_disc
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.gui.widgets.pill import paint_key
from crm_desktop.insight.task import GROUPS, Task

TASK_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_NOWHERE = QModelIndex()
_LEFT, _RIGHT, _DISC, _ACTS = 24, 24, 30, 172
# What stands around the words of an act: its button or its number, and a gap.
_BESIDE_ACT = 56
# More than so many of a kind fold, and so many of them stay.
FOLD_OVER, FOLD_SHOWN = 7, 3


@dataclass(frozen=True)
class Fold:
    """The line that stands for the rest of a kind."""

    group: str
    kind: str
    number: int
    is_open: bool


def fold_words(fold: Fold) -> str:
    """What the line of a fold says."""
    return _("Show fewer") if fold.is_open else more_of(fold.kind, fold.number, formats.count(fold.number))


def group_name(group: str) -> str:
    """The heading of a group."""
    return {"first": _("Do first"), "today": _("Today"), "week": _("This week")}[group]


def _act_room(task: Task) -> int:
    """How wide a line's act is, with what stands around it."""
    return QFontMetrics(theme.font("smallm")).horizontalAdvance(act_name(task)) + _BESIDE_ACT


class TaskModel(QAbstractListModel):
    """Group headings and tasks in the order shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Task | Fold | tuple[str, int]] = []
        self._tasks: Sequence[Task] = ()
        self._unfolded: set[tuple[str, str]] = set()

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        """Show these tasks."""
        self.beginResetModel()
        self._rows, self._tasks = [], tasks
        for group in GROUPS:
            mine = [task for task in tasks if task.group == group]
            if mine:
                self._rows += [(group_name(group), len(mine)), *self._folded(group, mine)]
        self.endResetModel()

    def _folded(self, group: str, tasks: Sequence[Task]) -> list[Task | Fold]:
        """The tasks of a group; of a kind that has too many only the first, and behind them how many more there are."""
        counts = Counter(task.kind for task in tasks)
        shown: Counter[str] = Counter()
        found: list[Task | Fold] = []
        for task in tasks:
            shown[task.kind] += 1
            many, is_open = counts[task.kind] > FOLD_OVER, (group, task.kind) in self._unfolded
            if not many or is_open or shown[task.kind] <= FOLD_SHOWN:
                found.append(task)
            if many and shown[task.kind] == (counts[task.kind] if is_open else FOLD_SHOWN):
                found.append(Fold(group, task.kind, counts[task.kind] - FOLD_SHOWN, is_open))
        return found

    def fold(self, place: int) -> Fold | None:
        """The fold in a row, None for anything else."""
        row = self._rows[place] if 0 <= place < len(self._rows) else None
        return row if isinstance(row, Fold) else None

    def toggle(self, fold: Fold) -> None:
        """Show the rest of a kind, or fold it again."""
        self._unfolded ^= {(fold.group, fold.kind)}
        self.show_tasks(self._tasks)

    def task(self, place: int) -> Task | None:
        """The task in a row, None for a heading."""
        row = self._rows[place] if 0 <= place < len(self._rows) else None
        return row if isinstance(row, Task) else None

    def places(self) -> list[int]:
        """The rows that hold a task."""
        return [place for place, row in enumerate(self._rows) if isinstance(row, Task)]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if self.fold(index.row()) is not None:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.task(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == TASK_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, Task):
                owed = formats.money_text(row.amount_minor, row.currency) if row.amount_minor is not None else ""
                return ". ".join(part for part in (row.title, row.reason, owed) if part)
            if isinstance(row, Fold):
                return fold_words(row)
            return f"{row[0]} {row[1]}"
        return None


class _Delegate(QStyledItemDelegate):
    """Paints headings and tasks."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Any) -> QSize:
        row = index.data(TASK_ROLE)
        if isinstance(row, Task):
            return QSize(200, theme.row_height("row_two_line"))
        return QSize(200, 36 if isinstance(row, Fold) else 44 if index.row() else 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter = mirrored(painter, option.rect, option.direction)
        row = index.data(TASK_ROLE)
        if isinstance(row, Task):
            self._task(painter, option, index, row)
        elif isinstance(row, Fold):
            self._fold(painter, option, row)
        else:
            self._heading(painter, option.rect, *row)

    def _fold(self, painter: QPainter, option: QStyleOptionViewItem, fold: Fold) -> None:
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel" if selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(_LEFT - 12, 1, -(_RIGHT - 14), -1), 8, 8)
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap("chevron-up" if fold.is_open else "chevron-down", "accentText", 16, ratio)
        painter.drawPixmap(int(rect.left() + _LEFT + 7), int(rect.center().y() - 8), picture)
        self._line(painter, rect.adjusted(_LEFT + 44, 0, -_RIGHT, 0), "m", "accentText", fold_words(fold))

    def _heading(self, painter: QPainter, rect: Any, name: str, number: int) -> None:
        room = QRectF(rect.left() + _LEFT, rect.bottom() - 28, rect.width(), 22)
        painter.setFont(theme.font("b"))
        painter.setPen(theme.color("text"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), name)
        after = QFontMetrics(theme.font("b")).horizontalAdvance(name) + 6
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text2"))
        painter.drawText(room.adjusted(after, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), formats.count(number))

    def _task(self, painter: QPainter, option: QStyleOptionViewItem, index: Any, task: Task) -> None:
        view = option.widget
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        rect = QRectF(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or hover:
            focus = selected and view is not None and view.hasFocus()
            painter.setPen(QPen(theme.color("focus"), 2) if focus else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel" if selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(_LEFT - 12, 1, -(_RIGHT - 14), -1), 8, 8)
        tone = tone_of(task)
        disc = QRectF(rect.left() + _LEFT, rect.center().y() - _DISC / 2, _DISC, _DISC)
        paint_disc(painter, disc, icon_of(task), tint=f"{tone or 'grey'}Soft", ink=tone or "text2")
        words = rect.adjusted(_LEFT + 44, 7, -(_RIGHT + _ACTS), -7)
        # Amounts stand below each other; words may go as far as the act lets them.
        self._words(painter, words, task, max(0, _ACTS - _act_room(task)))
        acts = QRectF(rect.right() - _RIGHT - _ACTS + 12, rect.top(), _ACTS - 12, rect.height())
        self._act(painter, acts, act_name(task), "" if selected else self._number(view, index.row()), selected=selected)

    def _number(self, view: Any, place: int) -> str:
        places = view.tasks.places() if isinstance(view, TaskList) else []
        number = places.index(place) + 1 if place in places else 0
        return str(number) if 1 <= number <= 9 else ""

    def _words(self, painter: QPainter, room: QRectF, task: Task, more: int) -> None:
        """Title, amount and reason; where no amount stands, words have `more` room."""
        line = room.height() / 2
        owed = formats.money_text(task.amount_minor, task.currency) if task.amount_minor is not None else ""
        right = QFontMetrics(theme.font("m")).horizontalAdvance(owed) + (14 if owed else 0)
        head = QRectF(room.left(), room.top(), room.width(), line)
        self._line(painter, head.adjusted(0, 0, -right if owed else more, 0), "b", "text", task.title)
        if owed:
            painter.setFont(theme.font("m"))
            painter.setPen(theme.color("red" if task.kind == "overdue" else "text"))
            painter.drawText(head, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), owed)
        self._line(painter, head.translated(0, line).adjusted(0, 0, more, 0), "small", "text2", task.reason)

    def _line(self, painter: QPainter, room: QRectF, role: str, ink: str, text: str) -> None:
        font = theme.font(role)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _act(self, painter: QPainter, room: QRectF, verb: str, key: str, *, selected: bool) -> None:
        width = QFontMetrics(theme.font("smallm")).horizontalAdvance(verb)
        right, middle = room.right(), room.center().y()
        if selected:
            body = QRectF(right - width - 44, middle - 14, width + 44, 28)
            painter.setPen(QPen(theme.color("focus"), 1))
            painter.setBrush(theme.color("card"))
            painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setFont(theme.font("smallb"))
            painter.setPen(theme.color("accentText"))
            painter.drawText(body.adjusted(11, 0, -28, 0), int(Qt.AlignmentFlag.AlignVCenter), verb)
            picture = icons.pixmap("corner-down-left", "accentText", 14, painter.device().devicePixelRatioF())
            painter.drawPixmap(int(body.right() - 25), int(middle - 7), picture)
            return
        painter.setFont(theme.font("smallm"))
        painter.setPen(theme.color("text2"))
        words = QRectF(right - width - 30, room.top(), width + 4, room.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), verb)
        if key:
            paint_key(painter, QRectF(right - 20, middle - 9, 20, 18), key)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Any) -> bool:
        """Show the whole title and reason where they do not fit."""
        task = index.data(TASK_ROLE) if index.isValid() else None
        if event.type() == QEvent.Type.ToolTip and isinstance(task, Task):
            QToolTip.showText(event.globalPos(), f"{task.title}\n{task.reason}".strip(), view)
            return True
        return super().helpEvent(event, view, option, index)


class TaskList(QListView):
    """See the module. `chosen` comes with each other selection; `acted("do"|"later"|"done"|"edit"|…)` with a key."""

    chosen = Signal()
    acted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskModel(self)
        self.setModel(self.tasks)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(_("To do"))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.selectionModel().selectionChanged.connect(self._selected)
        self.doubleClicked.connect(self._double_clicked)

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        """Show tasks; the same one stays chosen, or the one that stands where it stood."""
        before, place = self.current(), self.currentIndex().row()
        self.tasks.show_tasks(tasks)
        places = self.tasks.places()
        same = next((p for p in places if before is not None and _same(self.tasks.task(p), before)), None)
        if same is None and places:
            same = next((p for p in places if p >= place), places[-1]) if place >= 0 else places[0]
        if same is not None:
            self.setCurrentIndex(self.tasks.index(same, 0))
        self.chosen.emit()

    def current(self) -> Task | None:
        """The chosen task."""
        return self.tasks.task(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def selected(self) -> list[Task]:
        """All chosen tasks, in the order shown."""
        places = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [task for place in places if (task := self.tasks.task(place)) is not None]

    def _selected(self) -> None:
        if len(self.selected()) != 1:
            self.chosen.emit()

    def _unfold(self) -> bool:
        """Open or close the fold that is chosen; the cursor stays there."""
        place = self.currentIndex().row()
        fold = self.tasks.fold(place)
        if fold is None:
            return False
        self.tasks.toggle(fold)
        self.setCurrentIndex(self.tasks.index(place, 0))
        self.chosen.emit()
        return True

    def choose(self, number: int) -> bool:
        """Choose the task with this number, 1 being the first."""
        places = self.tasks.places()
        if not 1 <= number <= len(places):
            return False
        self.setCurrentIndex(self.tasks.index(places[number - 1], 0))
        self.scrollTo(self.currentIndex())
        return True

    def _current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit()

    def _double_clicked(self, _index: QModelIndex) -> None:
        self.acted.emit("do")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        acts = {
            Qt.Key.Key_Return: "do",
            Qt.Key.Key_Enter: "do",
            Qt.Key.Key_S: "later",
            Qt.Key.Key_D: "done",
            Qt.Key.Key_E: "edit",
            Qt.Key.Key_C: "call",
            Qt.Key.Key_M: "mail",
            Qt.Key.Key_Space: "pane",
        }
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._unfold():
            return
        if plain and event.key() in acts:
            self.acted.emit(acts[Qt.Key(event.key())])
        elif plain and event.text().isdigit():
            self.choose(int(event.text()))
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_F2):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the act of the chosen task does it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.tasks.fold(index.row()) is not None:
            self._unfold()
            return
        task = self.tasks.task(index.row()) if index.isValid() and index == self.currentIndex() else None
        if task is not None and event.position().x() > self.viewport().width() - _RIGHT - _act_room(task) + 12:
            self.acted.emit("do")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the last visible row fade while there is more below."""
        super().paintEvent(event)
        bar = self.verticalScrollBar()
        if bar.value() < bar.maximum():
            area = self.viewport().rect()
            area.setTop(area.bottom() - 27)
            shade = QLinearGradient(area.topLeft(), area.bottomLeft())
            clear = theme.color("canvas")
            clear.setAlpha(0)
            shade.setColorAt(0, clear)
            shade.setColorAt(1, theme.color("canvas"))
            painter = QPainter(self.viewport())
            painter.fillRect(area, shade)
            painter.end()


def _same(one: Task | None, other: Task) -> bool:
    keys = ("kind", "customer_id", "contract_id", "document_id", "reminder_id", "record", "record_id")
    return one is not None and all(getattr(one, key) == getattr(other, key) for key in keys)
