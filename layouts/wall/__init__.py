"""The wall: where things are placed on the screen (canvas, fitting), and what they are made of."""

__all__ = [
    "blocks",  # what a scene shows
    "pairing",  # the screen of an unpaired wall
    "playlist",  # the order of its pictures
    "remote",  # the phone's page
    "replaybar",  # the bar of a replay
]
