"""What open pages say of themselves every 20 seconds: checked, and kept for whoever watches the screens.

It is about a screen, never about who sits before it: no address, no account; the id is random and lives as long as its tab.
"""

from __future__ import annotations

import logging
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dashboard import presence

log = logging.getLogger(__name__)

KIND = "screens"
WALL = "/wall"
KEPT_S, WALL_KEPT_S = 90, 3_600  # a wall that fell silent stays on record for an hour
LEAST_S = 5.0
MOST_FIELDS = 20

Count = Annotated[int, Meta(ge=0, le=10**9)]
Size = Annotated[int, Meta(ge=0, le=100_000)]
Millis = Annotated[int, Meta(ge=0, le=10**14)]


class Here(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One heartbeat. `uptime_s` since the document was opened, `painted_ago_ms` since it last drew; `heap_mb` where the browser tells;
    `scene` is the wall's."""

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


class Screen(Here, frozen=True):
    """A heartbeat as kept: `heard` is when it came, epoch ms by the server's clock."""

    heard: Annotated[int, Meta(ge=0)] = 0


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


def keep(client: Any, here: Here, now_ms: int) -> None:
    """Put a heartbeat in its screen's place. Raises redis.RedisError."""
    screen = Screen(**msgspec.structs.asdict(here), heard=now_ms)
    presence.keep(client, KIND, here.id, _encode(screen), kept_s=WALL_KEPT_S if here.path == WALL else KEPT_S, now_ms=now_ms)


def there(client: Any) -> list[Screen]:
    """The screens on record, by path and the time they were opened; what another build wrote otherwise is left out."""
    found = [screen for record in presence.there(client, KIND) if (screen := _screen(record))]
    return sorted(found, key=lambda screen: (screen.path, screen.heard - 1000 * screen.uptime_s))


def _screen(record: bytes) -> Screen | None:
    try:
        return _decode(record)
    except msgspec.MsgspecError:
        log.warning("a screen's record of another build is left out")
        return None
