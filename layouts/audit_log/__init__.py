"""The audit log as its page shows it."""

__all__ = [
    "list_of_entries",  # the page's content
    "page_values",  # what it is made from
]
