"""A board whose clock stands still, for pictures that can be compared (benchmarks/pictures.py).

Python reads this module at its start where its folder is on PYTHONPATH. What pages and figures call
now (`time.time_ns`) stands still in the web workers. The core's goes on for a minute, in which it
reads its first figures and control charts, and creeps from then on, because the core waits for it
between two turns; so does `time.time`, by which workers tell the core what is watched.
"""

import os
import sys
import time

at = os.environ.get("STILL_AT")
if at:
    begun, clock = time.monotonic(), time.monotonic

    def creeping() -> float:
        passed = clock() - begun
        return float(at) + min(passed, 60) + max(passed - 60, 0) * 0.02

    is_core = "core" in sys.orig_argv
    time.time = creeping
    time.time_ns = lambda: int((creeping() if is_core else float(at)) * 1e9)
