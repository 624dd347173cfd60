"""Reading figures: sums of areas over windows of time, live and from the history, and the state of
a topic. Promises: a figure is the same number for every reader.

From a tile back to the sums, function by function: docs/how-to/audit-a-figure.md, section 6.
"""

__all__ = [
    "cell_counts",  # how often measures counted, in cells
    "cells",  # a figure split by its dimensions
    "date_ranges",  # days that a reader chose
    "freshness",  # live, late or without data
    "gauges",  # indicators as they were reported
    "intraday",  # the contributions of a day that is not over
    "known_at",  # what was known at a past moment
    "live_sums",  # the sums the engine keeps
    "past",  # figures as of a past moment
    "reader",  # THE reader: sums of areas over windows
    "reported_periods",  # which period a report is for
    "series",  # a figure by day, week or month
    "spoken",  # when the sources behind a town's figures last spoke
    "topics",  # the state of an area over a period
    "trends",  # a control chart as it travels
    "verdicts",  # the verdict on a figure, as codes
    "windows",  # windows of time, and how they are cut
]
