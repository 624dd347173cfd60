"""Who is judged to be silent: each kind of event by the figures that need it and little else."""

from __future__ import annotations

from feeds.city.profile import Profile
from feeds.health import completeness
from feeds.health.completeness import LastSeen
from feeds.kpis import CATALOGUE

HOUR_MS = 3_600_000
NOW = 1_790_000_000_000


def test_a_kind_of_event_has_the_cadence_of_the_figure_that_counts_it_alone() -> None:
    found = completeness.cadences()
    assert found["task.set"] == CATALOGUE["tasks.set"].cadence_s
    assert found["task.completed"] == CATALOGUE["tasks.completed"].cadence_s < found["task.set"]
    assert found.keys() == {need for kpi in CATALOGUE.values() for need in kpi.needs}


def test_a_system_is_quiet_when_what_the_city_heard_of_it_stays_away(yixing: Profile) -> None:
    """Tasks of the new year are no news in November; a fraud centre silent for a week is. What was
    never heard is neither.
    """
    town = next(iter(yixing.town_by_code))
    last_seen = [
        LastSeen(town, "task.set", "urn:test", NOW - 300 * 24 * HOUR_MS),
        LastSeen(town, "task.completed", "urn:test", NOW - HOUR_MS),
        LastSeen(town, "fraud.warning", "urn:test", NOW - 7 * 24 * HOUR_MS),
        LastSeen(town, "incident.reported", "urn:test", NOW - 60_000),
    ]
    quiet = completeness.quiet(completeness.rows(yixing, last_seen, NOW), yixing.code)
    assert [(number, cell.at) for number, cell in quiet] == [
        (_system("fraud.warnings"), NOW - 7 * 24 * HOUR_MS)
    ]


def _system(kpi: str) -> int:
    return CATALOGUE[kpi].system
