"""Where the board departs from plain Dash, and the documents and browser files that pages need.

Each departure, why it was made and how to go back: docs/explanation/dash.md.
"""

__all__ = [
    "assets",  # scripts and styles
    "board",  # Dash with the board's departures
    "documents",  # documents without Dash
    "first_state",  # what the live client begins with
]
