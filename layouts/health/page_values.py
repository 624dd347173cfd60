"""The page data of /health as plain values; dashboard/pages/health_data.py gathers it. A part that
could not be read is None, and the page shows that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from feeds.health.completeness import Row, Source


@dataclass(frozen=True)
class Completeness:
    """Who reports. `gaps_since_ms`: how far back gaps were looked for; counts of today are whole if
    that is before midnight.
    """

    rows: tuple[Row, ...]
    sources: tuple[Source, ...]
    gaps_since_ms: int
    midnight_ms: int


class IntakeCounts(NamedTuple):
    """One intake, and what it accepted and rejected."""

    name: str
    accepted_today: int
    rejected_today: int
    accepted: int
    rejected: int


class Reason(NamedTuple):
    """Why an intake rejected events, and how many."""

    intake: str
    code: str
    today: int
    total: int


class Reject(NamedTuple):
    """One rejected event, without any of its values; `source` is empty where it may not be
    repeated.
    """

    at: int
    intake: str
    source: str
    type: str
    field: str
    code: str


@dataclass(frozen=True)
class Rejects:
    """`last` has the newest first."""

    intakes: tuple[IntakeCounts, ...]
    reasons: tuple[Reason, ...]
    last: tuple[Reject, ...]


class Undeclared(NamedTuple):
    """A source whose case numbers are not declared, and patterns that hold those it sent; none for
    those who may not declare it.
    """

    source: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Pipeline:
    """The state of an event's way; None where it can't be read. `partitions`: entries in the log
    and seconds behind, by number.
    """

    redis_error: str | None
    database_error: str | None
    lag_s: float | None
    watermark_age_s: float | None
    engine_age_s: float | None
    redis_used_bytes: int | None
    redis_limit_bytes: int
    watched: int | None
    partitions: Mapping[str, tuple[int, float | None]]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Worker:
    """A web worker; `hub` are the counts of its hub."""

    name: str
    build: str
    at: int
    peak_mb: int
    hub: Mapping[str, int]


@dataclass(frozen=True)
class Screen:
    """An open page by its last heartbeat. `since`, `painted` and `last_seen` are epoch ms by the
    server's clock.
    """

    path: str
    area: str
    lang: str
    width: int
    height: int
    build: str
    since: int
    last_seen: int
    painted: int
    reconnects: int
    resyncs: int
    errors: int
    heap_mb: int | None
    scene: str = ""
    name: str = ""
    left: bool = False
    id: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class HealthPage:
    """Everything, as of one moment. `root` is the audit log's, for whoever may read it, else ""."""

    now_ms: int
    completeness: Completeness | None
    pipeline: Pipeline
    rejects: Rejects | None
    workers: tuple[Worker, ...] | None
    screens: tuple[Screen, ...] | None
    paired: tuple[str, ...] = ()
    root: str = ""
    undeclared: tuple[Undeclared, ...] | None = ()
