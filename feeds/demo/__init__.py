"""The demo feed: a made-up city that behaves like the real one, calibrated on published yearly
figures. Every source begins with `urn:demo`, so that the board recognises and labels demo data.
"""

__all__ = [
    "run",  # two years back, then live
]
