"""A past moment of the board, moved on by what came in after it. Promises: it shows what the engine
showed, and touches nothing that is live.
"""

__all__ = [
    "arrivals",  # when events could be seen
    "replay",  # the state of a topic at a moment
]
