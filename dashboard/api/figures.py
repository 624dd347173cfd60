"""GET kpis and series: current values from the engine's snapshot, values of a past moment and by
day from the history.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import flask
import msgspec
import redis
from flask import Response
from msgspec import structs
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.api import answers, asking, problems, table_answers
from dashboard.api.problems import Problem
from dashboard.live import snapshots
from dashboard.services import Services
from feeds import kpis as declared
from feeds.city import periods
from feeds.city.words import Text
from feeds.figures import series as series_reader
from feeds.figures.series import Point
from feeds.figures.windows import DateRange, Step

TURN_S = 20.0


def kpis(services: Services) -> Response:
    """Every KPI of an area and period: now, or with `at` as of that moment (and `known`: as was
    known then).
    """
    area = asking.area(services)
    period = asking.period()
    at_ms = asking.moment("at")
    known_ms = asking.moment("known")
    if at_ms is not None:
        return _json(_past(services, area, period, at_ms, known_ms))
    if known_ms is not None:
        said = Text(
            "known 须与 at 同用：到一个时刻为止所知的、另一个时刻之前发生的事",
            "known goes with at: what was known at one moment of what had happened by another",
        )
        raise Problem(400, said, parameter="known")
    snapshot = _snapshot(services, f"{area}/{period}")
    answer = answers.from_snapshot(snapshot, services.profile, asking.now_ms())
    return _tagged(_json(answer), answer)


def series(services: Services) -> Response:
    """One KPI of an area by day, week or month; CSV where the client prefers it."""
    kpi = asking.kpi()
    area = asking.area(services)
    step = asking.step()
    first, last = _days(services)
    try:
        points = thread_pool.run(_points, services, kpi, area, first, last, step)
    except SQLAlchemyError as error:
        raise problems.away("history", problems.NO_HISTORY) from error
    answer = answers.Series(
        kpi=kpi,
        area=area,
        first=first,
        last=last,
        step=step,
        points=[answers.Point(*point, declared.CATALOGUE[kpi].defined_since) for point in points],
    )
    response = table_answers.of_rows(answer, answers.Point.__struct_fields__, answer.points)
    response.headers["Vary"] = "Accept"
    return response


def _snapshot(services: Services, topic: str) -> dict[str, Any]:
    try:
        raw = snapshots.newest(services.redis, topic)
    except (redis.RedisError, OSError) as error:
        said = Text(
            "Redis 没有应答，恢复后即可再查",
            "Redis does not answer; the figures come back with it",
        )
        raise problems.away("redis", said) from error
    if raw is None:
        said = Text(
            f"引擎 {snapshots.PATIENCE_S:.0f} 秒内没有给出 {topic} 的数字；`board run` 在运行吗？",
            f"the engine gave no figures of {topic} within "
            f"{snapshots.PATIENCE_S:.0f} s; is `board run` up?",
        )
        raise problems.away("engine", said)
    found: dict[str, Any] = msgspec.json.decode(raw)
    return found


def _past(
    services: Services, area: str, period: periods.Period, at_ms: int, known_ms: int | None
) -> answers.Kpis:
    """From the history, as of a moment. Few at once: each takes part of a second of a core."""
    if not services.reading_past.acquire(timeout=TURN_S):
        said = Text(
            "正在读取别的历史时刻，请稍后再来",
            "this worker reads other past moments now; come again",
        )
        raise problems.away("history", said)
    try:
        return thread_pool.run(_as_of, services, area, period, at_ms, known_ms)
    except SQLAlchemyError as error:
        raise problems.away("history", problems.NO_HISTORY) from error
    finally:
        services.reading_past.release()


def _as_of(
    services: Services, area: str, period: periods.Period, at_ms: int, known_ms: int | None
) -> answers.Kpis:
    return answers.as_of(services.database, services.profile, area, period, at_ms, known_ms)


def _days(services: Services) -> tuple[date, date]:
    today = periods.day_of(asking.now_ms(), services.profile.tz)
    last = asking.day(services, "to", today)
    first = asking.day(services, "from", max(asking.OLDEST, last - timedelta(29)))
    asking.days_apart(first, last)
    return first, last


def _points(
    services: Services, kpi: str, area: str, first: date, last: date, step: Step
) -> list[Point]:
    with services.database.connect() as connection:
        days, now_ms = DateRange(first, last + timedelta(1)), asking.now_ms()
        return series_reader.series(connection, services.profile, kpi, area, days, step, now_ms)


def _json(answer: answers.Kpis) -> Response:
    response = table_answers.json_of(answer)
    response.headers["Vary"] = "Accept"
    return response


def _tagged(response: Response, answer: answers.Kpis) -> Response:
    """An answer with an ETag of everything in it except ages: states change with time without a
    frame, owners and targets with the profile.
    """
    ageless = [structs.replace(row, age_s=None) for row in answer.kpis]
    said = structs.replace(answer, kpis=ageless)
    response.set_etag(hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:24], weak=True)
    response.cache_control.no_cache = True
    response.make_conditional(flask.request)
    return response
