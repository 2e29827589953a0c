"""Undo as the faces use it."""

from __future__ import annotations

import pytest

from crm_desktop.core.errors import Conflict
from crm_desktop.customers import customers
from crm_desktop.safety import undo


def test_undo_and_redo_name_what_they_would_do(data_file):
    assert undo.undo_last() is None
    assert undo.redo_last() is None
    assert undo.undo_title() == undo.redo_title() == ""
    customers.save({"company": "Ostwind"})
    assert undo.undo_title() == "New customer Ostwind"
    undo.undo_last()
    assert (undo.undo_title(), undo.redo_title()) == ("", "New customer Ostwind")
    undo.redo_last()
    assert (undo.undo_title(), undo.redo_title()) == ("New customer Ostwind", "")


def test_one_step_of_the_history_can_be_taken_back_by_itself(data_file):
    customers.save({"company": "Ostwind"})
    customers.save({"company": "Nordwind"})
    step = undo.steps(search="Ostwind")[0]
    undo.undo_step(step.id)
    assert [s.undone for s in undo.steps(search="Ostwind") if s.id == step.id] == [True]
    assert customers.get(2).name == "Nordwind"


def test_a_face_that_must_say_something_can(data_file):
    with pytest.raises(Conflict, match="nothing to undo"):
        undo.require(undo.undo_last())


def test_pages_hear_what_an_undo_changed(data_file):
    customers.save({"company": "Ostwind"})
    heard = []
    stop = undo.on_change(heard.append)
    undo.undo_last()
    stop()
    assert "customer" in heard[0]
