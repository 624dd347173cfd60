"""Remarks: dated notes of an office on a figure. Promises: none is ever changed or deleted, and
none holds what looks like a person's data.
"""

__all__ = [
    "remark_store",  # where they are kept
    "remark_tables",  # their table
    "remarks",  # what a remark is, and which are rejected
]
