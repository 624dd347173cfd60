"""Who may see and do what. Promises: of a secret its hash alone is kept; what is revoked, ended or
changed holds within two seconds. What small counts somebody sees is decided in
dashboard/pages/small_cells.py.
"""

__all__ = [
    "headers",  # what every answer tells the browser about itself
    "incoming",  # what a browser may ask Dash
    "language",  # the language of an answer
    "last_use",  # when tokens and sessions were used last
    "middleware",  # what a closed board asks for before every request
    "permissions",  # the towns whose small counts a request may see
    "principal",  # who makes a request, and what they may
    "reading",  # what a process knows of a table that is asked for all the time
    "session_cookie",  # how a browser carries its session
    "sessions",  # who is signed in
    "sign_in",  # /enter and /leave
    "tokens",  # the tokens of offices, programs and walls
]
