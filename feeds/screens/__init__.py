"""Screens: what open pages say of themselves, and who is there. It is about screens, never about
who sits before one.
"""

__all__ = [
    "heartbeats",  # a screen's heartbeat, and how a wall stands by it
    "presence",  # short-lived records that expire by themselves
]
