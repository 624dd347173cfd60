"""Where numbers come from: events in, history, figures out. This package loads no web library."""

__all__ = [
    "accounts",  # people who sign in, sessions, tokens
    "alerts",  # rules, and the life of an alert
    "audit",  # every figure counted a second time
    "audit_log",  # who did what
    "cases",  # single cases and the chain of their stages
    "city",  # a city as declared
    "demo",  # the made-up city
    "events",  # what an event is and how it gets in
    "figures",  # figures read
    "health",  # who reports, who is silent
    "history",  # events and sums, counted exactly once
    "kpis",  # the catalogue
    "live",  # the engine and the loops
    "migrations",  # histories of older versions upgraded
    "notify",  # webhooks
    "remarks",  # notes of an office on a figure
    "replay",  # a past moment
    "review",  # the quarterly review, the brief
    "screens",  # heartbeats of open pages
    "sources",  # spreadsheets
    "statistics",  # pure statistics
    "trends",  # control charts for the engine
    "wall",  # the wall as declared
]
