"""The live hub of one web worker: it sends frames from Redis to the Socket.IO clients that watch
their topics.

Every worker has its own hub and its own subscription; nothing goes through a Socket.IO message
queue. The protocol is in docs/reference/live.md. It needs a gevent-patched process and a server
with connection.Handler.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import flask
import msgspec

from dashboard.live import connection, subscription, topic_buffer, websocket, writer
from dashboard.live.client import ANYONE, Client, Viewer
from feeds.city.periods import PERIODS
from feeds.live import frames

log = logging.getLogger(__name__)

NAMESPACE = "/live"
READY_S = 2.0
RECHECK_S = 1.0
KEEP_S = 15.0
CHECK_S = 5.0  # until a connection is ended that may not be there any more
LINGER_S = 30.0
TOPICS = 64
Note = Callable[[Any], object]  # writes something that is no frame to Redis
TOPIC = re.compile(rf"[A-Za-z0-9._:-]{{1,64}}/({'|'.join(PERIODS)})")
COUNTS = (
    "frames_in",
    "sent",
    "skipped",
    "resyncs",
    "replies_frames",
    "replies_snapshot",
    "replies_none",
    "gaps",
)


def is_topic(name: str) -> bool:
    """Whether it has a topic's form; whether the engine knows it is another question."""
    return TOPIC.fullmatch(name) is not None


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def no_heartbeat(_client: Client, _message: Any) -> Note | None:
    """Heartbeats of pages are not kept."""
    return None


def no_report(_name: str, _stats: dict[str, int]) -> Note | None:
    """The worker reports nothing."""
    return None


class EnginePulse:
    """For how long the engine has been silent, by this worker's own clock: the engine's may differ.
    `take` is called every second with what the engine wrote last.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._beat: bytes | None = None
        self._changed_s = clock_s()

    def take(self, beat: bytes | None, is_busy: bool) -> None:
        if beat != self._beat or is_busy:
            self._changed_s = self._clock_s()
        self._beat = beat

    def silent_ms(self) -> int | None:
        """None where no engine was seen, or Redis is away."""
        if self._beat is None:
            return None
        return round(1000 * (self._clock_s() - self._changed_s))


class Hub:
    """Sends frames to the clients of this worker.

    `knows` says whether a name is a topic; `build` is the web's, as in its pages. `authenticate`
    gives the principal of the current request, `is_valid` whether a principal is still valid.
    `heartbeat` makes a note of a page's heartbeat; every 15 seconds `report` makes one of the
    worker, from its name and counts.
    """

    def __init__(
        self,
        redis_url: str,
        socketio: Any,
        clock: Callable[[], int] = now_ms,
        *,
        build: str = "",
        knows: Callable[[str], bool] = is_topic,
        authenticate: Callable[[], Viewer | None] = lambda: ANYONE,
        is_valid: Callable[[Any], bool] = lambda _: True,
        heartbeat: Callable[[Client, Any], Note | None] = no_heartbeat,
        report: Callable[[str, dict[str, int]], Note | None] = no_report,
    ) -> None:
        self._redis = subscription.Subscription(redis_url)
        self._socketio = socketio
        self._clock = clock
        self._build = build
        self._knows, self._authenticate, self._is_valid = knows, authenticate, is_valid
        self._heartbeat, self._report = heartbeat, report
        self._clients: dict[str, Client] = {}
        self._buffers: dict[str, topic_buffer.TopicBuffer] = {}
        self._counts: Counter[str] = Counter()
        self._engine = EnginePulse()
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"

    def attach(self) -> None:
        """Take over the server's WebSockets and the namespace's events, and start the three
        greenlets. Once a worker, before it serves.
        """
        websocket.serve(self._socketio)
        on = self._socketio.on_event
        on("connect", self._connect, namespace=NAMESPACE)
        on("disconnect", self._disconnect, namespace=NAMESPACE)
        on("watch", self._watch, namespace=NAMESPACE)
        on("unwatch", self._unwatch, namespace=NAMESPACE)
        on("here", self._here, namespace=NAMESPACE)
        self._socketio.start_background_task(self._listen_for_ever)
        self._socketio.start_background_task(self._keep_for_ever)
        self._socketio.start_background_task(self._check_for_ever)

    def stats(self) -> dict[str, int]:
        """Gauges (clients, watches, topics, connected) and counters since the start, for
        /metrics.
        """
        watches = sum(c.watchers for c in self._buffers.values())
        gauges = {"clients": len(self._clients), "watches": watches, "topics": len(self._buffers)}
        connection = {"connected": int(self._redis.is_connected), "losses": self._redis.losses}
        return gauges | connection | {name: self._counts[name] for name in COUNTS}

    # What a client asks for

    def _connect(self, auth: Any = None) -> bool:
        connection_writer = flask.request.environ.get(websocket.WRITER)
        principal = self._authenticate()
        if connection_writer is None or principal is None:
            return False
        sid = _sid()
        server = self._socketio.server
        eio = server.eio.sockets[server.manager.eio_sid_from_sid(sid, NAMESPACE)]
        self._clients[sid] = Client(sid, eio, connection_writer, principal)
        flask.request.environ[connection.NAMESPACES].add(NAMESPACE)
        return True

    def _disconnect(self, reason: Any = None) -> None:
        client = self._clients.pop(_sid(), None)
        flask.request.environ[connection.NAMESPACES].discard(NAMESPACE)
        for topic in tuple(client.topics) if client else ():
            self._leave(client, topic)

    def _unwatch(self, request: Any = None) -> None:
        client = self._clients.get(_sid())
        for topic in _asked(request) if client else ():
            self._leave(client, topic)

    def _here(self, message: Any = None) -> None:
        """Note a page's heartbeat."""
        client = self._clients.get(_sid())
        if client:
            self._note(self._heartbeat(client, message))

    def _watch(self, request: Any = None) -> dict[str, Any]:
        client = self._clients.get(_sid())
        answers: dict[str, str] = {}
        if client and client.is_crowded:
            client.writer.cut()
        elif client:
            answers = self._watch_all(client, _asked(request))
        return {
            "topics": answers,
            "build": self._build,
            "now": self._clock(),
            "engine_ms": self._engine.silent_ms(),
        }

    def _watch_all(
        self, client: Client, asked: dict[str, topic_buffer.Position | None]
    ) -> dict[str, str]:
        """What each topic was answered with; nothing where the client is gone meanwhile."""
        client.asking += 1
        try:
            with client.lock:
                begun = {topic: self._begin(client, topic, seen) for topic, seen in asked.items()}
                until = time.monotonic() + READY_S
                return {topic: self._answer(client, found, until) for topic, found in begun.items()}
        except OSError:
            return {}
        finally:
            client.asking -= 1

    def _begin(
        self, client: Client, topic: str, seen: topic_buffer.Position | None
    ) -> topic_buffer.TopicBuffer | None:
        """Take up the watching of one topic; None where there is no such topic, or one too many."""
        if (
            not self._knows(topic)
            or not client.principal.shows(topic.partition("/")[0])
            or (topic not in client.topics and len(client.topics) >= TOPICS)
        ):
            return None
        client.topics.add(topic)
        self._hold(client, found := self._open(topic), seen)
        return found

    def _answer(
        self, client: Client, found: topic_buffer.TopicBuffer | None, until_s: float
    ) -> str:
        """Bring the client up to the topic, waiting no longer than `until_s` for a first state;
        returns what it was sent.
        """
        kind = "none"
        if found:
            found.ready.wait(max(0.0, until_s - time.monotonic()))
            if self._redis.is_connected:
                self._refresh(found, RECHECK_S)
            kind = self._bring_up(client, found)
        self._counts[f"replies_{kind}"] += 1
        return kind

    def _leave(self, client: Client | None, topic: str) -> None:
        found = self._buffers.get(topic)
        if client:
            client.topics.discard(topic)
            client.seen.pop(topic, None)
        if client and found:
            found.drop(client.sid)

    # Bringing a client up to the live frames

    def _hold(
        self, client: Client, found: topic_buffer.TopicBuffer, seen: topic_buffer.Position | None
    ) -> None:
        """Take a client off the live frames until it has what comes after `seen`."""
        found.drop(client.sid)
        found.waiting.add(client.sid)
        client.seen[found.topic] = seen

    def _bring_up(self, client: Client, found: topic_buffer.TopicBuffer, lean: bool = False) -> str:
        """Send the client what it lacks until it is at the buffer's position, then make it live.
        Returns what was sent, "none" where nothing is known.

        Nothing else runs between the last check and going live, so there is no gap and no repeat.
        """
        kind = "none"
        while client.sid in found.waiting:
            missing = self._missing(found, client.seen.get(found.topic), lean)
            if missing is None:
                break
            kind = missing.kind if kind == "none" else kind
            if missing.messages:
                place = found.position
                client.writer.write(writer.Bundle(missing.messages).bytes_for(client.writer))
                client.seen[found.topic] = place
            else:
                found.go_live(client.sid)
                client.seen.pop(found.topic, None)
        return kind

    def _missing(
        self, found: topic_buffer.TopicBuffer, seen: topic_buffer.Position | None, lean: bool
    ) -> topic_buffer.Missing | None:
        """What leads from `seen` to the topic buffer's place; None where the state isn't known."""
        missing = found.missing(seen, lean)
        if missing is None:
            self._refresh(found)
            missing = found.missing(seen, lean, frames.RING)
        return missing

    def _resume(self, client: Client) -> None:
        """Once the client takes more, give it the newest state of every topic that it waits for."""
        if client.is_resuming:
            return
        client.is_resuming = True
        try:
            with client.lock:
                client.writer.wait_writable()
                client.is_resuming = False
                for topic in tuple(client.seen):
                    self._counts["resyncs"] += 1
                    self._bring_up(client, self._buffers[topic], lean=True)
        except (OSError, KeyError):
            client.is_resuming = False

    # Channels and what is stored of them

    def _open(self, topic: str) -> topic_buffer.TopicBuffer:
        """The buffer of a topic; a new one is subscribed to, and settles once that is
        confirmed.
        """
        found = self._buffers.get(topic)
        if found is None:
            found = self._buffers[topic] = topic_buffer.TopicBuffer(topic)
            self._redis.add(topic)
        return found

    def _settle(self, found: topic_buffer.TopicBuffer) -> None:
        """Subscribed, so nothing slips by from here: ask the engine for the topic, wait for its
        state and take it over.
        """
        self._redis.ask(found.topic, self._clock() / 1000)
        until = time.monotonic() + READY_S
        while not self._refresh(found) and time.monotonic() < until:
            self._socketio.sleep(0.025)

    def _refresh(self, found: topic_buffer.TopicBuffer, age_s: float = 0.0) -> bool:
        """Read snapshot and ring, if nothing came of the topic for so long, and bring the live
        clients up to them.

        False where there is no state or an old one.
        """
        with found.lock:
            if time.monotonic() - found.last_seen_s < age_s:
                return found.ready.is_set()
            snapshot, ring = self._redis.state(found.topic)
            found.last_seen_s = time.monotonic()
            if snapshot is None:
                return False
            before = found.position
            try:
                messages = found.absorb(snapshot, ring)
            except msgspec.MsgspecError as error:
                log.error("stored state of %s: %s", found.topic, error)
                return False
            self._broadcast(found, messages, before)
            if found.is_fresh(self._clock()):
                found.ready.set()
            return found.ready.is_set()

    # From Redis to the clients

    def _listen_for_ever(self) -> None:
        while True:
            self._redis.listen(lambda: self._buffers, self._subscribed, self._take)
            for found in self._buffers.values():
                found.ready.clear()
            self._socketio.sleep(subscription.RETRY_S)

    def _subscribed(self, topic: str) -> None:
        if found := self._buffers.get(topic):
            self._socketio.start_background_task(self._settle, found)

    def _take(self, topic: str, raw: bytes) -> None:
        """One frame from Redis: to everyone live here if it is the next one, else by way of the
        stored state.
        """
        found = self._buffers.get(topic)
        if found is None:
            return
        self._counts["frames_in"] += 1
        try:
            place = topic_buffer.position_of(raw)
        except msgspec.MsgspecError as error:
            log.error("frame of %s: %s", topic, error)
            return
        with found.lock:
            if found.follows(place):
                before, found.last_seen_s = found.position, time.monotonic()
                self._broadcast(found, [found.append(place, raw)], before)
            is_lost = not found.is_old(place)
        if is_lost:
            self._counts["gaps"] += found.position is not None
            self._refresh(found)

    def _broadcast(
        self,
        found: topic_buffer.TopicBuffer,
        messages: list[writer.Message],
        before: topic_buffer.Position | None,
    ) -> None:
        """What leads from `before` to the buffer's place, to every live client at once; nothing
        else runs meanwhile.
        """
        if not messages:
            return
        bundle = writer.Bundle(messages)
        behind: list[tuple[str, topic_buffer.Position | None]] = []
        self._counts["skipped"] += len(found.waiting)
        for sid in found.live:
            client = self._clients.get(sid)
            took = (
                client.writer.offer(bundle.bytes_for(client.writer)) if client else writer.Took.NONE
            )
            if took is not writer.Took.ALL:
                behind.append((sid, found.position if took is writer.Took.PART else before))
        unsent = sum(place is before for _, place in behind)
        self._counts["sent"] += len(found.live) - unsent
        self._counts["skipped"] += unsent
        for sid, place in behind:
            self._fall_behind(sid, found, place)

    def _fall_behind(
        self, sid: str, found: topic_buffer.TopicBuffer, place: topic_buffer.Position | None
    ) -> None:
        client = self._clients.get(sid)
        if client is None:
            found.drop(sid)
            return
        self._hold(client, found, place)
        self._socketio.start_background_task(self._resume, client)

    # Keeping

    def _keep_for_ever(self) -> None:
        due = time.monotonic()
        while True:
            self._socketio.sleep(1.0)
            self._engine.take(*self._redis.beat())
            for found in tuple(self._buffers.values()):
                self._mend(found)
            if time.monotonic() >= due:
                due += KEEP_S
                self._keep()

    def _check_for_ever(self) -> None:
        """Disconnect clients whose principal is invalid. In a greenlet of its own, because looking
        may wait for the database.
        """
        while True:
            self._socketio.sleep(CHECK_S)
            for client in tuple(self._clients.values()):
                if not self._is_valid(client.principal):
                    client.writer.cut()

    def _mend(self, found: topic_buffer.TopicBuffer) -> None:
        """Try again what Redis or the engine couldn't give when it was asked for."""
        if found.watchers and not found.ready.is_set() and self._redis.is_connected:
            self._refresh(found)
        for sid in tuple(found.waiting):
            client = self._clients.get(sid)
            if client is None:
                found.drop(sid)
            elif found.position is not None and not client.lock.locked():
                self._socketio.start_background_task(self._resume, client)

    def _keep(self) -> None:
        """Tell the engine which topics are watched here, drop topics that nobody watches after a
        while, and report this worker's counts.
        """
        for topic, found in tuple(self._buffers.items()):
            if found.watchers:
                found.used_s = time.monotonic()
                self._redis.ask(topic, self._clock() / 1000)
            elif time.monotonic() - found.used_s > LINGER_S:
                del self._buffers[topic]
                self._redis.remove(topic)
        self._note(self._report(self._name, self.stats()))

    def _note(self, note: Note | None) -> None:
        if note is not None:
            self._redis.note(note)


def _sid() -> str:
    """The Socket.IO session of the current event."""
    return str(flask.request.sid)  # type: ignore[attr-defined]


def _asked(request: Any) -> dict[str, topic_buffer.Position | None]:
    """The topics of a request and the places that the client has; what has another form is left
    out.
    """
    topics = request.get("topics") if isinstance(request, dict) else None
    if isinstance(topics, list):
        topics = dict.fromkeys(t for t in topics if isinstance(t, str))
    if not isinstance(topics, dict):
        return {}
    return {t: _place(seen) for t, seen in list(topics.items())[:TOPICS]}


def _place(seen: Any) -> topic_buffer.Position | None:
    match seen:
        case [str(epoch), int(seq)]:
            return topic_buffer.Position(epoch, seq)
    return None
