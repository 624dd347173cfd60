"""Telling others. Promises: a webhook hears each change of an alert in order, is tried again, and
every attempt is written down.
"""

__all__ = [
    "deliveries",  # what each hook has still to hear, sent and tried again
    "delivery_tables",  # its table
    "webhooks",  # who is told, and how a message looks and is signed
]
