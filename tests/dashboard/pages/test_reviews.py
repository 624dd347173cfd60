"""Reviews over a real history and Redis: frozen, verified, superseded, never deleted; by form,
command and page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import gevent
import msgspec
import pytest
import redis as redis_client
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

import callbacks
from dashboard import cli, services
from dashboard.access.principal import Principal
from dashboard.pages import form_handlers, remark_service, reviews
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.accounts import roles
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who
from feeds.city.quarters import Quarter
from feeds.history import tables
from feeds.review import freezes, review_assembly, review_tables, review_values
from feeds.review.review_values import Review
from layouts import pages, shell
from layouts.html import render
from layouts.view import View

CITY, TOWN, OTHER = "320282", "320282001", "320282112"
QUARTER = Quarter(2026, 3)
GIVEN = {
    "quarter": "2026Q3",
    "town": TOWN,
    "kpi": "incidents.closure_rate",
    "due": "2026-12-31",
    "target": "98.5",
}
Post = Callable[..., Any]


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(Settings(data=tmp_path, redis=redis_server))
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def more(event: Any) -> Callable[..., list[dict[str, Any]]]:
    """Cases of a town, reported and closed, beginning on a day."""

    def make(day: str, town: str, count: int, closed: int, prefix: str) -> list[dict[str, Any]]:
        what = {"category": "order", "severity": 3, "channel": "app"}
        found = [
            event("incident.reported", f"{day}T10:00:00+08:00", town, case=f"{prefix}{n}", **what)
            for n in range(count)
        ]
        return found + [
            event(
                "incident.closed",
                f"{day}T11:00:00+08:00",
                town,
                case=f"{prefix}{n}",
                outcome="done",
            )
            for n in range(closed)
        ]

    return make


@pytest.fixture
def filled(opened: Services, tell: Callable[..., None], more: Any) -> Services:
    """A year and a half of few cases in two towns."""
    days = ("2025-03-03", "2025-08-04", "2026-05-05", "2026-08-06")
    for day in days:
        tell(*more(day, TOWN, 30, 27, f"a{day}"), *more(day, OTHER, 40, 39, f"b{day}"))
    return opened


def forget(opened: Services) -> None:
    """Deletes all that is kept of reviews."""
    for key in opened.redis.keys("board:review:*"):
        opened.redis.delete(key)


def frozen(opened: Services) -> review_values.Freeze:
    return reviews.freeze(opened, QUARTER, "指挥中心", settle_s=0)


def test_only_whole_quarters_that_are_over(filled: Services) -> None:
    there = [one.name for one in reviews.over(filled)]
    assert there[-1] == "2025Q3", "the quarter before has data on hardly any day"
    assert QUARTER.name in there
    for wrong in (Quarter(2025, 1), Quarter(2035, 1)):
        with pytest.raises(reviews.CannotFreeze):
            reviews.freeze(filled, wrong, "指挥中心", settle_s=0)


def test_a_freeze_is_reproduced_without_any_cache(
    filled: Services, tell: Callable[..., None], more: Any
) -> None:
    made = frozen(filled)
    shown = reviews.of(filled, QUARTER)
    assert shown.freeze == made
    assert re.fullmatch(r"2026Q3-[0-9A-F]{5}", made.code)
    content = review_values.content(shown)
    assert freezes.hash_of(content) == made.hash
    forget(filled)
    assert reviews.verify(filled, made.code) == (made, content, content, True)
    tell(*more("2026-08-07", TOWN, 100, 100, "late"))  # 200 events
    forget(filled)
    assert reviews.verify(filled, made.code).is_reproduced
    now = reviews.of(filled, QUARTER)
    assert review_values.content(now) == content
    assert now.late_events == 200
    rate = [one for one in now.revision if one.kpi == "incidents.closure_rate"]
    assert [
        (one.town, one.was.n, one.was.of, one.now.n, one.now.of, one.events) for one in rate
    ] == [
        (CITY, 66, 70, 166, 170, 200),
        (TOWN, 27, 30, 127, 130, 200),
    ]
    assert {one.town for one in now.revision} == {CITY, TOWN}


def test_what_was_frozen_under_an_older_definition_stays_what_it_is(
    filled: Services, tell: Callable[..., None], more: Any
) -> None:
    """Reported on 30 September and closed that day, they fell due in October: by the older
    definition of the closure rate they were of the third quarter.
    """
    tell(*more("2026-09-30", TOWN, 10, 10, "october"))
    older = msgspec.structs.replace(freezes.terms(filled.profile), edition="")
    with filled.database.connect() as connection:
        was, now = (
            review_assembly.read(connection, filled.profile, QUARTER, reviews._now_ms(), under)
            for under in (older, freezes.terms(filled.profile))
        )
    rates = [one.figure("incidents.closure_rate") for one in (was, now)]
    assert [(rate.city.n, rate.city.of) for rate in rates if rate] == [(76, 80), (66, 70)]
    content = review_values.content(was)
    moment_ms = was.moment_ms
    made = review_values.Freeze(
        "2026Q3-OLDER",
        QUARTER.name,
        moment_ms,
        freezes.hash_of(content),
        "an older build",
        by="指挥中心",
        **freezes.digests(filled.profile, older),
    )
    # as a build wrote it that knew no editions
    terms = json.dumps({"targets": older.targets, "areas": older.areas})
    row = {name: value for name, value in vars(made).items() if name != "superseded_by"}
    with filled.database.begin() as connection:
        connection.execute(insert(review_tables.freezes).values(row | {"terms": terms}))
        freezes.keep(connection, made.code, content)
        who, about = Who(made.by), f"{made.quarter} {made.code}"
        for row_of in (review_tables.freezes, review_tables.freeze_contents):
            log_store.record(connection, moment_ms, who, "freeze", about, row_of, made.code)
    assert reviews.verify(filled, made.code) == (made, content, content, True)
    tell(*more("2026-08-07", TOWN, 5, 5, "late"))
    forget(filled)
    shown = reviews.of(filled, QUARTER)
    assert shown.is_reproduced
    changed = [one for one in shown.revision if one.kpi == "incidents.closure_rate"]
    assert [(one.now.n, one.now.of) for one in changed if one.town == CITY] == [(81, 85)]


def test_what_was_talked_about_a_quarter_ago_is_followed_up(
    filled: Services, tell: Callable[..., None], more: Any
) -> None:
    """Off its target by more than chance in both quarters; then the third is put right."""

    def followed() -> list[tuple[float | None, float | None, str]]:
        found = reviews.of(filled, QUARTER).earlier
        rate = [one for one in found if one.kpi == "incidents.closure_rate"]
        return [(one.was.n, one.now.n, one.became) for one in rate if one.area == CITY]

    for day in ("2026-05-05", "2026-08-06"):
        tell(*more(day, TOWN, 10, 0, f"open{day}"))
    assert followed() == [(66, 66, "still")]
    tell(*more("2026-08-06", TOWN, 10, 10, "open2026-08-06")[10:])  # closed that day after all
    forget(filled)
    assert followed() == [(66, 76, "met")]
    assert reviews.of(filled, Quarter(2025, 3)).earlier == (), "nothing is known of the one before"
    elsewhere = msgspec.structs.replace(freezes.terms(filled.profile), areas=("999999",))
    digests = freezes.digests(filled.profile, elsewhere)
    made = review_values.Freeze(
        "2026Q2-OTHER", "2026Q2", reviews._now_ms(), "", "a build", by="指挥中心", **digests
    )
    with filled.database.begin() as connection:
        freezes.add(connection, made, elsewhere, b"{}")
    forget(filled)
    assert followed() == [], "it was frozen with other areas"


def test_what_is_kept_of_a_review_stays_until_something_of_its_days_comes_late(
    filled: Services, tell: Callable[..., None], more: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens after the quarter leaves its review alone; its moment moves on."""

    def later(minutes: int) -> review_values.Review:
        """The review that a reader finds some time after the one that looked first."""
        monkeypatch.setattr(reviews, "_now_ms", lambda: begin + minutes * 60_000)
        for key in filled.redis.keys("board:review:*:making"):
            filled.redis.delete(key)
        reviews.live(filled, QUARTER)
        gevent.wait()
        return reviews.live(filled, QUARTER)

    begin = reviews._now_ms() + 2 * reviews.SETTLED_MS
    first = later(0)
    read, reading = list[int](), reviews._read

    def counted(*asked: Any) -> review_values.Review:
        read.append(asked[2])
        return reading(*asked)

    monkeypatch.setattr(reviews, "_read", counted)
    tell(*more("2026-10-02", TOWN, 5, 5, "after"))
    same = later(2)
    assert (read, same.moment_ms) == ([], begin + 2 * 60_000)
    assert same.figures == first.figures
    with filled.database.begin() as connection:
        connection.execute(update(tables.events).values(recorded=begin + 2 * 60_000))
    assert later(4).figures == first.figures
    assert read == [begin + 4 * 60_000], "all of it was recorded since"
    later(4 + reviews.AGAIN_MS // 60_000)
    assert len(read) == 2, "once a day whatever came"


def test_freezing_again_supersedes_and_leaves_the_first(
    filled: Services, tell: Callable[..., None], more: Any
) -> None:
    first = frozen(filled)
    with pytest.raises(reviews.CannotFreeze, match=first.code):
        frozen(filled)
    with pytest.raises(reviews.CannotFreeze, match="same figures"):
        reviews.freeze(filled, QUARTER, "指挥中心", again=True, settle_s=0)
    tell(*more("2026-08-07", TOWN, 5, 5, "late"))
    second = reviews.freeze(filled, QUARTER, "指挥中心", again=True, settle_s=0)
    assert (second.supersedes, second.hash != first.hash) == (first.code, True)
    with filled.database.connect() as connection:
        assert [(one.code, one.superseded_by) for one in freezes.of(connection, "2026Q3")] == [
            (second.code, ""),
            (first.code, second.code),
        ]
    assert reviews.verify(filled, first.code).is_reproduced
    old = reviews.by_code(filled, first.code)
    assert (
        old.freeze and old.freeze.superseded_by,
        freezes.hash_of(review_values.content(old)),
    ) == (second.code, first.hash)


def test_a_frozen_review_has_the_remarks_known_at_its_moment(filled: Services) -> None:
    office = Principal("account", "审计局", roles.of_account(["host"], ()))

    def told(text: str, **more: str) -> str:
        asked = {
            "kpi": "incidents.closure_rate",
            "kind": "other",
            "day": "2026-08-06",
            "text": text,
        } | more
        return remark_service.add(filled, asked, office).id

    gone, stays = told("撤回前的话"), told("某镇的活动", area=TOWN)
    told("很久以前", day="2026-01-01")
    made = frozen(filled)
    told("冻结以后")
    remark_service.withdraw(filled, gone, office)
    found = reviews.of(filled, QUARTER)
    assert [(one.id, one.text) for one in found.remarks] == [(gone, ""), (stays, "某镇的活动")]
    assert reviews.by_code(filled, made.code).remarks == found.remarks
    assert [one.text for one in reviews.of(filled, QUARTER.next).remarks] == [
        "某镇的活动",
        "冻结以后",
    ], "as it stands"


@pytest.mark.parametrize(
    "table", [review_tables.freezes, review_tables.commitments], ids=lambda t: t.name
)
def test_nothing_is_deleted_or_changed(table: Any, filled: Services) -> None:
    frozen(filled)
    reviews.commit(filled, reviews.commitments.draft(GIVEN, filled.profile), "宜城街道")
    for statement in (delete(table), update(table).values(by="x")):
        with (
            pytest.raises((IntegrityError, SQLAlchemyError), match="stay"),
            filled.database.begin() as connection,
        ):
            connection.execute(statement)


# Forms


@pytest.fixture
def web(door: Any, filled: Services) -> FlaskClient:
    app: flask.Flask = door.app(is_open=False)
    callbacks.review.register(app, form_handlers.FormHandlers(filled))
    return app.test_client()


@pytest.fixture
def post(door: Any, web: FlaskClient) -> Post:
    """A form of the host of the review, or of somebody else."""

    def post(path: str, form: dict[str, str], role: str = "host", csrf: str | None = None) -> Any:
        door.sign_in(web, role, role, towns=[TOWN])
        own = door.csrf(web)
        return web.post(
            path,
            data=form | {"csrf": own if csrf is None else csrf},
            headers={"Accept": "application/json"},
        )

    return post


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The history has all that was told; nothing has to settle."""
    monkeypatch.setattr(reviews, "SETTLE_S", 0.0)


def test_the_button_freezes_for_the_host_alone(post: Post, filled: Services) -> None:
    for other in ("viewer", "town_duty", "city_duty", "analyst", "admin", "auditor"):
        assert post("/review/freeze", {"quarter": "2026Q3"}, other).status_code == 403
    assert post("/review/freeze", {"quarter": "2026Q3"}, csrf="x").status_code == 403
    assert reviews.of(filled, QUARTER).freeze is None
    assert post("/review/freeze", {"quarter": "2026Q3"}).status_code == 204
    assert reviews.of(filled, QUARTER).freeze
    assert post("/review/freeze", {"quarter": "2026Q3"}).status_code == 409
    assert post("/review/freeze", {"quarter": "x"}).status_code == 409


def test_a_commitment_is_made_shown_and_judged(
    post: Post, filled: Services, tell: Callable[..., None], more: Any
) -> None:
    assert post("/review/commitments", GIVEN, "town_duty").status_code == 403
    assert post("/review/commitments", GIVEN).status_code == 204
    one = reviews.of(filled, QUARTER).commitments[0]
    assert (one.town, one.target, one.outcome, one.start.n, one.start.of) == (
        TOWN,
        0.985,
        "pending",
        27,
        30,
    )
    tell(*more("2026-11-02", TOWN, 400, 399, "next"))
    forget(filled)
    assert reviews.of(filled, QUARTER).commitments[0].outcome == "pending"
    judged = reviews._commitments(filled, Quarter(2026, 4), reviews.live(filled, Quarter(2026, 4)))[
        0
    ]
    assert (judged.outcome, judged.judged_on, judged.reading and judged.reading.of) == (
        "met",
        "2026Q4",
        400,
    )
    assert judged.change is not None
    assert judged.change.is_distinct


@pytest.mark.parametrize(
    "wrong",
    [
        {"kpi": "incidents.reported"},
        {"town": CITY},
        {"due": "2026-08-01"},
        {"target": "101"},
        {"target": "x"},
        {"quarter": "x"},
    ],
    ids=str,
)
def test_a_wrong_commitment_names_its_field(
    wrong: dict[str, str], post: Post, filled: Services
) -> None:
    answer = post("/review/commitments", GIVEN | wrong)
    assert (answer.status_code, answer.json["field"]) == (422, next(iter(wrong)))
    assert reviews.of(filled, QUARTER).commitments == ()


# The command and the page


def test_the_command_freezes_verifies_and_lists(filled: Services, redis_server: str) -> None:
    where = ["--data", str(filled.settings.data), "--redis", redis_server]

    def run(*args: str) -> Any:
        return CliRunner().invoke(cli.main, ["freeze", *args, *where])

    made = run("2026Q3", "--by", "指挥中心")
    assert made.exit_code == 0, made.output
    code = made.stdout.split()[0]
    assert run("--verify", code).exit_code == 0
    assert code in run("2026Q3", "--list").stdout
    assert run("2026Q3", "--by", "指挥中心").exit_code == 1
    assert run("--verify", "2026Q3-00000").exit_code == 1
    for wrong in (("2026Q9", "--by", "x"), ("2026Q3",), ()):
        assert run(*wrong).exit_code == 2


def page(opened: Services, **query: str) -> str:
    one = next(one for one in pages.PAGES if one.name == "review")
    area = query.pop("area", CITY)
    view = View(opened.profile, "zh", area, "quarter", None, 0, "0", "/review", filters=query)
    found = view.__class__(
        **{**vars(view), "page_data": {"review": reviews.of_address(opened, view)}}
    )
    return render.to_html(shell.build(one, found))


def test_the_page_carries_code_and_hash(
    filled: Services, tell: Callable[..., None], more: Any
) -> None:
    assert "未冻结" in page(filled, quarter="2026Q3")
    made = frozen(filled)
    for query in ({}, {"kpi": "incidents.closure_rate", "rank": "1"}, {"area": TOWN}):
        text = page(filled, quarter="2026Q3", **query)
        assert f'data-freeze="{made.code}"' in text
        assert made.hash in text
        assert "冻结之后的修订" not in text
    assert "排序" in page(filled, quarter="2026Q3", kpi="incidents.closure_rate", rank="1")
    tell(*more("2026-08-07", TOWN, 5, 5, "late"))
    forget(filled)
    text = page(filled, quarter="2026Q3")
    assert "冻结后补录 10 件事件" in text
    assert text.index("agenda-topic") < text.index("数据完整性")
    assert f'data-freeze="{made.code}"' in page(filled, code=made.code)


def test_a_freeze_that_is_not_reproduced_says_so(filled: Services) -> None:
    made = frozen(filled)
    assert reviews.of(filled, QUARTER).is_reproduced
    with filled.database.begin() as connection:
        connection.execute(delete(tables.rollups).where(tables.rollups.c.town == TOWN))
    forget(filled)
    assert not reviews.verify(filled, made.code).is_reproduced
    assert "与冻结时的校验不符" in page(filled, quarter="2026Q3")


def test_without_redis_it_is_read_from_the_history(filled: Services, tmp_path: Path) -> None:
    away = services.open_services(Settings(data=filled.settings.data, redis="redis://127.0.0.1:1"))
    found: Review = reviews.of(away, QUARTER)
    assert found.figure("incidents.reported")
    with pytest.raises(reviews.CannotFreeze, match="Redis"):
        reviews.freeze(away, QUARTER, "指挥中心", settle_s=0)
    away.database.dispose()
