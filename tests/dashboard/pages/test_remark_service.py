"""Remarks over HTTP, by form and by command, over a real history; a rebase reaches the engine's
published trend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import flask
import jsonschema
import msgspec
import pytest
import redis as redis_client
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import callbacks
from dashboard import api, cli, services
from dashboard.access import principal
from dashboard.access.principal import VIEW_COOKIE, Principal
from dashboard.pages import form_handlers, loaders, page_data, remark_service
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.accounts import roles
from feeds.city.profile import Profile
from feeds.remarks import remark_tables
from layouts.parts.forms import Editor
from layouts.view import View

CITY, TOWN, OTHER = "320282", "320282001", "320282112"
PATH = "/api/v1/remarks"
GIVEN = {
    "kpi": "incidents.reported",
    "kind": "campaign",
    "day": "2026-09-14",
    "text": "秋季专项行动开始",
}
Post = Callable[..., TestResponse]


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(Settings(data=tmp_path, redis=redis_server))
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def web(door: Any, opened: Services) -> FlaskClient:
    app: flask.Flask = door.app()
    app.register_blueprint(api.blueprint(opened))
    callbacks.remarks.register(app, form_handlers.FormHandlers(opened))
    return app.test_client()


@pytest.fixture
def post(web: FlaskClient, opened: Services) -> Post:
    office = opened.tokens.add("指挥中心", "edit")

    def post(body: Any = None, path: str = PATH, token: str | None = office) -> TestResponse:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        known = {"Authorization": f"Bearer {token}"} if token else {}
        return web.post(
            path,
            data=raw,
            content_type="application/json",
            headers={"Accept-Language": "en"} | known,
        )

    return post


def versions(opened: Services) -> int:
    with opened.database.connect() as connection:
        return int(
            connection.execute(select(func.count()).select_from(remark_tables.remarks)).scalar_one()
        )


# The API


def test_a_remark_is_made_read_and_withdrawn(
    web: FlaskClient, post: Post, opened: Services
) -> None:
    made = post(GIVEN)
    assert made.status_code == 201
    one = made.json
    assert {k: one[k] for k in ("kpi", "area", "first", "last", "text", "by")} == {
        "kpi": GIVEN["kpi"],
        "area": CITY,
        "first": "2026-09-14",
        "last": "2026-09-14",
        "text": GIVEN["text"],
        "by": "指挥中心",
    }
    for query in ("", "?kpi=incidents.reported", f"?area={TOWN}", "?from=2026-09-14&to=2026-09-14"):
        assert web.get(PATH + query).json["remarks"] == [one], query
    for query in ("?kpi=disputes.accepted", "?from=2026-09-15", "?to=2026-09-13"):
        assert web.get(PATH + query).json["remarks"] == [], query
    gone = post(path=f"{PATH}/{one['id']}/withdraw")
    assert (gone.status_code, gone.json["withdrawn_by"]) == (200, "指挥中心")
    assert web.get(PATH).json["remarks"] == []
    assert web.get(f"{PATH}?withdrawn=true").json["remarks"] == [gone.json]
    assert post(path=f"{PATH}/{one['id']}/withdraw").status_code == 409
    assert post(path=f"{PATH}/nothing/withdraw").status_code == 404
    assert versions(opened) == 2


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text": "联系 13800138000"}, "text", "mobile"),
        ({"reason": "见 a@b.cn"}, "reason", "e-mail"),
        ({"text": "苏B12345"}, "text", "plate"),
        ({"text": "320282199003071236"}, "text", "identity"),
        ({"text": "6222020000001234566"}, "text", "card"),
        ({"text": "110 119"}, "text", "digits"),
        ({"kind": "rebase"}, "reason", "missing"),
        ({"person": "x"}, "person", "not a field"),
        ({"day": "yesterday"}, "day", "date"),
        ({"kpi": "nothing"}, "kpi", "allowed"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_kept(
    post: Post, opened: Services, changes: dict[str, str], field: str, said: str
) -> None:
    answer = post(GIVEN | changes)
    assert (answer.status_code, answer.content_type, answer.json["field"]) == (
        400,
        "application/problem+json",
        field,
    )
    assert said in answer.json["detail"]
    assert versions(opened) == 0


def test_only_an_edit_token_writes(post: Post, opened: Services) -> None:
    assert [post(GIVEN, token=token).status_code for token in (None, "wrong")] == [401, 401]
    for kind in ("ingest", "view"):
        refused = post(GIVEN, token=opened.tokens.add(kind, kind))
        assert refused.status_code == 403
        assert f"kind {kind}" in refused.json["detail"]
    assert post(b"no json", token=opened.tokens.add("x", "edit")).status_code == 400
    assert versions(opened) == 0


def test_a_town_s_token_is_for_its_town(web: FlaskClient, post: Post, opened: Services) -> None:
    token = opened.tokens.add("宜城街道", "edit", TOWN)
    made = post(GIVEN, token=token)
    assert (made.status_code, made.json["area"]) == (201, TOWN)
    assert post(GIVEN | {"area": OTHER}, token=token).status_code == 403
    assert post(GIVEN | {"area": CITY}, token=token).status_code == 403
    others = post(GIVEN | {"area": OTHER}).json
    assert post(path=f"{PATH}/{others['id']}/withdraw", token=token).status_code == 403
    assert versions(opened) == 2
    assert [r["id"] for r in web.get(f"{PATH}?area={TOWN}").json["remarks"]] == [made.json["id"]], (
        "not the other town's"
    )


def test_the_route_is_described_as_it_answers(web: FlaskClient, post: Post) -> None:
    one = post(GIVEN | {"kpi": "*"}).json
    document = web.get("/api/v1/openapi.json").json
    assert document["paths"][f"{PATH}/{{id}}/withdraw"]["post"]["parameters"][0]["in"] == "path"
    jsonschema.validate(one, document["components"]["schemas"]["Remark"])
    jsonschema.validate(GIVEN, document["components"]["schemas"]["RemarkAsked"])
    assert web.get(f"{PATH}/x/withdraw").status_code == 405


# The form


@pytest.fixture
def entered(door: Any, web: FlaskClient) -> FlaskClient:
    """A browser that came in with an edit token."""
    door.enter(web, "审计局")
    return web


def form(door: Any, web: FlaskClient, **changes: str) -> dict[str, str]:
    """The form's fields as the page gives them to this browser."""
    hidden = {"back": "/kpi?kpi=incidents.reported", "lang": "en"}
    return GIVEN | {"csrf": door.csrf(web)} | hidden | changes


def test_the_form_writes_and_leads_back(entered: FlaskClient, door: Any) -> None:
    sent = form(door, entered) | {"first": "2026-09-14", "last": "", "reason": ""}
    del sent["day"]
    answer = entered.post("/remarks", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kpi?kpi=incidents.reported")
    (one,) = entered.get(PATH).json["remarks"]
    assert (one["by"], one["text"]) == ("审计局", GIVEN["text"])
    assert (
        entered.post(f"/remarks/{one['id']}/withdraw", data=form(door, entered)).status_code == 303
    )
    assert entered.get(PATH).json["remarks"] == []
    assert (
        entered.post(f"/remarks/{one['id']}/withdraw", data=form(door, entered)).status_code == 409
    )


@pytest.mark.parametrize(
    "back",
    [
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "",
        "javascript:x",
        "/a\r\nSet-Cookie: x",
    ],
)
def test_the_form_leads_nowhere_else(entered: FlaskClient, door: Any, back: str) -> None:
    assert entered.post("/remarks", data=form(door, entered, back=back)).headers["Location"] == "/"


def test_a_form_of_another_site_or_browser_is_refused(
    web: FlaskClient, entered: FlaskClient, door: Any, opened: Services
) -> None:
    good = form(door, entered)
    for csrf in ("", "0" * 64, "é"):
        assert entered.post("/remarks", data=good | {"csrf": csrf}).status_code == 403
    entered.delete_cookie(VIEW_COOKIE)
    assert entered.post("/remarks", data=good).status_code == 403
    door.enter(web, "某镇", "view")
    assert web.post("/remarks", data=form(door, web)).status_code == 403, (
        "who may look may not write"
    )
    assert versions(opened) == 0


def test_a_script_is_told_which_field(entered: FlaskClient, door: Any) -> None:
    answer = entered.post(
        "/remarks",
        data=form(door, entered, text="13800138000"),
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json["field"]) == (422, "text")
    assert "mobile" in answer.json["said"]
    assert (
        "13800138000"
        not in entered.post("/remarks", data=form(door, entered, text="13800138000")).text
    )
    assert (
        entered.post(
            "/remarks", data=form(door, entered), headers={"Accept": "application/json"}
        ).status_code
        == 204
    )


# Facts of a page, and the command


def test_a_page_is_given_its_area_s_remarks_and_its_editor(
    door: Any, opened: Services, yixing: Profile
) -> None:
    token = opened.tokens.add("审计局", "edit")
    office = Principal("token", "审计局", roles.of_token("edit"))
    today = remark_service.today(opened)
    for day, area in (
        (today, CITY),
        (today - timedelta(30), TOWN),
        (today, OTHER),
        (date(today.year - 5, 1, 1), CITY),
    ):
        remark_service.add(opened, GIVEN | {"day": day.isoformat(), "area": area}, office)
    view = View(yixing, "zh", TOWN, "today", None, 0, "", "/kpi")
    app: flask.Flask = door.app(is_open=False)
    with app.test_request_context(headers={"Cookie": f"{VIEW_COOKIE}={token}"}):
        found = page_data.load(loaders.LOADERS, opened, view, ("remarks", "editor"))
        assert [(r.area, r.first) for r in found["remarks"]] == [
            (TOWN, today - timedelta(30)),
            (CITY, today),
        ]
        assert found["editor"] == Editor("审计局", office.rights, principal.of_request().csrf)
    with app.test_request_context():
        assert page_data.load(loaders.LOADERS, opened, view, ("editor",)) == {"editor": None}


def test_the_command_writes_lists_and_withdraws(tmp_path: Path) -> None:
    def board(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.main, [*arguments, "--data", str(tmp_path)])
        return done.exit_code, done.output

    remark = (
        "remarks",
        "add",
        "新口径",
        "--kpi",
        "fraud.warnings",
        "--kind",
        "rebase",
        "--day",
        "2026-09-01",
    )
    assert board(*remark, "--by", "反诈中心")[0] == 2, "no such office yet"
    assert board("tokens", "add", "反诈中心", "--kind", "edit")[0] == 0
    code, said = board(*remark, "--by", "反诈中心")
    assert (code, "reason: is missing" in said) == (1, True)
    code, said = board(*remark, "--by", "反诈中心", "--reason", "只计已核实的")
    assert code == 0
    id = said.split()[0]
    assert id in board("remarks", "list")[1]
    assert board("remarks", "withdraw", id, "--by", "反诈中心")[0] == 0
    assert board("remarks", "withdraw", id, "--by", "反诈中心")[0] == 1
    assert id not in board("remarks", "list")[1]
    assert "withdrawn by 反诈中心" in board("remarks", "list", "--withdrawn")[1]
    assert "edit" in board("tokens", "list")[1]
