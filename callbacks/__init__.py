"""What an action of a reader changes, one module a subject; create_app registers them.

A filter, a drill-down or another period is an address, so a plain link is enough for it (decision
0012). What has no link, such as a chart's point or a grid's rows, is answered by a Dash callback.
What changes something is a form: a form handler takes it, or rejects it in the reader's words.
"""

from __future__ import annotations

import dash

from callbacks import alerts, charts, figures, health, remarks, review, tables
from callbacks.forms import FormHandlers
from callbacks.tables import Sheets

__all__ = [
    "forms",  # what the forms of all pages share
    "register",
]


def register(app: dash.Dash, handlers: FormHandlers, sheets: Sheets) -> None:
    """Everything that pages answer to."""
    for forms in (alerts, health, remarks, review):
        forms.register(app.server, handlers)
    charts.register(app)
    figures.register(app)
    tables.register(app, sheets)
