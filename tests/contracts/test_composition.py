"""What a feature brings along is handed in by the composition: nothing is forgotten."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, inspect

from dashboard import city, history
from dashboard.pages import loaders
from feeds.city.profile import Section
from layouts import pages

# Tables whose rows the database itself keeps from being changed.
KEPT = (
    "audit_log",
    "freezes",
    "freeze_contents",
    "commitments",
    "remarks",
    "alerts",
    "silences",
    "deliveries",
)


def test_every_section_of_the_profile_is_read_at_the_start(modules: list[Any]) -> None:
    names = [one.name for one in modules if "Section(" in one.text and one.name.startswith("feeds")]
    declared = [
        value
        for name in names
        for value in vars(importlib.import_module(_dotted(name))).values()
        if isinstance(value, Section)
    ]
    assert declared
    assert {section.key for section in declared} == {section.key for section in city.SECTIONS}


def test_opening_a_database_makes_every_table_and_what_keeps_it(
    modules: list[Any], tmp_path: Path
) -> None:
    names = [one.name for one in modules if "MetaData()" in one.text]
    declared = {
        table
        for name in names
        for value in vars(importlib.import_module(_dotted(name))).values()
        if isinstance(value, MetaData)
        for table in value.tables
    }
    assert {"events", "alerts", "silences", "deliveries", "remarks", "freezes"} <= declared
    database = history.open_database(f"sqlite:///{tmp_path / 'board.db'}")
    assert set(inspect(database).get_table_names()) == declared
    with database.connect() as connection:
        kept = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert {name for (name,) in kept} == {
            f"{table}_{verb}" for table in KEPT for verb in ("UPDATE", "DELETE", "REPLACE")
        }
    database.dispose()


def test_every_fact_that_a_page_names_is_loaded_and_no_other() -> None:
    named = {name for page in pages.PAGES for name in page.page_data}
    assert loaders.LOADERS.keys() == named


def test_a_profile_is_loaded_at_one_place_with_all_its_sections(modules: list[Any]) -> None:
    assert [one.name for one in modules if "profile.load(" in one.text] == ["dashboard/city.py"]


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
