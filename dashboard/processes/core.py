"""The process that counts: ingest, engine and the PUBLISH intake, composed from settings. It loads
no web library.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import time
from types import FrameType

import redis
from sqlalchemy import Engine as Database

from dashboard import audit_trail, services
from dashboard.processes import start_checks
from dashboard.services import Services
from dashboard.settings import CannotStart, Settings
from feeds.alerts import alert_watch
from feeds.alerts.alert_strip import AlertStrip
from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.events.decoding import now_ms
from feeds.events.log import Log
from feeds.history import event_store, recounting
from feeds.history.cell_sink import CellSink
from feeds.history.ingest import Ingest
from feeds.history.sinks import Rollups, Sink
from feeds.live import combined_loop, outages, separate_loops, worker_loop
from feeds.live.engine import Engine
from feeds.live.frames import Publisher
from feeds.live.outages import Outage
from feeds.live.publish_intake import PublishIntake
from feeds.live.split_series import SplitSeries
from feeds.notify import deliveries
from feeds.review import brief_sender
from feeds.trends.trend_lines import Trendlines


def main(settings: Settings, is_checked: bool = False) -> None:
    """Run ingest and engine in one process until it is stopped. With `is_checked` the parent has
    looked at everything before. Raises CannotStart, or a database error, at the start.
    """
    combined_loop.calm()
    if not is_checked:
        start_checks.check(settings)
    with_stop = _stop()
    with start_checks.lasting(settings):
        opened = _opened(settings)
        _watch_outages("core", opened, with_stop)
        intake = _start_publish_intake(opened, with_stop)
        _watch(opened, with_stop)
        combined_loop.Core(_ingest(opened), _engine(opened), with_stop).run()
    intake.join(timeout=2)


def ingest(settings: Settings) -> None:
    """Ingest and the PUBLISH intake alone. Raises like `main`."""
    combined_loop.calm()
    start_checks.check(settings)
    with_stop = _stop()
    with start_checks.lasting(settings):
        opened = _opened(settings)
        _watch_outages("ingest", opened, with_stop)
        intake = _start_publish_intake(opened, with_stop)
        separate_loops.run_ingest(_ingest(opened), opened.redis, with_stop)
    intake.join(timeout=2)


def engine(settings: Settings) -> None:
    """The engine alone; ingest runs elsewhere over the same Redis and database."""
    combined_loop.calm()
    start_checks.check(settings)
    with_stop = _stop()
    with start_checks.lasting(settings):
        opened = services.open_services(settings)
        _watch_outages("engine", opened, with_stop)
        _watch(opened, with_stop)
        separate_loops.run_engine(_engine(opened), opened.redis, with_stop)


def _opened(settings: Settings) -> Services:
    """With fewer partitions than the history was filled from, the events that wait in the others
    would never be counted.
    """
    opened = services.open_services(settings)
    with opened.database.connect() as connection:
        used = max(event_store.positions(connection), default=-1) + 1
    if settings.partitions < used:
        said = Text(
            f"这份历史由日志的 {used} 个分区写成，而设置 partitions 为 {settings.partitions}；"
            f"请处处改回 {used}",
            f"this history is filled from {used} partitions of the log, and the setting "
            f"partitions is {settings.partitions}; set it to {used} again, everywhere",
        )
        raise CannotStart(said)
    return opened


def make_sinks(database: Database, profile: Profile) -> tuple[Sink, ...]:
    """Everything that keeps sums of what ingest counts."""
    return (Rollups(database.dialect), CellSink(database.dialect, profile))


def make_ingest(
    log: Log,
    database: Database,
    profile: Profile,
    progress: recounting.Progress = recounting.silent,
) -> Ingest:
    """Ingest with every sink: what one commit counts is in all of them, or in none."""
    sinks = make_sinks(database, profile)
    return Ingest(log, database, profile, sinks, progress=progress)


def make_engine(
    database: Database,
    client: redis.Redis,
    profile: Profile,
    *,
    build: str = "dev",
    frames_per_second: float = 4,
    clock: Callable[[], int] = now_ms,
) -> Engine:
    """The engine with every part that adds to topics."""
    parts = (
        SplitSeries(database, profile),
        Trendlines(database, profile),
        AlertStrip(client, profile.code),
    )
    return Engine(
        database,
        Publisher(client),
        profile,
        parts,
        build=build,
        frames_per_second=frames_per_second,
        clock=clock,
    )


def _ingest(opened: Services) -> Ingest:
    """Ready to go on: what an older build did not count is counted first, before the engine reads
    the history.
    """
    made = make_ingest(opened.log, opened.database, opened.profile, progress=_report_progress)
    made.load_positions()
    return made


def _report_progress(names: str, share: float) -> None:
    print(f"counting {names} in the history: {share:.0%}", file=sys.stderr, flush=True)


def _engine(opened: Services) -> Engine:
    return make_engine(
        opened.database,
        opened.redis,
        opened.profile,
        build=opened.settings.build,
        frames_per_second=opened.settings.frames_per_second,
    )


def _start_publish_intake(opened: Services, stop: threading.Event) -> threading.Thread:
    url = services.address(opened.settings)
    intake = PublishIntake(lambda: services.connect(url), opened.intake("publish"), stop)
    thread = threading.Thread(target=intake.run, name="publish-intake", daemon=True)
    thread.start()
    return thread


def _watch_outages(process: str, opened: Services, stop: threading.Event) -> None:
    """Have the log tell of an outage once, and the web workers know of it."""
    opened.outages.watch_log()

    def tell(found: Sequence[Outage]) -> None:
        outages.share(opened.redis, process, found)

    threading.Thread(
        target=opened.outages.run, args=(tell, stop), name="outages", daemon=True
    ).start()


def _watch(opened: Services, stop: threading.Event) -> None:
    """Start the loop of alerts beside the engine, and the loops that send alerts and briefs to
    webhooks.
    """
    chosen = opened.settings
    watch = alert_watch.Watch(
        opened.database, opened.redis, opened.profile, paired=opened.tokens.walls
    )
    parts: list[tuple[str, Callable[[], object], float]] = [
        ("alerts", watch.turn, alert_watch.TURN_S),
        ("audit log", lambda: _keep_log(opened), audit_trail.KEEP_EVERY_S),
    ]
    if chosen.webhooks:
        parts.append(
            (
                "webhooks",
                deliveries.Sender(opened.database, chosen.webhooks, opened.profile).turn,
                deliveries.TURN_S,
            )
        )
    if chosen.brief_at and any(hook.briefs for hook in chosen.webhooks):
        briefs = brief_sender.Sender(
            opened.database, chosen.webhooks, opened.profile, time.fromisoformat(chosen.brief_at)
        )
        parts.append(("briefs", briefs.turn, brief_sender.TURN_S))
    for name, turn, every_s in parts:
        threading.Thread(
            target=worker_loop.run, args=(name, turn, every_s, stop), name=name, daemon=True
        ).start()


def _keep_log(opened: Services) -> None:
    """Write down what was declared otherwise, and remove entries that are too old."""
    opened.trail.note_declared(opened.profile, opened.declared.forms())
    opened.trail.remove_old(opened.settings.audit_log_days)


def _stop() -> threading.Event:
    """Set by the signals that end a process."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
