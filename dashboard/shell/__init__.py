"""Dash as the shell of the pages: the document, the browser files, and where we depart from plain
Dash.
"""

__all__ = [
    "assets",  # scripts and styles
    "documents",  # documents without Dash
]
