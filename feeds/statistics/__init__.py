"""Statistics as pure functions over plain arrays and numbers: no I/O, no clock. Promises: each
follows a published method, which its module names.
"""

__all__ = [
    "changes",  # what a change is, many comparisons at once, periods that can be compared
    "funnels",  # units of different size beside each other, and which of them differ (pandas)
    "inputs",  # what is refused, with its reason
    "intervals",  # intervals of a share, a count and their differences
    "rates",  # p′, g and t charts of shares and rare events
    "season",  # what a week lets expect by earlier years
    "spc",  # control charts and comparisons as frames (pandas)
    "suppression",  # which small counts to hide so that none can be worked out
    "tails",  # how unlikely a count is, exactly (scipy)
    "xmr",  # the XmR chart of one segment
]
