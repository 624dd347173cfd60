"""What anybody may send, made up at random and from what is usual: events, spreadsheets, mappings,
addresses and socket messages. Each target takes one input and fails where it meets anything but an
answer or a refusal.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import websocket
from hypothesis import strategies as st

from dashboard.api import events as api_events
from dashboard.api.problems import Problem
from feeds.events import eventtypes
from feeds.events.decoding import Decoder
from feeds.events.rejects import InvalidEvent
from feeds.sources import mappings, spreadsheets
from feeds.sources.mappings import MappingError
from feeds.sources.row_events import Translator
from feeds.sources.spreadsheets import SheetError
from layouts import pages

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "indicators"
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "320282", "320282101", "320282101001", "2026-09-30", "2026-09-30T10:00:00+08:00"]
    ),
    st.sampled_from(["0", "-1", "1e999", "NaN", "9" * 40, "a" * 300, "\x00", "\ud800", "%00"]),
    st.sampled_from(["//[", "/\\[", "http://[", "http://\u2100.x", "/a?b=%zz", "=1+1", "../.."]),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(2**70), st.just(-0.0)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)


def _event() -> st.SearchStrategy[dict[str, Any]]:
    """Mostly an event of a known type, with some of its fields replaced."""
    names = sorted({field.name for kind in eventtypes.TYPES.values() for field in kind.fields})
    return st.fixed_dictionaries(
        {},
        optional={
            "specversion": st.one_of(st.just("1.0"), SCALARS),
            "id": st.one_of(st.just("e1"), SCALARS),
            "source": st.one_of(st.just("urn:test"), SCALARS),
            "type": st.one_of(st.sampled_from(sorted(eventtypes.TYPES)), SCALARS),
            "time": st.one_of(st.just("2026-09-30T10:00:00+08:00"), SCALARS),
            "subject": st.one_of(st.just("320282101"), SCALARS),
            "data": st.one_of(st.dictionaries(st.sampled_from(names), SCALARS), VALUES),
            "other": VALUES,
        },
    )


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


EVENTS = st.one_of(
    _event().map(_json), VALUES.map(_json), st.binary(max_size=200), st.just(b"[" * 50_000)
)
BODIES = st.tuples(
    st.sampled_from([api_events.ONE, api_events.BATCH, api_events.NDJSON, api_events.JSON, "a/b"]),
    st.one_of(EVENTS, st.lists(EVENTS, max_size=4).map(b"\n".join), st.lists(_event()).map(_json)),
)


def decode(given: tuple[str, bytes]) -> None:
    """A body of POST /api/v1/events, and each event in it."""
    decoder = Decoder(areas=("320282101",))
    try:
        items = api_events.split(*given)
    except Problem:
        return
    for item in items:
        with contextlib.suppress(InvalidEvent):
            decoder.decode(item)


CELLS = st.one_of(
    TEXTS, st.sampled_from(["镇（街道）", "统计时间", "在线数", "设备总数", '"', ",", "\n", "12"])
)
TABLES = st.lists(st.lists(CELLS, max_size=6), max_size=8).map(
    lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
)


def _broken(whole: bytes) -> st.SearchStrategy[bytes]:
    """A file with a few bytes changed, or cut short."""

    def change(given: tuple[list[tuple[int, int]], int]) -> bytes:
        changes, end = given
        made = bytearray(whole)
        for place, value in changes:
            made[place % len(made)] = value
        return bytes(made[: end or len(made)])

    places = st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255))
    return st.tuples(st.lists(places, max_size=6), st.integers(0, len(whole))).map(change)


SHEETS = st.one_of(
    TABLES,
    st.binary(max_size=300),
    _broken((EXAMPLES / "devices.xlsx").read_bytes()),
)


def read_sheet(given: bytes) -> None:
    """A file for `board import`, with the mapping of an example, as far as its events."""
    mapping = mappings.parse((EXAMPLES / "devices.toml").read_text("utf-8"), {"镇": "320282101"})
    translator = Translator(mapping)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.xlsx"
        path.write_bytes(given)
        with contextlib.suppress(SheetError):
            for row in spreadsheets.read(path, mapping.columns, mapping.sheet).rows:
                translator.events(row)


def _lines(name: str) -> st.SearchStrategy[str]:
    """The lines of a mapping in another order, some left out, some with other values."""
    lines = (EXAMPLES / name).read_text("utf-8").splitlines()
    junk = st.one_of(
        st.text(max_size=40),
        st.builds("{} = {}".format, st.sampled_from(["source", "zone", "time", "id"]), TEXTS),
        st.builds(
            '{} = "{}"'.format,
            st.sampled_from(["source", "zone", "type", "form", "format", "column"]),
            TEXTS,
        ),
    )
    kept = st.lists(st.one_of(st.sampled_from(lines), junk), max_size=len(lines) + 4)
    one_changed = st.tuples(st.integers(0, len(lines) - 1), junk).map(
        lambda given: [*lines[: given[0]], given[1], *lines[given[0] + 1 :]]
    )
    return st.one_of(kept, one_changed).map("\n".join)


MAPPINGS = st.one_of(_lines("devices.toml"), _lines("assessments.toml"))


def read_mapping(given: str) -> None:
    """A mapping as it is read from a file, which is UTF-8 and so holds no half characters."""
    content = given.encode("utf-8", "replace").decode()
    with contextlib.suppress(MappingError):
        mappings.parse(content, {"镇": "320282101"})


PATHS = sorted(
    {
        *(page.path for page in pages.PAGES),
        "/api/v1/kpis",
        "/api/v1/cells",
        "/api/v1/cases",
        "/api/v1/alerts",
        "/wall/scene",
        "/wall/moments",
        "/export",
        "/report",
        "/enter",
        "/brief.pdf",
        "/sign-in",
        "/sign-in/demo",
        "/sign-in/oidc",
        "/sign-in/oidc/back",
        "/sign-out",
        "/set-up",
        "/account",
        "/admin",
        "/admin/tokens",
        "/audit-log",
    }
)
NAMES = st.sampled_from(
    [
        *("area", "period", "kpi", "at", "lang", "theme", "scene", "of", "from", "to", "by"),
        *("cursor", "limit", "sort", "state", "family", "quarter", "code", "as", "paper"),
        *("kpis", "areas", "step", "count", "known", "token", "topic", "page", "day", "month"),
        *("next", "link", "said", "name", "id", "code", "error", "iss", "act", "actor", "kind"),
    ]
)
QUERIES = st.tuples(
    st.one_of(st.sampled_from(PATHS), TEXTS.map(lambda text: f"/{text}")),
    st.lists(st.tuples(NAMES, TEXTS), max_size=5),
)


FORMS = [
    *("/sign-in", "/sign-out", "/leave", "/set-up", "/account", "/pair", "/wall/pair"),
    *("/wall/claim", "/wall/bye", "/remarks", "/remarks/x/withdraw", "/review/freeze"),
    *("/review/commitments", "/alerts/again", "/alerts/x/acknowledge", "/alerts/silence"),
    *("/alerts/silences/x/end", "/health/walls/x/down", "/admin/add-account", "/admin/account"),
    *("/admin/add-token", "/admin/token", "/admin/source", "/admin/walls", "/api/v1/remarks"),
]
FIELDS = st.sampled_from(
    [
        *("name", "password", "again", "now", "csrf", "next", "link", "shown", "roles", "towns"),
        *("code", "area", "secret", "kpi", "text", "day", "from", "to", "kind", "by", "quarter"),
        *("alert", "version", "hook", "reason", "until", "rule", "end", "do", "id", "case"),
    ]
)
HEADERS = st.sampled_from(
    [
        *("Origin", "Sec-Fetch-Site", "Cookie", "Accept-Language", "Accept", "Authorization"),
        *("Content-Type", "X-Forwarded-For", "X-Forwarded-Proto", "Host", "Referer", "User-Agent"),
        *("If-None-Match", "Range", "Accept-Encoding", "Transfer-Encoding", "Expect"),
    ]
)
SAID = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            *("http://[", "null", "same-origin", "cross-site", "zh;q=x", "Bearer", "Bearer x"),
            *("board_session=x", "board_form=" + "a" * 40, "board_view=x; board_wall=y", "a=b=c;;"),
            *("multipart/form-data", "multipart/form-data; boundary=x", "application/json"),
            *("text/plain; charset=nonsense", "bytes=0-", "gzip;q=2", "chunked", "localhost:x"),
        ]
    ),
)
SENT = st.tuples(
    st.sampled_from(FORMS),
    st.lists(st.tuples(FIELDS, TEXTS), max_size=6),
    st.dictionaries(HEADERS, SAID, max_size=3),
)
EXPORTS = st.sampled_from(
    ["/export?of=kpi&kpi=incidents.reported", "/export?of=towns", "/export", "day", "//["]
)
ASKED = st.tuples(
    st.integers(0, 50),
    st.lists(st.one_of(VALUES, EXPORTS, st.just({"touch": 1}), st.just({"name": "x"})), max_size=6),
)

GONE = (OSError, websocket.WebSocketException)


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(
        [(name.encode(), text.encode("utf-8", "surrogatepass")) for name, text in pairs]
    )


def _printable(said: str) -> str:
    """What a header can hold."""
    kept = said.encode("utf-8", "replace").decode("latin-1")
    return "".join(letter for letter in kept if letter.isprintable() or letter == " ").strip()


def _own(id: str) -> Any:
    """An id of a callback; of one for many elements, that of one element."""
    if not id.startswith("{"):
        return id
    return {name: "x" if value == ["MATCH"] else value for name, value in json.loads(id).items()}


class Asking:
    """Asks a running board, whose answers may be anything but a failure of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._callbacks: list[dict[str, Any]] = []

    def query(self, given: tuple[str, list[tuple[str, str]]]) -> None:
        path, pairs = given
        if path in ("/report", "/brief.pdf") and ("as", "pdf") in pairs:
            return
        self._ask("GET", quote(path.encode("utf-8", "surrogatepass")) + "?" + _encoded(pairs))

    def form(self, given: tuple[str, list[tuple[str, str]], dict[str, str]]) -> None:
        path, pairs, headers = given
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        printable = {name: _printable(said) for name, said in headers.items()}
        self._ask("POST", path, _encoded(pairs).encode(), kind | printable)

    def callback(self, given: tuple[int, list[Any]]) -> None:
        """One of the callbacks that the board says it has, with other values than a page gives."""
        if not self._callbacks:
            listed = json.loads(self._ask("GET", "/_dash-dependencies"))
            self._callbacks = [one for one in listed if not one["clientside_function"]]
        number, values = given
        one = self._callbacks[number % len(self._callbacks)]
        parts = [*one["inputs"], *one["state"]]
        sent = [
            {"id": _own(part["id"]), "property": part["property"], "value": value}
            for part, value in zip(parts, [*values, *[None] * len(parts)], strict=False)
        ]
        outputs = [
            {"id": _own(name), "property": kind}
            for name, kind in (out.rsplit(".", 1) for out in one["output"].strip(".").split("..."))
        ]
        body = {
            "output": one["output"],
            "outputs": outputs if len(outputs) > 1 else outputs[0],
            "inputs": sent[: len(one["inputs"])],
            "state": sent[len(one["inputs"]) :],
            "changedPropIds": [],
        }
        kind = {"Content-Type": "application/json"}
        self._ask("POST", "/_dash-update-component", _json(body), kind)

    def _ask(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        with contextlib.closing(connection):
            try:
                connection.request(method, target, body, headers or {})
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                assert target != "/healthz", "the board no longer answers"
                self._ask("GET", "/healthz")  # it ended the connection, and lives
                return b""
        assert answer.status < 500 or answer.status in {501, 503}, (target, headers, body)
        return content

    def socket(self, given: list[tuple[bool, str]]) -> None:
        address = f"ws://127.0.0.1:{self._port}/socket.io/?EIO=4&transport=websocket"
        one = websocket.create_connection(address, timeout=20)
        with contextlib.closing(one.sock), contextlib.suppress(*GONE):
            one.recv()
            for is_text, message in given:
                if is_text:
                    one.send(message.encode("utf-8", "replace").decode())
                else:
                    one.send_binary(message.encode("utf-8", "replace"))
            one.send("40/live,")
            one.settimeout(0.05)
            while one.recv():
                pass


EVENTS_OF_SOCKETS = st.sampled_from(
    ["watch", "unwatch", "here", "wall", "walls", "show", "enter", "back", "do", "connect", "x"]
)
KEYS = st.sampled_from(
    ["topics", "id", "title", "scene", "area", "mode", "pictures", "wall", "code", "key", "act"]
)
ARGUMENTS = st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=6))


def _packet(given: tuple[str, str, str, list[Any]]) -> str:
    space, name, number, arguments = given
    return f"42{space},{number}{json.dumps([name, *arguments])}"


PACKETS = st.one_of(
    st.tuples(
        st.sampled_from(["/live", "/room", "/", "/x"]),
        EVENTS_OF_SOCKETS,
        st.sampled_from(["", "1", "99999999999999999999"]),
        st.lists(ARGUMENTS, max_size=2),
    ).map(_packet),
    st.sampled_from(["40/live,", "40/room,", "41/live,", "2probe", "5", "451-[]", "3", "1", "42["]),
    st.text(max_size=60),
)
SOCKETS = st.lists(st.tuples(st.sampled_from([True, True, True, False]), PACKETS), max_size=6).map(
    lambda sent: [(True, "40/live,"), (True, "40/room,"), *sent]
)

PURE: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    "decoder": (BODIES, decode),
    "importer": (SHEETS, read_sheet),
    "mapping": (MAPPINGS, read_mapping),
}


def of_board(port: int) -> dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]]:
    asking = Asking(port)
    return {
        "query": (QUERIES, asking.query),
        "forms": (SENT, asking.form),
        "callbacks": (ASKED, asking.callback),
        "sockets": (SOCKETS, asking.socket),
    }
