"""The manual at /help: its list of contents and its pages. Promises: plain documents that work
without a script.
"""

__all__ = [
    "manual_pages",  # /help, a page, and instead of one that does not exist
    "page_values",  # what these show
]
