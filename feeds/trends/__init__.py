"""The control chart of each figure over completed weeks, months or quarters, whichever has enough
behind a point, or over rare events. Promises: its limits are computed from what is published.
"""

__all__ = [
    "trend_lines",  # the engine's part that keeps them
]
