"""What is drawn: pages, their parts, the wall, the review, the reports. Data in, components out; no
I/O.
"""

__all__ = [
    "alerts",  # parts of /alerts
    "audit_log",  # parts of /audit-log
    "health",  # parts of /health
    "html",  # elements, and HTML as text
    "ids",  # every id
    "manual",  # the pages of /help
    "page",  # what a page is
    "pages",  # the pages
    "papers",  # slides, workbook, print
    "parts",  # what pages are made of
    "people",  # signing in, accounts, administration
    "review",  # parts of /review and /brief
    "sheets",  # tables as files
    "shell",  # the frame of every page
    "text",  # words, numbers, times
    "view",  # all that a page may look at
    "wall",  # parts of the wall
]
