"""What an event is and how it gets in. Promises: an event that is invalid or holds personal data is
rejected with field and reason; an accepted event stays in the log until it is in the history.
"""

__all__ = [
    "declared_sources",  # how the case numbers of a city's sources look
    "decoding",  # from JSON to an event, or an error
    "event",  # an event, and what its type declares
    "eventtypes",  # every type and indicator there is
    "intake",  # one way in: decode, reject, append
    "log",  # the accepted events in Redis, by partition
    "privacy",  # what looks like a person's data
    "rejects",  # why an event is rejected, in both languages
    "schema",  # the types as JSON Schema
    "source_file",  # how the file of declared sources is changed
]
