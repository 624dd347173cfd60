"""Quarterly reviews for pages, commands and decks: read, frozen, verified. The copy in Redis is
derived and may be deleted at any time.

The values are in feeds/review/review_values.py; feeds/review/review_assembly.py makes them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import gevent
import msgspec
import redis
from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds import kpis
from feeds.audit_log import log_store
from feeds.audit_log.entries import Act, Who
from feeds.city import periods, quarters
from feeds.city.named_periods import NamedPeriod
from feeds.city.quarters import Quarter, RunningQuarter
from feeds.city.words import Text, Worded
from feeds.events import log as logs
from feeds.figures import known_at
from feeds.history import event_store, storage
from feeds.remarks import remark_store, remarks
from feeds.remarks.remarks import Remark
from feeds.review import commitments, earlier, freezes, known_figures, review_tables, review_values
from feeds.review.commitments import Draft
from feeds.review.freezes import Difference, NotFrozen, Terms
from feeds.review.review_values import Changed, Commitment, Earlier, Freeze, Reading, Review
from layouts.review.page_values import ReviewPage
from layouts.view import View

log = logging.getLogger(__name__)
KEPT_S, FRESH_S = 30 * 86_400, 60
AGAIN_MS = 86_400_000  # after which a review is read from the history whatever came
SETTLE_S, PATIENCE_S = 1.0, 15.0
SETTLED_MS = 60_000  # by then what was recorded is in the history
HARDLY = 4  # as many times fewer days with data than the fullest quarter


class Verification(NamedTuple):
    """A freeze, what it fixed (None where that was never kept, or is not what its hash says), what
    the history gives now, and whether its rows are those that the audit log vouches for.
    """

    freeze: Freeze
    kept: bytes | None
    now: bytes
    is_as_recorded: bool

    @property
    def is_reproduced(self) -> bool:
        return self.is_as_recorded and self.kept == self.now

    @property
    def differences(self) -> list[Difference]:
        """The figures that are others now."""
        return freezes.differences(self.kept, self.now) if self.kept else []


class CannotFreeze(Worded):
    """A quarter that can't be frozen; the message says why and what to do."""


class _Since(msgspec.Struct, frozen=True):
    """What has come since a freeze, as of `at_ms`."""

    at_ms: int
    late: int
    changed: tuple[Changed, ...]


class _Live(msgspec.Struct, frozen=True):
    """A review as known at a moment, and when it was last read from the history."""

    at_ms: int
    read_ms: int
    review: Review


def over(services: Services) -> tuple[Quarter, ...]:
    """The quarters that are over and that the history holds, the newest first; without those before
    its sources reported, which have data on hardly any day. Raises a database error.
    """
    first = thread_pool.run(_begun, services)
    today = periods.day_of(_now_ms(), services.profile.tz)
    if first is None:
        return ()
    heard = thread_pool.run(_heard, services)
    there = quarters.over(first, today)
    days = {one: _days_with_data(one, heard) for one in there}
    usual = max(days.values(), default=0)
    return tuple(one for one in there if HARDLY * days[one] >= usual)


def _days_with_data(quarter: Quarter, heard: Collection[str]) -> int:
    days = (quarter.start + timedelta(n) for n in range(quarter.days))
    return sum(day.isoformat() in heard for day in days)


def of(services: Services, quarter: Quarter) -> Review:
    """The review of a quarter: of the freeze in force with what has changed since, else of what is
    known now. Raises a database error.
    """
    return _whole(services, quarter, _in_force(services, quarter))


def of_address(services: Services, view: View) -> ReviewPage:
    """The freeze that a page's address cites, also one that was superseded; else the quarter that
    it names, also the one that runs; else the last one that is over.
    """
    there = over(services)
    begun = running(services)
    names = (
        tuple(one.name for one in there)
        if begun is None
        else (
            begun.name,
            *(one.name for one in there),
        )
    )
    code = view.filters.get("code", "")
    if code:
        try:
            return ReviewPage(by_code(services, code), names)
        except NotFrozen:
            log.info("%s is cited and is no freeze", code)
    asked = view.filters.get("quarter")
    if begun is not None and begun.name == asked:
        return ReviewPage(draft(services, begun), names)
    chosen = next(iter([one for one in there if one.name == asked] or there), None)
    return ReviewPage(of(services, chosen) if chosen else None, names)


def running(services: Services) -> RunningQuarter | None:
    """The quarter that runs, up to the last whole day; None on its first day, or before there is
    any history. Raises a database error.
    """
    today = periods.day_of(_now_ms(), services.profile.tz)
    quarter = quarters.of(today)
    first = thread_pool.run(_begun, services)
    if first is None or first > quarter.start or today == quarter.start:
        return None
    return RunningQuarter(quarter, today)


def draft(services: Services, quarter: RunningQuarter) -> Review:
    """The running quarter as known now, for a rehearsal. Raises a database error."""
    found = live(services, quarter)
    return _whole(services, quarter.quarter, found)


LOADERS: Loaders = {"review": of_address}


def by_code(services: Services, code: str) -> Review:
    """The review that a freeze fixed. Raises NotFrozen, a database error."""
    one, _ = thread_pool.run(_get, services, code)
    return _whole(services, quarters.parse(one.quarter), frozen(services, one))


def frozen(services: Services, one: Freeze) -> Review:
    """A freeze's figures, from the cache or reproduced from the history, with what has changed
    since.
    """
    key = f"board:review:{one.code}:{services.settings.build}"
    body = _held(services, key)
    found = review_values.decode(body) if body else _reproduced(services, one)
    if body is None:
        _hold(services, key, review_values.encode(found), KEPT_S)
    since = _since(services, one, found)
    return replace(
        found,
        freeze=one,
        revision=since.changed,
        late_events=since.late,
        is_reproduced=_verified(services, one, found).is_reproduced,
    )


def live(services: Services, quarter: Quarter | RunningQuarter) -> Review:
    """What is known of a quarter now, at most a minute ago; older than that it is looked at again
    beside the answer. Its days are over: only what comes late changes anything.
    """
    under = freezes.terms(services.profile)
    in_force = freezes.digests(services.profile, under).values()
    parts = (quarter.name, str(quarter.end), *in_force, services.settings.build)
    key = f"board:review:live:{':'.join(parts)}"

    def made(before: _Live | None) -> _Live:
        now_ms = _now_ms()
        if before is not None and _still_holds(services, quarter, before, now_ms):
            return _Live(now_ms, before.read_ms, replace(before.review, moment_ms=now_ms))
        found = thread_pool.run(_read, services, quarter, now_ms, under)
        return _Live(now_ms, now_ms, found)

    found: _Live = _fresh(services, key, _Live, made)
    return found.review


def freeze(
    services: Services,
    quarter: Quarter,
    by: str,
    *,
    again: bool = False,
    settle_s: float = SETTLE_S,
    who: Who | None = None,
) -> Freeze:
    """Freeze a quarter as known now, once the history holds all that was accepted until now.
    `again` supersedes the freeze in force; `who` the audit log names, else `by`. Raises
    CannotFreeze, Superseded, WrongRemark where `by` looks like a person's, a database error.
    """
    remarks.words({"by": by}, "by")
    if quarter not in over(services):
        said = Text(
            f"{quarter.name} 还没有结束，或历史数据没有覆盖整季",
            f"{quarter.name} is not over, or the history begins within it",
        )
        raise CannotFreeze(said)
    in_force = thread_pool.run(_freezes, services, quarter)
    if in_force and not again:
        said = Text(
            f"{quarter.name} 已冻结为 {in_force[0].code}；再冻结（--again）会取代它",
            f"{quarter.name} is frozen as {in_force[0].code}; freezing it again supersedes that",
        )
        raise CannotFreeze(said)
    moment_ms = _now_ms()
    thread_pool.run(_load)
    time.sleep(max(0.0, settle_s - (_now_ms() - moment_ms) / 1000))
    _settled(services)
    under = freezes.terms(services.profile)
    found = thread_pool.run(_read, services, quarter, moment_ms, under)
    content = review_values.content(found)
    digest = freezes.hash_of(content)
    if in_force and in_force[0].hash == digest:
        said = Text(
            f"{quarter.name} 的数值与 {in_force[0].code} 相同，没有可取代的",
            f"{quarter.name} has the same figures as in "
            f"{in_force[0].code}; there is nothing to supersede",
        )
        raise CannotFreeze(said)
    code = freezes.code(quarter.name, moment_ms, digest)
    made = Freeze(
        code,
        quarter.name,
        moment_ms,
        digest,
        services.settings.build,
        by=by,
        supersedes=in_force[0].code if in_force else "",
        **freezes.digests(services.profile, under),
    )
    thread_pool.run(_write, services, made, under, content, who or Who(by))
    _hold(
        services,
        f"board:review:{code}:{services.settings.build}",
        review_values.encode(found),
        KEPT_S,
    )
    return made


def verify(services: Services, code: str) -> Verification:
    """A freeze, its figures reproduced from the history alone, its row compared with the audit log.
    Raises NotFrozen, OtherAreas, a database error.
    """
    one, _ = thread_pool.run(_get, services, code)
    return _verified(services, one, _reproduced(services, one))


def _verified(services: Services, one: Freeze, found: Review) -> Verification:
    kept, is_as_recorded = thread_pool.run(_kept, services, one.code)
    return Verification(one, kept, review_values.content(found), is_as_recorded)


def commit(services: Services, draft: Draft, by: str, who: Who | None = None) -> Commitment:
    """Write a commitment down; `who` the audit log names, else `by`. Raises WrongRemark, a database
    error.
    """
    figure = of(services, draft.made_on).figure(draft.kpi)
    town = figure.of(draft.town) if figure else None
    start = Reading(town.value, town.n, town.of) if town else Reading(None)
    return thread_pool.run(_commit, services, draft, start, by, who or Who(by))


def _since(services: Services, one: Freeze, found: Review) -> _Since:
    quarter = quarters.parse(one.quarter)

    def made(_before: _Since | None) -> _Since:
        counts = thread_pool.run(_late, services, quarter, one.moment_ms)
        changed = _changed(found, _now(services, one), quarter, counts) if counts else ()
        return _Since(_now_ms(), sum(counts.values()), changed)

    changes: _Since = _fresh(
        services, f"board:review:{one.code}:{services.settings.build}:since", _Since, made
    )
    return changes


def _now(services: Services, one: Freeze) -> Review:
    """What is known now of a freeze's quarter, by the definitions of the freeze."""
    quarter = quarters.parse(one.quarter)
    _, under = thread_pool.run(_get, services, one.code)
    if under.edition == kpis.EDITION:
        return live(services, quarter)
    return thread_pool.run(_read, services, quarter, _now_ms(), under)


def _changed(
    found: Review, now: Review, quarter: Quarter, counts: Mapping[tuple[str, str], int]
) -> tuple[Changed, ...]:
    from feeds.review import review_assembly  # pandas

    return review_assembly.changed(found, now, quarter, counts)


def _whole(services: Services, quarter: Quarter, found: Review) -> Review:
    """The review with commitments, and with the remarks known at the freeze's moment, or now where
    there is no freeze.
    """
    at_ms = found.moment_ms if found.freeze else _now_ms()
    known = tuple(remarks.known(thread_pool.run(_remarks, services, quarter), at_ms))
    return replace(
        found,
        commitments=_commitments(services, quarter, found),
        remarks=known,
        earlier=_earlier(services, quarter.previous, found),
    )


def _earlier(services: Services, before: Quarter, found: Review) -> tuple[Earlier, ...]:
    """What became of what was talked about a quarter ago; nothing of a quarter that was frozen with
    other areas.
    """
    if before not in over(services):
        return ()
    from feeds.review import review_assembly  # pandas

    try:
        return earlier.of(_in_force(services, before), found)
    except review_assembly.OtherAreas:
        log.info("%s was frozen with other areas and is not followed up", before.name)
        return ()


def _in_force(services: Services, quarter: Quarter) -> Review:
    """A quarter that is over: its freeze in force, else what is known of it now."""
    made = thread_pool.run(_freezes, services, quarter)
    return frozen(services, made[0]) if made else live(services, quarter)


def _commitments(services: Services, quarter: Quarter, found: Review) -> tuple[Commitment, ...]:
    """Those made up to the meeting on a quarter, judged where their time has come."""
    made, judged = thread_pool.run(_committed, services, quarter), list[Commitment]()
    of_quarter = {quarter: found}
    for one in made:
        due = commitments.due_quarter(one)
        if due > quarter:
            judged.append(one)
            continue
        if due not in of_quarter:
            of_quarter[due] = _in_force(services, due)
        judged.append(_judged(one, of_quarter[due]))
    return tuple(judged)


def _judged(one: Commitment, due: Review) -> Commitment:
    from feeds.review import review_assembly  # pandas

    return review_assembly.judged(one, due)


def _reproduced(services: Services, one: Freeze) -> Review:
    _, under = thread_pool.run(_get, services, one.code)
    return thread_pool.run(_read, services, quarters.parse(one.quarter), one.moment_ms, under)


def _settled(services: Services) -> None:
    """Wait until the history has taken what the log holds now. Raises CannotFreeze."""
    try:
        tips = {p: _tip(services, p) for p in range(services.log.partitions)}
    except redis.RedisError as error:
        said = Text(
            "Redis 没有应答，无法知道还有哪些事件没有入库；请启动看板后再冻结",
            "Redis does not answer, so nobody knows what is still on its way "
            "into the history; start the board and freeze then",
        )
        raise CannotFreeze(said) from error
    until = time.monotonic() + PATIENCE_S
    while any(
        _order(tip) > _order(thread_pool.run(_positions, services).get(p, logs.START))
        for p, tip in tips.items()
    ):
        if time.monotonic() > until:
            waiting = Text(
                "还有事件没有入库；等 `board doctor` 不再显示滞后时再试",
                "events are still on their way into the history; "
                "try again when `board doctor` shows no lag",
            )
            raise CannotFreeze(waiting)
        time.sleep(0.1)


def _tip(services: Services, partition: int) -> str:
    newest: Any = services.redis.xrevrange(logs.stream(partition), count=1)
    return newest[0][0].decode() if newest else logs.START


def _order(position: str) -> tuple[int, ...]:
    return tuple(int(part) for part in position.split("-"))


def _fresh(services: Services, key: str, kind: type[Any], made: Callable[[Any], Any]) -> Any:
    """What is kept under a key; made now where nothing is, and beside the answer where it is over a
    minute old. `made` is given what is kept, or None.
    """
    body = _held(services, key)
    if body is None:
        return _made(services, key, made, None)
    found = msgspec.json.decode(body, type=kind)
    if _now_ms() - found.at_ms > FRESH_S * 1000 and _first(services, f"{key}:making"):
        gevent.spawn(_again, services, key, made, found)
    return found


def _made(services: Services, key: str, made: Callable[[Any], Any], before: Any) -> Any:
    found = made(before)
    _hold(services, key, msgspec.json.encode(found), KEPT_S)
    return found


def _again(services: Services, key: str, made: Callable[[Any], Any], before: Any) -> None:
    try:
        _made(services, key, made, before)
    except SQLAlchemyError:
        log.exception("%s could not be made again", key)


def _first(services: Services, key: str) -> bool:
    """Whether nobody else makes it already."""
    try:
        return bool(services.redis.set(key, b"1", nx=True, ex=FRESH_S))
    except redis.RedisError:
        return False


def _held(services: Services, key: str) -> bytes | None:
    try:
        found = services.redis.get(key)
    except redis.RedisError:
        return None
    return found if isinstance(found, bytes) else None


def _hold(services: Services, key: str, body: bytes, keep_s: int) -> None:
    try:
        services.redis.set(key, body, ex=keep_s)
    except redis.RedisError:
        log.info("%s is not kept for the next reader: Redis does not answer", key)


def _load() -> None:
    """What counts a quarter, in a thread and before it is needed: pandas."""
    from feeds.review import review_assembly  # noqa: F401


def _read(services: Services, quarter: NamedPeriod, moment_ms: int, under: Terms) -> Review:
    from feeds.review import review_assembly  # pandas

    with storage.snapshot(services.database) as connection:
        return review_assembly.read(connection, services.profile, quarter, moment_ms, under)


def _still_holds(
    services: Services, quarter: Quarter | RunningQuarter, before: _Live, now_ms: int
) -> bool:
    if now_ms - before.read_ms >= AGAIN_MS:
        return False
    return not thread_pool.run(_is_anything_late, services, quarter, before.at_ms)


def _is_anything_late(
    services: Services, quarter: Quarter | RunningQuarter, moment_ms: int
) -> bool:
    """Whether anything that happened by the end was recorded since, or shortly before and perhaps
    not yet in the history at that moment.
    """
    end_ms = periods.day_start_ms(quarter.end, services.profile.tz)
    with services.database.connect() as connection:
        return known_at.is_late_more_than(connection, moment_ms - SETTLED_MS, end_ms, 0)


def _late(services: Services, quarter: Quarter, moment_ms: int) -> dict[tuple[str, str], int]:
    end_ms = periods.day_start_ms(quarter.end, services.profile.tz)
    with services.database.connect() as connection:
        return known_at.count_late(connection, moment_ms, end_ms)


def _begun(services: Services) -> Any:
    with services.database.connect() as connection:
        return known_figures.begun(connection, services.profile)


def _heard(services: Services) -> Collection[str]:
    with services.database.connect() as connection:
        return known_figures.days_heard(connection)


def _freezes(services: Services, quarter: Quarter) -> tuple[Freeze, ...]:
    with services.database.connect() as connection:
        return freezes.of(connection, quarter.name)


def _get(services: Services, code: str) -> tuple[Freeze, Terms]:
    with services.database.connect() as connection:
        return freezes.get(connection, code)


def _kept(services: Services, code: str) -> tuple[bytes | None, bool]:
    """What a freeze fixed, and whether its rows are as the audit log has them."""
    rows = (review_tables.freezes, review_tables.freeze_contents)
    with services.database.connect() as connection:
        kept = freezes.content(connection, code)
        if kept is None:
            return None, False
        return kept, all(log_store.is_as_recorded(connection, row_of, code) for row_of in rows)


def _write(services: Services, made: Freeze, under: Terms, content: bytes, who: Who) -> None:
    now_ms, about = _now_ms(), f"{made.quarter} {made.code}"
    rows: tuple[tuple[Act, Table], ...] = (
        ("freeze", review_tables.freezes),
        ("seal", review_tables.freeze_contents),
    )
    with services.database.begin() as connection:
        freezes.add(connection, made, under, content)
        for act, row_of in rows:
            log_store.record(connection, now_ms, who, act, about, row_of, made.code)


def _committed(services: Services, quarter: Quarter) -> tuple[Commitment, ...]:
    with services.database.connect() as connection:
        return commitments.read(connection, quarter)


def _remarks(services: Services, quarter: Quarter) -> list[Remark]:
    last = quarter.end - timedelta(1)
    with services.database.connect() as connection:
        return remark_store.read(
            connection, None, services.profile.areas, quarter.previous.start, last, withdrawn=True
        )


def _commit(services: Services, draft: Draft, start: Reading, by: str, who: Who) -> Commitment:
    with services.database.begin() as connection:
        now_ms = _now_ms()
        made = commitments.add(connection, draft, start, by, now_ms)
        log_store.record(
            connection,
            now_ms,
            who,
            "commitment",
            f"{made.made_on} {made.kpi} {made.town}",
            review_tables.commitments,
            made.id,
        )
    return made


def _positions(services: Services) -> dict[int, str]:
    with services.database.connect() as connection:
        return event_store.positions(connection)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
