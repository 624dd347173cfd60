"""The facts by themselves: repeats, order, what was known then, zones, and what a reader finds by
hand.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feeds import kpis
from feeds.audit import facts as facts_module
from feeds.audit.facts import Area
from feeds.audit.readings import Readings
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.events import eventtypes
from feeds.kpis import Kpi, definition, formulas, measures

ROOT = Path(__file__).parents[3]
TOWN, OTHER, CITY = "320282112", "320282001", "320282"
NOW = "2026-09-16T10:00+08:00"
LIFE = [
    ("2026-09-01T08:00+08:00", "incident.reported", TOWN, {"case": "a"}),
    ("2026-09-01T09:00+08:00", "incident.dispatched", TOWN, {"case": "a", "joint": True}),
    ("2026-09-12T08:00+08:00", "incident.closed", TOWN, {"case": "a"}),
    ("2026-09-12T08:00+08:00", "incident.closed", TOWN, {"case": "a", "outcome": "referred"}),
    ("2026-09-02T08:00+08:00", "incident.reported", TOWN, {"case": "a", "category": "other"}),
    ("2026-09-03T08:00+08:00", "incident.reported", OTHER, {"case": "b"}),
    ("2026-09-15T08:00+08:00", "fraud.loss_averted", TOWN, {"amount": 0.1}),
    (
        "2026-09-15T09:00+08:00",
        "indicator.reported",
        TOWN,
        {"indicator": "devices.online", "value": 3, "total": 4},
    ),
]


@pytest.fixture
def figures(told: Any, facts: Any, ms: Any, city: Profile) -> Any:
    """Every KPI of a table of rows."""

    def read(
        rows: Any, area: str = CITY, period: Any = "month", now: str = NOW, of: Profile = city
    ) -> dict[str, formulas.Figure]:
        return Readings(Area(facts(told(rows), of), area), ms(now)).figures(period)

    return read


def test_order_and_repeats_change_nothing(figures: Any) -> None:
    expected = figures(LIFE)
    shuffle = random.Random(7)
    for _ in range(5):
        rows = LIFE + shuffle.sample(LIFE, 3)
        shuffle.shuffle(rows)
        assert figures(rows) == expected


def test_no_events_at_all_is_no_data(figures: Any) -> None:
    assert {f.value for f in figures([]).values()} == {None}
    assert {f.at for f in figures([]).values()} == {None}


def test_of_a_repeat_the_first_recorded_stays(told: Any, facts: Any, ms: Any) -> None:
    event = told([LIFE[6]])[0]
    later = msgspec.structs.replace(
        event, recorded=event.recorded + 1, data={"amount": 99, "category": "loan"}
    )
    found = Readings(Area(facts([later, event]), CITY), ms(NOW)).figures("month")
    assert found["fraud.loss_averted"].value == pytest.approx(0.1)


def test_as_was_known_then(told: Any, facts: Any, ms: Any) -> None:
    report, closing, late = told([LIFE[0], LIFE[2], LIFE[5]])
    late = msgspec.structs.replace(late, recorded=ms("2026-09-14T08:00+08:00"))
    counted, at = facts([report, closing, late]), ms("2026-09-10T10:00+08:00")
    then = Readings(Area(counted.known(at, at), CITY), at).figures("month")
    assert (
        then["incidents.reported"].value,
        then["incidents.open"].value,
        then["incidents.overdue"].value,
    ) == (1, 1, 1)
    now = Readings(Area(counted, CITY), ms(NOW)).figures("month")
    assert (
        now["incidents.reported"].value,
        now["incidents.open"].value,
        now["incidents.closed"].value,
    ) == (2, 1, 1)


def test_without_some_events_it_is_as_if_they_had_not_come(
    told: Any, facts: Any, ms: Any, city: Profile
) -> None:
    events = told(LIFE)
    for n, gone in enumerate(events):
        rest = facts([*events[:n], *events[n + 1 :]])
        identity = (city.town_of(gone.area), gone.source, gone.id, gone.recorded)
        left = facts(events).without([identity])
        for area in (CITY, TOWN, OTHER):
            expected, found = (Readings(Area(one, area), ms(NOW)) for one in (rest, left))
            assert found.figures("month") == expected.figures("month"), (gone, area)


def test_changes_compare_the_same_elapsed_part(figures: Any) -> None:
    moments = (
        "2025-08-20T10:00",  # the source spoke before all that is compared
        "2026-09-16T10:00",
        "2026-09-02T10:00",
        "2026-08-16T10:00",
        "2025-09-16T10:00",
        "2025-09-16T10:01",
        "2026-08-31T10:00",
    )
    accident = {"deaths": 0, "injuries": 1}
    found = figures([(f"{m}+08:00", "traffic.accident", TOWN, accident) for m in moments])[
        "traffic.accidents"
    ]
    assert (found.value, found.change_year, found.change_period) == (2, 1.0, 1.0)


def test_changes_of_shares_are_differences(figures: Any) -> None:
    rows = [
        # both outcomes were told before the month that is compared with
        ("2026-07-15T08:00+08:00", "dispute.closed", TOWN, {"case": "d", "outcome": "settled"}),
        ("2026-09-15T08:00+08:00", "dispute.closed", TOWN, {"case": "a", "outcome": "settled"}),
        ("2026-08-15T08:00+08:00", "dispute.closed", TOWN, {"case": "b", "outcome": "settled"}),
        ("2026-08-15T08:00+08:00", "dispute.closed", TOWN, {"case": "c", "outcome": "failed"}),
    ]
    found = figures(rows)["disputes.success_rate"]
    assert (found.value, found.change_year, found.change_period) == (1.0, None, 0.5)


def test_an_empty_base_has_no_change(figures: Any) -> None:
    found = figures(LIFE)["incidents.reported"]
    assert (found.change_year, found.change_period) == (None, None)


def test_levels_stand_where_flows_would_be_silent(figures: Any) -> None:
    found = figures(
        [("2025-01-05T08:00+08:00", "incident.reported", TOWN, {"case": "a"})], TOWN, "today"
    )
    assert found["incidents.open"].value == 1
    assert found["incidents.overdue"].value == 1
    assert found["incidents.reported"].value is None


def test_days_are_the_zone_s(figures: Any, city: Profile) -> None:
    rows = [("2026-09-15T23:30:00+00:00", "fraud.warning", TOWN, {})]
    assert figures(rows, CITY, "today", "2026-09-16T10:00+08:00")["fraud.warnings"].value == 1
    utc = msgspec.structs.replace(city, zone="UTC")
    assert (
        figures(rows, CITY, "today", "2026-09-16T00:30+00:00", of=utc)["fraud.warnings"].value == 0
    )


def test_categories(told: Any, facts: Any, ms: Any) -> None:
    rows = [
        *LIFE,
        (
            "2026-09-16T08:00+08:00",
            "incident.reported",
            TOWN,
            {"case": "z", "category": "unheard_of"},
        ),
    ]
    counted = Readings(Area(facts(told(rows)), CITY), ms(NOW))
    reported = counted.categories(kpis.CATALOGUE["incidents.reported"], "month")
    assert reported == {"neighbour": 2, "unknown": 1}, "the category of the earliest report stands"
    averted = counted.categories(kpis.CATALOGUE["fraud.loss_averted"], "month")
    assert averted == {"loan": 0.1}


def test_a_family_without_a_limit_falls_never_due(figures: Any, city: Profile) -> None:
    without = msgspec.structs.replace(city, limits={})
    assert figures(LIFE, of=without)["incidents.overdue"].value == 0
    assert figures(LIFE)["incidents.overdue"].value == 1


def test_every_period_of_every_area_has_every_kpi(figures: Any, city: Profile) -> None:
    for period in periods.PERIODS:
        for area in (CITY, TOWN):
            assert figures(LIFE, area, period).keys() == kpis.CATALOGUE.keys()


def printed(page: str, language: str) -> list[str]:
    """What a page of docs/how-to shows in a language."""
    text = (ROOT / f"docs/how-to/{page}.md").read_text("utf-8")
    return [block.split("```")[0] for block in text.split(f"```{language}\n")[1:]]


def test_a_figure_can_be_counted_by_hand(told: Any, facts: Any) -> None:
    """With the queries that docs/how-to/audit-a-figure.md shows."""
    queries = "".join(printed("audit-a-figure", "sql"))
    by_category, still_open, steps = (sql for sql in queries.split(";") if sql.strip())
    old = ("2026-08-20T08:00+08:00", "incident.reported", TOWN, {"case": "c-2026-0001"})
    database = facts(told([*LIFE, old])).database
    assert database.execute(by_category).fetchall() == [("neighbour", 1)]
    assert database.execute(still_open).fetchall() == [("c-2026-0001", "2026-08-20 08:00:00")]
    assert [row[0] for row in database.execute(steps)] == ["incident.reported"]


def test_a_file_of_facts_can_be_kept(told: Any, facts: Any, city: Profile, tmp_path: Path) -> None:
    rows = facts(told(LIFE)).database.execute("SELECT * FROM events").fetchall()
    path = tmp_path / "facts.db"
    facts_module.open_database(city, rows, str(path)).close()
    with contextlib.closing(sqlite3.connect(path)) as kept:
        assert kept.execute("SELECT count(*) FROM facts").fetchone()[0] > len(LIFE)


NEW = "closed_by_next_day"


@pytest.fixture
def new_kpi(monkeypatch: pytest.MonkeyPatch) -> Kpi:
    """The measure and the figure that docs/how-to/new-figures.md shows are declared, under another
    name, because a newcomer may have kept them.
    """
    blocks = [block.replace("closed_24h", NEW) for block in printed("new-figures", "python")]
    (declared,) = (block for block in blocks if "CaseMeasure(" in block)
    (figure,) = (block for block in blocks if f'"incidents.{NEW}",' in block)
    words = vars(measures) | vars(definition) | {"Text": Text}
    one = eval(declared.strip().rstrip(","), words)
    monkeypatch.setattr(measures, "CASE_MEASURES", (*measures.CASE_MEASURES, one))
    monkeypatch.setitem(measures.BY_NAME, one.name, one)
    kpi: Kpi = eval(figure.strip().rstrip(","), words)
    monkeypatch.setitem(kpis.CATALOGUE, kpi.id, kpi)
    return kpi


@pytest.mark.usefixtures("new_kpi")
def test_a_declared_measure_that_is_not_in_facts_sql_is_refused_by_name(
    told: Any, facts: Any
) -> None:
    with pytest.raises(facts_module.UnsaidMeasure, match=rf"facts\.sql .* '{NEW}'"):
        facts(told(LIFE))


def test_a_new_measure_is_counted_by_its_line(
    told: Any, facts: Any, ms: Any, new_kpi: Kpi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that docs/how-to/new-figures.md shows stands where the page says."""
    (line,) = printed("new-figures", "sql")
    line = line.replace("closed_24h", NEW)
    before, mark, after = facts_module.statements().partition(
        "-- Closed, by the day of its opening"
    )
    assert mark
    monkeypatch.setattr(facts_module, "statements", lambda: f"{before}{line}\n{mark}{after}")
    rows = [
        ("2026-09-01T08:00+08:00", "incident.reported", TOWN, {"case": "in time"}),
        ("2026-09-02T08:00+08:00", "incident.closed", TOWN, {"case": "in time"}),
        ("2026-09-01T08:00+08:00", "incident.reported", TOWN, {"case": "late"}),
        ("2026-09-02T08:00:00.001+08:00", "incident.closed", TOWN, {"case": "late"}),
    ]
    found = Readings(Area(facts(told(rows)), TOWN), ms(NOW)).figure(new_kpi, "month")
    assert (found.value, found.numerator, found.denominator) == (0.5, 1, 2)


def test_every_measure_that_a_kpi_uses_is_in_facts_sql(told: Any, facts: Any, ms: Any) -> None:
    """Each event of every type as its example, cases among them, at two times."""
    rows = []
    for kind in eventtypes.TYPES.values():
        for case, at in (("soon", "2026-09-16T09:00+08:00"), ("late", "2027-09-16T09:00+08:00")):
            moment = "2026-09-16T08:00+08:00" if kind.step == "opened" else at
            data = dict(kind.example) | ({"case": case} if "case" in dict(kind.example) else {})
            data |= {field.name: 1 for field in kind.fields if field.kind == "count"}
            data |= {"due": "2026-10-16T08:00+08:00"} if "due" in data else {}
            rows.append((moment, kind.name, TOWN, data))
    database = facts(told(rows)).database
    missing = "SELECT measure FROM asked WHERE measure NOT IN (SELECT measure FROM facts)"
    unknown = [measure for (measure,) in database.execute(missing)]
    assert not unknown, f"say in feeds/audit/facts.sql what {unknown[0]} counts"
