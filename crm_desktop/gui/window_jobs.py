"""How the window shows work that takes time: a bar at the foot for reading, a dialog with Cancel for writing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QProgressBar, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import jobs
from crm_desktop.gui.jobs import Job
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, label, row


class JobBar(QFrame):
    """The bar at the foot of the window; it also opens the dialog of a job that writes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "foot")
        self._job: Job | None = None
        self._dialog: JobDialog | None = None
        self._title = label("", "m")
        self._share = label("", "body", "text2")
        self._bar = QProgressBar()
        self._bar.setAccessibleName(_("Progress"))
        column(
            self,
            row(self._title, "stretch", self._share, Button(_("Cancel"), "link", on=self._cancel)),
            self._bar,
            gap=6,
            margins=(24, 8, 20, 10),
        )
        self.hide()
        found = jobs.worker()
        found.started.connect(self._started)
        found.progressed.connect(self._progressed)
        found.finished.connect(self._finished)

    def _started(self, job: Job) -> None:
        if not job.running:
            return
        if job.writes:
            self._dialog = JobDialog(job, self.window())
            self._dialog.open()
            return
        self._job = job
        self._title.setText(job.title)
        self._share.setText("")
        self._bar.setRange(0, 0)
        self.setVisible(bool(job.title))

    def _progressed(self, job: Job, done: int, total: int, text: str) -> None:
        if self._dialog is not None and self._dialog.job is job:
            self._dialog.show_progress(done, total, text)
        if job is self._job:
            show_share(self._bar, done, total)
            self._share.setText(text or (f"{done * 100 // total}\u202f%" if total else ""))

    def _finished(self, job: Job) -> None:
        if self._dialog is not None and self._dialog.job is job:
            self._dialog.end()
            self._dialog = None
        if job is self._job:
            self._job = None
            self.hide()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()


def show_share(bar: QProgressBar, done: int, total: int) -> None:
    """Show a share on a bar; total 0 means unknown."""
    bar.setRange(0, 1000 if total else 0)
    bar.setValue(min(1000, done * 1000 // total) if total else 0)


class JobDialog(QDialog):
    """Window-modal: what is being written, how far, and Cancel."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent or QApplication.activeWindow())
        self.job = job
        self.setWindowTitle(job.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(480)
        self._text = label("", "body", "text2")
        self._bar = QProgressBar()
        self._bar.setAccessibleName(_("Progress"))
        self._bar.setRange(0, 0)
        self._stop = Button(_("Cancel"), on=self.cancel)
        column(
            self,
            label(job.title, "h"),
            self._bar,
            self._text,
            row("stretch", self._stop),
            gap=12,
            margins=(20, 18, 20, 18),
        )

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far the work is."""
        show_share(self._bar, done, total)
        self._text.setText(text)

    def cancel(self) -> None:
        """Ask the work to stop; the dialog closes when it has."""
        self._stop.setEnabled(False)
        self._text.setText(_("Stopping. Nothing unfinished is kept."))
        self.job.cancel()

    def end(self) -> None:
        """Close the dialog."""
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc cancels the work, not the dialog."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)
