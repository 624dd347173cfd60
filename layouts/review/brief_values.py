"""The page data of /brief. The values come from feeds/review/briefs.py."""

from __future__ import annotations

from typing import NamedTuple

from feeds.city.named_periods import Day, Month
from feeds.review.briefs import Brief


class BriefPage(NamedTuple):
    """The brief, or the reason why there is none (`refused`: `wrong`, `known`, `over`, `much`), the
    day or month that was asked for, and the last whole month.

    `is_fixed`: the address fixes the moment of knowledge, so that the page is always the same.
    """

    brief: Brief | None
    period: Day | Month
    month: Month
    refused: str = ""
    is_fixed: bool = False
