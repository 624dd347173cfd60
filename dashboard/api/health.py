"""/healthz, /readyz and /metrics: whether this worker is alive, whether it can serve live figures,
and its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec
from flask import Response

from dashboard import thread_pool
from dashboard.health import vitals
from dashboard.health.vitals import Vitals
from dashboard.services import Services


def alive(services: Services) -> Response:
    """200 as long as the process answers at all."""
    return _json({"status": "alive", "build": services.settings.build, "reasons": []})


def ready(services: Services) -> Response:
    """200 if live figures can be served, else 503 with every reason."""
    reasons = _vitals(services).reasons
    body = {
        "status": "not ready" if reasons else "ready",
        "build": services.settings.build,
        "reasons": reasons,
    }
    return _json(body, 503 if reasons else 200, {"Retry-After": "5"} if reasons else {})


def metrics(services: Services) -> Response:
    """Prometheus text; what can't be asked now is left out, and board_ready says so."""
    found = _vitals(services)
    lines = [
        *_family(
            "board_build_info", "gauge", "What runs", [({"build": services.settings.build}, 1)]
        ),
        *_family(
            "board_ready",
            "gauge",
            "1 if live figures can be served",
            [({}, int(not found.reasons))],
        ),
        *_family(
            "board_log_entries",
            "gauge",
            "Entries the log holds",
            _by("partition", found.log_entries),
        ),
        *_family(
            "board_ingest_lag_seconds",
            "gauge",
            "Age of what is not committed yet",
            _by("partition", found.lag_s),
        ),
        *_family(
            "board_watermark_age_seconds",
            "gauge",
            "Since the newest commit's events came in",
            _one(found.watermark_age_s),
        ),
        *_family(
            "board_engine_age_seconds",
            "gauge",
            "Since the engine last said that it computes",
            _one(found.engine_age_s),
        ),
        *_family(
            "board_redis_used_bytes", "gauge", "Memory Redis uses", _one(found.redis_used_bytes)
        ),
        *_family("board_watched_topics", "gauge", "Topics somebody watches", _one(found.watched)),
        *_family(
            "board_events_total",
            "counter",
            "Events by door and what became of them",
            _doors(found.doors),
        ),
        *_family(
            "board_refused_total",
            "counter",
            "Refused events by reason",
            _by("reason", found.refused),
        ),
    ]
    for name, value in services.hub().items():
        lines += _family(f"board_hub_{name}", "gauge", "This worker's hub", [({}, value)])
    return Response(
        "\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _vitals(services: Services) -> Vitals:
    """Redis is asked on the loop, whose sockets it uses; the database in a thread."""
    database = thread_pool.run(vitals.of_database, services.database)
    found = vitals.seen(services.redis, services.log, services.profile, database, services.begun_ms)
    return replace(found, hub_is_connected=bool(services.hub().get("connected", 1)))


def _family(
    name: str, kind: str, note: str, samples: Iterable[tuple[Mapping[str, str], float]]
) -> list[str]:
    lines = [f"{name}{_labels(labels)} {value:.15g}" for labels, value in samples]
    return [f"# HELP {name} {note}", f"# TYPE {name} {kind}", *lines] if lines else []


def _labels(labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _one(value: float | None) -> list[tuple[Mapping[str, str], float]]:
    return [] if value is None else [({}, value)]


def _by(label: str, values: Mapping[str, float]) -> list[tuple[Mapping[str, str], float]]:
    return [({label: key}, value) for key, value in sorted(values.items())]


def _doors(doors: Mapping[str, float]) -> list[tuple[Mapping[str, str], float]]:
    return [
        (dict(zip(("door", "outcome"), name.rsplit(".", 1), strict=True)), n)
        for name, n in sorted(doors.items())
    ]


def _json(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, content_type="application/json")
