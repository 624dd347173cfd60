"""Cases pieced together from their steps, and when each of a case's figures counts. Part of the
recount: plain pandas.

A case is (town, family, case number). Of several steps of the same kind the smallest (time, values)
stands, so neither order nor repetition matters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from feeds.audit import recount_events
from feeds.audit.recount_events import Facts
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.event import EventType, Shape

_KEY = ["town", "case"]
_CALENDAR = {"today": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class Cases:
    """One row a case: opened, due, handled, joint, closed in epoch ms (NaN: not so), category,
    facet, area, outcome, manner.

    `left` is when an opened case was closed, never before it was opened; `joint_left` the same of
    joint handling.
    """

    frame: pd.DataFrame
    zone: str

    def same(self, one: str, other: str, period: str) -> pd.Series[bool]:
        """Whether both moments are known and lie in the same day, week, month, quarter or year of
        the city.
        """
        return _calendar(self.frame[one], period, self.zone) == _calendar(
            self.frame[other], period, self.zone
        )


def pair(facts: Facts, family: str, profile: Profile) -> Cases:
    """The cases of a family, with the due time each brought along or else got from the profile's
    limit.
    """
    handled = _steps(facts, family, "handled", ("joint",), profile)
    frame = _first(
        _steps(facts, family, "opened", ("category", "due", "area", "facet"), profile), "opened"
    )
    frame = frame.join(_first(handled[["town", "case", "at"]], "handled"), how="outer")
    frame = frame.join(
        _first(handled.loc[handled["joint"].eq(True), ["town", "case", "at"]], "joint"), how="outer"
    )
    frame = frame.join(
        _first(_steps(facts, family, "closed", ("outcome", "manner"), profile), "closed"),
        how="outer",
    )
    limit_ms = profile.limit_ms(family)
    if limit_ms is not None:
        frame["due"] = frame["due"].fillna(frame["opened"] + limit_ms)
    frame["left"] = _not_before(frame["closed"], frame["opened"])
    frame["joint_left"] = _not_before(frame["closed"], frame["joint"])
    return Cases(frame.reset_index(), profile.zone)


def _not_before(closed: pd.Series[float], begun: pd.Series[float]) -> pd.Series[float]:
    """The closing of what had begun, moved to the beginning where it was told as earlier."""
    return closed.where(closed >= begun, begun).where(closed.notna() & begun.notna())


def table(cases: Cases, what: str) -> pd.DataFrame:
    """When one of the family's figures (`opened`, `same_week`, …) counts: columns town, at (epoch
    ms), dim, n.
    """
    stem, _, period = what.rpartition("_")
    counted = _FIGURES[stem](cases, period) if period in _CALENDAR else _FIGURES[what](cases, "")
    counted["town"] = cases.frame["town"]
    counted["n"] = counted.get("n", 1)
    counted["dim"] = counted.get("dim", "")
    return (
        counted.dropna(subset=["at"])
        .astype({"at": "int64", "n": "int64"})
        .fillna({"dim": ""})[["town", "at", "dim", "n"]]
    )


def times(cases: Cases, what: str) -> pd.DataFrame:
    """When each case's figure counts (`at`, NaN: not at all), and for what (`dim`, where it has
    one): a row a case.
    """
    return _FIGURES[what](cases, "")


def _steps(
    facts: Facts, family: str, step: str, values: tuple[str, ...], profile: Profile
) -> pd.DataFrame:
    """The events that are one step of a family's cases: town, case, at, and the values that come
    with the step.
    """
    types = [
        t
        for t in eventtypes.TYPES.values()
        if t.shape is Shape.CASE and t.family == family and t.step == step
    ]
    frames = [_step(facts.of(t.name), t, values, profile) for t in types]
    steps = pd.concat(frames) if frames else pd.DataFrame(columns=[*_KEY, "at", *values])
    return steps.astype({"at": "float64"} | {name: "float64" for name in values if name == "due"})


def _step(
    rows: pd.DataFrame, kind: EventType, values: tuple[str, ...], profile: Profile
) -> pd.DataFrame:
    frame = rows.reindex(columns=[*_KEY, "at", *values])
    if "facet" in values:
        frame["facet"] = recount_events.named(rows, kind, profile, kind.facet)
    return (
        frame.assign(**{kind.by: recount_events.named(rows, kind, profile)})
        if kind.by in values
        else frame
    )


def _first(steps: pd.DataFrame, name: str) -> pd.DataFrame:
    """The step of each case that stands: the smallest time, and of equal times the smallest
    values.
    """
    order = ["at", *steps.columns.difference([*_KEY, "at"], sort=False)]
    ordered = steps.sort_values(order, na_position="first", kind="stable")
    return ordered.drop_duplicates(_KEY).set_index(_KEY).rename(columns={"at": name})


def _calendar(at_ms: pd.Series[float], period: str, zone: str) -> pd.Series[float]:
    """The number of the day, week, … a moment is in; NaN (equal to nothing) of no moment."""
    local = pd.to_datetime(at_ms, unit="ms", utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    numbers = pd.PeriodIndex(local, freq=_CALENDAR[period]).asi8
    return pd.Series(numbers, index=at_ms.index, dtype="float64").where(at_ms.notna())


def _at(
    at: pd.Series[float], dim: pd.Series[str] | None = None, n: pd.Series[float] | None = None
) -> pd.DataFrame:
    columns = {"at": at} | ({} if dim is None else {"dim": dim}) | ({} if n is None else {"n": n})
    return pd.DataFrame(columns)


def _opened(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["opened"], cases.frame["category"])


def _handled(cases: Cases, period: str) -> pd.DataFrame:
    """At the first dispatch or at the closing, whichever came first."""
    return _at(cases.frame[["handled", "closed"]].min(axis="columns"))


def _joint(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["joint"])


def _closed(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["closed"], cases.frame["outcome"])


def _manner(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["closed"].where(cases.frame["manner"].notna()), cases.frame["manner"])


def _duration(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["left"], n=cases.frame["left"] - cases.frame["opened"])


def _left(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["left"])


def _same(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["left"].where(cases.same("opened", "left", period)))


def _joint_same(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["joint_left"].where(cases.same("joint", "joint_left", period)))


def _fell_due(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["due"].where(~(cases.frame["left"] <= cases.frame["due"])))


def _left_late(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["left"].where(cases.frame["left"] > cases.frame["due"]))


def _on_time(cases: Cases, period: str) -> pd.DataFrame:
    return _at(cases.frame["left"].where(cases.frame["left"] <= cases.frame["due"]))


_FIGURES: dict[str, Callable[[Cases, str], pd.DataFrame]] = {
    "opened": _opened,
    "handled": _handled,
    "joint": _joint,
    "closed": _closed,
    "manner": _manner,
    "duration": _duration,
    "same": _same,
    "joint_same": _joint_same,
    "left": _left,
    "fell_due": _fell_due,
    "left_late": _left_late,
    "on_time": _on_time,
}
