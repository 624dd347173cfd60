"""Every KPI's definition as a manager reads it: a small table of events in, a number out; counted
by both paths.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from feeds import kpis
from feeds.kpis import histogram
from feeds.kpis.formulas import Quantile

SPECS = Path(__file__).parent / "spec"
PATHS = ("facts", "engine")
PARTS = ("TITLE", "EVENTS", "NOW", "AREA", "PERIOD", "EXPECTED")


def test_every_kpi_has_a_spec() -> None:
    missing = [kpi_id for kpi_id in kpis.CATALOGUE if not (SPECS / f"{kpi_id}.py").exists()]
    assert not missing, (
        f"add tests/feeds/spec/{missing[0]}.py with {', '.join(PARTS)} (missing: {', '.join(missing)})"
    )


def test_every_spec_has_a_kpi() -> None:
    orphans = [
        path.name
        for path in SPECS.glob("*.py")
        if path.name.removesuffix(".py") not in kpis.CATALOGUE
    ]
    assert not orphans, f"remove tests/feeds/spec/{orphans[0]} or add its KPI to feeds/kpis"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kpi_id", kpis.CATALOGUE)
def test_spec(path: str, kpi_id: str, request: pytest.FixtureRequest) -> None:
    if not (SPECS / f"{kpi_id}.py").exists():
        pytest.fail(f"add tests/feeds/spec/{kpi_id}.py with {', '.join(PARTS)}")
    spec = runpy.run_path(str(SPECS / f"{kpi_id}.py"))
    readings = request.getfixturevalue(f"{path}_readings")
    told = request.getfixturevalue("told")(spec["EVENTS"])
    value, *parts = readings(told, spec["AREA"], spec["PERIOD"], spec["NOW"])[kpi_id]
    expected, *expected_parts = spec["EXPECTED"]
    assert value == (_near(kpi_id, expected) if path == "engine" else expected), spec["TITLE"]
    assert parts == expected_parts, spec["TITLE"]


def _near(kpi_id: str, value: float | None) -> Any:
    """The engine's quantiles come from a histogram and are near the exact ones; everything else is
    exact.
    """
    formula = kpis.CATALOGUE[kpi_id].formula
    return (
        pytest.approx(value, rel=histogram.ERROR)
        if isinstance(formula, Quantile) and value
        else value
    )
