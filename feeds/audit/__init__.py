"""The same figures counted a second time from raw events, and the comparison. Nothing of the
product imports this.
"""
