"""The pages about people, as addresses: signing in and out, setting up, one's own account, and
administration. Promises: what changes something is a POST that its own page sent; a password is
never repeated, and a secret is shown once.
"""

__all__ = [
    "addresses",  # all of them
    "asking",  # who asks, and the answer, for other plain pages
]
