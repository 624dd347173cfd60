"""The live connection. Promises: a page that was disconnected gets the frames it missed, or a
snapshot; a slow page gets fewer frames, not a longer queue.
"""

__all__ = [
    "client",  # one connected page
    "connection",  # how the server speaks WebSocket
    "hub",  # frames to the pages that watch their topics
    "snapshots",  # the newest state of a topic
]
