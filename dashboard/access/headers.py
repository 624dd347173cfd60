"""The headers of every answer: what a browser may load and run, who may frame the board, and that
nothing that depends on who looks stays in a shared cache.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

import flask
from flask import Response

from dashboard.shell import nonce

YEAR_S = 31_536_000
# Scripts and styles come from the board's own files; besides, those scripts within a document run
# that are known by their hash, and those style elements count that have the word of their answer.
# A style attribute is against the policy.
_POLICY = (
    ("default-src", "'self'"),
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
        word = nonce.given()
        styles = f"style-src 'self' 'nonce-{word}'" if word else "style-src 'self'"
        answer.headers.setdefault("Content-Security-Policy", f"{self._policy}; {styles}")
        if flask.request.is_secure:
            answer.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
        held = answer.headers.get("Cache-Control", "no-cache")
        if not any(word in held for word in ("public", "no-store")):
            answer.headers["Cache-Control"] = held if "private" in held else f"private, {held}"
            answer.vary.add("Cookie")
        return answer
