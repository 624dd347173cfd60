"""The parts of the pages /review and /brief."""

__all__ = [
    "brief_values",  # what /brief looks at
    "cards",  # figures
    "commitments",  # what was committed to
    "funnels",  # funnels
    "head",  # the quarter and its freeze
    "own",  # one town's own
    "page_values",  # what /review looks at
    "towns",  # the towns' table
]
