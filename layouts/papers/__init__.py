"""A quarter's review on paper: one plan of slides, charts and tables, and the files made from
it.
"""
