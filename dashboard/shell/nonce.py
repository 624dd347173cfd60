"""The word of one answer, by which the browser's policy (dashboard/access/headers.py) knows the
style elements that are the board's own.
"""

from __future__ import annotations

import secrets

import flask


def nonce() -> str:
    """The word of the answer that is being made, another for each."""
    if "nonce" not in flask.g:
        flask.g.nonce = secrets.token_urlsafe(16)
    return str(flask.g.nonce)


def given() -> str:
    """The word if the answer has one; else ""."""
    return str(flask.g.get("nonce", ""))
