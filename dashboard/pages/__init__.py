"""What pages need beside their topic, read from the history and from Redis, and the handlers of
their forms.
"""
