"""Areas, cells and cases over a real history: what they answer, what they hide from whom, and how
pages follow one another.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import flask
import jsonschema
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard import api
from dashboard.people import addresses
from dashboard.services import Services
from dashboard.shell import assets
from feeds import kpis
from feeds.city.profile import Profile
from feeds.events import eventtypes

CITY, TOWN, OTHER = "320282", "320282001", "320282002"
MakeEvent = Callable[..., dict[str, Any]]
AUGUST = {"from": "2026-08-01", "to": "2026-08-31"}


@pytest.fixture
def web(door: Any, opened: Services) -> FlaskClient:
    app: flask.Flask = door.app()
    app.register_blueprint(api.blueprint(opened))
    app.register_blueprint(addresses.blueprint(opened))
    assets.compress(app)
    return app.test_client()


@pytest.fixture
def august(
    tell: Callable[..., None], incident: Callable[..., dict[str, Any]], event: MakeEvent
) -> None:
    """12 in grid 1, 3 in grid 2, 8 in grid 3 of the town; one closed; one in another town."""
    told = [
        incident(f"{TOWN}-g{grid:03d}", channel="hotline" if n % 4 == 0 else "app")
        for grid, n in _spread()
    ]
    closing = event(
        "incident.closed",
        "2026-08-11T10:00:00+08:00",
        TOWN,
        case=told[0]["data"]["case"],
        outcome="done",
    )
    tell(*told, closing, incident(OTHER, "traffic"))


def _spread() -> Iterator[tuple[int, int]]:
    for grid, count in ((1, 12), (2, 3), (3, 8)):
        yield from ((grid, n) for n in range(count))


def cells(web: FlaskClient, token: str = "", **query: str) -> TestResponse:
    days = {} if "from_" in query else AUGUST
    asked = {
        "kpi": "incidents.reported",
        **days,
        **{name.rstrip("_"): value for name, value in query.items()},
    }
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return web.get("/api/v1/cells", query_string=asked, headers=headers)


def shown(answer: TestResponse, *names: str) -> dict[Any, Any]:
    """Key → value, or what stands in its place."""
    assert answer.status_code == 200, answer.json
    return {
        cell[names[0]] if len(names) == 1 else tuple(cell[n] for n in names): cell["hidden"]
        or cell["value"]
        for cell in answer.json["cells"]
    }


# Areas


def test_areas_are_the_city_and_its_towns(web: FlaskClient, yixing: Profile) -> None:
    found = web.get("/api/v1/areas").json["areas"]
    assert [area["code"] for area in found] == list(yixing.areas)
    assert found[0] == {
        "code": CITY,
        "name": {"zh": "宜兴市", "en": "Yixing"},
        "kind": "city",
        "parent": None,
        "grids": 1193,
    }
    assert (found[1]["kind"], found[1]["parent"], found[1]["grids"]) == ("street", CITY, 135)


def test_below_an_area_lies_the_next_level(web: FlaskClient, yixing: Profile) -> None:
    assert len(web.get(f"/api/v1/areas?parent={CITY}").json["areas"]) == len(yixing.towns)
    grids = web.get(f"/api/v1/areas?parent={TOWN}").json["areas"]
    assert [grid["code"] for grid in grids] == yixing.towns[0].grid_codes
    assert {grid["kind"] for grid in grids} == {"grid", "dedicated"}
    assert (grids[0]["name"]["zh"], grids[0]["parent"]) == ("网格 001", TOWN)


# Cells at and above town level


@pytest.mark.usefixtures("august")
def test_a_figure_by_category_channel_and_town(web: FlaskClient) -> None:
    assert shown(cells(web, by="category"), "category") == {"order": 23, "traffic": 1}
    assert shown(cells(web, by="facet,town"), "facet", "town") == {
        ("app", TOWN): 17,
        ("hotline", TOWN): 6,
        ("app", OTHER): 1,
    }
    assert shown(cells(web, by="category", facet="hotline"), "category") == {"order": 6}
    assert [cell["value"] for cell in cells(web, area=TOWN).json["cells"]] == [23]
    assert cells(web, by="category").json["is_guarded"] is False


@pytest.mark.usefixtures("august")
def test_steps_of_time_are_named_by_their_first_day(web: FlaskClient) -> None:
    for step, name in (("day", "2026-08-10"), ("week", "2026-08-10"), ("month", "2026-08")):
        assert shown(cells(web, by=step), step) == {name: 24}


@pytest.mark.usefixtures("august")
def test_a_share_has_numerator_and_denominator(web: FlaskClient) -> None:
    answer = cells(web, kpi="incidents.closure_rate", by="town").json["cells"]
    assert [(c["town"], c["numerator"], c["denominator"]) for c in answer] == [
        (TOWN, 1, 23),
        (OTHER, 0, 1),
    ]
    assert answer[0]["value"] == pytest.approx(1 / 23)


@pytest.mark.usefixtures("august")
def test_what_stands_now_has_no_days(web: FlaskClient) -> None:
    assert shown(cells(web, kpi="incidents.open", by="town"), "town") == {TOWN: 22, OTHER: 1}
    assert shown(cells(web, kpi="incidents.overdue", by="category"), "category") == {
        "order": 22,
        "traffic": 1,
    }
    answer = cells(web, kpi="incidents.open", by="month")
    assert (answer.status_code, answer.json["parameter"]) == (400, "by")


@pytest.mark.usefixtures("august")
def test_outcomes_are_of_closings(web: FlaskClient) -> None:
    assert shown(
        cells(web, kpi="incidents.closed", by="outcome,category"), "outcome", "category"
    ) == {("done", "order"): 1}
    assert "outcome" in cells(web, by="outcome").json["detail"]


@pytest.mark.usefixtures("august")
def test_csv_has_a_line_a_cell(web: FlaskClient) -> None:
    query = {"kpi": "incidents.reported", **AUGUST, "by": "town,category"}
    answer = web.get("/api/v1/cells", query_string=query, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["town", "category", "value", "numerator", "denominator", "hidden"]
    assert rows[1] == [TOWN, "order", "23", "23", "", ""]


# Cells below town level, for those outside


@pytest.mark.usefixtures("august")
def test_small_counts_of_grids_are_hidden_from_those_outside(web: FlaskClient) -> None:
    answer = cells(web, area=TOWN, by="grid")
    found = shown(answer, "grid")
    assert answer.json["is_guarded"] is True
    assert (found[f"{TOWN}-g001"], found[f"{TOWN}-g002"], found[f"{TOWN}-g003"]) == (12, "<5", 8)
    assert found[f"{TOWN}-g004"] == "<5"
    assert len(found) == 136


@pytest.mark.usefixtures("august")
def test_another_question_tells_nothing_more(web: FlaskClient) -> None:
    whole = shown(cells(web, area=TOWN, by="grid,category"), "grid", "category")
    one = shown(cells(web, area=TOWN, by="grid", category="order"), "grid")
    assert one == {grid: value for (grid, category), value in whole.items() if category == "order"}
    city = shown(cells(web, by="grid,category"), "grid", "category")
    assert {key: value for key, value in city.items() if key[0].startswith(TOWN)} == whole
    assert shown(cells(web, area=TOWN, by="category", grid=f"{TOWN}-g002"), "category") == {
        "order": "<5"
    }


@pytest.mark.usefixtures("august")
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"by": "grid", "from_": "2026-08-01", "to": "2026-08-10"}, "from"),
        ({"by": "grid", "from_": "2026-08-02", "to": "2026-08-31"}, "from"),
        ({"by": "grid", "from_": "2026-07-01", "to": "2026-08-31"}, "by"),
        ({"by": "grid,day"}, "by"),
        ({"by": "grid,week"}, "by"),
        ({"by": "grid,facet"}, "by"),
        ({"by": "category", "grid": f"{TOWN}-g001", "facet": "app"}, "by"),
        ({"by": "grid", "kpi": "incidents.closed"}, "kpi"),
        ({"by": "grid", "kpi": "incidents.closure_rate"}, "kpi"),
        ({"by": "grid", "kpi": "disputes.settled"}, "kpi"),
        ({"by": "grid", "kpi": "fraud.loss_averted"}, "kpi"),
    ],
)
def test_what_could_be_subtracted_is_refused_outside(
    web: FlaskClient, query: dict[str, str], parameter: str
) -> None:
    answer = cells(web, area=TOWN, **query)
    assert (answer.status_code, answer.json["parameter"]) == (403, parameter)
    assert "board tokens add" in answer.json["detail"]


@pytest.mark.usefixtures("august")
def test_those_inside_see_everything_of_their_town_alone(
    web: FlaskClient, opened: Services
) -> None:
    token = opened.tokens.add("town centre", "view", TOWN)
    assert shown(cells(web, token, area=TOWN, by="grid"), "grid") == {
        f"{TOWN}-g{n:03d}": count for n, count in ((1, 12), (2, 3), (3, 8))
    }
    assert shown(
        cells(web, token, area=TOWN, by="day,grid,facet", grid=f"{TOWN}-g002"), "facet"
    ) == {"app": 2, "hotline": 1}
    city = shown(cells(web, token, by="grid"), "grid")
    assert (city[f"{TOWN}-g002"], city[OTHER]) == (3, "<5")
    assert cells(web, token, area=OTHER, by="grid,day").status_code == 403


@pytest.mark.usefixtures("august")
@pytest.mark.parametrize("kind", ["ingest", "view"])
def test_a_token_without_a_town_is_outside(web: FlaskClient, opened: Services, kind: Any) -> None:
    assert (
        shown(cells(web, opened.tokens.add("other", kind), area=TOWN, by="grid"), "grid")[
            f"{TOWN}-g002"
        ]
        == "<5"
    )
    assert shown(cells(web, "made up", area=TOWN, by="grid"), "grid")[f"{TOWN}-g002"] == "<5"


@pytest.mark.usefixtures("august")
def test_a_cookie_opens_what_its_token_does_until_it_is_revoked(
    web: FlaskClient, opened: Services
) -> None:
    entered = web.get(
        "/enter", query_string={"token": opened.tokens.add("town centre", "view", TOWN)}
    )
    assert (entered.status_code, entered.headers["Location"]) == (303, f"/?area={TOWN}")
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert entered.headers["Cache-Control"] == "no-store"
    assert shown(cells(web, area=TOWN, by="grid"), "grid")[f"{TOWN}-g002"] == 3
    opened.tokens.revoke("town centre")
    assert shown(cells(web, area=TOWN, by="grid"), "grid")[f"{TOWN}-g002"] == "<5"


def test_leaving_takes_the_cookie_away_and_a_wrong_token_opens_nothing(
    door: Any, web: FlaskClient, opened: Services
) -> None:
    web.get("/enter", query_string={"token": opened.tokens.add("town centre", "view", TOWN)})
    web.post("/leave", data=door.form(web))
    assert web.get_cookie("board_view") is None
    for token in ("", "made up", opened.tokens.add("grid app")):
        answer = web.get("/enter", query_string={"token": token})
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


def test_what_is_one_row_is_the_towns_own_count(
    web: FlaskClient, tell: Callable[..., None], incident: Callable[..., Any]
) -> None:
    tell(incident("somewhere-else"))
    assert shown(cells(web, by="grid"), "grid") == {"unknown": 1}


@pytest.mark.usefixtures("august")
def test_this_month_is_given_up_to_today(
    web: FlaskClient, tell: Callable[..., None], incident: Callable[..., Any], yixing: Profile
) -> None:
    now = datetime.now(yixing.tz)
    tell(
        *(incident(f"{TOWN}-g005", time=(now - timedelta(seconds=n)).isoformat()) for n in range(6))
    )
    found = web.get(
        "/api/v1/cells", query_string={"kpi": "incidents.open", "area": TOWN, "by": "grid"}
    )
    assert shown(found, "grid")[f"{TOWN}-g005"] == 6
    asked = {
        "kpi": "incidents.reported",
        "area": TOWN,
        "by": "grid",
        "from": now.date().replace(day=1).isoformat(),
    }
    assert web.get("/api/v1/cells", query_string=asked).status_code == 200


# Cases


@pytest.mark.usefixtures("august")
def test_pages_of_cases_follow_one_another_without_gap_or_repeat(
    web: FlaskClient, opened: Services
) -> None:
    inside = {"Authorization": f"Bearer {opened.tokens.add('town centre', 'view', TOWN)}"}
    address, seen = f"/api/v1/cases?family=incident&area={TOWN}&state=overdue&limit=5", list[str]()
    while address:
        answer = web.get(address, headers=inside)
        assert answer.json["total"] == 22
        seen += [case["case"] for case in answer.json["cases"]]
        address = answer.json["next"]
        assert answer.headers.get("Link", "") == (f'<{address}>; rel="next"' if address else "")
    assert len(seen) == len(set(seen)) == 22


@pytest.mark.usefixtures("august")
def test_cases_by_state_and_category(web: FlaskClient, opened: Services) -> None:
    city = {"Authorization": f"Bearer {opened.tokens.add('指挥中心', 'edit')}"}
    asked = {"family": "incident", "state": "closed", **AUGUST}
    closed = web.get("/api/v1/cases", query_string=asked, headers=city).json
    assert [(c["stage"], c["outcome"], c["is_overdue"], c["grid"]) for c in closed["cases"]] == [
        ("closed", "done", False, f"{TOWN}-g001")
    ]
    assert (
        web.get("/api/v1/cases", query_string={"family": "incident", "category": "traffic"}).json[
            "total"
        ]
        == 1
    )
    assert web.get("/api/v1/cases", query_string={"family": "dispute"}).json["cases"] == []


@pytest.mark.usefixtures("august")
def test_cases_are_listed_inside_their_town_alone_and_counted_for_all(
    web: FlaskClient, opened: Services
) -> None:
    inside = {"Authorization": f"Bearer {opened.tokens.add('town centre', 'view', TOWN)}"}
    other = {"Authorization": f"Bearer {opened.tokens.add('other centre', 'view', OTHER)}"}
    city = {"Authorization": f"Bearer {opened.tokens.add('指挥中心', 'edit')}"}
    address = f"/api/v1/cases?family=incident&area={TOWN}"
    for outside in ({}, other):
        answer = web.get(address, headers=outside).json
        assert (answer["cases"], answer["total"], answer["is_partial"]) == ([], 22, True)
        assert answer["next"] is None
    assert {case["grid"] for case in web.get(address, headers=inside).json["cases"]} == {
        f"{TOWN}-g{n:03d}" for n in (1, 2, 3)
    }
    whole = "/api/v1/cases?family=incident"
    for headers, listed, is_partial in (
        ({}, 0, True),
        (inside, 22, True),
        (other, 1, True),
        (city, 23, False),
    ):
        answer = web.get(whole, headers=headers).json
        assert (len(answer["cases"]), answer["total"]) == (listed, 23)
        assert answer["is_partial"] is is_partial
        table = web.get(whole, headers={"Accept": "text/csv", **headers})
        assert table.status_code == (200 if listed else 403)
        assert table.text.count("\n") == (listed + 1 if listed else 1)
    assert web.get(f"{address}&grid={TOWN}-g002").status_code == 403
    assert web.get(f"{address}&grid={TOWN}-g002", headers=inside).json["total"] == 3


# All of them


@pytest.mark.parametrize("path", ["areas", "cells?kpi=incidents.reported", "cases?family=incident"])
def test_an_unchanged_answer_is_304_until_an_event_comes(
    web: FlaskClient, tell: Callable[..., None], incident: Callable[..., Any], path: str
) -> None:
    first = web.get(f"/api/v1/{path}")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert web.get(f"/api/v1/{path}", headers=tag).status_code == 304
    assert first.headers["Vary"].startswith("Accept, Authorization, Cookie")
    tell(incident(TOWN))
    assert web.get(f"/api/v1/{path}", headers=tag).status_code == 200


@pytest.mark.usefixtures("august")
def test_answers_inside_and_outside_have_other_tags(web: FlaskClient, opened: Services) -> None:
    outside = cells(web, area=TOWN, by="grid")
    headers = {
        "Authorization": f"Bearer {opened.tokens.add('town centre', 'view', TOWN)}",
        "If-None-Match": outside.headers["ETag"],
    }
    asked = {"kpi": "incidents.reported", "area": TOWN, "by": "grid", **AUGUST}
    assert web.get("/api/v1/cells", query_string=asked, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("areas?parent=x", "parent"),
        ("cells", "kpi"),
        ("cells?kpi=incidents.reported&by=colour", "by"),
        ("cells?kpi=incidents.reported&by=day,month", "by"),
        ("cells?kpi=incidents.median_hours&by=town", "by"),
        ("cells?kpi=incidents.reported&from=2026-09-02&to=2026-09-01", "from"),
        ("cells?kpi=incidents.reported&colour=red", "colour"),
        ("cases?family=lost", "family"),
        ("cases?family=incident&state=lost", "state"),
        ("cases?family=incident&limit=0", "limit"),
        ("cases?family=incident&limit=9999", "limit"),
        ("cases?family=incident&cursor=x", "cursor"),
    ],
)
def test_a_wrong_question_is_named(web: FlaskClient, path: str, parameter: str) -> None:
    answer = web.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.content_type, answer.json["parameter"]) == (
        400,
        "application/problem+json",
        parameter,
    )


@pytest.mark.usefixtures("august")
def test_answers_are_as_described_and_so_is_every_example(web: FlaskClient) -> None:
    document = web.get("/api/v1/openapi.json").json
    components = {"components": document["components"]}
    for name, answer in (
        ("Areas", web.get("/api/v1/areas")),
        ("Cells", cells(web, area=TOWN, by="grid,category")),
        ("Cases", web.get("/api/v1/cases?family=incident")),
    ):
        jsonschema.validate(answer.json, {"$ref": f"#/components/schemas/{name}"} | components)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            parts = [*operation["responses"].values(), operation.get("requestBody", {})]
            media = [
                found
                for part in parts
                for found in part.get("content", {}).values()
                if "example" in found
            ]
            assert media or path.endswith("openapi.json"), f"{path} has no example"
            for found in media:
                jsonschema.validate(found["example"], found["schema"] | components)
            for given in operation.get("parameters", []):
                if "example" in given:
                    jsonschema.validate(given["example"], given["schema"])


def test_every_split_of_every_figure_is_answered(
    web: FlaskClient, tell: Callable[..., None], event: MakeEvent
) -> None:
    tell(
        *(
            event(t.name, "2026-08-10T10:00:00+08:00", TOWN, **dict(t.example))
            for t in eventtypes.TYPES.values()
        )
    )
    for kpi in kpis.CATALOGUE:
        names = cells(web, kpi=kpi).json.get("dimensions", [])
        for name in names:
            assert cells(web, kpi=kpi, by=name).status_code in (200, 403), (kpi, name)
