"""Which browser files a page loads and in what order, and their compression, done once a file.

The files themselves are in assets/; nothing is loaded from another host.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import flask
from flask_compress import Compress

FOLDER = Path(__file__).resolve().parents[2] / "assets"
APART = frozenset(("present.js",))  # goes into a document of its own
YEAR_S = 31_536_000


@cache
def styles() -> tuple[str, ...]:
    """A desk's page has nothing of the wall's: both name their blocks, rows and bars in the same
    words.
    """
    return (_url("board.css"), _url("touch.css"))


@cache
def wall_styles() -> tuple[str, ...]:
    return (*styles(), _url("wall.css"))


@cache
def scripts() -> tuple[str, ...]:
    """What stands between Dash and the live client, the client itself, and what the charts' library
    finds when it comes: it is brought by who draws the first chart.
    """
    shell = sorted(str(p.relative_to(FOLDER)) for p in FOLDER.glob("shell/*.js"))
    live = sorted(
        str(p.relative_to(FOLDER)) for p in FOLDER.glob("live/*.js") if p.name not in APART
    )
    locales = sorted(str(p.relative_to(FOLDER)) for p in FOLDER.glob("vendor/plotly-locale-*.js"))
    return tuple(_url(name) for name in ("vendor/socket.io.min.js", *shell, *live, *locales))


@cache
def charts() -> str:
    """The charts' library, of only those kinds that the board draws."""
    return _url("vendor/plotly-cartesian.min.js")


@cache
def icon() -> str:
    """Of the browser's tab."""
    return _url("icon.svg")


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def remote_scripts() -> tuple[str, ...]:
    """Of the phone's page: the socket and what the buttons do."""
    return tuple(
        _url(str(p.relative_to(FOLDER)))
        for p in (*sorted(FOLDER.glob("vendor/*socket.io*.js")), FOLDER / "remote" / "remote.js")
    )


@cache
def pairing_scripts() -> tuple[str, ...]:
    """Of a wall that is not paired yet."""
    return (_url("wall/pulse.js"), _url("pairing/pairing.js"))


@cache
def wall_scripts() -> tuple[str, ...]:
    """The wall draws for itself: the live client and its player. No chart library, no Dash."""
    live = sorted(
        str(p.relative_to(FOLDER)) for p in FOLDER.glob("live/*.js") if p.name not in APART
    )
    wall = sorted(str(p.relative_to(FOLDER)) for p in FOLDER.glob("wall/*.js"))
    vendor = sorted(str(p.relative_to(FOLDER)) for p in FOLDER.glob("vendor/*socket.io*.js"))
    return tuple(_url(name) for name in (*vendor, *wall, *live))


def _url(name: str) -> str:
    """With the content's hash, so that a browser may keep it for a year and never has an old
    one.
    """
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]
    return f"/assets/{name}?v={digest}"


class _Kept:
    """Compressed files by algorithm and path; they are few, and the same until the process ends.
    Nothing else is kept.
    """

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        if not key.endswith(";") and len(self._kept) < 500:
            self._kept[key] = value


def compress(server: flask.Flask) -> None:
    """Compress what is text; files once and for all, answers as they are made."""
    server.config["COMPRESS_MIMETYPES"] = [
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "image/svg+xml",
        "application/problem+json",
        "text/csv",
        "text/plain",
    ]
    server.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    server.config["COMPRESS_BR_LEVEL"] = 5
    server.config["COMPRESS_CACHE_BACKEND"] = _Kept
    server.config["COMPRESS_CACHE_KEY"] = lambda request: request.path if _is_file(request) else ""
    Compress(server)
    server.after_request(_whole)


def _is_file(request: flask.Request) -> bool:
    return request.method == "GET" and request.path.startswith(
        ("/assets/", "/_dash-component-suites/")
    )


def _whole(response: flask.Response) -> flask.Response:
    """A file is answered whole, so that its compressed form can be kept; how long browsers keep
    Dash's own files is Dash's matter.
    """
    if response.status_code == 200 and _is_file(flask.request):
        response.direct_passthrough = False
        response.get_data()
        if flask.request.path.startswith("/assets/"):
            response.headers["Cache-Control"] = _keeping(flask.request.full_path)
    return response


def _keeping(address: str) -> str:
    """For a year only under the address that pages give it, which names the content; any other may
    come to mean something else.
    """
    named = (
        *scripts(),
        charts(),
        *wall_scripts(),
        *remote_scripts(),
        *pairing_scripts(),
        *wall_styles(),
        icon(),
    )
    return f"public, max-age={YEAR_S}, immutable" if address in named else "no-cache"
