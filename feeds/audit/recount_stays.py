"""How long cases stayed in the stages of their handling, counted a second time. Part of the
recount: plain pandas.
"""

from __future__ import annotations

import pandas as pd

from feeds.audit.recount_cases import Cases
from feeds.kpis import histogram


def table(cases: Cases, *, by_facet: bool) -> pd.DataFrame:
    """What the opened cases did: town, at (epoch ms), facet (the track) and outcome (a mark and the
    bucket of the time spent).

    Of all cases, or of each facet; and of those that were handled jointly.
    """
    opened = cases.frame[cases.frame["opened"].notna()]
    whole = opened.assign(track=opened["facet"].fillna("") if by_facet else "")
    joint = opened[opened["joint"].notna()].assign(track="joint", handled=lambda its: its["joint"])
    return pd.concat(
        [
            part
            for frame in (whole, joint)
            for part in (*_spent(frame), *_ends(frame[frame["track"] != ""]))
        ]
    )


def _spent(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Taken in hand (h) after being opened, closed without that (c), closed from hand (f); none
    before what it follows.
    """
    in_hand = (
        frame["handled"].where(~(frame["closed"] <= frame["handled"])).clip(lower=frame["opened"])
    )
    past = frame["closed"].where(in_hand.isna()).clip(lower=frame["opened"])
    left = frame["closed"].where(in_hand.notna()).clip(lower=in_hand)
    steps = (("h", in_hand, frame["opened"]), ("c", past, frame["opened"]), ("f", left, in_hand))
    return [
        _marked(
            frame,
            at,
            mark + (at - since).dropna().astype("int64").map(histogram.bucket).astype(str),
        )
        for mark, at, since in steps
    ]


def _ends(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [_marked(frame, frame["opened"], "o"), _marked(frame, frame["closed"], "x")]


def _marked(frame: pd.DataFrame, at: pd.Series[float], mark: pd.Series[str] | str) -> pd.DataFrame:
    found = pd.DataFrame(
        {"town": frame["town"], "at": at, "facet": frame["track"], "outcome": mark}
    )
    return found.dropna(subset=["at"])
