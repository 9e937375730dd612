"""The timetable names only tasks that exist, from modules that Celery loads."""

from importlib import import_module

import pytest

from gdshare.celery import app

TIMETABLE = app.conf.beat_schedule


@pytest.mark.parametrize("entry", TIMETABLE)
def test_every_entry_names_a_task(entry):
    name = TIMETABLE[entry]["task"]
    module = name.rpartition(".")[0]
    assert module in app.conf.imports
    import_module(module)
    assert name in app.tasks


def test_the_clocks_and_the_mail_are_on_it():
    named = {entry["task"] for entry in TIMETABLE.values()}
    assert {"sharing.deadlines.tasks.tick", "security.notices.tasks.send_due"} <= named
