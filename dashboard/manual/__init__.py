"""The manual at /help: the documentation's own Markdown, as pages of the board. Promises: it needs
neither network nor database, has no HTML but what is made here, and is open to everybody.
"""

__all__ = [
    "addresses",  # /help and what is under it
]
