"""Notifications. Promises: a webhook gets each change of an alert in order, a failed delivery is
retried, and every attempt is stored.
"""

__all__ = [
    "deliveries",  # what each hook has still to hear, sent and tried again
    "delivery_tables",  # its table
    "webhooks",  # who is told, and how a message looks and is signed
]
