"""A quarter's review as a report: one plan of slides, charts and tables, and the files made from
it.
"""

__all__ = [
    "compose",  # the plan of a review
    "csv_table",  # its figures as CSV
    "deck",  # slides
    "plan",  # what a plan is made of
    "presenter",  # slides in the browser
    "print_pages",  # pages to print
    "slide_master",  # how slides look
    "workbook",  # the workbook
]
