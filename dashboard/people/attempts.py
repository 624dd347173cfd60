"""How often somebody may try a password: tries are counted in Redis by account name and by network
address, so that all workers count together, and one that was right is taken back.

A try counts before the password is looked at: many at once are no way around.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import cast

import redis

from feeds.accounts import account_store

MOST, WINDOW_S = 10, 900
PLACE = "board:sign-in:"
PREFIX_OF_ONE = 64  # of IPv6: whoever has one address has all of its network


class Attempts:
    """The tries of the last quarter of an hour. Every method raises redis.RedisError."""

    def __init__(self, store: redis.Redis) -> None:
        self._store = store

    def begin(self, name: str, address: str) -> int:
        """Count a try; the seconds that it has to wait, 0 where it may go on."""
        counting = self._store.pipeline()
        keys = _keys(name, address)
        for key in keys:
            counting.set(key, 0, ex=WINDOW_S, nx=True)
            counting.incr(key)
            counting.ttl(key)
        found = counting.execute()
        counts, lasts = found[1::3], found[2::3]
        waits = [cast(int, last) for n, last in zip(counts, lasts, strict=True) if n > MOST]
        return max([*waits, 1]) if waits else 0

    def forgive(self, name: str, address: str) -> None:
        """Take back a try that was right."""
        counting = self._store.pipeline()
        for key in _keys(name, address):
            counting.set(key, 1, ex=WINDOW_S, nx=True)  # one that ended meanwhile goes to 0
            counting.decr(key)
        counting.execute()


def _keys(name: str, address: str) -> tuple[str, ...]:
    """Where the tries of a name and of an address are counted. The name is kept as a hash, because
    anything may have been typed in its place.
    """
    digest = hashlib.sha256(account_store.plain_name(name).encode()).hexdigest()[:32]
    return f"{PLACE}name:{digest}", f"{PLACE}address:{_network(address)}"


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        if mapped is None:
            return str(ipaddress.ip_network((found, PREFIX_OF_ONE), strict=False))
        return str(mapped)
    return str(found)
