"""The health of the board itself: what it depends on, its workers, what was rejected."""

__all__ = [
    "hub_notes",  # what a hub notes of its pages and of itself
    "metrics",  # numbers for Prometheus
    "rejects",  # what was rejected and why
    "vitals",  # Redis, log, engine, database
    "workers",  # the reports of the web workers
]
