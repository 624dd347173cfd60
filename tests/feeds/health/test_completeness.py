"""Who is judged to be silent: each kind of event by the figures that need it and little else."""

from __future__ import annotations

from feeds.city.profile import Profile
from feeds.health import completeness
from feeds.health.completeness import LastSeen
from feeds.kpis import CATALOGUE

HOUR_MS = 3_600_000
NOW = 1_790_000_000_000


def test_a_kind_of_event_has_the_cadence_of_the_figure_that_counts_it_alone(
    yixing: Profile,
) -> None:
    found = completeness.expected_s(yixing)
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


def test_a_town_where_nothing_happened_is_not_late(yixing: Profile) -> None:
    """The source speaks of other towns. One that speaks of this town alone is late, and so is a
    town from which nothing comes at all.
    """
    first, second = list(yixing.town_by_code)[:2]
    long_ago, need = NOW - 60 * 24 * HOUR_MS, "fraud.warning"

    def state(*rows: LastSeen) -> str:
        found = completeness.rows(yixing, rows, NOW)
        (row,) = (row for row in found if row.area == first)
        return row.cells[_system("fraud.warnings")].state

    quiet = LastSeen(first, need, "urn:centre", long_ago)
    elsewhere = LastSeen(second, need, "urn:centre", NOW)
    reports = LastSeen(first, "incident.reported", "urn:grid", NOW)
    assert state(quiet, elsewhere, reports) == "live"
    assert state(quiet, elsewhere._replace(source="urn:other"), reports) == "nodata"
    assert state(quiet, elsewhere, reports._replace(at=long_ago)) == "nodata"


def test_a_town_is_as_late_as_the_source_that_serves_all(yixing: Profile) -> None:
    """A source of every town speaks as often as the city's must, whichever town it spoke of."""
    need = "incident.reported"
    cadence_ms = CATALOGUE["incidents.reported"].cadence_s * 1000
    long_ago = NOW - 5 * cadence_ms
    last_seen = [LastSeen(town, need, "urn:grid", long_ago) for town in yixing.town_by_code]
    alone = [one._replace(source=f"urn:{one.town}") for one in last_seen]

    def states(rows: list[LastSeen]) -> set[str]:
        found = completeness.rows(yixing, rows, NOW)
        number = _system("incidents.reported")
        return {row.cells[number].state for row in found if row.area != yixing.code}

    assert states(last_seen) == {"late"}
    assert states(alone) == {"live"}


def _system(kpi: str) -> int:
    return CATALOGUE[kpi].system
