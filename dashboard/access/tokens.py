"""Tokens for sending events, looking, making remarks, and for walls. DATA/tokens.json holds hashes,
DATA/ingest.token the owner's first token.

A token is 256 random bits, so a plain SHA-256 can't be reversed by guessing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

import msgspec

from feeds.city.words import Text, Worded

FIRST = "ingest.token"
NAMES = "tokens.json"
Kind = Literal["ingest", "view", "edit", "wall"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Token(msgspec.Struct, frozen=True):
    """A token as it is stored: its name, its hash, and what it allows: sending events, looking,
    looking and making remarks, or a wall.

    `area` is the town whose small counts it shows, or that a wall may show; "" is none, or the
    whole city. `by` is who paired the wall.
    """

    name: str
    sha256: str
    created: str
    kind: Kind = "ingest"
    area: str = ""
    by: str = ""

    def opens(self, kind: Kind) -> bool:
        return self.kind == kind or (self.kind, kind) == ("edit", "view")


class TokenError(Worded):
    """The change can't be made: the name is taken, or there is none of that name."""


class Tokens:
    """The tokens of a data folder; a change by another process is seen at the next question."""

    def __init__(self, data: Path) -> None:
        self._path = data / NAMES
        self._stamp: tuple[int, int] | None = None
        self._known: tuple[Token, ...] = ()

    def all(self) -> tuple[Token, ...]:
        """Every token, oldest first."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        if (stamp := (status.st_mtime_ns, status.st_ino)) != self._stamp:
            self._known = msgspec.json.decode(self._path.read_bytes(), type=tuple[Token, ...])
            self._stamp = stamp
        return self._known

    def holder(self, token: str, kind: Kind = "ingest") -> str | None:
        """The name a token was given under; None of one that is unknown or of another kind. Takes
        the same time for every wrong one.
        """
        found = self.known(token)
        return found.name if found and found.opens(kind) else None

    def walls(self) -> frozenset[str]:
        """The names of the paired walls."""
        return frozenset(token.name for token in self.all() if token.kind == "wall")

    def known(self, token: str) -> Token | None:
        """What is kept of a token."""
        digest = _digest(token)
        found = [t for t in self.all() if hmac.compare_digest(t.sha256, digest)]
        return found[0] if found else None

    def add(self, name: str, kind: Kind = "ingest", area: str = "", by: str = "") -> str:
        """A new token, to be shown once: only its hash is kept. Raises TokenError if the name is
        taken, or an area goes with sending.
        """
        if area and kind == "ingest":
            said = Text(
                "发送事件的令牌可发所有区域的事件；--area 须与 --kind view 同用",
                "a token that sends events sends those of every area; --area goes with --kind view",
            )
            raise TokenError(said)
        with self._changing():
            if any(t.name == name for t in self.all()):
                said = Text(
                    f"已有名为 {name!r} 的令牌；请先撤销它，或换一个名称",
                    f"there is a token named {name!r} already; "
                    "revoke it first or choose another name",
                )
                raise TokenError(said)
            token = _fresh()
            self._write((*self.all(), _kept(name, token, kind, area, by)))
        return token

    def revoke(self, name: str) -> None:
        """Remove a token; it is invalid from the next request on. Raises TokenError if there is
        none of that name.
        """
        with self._changing():
            left = tuple(t for t in self.all() if t.name != name)
            if len(left) == len(self.all()):
                raise TokenError(
                    Text(f"没有名为 {name!r} 的令牌", f"there is no token named {name!r}")
                )
            self._write(left)

    def first(self) -> Path:
        """Gives a folder without tokens its first one, in DATA/ingest.token for its owner alone;
        the file's path.
        """
        path = self._path.parent / FIRST
        with self._changing():
            if not self._path.exists():
                token = _fresh()
                _write_private(path, f"{token}\n".encode())
                self._write((_kept("owner", token),))
        return path

    def _write(self, tokens: tuple[Token, ...]) -> None:
        _write_private(self._path, msgspec.json.format(msgspec.json.encode(tokens)) + b"\n")

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        with (self._path.parent / f"{NAMES}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _fresh() -> str:
    return f"board_{secrets.token_urlsafe(32)}"


def _kept(name: str, token: str, kind: Kind = "ingest", area: str = "", by: str = "") -> Token:
    return Token(
        name, _digest(token), datetime.now(UTC).isoformat(timespec="seconds"), kind, area, by
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _write_private(path: Path, content: bytes) -> None:
    """Replaces a file in one step, readable by its owner alone (mkstemp makes it 0600)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
