"""Reading figures: sums of areas over windows of time, live and from the history, and what a topic
shows of them. Promises: the same figure is the same number, whoever reads it.
"""

__all__ = [
    "arrivals",  # what was known by a moment, and what came later
    "books",  # the sums the engine keeps
    "cube",  # a figure split by its dimensions
    "cube_cases",  # the cases of a cell
    "cube_days",  # the cube's rows
    "freshness",  # live, late or without data
    "gauges",  # indicators as they were reported
    "intraday",  # the contributions of a day that is not over
    "knowledge",  # readings as known at a moment
    "late_data",  # what came too late for a moment
    "ranges",  # chosen days
    "reported_periods",  # which period a report is for
    "rollups",  # sums by day and month, and series
    "splitting",  # figures by goal, department and group
    "steps",  # completed weeks and months
    "topics",  # the state of an area over a period
    "trends",  # a control chart as it travels
]
