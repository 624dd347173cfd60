"""Which browser files a page loads and in what order, and their compression, done once a file.

The files themselves are in assets/; nothing is loaded from another host.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import flask
from flask_compress import Compress

FOLDER = Path(__file__).resolve().parents[2] / "assets"
APART = frozenset(("pairing.js", "remote.js", "service_worker.js"))  # not of the wall's own page
YEAR_S = 31_536_000
SOCKET = "vendor/socket.io.min.js"

# Every style sheet is one file to the browser, joined from parts of assets/styles in this order.
# A later part wins over an earlier one of the same weight.
SHEETS: Mapping[str, Sequence[str]] = {
    "board.css": (
        "tokens",
        "document",
        "frame",
        "tile",
        "section",
        "chart",
        "map",
        "table",
        "verdict",
        "overview",
        "domain",
        "figure",
        "figure_list",
        "cases",
        "health",
        "alerts",
        "audit_log",
        "remarks",
        "review",
        "brief",
        "access",
        "people",
        "manual",
        "forms",
        "print",
    ),
    "wall.css": (
        "wall/room",
        "wall/blocks",
        "wall/turn",
        "wall/empty",
        "wall/over",
        "wall/replay",
        "wall/phone",
        "wall/pairing",
    ),
}


@cache
def styles() -> tuple[str, ...]:
    """A page other than the wall has none of the wall's styles: both name their blocks, rows and
    bars in the same words.
    """
    return (_url("board.css"),)


@cache
def wall_styles() -> tuple[str, ...]:
    return (*styles(), _url("wall.css"))


@cache
def scripts() -> tuple[str, ...]:
    """The scripts of the shell, the live client, and the languages of the charts' library, which is
    loaded with the first chart.
    """
    names = (SOCKET, *_found("shell/*.js"), *_found("live/*.js"))
    locales = _found("vendor/plotly-locale-*.js")
    return tuple(_url(name) for name in (*names, *locales))


@cache
def charts() -> str:
    """The charts' library, reduced to the kinds of chart that the board draws."""
    return _url("vendor/plotly-cartesian.min.js")


@cache
def icon() -> str:
    """The icon of the browser's tab."""
    return _url("icon.svg")


def text(name: str) -> str:
    return _content(name).decode()


def _content(name: str) -> bytes:
    """The content of a file; for a style sheet, of its parts."""
    if name not in SHEETS:
        return (FOLDER / name).read_bytes()
    parts = [FOLDER / "styles" / f"{part}.css" for part in SHEETS[name]]
    return b"\n".join(path.read_bytes() for path in parts)


@cache
def remote_scripts() -> tuple[str, ...]:
    """The scripts of the phone's page: the socket and the buttons."""
    return (_url(SOCKET), _url("wall/remote.js"))


@cache
def pairing_scripts() -> tuple[str, ...]:
    """The scripts of a wall that is not paired yet."""
    return (_url("wall/pulse.js"), _url("wall/pairing.js"))


@cache
def wall_scripts() -> tuple[str, ...]:
    """The scripts of the wall: its own and the live client; no chart library and no Dash."""
    names = (SOCKET, *_found("wall/*.js", without=APART), *_found("live/*.js"))
    return tuple(_url(name) for name in names)


def _found(pattern: str, without: Container[str] = ()) -> list[str]:
    """The names of the files of a pattern, in the order of the alphabet."""
    paths = [path for path in FOLDER.glob(pattern) if path.name not in without]
    return sorted(path.relative_to(FOLDER).as_posix() for path in paths)


def _url(name: str) -> str:
    """The address with the content's hash, so that a browser can cache it for a year and still
    never uses an old file.
    """
    digest = hashlib.sha256(_content(name)).hexdigest()[:10]
    return f"/assets/{name}?v={digest}"


def serve_sheets(server: flask.Flask) -> None:
    """Answer the style sheets' addresses; the other files are answered from their folder."""
    for name in SHEETS:
        server.add_url_rule(f"/assets/{name}", name.replace(".", "_"), partial(_sheet, name))


def _sheet(name: str) -> flask.Response:
    answer = flask.Response(_content(name), content_type="text/css; charset=utf-8")
    answer.add_etag()
    answer.make_conditional(flask.request)
    return answer


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
    """Answer a file as a whole, so that its compressed form can be cached. Dash decides how long
    browsers cache Dash's own files.
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
