"""Keeps what the freezes of older versions fixed. Their hash was over judgements too: each is
reproduced once as it was judged then, and where the hash agrees, its content is written down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from feeds.audit_log import log_store
from feeds.audit_log.entries import Who
from feeds.city import quarters
from feeds.city.profile import Profile
from feeds.migrations import first_judgement
from feeds.review import freezes, review_assembly, review_tables, review_values
from feeds.review.review_values import Review


def unsealed(connection: Connection) -> list[str]:
    """The codes of freezes whose content is not kept, in the order in which they were made."""
    made, kept = review_tables.freezes, review_tables.freeze_contents
    query = select(made.c.code).where(made.c.code.not_in(select(kept.c.code)))
    return list(connection.execute(query.order_by(made.c.moment_ms)).scalars())


def seal(connection: Connection, profile: Profile, code: str, now_ms: int, who: Who) -> bool:
    """Keep a freeze's content, where its hash is reproduced; returns whether it is. Raises
    review_assembly.OtherAreas, a database error.
    """
    one, under = freezes.get(connection, code)
    quarter = quarters.parse(one.quarter)
    found = review_assembly.read(connection, profile, quarter, one.moment_ms, under)
    hashes = (hashlib.sha256(judged).hexdigest() for judged in _judged(found, profile))
    if one.hash not in hashes:
        return False
    freezes.keep(connection, code, review_values.content(found))
    row_of = review_tables.freeze_contents
    log_store.record(connection, now_ms, who, "seal", f"{one.quarter} {code}", row_of, code)
    return True


def _judged(found: Review, profile: Profile) -> Iterator[bytes]:
    """What the hash may be over: a review judged as now, or as in the first version."""
    areas = [area.code for area in found.areas]
    parts = (found.quarter, areas, found.completeness, found.figures, found.lessons)
    yield msgspec.json.encode(parts, order="deterministic")
    people = {town.code: town.population for town in profile.towns}
    quarter = quarters.parse(found.quarter)
    days = [one.days for one in (quarter, quarter.previous, quarter.last_year)]
    yield first_judgement.content(found, people, days)
