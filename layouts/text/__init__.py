"""The words of the pages in Chinese and English, and how numbers and times read."""

__all__ = [
    "numbers",  # numbers, changes and verdicts
    "texts",  # texts by key
    "times",  # ages, spans and moments
]
