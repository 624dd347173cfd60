"""The remote control of a wall, in the Socket.IO namespace /room: a phone asks the wall for its
code, enters it, and may then hold, skip and pin pictures. Every message goes through Redis, because
wall and phone may be connected to different workers.

A code allows five tries in two minutes; a key is valid for a shift. A wall's id is its browser's
secret, and others know the wall by a handle made from it, so that nobody can claim another's wall.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from typing import Annotated, Any, Literal

import flask
import flask_socketio
import msgspec
import redis
from msgspec import Meta

from dashboard.access.principal import Authenticator, Principal
from dashboard.live import connection
from feeds.events import decoding
from feeds.screens import presence

log = logging.getLogger(__name__)

NAMESPACE = "/room"
CHANNEL = "board:room"
KIND = "rooms"
CODE_S, KEY_S, KEPT_S = 120, 28_800, 60
TRIES, RETRY_S = 5, 1.0
CHECK_S = 5.0  # until a connection whose token was revoked is ended
SHOWN_S, SHOWS_A_MINUTE = 10, 12  # a code over the picture, at most so often

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]{8,32}\Z")]
Word = Annotated[str, Meta(max_length=80)]
Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{20,60}\Z")]


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scene: Word
    area: Word
    title: Word


class Wall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state of a wall: what it shows and what it could show."""

    id: Id
    title: Word
    scene: Word
    area: Word
    mode: Literal["auto", "held", "pinned"]
    pictures: Annotated[tuple[Picture, ...], Meta(max_length=400)]


_decode_wall = msgspec.json.Decoder(Wall).decode


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order of a phone to its wall."""

    key: Key
    act: Literal["hold", "resume", "next", "previous", "pin"]
    scene: Word = ""
    area: Word = ""


class CodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wall: Id
    code: Annotated[str, Meta(max_length=12)] = ""


class KeyMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: Key


class News(msgspec.Struct, frozen=True, array_like=True):
    """A message from one worker to all: an event for the members of a Socket.IO room."""

    to: str
    event: str
    body: dict[str, Any]


class RemoteControl:
    """The remote control in one worker. `store` is for questions to Redis, `listening` for
    messages.
    """

    def __init__(
        self,
        store: redis.Redis,
        listening: redis.Redis,
        socketio: Any,
        authenticator: Authenticator,
    ) -> None:
        self._store = store
        self._listening = listening
        self._socketio = socketio
        self._authenticator = authenticator
        self._principals: dict[str, Principal] = {}
        self._here: dict[str, str] = {}

    def attach(self) -> None:
        """Register the namespace's events and start to listen. Called once a worker, before it
        serves.
        """
        handlers: dict[str, Callable[[Any], Any]] = {
            "wall": self._wall,
            "walls": self._walls,
            "show": self._show,
            "enter": self._enter,
            "back": self._back,
            "do": self._do,
        }
        self._socketio.on_event("connect", self._connect, namespace=NAMESPACE)
        self._socketio.on_event("disconnect", self._disconnect, namespace=NAMESPACE)
        for name, handler in handlers.items():
            self._socketio.on_event(name, self._answering(handler), namespace=NAMESPACE)
        self._socketio.start_background_task(self._listen_for_ever)
        self._socketio.start_background_task(self._check_for_ever)

    def _answering(self, handler: Callable[[Any], Any]) -> Callable[..., Any]:
        """A handler that answers None to a malformed message, and while Redis is unavailable."""

        def answer(message: Any = None) -> Any:
            try:
                return handler(message)
            except (msgspec.ValidationError, redis.RedisError, OSError) as error:
                log.info("remote control: %s", error)
                return None

        return answer

    def _connect(self, auth: Any = None) -> bool:
        principal = self._authenticator.of_socket()
        if principal is not None:
            self._principals[_sid()] = principal
            flask.request.environ[connection.NAMESPACES].add(NAMESPACE)
        return principal is not None

    def _check_for_ever(self) -> None:
        """End the connections whose token is not valid any more."""
        while True:
            self._socketio.sleep(CHECK_S)
            for sid, principal in tuple(self._principals.items()):
                if not self._authenticator.is_valid(principal):
                    self._principals.pop(sid, None)
                    self._socketio.server.disconnect(sid, namespace=NAMESPACE)

    # The wall's side

    def _disconnect(self, reason: Any = None) -> None:
        """Remove a wall that disconnected from the list of walls."""
        self._principals.pop(_sid(), None)
        flask.request.environ[connection.NAMESPACES].discard(NAMESPACE)
        if wall := self._here.pop(_sid(), ""):
            with contextlib.suppress(redis.RedisError, OSError):
                self._store.delete(f"board:{KIND}:{wall}")

    def _wall(self, message: Any) -> None:
        """Take a wall's state: a connection is one wall, and on a closed board a paired one."""
        said = msgspec.convert(message, Wall)
        wall = msgspec.structs.replace(said, id=handle(said.id))
        principal = self._principals.get(_sid())
        is_wall = principal is not None and (self._authenticator.is_open or bool(principal.wall))
        if not is_wall or self._here.get(_sid(), wall.id) != wall.id:
            return
        self._here[_sid()] = wall.id
        flask_socketio.join_room(f"wall:{wall.id}")
        presence.keep(
            self._store,
            KIND,
            wall.id,
            msgspec.json.encode(wall),
            kept_s=KEPT_S,
            now_ms=decoding.now_ms(),
        )
        self._publish(f"phone:{wall.id}", "now", msgspec.to_builtins(wall))

    # The phone's side

    def _walls(self, message: Any) -> list[dict[str, str]]:
        found = presence.there(self._store, KIND, _decode_wall)
        return [{"id": wall.id, "title": wall.title} for wall in found]

    def _show(self, message: Any) -> dict[str, Any]:
        """Have the wall show a code. It is the same code while it is valid, so that asking again
        gives no further tries.
        """
        request = msgspec.convert(message, CodeRequest)
        name = f"board:room:code:{request.wall}"
        if not self._may_show(name):
            return {"ok": True}
        code = f"{secrets.randbelow(10_000):04d}"
        if not self._store.set(name, code, ex=CODE_S, nx=True):
            kept = self._store.get(name)
            code = kept.decode() if isinstance(kept, bytes) else code
        else:
            self._store.set(f"{name}:tries", TRIES, ex=CODE_S)
        self._publish(f"wall:{request.wall}", "code", {"code": code, "for_s": CODE_S})
        return {"ok": True}

    def _may_show(self, name: str) -> bool:
        """Whether a wall may show its code again: not just shown, and not all the time."""
        counted = self._store.pipeline()
        counted.set(f"{name}:shown", 1, ex=SHOWN_S, nx=True)
        counted.set(f"{name}:shows", 0, ex=60, nx=True)
        is_first, _ = counted.execute()
        return bool(is_first) and int(self._store.incr(f"{name}:shows")) <= SHOWS_A_MINUTE

    def _enter(self, message: Any) -> dict[str, Any]:
        request = msgspec.convert(message, CodeRequest)
        name = f"board:room:code:{request.wall}"
        code, left = self._store.get(name), int(self._store.decr(f"{name}:tries"))
        if not isinstance(code, bytes) or left < 0:
            self._store.delete(f"{name}:tries")
            return {"ok": False, "left": 0}
        if not hmac.compare_digest(code.decode(), request.code.strip()):
            if left == 0:  # no tries are left: the code stays blocked until it expires
                self._publish(f"wall:{request.wall}", "code", {"code": "", "for_s": 0})
            return {"ok": False, "left": left}
        key = secrets.token_urlsafe(24)
        self._store.set(f"board:room:key:{key}", request.wall, ex=KEY_S)
        self._store.delete(name, f"{name}:tries")
        self._publish(f"wall:{request.wall}", "code", {"code": "", "for_s": 0})
        return {"ok": True, "key": key, "now": self._join(request.wall)}

    def _back(self, message: Any) -> dict[str, Any]:
        """Reconnect a phone that was away or whose page was reloaded."""
        wall = self._wall_of(msgspec.convert(message, KeyMessage).key)
        return {"ok": True, "now": self._join(wall)} if wall else {"ok": False}

    def _do(self, message: Any) -> dict[str, bool]:
        order = msgspec.convert(message, Order)
        wall = self._wall_of(order.key)
        if wall:
            self._publish(
                f"wall:{wall}", "act", {"act": order.act, "scene": order.scene, "area": order.area}
            )
        return {"ok": bool(wall)}

    def _wall_of(self, key: str) -> str:
        found = self._store.get(f"board:room:key:{key}")
        return found.decode() if isinstance(found, bytes) else ""

    def _join(self, wall: str) -> Any:
        flask_socketio.join_room(f"phone:{wall}")
        record = self._store.get(f"board:{KIND}:{wall}")
        return msgspec.json.decode(record) if isinstance(record, bytes) else None

    # Between the workers

    def _publish(self, to: str, event: str, body: dict[str, Any]) -> None:
        self._store.publish(CHANNEL, msgspec.json.encode(News(to, event, body)))

    def _listen_for_ever(self) -> None:
        while True:
            try:
                with self._listening.pubsub() as listener:  # type: ignore[no-untyped-call]
                    listener.subscribe(CHANNEL)
                    for message in listener.listen():
                        if message["type"] == "message":
                            self._pass_on(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("remote control: %s; trying again", error)
            self._socketio.sleep(RETRY_S)

    def _pass_on(self, data: bytes) -> None:
        try:
            news = msgspec.json.decode(data, type=News)
        except msgspec.MsgspecError:
            log.warning("remote control: a message of another build is skipped")
            return
        self._socketio.emit(news.event, news.body, to=news.to, namespace=NAMESPACE)


def handle(id: str) -> str:
    """What everybody else knows a wall by."""
    return hashlib.sha256(f"wall:{id}".encode()).hexdigest()[:16]


def _sid() -> str:
    """The Socket.IO session of the current event."""
    return str(flask.request.sid)  # type: ignore[attr-defined]
