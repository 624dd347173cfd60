"""The codes for what a control chart says of a figure, which statistics, topics and pages share.
feeds/statistics decides on them.
"""

from __future__ import annotations

from typing import Literal

Variation = Literal["common", "improvement", "concern", "neutral_high", "neutral_low", "none"]
Assurance = Literal["passes", "fails", "varies", "none"]
Cause = Literal["common", "outside", "trend", "two_of_three", "shift", "none"]
TRIAL_BELOW = 12  # limits made from fewer points may still move much
