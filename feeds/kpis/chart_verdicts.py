"""The codes for what a control chart says of a figure, which statistics, topics and pages share.
feeds/statistics decides on them.
"""

from __future__ import annotations

from typing import Literal

Variation = Literal["common", "improvement", "concern", "neutral_high", "neutral_low", "none"]
Assurance = Literal["passes", "fails", "varies", "none"]
Cause = Literal["common", "outside", "trend", "two_of_three", "shift", "none"]
TRIAL_BELOW = 12  # limits made from fewer points may still move much

# A control chart's kind: of values (XmR); of shares with the cases behind each point (p′); of the
# cases between two failures, or between two cases of a share that counts what is rare (g); of the
# days between two events (t).
Chart = Literal["xmr", "p", "g_failures", "g_cases", "t"]
BETWEEN: tuple[Chart, ...] = ("g_failures", "g_cases", "t")
# Whether a season may be among the causes, or the points are charted against what their week's
# season lets expect.
Season = Literal["", "unknown", "charted"]
# What each point is, as one letter of a text; a space where there is nothing to say.
MARKS: dict[str, Variation] = {
    ".": "common",
    "+": "improvement",
    "-": "concern",
    "^": "neutral_high",
    "v": "neutral_low",
}
