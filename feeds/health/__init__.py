"""Who reports and who has fallen silent. Promises: nothing is counted as zero for a source that is
silent.
"""

__all__ = [
    "completeness",  # towns, systems and sources, each judged by its own cadence
    "last_seen",  # the newest event of each, from the history
]
