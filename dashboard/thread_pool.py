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

    def kept() -> tuple[T | None, BaseException | None]:
        # An error that left the thread would be printed there, whatever the caller makes of it.
        try:
            return function(*args, **kwargs), None
        except BaseException as error:
            return None, error

    result, error = gevent.get_hub().threadpool.apply(kept)
    if error is not None:
        raise error
    return cast(T, result)
