"""What pages, the API, exports and commands ask: read from the history and from Redis, and written
for forms. Promises: what can't be had is said, never shown as zero.
"""

__all__ = [
    "alert_service",  # alerts and silences
    "form_handlers",  # what the pages' forms ask for
    "loaders",  # what loads the data of pages besides topics
    "remark_service",  # remarks
    "replays",  # moments of the past
    "reviews",  # quarters, freezes, commitments
    "small_cells",  # counts below town level, and who may see them
    "views",  # from a request to a View
]
