"""Screens: the heartbeats of open pages, and which screens are present. It is about screens, never
about the people before them.
"""

__all__ = [
    "heartbeats",  # a screen's heartbeat, and the state of a wall by it
    "presence",  # short-lived records that expire by themselves
]
