"""The processes of the board: supervisor, core, web worker, and the doctor that examines them."""

__all__ = [
    "core",  # ingest, engine and the loops beside them
    "doctor",  # what is configured, reachable, behind, full
    "supervisor",  # everything on one machine
    "web",  # one web worker
]
