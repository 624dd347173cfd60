"""The same figures counted a second time from raw events, and the comparison. Nothing of the
product imports this.
"""

__all__ = [
    "audit",  # everything compared
    "facts",  # the facts of a history, by facts.sql
    "sources",  # what the history, the engine and the API say
]
