"""What the wall's own addresses answer where a moment can't be shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from dashboard import services
from dashboard.pages import loaders, views
from dashboard.settings import Settings
from dashboard.wall import addresses


@pytest.fixture
def web(tmp_path: Path, redis: object, redis_server: str) -> Iterator[FlaskClient]:
    opened = services.open_services(Settings(data=tmp_path, redis=redis_server))
    server = flask.Flask("test")
    made = views.Views(opened, loaders.LOADERS)
    server.register_blueprint(addresses.blueprint(made, "zh"))
    yield server.test_client()
    opened.redis.close()
    opened.database.dispose()


@pytest.mark.parametrize(
    ("at_ms", "reason"),
    [(0, "before"), (9_999_999_999_999, "future"), (1_700_000_000_000, "before")],
)
def test_moments_that_cannot_be_shown_are_refused_with_the_reason(
    web: FlaskClient, at_ms: int, reason: str
) -> None:
    answer = web.get(f"/wall/moments?at={at_ms}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json
    assert answer.json["reason"] == reason
    assert "first" in answer.json
    english = web.get(f"/wall/moments?at={at_ms}&lang=en")
    assert (answer.headers["Content-Language"], english.headers["Content-Language"]) == ("zh", "en")
    assert english.json
    assert answer.json["detail"] != english.json["detail"]
