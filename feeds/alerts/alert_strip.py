"""The part of the engine that adds the firing alerts to the topics of their area and of the city,
as feeds/alerts/alert_watch.py words them for screens.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
import redis

from feeds.alerts import alert_watch
from feeds.events.log import LogUnavailable
from feeds.figures.topics import State, Topic
from feeds.live.parts import Part


class AlertStrip(Part):
    """`city` is the code of the city, whose topics hold the alerts of every area."""

    def __init__(self, client: redis.Redis, city: str) -> None:
        self._client, self._city = client, city
        self._alerts: list[dict[str, Any]] = []

    def look(self) -> bool:
        """Whether an alert began or ended. Raises LogUnavailable."""
        found = self._read()
        is_other = found != self._alerts
        self._alerts = found
        return is_other

    def state(self, topic: Topic) -> State:
        shown = [one for one in self._alerts if topic.area in (one["area"], self._city)]
        return {"alerts": shown}

    def _read(self) -> list[dict[str, Any]]:
        try:
            body = cast("bytes | None", self._client.get(alert_watch.KEY))
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error
        found: list[dict[str, Any]] = msgspec.json.decode(body)["strip"] if body else []
        return found
