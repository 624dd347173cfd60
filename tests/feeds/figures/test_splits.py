"""Tasks by goal and department, risks by group: each case where its opening says, sums as the KPIs
have them, due by the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feeds import kpis
from feeds.kpis import splits

NOW = "2026-09-16T10:00:00+08:00"
CITY = "320282"
Event = Callable[..., dict[str, Any]]


def tasks(event: Event) -> list[dict[str, Any]]:
    def told(case: str, goal: str, department: str, due: str) -> dict[str, Any]:
        at = "2026-01-08T09:00:00+08:00"
        return event(
            "task.set",
            at,
            CITY,
            case=case,
            category=goal,
            department=department,
            due=f"{due}T18:00:00+08:00",
        )

    return [
        told("a", "goal-01", "police", "2026-06-30"),
        event("task.completed", "2026-06-20T09:00:00+08:00", CITY, case="a"),
        told("b", "goal-01", "justice", "2026-08-31"),
        told("c", "goal-02", "justice", "2026-12-20"),
        told("d", "goal-99", "police", "2026-09-16"),
    ]


def test_tasks_by_goal_and_department(pipeline: Callable[..., Any], event: Event) -> None:
    through = pipeline(NOW)
    through.send(*tasks(event))
    through.run()
    series = through.state(CITY, "year")["series"]
    assert {k: v for k, v in series["by_goal:tasks.set"].items() if v} == {
        "goal-01": 2,
        "goal-02": 1,
        "goal-99": 1,
    }
    assert series["by_goal:tasks.progress"]["goal-01"] == 0.5
    assert {k: v for k, v in series["by_goal:tasks.open"].items() if v} == {
        "goal-01": 1,
        "goal-02": 1,
        "goal-99": 1,
    }
    assert {k: v for k, v in series["by_goal:tasks.overdue"].items() if v} == {"goal-01": 1}
    assert series["by_goal:tasks.on_time"]["goal-01"] == 0.5
    assert series["by_goal:tasks.on_time"]["goal-02"] is None
    assert series["by_goal_of:tasks.on_time"]["goal-01"] == 2
    assert series["by_goal_of:tasks.progress"]["goal-01"] == 2
    assert "by_goal_of:tasks.set" not in series
    assert series["by_goal:tasks.set"]["goal-03"] == 0
    assert {k: v for k, v in series["by_department:tasks.overdue"].items() if v} == {"justice": 1}


def test_what_falls_due_shows_without_an_event(pipeline: Callable[..., Any], event: Event) -> None:
    through = pipeline(NOW)
    through.send(*tasks(event))
    through.run()
    through.at("2026-09-16T18:00:01+08:00")
    assert through.state(CITY, "year")["series"]["by_goal:tasks.overdue"]["goal-99"] == 1


def test_the_groups_add_up_to_the_whole_for_city_and_town_and_every_period(
    pipeline: Callable[..., Any], event: Event
) -> None:
    through, town = pipeline(NOW), "320282112"
    days = ("2025-12-30", "2026-08-20", "2026-09-02", "2026-09-15", "2026-09-16")
    for n, (day, group) in enumerate(
        zip(days * 2, ("intelligence", "mediation", "support") * 4, strict=False)
    ):
        case, area = f"c{n}", town if n % 2 else CITY
        through.send(
            event(
                "risk.raised",
                f"{day}T08:00:00+08:00",
                area,
                case=case,
                category="stability",
                group=group,
            )
        )
        if n % 3 == 0:
            through.send(
                event("risk.closed", "2026-09-16T09:00:00+08:00", area, case=case, outcome="done")
            )
    through.run()
    for area in (CITY, town):
        for period in ("today", "month", "year"):
            state = through.state(area, period)
            for kpi in ("risks.raised", "risks.closed", "risks.open", "risks.overdue"):
                assert sum(state["series"][f"by_group:{kpi}"].values()) == state["set"][kpi], (
                    area,
                    period,
                    kpi,
                )


def test_every_split_is_of_figures_that_exist(yixing: Any) -> None:
    assert all(kpi in kpis.CATALOGUE for split in splits.SPLITS.values() for kpi in split.kpis)
    assert [
        len(splits.SPLITS[name].values(yixing)) for name in ("goal", "department", "group")
    ] == [10, 12, 6]
