"""Notifications. Promises: a webhook gets each change of an alert in order, a failed delivery is
retried, and every attempt is stored.
"""

__all__ = [
    "deliveries",  # what each hook is to be sent, with retries
    "delivery_tables",  # its table
    "webhooks",  # who gets messages, and how one is built and signed
]
