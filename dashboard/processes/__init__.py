"""The processes of the board: supervisor, core, web worker, and the doctor that examines them."""

__all__ = [
    "core",  # ingest, engine and the loops beside them
    "doctor",  # what is configured, reachable, behind, full
    "first_access",  # the first token, and the link that makes the first administrator
    "start_checks",  # what a start looks at before any process
    "supervisor",  # everything on one machine
    "web",  # one web worker
]
