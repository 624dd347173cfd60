"""What happens when a person touches the screen, one module a page; registered by create_app.

Filters, drill-downs and periods are addresses and need nothing here (decision 0012). What is here
changes something: a form is taken from an office, handed to the desk, or refused in the reader's
words.
"""

from __future__ import annotations

import dash

from callbacks import alerts, health, remarks, review
from callbacks.forms import Desk

__all__ = [
    "forms",  # the desk that forms are handed to
    "register",
]


def register(app: dash.Dash, desk: Desk) -> None:
    """Every page's forms."""
    for page in (alerts, health, remarks, review):
        page.register(app.server, desk)
