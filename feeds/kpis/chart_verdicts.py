"""What can be said of a figure by its control chart: the words, which statistics, topics and pages
share. What decides on them is feeds/statistics.
"""

from __future__ import annotations

from typing import Literal

Variation = Literal["common", "improvement", "concern", "neutral_high", "neutral_low", "none"]
Assurance = Literal["passes", "fails", "varies", "none"]
Cause = Literal["common", "outside", "trend", "two_of_three", "shift", "none"]
TRIAL_BELOW = 12  # limits made from fewer points may still move much
