"""Where the board departs from plain Dash, and the documents and browser files that pages need.

docs/explanation/dash.md has each departure, its reason, and the way back.
"""

__all__ = [
    "assets",  # scripts and styles
    "board",  # Dash with the board's departures
    "documents",  # documents without Dash
    "first_state",  # what the live client begins with
    "nonce",  # the word by which the browser's policy knows the board's own styles
]
