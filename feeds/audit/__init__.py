"""The same figures counted a second time from raw events, and the comparison. Nothing of the
product imports this.
"""

__all__ = [
    "audit",  # everything compared
    "sources",  # what the history, the engine and the API say
]
