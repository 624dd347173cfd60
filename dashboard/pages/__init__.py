"""What pages, the API, exports and commands read from the history and from Redis, and what forms
write. Promises: what can't be read is shown as missing, never as zero.
"""

__all__ = [
    "alert_service",  # alerts and silences
    "audit_log_data",  # the audit log, for whoever may read it
    "form_handlers",  # what the pages' forms ask for
    "health_data",  # what the page of data status shows, and how the board is
    "loaders",  # what loads the data of pages besides topics
    "remark_service",  # remarks
    "replays",  # moments of the past
    "reviews",  # quarters, freezes, commitments
    "small_cells",  # counts below town level, and who may see them
    "views",  # from a request to a View
]
