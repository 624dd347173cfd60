"""How fast the board is and what it needs, measured on real Redis, SQLite, processes and Chromium:
`python -m benchmarks`.

What a figure means and what is wanted of it is figures.py; how each is measured is
docs/explanation/speed.md.
"""
