"""What a page shows besides its topic is not asked for where there is no topic."""

from __future__ import annotations

from typing import Any

from dashboard.pages import page_data
from feeds.city.profile import Profile
from layouts.view import View


class Unasked:
    """Services whose Redis must not be asked: a fake, because a real one would answer."""

    @property
    def redis(self) -> Any:
        raise AssertionError("Redis was asked")


def test_without_a_topic_redis_is_not_asked_a_second_time(yixing: Profile) -> None:
    view = View(yixing, "zh", yixing.code, "28d", None, 0, "dev", "/incidents")
    services: Any = Unasked()
    assert page_data.towns(services, view) == {}
