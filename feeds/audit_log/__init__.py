"""Who did what and when: one append-only table in the history's database, each entry with the hash
of the one before. Promises: an entry that was changed, removed or put in between is noticed, and so
is a freeze, a commitment or a remark that is not what was written down. It holds no figures and no
personal data.
"""

__all__ = [
    "audit_log_tables",  # its table
    "entries",  # what an entry is, and its hash
    "log_store",  # written, read, and removed when old
    "verification",  # whether it is what was written
]
