"""What a wall needs besides its page: pairing, remote control, single scenes."""

__all__ = [
    "addresses",  # single pictures, a replay's moments, the phone's page
    "pairing",  # how a wall gets its token
    "remote_control",  # the phone that controls the wall
]
