"""What is drawn: pages, their parts, the wall, the review, the papers. Data in, components out; no
I/O.
"""
