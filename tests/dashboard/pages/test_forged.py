"""A freeze whose row was changed by another hand is noticed, whatever database keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
from sqlalchemy import Connection, insert, text, update
from sqlalchemy.exc import DBAPIError

from dashboard import services
from dashboard.pages import reviews
from dashboard.processes import core
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.city.quarters import Quarter
from feeds.events import decoding, intake
from feeds.review import freezes, review_tables, review_values
from feeds.review.review_values import Freeze

QUARTER = Quarter(2026, 3)
TOWN = "320282001"
freezes_table = review_tables.freezes


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    redis_server: str,
    redis: redis_client.Redis,
    event: Callable[..., dict[str, Any]],
) -> Iterator[Services]:
    """A year of few cases."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    found = services.open_services(Settings(data=tmp_path, redis=redis_server, database=url))
    taken = intake.Intake(found.log, decoding.Decoder(), name="test")
    worker = core.make_ingest(found.log, found.database, found.profile)
    what = {"category": "order", "severity": 3, "channel": "app"}
    days = ("2025-08-04", "2026-05-05", "2026-08-06")
    taken.take(
        [
            event("incident.reported", f"{day}T10:00:00+08:00", TOWN, case=f"{day}c{n}", **what)
            for day in days
            for n in range(8)
        ]
    )
    while worker.step(10):
        pass
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def made(filled: Services) -> Freeze:
    return reviews.freeze(filled, QUARTER, "指挥中心", settle_s=0)


def without_triggers(connection: Connection) -> None:
    """As somebody may who owns the database."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE", "REPLACE"):
            connection.execute(text(f"DROP TRIGGER freezes_{verb}"))
            connection.execute(text(f"DROP TRIGGER freeze_contents_{verb}"))
    else:
        for name in ("freezes", "freeze_contents"):
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))


def forgeries(filled: Services, made: Freeze) -> tuple[Freeze, bytes]:
    """The same freeze with another moment, and the content that it has then."""
    earlier_ms = made.moment_ms - 60_000
    with filled.database.connect() as connection:
        _, under = freezes.get(connection, made.code)
    content = review_values.content(reviews._read(filled, QUARTER, earlier_ms, under))
    return replace(made, moment_ms=earlier_ms, hash=freezes.hash_of(content)), content


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE freezes SET hash = 'forged'",
        "UPDATE freeze_contents SET hash = 'forged'",
        "DELETE FROM freezes",
        "DELETE FROM remarks",
        "UPDATE commitments SET target = 1",
        "TRUNCATE freezes",
        "INSERT OR REPLACE INTO freezes SELECT * FROM freezes",
    ],
)
def test_the_database_keeps_the_rows(filled: Services, made: Freeze, statement: str) -> None:
    is_sqlite = filled.database.dialect.name == "sqlite"
    if ("TRUNCATE" in statement and is_sqlite) or ("REPLACE" in statement and not is_sqlite):
        pytest.skip("no statement of this database")
    draft = reviews.commitments.Draft(QUARTER, TOWN, "incidents.closure_rate", QUARTER.end, 0.9)
    reviews.commit(filled, draft, "指挥中心")
    with filled.database.begin() as connection:
        row = {
            "id": "a",
            "version": 1,
            "kpi": "*",
            "area": TOWN,
            "first": "2026-08-01",
            "last": "2026-08-01",
            "kind": "other",
            "text": "x",
            "reason": "",
            "by": "y",
            "at": 1,
        }
        connection.execute(insert(reviews.remark_store.table).values(row))
    with pytest.raises(DBAPIError, match="stay"), filled.database.begin() as connection:
        connection.execute(text(statement))


def test_a_forged_freeze_is_not_reproduced(filled: Services, made: Freeze) -> None:
    assert reviews.verify(filled, made.code).is_reproduced
    forged, content = forgeries(filled, made)
    with filled.database.begin() as connection:
        without_triggers(connection)
        changed = {"moment_ms": forged.moment_ms, "hash": forged.hash}
        connection.execute(update(freezes_table).values(changed))
        fixed = {"hash": forged.hash, "content": content.decode()}
        connection.execute(update(review_tables.freeze_contents).values(fixed))
    for key in filled.redis.keys("board:review:*"):
        filled.redis.delete(key)
    found = reviews.verify(filled, made.code)
    assert found.now == found.kept == content, "the figures alone say nothing"
    assert not found.is_reproduced
    assert not reviews.of(filled, QUARTER).is_reproduced


def test_a_freeze_that_was_slipped_in_is_not_reproduced(filled: Services, made: Freeze) -> None:
    forged, content = forgeries(filled, made)
    forged = replace(forged, code="2026Q3-FALSE", supersedes=made.code)
    with filled.database.begin() as connection:
        _, under = freezes.get(connection, made.code)
        freezes.add(connection, forged, under, content)
    assert not reviews.verify(filled, forged.code).is_reproduced
