"""The tokens of the history's database (feeds/accounts/token_store.py), as a process knows them: a
change is seen within two seconds, an own one at once.

DATA/ingest.token is the owner's first token. DATA/tokens.json of an older board is taken over once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine

from dashboard.access.reading import Reading, Run, directly
from dashboard.audit_trail import now_ms
from feeds.accounts import token_store
from feeds.accounts.roles import Kind
from feeds.accounts.token_store import ALL, OVERLAP_MS, Scope, Token
from feeds.audit_log import log_store
from feeds.audit_log.entries import BOARD, Act, Who

FIRST = "ingest.token"
NAMES = "tokens.json"
TAKEN_OVER = f"{NAMES}.taken-over"
OWNER = "owner"


class Tokens:
    """Every token. `run` is how the database is waited for."""

    def __init__(
        self, database: Engine, run: Run = directly, clock: Callable[[], int] = now_ms
    ) -> None:
        self._database, self._run, self._clock = database, run, clock
        self._reading: Reading[tuple[Token, ...]] = Reading(self._read, run)

    def all(self) -> tuple[Token, ...]:
        """Every token, the oldest first, also those that have expired."""
        return self._reading.get()

    def known(self, secret: str) -> Token | None:
        """The token of a secret; None of one that is unknown, revoked or expired. One that is not
        known is looked for again, because it may have been made just now.
        """
        return self.found(token_store.digest(secret)) if secret else None

    def found(self, digest: str) -> Token | None:
        """The token of a secret's hash."""
        return self._reading.find(digest, lambda known: self._by_digest(known).get(digest))

    def walls(self) -> frozenset[str]:
        """The names of the paired walls."""
        return frozenset(token.name for token in self.all() if token.kind == "wall")

    def add(
        self,
        name: str,
        kind: Kind = "ingest",
        area: str = "",
        *,
        who: Who = BOARD,
        scope: Scope = ALL,
        expires: int | None = None,
        act: Act = "token",
    ) -> str:
        """A new token, to be shown once: only its hash is kept. Raises TokenError, a database
        error.
        """

        def write() -> str:
            with self._database.begin() as connection:
                return token_store.add(
                    connection,
                    self._clock(),
                    who,
                    name,
                    kind,
                    area,
                    scope=scope,
                    expires=expires,
                    act=act,
                )

        return self._changed(write)

    def rotate(self, name: str, *, who: Who = BOARD, overlap_ms: int = OVERLAP_MS) -> str:
        """A new secret; the old one stays good for an overlap. Raises TokenError, a database
        error.
        """

        def write() -> str:
            with self._database.begin() as connection:
                return token_store.rotate(connection, self._clock(), who, name, overlap_ms)

        return self._changed(write)

    def revoke(self, name: str, *, who: Who = BOARD, act: Act = "token") -> None:
        """Remove a token. Raises TokenError, a database error."""

        def write() -> str:
            with self._database.begin() as connection:
                return token_store.revoke(connection, self._clock(), who, name, act).name

        self._changed(write)

    def _changed(self, write: Callable[[], str]) -> str:
        done = self._run(write)
        self._reading.renewed()
        return done

    def _by_digest(self, known: tuple[Token, ...]) -> Mapping[str, Token]:
        now = self._clock()
        return {digest: token for token in known for digest in token.digests(now)}

    def _read(self) -> tuple[Token, ...]:
        with self._database.connect() as connection:
            return tuple(token_store.all(connection))


def begin(data: Path, database: Engine, clock: Callable[[], int] = now_ms) -> Path:
    """Gives a board that never had a token its first one, in DATA/ingest.token for its owner alone;
    the file's path. Raises a database error.
    """
    take_over(data, database, clock)
    path = data / FIRST
    with database.begin() as connection:
        if not _has_had_tokens(connection):
            log_store.hold(connection)
            if not _has_had_tokens(connection):
                secret = token_store.add(connection, clock(), BOARD, OWNER)
                _write_private(path, f"{secret}\n".encode())
    return path


def take_over(data: Path, database: Engine, clock: Callable[[], int] = now_ms) -> None:
    """Take over the tokens that an older board kept in DATA/tokens.json, once. Raises a database
    error.
    """
    path = data / NAMES
    if not path.is_file():
        return
    with database.begin() as connection:
        log_store.hold(connection)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=list[_Old])
        except FileNotFoundError:  # another process was first
            return
        token_store.take_over(connection, clock(), BOARD, [one.token for one in found])
    path.replace(data / TAKEN_OVER)


class _Old(msgspec.Struct):
    """A token as an older board wrote it into a file."""

    name: str
    sha256: str
    created: str
    kind: Kind = "ingest"
    area: str = ""
    by: str = ""

    @property
    def token(self) -> Token:
        at = round(datetime.fromisoformat(self.created).timestamp() * 1000)
        return Token(self.name, self.sha256, self.kind, self.area, self.by, at)


def _has_had_tokens(connection: Connection) -> bool:
    if log_store.newest_of(connection, "token") is not None:
        return True
    return bool(token_store.all(connection))


def _write_private(path: Path, content: bytes) -> None:
    """Replaces a file in one step, readable by its owner alone (mkstemp makes it 0600)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
