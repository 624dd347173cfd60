"""A past moment of the board, moved forward by later events. Promises: it shows what the engine
showed then, and changes nothing that is live.
"""

__all__ = [
    "late_data",  # which events were visible at a moment
    "replay",  # the state of a topic at a moment
]
