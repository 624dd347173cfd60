"""Single cases: which are open, how long they stay in each stage, where they are stuck. Nothing
here shows who a case is about.
"""

__all__ = [
    "chain",  # the handling chain, counted
    "chain_reader",  # the same, read from the history
    "listing",  # pages of case numbers
    "query",  # what may be asked of them
]
