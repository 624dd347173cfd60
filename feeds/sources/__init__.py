"""How data gets in without code: spreadsheets, and the mappings that turn their rows into events.
Promises: a rejected row is given back with its reason; a second import counts nothing twice.
"""

__all__ = [
    "importing",  # a file through a mapping into the log
    "mappings",  # what a mapping declares
    "spreadsheets",  # rows of a CSV or workbook
]
