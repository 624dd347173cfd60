"""The heartbeats that open pages send every 20 seconds: checked, kept for whoever watches the
screens, and the state of a wall by them.

A heartbeat is about a screen, never about the person before it: it has no address and no account,
and its random id lives as long as its tab.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from feeds.screens import presence

KIND = "screens"
WALL = "/wall"
# A paired wall that fell silent stays on record, because it may have vanished. A preview of the
# wall, or a laptop that shows it, is forgotten like any page.
KEPT_S, WALL_KEPT_S = 90, 30 * 86_400
STILL_MS = 60_000
LEAST_S = 5.0
MOST_FIELDS = 20

Count = Annotated[int, Meta(ge=0, le=10**9)]
Size = Annotated[int, Meta(ge=0, le=100_000)]
Millis = Annotated[int, Meta(ge=0, le=10**14)]


How = Literal["shown", "frozen", "gone", "left"]


class Here(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One heartbeat. `uptime_s` since the document was opened, `painted_ago_ms` since it last drew;
    `heap_mb` where the browser tells; `scene` is the wall's; `hidden` where nobody can see the
    page, and so nothing is drawn.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9]{8,32}\Z")]
    path: Annotated[str, Meta(pattern=r"^/[a-z0-9/_-]{0,40}\Z")]
    lang: Literal["zh", "en"]
    area: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
    width: Size
    height: Size
    build: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._+-]{0,64}\Z")]
    uptime_s: Count
    reconnects: Count
    resyncs: Count
    paints: Count
    painted_ago_ms: Millis
    seq: Millis
    errors: Count
    heap_mb: Size | None = None
    scene: Annotated[str, Meta(pattern=r"^[a-z0-9-]{0,32}\Z")] = ""
    hidden: bool = False


class Screen(Here, frozen=True):
    """A heartbeat as Redis keeps it.

    `last_seen` is when it came, epoch ms by the server's clock; Redis keeps it as `heard`. `name`
    is set for a paired wall. `left` means that the page said goodbye, or that an office reported at
    `down` (epoch ms) that the wall is no longer there.
    """

    last_seen: Annotated[int, Meta(ge=0)] = msgspec.field(default=0, name="heard")
    name: str = ""
    left: bool = False
    down: Annotated[int, Meta(ge=0)] = 0


class NotThere(Exception):
    """No wall of that id has vanished."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Screen).decode


def read(message: Any) -> Here | None:
    """The heartbeat in a client's message; None where it isn't one to the letter."""
    if not isinstance(message, dict) or len(message) > MOST_FIELDS:
        return None
    try:
        return msgspec.convert(message, Here)
    except msgspec.ValidationError:
        return None


def keep(client: Any, here: Here, now_ms: int, name: str = "") -> None:
    """Put a heartbeat in its screen's place. Raises redis.RedisError."""
    _write(client, Screen(**msgspec.structs.asdict(here), last_seen=now_ms, name=name), now_ms)


def leave(client: Any, id: str, now_ms: int) -> None:
    """Note that a wall's page was closed. Raises redis.RedisError."""
    screen = presence.of(client, KIND, id, _decode)
    if screen and screen.path == WALL:
        _write(client, msgspec.structs.replace(screen, left=True), now_ms)


def take_down(client: Any, wall: Screen, now_ms: int) -> None:
    """Note that a wall is no longer there. Raises redis.RedisError."""
    _write(client, msgspec.structs.replace(wall, left=True, down=now_ms), now_ms)


def vanished(client: Any, id: str, now_ms: int) -> Screen:
    """The wall of that id that is gone. Raises NotThere, redis.RedisError."""
    screen = presence.of(client, KIND, id, _decode)
    if (
        screen is None
        or screen.path != WALL
        or how(screen.last_seen, screen.last_seen - screen.painted_ago_ms, now_ms, left=screen.left)
        != "gone"
    ):
        raise NotThere(id)
    return screen


def how(
    last_seen_ms: int, painted_ms: int, now_ms: int, *, left: bool, still_ms: float = STILL_MS
) -> How:
    """left: closed with a goodbye; gone: not seen for `still_ms`; frozen: seen, but it has drawn
    nothing for so long.
    """
    if left:
        return "left"
    if now_ms - last_seen_ms > still_ms:
        return "gone"
    return "frozen" if last_seen_ms - painted_ms >= still_ms else "shown"


def walls(client: Any) -> list[Screen]:
    """The walls on record. Raises redis.RedisError."""
    return [screen for screen in there(client) if screen.path == WALL]


def there(client: Any) -> list[Screen]:
    """The screens on record, by path and the time they were opened; what another build wrote
    otherwise is left out.
    """
    return sorted(
        presence.there(client, KIND, _decode),
        key=lambda screen: (screen.path, screen.last_seen - 1000 * screen.uptime_s),
    )


def _write(client: Any, screen: Screen, now_ms: int) -> None:
    kept_s = WALL_KEPT_S if screen.path == WALL and screen.name else KEPT_S
    presence.keep(client, KIND, screen.id, _encode(screen), kept_s=kept_s, now_ms=now_ms)
