"""Who may see and do what. Promises: of a secret its hash alone is kept; what is revoked, ended or
changed holds within two seconds. What small counts somebody sees is decided in
dashboard/pages/small_cells.py.
"""

__all__ = [
    "headers",  # what every answer tells the browser about itself
    "identity_client",  # who somebody is, asked of a provider of identities
    "incoming",  # what a browser may ask Dash
    "language",  # the language of an answer
    "last_use",  # when tokens and sessions were used last
    "middleware",  # what a closed board asks for before every request
    "oidc",  # people sign in with the city's provider of identities
    "own_pages",  # that what changes something comes from a page of the board
    "permissions",  # the towns whose small counts a request may see
    "person",  # who looks, as the header says it
    "principal",  # who makes a request, and what they may
    "reading",  # what a process knows of a table that is asked for all the time
    "session_cookie",  # how a browser carries its session
    "sessions",  # who is signed in
    "sign_in",  # /enter
    "tokens",  # the tokens of offices, programs and walls
    "workplace_clients",  # the same of WeCom and DingTalk
]
