"""The parts of the page /alerts, and the strip of alerts on the wall."""

__all__ = [
    "lists",  # rules, silences and what was
    "open_alerts",  # what fires now
    "page_values",  # what the page looks at
    "strip",  # the wall's strip
]
