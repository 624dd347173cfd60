"""People and programs that may use the board: accounts with roles, sessions, tokens, one-time
links. All of it stands in the history's database, every secret as a hash alone. Knows no HTTP:
whose a request is is found in dashboard/access.
"""

__all__ = [
    "account_store",  # who has an account, and how it is changed
    "account_tables",  # the tables of all that is here
    "identities",  # who comes from a provider of identities, and their account here
    "link_store",  # one-time links: to set up the board, to set a password
    "passwords",  # which passwords are taken, and how they are kept
    "provider",  # the provider that a city declares, and what its groups get
    "roles",  # what each role may do, and what a token may
    "session_store",  # who is signed in where
    "token_store",  # the tokens of offices, programs and walls
]
