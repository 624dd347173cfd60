"""What happens when a person touches the screen, one module a page; registered by create_app."""

from __future__ import annotations

import dash


def register(app: dash.Dash) -> None:
    """No page needs one yet."""
