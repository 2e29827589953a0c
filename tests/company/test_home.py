"""Where the owner is at home."""

from __future__ import annotations

import pytest

from crm_desktop.company import home


@pytest.mark.parametrize(
    ("country", "screen", "paper"),
    [("DE", "en", "de"), ("AT", "en", "de"), ("CH", "en", "de"), ("CH", "fr", "fr"), ("FR", "de", "fr"), ("PL", "de", "de"),
     ("GB", "de", "en"), ("XX", "en", "en")],
)  # fmt: skip
def test_documents_speak_the_language_of_the_country(country, screen, paper):
    assert home.paper_language(country, screen) == paper
