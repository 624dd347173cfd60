"""The parts of the page /alerts, and where alerts show elsewhere."""

__all__ = [
    "badge",  # the badge in the menu, and the lines on a figure's page
    "lists",  # rules, silences and what was
    "open_alerts",  # what fires now
    "page_values",  # what the page looks at
]
