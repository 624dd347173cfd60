"""The texts of the pages in Chinese and English, and the format of numbers and times."""

__all__ = [
    "numbers",  # numbers, changes and verdicts
    "texts",  # texts by key
    "times",  # ages, spans and moments
]
