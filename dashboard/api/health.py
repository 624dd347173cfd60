"""/healthz, /readyz and /metrics: whether this worker is alive, whether it can serve live figures,
and its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import flask
from flask import Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import CollectorRegistry

from dashboard.access import language
from dashboard.api import answers, problems, table_answers
from dashboard.health import metrics as numbers
from dashboard.host import data_folder
from dashboard.pages import health_data
from dashboard.services import Services

METRICS = "board.metrics"  # in the application's extensions


def alive(services: Services) -> Response:
    """200 as long as the process answers at all."""
    return table_answers.json_of(_health(services, "alive"))


def ready(services: Services) -> Response:
    """200 if live figures can be served, else 503 with every reason."""
    reasons = health_data.seen(services).reasons
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
    return numbers.registry(
        services.settings.build, lambda: health_data.seen(services), services.hub
    )
