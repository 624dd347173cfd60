"""What a page finds below its figure, over a real history: splits under filters, hidden counts,
sources, pages of case numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import flask
import pytest

from dashboard.access.principal import Principal
from dashboard.pages import loaders, page_data
from dashboard.services import Services
from feeds.accounts import roles
from feeds.cases import listing
from feeds.cases.query import Asked
from feeds.city import periods
from feeds.figures.verdicts import Verdict
from feeds.kpis import histogram
from layouts import pages
from layouts.html import render
from layouts.page import Page
from layouts.parts import answer, case_list
from layouts.parts import waiting as waiting_card
from layouts.parts.drill import Drill, Split
from layouts.view import View

CITY, TOWN, OTHER = "320282", "320282001", "320282002"
RATE = "disputes.success_rate"
NOW = datetime.fromisoformat("2026-08-20T12:00:00+08:00")
NOW_MS = int(NOW.timestamp() * 1000)
Ask = Callable[..., View]


@pytest.fixture
def told(
    tell: Callable[..., None],
    incident: Callable[..., dict[str, Any]],
    event: Callable[..., dict[str, Any]],
) -> None:
    """Seven of order and two of traffic in grid 1, three of order in grid 2; the first is handled,
    the second closed.
    """
    first = [incident(f"{TOWN}-g001") for _ in range(7)]
    others = [incident(f"{TOWN}-g001", category="traffic") for _ in range(2)] + [
        incident(f"{TOWN}-g002") for _ in range(3)
    ]
    tell(*first, *others)
    later = "2026-08-11T10:00:00+08:00"
    tell(
        event(
            "incident.dispatched",
            later,
            f"{TOWN}-g001",
            case=first[0]["data"]["case"],
            to="police",
            joint=False,
        ),
        event(
            "incident.closed", later, f"{TOWN}-g001", case=first[1]["data"]["case"], outcome="done"
        ),
    )


@pytest.fixture
def ask(opened: Services) -> Iterator[Ask]:
    """The view of an address, with its facts."""

    def view(path: str, area: str = TOWN, **filters: str) -> View:
        bare = View(
            opened.profile,
            "zh",
            area,
            "month",
            None,
            int(NOW.timestamp() * 1000),
            "test",
            path,
            filters=filters,
        )
        return replace(
            bare, page_data=page_data.load(loaders.LOADERS, opened, bare, page_at(path).page_data)
        )

    with flask.Flask("test").test_request_context():
        yield view


@pytest.fixture
def on_duty(ask: Ask) -> Callable[..., None]:
    """Makes whoever asks somebody on duty: in the city, or in some towns."""

    def become(*towns: str) -> None:
        rights = roles.of_account(["town_duty" if towns else "city_duty"], towns)
        flask.g.board_principal = Principal("account", "duty", rights)

    return become


def page_at(path: str) -> Page:
    found = pages.at(path)
    assert found is not None
    return found


def split(found: Drill, by: str) -> Split:
    return next(one for one in found.splits if one.by == by)


@pytest.mark.usefixtures("told")
def test_a_figure_is_split_and_filtered_across(ask: Ask) -> None:
    found: Drill = ask("/kpi", kpi="incidents.reported", category="order").page_data["drill"]
    assert found.whole is not None
    assert found.whole.value == 10
    assert {row.code: row.value for row in split(found, "category").rows} == {
        "order": 10,
        "traffic": 2,
    }
    assert {row.code: row.value for row in split(found, "facet").rows} == {"app": 10}
    assert {row.code: row.value for row in split(found, "month").rows} == {"2026-08": 10}


@pytest.mark.usefixtures("told")
def test_a_filtered_page_has_the_whole_beside_the_part(ask: Ask) -> None:
    found: Drill = ask("/kpi", kpi="incidents.reported", category="order").page_data["drill"]
    assert found.every.value == 12
    plain: Drill = ask("/kpi", kpi="incidents.reported").page_data["drill"]
    assert plain.every.value == 12
    assert plain.whole is None


@pytest.fixture
def disputes(tell: Callable[..., None], event: Callable[..., dict[str, Any]]) -> None:
    """Forty disputes in each of two towns, in August; one town fails at two about land."""
    told = []
    for town in (TOWN, OTHER):
        for n in range(40):
            case = f"{town}-{n}"
            category = "land" if n < 4 else "labour"
            outcome = "failed" if town == OTHER and n < 2 else "settled"
            opened, closed = "2026-08-03T10:00:00+08:00", f"2026-08-{10 + n % 2}T10:00:00+08:00"
            told.append(
                event("dispute.accepted", opened, town, case=case, category=category, centre="town")
            )
            told.append(event("dispute.closed", closed, town, case=case, outcome=outcome))
    tell(*told)


@pytest.mark.usefixtures("disputes")
def test_of_few_missing_cases_their_days_are_read(ask: Ask) -> None:
    found: Drill = ask("/kpi", area=CITY, kpi=RATE).page_data["drill"]
    assert found.every.value == 78 / 80
    assert found.course is not None
    assert {row.code: (row.numerator, row.denominator) for row in found.course.rows} == {
        "2026-08-10": (39, 40),
        "2026-08-11": (39, 40),
    }
    assert found.single is not None
    assert found.single.code == OTHER
    kinds = {row.code: (row.numerator, row.denominator) for row in found.single.splits[0].rows}
    assert kinds == {"land": (2, 4), "labour": (36, 36)}


@pytest.mark.usefixtures("disputes")
def test_of_many_cases_no_days_are_read(ask: Ask) -> None:
    found: Drill = ask("/kpi", area=CITY, kpi="disputes.accepted").page_data["drill"]
    assert found.course is None
    assert found.single is None


@pytest.mark.usefixtures("disputes")
@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (
            {},
            "2\N{NO-BREAK SPACE}件未成（屺亭 2\N{NO-BREAK SPACE}件），在 8月10日、8月11日，均为征地拆迁",
        ),
        ({"category": "land"}, "这一部分 6/8"),
        ({"category": "no such"}, "这一部分本期没有"),
        ({"category": "labour"}, "这一部分 72/72"),
    ],
)
def test_the_page_answers(filters: dict[str, str], said: str, ask: Ask) -> None:
    view = ask("/kpi", area=CITY, kpi=RATE, **filters)
    topic = {
        "set": {RATE: 78 / 80},
        "parts": {RATE: [78, 80]},
        "newest": {"dispute.closed": NOW_MS},
        "verdicts": {RATE: Verdict("usual")},
    }
    assert said in "".join(answer.of(replace(view, topic=topic), RATE))


@pytest.mark.usefixtures("disputes")
def test_what_is_usual_of_a_duration_is_how_many_took_longer(ask: Ask) -> None:
    usual = ask("/kpi", area=CITY, kpi="disputes.median_days").page_data["usual"]
    assert usual.quantile == 0.5
    assert usual.towns[TOWN][1] == usual.towns[OTHER][1] == 40
    assert 0 <= usual.towns[TOWN][0] <= 40


@pytest.mark.usefixtures("told")
def test_what_is_usual_of_overdue_work_is_a_town_s_part_of_what_fell_due(ask: Ask) -> None:
    usual = ask("/kpi", area=CITY, kpi="incidents.overdue").page_data["usual"]
    overdue, expected = usual.towns[TOWN]
    assert overdue == expected > 0
    assert usual.towns[OTHER] == (0, 0)
    assert ask("/kpi", kpi="incidents.reported").page_data["usual"].towns == {}


@pytest.mark.usefixtures("told")
def test_grids_are_hidden_from_outside_the_town(ask: Ask) -> None:
    grids = {
        row.code: (row.value, row.hidden)
        for row in split(ask("/kpi", kpi="incidents.reported").page_data["drill"], "grid").rows
    }
    assert grids[f"{TOWN}-g002"] == (None, "<5")
    assert all(value is None or value >= 5 for value, _ in grids.values())


@pytest.mark.usefixtures("told")
def test_a_share_below_town_level_is_withheld_not_guessed(ask: Ask) -> None:
    view = ask("/kpi", kpi="incidents.closure_rate")
    assert split(view.page_data["drill"], "grid").is_withheld
    assert view.text("drill.inside_only") in render.to_html(page_at("/kpi").build(view))


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("by", ["category", "facet", "town"])
def test_the_parts_add_up_to_the_whole(ask: Ask, by: str) -> None:
    found: Drill = ask("/kpi", area=CITY, kpi="incidents.reported").page_data["drill"]
    assert sum(row.value or 0 for row in split(found, by).rows) == 12


@pytest.mark.usefixtures("told")
def test_sources_are_told_with_their_newest_event(ask: Ask) -> None:
    view = ask("/kpi", kpi="incidents.reported")
    (at,) = view.page_data["sources"]["incident.reported"].values()
    assert periods.day_of(at, view.profile.tz).isoformat() == "2026-08-10"


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({"state": "open"}, 11),
        ({"state": "open", "stage": "handled"}, 1),
        ({"state": "open", "stage": "opened"}, 10),
        ({"state": "open", "category": "traffic"}, 2),
        ({"state": "closed"}, 1),
        ({"state": "nonsense", "cursor": "nonsense"}, 11),
    ],
)
def test_cases_are_listed_by_state_and_stage(ask: Ask, filters: dict[str, str], total: int) -> None:
    found: case_list.Listing = ask("/cases", family="incident", **filters).page_data["cases"]
    assert found.page.total == total


@pytest.mark.usefixtures("told")
def test_a_list_by_grid_is_for_the_town_alone(ask: Ask) -> None:
    found: case_list.Listing = ask("/cases", family="incident", grid=f"{TOWN}-g002").page_data[
        "cases"
    ]
    assert found.is_grid_withheld
    assert found.page.total == 11
    assert found.page.entries == []


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_what_a_page_looks_at_can_be_had(ask: Ask, page: Page) -> None:
    """From a real history no fact is missing, but what the engine writes and who may edit."""
    found = ask(page.path, kpi="incidents.reported").page_data
    assert not [
        name for name in page.page_data if found[name] is None and name not in ("towns", "editor")
    ]


@pytest.fixture
def late(tell: Callable[..., None], event: Callable[..., dict[str, Any]]) -> None:
    """Of the town two incidents and a dispute are overdue, and a dispute is not; another town has
    one overdue incident.
    """
    other = "320282112"

    def opened(kind: str, case: str, day: str, town: str = TOWN) -> dict[str, Any]:
        more = {"severity": 3, "channel": "app"} if kind == "incident.reported" else {}
        more |= {"centre": "town"} if kind == "dispute.accepted" else {}
        category = "order" if kind == "incident.reported" else "labour"
        return event(kind, f"2026-{day}T10:00:00+08:00", town, case=case, category=category, **more)

    tell(
        opened("incident.reported", "i1", "08-10"),
        opened("incident.reported", "i2", "08-12"),
        opened("dispute.accepted", "d1", "06-01"),
        opened("dispute.accepted", "d2", "08-19"),
        opened("incident.reported", "o1", "07-01", other),
    )


@pytest.mark.usefixtures("late")
def test_the_list_opens_on_all_that_is_overdue_the_oldest_first(
    ask: Ask, on_duty: Callable[..., None]
) -> None:
    on_duty()
    found: case_list.Listing = ask("/cases").page_data["cases"]
    assert [(entry.family, entry.case) for entry in found.page.entries] == [
        ("dispute", "d1"),
        ("incident", "i1"),
        ("incident", "i2"),
    ]
    assert found.counts.by_family == {"incident": 2, "dispute": 1}
    assert found.counts.total == found.page.total == 3
    assert found.counts.long_overdue == {"dispute": 1}
    text = render.to_html(page_at("/cases").build(ask("/cases")))
    assert "3 件超期未结，最久 50" in text
    city: case_list.Listing = ask("/cases", area=CITY).page_data["cases"]
    assert city.counts.by_family == {"incident": 3, "dispute": 1}
    assert city.page.total == 4


@pytest.mark.usefixtures("late")
def test_others_see_how_many_cases_there_are_and_who_may_see_them(
    ask: Ask, on_duty: Callable[..., None]
) -> None:
    def listed(area: str) -> tuple[list[str], int, bool]:
        found: case_list.Listing = ask("/cases", area=area).page_data["cases"]
        return [entry.case for entry in found.page.entries], found.page.total, found.is_partial

    def shown(path: str, area: str) -> str:
        view = ask(path, area=area)
        if path == "/cases":
            return render.to_html(page_at(path).build(view))
        return render.to_html(waiting_card.card(view, view.page_data["waiting"]))

    assert (listed(TOWN), listed(CITY)) == (([], 3, True), ([], 4, True))
    for path, area in (("/cases", TOWN), ("/cases", CITY), ("/", TOWN), ("/", CITY)):
        assert not re.search(r"\b(d1|i1|i2|o1)\b", shown(path, area)), (path, area)
    assert "案件编号只列给" in shown("/cases", TOWN)
    on_duty("320282112")
    assert (listed(TOWN), listed(CITY)) == (([], 3, True), (["o1"], 4, True))
    assert "件数是全部的" in shown("/cases", CITY)
    on_duty(TOWN)
    assert listed(TOWN) == (["d1", "i1", "i2"], 3, False)
    assert "案件编号只列给" not in shown("/cases", TOWN)
    assert "d1" in shown("/", TOWN)
    on_duty()
    assert listed(CITY) == (["d1", "o1", "i1", "i2"], 4, False)


@pytest.mark.usefixtures("late")
def test_a_kind_narrows_the_list_and_the_chips_keep_their_counts(
    ask: Ask, on_duty: Callable[..., None]
) -> None:
    on_duty(TOWN)
    found: case_list.Listing = ask("/cases", family="dispute").page_data["cases"]
    assert [entry.case for entry in found.page.entries] == ["d1"]
    assert found.counts.by_family == {"incident": 2, "dispute": 1}
    open_ones: case_list.Listing = ask("/cases", state="open").page_data["cases"]
    assert open_ones.counts.by_family == {"incident": 2, "dispute": 2}


@pytest.mark.usefixtures("late")
def test_a_list_of_all_kinds_goes_on_where_its_page_ended(opened: Services) -> None:
    now_ms, asked = int(NOW.timestamp() * 1000), Asked("", CITY, "overdue")
    found, cursor = list[str](), ""
    with opened.database.connect() as connection:
        while True:
            page = listing.read(connection, opened.profile, asked, now_ms, cursor, 1)
            found += [entry.case for entry in page.entries]
            cursor = page.next
            if not cursor:
                break
    assert found == ["d1", "o1", "i1", "i2"]


def test_no_cases_is_said(ask: Ask) -> None:
    view = ask("/cases", family="dispute", state="overdue")
    assert view.text("cases.none_overdue") in render.to_html(page_at("/cases").build(view))


@pytest.mark.usefixtures("told")
def test_the_chain_says_what_stands_where(ask: Ask) -> None:
    view = ask("/incidents", area=CITY)
    found = view.page_data["chains"]["incident"]
    waiting, hand = found.links
    assert (waiting.entered, waiting.left, waiting.open_cases) == (12, 2, 10)
    assert (hand.entered, hand.left, hand.open_cases) == (1, 0, 1)
    assert (waiting.median_ms, found.closed) == (
        pytest.approx(24 * 3_600_000, rel=histogram.ERROR),
        1,
    )
    assert [(place.place, place.stages) for place in found.stuck] == [
        (TOWN, ((10, waiting.overdue), (1, hand.overdue)))
    ]
    assert {
        row.place: row.open_cases for row in ask("/incidents").page_data["chains"]["incident"].stuck
    } == {"order": 9, "traffic": 2}


def test_joint_handling_and_hand_offs_have_chains_of_their_own(
    tell: Callable[..., None],
    incident: Callable[..., dict[str, Any]],
    event: Callable[..., dict[str, Any]],
    ask: Ask,
) -> None:
    later, area = "2026-08-11T10:00:00+08:00", f"{TOWN}-g001"
    tell(
        incident(area),
        incident(area),
        event("handoff.sent", later, TOWN, case="h1", category="order", direction="up"),
    )
    tell(
        event("incident.dispatched", later, area, case="c1", to="police", joint=True),
        event("handoff.accepted", later, TOWN, case="h1"),
    )
    found = ask("/joint", area=CITY).page_data["chains"]
    assert [link.open_cases for link in found["joint"].links] == [0, 1]
    assert [link.open_cases for link in found["up"].links] == [0, 1]
    assert [link.open_cases for link in found["down"].links] == [0, 0]
