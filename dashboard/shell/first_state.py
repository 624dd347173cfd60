"""The topics that a page was built from, as JSON in its document, so that the live client begins
with them and nothing changes when the connection opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from layouts.view import View

UNUSED = ("positions", "as_of", "trends")  # by the live client


def of(view: View) -> dict[str, Any]:
    """The state as a mapping."""
    shown = view.others if view.date_range else {view.period: view.topic, **view.others}
    topics = {
        f"{view.area}/{period}": topic and _for_browsers(topic) for period, topic in shown.items()
    }
    return {
        "lang": view.lang,
        "area": view.area,
        "period": view.live_period,
        "city": view.profile.code,
        "topics": topics,
        "now": view.now_ms,
        "build": view.build,
    }


def as_json(view: View) -> str:
    """The state as JSON that is safe inside a script element."""
    return msgspec.json.encode(of(view)).decode().replace("<", "\\u003c")


def _for_browsers(topic: Mapping[str, Any]) -> dict[str, Any]:
    """A topic without what only the audit and the pages' builders read."""
    return {key: part for key, part in topic.items() if key not in UNUSED}
