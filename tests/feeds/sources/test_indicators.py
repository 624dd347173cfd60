"""The example workbooks of indicators through the real doors: twice imported they count once, and
the figure is there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import func, select

from feeds.history import tables
from feeds.sources import importing, mappings, spreadsheets
from feeds.sources.importing import Checkpoint, Result

INDICATORS = Path(__file__).resolve().parents[3] / "examples" / "indicators"
NOW = "2026-10-08T09:00:00+08:00"
CITY, DINGSHU = "320282", "320282112"

# Workbook → events accepted, and what KPIs then say of an area over the year.
FIGURES: dict[str, tuple[int, dict[tuple[str, str], float]]] = {
    "village_rooms": (54, {("disputes.village_rooms", CITY): 295 / 310}),
    "key_units": (54, {("safety.key_units", CITY): 1_810}),
    "deliberation_rooms": (
        54,
        {("governance.rooms", CITY): 310, ("governance.rooms", DINGSHU): 47},
    ),
    "volunteers": (
        72,
        {("governance.volunteers", CITY): 360_000, ("governance.teams", CITY): 1_170},
    ),
    "model_units": (54, {("governance.model_units", CITY): 186}),
    "training": (36, {("training.staff_rate", DINGSHU): 173 / 177}),
    "groups_covered": (
        36,
        {
            ("training.groups_covered", CITY): 401_510 / 420_000,
            ("training.households", CITY): 401_510,
        },
    ),
    "devices": (
        18,
        {("sensing.devices", CITY): 6_312, ("sensing.online_rate", CITY): 6_209 / 6_312},
    ),
    "homicide_clearance": (3, {("order.homicide_clearance", CITY): 1}),
    "assessments": (
        44,
        {
            ("assessments.due", CITY): 24,
            ("assessments.completed", CITY): 20,
            ("assessments.passed", CITY): 0.75,
        },
    ),
}


def bring_in(through: Any, name: str, folder: Path) -> Result:
    """The workbook through its mapping and the real intake."""
    path = INDICATORS / f"{name}.xlsx"
    mapping = mappings.load(INDICATORS / f"{name}.toml", dict(through.profile.area_by_name()))
    rows = spreadsheets.read(path, mapping.columns, mapping.sheet).rows
    checkpoint = Checkpoint(folder / "import.json", importing.fingerprint(path))
    return importing.run(
        rows, mapping, through.intake, checkpoint, lambda _: None, report=folder / "refused.csv"
    )


def test_every_workbook_has_a_mapping_and_figures() -> None:
    assert (
        {path.stem for path in INDICATORS.glob("*.xlsx")}
        == {path.stem for path in INDICATORS.glob("*.toml")}
        == FIGURES.keys()
    )


@pytest.mark.parametrize("name", FIGURES)
def test_twice_imported_it_counts_once(
    name: str, pipeline: Callable[..., Any], database: Database, tmp_path: Path
) -> None:
    through, (events, figures) = pipeline(NOW), FIGURES[name]
    first, again = bring_in(through, name, tmp_path), bring_in(through, name, tmp_path)
    assert (first.accepted, first.duplicates, first.rejected) == (events, 0, 0)
    assert (again.accepted, again.duplicates, again.rejected) == (events, events, 0)
    through.run()
    with database.connect() as connection:
        assert (
            connection.execute(select(func.count()).select_from(tables.events)).scalar_one()
            == events
        )
    for (kpi, area), value in figures.items():
        assert through.value(kpi, area, "year") == pytest.approx(value), (kpi, area)


def test_what_is_reported_for_a_quarter_is_as_of_its_end_and_names_it(
    pipeline: Callable[..., Any], tmp_path: Path
) -> None:
    through = pipeline(NOW)
    bring_in(through, "key_units", tmp_path)
    through.run()
    state = through.state(CITY, "year")
    assert state["periods"]["indicator:safety.key_units"] == "2026Q3"
    assert (
        state["newest"]["indicator:safety.key_units"] == 1_790_783_999_000
    )  # 2026-09-30 23:59:59 in Yixing
    through.restart()
    assert through.state(CITY, "year")["periods"] == state["periods"]
