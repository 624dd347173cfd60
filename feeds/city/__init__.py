"""A city as it is declared. Promises: another city is another file, a wrong key in it is reported
before anything starts, and every period begins and ends in the city's own zone.
"""

__all__ = [
    "calendar",  # the local day, month and periods of a moment
    "complaints",  # what msgspec says of a wrong value, in both languages
    "named_periods",  # a day or a month by its name
    "outlines",  # the towns' outlines from a GeoJSON file
    "periods",  # today, week, month, quarter, year, and what each is compared with
    "profile",  # the city's file, and sections that features read of it
    "quarters",  # quarters by name
    "systems",  # the eighteen systems
    "words",  # a text in both languages
]
