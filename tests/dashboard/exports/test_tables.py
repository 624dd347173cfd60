"""GET /export over a real Redis and history: the file's numbers are the API's, and a wrong choice
is a problem.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask
import pytest
import redis as redis_client
from flask.testing import FlaskClient
from openpyxl import load_workbook

from dashboard import api, services
from dashboard.exports import tables
from dashboard.pages import loaders, views
from dashboard.processes import core
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.city.profile import Profile
from feeds.events import decoding, intake, log
from feeds.live import frames

CITY, TOWNS = "320282", ("320282001", "320282002", "320282100")
KPIS = (
    "incidents.reported",
    "incidents.closed",
    "incidents.closure_rate",
    "incidents.median_hours",
)
ASKED = f"/export?table=towns&kpis={','.join(KPIS)}&period=year&lang=en"


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(Settings(data=tmp_path, redis=redis_server))
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def web(opened: Services, event: Callable[..., dict[str, Any]], yixing: Profile) -> FlaskClient:
    """A board with incidents in three towns, some of them closed."""
    now = datetime.now(yixing.tz)
    stream = log.Log(opened.redis, opened.profile)
    events_in = intake.Intake(
        stream, decoding.Decoder(lambda: int(now.timestamp() * 1000)), name="test"
    )
    for n in range(24):
        town, case = TOWNS[n % 3], f"c{n}"
        begun, ended = (
            (now - timedelta(minutes=m)).isoformat(timespec="seconds") for m in (50 - n, 20)
        )
        events_in.take(
            [
                event(
                    "incident.reported",
                    begun,
                    town,
                    case=case,
                    category="road",
                    channel="patrol",
                    severity=3,
                )
            ]
        )
        if n % 4:
            events_in.take([event("incident.closed", ended, town, case=case, outcome="done")])
    live, steps = (
        core.make_engine(opened.database, opened.redis, opened.profile),
        core.make_ingest(stream, opened.database, opened.profile),
    )
    opened.redis.zadd(frames.WATCHED, {f"{area}/year": now.timestamp() for area in (CITY, *TOWNS)})
    while (change := steps.step()) is not None:
        live.apply(change)
    live.reread()
    live.publish()
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(opened))
    app.register_blueprint(tables.blueprint(opened, views.Views(opened, loaders.LOADERS)))
    return app.test_client()


def as_csv(web: FlaskClient, more: str = "") -> dict[str, dict[str, str]]:
    """The file's rows by name, each by column."""
    lines = list(csv.reader(io.StringIO(web.get(f"{ASKED}&as=csv{more}").text[1:])))
    start = lines.index([]) + 1
    return {line[0]: dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]}


def test_every_number_is_the_apis(web: FlaskClient, yixing: Profile) -> None:
    rows = as_csv(web)
    for area in (CITY, *TOWNS):
        body = web.get(f"/api/v1/kpis?area={area}&period=year").get_json()
        answered = {one["id"]: one["value"] for one in body["kpis"]}
        row = list(rows[yixing.name_of(area).of("en")].values())
        assert row[3] in ("No cases", ""), "nothing has fallen due"
        assert answered[KPIS[2]] is None
        assert [float(row[n]) for n in (1, 2, 6)] == [
            pytest.approx(answered[kpi], rel=1e-5) for kpi in KPIS if kpi != KPIS[2]
        ]
    assert float(list(rows[yixing.name_of(CITY).of("en")].values())[1]) == 24


def test_the_workbook_holds_what_the_csv_holds(web: FlaskClient) -> None:
    rows = as_csv(web)
    page = load_workbook(io.BytesIO(web.get(f"{ASKED}&as=xlsx").data)).active
    assert page is not None
    lines = [["" if cell.value is None else cell.value for cell in row] for row in page.iter_rows()]
    found = {line[0]: line for line in lines[-len(rows) :]}
    assert found.keys() == rows.keys()
    for name, row in rows.items():
        assert [str(cell) for cell in found[name]] == [str(cell) for cell in row.values()]


def test_sorting_and_filters_of_the_address_hold(web: FlaskClient, yixing: Profile) -> None:
    rows = list(
        as_csv(
            web, "&sort=incidents.closed:desc&filter=incidents.closed:greaterThanOrEqual:1"
        ).values()
    )
    assert len(rows) == 1 + len(TOWNS)
    closed = [float(list(row.values())[2]) for row in rows[1:]]
    assert closed == sorted(closed, reverse=True)


@pytest.mark.parametrize(
    "wrong",
    ["table=x", "table=towns&kpis=none", "table=towns&kpis=incidents.closed&sort=x:asc&as=csv"],
)
def test_a_wrong_choice_is_a_problem(web: FlaskClient, wrong: str) -> None:
    answer = web.get(f"/export?{wrong}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_the_sheet_of_a_grid_holds_what_the_file_holds(web: FlaskClient, opened: Services) -> None:
    rows = as_csv(web)
    with web.application.test_request_context("/"):
        view, sheet = tables.Sheets(views.Views(opened, loaders.LOADERS)).sheet(ASKED)
    assert (view.lang, view.period) == ("en", "year")
    found = {str(row.cells[0]): row.cells for row in sheet.rows}
    assert found.keys() == rows.keys()
    for name, row in rows.items():
        assert ["" if cell is None else str(cell) for cell in found[name]] == list(row.values())
