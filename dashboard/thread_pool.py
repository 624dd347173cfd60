"""Runs work that would block the web worker's loop (SQL, files) in gevent's real threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import gevent

P = ParamSpec("P")
T = TypeVar("T")


def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Its result, or its error; other greenlets go on. The function must not use what belongs to
    the loop (sockets).
    """
    return cast(T, gevent.get_hub().threadpool.apply(function, args, kwargs))
