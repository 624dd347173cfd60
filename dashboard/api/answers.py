"""What the API answers: every type here is encoded as it is, and described by openapi.json.

It also builds the values of an area in a period, for the API and for `board kpis`: from a topic's
snapshot, or from the history as of a past moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast

from msgspec import UNSET, Struct, UnsetType, field
from sqlalchemy import Engine

from feeds import kpis
from feeds.alerts.alert_rules import Severity
from feeds.alerts.lifecycle import State as AlertState
from feeds.cases.query import Reached
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.city.words import Lang, Text, Words
from feeds.figures import freshness, live_sums, past, topics, verdicts
from feeds.figures.windows import Step
from feeds.history import event_store, storage
from feeds.kpis import Kind as KpiKind
from feeds.kpis import Kpi, Unit, targets
from feeds.kpis.dimensions import By
from feeds.remarks.remarks import Kind
from layouts.parts import verdicts as sentences
from layouts.view import View


class Verdict(Struct, frozen=True):
    """What a figure says: its code, the first day of a signal, and the sentence that pages show."""

    code: verdicts.Code
    since: date | None
    sentence: Words


class Pool(Struct, frozen=True):
    """The last so many days, today among them, with the figure over them."""

    start: date
    end: date
    label: Words
    value: float | None
    numerator: float | None
    denominator: float | None


class Figure(Struct, frozen=True):
    """One KPI: its value with what it was computed from, what it says, whose it is, how fresh it
    is, and how it changed. A change is relative for counts, yuan and durations, a difference for
    shares.

    `window` is the longer one that the verdict's value is of, where the figure's own has too few
    cases; null elsewhere.
    `defined_since` is the first day of its present definition, by which the past is counted too;
    null of one that never changed.
    """

    id: str
    value: float | None
    unit: Unit
    kind: KpiKind
    verdict: Verdict
    window: Pool | None
    numerator: float | None
    denominator: float | None
    target: float | None
    target_origin: Words | None
    owner: Words | None
    state: freshness.State
    at: int | None
    age_s: int | None
    change_year: float | None
    change_period: float | None
    defined_since: date | None


class Kpis(Struct, frozen=True):
    """Every figure of an area and period. `epoch` and `seq` are those of the frame that they were
    read from, null for a past moment.
    """

    area: str
    period: Period
    at: int
    known: int | None
    epoch: str | None
    seq: int | None
    demo: bool
    kpis: list[Figure]


class Point(Struct, frozen=True):
    """One step of a series, named by its first day. `defined_since` as in Figure."""

    day: date
    value: float | None
    numerator: float | None
    denominator: float | None
    defined_since: date | None


class Series(Struct, frozen=True):
    """One figure by day, week or month; `to` is the last day, included."""

    kpi: str
    area: str
    first: date = field(name="from")
    last: date = field(name="to")
    step: Step
    points: list[Point]


class Area(Struct, frozen=True):
    """The city, a town or a grid; `grids` counts those below it."""

    code: str
    name: Words
    kind: str
    parent: str | None
    grids: int


class Areas(Struct, frozen=True):
    """Areas, parents before children."""

    areas: list[Area]


class Cell(Struct, frozen=True):
    """One part of a figure, with a key for each name in `by`. Where `hidden` says why, the numbers
    are null.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    hidden: Literal["<5", "withheld"] | None
    day: str | UnsetType = UNSET
    week: str | UnsetType = UNSET
    month: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    facet: str | UnsetType = UNSET
    outcome: str | UnsetType = UNSET
    town: str | UnsetType = UNSET
    grid: str | UnsetType = UNSET


class Cells(Struct, frozen=True):
    """One figure split. `dimensions` are what it can be split by; `is_guarded` says whether small
    counts were hidden.
    """

    kpi: str
    area: str
    first: date = field(name="from")
    last: date = field(name="to")
    by: list[By]
    where: dict[str, str]
    dimensions: list[By]
    is_guarded: bool
    cells: list[Cell]


class Case(Struct, frozen=True):
    """One case; times are epoch ms, null where that step has not been seen."""

    town: str
    case: str
    category: str
    facet: str
    grid: str
    opened: int | None
    due: int | None
    handled: int | None
    closed: int | None
    outcome: str
    stage: Reached
    is_overdue: bool
    family: str


class Cases(Struct, frozen=True):
    """A page of cases; `total` counts those of all pages, `next` is the path of the next one.
    `is_partial`: of some towns cases are counted and not listed, because the token may not see
    them.
    """

    family: str
    area: str
    state: str
    total: int
    is_partial: bool
    next: str | None
    cases: list[Case]


class Remark(Struct, frozen=True):
    """A remark on a figure, as it stands or as it was withdrawn."""

    id: str
    kpi: str
    area: str
    first: date
    last: date
    kind: Kind
    text: str
    reason: str
    by: str
    at: int
    withdrawn_by: str
    withdrawn_at: int | None


class Remarks(Struct, frozen=True):
    """The remarks on an area's figures between two days."""

    area: str
    first: date = field(name="from")
    last: date = field(name="to")
    remarks: list[Remark]


class Alert(Struct, frozen=True):
    """One alert of a rule in an area; times are epoch ms."""

    id: str
    version: int
    rule: str
    area: str
    severity: Severity
    state: AlertState
    since: int
    began: int
    fired: int
    value: float | None
    bound: float | None
    at: int
    by: str
    silent_since: int | None
    title: Words | None
    kpi: str
    unit: str


class Silence(Struct, frozen=True):
    """No news of a rule's alerts in an area until a time."""

    id: str
    rule: str
    area: str
    until: int
    reason: str
    by: str
    at: int


class Alerts(Struct, frozen=True):
    """What is open, what is silenced, and what was written down lately."""

    area: str
    at: int
    alerts: list[Alert]
    silences: list[Silence]
    history: list[Alert]


class Health(Struct, frozen=True):
    """Whether this worker is alive, or ready, and why it isn't. `folder` tells its data folder from
    others on its machine.
    """

    status: Literal["alive", "ready", "not ready"]
    build: str
    reasons: list[str]
    folder: str


class Problem(Struct, frozen=True):
    """A request that can't be answered (RFC 9457): `detail` says what is wrong and what is allowed;
    the rest names the part of the request, or what is missing for an answer.
    """

    title: str
    status: int
    detail: str
    type: str
    parameter: str | UnsetType = UNSET
    allowed: list[str] | UnsetType = UNSET
    field: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    missing: str | UnsetType = UNSET
    first: int | UnsetType | None = UNSET  # the first moment that can be shown, epoch ms


def from_snapshot(snapshot: Mapping[str, Any], profile: Profile, now_ms: int) -> Kpis:
    """`now_ms` is the moment of asking: ages and states are as of then, not as of the last
    frame.
    """
    area, period = snapshot["topic"].split("/")
    return Kpis(
        area=area,
        period=period,
        at=snapshot["at"],
        known=None,
        epoch=snapshot["epoch"],
        seq=snapshot["seq"],
        demo=snapshot.get("demo", False),
        kpis=_rows(snapshot, profile, now_ms),
    )


def as_of(
    database: Engine,
    profile: Profile,
    area: str,
    period: Period,
    at_ms: int,
    known_ms: int | None = None,
) -> Kpis:
    """As of a past moment (`known_ms`: as was known at another): there is no frame behind it, so no
    epoch and no sequence number. Raises a database error.
    """
    with storage.snapshot(database) as connection:
        state = past.state(connection, profile, area, period, at_ms, known_ms)
        demo = event_store.marks(connection, "demo") == "1"
    return Kpis(
        area=area,
        period=period,
        at=at_ms,
        known=known_ms,
        epoch=None,
        seq=None,
        demo=demo,
        kpis=_rows(state, profile, at_ms),
    )


def _rows(state: Mapping[str, Any], profile: Profile, now_ms: int) -> list[Figure]:
    """Every figure of a topic's state."""
    area, period = state["topic"].split("/")
    langs: tuple[Lang, Lang] = ("zh", "en")
    views = [View(profile, one, area, period, state, now_ms, "", "/api") for one in langs]
    return [_row(kpi, state, views) for kpi in kpis.CATALOGUE.values()]


def _row(kpi: Kpi, state: Mapping[str, Any], views: Sequence[View]) -> Figure:
    zh, en = views
    verdict, at = zh.verdict(kpi.id), zh.kpi_at(kpi.id)
    numerator, denominator = topics.parts_of(state, kpi.id)
    on_year, on_period = zh.change(kpi.id)
    return Figure(
        id=kpi.id,
        value=zh.value(kpi.id),
        unit=kpi.unit,
        kind=kpi.kind,
        verdict=Verdict(
            verdict.code,
            date.fromisoformat(verdict.since) if verdict.since else None,
            Words(sentences.sentence(zh, kpi.id), sentences.sentence(en, kpi.id)),
        ),
        window=_pool(verdict, zh, en),
        numerator=numerator,
        denominator=denominator,
        target=targets.target(zh.profile, kpi.id),
        target_origin=words(targets.origin(zh.profile, kpi.id)),
        owner=words(targets.owner(zh.profile, kpi.id)),
        state=zh.state(kpi.id),
        at=at,
        age_s=None if at is None else max(0, round((zh.now_ms - at) / 1000)),
        change_year=on_year,
        change_period=on_period,
        defined_since=kpi.defined_since,
    )


def _pool(verdict: verdicts.Verdict, zh: View, en: View) -> Pool | None:
    if verdict.window in ("", "cases"):
        return None
    days = live_sums.POOLED[cast(live_sums.Pool, verdict.window)]
    key = f"verdict.window.{verdict.window}"
    return Pool(
        start=live_sums.first_day(days, zh.now_ms, zh.profile.tz),
        end=periods.day_of(zh.now_ms, zh.profile.tz),
        label=Words(zh.text(key), en.text(key)),
        value=verdict.value,
        numerator=verdict.n,
        denominator=verdict.of,
    )


def words(text: Text | None) -> Words | None:
    """A text as it is answered."""
    return Words(text.zh, text.en) if text else None
