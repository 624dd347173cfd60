"""What Prometheus reads of one web worker. Nothing is counted here: every number is read at the
time of the request.

Numbers of this worker alone have the label `worker` with its process number, because a scrape of a
shared port reaches any one of the workers. All other numbers are the same in every worker.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from dashboard.health.vitals import Vitals

Stats = Callable[[], Mapping[str, float]]

HUB_GAUGES = {
    "clients": "Clients connected now",
    "watches": "Topics watched by the clients, together",
    "topics": "Different topics watched by the clients",
    "connected": "1 if the hub hears frames from Redis",
}
HUB_COUNTERS = {
    "losses": "Times that the hub's connection to Redis was lost",
    "frames_in": "Frames from Redis",
    "gaps": "Frames from Redis that came after a hole",
    "sent": "Frames sent to clients",
    "skipped": "Frames not sent because the client was behind",
    "resyncs": "Clients brought up to date after they were behind",
    "replies_frames": "Answers to watch by frames",
    "replies_snapshot": "Answers to watch by a snapshot",
    "replies_none": "Answers to watch where nothing was known",
}


class Board(Collector):
    """The numbers of this worker and of what the board depends on. A number that can't be read now
    is left out; board_ready shows it.
    """

    def __init__(self, build: str, ask: Callable[[], Vitals], hub: Stats) -> None:
        self._build = build
        self._ask = ask
        self._hub = hub
        self._process = ProcessCollector(registry=None)

    def collect(self) -> Iterator[Metric]:
        """Every number as of now."""
        found = self._ask()
        yield from _shared(found)
        own = [
            _gauge("board_build_info", "What runs", {self._build: 1.0}, "build"),
            _gauge("board_ready", "1 if live figures can be served", int(not found.reasons)),
            *_of_hub(self._hub()),
            *self._process.collect(),
        ]
        worker = {"worker": str(os.getpid())}
        for family in own:
            family.samples = [
                sample._replace(labels={**sample.labels, **worker}) for sample in family.samples
            ]
            yield family


def registry(build: str, ask: Callable[[], Vitals], hub: Stats) -> CollectorRegistry:
    """All numbers of one worker; `ask` is called at each scrape."""
    found = CollectorRegistry()
    found.register(Board(build, ask, hub))
    return found


def _shared(found: Vitals) -> Iterator[Metric]:
    """The metrics that are the same in every worker."""
    families = (
        _gauge("board_log_entries", "Entries the log holds", found.log_entries, "partition"),
        _gauge(
            "board_ingest_lag_seconds", "Age of what is not committed yet", found.lag_s, "partition"
        ),
        _gauge(
            "board_watermark_age_seconds",
            "Since the newest commit's events came in",
            found.watermark_age_s,
        ),
        _gauge(
            "board_engine_age_seconds",
            "Since the engine last said that it computes",
            found.engine_age_s,
        ),
        _gauge("board_redis_used_bytes", "Memory Redis uses", found.redis_used_bytes),
        _gauge("board_watched_topics", "Topics somebody watches", found.watched),
        _intakes(found.intakes),
        _rejected(found.rejected),
    )
    return (family for family in families if family.samples)


def _gauge(
    name: str, note: str, found: float | Mapping[str, float] | None, label: str = ""
) -> Metric:
    """One number, or one for each value of a label; without a sample where nothing is known."""
    if isinstance(found, Mapping):
        family = GaugeMetricFamily(name, note, labels=[label])
        for key, value in sorted(found.items()):
            family.add_metric([key], value)
        return family
    return GaugeMetricFamily(name, note, value=found)


def _intakes(intakes: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(
        "board_events", "Events by door and what became of them", labels=["door", "outcome"]
    )
    for name, value in sorted(intakes.items()):
        family.add_metric(name.rsplit(".", 1), value)
    return family


def _rejected(reasons: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily("board_refused", "Refused events by reason", labels=["reason"])
    for reason, value in sorted(reasons.items()):
        family.add_metric([reason], value)
    return family


def _of_hub(stats: Mapping[str, float]) -> Iterator[Metric]:
    for name, note in HUB_GAUGES.items():
        if name in stats:
            yield GaugeMetricFamily(f"board_hub_{name}", note, value=stats[name])
    for name, note in HUB_COUNTERS.items():
        if name in stats:
            yield CounterMetricFamily(f"board_hub_{name}", note, value=stats[name])
