"""Qt's own words (file dialogs, menus of text fields) in the language of the screen."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from crm_desktop.core import i18n

# the translator that is in use, so that the next language takes its place
_installed: list[QTranslator] = []


def speak() -> None:
    """Use the words of the language that the screen has now; a language that Qt lacks gets Qt's English."""
    while _installed:
        QApplication.removeTranslator(_installed.pop())
    words = QTranslator(QApplication.instance())
    if words.load(f"qtbase_{i18n.language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        QApplication.installTranslator(words)
        _installed.append(words)
