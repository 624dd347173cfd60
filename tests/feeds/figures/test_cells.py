"""The cube: order-free like the cases behind it, equal to the figures it splits, and to what the raw
events say.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import select

from dashboard import history
from feeds import kpis
from feeds.audit import sources, stored
from feeds.audit.compare import Pair
from feeds.audit.facts import Facts
from feeds.cases import listing, query
from feeds.cases.query import Asked
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.figures import cell_counts, cells
from feeds.figures.windows import DateRange
from feeds.history import counting, storage, tables
from feeds.kpis import dimensions

CITY, TOWN, OTHER = "320282", "320282112", "320282001"
NOW = "2026-09-30T15:00:00+08:00"
SEPTEMBER = (date(2026, 9, 1), date(2026, 10, 1))


@pytest.fixture
def life(event: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """Two openings of one case (the earlier stands), a hand-over, a closing; a case that is only
    closed; a joint one; counts.
    """
    grid = f"{TOWN}-g001"
    opening = {"severity": 2, "channel": "app"}
    return [
        event(
            "incident.reported",
            "2026-09-03T08:00:00+08:00",
            f"{TOWN}-g009",
            case="a",
            category="other",
            **opening,
        ),
        event(
            "incident.reported",
            "2026-09-02T08:00:00+08:00",
            grid,
            case="a",
            category="order",
            severity=3,
            channel="hotline",
        ),
        event(
            "incident.dispatched",
            "2026-09-02T09:00:00+08:00",
            TOWN,
            case="a",
            to="police",
            joint=True,
        ),
        event("incident.closed", "2026-09-12T08:00:00+08:00", TOWN, case="a", outcome="referred"),
        event("incident.closed", "2026-09-04T08:00:00+08:00", TOWN, case="b", outcome="done"),
        event(
            "incident.reported",
            "2026-09-05T08:00:00+08:00",
            grid,
            case="c",
            category="unheard",
            severity=3,
            channel="unheard",
        ),
        event(
            "service.requested",
            "2026-09-05T08:00:00+08:00",
            OTHER,
            case="s",
            category="social",
            channel="kiosk",
        ),
        event("service.completed", "2026-09-05T09:00:00+08:00", OTHER, case="s", manner="at_once"),
        event("fraud.warning", "2026-09-06T08:00:00+08:00", grid, channel="phone", category="loan"),
        event("patrol.completed", "2026-09-06T09:00:00+08:00", grid, visits=6),
        event("patrol.completed", "2026-09-06T10:00:00+08:00", "nowhere-g001", visits=2),
    ]


def rows(database: Database) -> dict[tuple[str, str], Any]:
    with database.connect() as connection:
        return {
            (r.town, r.day): r.counters
            for r in connection.execute(select(tables.cube))
            if r.counters != "{}"
        }


def split(
    through: Any,
    kpi: str,
    *by: Any,
    area: str = CITY,
    days: tuple[date, date] = SEPTEMBER,
    **where: str,
) -> dict[Any, float | None]:
    with through.database.connect() as connection:
        found = cells.read(
            connection, through.profile, kpi, area, DateRange(*days), through.now_ms, by, where
        )
    return {cell.key[0] if len(by) == 1 else cell.key: cell.value for cell in found}


@pytest.fixture
def told(pipeline: Any, life: list[dict[str, Any]]) -> Any:
    through = pipeline(NOW)
    through.send(*life)
    through.run()
    return through


def test_the_earliest_opening_says_category_channel_and_grid(told: Any) -> None:
    assert split(told, "incidents.reported", "category", "facet", "grid") == {
        ("order", "hotline", f"{TOWN}-g001"): 1,
        ("unknown", "unknown", f"{TOWN}-g001"): 1,
    }
    with told.database.connect() as connection:
        case = connection.execute(select(tables.cases).where(tables.cases.c.case_id == "a")).one()
    assert (case.area, case.facet, case.category) == (f"{TOWN}-g001", "hotline", "order")


def test_closings_know_their_opening_and_those_without_one_do_not(told: Any) -> None:
    assert split(told, "incidents.closed", "outcome", "category") == {
        ("referred", "order"): 1,
        ("done", "unknown"): 1,
    }
    assert split(told, "incidents.joint", "facet") == {"hotline": 1}
    assert split(told, "services.at_once_share", "facet") == {"kiosk": 1.0}


def test_grids_are_of_towns_and_an_unknown_area_has_none(told: Any) -> None:
    assert split(told, "incidents.patrol_visits", "grid") == {f"{TOWN}-g001": 6, "unknown": 2}
    assert split(told, "fraud.warnings", "facet", area=TOWN) == {"phone": 1}
    assert split(told, "fraud.warnings", "facet", area=OTHER) == {}


def test_any_order_and_any_repeat_gives_the_same_rows(
    told: Any, pipelines: Any, life: list[dict[str, Any]], tmp_path: Path
) -> None:
    expected = rows(told.database)
    for n in range(4):
        events = life + random.Random(n).sample(life, 4)
        random.Random(n).shuffle(events)
        told.redis.flushall()
        database = history.open_database(f"sqlite:///{tmp_path / f'{n}.db'}")
        through = pipelines(told.redis, database, told.profile, NOW)
        for one in events:
            through.send(one)
            through.run()
        found = rows(database)
        database.dispose()
        assert {key: _decoded(text) for key, text in found.items()} == {
            key: _decoded(text) for key, text in expected.items()
        }


def _decoded(text: str) -> Any:
    return json.loads(text)


def test_what_depends_on_due_times_is_as_of_the_moment(pipeline: Any, event: Any) -> None:
    through = pipeline(NOW)
    for n, due in enumerate(("09-20T09:00", "09-30T14:00", "09-30T16:00", "10-05T09:00")):
        given = {
            "case": f"t{n}",
            "category": "goal-03",
            "department": "justice" if n else "health",
            "due": f"2026-{due}:00+08:00",
        }
        through.send(event("task.set", "2026-09-01T09:00:00+08:00", CITY, **given))
    through.send(event("task.completed", "2026-09-19T09:00:00+08:00", CITY, case="t0"))
    through.run()
    assert split(through, "tasks.on_time", "facet") == {"health": 1.0, "justice": 0.0}
    assert split(through, "tasks.overdue", "facet") == {"justice": 1}
    assert split(through, "tasks.open", "category") == {"goal-03": 3}


def test_a_cohort_is_of_each_step_or_of_the_whole_span(told: Any) -> None:
    assert split(told, "incidents.closure_rate", "category") == {"order": 1.0, "unknown": 0.0}
    assert split(told, "incidents.closure_rate", "day", category="order") == {"2026-09-09": 0.0}
    assert split(told, "incidents.closure_rate", "week", category="order") == {"2026-09-07": 1.0}
    assert split(told, "incidents.closure_rate", "month", category="order") == {"2026-09": 1.0}


def test_steps_are_called_by_their_first_day() -> None:
    assert [
        cell_counts.step_name("2026-10-01", step) for step in (None, "day", "week", "month")
    ] == [
        "",
        "2026-10-01",
        "2026-09-28",
        "2026-10",
    ]


@pytest.mark.parametrize(
    ("kpi", "by", "said"),
    [
        ("incidents.median_hours", ("town",), "does not add up"),
        ("sensing.online_rate", ("town",), "does not add up"),
        ("incidents.open", ("day",), "can't be split by day"),
        ("incidents.reported", ("outcome",), "can't be split by outcome"),
        ("incidents.reported", ("day", "month"), "only one"),
        ("incidents.reported", ("town", "town"), "nothing twice"),
        ("incidents.patrol_visits", ("category",), "can't be split by category"),
    ],
)
def test_what_cannot_be_split_says_why(told: Any, kpi: str, by: tuple[Any, ...], said: str) -> None:
    with pytest.raises(dimensions.NotSplit, match=said):
        split(told, kpi, *by)


def test_every_split_adds_up_to_the_figure_that_is_published(demo: Any) -> None:
    for area in (CITY, TOWN):
        published = demo.state(area, "month")
        for kpi in kpis.CATALOGUE:
            for name in dimensions.of(kpi):
                with demo.database.connect() as connection:
                    found = cells.read(
                        connection,
                        demo.profile,
                        kpi,
                        area,
                        DateRange(*SEPTEMBER),
                        demo.now_ms,
                        (name,),
                    )
                if kpi in published["parts"] and published["parts"][kpi][1] is not None:
                    if kpis.CATALOGUE[kpi].is_cohort and name in ("day", "week"):
                        continue  # closed within the same day or week is another question
                    assert [
                        sum(c.numerator for c in found),
                        sum(c.denominator or 0 for c in found),
                    ] == published["parts"][kpi], (kpi, name)
                else:
                    assert sum(c.value or 0 for c in found) == pytest.approx(
                        published["set"][kpi] or 0
                    ), (area, kpi, name)


def checked(database: Database, city: Profile, town: str) -> list[Pair]:
    """A town's totals of the cube beside those that its events make."""
    with storage.snapshot(database) as connection:
        facts = Facts.of_events(city, sources.events(connection, [town]))
        with contextlib.closing(facts.database):
            return stored.totals(connection, facts, [town], date(2026, 9, 30))[town]


def wrong(database: Database, city: Profile, town: str) -> list[Pair]:
    return [pair for pair in checked(database, city, town) if not pair.agrees]


def test_the_cube_is_what_the_raw_events_say(demo: Any, city: Profile) -> None:
    for town in (TOWN, CITY, "unknown"):
        assert len(checked(demo.database, city, town)) > 100
        assert wrong(demo.database, city, town) == []


SPANS = (
    SEPTEMBER,
    (date(2026, 9, 2), date(2026, 9, 30)),
    (date(2026, 9, 24), date(2026, 9, 27)),
    (date(2026, 8, 5), date(2026, 9, 27)),
)


@pytest.mark.parametrize("days", SPANS)
def test_what_is_read_from_months_is_what_its_days_hold(demo: Any, days: tuple[date, date]) -> None:
    for by in ("category", "facet", "town"):
        of_days = Counter[str]()
        for (name, _), n in split(demo, "incidents.reported", by, "day", days=days).items():
            of_days[name] += int(n or 0)
        assert split(demo, "incidents.reported", by, days=days) == of_days != {}


def test_a_span_is_covered_by_months_and_the_days_beside_them() -> None:
    assert cell_counts.cover(DateRange(*SEPTEMBER)) == (("2026-09",), ())
    assert cell_counts.cover(DateRange(date(2026, 8, 30), date(2026, 9, 29))) == (
        ("2026-09",),
        (
            ((date(2026, 8, 30), date(2026, 9, 1)), 1),
            ((date(2026, 9, 29), date(2026, 10, 1)), -1),
        ),
    )


def test_the_audit_sees_a_month_that_is_wrong(told: Any, city: Profile) -> None:
    with told.database.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE cube_months SET counters = replace(counters, 'phone', 'visit')"
        )
    found = {(pair.kpi, pair.field) for pair in wrong(told.database, city, TOWN)}
    assert found == {
        ("fraud.warning", "2026-09 facet phone"),
        ("fraud.warning", "2026-09 facet visit"),
    }


def test_the_audit_sees_a_cell_that_is_wrong(told: Any, city: Profile) -> None:
    assert wrong(told.database, city, TOWN) == []
    with told.database.begin() as connection:
        connection.exec_driver_sql("UPDATE cube SET counters = replace(counters, 'phone', 'visit')")
    found = {(pair.kpi, pair.field.split()[1]) for pair in wrong(told.database, city, TOWN)}
    assert found == {("fraud.warning", "facet")}
    assert wrong(told.database, city, OTHER) == []


def test_pages_of_cases_hold_every_case_once_in_order(demo: Any) -> None:
    asked = Asked("incident", CITY, "open", sort="opened")
    seen, cursor = list[query.Entry](), ""
    with demo.database.connect() as connection:
        while True:
            page = listing.read(connection, demo.profile, asked, demo.now_ms, cursor, 37)
            seen += page.entries
            cursor = page.next
            if not cursor:
                break
    assert len({(e.town, e.case) for e in seen}) == len(seen) == page.total
    assert sum(v or 0 for v in split(demo, "incidents.open", "town").values()) == len(seen)
    times = [e.opened for e in seen if e.opened is not None]
    assert times == sorted(times, reverse=True)


def test_overdue_cases_are_those_the_figure_counts(demo: Any) -> None:
    with demo.database.connect() as connection:
        page = listing.read(
            connection, demo.profile, Asked("service", CITY, "overdue"), demo.now_ms, limit=500
        )
    assert page.total == sum(v or 0 for v in split(demo, "services.overdue", "town").values()) > 0
    assert all(entry.is_overdue and entry.stage != "closed" for entry in page.entries)


def test_a_cursor_of_no_page_is_refused(told: Any) -> None:
    for cursor in ("x", "1~2", "~~", "9" * 30 + "~a~b"):
        with told.database.connect() as connection, pytest.raises(query.BadCursor):
            listing.read(connection, told.profile, Asked("incident", CITY), told.now_ms, cursor)


def test_every_facet_is_a_field_of_its_type() -> None:
    for kind in eventtypes.TYPES.values():
        assert not kind.facet or kind.facet in {field.name for field in kind.fields}, kind.name
        assert not kind.facet or kind.step in (None, "opened"), kind.name


def test_a_grid_is_the_rest_of_its_code() -> None:
    assert counting.grid_of(TOWN, f"{TOWN}-g001") == "g001"
    assert counting.grid_of(TOWN, TOWN) == ""
    assert counting.grid_of("unknown", "unknown-g001") == ""
