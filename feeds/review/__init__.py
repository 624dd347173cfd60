"""The quarterly review, and the daily and monthly brief. Promises: a frozen quarter never changes,
and what is called a change is more than chance.
"""

__all__ = [
    "brief_reader",  # reads a brief from the history (pandas)
    "brief_sender",  # sends briefs to webhooks each morning
    "brief_wording",  # the first words of a brief
    "briefs",  # the content of a brief
    "commitments",  # what towns committed themselves to
    "earlier",  # what became of what was talked about a quarter ago
    "freezes",  # which quarters were fixed, under which terms
    "known_figures",  # figures as known at a moment, and their completeness
    "review_assembly",  # a review put together (pandas)
    "review_tables",  # their tables
    "review_values",  # what a review shows, as values
]
