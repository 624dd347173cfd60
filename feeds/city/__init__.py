"""A city as it is declared. Promises: another city is another file, a wrong key in it is named
before anything starts, and every period begins and ends in the city's own zone.
"""

__all__ = [
    "calendar",  # the local day, month and periods of a moment
    "date_ranges",  # a day, a month, a stretch of days by name
    "periods",  # today, week, month, quarter, year, and what each is compared with
    "profile",  # the city's file, and sections that features read of it
    "quarters",  # quarters by name
    "systems",  # the eighteen systems
    "words",  # a text in both languages
]
