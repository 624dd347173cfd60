"""The control chart of each figure over completed weeks or months. Promises: its limits are
computed from the points as they are published.
"""

__all__ = [
    "trend_lines",  # the engine's part that keeps them
]
