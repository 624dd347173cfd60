"""A board whose clock stands still, for pictures that can be compared (benchmarks/pictures.py).

Python reads this module at its start where its folder is on PYTHONPATH. The core's clock creeps on,
because it waits for it between two turns.
"""

import os
import sys
import time

at = os.environ.get("STILL_AT")
if at:
    begun, clock = time.monotonic(), time.monotonic
    speed = 0.02 if "core" in sys.orig_argv else 0.0

    def still() -> float:
        return float(at) + (clock() - begun) * speed

    time.time = still
    time.time_ns = lambda: int(still() * 1e9)
