"""What a process works with, opened from its settings: profile, Redis, log, database. Nothing
connects before its first use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard import city, history
from dashboard.access import tokens
from dashboard.access.last_use import LastUse
from dashboard.access.reading import Run, directly
from dashboard.access.sessions import Sessions
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import Trail
from dashboard.host import embedded_redis
from dashboard.settings import Settings
from dashboard.ttl_cache import TtlCache
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.events import decoding, intake
from feeds.events.declared_sources import FILE, Declared
from feeds.events.event import Event
from feeds.events.intake import Beyond, Intake
from feeds.events.log import Log
from feeds.history import event_store, storage
from feeds.live import outages
from feeds.live.outages import Outages

Stats = Callable[[], Mapping[str, float]]
Keys = set[tuple[str, str, str]]
Aside = Callable[[Callable[[Sequence[Event]], Keys], Sequence[Event]], Keys]

ANSWER_S = 5.0  # how long Redis may take to answer


@dataclass(frozen=True)
class Services:
    """What the API and the commands need.

    `redis` answers bytes; `tokens` and `sessions` are who may come in, `last_use` notes when they
    were used; `hub` returns the counts of this worker's clients and frames; `trail` writes the
    audit log; `declared` are the declared sources; `outages` what this
    process can't use now; `reading_past` limits how many read
    past moments at once, because each takes a core; `begun_ms` is when the services were opened;
    `cache` holds answers of this worker.
    """

    settings: Settings
    profile: Profile
    redis: redis.Redis
    log: Log
    database: Engine
    tokens: Tokens
    sessions: Sessions
    last_use: LastUse
    hub: Stats
    trail: Trail
    declared: Declared
    outages: Outages
    reading_past: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))
    begun_ms: int = field(default_factory=decoding.now_ms)
    cache: TtlCache = field(default_factory=TtlCache)

    def intake(
        self,
        name: str,
        *,
        checks_history: bool = False,
        checks_recent: bool = True,
        aside: Aside | None = None,
        lang: Lang | None = None,
        beyond: Beyond | None = None,
    ) -> Intake:
        """An intake for one way in, counted under its name.

        With `checks_history` a receipt reports repeats of any age, which are looked up in the
        database through `aside` (a thread). Without `checks_recent` it does not even report those
        of the last minutes. An event that comes twice is counted once in any case. Reasons are in
        `lang`, else in the board's language. `beyond` as in Intake.
        """

        def known(events: Sequence[Event]) -> Keys:
            return aside(self._held, events) if aside else self._held(events)

        own: Lang = "zh" if self.settings.lang == "zh" else "en"
        asks = known if checks_history else None
        return intake.Intake(
            self.log,
            decoding.Decoder(areas=self.profile.town_of_area, declared=self.declared),
            name=name,
            known=asks,
            checks_recent=checks_recent,
            lang=lang or own,
            zone=self.profile.tz,
            beyond=beyond or (lambda _: ""),
        )

    def _held(self, events: Sequence[Event]) -> Keys:
        keys = [(self.profile.town_of(e.area), e.source, e.id) for e in events]
        try:
            with self.database.connect() as connection:
                held = event_store.known(connection, keys)
        except SQLAlchemyError:
            return (
                set()
            )  # a receipt that knows fewer repeats is better than none: ingest counts each once
        return {
            (e.source, e.id, e.area) for e, key in zip(events, keys, strict=True) if key in held
        }


def open_services(
    settings: Settings,
    redis_url: str = "",
    hub: Stats = dict,
    answer_s: float = ANSWER_S,
    run: Run = directly,
) -> Services:
    """`answer_s` as in connect; `run` is how the database is waited for where a request asks for
    tokens and sessions. Raises ProfileError, SourcesError, or a database error where its file or
    server can't be reached.
    """
    profile = city.load(settings.profile)
    declared = Declared(settings.data / FILE)
    declared.load()
    database = history.open_database(settings.database_url)
    tokens.take_over(settings.data, database)
    client = connect(redis_url or address(settings), answer_s)
    events = Log(client, profile, settings.partitions)
    return Services(
        settings,
        profile,
        client,
        events,
        database,
        Tokens(database, run),
        Sessions(database, settings.lasting, run),
        LastUse(database, run),
        hub,
        Trail(database),
        declared,
        _outages(client, database, run),
    )


def _outages(client: redis.Redis, database: Engine, run: Run) -> Outages:
    """With what fails while Redis or the database takes nothing in."""
    return Outages(
        {
            outages.REDIS: lambda: outages.check_writable(client),
            outages.DATABASE: lambda: run(storage.check_writable, database),
        }
    )


def connect(redis_url: str, answer_s: float = ANSWER_S) -> redis.Redis:
    """A client that raises at once while Redis is unavailable, after one new connection in place of
    a broken one; and that asks a Redis that does not answer within `answer_s` only once.
    """
    once = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return redis.Redis.from_url(
        redis_url, socket_connect_timeout=2, socket_timeout=answer_s, retry=once
    )


def address(settings: Settings) -> str:
    """The Redis to use: the configured one, else the data folder's own."""
    return settings.redis or embedded_redis.url(settings.data)
