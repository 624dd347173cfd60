"""The pages about people: signing in, setting up, one's own account, and administration. Promises:
plain documents that work without a script; what a form is filled with comes back with its errors,
passwords never.
"""

__all__ = [
    "admin_accounts",  # /admin: accounts
    "admin_sources",  # /admin/sources: declared sources
    "admin_tokens",  # /admin/tokens: tokens of offices and programs
    "admin_walls",  # /admin/walls: paired walls
    "frame",  # the frame of these pages, for other plain ones
    "own_account",  # /account
    "page_values",  # what these pages show
    "setting_up",  # /set-up
    "signing_in",  # /sign-in, /sign-out, and who may not see a page
]
