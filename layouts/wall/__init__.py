"""The wall: where its blocks stand on the glass, and how each is drawn."""

__all__ = [
    "band",  # what burns, what waits longest, who is out of line
    "canvas",  # the glass in units of its smallest type
    "charts",  # charts over weeks
    "composition",  # where each block stands
    "day",  # the day within the band of days like it
    "duty",  # which office is on duty
    "empty",  # a board that has received nothing yet
    "flow",  # the flow of work, and what is overdue by kind
    "happenings",  # the events that matter
    "page_values",  # what the wall shows besides its topics
    "pairing",  # a wall without a token
    "playlist",  # the pictures of the turn, in their order
    "remote",  # the phone's page
    "replaybar",  # how a replay is marked
    "signals",  # what has something to say
    "turn",  # the pictures of the turn
    "year",  # the year so far
]
