"""POST /api/v1/events: one event, a batch or NDJSON, accepted item by item. feeds/events/intake.py
decides what is accepted.
"""

from __future__ import annotations

from collections.abc import Sequence

import flask
import gevent
import msgspec
from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import thread_pool
from dashboard.api import holding, problems
from dashboard.api.problems import Problem
from dashboard.services import Services
from feeds.events.intake import Intake, Receipt, Rejected
from feeds.events.log import LogUnavailable

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"
JSON = "application/json"
CHUNK = 250  # events between two looks at the other greenlets: some 10 ms

_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ITEM = msgspec.json.Decoder(msgspec.Raw)


def post(services: Services) -> Response:
    """202 where at least one was accepted (or none was sent), 422 where every one was refused."""
    holding.holder(services, "ingest")
    items = split(flask.request.mimetype, _body(services.settings.max_body_bytes))
    try:
        receipt = _take(services.intake("http", checks_history=True, aside=thread_pool.run), items)
    except LogUnavailable as error:
        detail = (
            "the events could not be written down now; nothing "
            "is lost if you send the same request again"
        )
        raise problems.away("log", detail) from error
    status = 422 if receipt.rejected and not receipt.accepted else 202
    return Response(msgspec.json.encode(receipt), status, content_type="application/json")


def split(media_type: str, body: bytes) -> Sequence[bytes]:
    """The items of a body, each still JSON. Raises Problem: 400 where the body is broken, 415 for
    another media type.
    """
    if media_type == NDJSON:
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        if media_type == BATCH or (media_type == JSON and body.lstrip()[:1] == b"["):
            return [bytes(item) for item in _ITEMS.decode(body)]
        if media_type in (ONE, JSON):
            return [bytes(_ITEM.decode(body))]
    except msgspec.DecodeError as error:
        raise Problem(400, f"the body can't be read: {error}") from error
    taken = ", ".join((ONE, BATCH, NDJSON, JSON))
    raise Problem(415, f"Content-Type must be one of {taken}", {"Accept-Post": taken})


def _take(intake: Intake, items: Sequence[bytes]) -> Receipt:
    """In chunks, so that a large batch doesn't hold up the frames of this worker's viewers."""
    accepted = 0
    duplicates = 0
    rejected = list[Rejected]()
    for start in range(0, len(items), CHUNK):
        part = intake.take(items[start : start + CHUNK])
        accepted += part.accepted
        duplicates += part.duplicates
        rejected += [msgspec.structs.replace(one, index=one.index + start) for one in part.rejected]
        gevent.sleep(0)
    return Receipt(accepted, duplicates, rejected)


def _body(limit: int) -> bytes:
    flask.request.max_content_length = limit
    try:
        body = flask.request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise Problem(
            413,
            f"a body may have {limit} bytes (the setting max_body_mb);"
            " send the events in several requests",
        ) from error
    if not body.strip():
        raise Problem(400, "the body is empty; send at least one event")
    return body
