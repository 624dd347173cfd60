"""What each measure name means, from raw events: a table of where and when it counts, for what, and
how much. Part of the recount.
"""

from __future__ import annotations

import pandas as pd

from feeds.audit import recount_cases, recount_events
from feeds.audit.recount_events import Facts
from feeds.audit.recount_moments import Moments
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.event import EventType, Shape

_FEN = 100
_GAUGE = "indicator.reported"
NOTHING = Moments.of(
    pd.DataFrame({"town": [], "at": [], "dim": [], "n": []}).astype({"at": "int64", "n": "int64"})
)


def tables(facts: Facts, measures: set[str], profile: Profile) -> dict[str, Moments]:
    """Measure → when it counts. Names are complete: `incident.same_week`."""
    counts = {t.name: t for t in eventtypes.TYPES.values() if t.shape is Shape.COUNT}
    told = {t.family for t in eventtypes.TYPES.values() if t.name in facts.by_type}
    families: dict[str, recount_cases.Cases] = {}
    found: dict[str, Moments] = {}
    for measure in sorted(measures):
        family, _, what = (measure, "", "") if measure in counts else measure.rpartition(".")
        if family not in told:
            found[measure] = NOTHING
        elif family in counts:
            found[measure] = Moments.of(_count(facts, counts[family], what, profile))
        else:
            if family not in families:
                families[family] = recount_cases.pair(facts, family, profile)
            found[measure] = Moments.of(recount_cases.table(families[family], what))
    return found


def gauges(facts: Facts) -> pd.DataFrame:
    """Every report of an indicator, in the order in which a later one replaces an earlier."""
    return facts.of(_GAUGE).sort_values(["at", "source", "id"], kind="stable")


def heard(facts: Facts) -> dict[str, dict[str, int]]:
    """Need (an event type, or `indicator:<code>`) → town → when the newest event happened."""
    found = {name: _newest(frame) for name, frame in facts.by_type.items() if name != _GAUGE}
    return found | {
        f"indicator:{code}": _newest(reports)
        for code, reports in gauges(facts).groupby("indicator")
    }


def _newest(rows: pd.DataFrame) -> dict[str, int]:
    return {str(town): int(at) for town, at in rows.groupby("town")["at"].max().items()}


def _count(facts: Facts, kind: EventType, suffix: str, profile: Profile) -> pd.DataFrame:
    rows = facts.of(kind.name)
    field = dict(kind.measures)[suffix]
    dim = recount_events.named(rows, kind, profile)
    return pd.DataFrame(
        {
            "town": rows["town"],
            "at": rows["at"],
            "dim": dim,
            "n": amounts(rows, kind, field) if field else 1,
        }
    )


def amounts(rows: pd.DataFrame, kind: EventType, name: str) -> pd.Series[int]:
    """A field's whole numbers; amounts of money in fen."""
    values = pd.to_numeric(rows[name])
    money = next(f.kind for f in kind.fields if f.name == name) == "amount"
    return (
        (values.astype("float64") * _FEN).round().astype("int64")
        if money
        else values.astype("int64")
    )
