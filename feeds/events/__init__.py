"""What an event is, which types there are, how one is decoded or rejected, and the log of those
accepted.
"""
