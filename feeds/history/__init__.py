"""The history. Promises: each event is kept and counted exactly once, even if processes die or
events repeat; an event is in all sums or in none.
"""

__all__ = [
    "append_only",  # tables whose rows stay
    "case_measures",  # the measures of cases, compiled for Python and SQL
    "case_state",  # what is known of a case
    "cell_sink",  # what ingest keeps by cell, and for how long cases stayed
    "cell_texts",  # the cells that counts are kept in
    "contribution",  # what an event adds
    "counting",  # what an event adds to the measures that KPIs are made of
    "event_store",  # what is asked of events, of the watermark and of marks
    "first_seen",  # when each source spoke first
    "ingest",  # from the log into the tables, in one transaction
    "recounting",  # counting what an older build did not count
    "schema",  # the revision of a database's tables, made in an empty one
    "sinks",  # the form of a sink, and the sums by day and month
    "stage_durations",  # how long a case stayed in each stage
    "storage",  # opening a database, reading it as of one moment
    "tables",  # the core's tables
]
