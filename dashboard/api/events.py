"""POST /api/v1/events: one event, a batch or NDJSON, accepted item by item. feeds/events/intake.py
decides what is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import flask
import gevent
import msgspec
from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import thread_pool
from dashboard.access import language
from dashboard.api import holding, problems
from dashboard.api.problems import Problem
from dashboard.services import Services
from feeds.accounts.token_store import ALL, Scope
from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.events.event import Event
from feeds.events.intake import Beyond, Intake, Receipt, Rejected
from feeds.events.log import LogUnavailable

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"
JSON = "application/json"
CHUNK = 250  # events between two looks at the other greenlets: some 10 ms

_BYTE = re.compile(r"\(byte (\d+)\)")
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ITEM = msgspec.json.Decoder(msgspec.Raw)
MOST_ITEMS = 100_000  # of one request: some 25 MB of usual events
MOST_LISTED = 1_000  # refusals in an answer; further ones are counted
TOO_DEEP = Text("正文的 JSON 嵌套过深", "the body's JSON is nested too deeply")


def post(services: Services) -> Response:
    """202 where at least one was accepted (or none was sent), 422 where every one was refused."""
    scope = holding.sender(services).scope
    items = split(flask.request.mimetype, _body(services.settings.max_body_bytes))
    lang = language.of_answer(services.settings.lang)
    intake = services.intake(
        "http",
        checks_history=True,
        aside=thread_pool.run,
        lang=lang,
        beyond=_beyond(scope, services.profile),
    )
    try:
        receipt = _take(intake, items)
    except LogUnavailable as error:
        detail = Text(
            "事件此刻写不进日志；把同一请求再发一次，不会丢失",
            "the events could not be written down now; nothing "
            "is lost if you send the same request again",
        )
        raise problems.away("log", detail) from error
    status = 422 if receipt.rejected and not receipt.accepted else 202
    body = msgspec.json.encode(receipt) + b"\n"  # so that a prompt stands on a line of its own
    answer = Response(body, status, content_type="application/json")
    return language.marked(answer, lang)


def _beyond(scope: Scope, profile: Profile) -> Beyond | None:
    """In which field an event goes beyond what its token may send."""
    if scope == ALL:
        return None

    def beyond(event: Event) -> str:
        areas = (event.area, profile.town_of(event.area), profile.code)
        return scope.beyond(event.type, areas, event.source)

    return beyond


def split(media_type: str, body: bytes) -> Sequence[bytes]:
    """The items of a body, each still JSON. Raises Problem: 400 where the body is broken, 413 where
    it has too many items, 415 for another media type.
    """
    if media_type == NDJSON:
        _check_count(body.count(b"\n"))
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        if media_type == BATCH or (media_type == JSON and body.lstrip()[:1] == b"["):
            raws = _ITEMS.decode(body)
            _check_count(len(raws))
            return [bytes(item) for item in raws]
        if media_type in (ONE, JSON):
            return [bytes(_ITEM.decode(body))]
    except msgspec.DecodeError as error:
        raise Problem(400, _unreadable(error)) from error
    except RecursionError as error:
        raise Problem(400, TOO_DEEP) from error
    taken = ", ".join((ONE, BATCH, NDJSON, JSON))
    said = Text(f"Content-Type 须为下列之一：{taken}", f"Content-Type must be one of {taken}")
    raise Problem(415, said, {"Accept-Post": taken})


def _check_count(items: int) -> None:
    if items > MOST_ITEMS:
        said = Text(
            f"一次最多提交 {MOST_ITEMS} 个事件；请分几次发送",
            f"a request may have {MOST_ITEMS} events; send them in several requests",
        )
        raise Problem(413, said)


def _unreadable(error: msgspec.DecodeError) -> Text:
    """What is wrong with a body that is no JSON, or not the JSON that was announced."""
    if isinstance(error, msgspec.ValidationError):
        return Text(
            "正文须为 JSON 数组，每项一个事件", "the body must be a JSON array, one event an item"
        )
    place = _BYTE.search(str(error))
    if place is None:
        return Text("正文不完整：JSON 没有写完", "the body ends too early: its JSON is truncated")
    return Text(
        f"正文不是有效的 JSON，错在第 {place[1]} 字节",
        f"the body is not valid JSON, wrong at byte {place[1]}",
    )


def _take(intake: Intake, items: Sequence[bytes]) -> Receipt:
    """In chunks, so that a large batch doesn't hold up the frames of this worker's viewers."""
    accepted = 0
    duplicates = 0
    rejected = list[Rejected]()
    more = 0
    for start in range(0, len(items), CHUNK):
        part = intake.take(items[start : start + CHUNK])
        accepted += part.accepted
        duplicates += part.duplicates
        listed = part.rejected[: MOST_LISTED - len(rejected)]
        rejected += [msgspec.structs.replace(one, index=one.index + start) for one in listed]
        more += len(part.rejected) - len(listed)
        gevent.sleep(0)
    return Receipt(accepted, duplicates, rejected, more)


def _body(limit: int) -> bytes:
    flask.request.max_content_length = limit
    try:
        body = flask.request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        said = Text(
            f"正文最多 {limit} 字节（设置 max_body_mb）；请分几次发送",
            f"a body may have {limit} bytes (the setting max_body_mb);"
            " send the events in several requests",
        )
        raise Problem(413, said) from error
    if not body.strip():
        said = Text("正文是空的；至少发一个事件", "the body is empty; send at least one event")
        raise Problem(400, said)
    return body
