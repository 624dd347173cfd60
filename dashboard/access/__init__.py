"""Who may see and do what. Promises: a token is kept as a hash; a revoked token is invalid from the
next request on. What small counts somebody sees is decided in dashboard/pages/small_cells.py.
"""

__all__ = [
    "acting",  # who acts, and who acts for the whole city
    "editing",  # who may send forms
    "headers",  # what every answer tells the browser about itself
    "incoming",  # what a browser may ask Dash
    "language",  # the language of an answer
    "middleware",  # what a closed board asks for before every request
    "permissions",  # the towns whose small counts a request may see
    "principal",  # who makes a request
    "sign_in",  # /enter and /leave
    "tokens",  # the tokens of a data folder
    "workplace_clients",  # the client of the city's provider of identities
]
