"""The commands that send events: publish, replay, simulate. They wait while the log is unavailable,
and send nothing twice.
"""

from __future__ import annotations

import itertools
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from dashboard import services
from dashboard.cli import options, replay_times
from dashboard.cli.options import Progress
from dashboard.cli.replay_times import Line
from dashboard.host import data_folder, embedded_redis
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds.city.profile import ProfileError
from feeds.city.words import Text
from feeds.events.intake import Intake, Receipt
from feeds.events.log import LogUnavailable

if TYPE_CHECKING:
    from feeds.demo import run

FAILURES = (embedded_redis.RedisFailed, data_folder.Held, ProfileError, OSError)
BATCH = 500
SHOWN = 20
PACE = {"simulate_rate": "rate", "simulate_seed": "seed"}
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0


@contextmanager
def opened(loaded: Loaded, command: str) -> Iterator[Services]:
    """The services of the folder's board with a Redis that answers: the running one, or one for the
    length of the command. Raises CannotStart where the folder has no board, or another city's.
    """
    from dashboard.processes import start_checks  # here: it loads what other commands don't need

    start_checks.check_board(loaded.settings)
    with embedded_redis.opened(loaded.settings, command) as address:
        found = services.open_services(loaded.settings, address)
        start_checks.check_city(found.settings, found.profile)
        yield found


def patient(intake: Intake, items: list[bytes]) -> Receipt:
    """Takes a batch, as often as it takes: the log being away loses nothing."""
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return intake.take(items)
        except LogUnavailable as error:
            options.say(log_away(wait_s, f"{error}"), err=True)
            time.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def log_away(wait_s: float, why: str = "") -> Text:
    """What is said while the log does not answer."""
    zh, en = (f"（{why}）", f" ({why})") if why else ("", "")
    return Text(
        f"日志没有应答{zh}；{wait_s:.1f} 秒后再试",
        f"the log is away{en}; trying again in {wait_s:.1f} s",
    )


class Tally:
    """What became of the lines so far; the first refused ones are shown."""

    def __init__(self) -> None:
        self.lines = self.accepted = self.duplicates = self.rejected = 0

    def add(self, sent: Sequence[Line], receipt: Receipt) -> None:
        """Counts a batch in."""
        for one in receipt.rejected[: max(0, SHOWN - self.rejected)]:
            number = sent[one.index].number
            said = Text(f"第 {number} 行：{one.reason}", f"line {number}: {one.reason}")
            options.say(said, err=True)
        self.lines += len(sent)
        self.accepted += receipt.accepted
        self.duplicates += receipt.duplicates
        self.rejected += len(receipt.rejected)

    @property
    def said(self) -> Text:
        return Text(
            f"接收 {self.accepted:,} 件（其中 {self.duplicates:,} 件此前已有），"
            f"拒收 {self.rejected:,} 件",
            f"{self.accepted:,} accepted ({self.duplicates:,} "
            f"known already), {self.rejected:,} refused",
        )


@click.command("publish")
@click.argument("file", type=click.File("rb"))
@options.configured(*options.COMMON, "partitions")
@options.failing_on(*FAILURES)
def publish_command(loaded: Loaded, file: BinaryIO) -> None:
    """Send the events of an NDJSON FILE (`-`: standard input), one a line.

    What was sent before counts once. Exit code 1 where every line was refused.
    """
    with opened(loaded, "publish") as found:
        intake = found.intake("publish", checks_history=True, lang=options.lang())
        _send(intake, _batches(file), options.Progress())


@click.command("replay")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    help="How many times faster than it happened. [default: 1]",
)
@click.option(
    "--now",
    "is_now",
    is_flag=True,
    help="Move the events to now, each a new one; else they keep time and identity.",
)
@options.configured(*options.COMMON, "partitions")
@options.failing_on(*FAILURES, replay_times.NotReplayable)
def replay_command(loaded: Loaded, file: BinaryIO, speed: float, is_now: bool) -> None:
    """Send an NDJSON FILE's events with the spacing they happened in."""
    with opened(loaded, "replay") as found:
        start_ms = time.time_ns() // 1_000_000 if is_now else None
        planned = replay_times.plan(file, speed, start_ms=start_ms)
        intake = found.intake("replay", checks_history=True, lang=options.lang())
        _send(intake, _due(planned), options.Progress(len(planned)))


@click.command("simulate")
@options.configured(
    *options.COMMON,
    "partitions",
    "simulate_rate",
    "simulate_seed",
    renamed={"simulate_rate": "rate", "simulate_seed": "seed"},
    is_start=True,
)
@options.started
@options.failing_on(*FAILURES)
def simulate_command(loaded: Loaded, is_checked: bool) -> None:
    """Make the demo city: two years back where that is missing, then live until stopped."""
    from dashboard.processes import start_checks
    from feeds.demo import run as feeding  # loads numpy, which the other commands don't need

    if not is_checked:
        start_checks.check(loaded.settings)

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    progress, chosen = Progress(), loaded.settings
    with start_checks.lasting(chosen), opened(loaded, "simulate") as found:
        sent = feeding.feed(
            found.intake("demo", checks_recent=False),
            found.profile,
            chosen.simulate_seed,
            chosen.simulate_rate or None,
            stop=stop,
            position=feeding.Position(found.redis),
            on_progress=lambda at: progress.show(at.sent, _made(at)),
        )
    progress.end()
    closing = Text(
        f"演示数据：{progress.took_s:.0f} 秒发送 {sent.accepted:,} 件事件，"
        f"拒收 {sent.rejected:,} 件",
        f"demo: {sent.accepted:,} events sent in "
        f"{progress.took_s:.0f} s, {sent.rejected:,} refused",
    )
    options.say(closing, err=True)


def _made(at: run.Progress) -> Text:
    phase = Text("补历史", "backfill") if at.phase == "backfill" else Text("实时", "live")
    return Text(f"{phase.zh}：{at.sent:,} 件事件", f"{phase.en}: {at.sent:,} events")


def _send(intake: Intake, batches: Iterable[Sequence[Line]], progress: Progress) -> None:
    tally = Tally()
    try:
        for lines in batches:
            tally.add(lines, patient(intake, [line.raw for line in lines]))
            progress.show(tally.lines, tally.said)
    except KeyboardInterrupt:
        progress.end()
        stopped = Text(
            f"在第 {tally.lines:,} 行后停止：{tally.said.zh}；再发一次此文件即可接着发送",
            f"stopped after {tally.lines:,} lines: {tally.said.en}; send the file again to go on",
        )
        raise options.interrupted(stopped) from None
    progress.end()
    closing = Text(
        f"{progress.took_s:.1f} 秒发送 {tally.lines:,} 件事件：{tally.said.zh}",
        f"{tally.lines:,} events in {progress.took_s:.1f} s: {tally.said.en}",
    )
    options.say(closing)
    if tally.rejected and not tally.accepted:
        sys.exit(1)


def _batches(file: BinaryIO) -> Iterator[list[Line]]:
    lines = (Line(number, raw) for number, raw in enumerate(file, 1) if raw.strip())
    while batch := list(itertools.islice(lines, BATCH)):
        yield batch


def _due(planned: Sequence[tuple[float, Line]]) -> Iterator[list[Line]]:
    """What is due, when it is due; what is late already goes together."""
    begun, position = time.monotonic(), 0
    while position < len(planned):
        time.sleep(max(0.0, begun + planned[position][0] - time.monotonic()))
        now_s, first = time.monotonic() - begun, position
        while position < min(len(planned), first + BATCH) and planned[position][0] <= now_s:
            position += 1
        if position > first:
            yield [line for _, line in planned[first:position]]
