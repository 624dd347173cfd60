"""Screens: the heartbeats of open pages, and who is there."""
