"""How the board itself is doing: what it stands on, its workers, what was rejected."""

__all__ = [
    "rejects",  # what was refused and why
    "vitals",  # Redis, log, engine, database
    "workers",  # what each web worker says of itself
]
