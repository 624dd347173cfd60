"""/healthz, /readyz and /metrics: whether this worker is alive, whether it can serve live figures,
and its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import flask
from flask import Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import CollectorRegistry

from dashboard import thread_pool
from dashboard.access import language
from dashboard.api import answers, problems, table_answers
from dashboard.health import metrics as numbers
from dashboard.health import vitals
from dashboard.health.vitals import Vitals
from dashboard.host import data_folder
from dashboard.services import Services

METRICS = "board.metrics"  # in the application's extensions


def alive(services: Services) -> Response:
    """200 as long as the process answers at all."""
    return table_answers.json_of(_health(services, "alive"))


def ready(services: Services) -> Response:
    """200 if live figures can be served, else 503 with every reason."""
    reasons = _vitals(services).reasons
    if not reasons:
        return table_answers.json_of(_health(services, "ready"))
    lang = language.of_answer(services.settings.lang)
    said = [one.of(lang) for one in reasons]
    answer = table_answers.json_of(_health(services, "not ready", said), 503)
    answer.headers["Retry-After"] = str(problems.RETRY_S)
    return language.marked(answer, lang)


def _health(
    services: Services,
    status: Literal["alive", "ready", "not ready"],
    reasons: Sequence[str] = (),
) -> answers.Health:
    chosen = services.settings
    return answers.Health(status, chosen.build, list(reasons), data_folder.mark(chosen.data))


def metrics(_services: Services) -> Response:
    """This worker's numbers, as Prometheus reads them."""
    text = generate_latest(flask.current_app.extensions[METRICS])
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def registry(services: Services) -> CollectorRegistry:
    """The registry of a worker's metrics, made once a worker and kept in its application."""
    return numbers.registry(services.settings.build, lambda: _vitals(services), services.hub)


def _vitals(services: Services) -> Vitals:
    """Redis is asked on the loop, whose sockets it uses; the database in a thread."""
    database = thread_pool.run(vitals.of_database, services.database)
    found = vitals.seen(
        services.redis,
        services.log,
        services.profile,
        database,
        services.begun_ms,
        services.outages.open,
    )
    return replace(found, hub_is_connected=bool(services.hub().get("connected", 1)))
