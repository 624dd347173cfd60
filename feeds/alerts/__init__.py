"""Alerts. Promises: a rule is evaluated once for everybody, each change of an alert's state is
stored, and only a newer figure ends an alert.

Why one fired, and where that is decided: docs/how-to/alerts.md, section 5.
"""

__all__ = [
    "alert_rules",  # what a rule is, and the rules of a city
    "alert_store",  # every change of an alert, every silence
    "alert_strip",  # the part that puts what fires into topics
    "alert_tables",  # its tables
    "alert_watch",  # sees every rule, writes down, publishes
    "alert_wording",  # how an alert reads
    "firing",  # how many fire in a topic, and which are of one figure
    "lifecycle",  # pending, firing, acknowledged, resolved
    "suggestions",  # bounds from the city's own history
]
