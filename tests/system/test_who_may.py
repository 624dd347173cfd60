"""Who may what: every address, every callback and every message of a socket, asked by everyone, on
an open board and on a closed one, against the table of roles. What is not in the tables here fails.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest

from dashboard import history, services
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import now_ms
from dashboard.settings import Settings
from feeds.accounts import session_store
from feeds.accounts.roles import Kind, Right, Role
from feeds.alerts import alert_store
from feeds.alerts.lifecycle import Alert
from feeds.audit_log import log_store
from feeds.audit_log.entries import BOARD, Who
from feeds.city import profile
from feeds.city.profile import Profile
from feeds.screens import heartbeats
from feeds.wall import wall_profile
from layouts import pages
from tests.system.conftest import Board, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(1800)]
ROOT = Path(__file__).resolve().parents[2]
CITY, HERE, THERE = "320282", "320282001", "320282112"
AUDITED = "10.99.88.77"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks. `city` is what they may in the whole city, `own` what in `town` besides;
    `role` makes an account, `kind` a token, which is sent in `place`.
    """

    city: str = ""
    own: str = ""
    town: str = ""
    role: Role | None = None
    kind: Kind | None = None
    place: Literal["", "board_view", "board_wall", "bearer"] = ""
    is_gone: bool = False

    def may(self, right: str, is_open: bool, area: str = "") -> bool:
        anyone = "see deck" if is_open else ""
        everywhere = f"{self.city} {anyone}".split()
        return right in everywhere or (right in self.own.split() and area == self.town)


# The table of trust: who may what.
DUTY = "cells act remark"
VIEWERS: dict[str, Viewer] = {
    "anonymous": Viewer(),
    "wall of the city": Viewer(kind="wall", place="board_wall"),
    "wall of a town": Viewer(town=HERE, kind="wall", place="board_wall"),
    "viewer": Viewer("see", role="viewer"),
    "duty here": Viewer("see", DUTY, HERE, role="town_duty"),
    "duty there": Viewer("see", DUTY, THERE, role="town_duty"),
    "city duty": Viewer(f"see {DUTY}", role="city_duty"),
    "analyst": Viewer("see remark deck", role="analyst"),
    "host": Viewer("see act remark freeze deck", role="host"),
    "admin": Viewer("see manage", role="admin"),
    "auditor": Viewer("see audit", role="auditor"),
    "revoked": Viewer(kind="edit", place="board_view", is_gone=True),
    "expired": Viewer(role="admin", is_gone=True),
    "program that sends": Viewer(kind="ingest", place="bearer"),
    "program of a town": Viewer("see", "cells", HERE, kind="view", place="bearer"),
    "office of a town": Viewer("see", DUTY, HERE, kind="edit", place="board_view"),
    "office of the city": Viewer(f"see {DUTY} freeze deck", kind="edit", place="bearer"),
}

# What an address needs: nothing; to be let in; also for a paired wall; to be a program that sends;
# an account; a form that this browser has opened before, which nobody here has; to sign out with
# such a form, where somebody is signed in; a right.
Need = Literal["nothing", "see", "wall", "send", "account", "own form", "own form to leave"] | Right


@dataclass(frozen=True)
class Asked:
    """One question. `area` is where the right must hold. Of `holds` the answer may have what is not
    for everyone: it is a table that is protected by itself.
    """

    method: str
    path: str
    need: Need
    area: str = ""
    body: str = ""
    type: str = ""
    is_bearer: bool = False
    holds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} {self.body}".strip()


@dataclass(frozen=True)
class Row:
    """A route and how it is asked."""

    rule: str
    asked: tuple[Asked, ...] = field(default=())


def get(need: Need, *paths: str, holds: tuple[str, ...] = ()) -> tuple[Asked, ...]:
    return tuple(Asked("GET", path, need, holds=holds) for path in paths)


def form(path: str, need: Need, where: str = "", /, **fields: str) -> Asked:
    body = urlencode(fields) + "&csrf={csrf}"
    return Asked("POST", path, need, where, body, FORM)


def page_of(path: str, query: str) -> str:
    """What a browser sends that follows a link to a page."""
    parts = {"pathname": path, "search": query, "hash": ""}
    return json.dumps(
        {
            "output": CALLBACKS["a page"],
            "outputs": [
                {"id": "_pages_content", "property": "children"},
                {"id": "_pages_store", "property": "data"},
            ],
            "inputs": [
                {"id": "_pages_location", "property": name, "value": value}
                for name, value in parts.items()
                if name != "hash"
            ],
            "changedPropIds": ["_pages_location.pathname"],
            "state": [],
        }
    )


def rows(city: Profile) -> list[Row]:
    """Every route of the board."""
    scenes = [one.name for one in wall_profile.of(city).scenes]
    moment = now_ms() - 3_600_000
    quarter = "2026Q3"
    remark = {"kpi": "incidents.reported", "kind": "other", "day": "2026-08-01", "text": "暴雨"}
    grid = ("grid",)
    return [
        # Pages: Dash answers every path.
        Row("/", get("see", "/", f"/?area={HERE}")),
        Row(
            "/<path:path>",
            (
                *(
                    one
                    for page in pages.PAGES
                    if page.path not in ("/", "/wall")
                    for one in get("see", f"{page.path}?area={HERE}&period=year")
                ),
                *get("wall", "/wall"),
                *get(
                    "see",
                    f"/cases?area={HERE}&state=open",
                    f"/cases?area={HERE}&state=closed&family=incident&period=year",
                    f"/cases?area={HERE}&grid={HERE}-g002",
                    f"/kpi?kpi=incidents.overdue&area={HERE}",
                    "/kpi?kpi=incidents.reported&category=order&town=" + HERE,
                    holds=grid,  # of grids there is one table for all questions
                ),
                *get("wall", f"/wall?at={moment}"),
                *get("see", "/nothing"),
            ),
        ),
        Row("/_dash-layout", get("see", "/_dash-layout")),
        Row("/_dash-dependencies", get("see", "/_dash-dependencies")),
        # Pages come by a callback too, when a link is followed; CALLBACKS has the others.
        Row(
            "/_dash-update-component",
            tuple(
                Asked(
                    "POST", "/_dash-update-component", "see", body=page_of(path, query), type=JSON
                )
                for path, query in (
                    ("/", f"?area={HERE}"),
                    ("/cases", f"?area={HERE}"),
                    ("/audit-log", ""),
                    ("/health", ""),
                )
            ),
        ),
        Row("/_reload-hash", get("see", "/_reload-hash")),
        Row("/_favicon.ico", get("see", "/_favicon.ico")),
        Row("/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"),
        Row("/static/<path:filename>"),
        Row("/assets/<path:filename>", get("nothing", "/assets/none.css")),
        Row("/assets/board.css", get("nothing", "/assets/board.css")),
        Row("/assets/wall.css", get("nothing", "/assets/wall.css")),
        # The wall
        Row(
            "/wall/scene",
            (
                *get("wall", *(f"/wall/scene?scene={name}" for name in scenes)),
                *get("wall", f"/wall/scene?area={HERE}", f"/wall/scene?area={THERE}"),
            ),
        ),
        Row("/wall/now", get("wall", "/wall/now")),
        Row(
            "/wall/moments",
            get(
                "wall",
                f"/wall/moments?at={moment}&areas={CITY}",
                f"/wall/moments?at={moment}&areas={HERE}",
                f"/wall/moments?at={moment}&areas={THERE}",
            ),
        ),
        Row("/wall/pass", get("wall", "/wall/pass")),
        Row("/wall/bye", (Asked("POST", "/wall/bye", "wall", body="x"),)),
        Row("/wall/pair", (Asked("POST", "/wall/pair", "nothing"),)),
        Row("/wall/claim", (Asked("POST", "/wall/claim", "nothing", body="{}", type=JSON),)),
        Row("/wall-sw.js", get("nothing", "/wall-sw.js")),
        Row("/remote", get("see", "/remote")),
        Row(
            "/pair", (*get("see", "/pair"), form("/pair", "manage", code="1", name="x", area=HERE))
        ),
        # Forms
        Row("/remarks", (form("/remarks", "remark", HERE, area=HERE, **remark),)),
        Row("/remarks/<id>/withdraw", (form("/remarks/nothing/withdraw", "remark", "*"),)),
        Row(
            "/alerts/<id>/acknowledge",
            (form("/alerts/{viewer}-here/acknowledge", "act", HERE),),
        ),
        Row(
            "/alerts/silence",
            (
                form("/alerts/silence", "act", HERE, rule="*", area=HERE, hours="1", reason="演练"),
                form("/alerts/silence", "act", rule="*", area="*", hours="1", reason="演练"),
            ),
        ),
        Row("/alerts/silences/<id>/end", (form("/alerts/silences/nothing/end", "act", "*"),)),
        Row(
            "/alerts/again", (form("/alerts/again", "act", "*", alert="x", version="1", hook="x"),)
        ),
        Row("/health/walls/<id>/down", (form("/health/walls/vanished/down", "manage"),)),
        Row("/review/freeze", (form("/review/freeze", "freeze", quarter="2001Q1"),)),
        Row("/review/commitments", (form("/review/commitments", "freeze", quarter=quarter),)),
        # Files
        Row(
            "/export",
            get(
                "see",
                "/export?table=towns&kpis=incidents.reported&as=csv",
                "/export?table=towns&kpis=incidents.reported",
            ),
        ),
        Row("/report", get("deck", "/report?as=csv", f"/report?as=xlsx&quarter={quarter}")),
        Row("/review/present", get("deck", "/review/present")),
        Row("/brief.pdf", get("see", "/brief.pdf?day=1990-01-01")),
        Row("/audit-log/export", get("audit", "/audit-log/export", "/audit-log/export?as=csv")),
        # The API
        Row(
            "/api/v1/events",
            (Asked("POST", "/api/v1/events", "send", body="[]", type=JSON, is_bearer=True),),
        ),
        Row("/api/v1/kpis", get("see", "/api/v1/kpis", f"/api/v1/kpis?at={moment}")),
        Row(
            "/api/v1/series",
            get("see", f"/api/v1/series?kpi=incidents.reported&area={HERE}"),
        ),
        Row(
            "/api/v1/remarks",
            (
                *get("see", "/api/v1/remarks"),
                Asked(
                    "POST",
                    "/api/v1/remarks",
                    "remark",
                    HERE,
                    json.dumps(remark | {"area": HERE}),
                    JSON,
                    is_bearer=True,
                ),
            ),
        ),
        Row(
            "/api/v1/remarks/<id>/withdraw",
            (Asked("POST", "/api/v1/remarks/x/withdraw", "remark", "*", is_bearer=True),),
        ),
        Row("/api/v1/alerts", get("see", "/api/v1/alerts?days=30")),
        Row(
            "/api/v1/areas",
            (
                *get("see", "/api/v1/areas"),
                *get("see", f"/api/v1/areas?parent={HERE}", holds=grid),  # names of grids alone
            ),
        ),
        Row(
            "/api/v1/cells",
            (
                *get("see", f"/api/v1/cells?kpi=incidents.reported&area={HERE}&by=category"),
                *get(
                    "see", f"/api/v1/cells?kpi=incidents.reported&area={HERE}&by=grid", holds=grid
                ),
                Asked(
                    "GET",
                    f"/api/v1/cells?kpi=incidents.reported&area={HERE}&by=grid,facet",
                    "cells",
                    HERE,
                ),
            ),
        ),
        Row(
            "/api/v1/cases",
            (
                *get(
                    "see",
                    f"/api/v1/cases?area={HERE}",
                    f"/api/v1/cases?area={THERE}",
                    "/api/v1/cases?state=closed&from=2026-01-01",
                ),
                Asked("GET", f"/api/v1/cases?area={HERE}&grid={HERE}-g002", "cells", HERE),
            ),
        ),
        Row("/api/v1/openapi.json", get("see", "/api/v1/openapi.json", holds=grid)),  # examples
        Row("/api/v1/<path:rest>", get("see", "/api/v1/nothing")),
        Row("/healthz", get("nothing", "/healthz")),
        Row("/readyz", get("nothing", "/readyz")),
        Row("/metrics", get("see", "/metrics")),
        # The manual
        Row("/help", get("nothing", "/help")),
        Row("/help/", get("nothing", "/help/")),
        Row(
            "/help/<path:name>",
            get("nothing", "/help/wall", "/help/nothing", "/help/reference/settings"),
        ),
        Row("/help/images/<name>", get("nothing", "/help/images/wall-zh.png")),
        # Signing in
        Row("/enter", get("nothing", "/favicon.ico")),
        Row("/leave", (*get("nothing", "/leave"), form("/leave", "nothing"))),
        Row("/sign-in", (*get("nothing", "/sign-in"), _stale("/sign-in", "own form"))),
        Row("/sign-in/demo", (_stale("/sign-in/demo", "own form"),)),
        Row("/sign-out", (*get("nothing", "/sign-out"), _stale("/sign-out", "own form to leave"))),
        Row("/set-up", (*get("nothing", "/set-up?link=x"), _stale("/set-up", "nothing"))),
        Row("/account", (*get("account", "/account"), form("/account", "account", act="x"))),
        # Administration
        *(
            Row(path, (*get("manage", f"{path}{query}"), form(path, "manage", act="x", id="x")))
            for path, query in (
                ("/admin/add-account", ""),
                ("/admin/account", "?name=viewer"),
                ("/admin/add-token", ""),
                ("/admin/token", "?name=office+of+a+town"),
                ("/admin/source", "?id=urn:zz"),
                ("/admin/walls", ""),
            )
        ),
        *(Row(path, get("manage", path)) for path in ("/admin", "/admin/tokens", "/admin/sources")),
    ]


def _stale(path: str, need: Need) -> Asked:
    """A form that no page of this browser made."""
    return Asked("POST", path, need, body="name=x&password=x", type=FORM)


# Every message that a socket takes, in the order in which each viewer sends them, with what it says.
TOPICS = [f"{area}/today" for area in (CITY, HERE, THERE)]
WALL = {
    "id": "{handle}",
    "title": "{viewer}",
    "scene": "map",
    "area": CITY,
    "mode": "auto",
    "pictures": [],
}
MESSAGES: dict[str, dict[str, Any]] = {
    "/live": {
        "watch": {"topics": TOPICS},
        "unwatch": {"topics": TOPICS},
        "here": {"path": "/wall"},
    },
    "/room": {
        "wall": WALL,
        "walls": {},
        "show": {"wall": "0" * 16},
        "enter": {"wall": "0" * 16, "code": "0000"},
        "back": {"key": "guessed-guessed-guessed"},
        "do": {"key": "guessed-guessed-guessed", "act": "next"},
    },
}
ALWAYS = {"connect", "disconnect"}
# Every callback that the server answers: to whoever is let in.
CALLBACKS = {
    "a page": ".._pages_content.children..._pages_store.data..",
    "a grid": '{"name":["MATCH"],"type":"grid"}.children',
    "a grid's rows": '..{"name":["MATCH"],"type":"grid-view"}.rowData...'
    '{"name":["MATCH"],"type":"grid-view"}.dashGridOptions..',
}


def is_let_in(viewer: Viewer, is_open: bool) -> bool:
    return viewer.may("see", is_open)


def is_connected(viewer: Viewer, is_open: bool) -> bool:
    return is_let_in(viewer, is_open) or viewer.kind == "wall"


def is_signed_in(viewer: Viewer) -> bool:
    return viewer.role is not None and not viewer.is_gone


def is_answered(viewer: Viewer, one: Asked, is_open: bool) -> bool:
    """Whether the table lets a viewer have it."""
    is_wall = viewer.kind == "wall" and not is_open
    if one.need == "nothing":
        return True
    if one.need in ("own form", "own form to leave"):
        return one.need == "own form to leave" and not is_signed_in(viewer)
    if one.need == "account":
        return is_signed_in(viewer)
    if one.is_bearer and viewer.place != "bearer":
        return False
    if one.need == "send":
        return viewer.kind == "ingest"
    if one.need == "wall":
        others = viewer.town and (THERE in one.path or HERE not in one.path)
        if is_wall and viewer.town and one.path.partition("?")[0] in ("/wall/scene",):
            return not others
        if is_wall and viewer.town and one.path.startswith("/wall/moments"):
            return THERE not in one.path
        return is_wall or is_let_in(viewer, is_open)
    if one.area == "*":
        return viewer.may(one.need, is_open) or one.need in viewer.own.split()
    return viewer.may(one.need, is_open, one.area)


def may_hold(viewer: Viewer, secret: str, one: Asked) -> bool:
    """Whether a viewer's answer may have what is not for everyone."""
    if secret in one.holds:
        return True
    if secret == "audit":
        return viewer.may("audit", False)
    if secret == "declare":
        return viewer.may("manage", False)
    town = {"case here": HERE, "case there": THERE, "grid": HERE}[secret]
    return viewer.may("cells", False, town)


SECRETS = {
    "case here": "ZZHERE[0-9]+",
    "case there": "ZZTHERE[0-9]+",
    "grid": rf"{HERE}-[gd][0-9]+",
    "audit": AUDITED.replace(".", r"\."),
    "declare": r"ZZT?HERE\[0-9\]",
}


@pytest.fixture(scope="module")
def board() -> Iterator[Board]:
    """A board with cases of two towns, few of them in a grid; its Redis and its history are those
    of the workers that are asked.
    """
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        made = Board(Path(folder))
        send(made)
        yield made
        made.stop()


def send(board: Board) -> None:
    now = datetime.now().astimezone()
    what = {"category": "order", "severity": 3, "channel": "app"}
    events: list[dict[str, Any]] = []

    def add(type: str, at: datetime, area: str, **data: Any) -> None:
        events.append(
            {
                "specversion": "1.0",
                "id": f"e{len(events)}",
                "source": "urn:zz",
                "type": type,
                "time": at.isoformat(timespec="seconds"),
                "subject": area,
                "datacontenttype": "application/json",
                "data": data,
            }
        )

    for days in (1, 3, 20, 70, 100, 130, 200):
        for name, town in (("HERE", HERE), ("THERE", THERE)):
            for n in range(4):
                case, at = f"ZZ{name}{days}0{n}", now - timedelta(days=days, hours=n)
                add("incident.reported", at, f"{town}-g002", case=case, **what)
                if n == 3:
                    closed = at + timedelta(hours=1)
                    add("incident.closed", closed, f"{town}-g002", case=case, outcome="done")
    token = (board.data / "ingest.token").read_text("utf-8").strip()
    import urllib.request

    request = urllib.request.Request(
        f"{board.url}/api/v1/events",
        json.dumps(events).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": JSON},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        receipt = json.load(answer)
    assert receipt["rejected"] == []
    until(lambda: (board.figure("incidents.reported", "year") or 0) >= 56, 60, "all is counted")


@dataclass(frozen=True)
class Credentials:
    headers: dict[str, str]
    secret: str = ""

    @property
    def csrf(self) -> str:
        return hashlib.sha256(f"form:{self.secret}".encode()).hexdigest()


@pytest.fixture(scope="module")
def credentials(board: Board) -> dict[str, Credentials]:
    """What each viewer's browser or program sends."""
    database = history.open_database(f"sqlite:///{board.data / 'board.db'}")
    known, found = Tokens(database), dict[str, Credentials]()
    for name, one in VIEWERS.items():
        if one.role:
            secret = board.session(name.replace(" ", "."), one.role, towns=[one.town or HERE])
            found[name] = Credentials({"Cookie": f"board_session={secret}"}, secret)
            if one.is_gone:
                with database.begin() as connection:
                    digest = session_store.digest(secret)
                    session_store.end(connection, now_ms(), BOARD, digest)
        elif one.kind:
            secret = known.add(name, one.kind, one.town)
            if one.is_gone:
                known.revoke(name)
            if one.place == "bearer":
                found[name] = Credentials({"Authorization": f"Bearer {secret}"}, secret)
            else:
                found[name] = Credentials({"Cookie": f"{one.place}={secret}"}, secret)
        else:
            found[name] = Credentials({})
    now = now_ms()
    with database.begin() as connection:
        log_store.write(connection, now, Who("someone", AUDITED), "export", "csv")
        for name in VIEWERS:
            alert_store.write(
                connection,
                Alert(f"{name}-here", "rule", HERE, "warning", "firing", now, now, now, 1, 0, now),
            )
    database.dispose()
    client = services.connect(services.address(Settings(data=board.data)))
    here = heartbeats.Here("vanished", "/wall", "zh", CITY, 1, 1, "", 0, 0, 0, 0, 0, 0, 0)
    heartbeats.keep(client, here, now - 120_000, "hall")
    client.close()
    return found


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return [one for row in rows(profile.load("yixing")) for one in row.asked]


@pytest.fixture(scope="module", params=["closed", "open"])
def answered(
    request: pytest.FixtureRequest,
    board: Board,
    credentials: dict[str, Credentials],
    asked: list[Asked],
) -> tuple[bool, dict[str, Any]]:
    is_open = request.param == "open"
    given = {
        "data": str(board.data),
        "redis": services.address(Settings(data=board.data)),
        "is_open": is_open,
        "secrets": SECRETS,
        "viewers": {
            name: {"headers": one.headers, "csrf": one.csrf} for name, one in credentials.items()
        },
        "topics": TOPICS,
        "warm": "city duty",
        "messages": [
            (space, name, body) for space, names in MESSAGES.items() for name, body in names.items()
        ],
        "asked": [
            {
                "name": one.name,
                "method": one.method,
                "path": one.path,
                "body": one.body,
                "type": one.type,
            }
            for one in asked
        ],
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.asked_of_all"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return is_open, json.loads(done.stdout)


def test_every_address_has_a_row(answered: tuple[bool, dict[str, Any]]) -> None:
    _, found = answered
    known = {row.rule for row in rows(profile.load("yixing"))}
    assert {rule for _, rule in found["routes"]} - known == set()


def test_every_callback_and_every_message_has_a_row(
    answered: tuple[bool, dict[str, Any]],
) -> None:
    _, found = answered
    assert {f"{space} {name}" for space, name in found["events"]} == {
        f"{space} {name}" for space, names in MESSAGES.items() for name in ALWAYS | set(names)
    }
    assert found["callbacks"] == sorted(CALLBACKS.values())


def each(found: dict[str, Any], asked: list[Asked]) -> Iterator[tuple[str, Asked, dict[str, Any]]]:
    """Every viewer's answer to every question."""
    for viewer in VIEWERS:
        for one in asked:
            yield viewer, one, found["answers"][viewer][one.name]


def is_denied(answer: dict[str, Any]) -> bool:
    led_away = answer["status"] == 303 and answer["location"].startswith("/sign-in")
    return answer["status"] in (401, 403) or led_away


def test_everyone_is_answered_what_the_table_lets_them_have(
    answered: tuple[bool, dict[str, Any]], asked: list[Asked]
) -> None:
    is_open, found = answered
    wrong = [
        f"{viewer}: {one.name}: {answer['status']}"
        for viewer, one, answer in each(found, asked)
        if is_denied(answer) == is_answered(VIEWERS[viewer], one, is_open)
    ]
    assert wrong == []
    for viewer, who in VIEWERS.items():
        for output in found["callbacks"]:
            answer = found["answers"][viewer][f"callback {output}"]
            assert is_denied(answer) != is_let_in(who, is_open), (viewer, output)


def test_a_socket_tells_everyone_what_the_table_lets_them_have(
    answered: tuple[bool, dict[str, Any]],
) -> None:
    is_open, found = answered
    for viewer, who in VIEWERS.items():
        heard, is_in = found["messages"][viewer], is_connected(who, is_open)
        assert [heard[f"{space} connect"] for space in MESSAGES] == [is_in, is_in], viewer
        if not is_in:
            assert len(heard) == len(MESSAGES), (viewer, "nothing else was asked")
            continue
        shown = {topic for topic, kind in heard["/live watch"]["topics"].items() if kind != "none"}
        is_of_town = who.kind == "wall" and who.town and not is_open
        assert shown == set(TOPICS[:2] if is_of_town else TOPICS), viewer
        walls = [wall["title"] for wall in heard["/room walls"]]
        assert (viewer in walls) == (is_open or who.kind == "wall"), (viewer, walls)
        assert not any(wall["id"].startswith(viewer) for wall in heard["/room walls"])
        for name in ("enter", "back", "do"):
            assert heard[f"/room {name}"]["ok"] is False, (viewer, name)


def test_nothing_breaks(answered: tuple[bool, dict[str, Any]]) -> None:
    _, found = answered
    broken = [
        f"{viewer}: {name}: {answer['status']}"
        for viewer, answers in found["answers"].items()
        for name, answer in answers.items()
        if answer["status"] >= 500 and answer["status"] != 503
    ]
    assert broken == []


def test_nobody_is_told_what_is_not_theirs(
    answered: tuple[bool, dict[str, Any]], asked: list[Asked]
) -> None:
    _, found = answered
    told = [
        f"{viewer}: {one.name}: {values}"
        for viewer, one, answer in each(found, asked)
        for secret, values in answer["holds"].items()
        if values and not may_hold(VIEWERS[viewer], secret, one)
    ]
    assert told == []
    for secret in SECRETS:
        held = [
            viewer
            for viewer, answers in found["answers"].items()
            if any(answer["holds"][secret] for answer in answers.values())
        ]
        assert held, f"{secret} is told to those whose it is"
