"""What an event is and how it gets in. Promises: what is not valid, or holds personal data, is
refused with field and reason; what was accepted stands in the log until the history has it.
"""

__all__ = [
    "decoding",  # from JSON to an event, or a refusal
    "event",  # an event, and what its type declares
    "eventtypes",  # every type and indicator there is
    "intake",  # one way in: decode, refuse, append
    "log",  # the accepted events in Redis, by partition
    "privacy",  # what looks like a person's data
    "rejects",  # why something is refused, in both languages
    "schema",  # the types as JSON Schema
]
