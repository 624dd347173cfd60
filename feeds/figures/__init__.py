"""Reading figures: the sums of areas over windows of time, live and from the history, and what a
topic shows of them.
"""
