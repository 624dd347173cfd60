"""The headers of every answer: what a browser may load and run, who may frame the board, and that
nothing that depends on who looks stays in a shared cache.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

import flask
from flask import Response

YEAR_S = 31_536_000
# Styles are set on elements by the pages themselves; scripts run from the board's own files, and of
# scripts within a document those alone that are known by their hash.
_POLICY = (
    ("default-src", "'self'"),
    ("style-src", "'self' 'unsafe-inline'"),
    ("img-src", "'self' data: blob:"),
    ("font-src", "'self' data:"),
    ("worker-src", "'self' blob:"),
    ("object-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'self'"),
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def hash_of(script: str) -> str:
    """A script within a document, as the policy names it."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


class Headers:
    """Sets the headers after every request. `frame_ancestors` are the origins whose pages may frame
    the board besides its own, separated by blanks.
    """

    def __init__(self, frame_ancestors: str = "") -> None:
        self._ancestors = f"'self' {frame_ancestors}".strip()
        self._policy = ""
        self.allow(())

    def allow(self, hashes: Iterable[str]) -> None:
        """The scripts within documents that may run, as hash_of gives them."""
        scripts = ("script-src", " ".join(["'self'", *hashes]))
        parts = [*_POLICY, scripts, ("frame-ancestors", self._ancestors)]
        self._policy = "; ".join(f"{name} {value}" for name, value in parts)

    def set(self, answer: Response) -> Response:
        """The answer with its headers; what it has set itself stays."""
        for name, value in _FIXED.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Content-Security-Policy", self._policy)
        if flask.request.is_secure:
            answer.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
        if "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "private, no-cache"
            answer.vary.add("Cookie")
        return answer
