"""What a page is built from, and what of it the browser is given."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import redis as redis_client

from dashboard import services, views
from dashboard.settings import Settings
from feeds import frames
from feeds.engine import Engine
from layouts import pages


@pytest.mark.usefixtures("redis")
def test_the_document_carries_each_topic_without_what_only_the_audit_reads(tmp_path: Path, redis_server: str) -> None:
    opened = services.open_services(Settings(data=tmp_path, redis=redis_server))
    Engine(opened.database, frames.Outlet(opened.redis), opened.profile).publish()
    page = pages.at("/wall")
    assert page is not None
    view = views.Views(opened).view(page, {})
    found = views.first_state(view)["topics"]
    assert found.keys() == {f"{opened.profile.code}/{period}" for period in page.periods or ("today",)}
    stored = {topic: msgspec.json.decode(redis_client.Redis.from_url(redis_server).get(frames.snapshot_key(topic))) for topic in found}
    for topic, state in stored.items():
        assert state.keys() - found[topic].keys() == {"positions", "as_of"}
        assert {key: state[key] for key in found[topic]} == found[topic]
    opened.redis.close()
    opened.database.dispose()
