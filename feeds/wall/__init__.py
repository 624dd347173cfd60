"""The wall as a city's profile declares it, and what it counts besides the topics."""

__all__ = [
    "on_time",  # what was done in time, by town and week
    "on_time_reader",  # the same, read from the history
    "open_work",  # what stands open, all kinds of cases together
    "open_work_reader",  # the same, read from the history
    "usual_day",  # today so far, and the days like it
    "usual_day_reader",  # the same, read from the history
    "wall_profile",  # the profile's section, and the wall it makes
]
