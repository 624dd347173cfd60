"""What runs all the time. Promises: the first change is published at once, then at most so many
frames a second; the loops survive any outage and continue at the watermark.
"""

__all__ = [
    "combined_loop",  # ingest and engine in one thread
    "engine",  # computes the topics that are watched, publishes what changed
    "frames",  # what travels to the screens, and its place in Redis
    "outages",  # what a process can't use now: told once, and to other processes
    "parts",  # what a feature adds to a topic
    "publish_intake",  # PUBLISH board:in
    "separate_loops",  # ingest and engine in processes of their own
    "split_series",  # the part that splits figures by goal and department
    "worker_loop",  # a loop beside the engine
]
