"""The demo feed: a made-up city that works like the real one, calibrated on published yearly
figures. Every source begins with `urn:demo`, by which the board knows and labels it as demo data.
"""

__all__ = [
    "run",  # two years back, then live
]
