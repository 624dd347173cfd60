"""Screens: what a profile declares of its wall, and the heartbeats of open pages."""
