"""The parts of the pages /review and /brief."""

__all__ = [
    "agenda",  # what there is to talk about
    "answers",  # one figure
    "brief_sections",  # the sections of a brief
    "brief_values",  # what /brief looks at
    "commitments",  # what was committed to
    "earlier",  # what became of last quarter's topics
    "funnels",  # funnels
    "head",  # the quarter and its freeze
    "outcomes",  # what came of commitments
    "page_values",  # what /review looks at
    "pictures",  # small pictures of findings
    "sentences",  # findings in words
    "spine",  # one town over all figures
    "timelines",  # a figure over two years
    "towns",  # a ranking, for who asks
]
