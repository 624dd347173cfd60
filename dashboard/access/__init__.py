"""Who may see and do what. Promises: a token is kept as a hash; what is revoked opens nothing from
the next request on. Small counts are dashboard/pages/small_cells.py.
"""

__all__ = [
    "editing",  # whose forms are taken
    "middleware",  # the gate of a closed board
    "permissions",  # which towns a viewer belongs to
    "principal",  # by what somebody looks
    "sign_in",  # /enter and /leave
    "tokens",  # the tokens of a data folder
]
