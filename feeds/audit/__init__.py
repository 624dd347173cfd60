"""The same figures counted a second time from raw events, in SQL, and the comparison. Promises:
nothing of the product imports this, and it shares declarations alone with what it checks.
"""

__all__ = [
    "audit",  # everything compared
    "facts",  # what facts.sql says every measure counts
    "sources",  # what the history, the engine and the API say
]
