"""What the pages about people show: plain values, made in dashboard/people. Moments are epoch ms, 0
of none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dash.development.base_component import Component

from feeds.city.words import Text


class Problem(NamedTuple):
    """What is wrong with a form: `field` names the field, "" where it is about none."""

    field: str
    said: Text


@dataclass(frozen=True)
class Filled:
    """What a form was filled with, and what is wrong with it."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def value(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def chosen(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def problem(self, name: str) -> Text | None:
        return next((one.said for one in self.problems if one.field == name), None)


EMPTY = Filled()


class Choice(NamedTuple):
    """One of several values that a form offers; `help` is a sentence below its label."""

    value: str
    label: str
    help: str = ""


class Built(NamedTuple):
    """A page, and the title of its document."""

    content: Component
    title: Text


class Way(NamedTuple):
    """A way to sign in besides a password: whose account, and where it begins."""

    title: str
    href: str


@dataclass(frozen=True)
class SignIn:
    """`next` is the address to go on to, `csrf` what the form carries. `is_asked`: the reader came
    from a page that needs a sign-in. `demo` are the roles that anyone may take on a demo.
    """

    csrf: str
    next: str = ""
    ways: tuple[Way, ...] = ()
    is_asked: bool = False
    demo: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class SetUp:
    """A one-time link that may be used: for the first admin, or for the password of an account."""

    purpose: Literal["set_up", "password"]
    link: str
    csrf: str
    name: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Session:
    """A browser that an account is signed in with. `handle` names it in forms."""

    handle: str
    agent: str
    address: str
    created: int
    seen: int
    ends: int
    is_this: bool = False


@dataclass(frozen=True)
class OwnAccount:
    """`does` says in sentences what the account may do; `provider` is whose account signs in where
    it has no password.
    """

    name: str
    shown: str
    roles: tuple[str, ...]
    towns: tuple[str, ...]
    does: tuple[str, ...]
    sessions: tuple[Session, ...]
    idle_hours: float
    has_password: bool = True
    provider: str = ""


State = Literal["active", "invited", "disabled"]


@dataclass(frozen=True)
class Account:
    """An account as administration lists it. `invited`: it has no password and no other way to
    sign in yet. `provider` is whose account signs in where it is no password of the board.
    """

    name: str
    shown: str
    roles: tuple[str, ...]
    towns: tuple[str, ...]
    state: State
    created: int
    seen: int
    sessions: int = 0
    is_own: bool = False
    provider: str = ""


@dataclass(frozen=True)
class Options:
    """What an account's form offers: roles, and the towns of the city."""

    roles: tuple[Choice, ...]
    towns: tuple[Choice, ...]


@dataclass(frozen=True)
class Link:
    """A one-time link that was just made, to be shown once."""

    name: str
    address: str
    expires: int


@dataclass(frozen=True)
class Token:
    """A token as administration lists it. `area` is what it may see or change; `types`, `areas` and
    `sources` are what it may send, empty of all. `rotated`: until then the secret before it is
    valid too.
    """

    name: str
    kind: str
    area: str
    by: str
    created: int
    expires: int
    seen: int
    types: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rotated: int = 0
    is_expired: bool = False


@dataclass(frozen=True)
class TokenOptions:
    """What a token's form offers."""

    kinds: tuple[Choice, ...]
    areas: tuple[Choice, ...]
    towns: tuple[Choice, ...]
    types: tuple[Choice, ...]


@dataclass(frozen=True)
class Secret:
    """A token that was just made, to be shown once. `until`: when the one before it ends."""

    name: str
    value: str
    until: int = 0


@dataclass(frozen=True)
class Wall:
    """A paired wall. `state` is that of its heartbeats, "" of one that never sent any."""

    name: str
    area: str
    by: str
    created: int
    seen: int
    state: Literal["shown", "frozen", "gone", "left", ""] = ""


@dataclass(frozen=True)
class Source:
    """A declared source. `last` is when its newest event came."""

    id: str
    patterns: tuple[str, ...]
    title: str = ""
    owner: str = ""
    last: int = 0


@dataclass(frozen=True)
class Sources:
    """The declared sources and those that send without being declared. `stamp` is that of the file
    as it was read: a form that was filled against another file is refused.
    """

    declared: tuple[Source, ...]
    undeclared: tuple[Source, ...]
    stamp: str
    file: str
    wrong: Text | None = None
