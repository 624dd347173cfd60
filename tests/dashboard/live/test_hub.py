"""The hub in a real gevent worker, on a real Redis, with plain WebSocket clients that read every
byte themselves.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis as redis_client
import websocket
from gevent import socket as cooperative
from wsproto import ConnectionType, WSConnection
from wsproto.events import Message, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

from dashboard.health import metrics
from dashboard.live import writer
from dashboard.live.hub import EnginePulse, Hub
from feeds.live import frames

WORKER = Path(__file__).resolve().parents[3] / "benchmarks" / "hub_worker.py"
TOPIC = "320282/today"


def until(condition: Callable[[], Any], seconds: float = 40) -> Any:
    """Wait for a condition and give its value."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)
    return found


class Source:
    """The engine's part of one topic: numbered frames through the board's own Outlet."""

    def __init__(
        self, client: redis_client.Redis, topic: str = TOPIC, epoch: str = "e1", seq: int = 100
    ) -> None:
        self.client, self.publisher = client, frames.Publisher(client)
        self.state: dict[str, Any] = {
            "topic": topic,
            "at": 0,
            "epoch": epoch,
            "seq": seq,
            "build": "b1",
            "now": 0,
            "set": {},
        }

    def start(self) -> Source:
        self.state["now"] = _now()
        self.publisher.start(self.state)
        return self

    def send(self, count: int = 1, pad: str = "") -> int:
        for _ in range(count):
            self.state |= {"seq": self.state["seq"] + 1, "at": _now(), "now": _now()}
            self.state["set"] = {"incidents.reported": self.state["seq"]}
            self.publisher.publish(self.state, self.state | ({"pad": pad} if pad else {}))
        return int(self.state["seq"])

    def send_unheard(self) -> int:
        """A frame that is stored but lost on its way through pub/sub."""
        self.state |= {"seq": self.state["seq"] + 1, "now": _now()}
        body = json.dumps(self.state)
        self.client.set(frames.snapshot_key(self.state["topic"]), body)
        self.client.rpush(frames.ring_key(self.state["topic"]), body)
        return int(self.state["seq"])


def _now() -> int:
    return time.time_ns() // 1_000_000


class Viewer:
    """One client. `read` gives the next event or answer; pings are answered on the way."""

    def __init__(self, port: int, receive_buffer: int = 0) -> None:
        options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)] if receive_buffer else []
        url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self.ws = websocket.create_connection(url, sockopt=options, timeout=15)
        self.ws.recv()
        self.ws.send("40/live,")
        self.ws.recv()

    def ask(self, event: str, topics: Any) -> None:
        self.ws.send(f"42/live,7{json.dumps([event, {'topics': topics}])}")

    def text(self) -> str:
        got = self.ws.recv()
        assert isinstance(got, str)
        return got

    def read(self) -> tuple[str, Any]:
        while (text := self.text()) == "2":
            self.ws.send("3")
        if text.startswith("43/live,7"):
            return "ack", next(iter(json.loads(text.removeprefix("43/live,7"))), None)
        event, body = json.loads(text.removeprefix("42/live,"))
        return event, body

    def watch(self, topics: Any) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
        """What came before the answer, and the answer."""
        self.ask("watch", topics)
        before = []
        while (got := self.read())[0] != "ack":
            before.append(got)
        return before, got[1]

    def read_to(self, seq: int) -> list[tuple[str, int]]:
        """Events up to the one with this number, as (event, number)."""
        found: list[tuple[str, int]] = []
        while not found or found[-1][1] < seq:
            event, body = self.read()
            found.append((event, body["seq"]))
        return found


class Worker:
    """A web worker with a hub."""

    def __init__(self, url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.viewers: list[Viewer] = []
        self.process = subprocess.Popen([sys.executable, str(WORKER), url, str(self.port)])
        until(lambda: self.answers() and self.stats()["connected"])

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stats(self) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=5) as answer:
            found: dict[str, int] = json.load(answer)
            return found

    def viewer(self, receive_buffer: int = 0) -> Viewer:
        self.viewers.append(Viewer(self.port, receive_buffer))
        return self.viewers[-1]

    def hang_up(self) -> None:
        while self.viewers:
            self.viewers.pop().ws.close(timeout=1)

    def stop(self) -> None:
        self.hang_up()
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="module")
def running(redis_server: str) -> Iterator[Worker]:
    worker = Worker(redis_server)
    yield worker
    worker.stop()


@pytest.fixture
def shared(running: Worker) -> Iterator[Worker]:
    yield running
    running.hang_up()


@pytest.fixture
def topic() -> str:
    """A topic that no other test of this worker has seen."""
    return f"t{random.SystemRandom().randrange(10**9)}/today"


@pytest.fixture
def source(redis: redis_client.Redis, topic: str) -> Source:
    return Source(redis, topic).start()


def numbers(got: list[tuple[str, Any]]) -> list[tuple[str, int]]:
    return [(event, body["seq"]) for event, body in got]


def test_a_new_viewer_gets_one_snapshot_before_the_answer_and_then_every_frame(
    shared: Worker, source: Source, topic: str
) -> None:
    last = source.send(3)
    viewer = shared.viewer()
    before, answer = viewer.watch({topic: None})
    assert numbers(before) == [("snapshot", last)]
    assert answer["topics"] == {topic: "snapshot"}
    assert answer["build"] == "b1"
    assert abs(answer["now"] - _now()) < 5_000
    assert viewer.read_to(source.send(3)) == [("frame", last + n) for n in (1, 2, 3)]


def test_the_frame_travels_as_the_object_that_was_published(
    shared: Worker, source: Source, topic: str
) -> None:
    viewer = shared.viewer()
    viewer.watch({topic: None})
    source.send()
    ring: Any = source.client.lrange(frames.ring_key(topic), -1, -1)
    raw = ring[0].decode()
    assert viewer.text() == f'42/live,["frame",{raw}]'


class CompressedClient:
    """A client that offers compression, as browsers do. `is_packed` says whether it was agreed
    on.
    """

    def __init__(self, port: int, window_bits: int = 15) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        self.ws, self.bytes, self._texts = WSConnection(ConnectionType.CLIENT), 0, deque[str]()
        deflate = PerMessageDeflate(server_max_window_bits=window_bits)
        self._send(
            Request(
                f"127.0.0.1:{port}", "/socket.io/?EIO=4&transport=websocket", extensions=[deflate]
            )
        )
        assert self.text().startswith("0{")
        self.is_compressed = deflate.enabled()
        self.say("40/live,")
        assert self.text().startswith("40/live")

    def _send(self, event: Any) -> None:
        self.socket.sendall(self.ws.send(event))

    def say(self, text: str, *, is_whole: bool = True) -> None:
        self._send(Message(text, message_finished=is_whole))

    def text(self) -> str:
        while not self._texts:
            got = self.socket.recv(65_536)
            self.bytes += len(got)
            self.ws.receive_data(got)
            self._texts.extend(
                event.data for event in self.ws.events() if isinstance(event, TextMessage)
            )
        return self._texts.popleft()


def test_a_client_that_can_inflate_gets_the_same_text_in_less_than_half_the_bytes(
    shared: Worker, source: Source, topic: str
) -> None:
    plain, compressed = shared.viewer(), CompressedClient(shared.port)
    plain.watch({topic: None})
    compressed.say(
        f"42/live,7{json.dumps(['watch', {'topics': {topic: None}, 'pad': 'x' * 500}])}"
    )  # compressed by the client in turn
    assert compressed.text().startswith('42/live,["snapshot",')
    assert compressed.text().startswith("43/live,7")
    before = compressed.bytes
    source.send(pad="0123456789" * 200)
    assert plain.text() == compressed.text()
    assert compressed.is_compressed
    assert compressed.bytes - before < 1_000
    compressed.socket.close()


def test_a_client_that_wants_a_smaller_window_gets_the_text_uncompressed(
    shared: Worker, source: Source, topic: str
) -> None:
    small = CompressedClient(shared.port, window_bits=10)
    small.say(f'42/live,7["watch",{{"topics":{{"{topic}":null}}}}]')
    assert not small.is_compressed
    assert small.text().startswith('42/live,["snapshot",')
    small.socket.close()


def test_a_message_in_several_parts_is_read_as_one(
    shared: Worker, source: Source, topic: str
) -> None:
    client = CompressedClient(shared.port)
    client.say('42/live,7["watch",', is_whole=False)
    client.say(f'{{"topics":{{"{topic}"', is_whole=False)
    client.say(":null}}]")
    assert client.text().startswith('42/live,["snapshot",')
    client.socket.close()


@pytest.mark.parametrize(
    "message",
    ["", "x", "no packet", b"4 binary", "4" * 1_100_000],
    ids=["empty", "short", "text", "binary", "too long"],
)
def test_what_no_page_sends_ends_that_connection_alone(
    shared: Worker, message: str | bytes
) -> None:
    wrong, other = shared.viewer(), shared.viewer()
    clients = shared.stats()["clients"]
    with contextlib.suppress(OSError):
        if isinstance(message, bytes):
            wrong.ws.send_binary(message)
        else:
            wrong.ws.send(message)
    until(lambda: shared.stats()["clients"] == clients - 1, 5)
    assert other.watch({})[1]["build"] == "b1"


@pytest.mark.parametrize(
    "header", ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"]
)
def test_a_request_that_opens_no_websocket_is_told_what_would(shared: Worker, header: str) -> None:
    with socket.create_connection(("127.0.0.1", shared.port), timeout=5) as connection:
        connection.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade, close\r\n" + header.encode() + b"\r\n\r\n"
        )
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 426 ")
    assert b"Sec-WebSocket-Version: 13\r\n" in answer


@pytest.mark.parametrize(
    "payload",
    [b"\xff\xff\xff", zlib.compress(b"0" * 5_000_000, wbits=-15)],
    ids=["rubbish", "a bomb"],
)
def test_rubbish_in_a_compressed_message_ends_that_connection_alone(
    shared: Worker, payload: bytes
) -> None:
    wrong, other = CompressedClient(shared.port), shared.viewer()
    wrong.socket.sendall(
        bytes((0xC1, 0x80 | 126)) + len(payload).to_bytes(2, "big") + bytes(4) + payload
    )
    with wrong.socket:
        while wrong.socket.recv(65_536):
            pass
    assert other.watch({})[1]["build"] == "b1"


def test_missed_frames_come_in_order_where_the_ring_reaches(
    shared: Worker, source: Source, topic: str
) -> None:
    source.send(20)
    before, answer = shared.viewer().watch({topic: ["e1", 115]})
    assert numbers(before) == [("frame", n) for n in range(116, 121)]
    assert answer["topics"] == {topic: "frames"}


def test_a_viewer_that_missed_nothing_gets_nothing(
    shared: Worker, source: Source, topic: str
) -> None:
    source.send()
    before, answer = shared.viewer().watch({topic: ["e1", 101]})
    assert (before, answer["topics"]) == ([], {topic: "frames"})


@pytest.mark.parametrize("seen", [["e1", 90], ["other", 290], ["e1", 9_999]])
def test_a_snapshot_where_the_ring_does_not_reach(
    shared: Worker, source: Source, topic: str, seen: list[Any]
) -> None:
    last = source.send(frames.RING + 50)
    before, answer = shared.viewer().watch({topic: seen})
    assert numbers(before) == [("snapshot", last)]
    assert answer["topics"] == {topic: "snapshot"}


@pytest.mark.parametrize("topics", [{"no period": None}, {"x/decade": None}, {"a b/today": None}])
def test_what_is_no_topic_is_answered_with_none(shared: Worker, topics: dict[str, Any]) -> None:
    before, answer = shared.viewer().watch(topics)
    assert (before, answer["topics"]) == ([], dict.fromkeys(topics, "none"))


@pytest.mark.parametrize("request_", ["text", 5, [1], {"a/today": 5}])
def test_requests_of_another_form_do_no_harm(
    shared: Worker, source: Source, topic: str, request_: Any
) -> None:
    viewer = shared.viewer()
    viewer.ask("watch", request_)
    while viewer.read()[0] != "ack":
        pass
    assert viewer.watch({topic: None})[1]["topics"] == {topic: "snapshot"}


def test_a_frame_lost_on_the_way_is_filled_in_before_the_next(
    shared: Worker, source: Source, topic: str
) -> None:
    viewer = shared.viewer()
    viewer.watch({topic: None})
    source.send()
    source.send_unheard()
    last = source.send(2)
    assert viewer.read_to(last) == [("frame", n) for n in range(101, last + 1)]


def test_a_new_epoch_brings_a_snapshot(
    shared: Worker, redis: redis_client.Redis, source: Source, topic: str
) -> None:
    viewer = shared.viewer()
    viewer.watch({topic: None})
    viewer.read_to(source.send())
    Source(redis, topic, epoch="e2", seq=7).start().send()
    event, body = viewer.read()
    assert (event, body["epoch"], body["seq"]) == ("snapshot", "e2", 8)


def test_a_new_epoch_that_nobody_called_out_reaches_who_comes(
    shared: Worker, redis: redis_client.Redis, source: Source, topic: str
) -> None:
    first = shared.viewer()
    first.watch({topic: None})
    first.read_to(source.send())
    Source(redis, topic, epoch="e2", seq=7).start()
    time.sleep(1.1)  # for so long the worker trusts what it heard last
    before, answer = shared.viewer().watch({topic: ["e2", 7]})
    assert (before, answer["topics"]) == ([], {topic: "frames"})
    assert numbers([first.read()]) == [("snapshot", 7)]


def test_it_waits_for_an_engine_that_takes_its_time(
    shared: Worker, redis: redis_client.Redis, topic: str
) -> None:
    viewer = shared.viewer()
    viewer.ask("watch", {topic: None})
    assert until(lambda: redis.zscore(frames.WATCHED, topic)) == pytest.approx(time.time(), abs=5)
    Source(redis, topic).start()
    assert numbers([viewer.read()]) == [("snapshot", 100)]
    assert viewer.read()[1]["topics"] == {topic: "snapshot"}


def test_a_topic_without_state_says_so_and_comes_later(
    shared: Worker, redis: redis_client.Redis, topic: str
) -> None:
    viewer = shared.viewer()
    before, answer = viewer.watch({topic: None})
    assert (before, answer["topics"]) == ([], {topic: "none"})
    Source(redis, topic).start()
    assert numbers([viewer.read()]) == [("snapshot", 100)]


def test_topics_without_state_hold_up_no_other_for_long(
    shared: Worker, source: Source, topic: str
) -> None:
    start = time.monotonic()
    missing = {f"{topic.removesuffix('/today')}{n}/today": None for n in range(6)}
    _, answer = shared.viewer().watch({**missing, topic: None})
    assert answer["topics"] == dict.fromkeys(missing, "none") | {topic: "snapshot"}
    assert time.monotonic() - start < 5


def test_one_subscription_a_worker_and_none_for_what_nobody_watches(
    shared: Worker, source: Source, topic: str
) -> None:
    name = frames.channel(topic)
    assert dict(source.client.pubsub_numsub(name)) == {name.encode(): 0}
    viewers = [shared.viewer() for _ in range(3)]
    for viewer in viewers:
        viewer.watch({topic: None})
    assert dict(source.client.pubsub_numsub(name)) == {name.encode(): 1}


def test_unwatch_ends_the_frames(shared: Worker, source: Source, topic: str) -> None:
    viewer = shared.viewer()
    viewer.watch({topic: None})
    viewer.ask("unwatch", [topic])
    assert viewer.read() == ("ack", None)
    source.send(3)
    viewer.ask("watch", {})
    assert viewer.read()[0] == "ack"


def test_every_viewer_gets_every_frame_once_whenever_it_comes(
    shared: Worker, source: Source, topic: str
) -> None:
    end = source.state["seq"] + 600
    seen: dict[int, list[tuple[str, int]]] = {}

    def view(n: int) -> None:
        time.sleep(n * 0.05)
        viewer = shared.viewer()
        viewer.ask("watch", {topic: None})
        seen[n] = []
        while not seen[n] or seen[n][-1][1] < end:
            event, body = viewer.read()
            if event != "ack":
                seen[n].append((event, body["seq"]))

    threads = [threading.Thread(target=view, args=(n,), daemon=True) for n in range(24)]
    for thread in threads:
        thread.start()
    while source.send() < end:
        time.sleep(0.002)
    for thread in threads:
        thread.join(20)
    for got in seen.values():
        assert got[0][0] == "snapshot"
        assert got[1:] == [("frame", got[0][1] + n) for n in range(1, len(got))]
        assert got[-1][1] == end
    assert len(seen) == 24


def test_a_slow_viewer_gets_fewer_frames_and_no_queue(
    redis_server: str, redis: redis_client.Redis, topic: str
) -> None:
    worker = Worker(redis_server)
    try:
        source = Source(redis, topic).start()
        slow, quick = worker.viewer(receive_buffer=4096), worker.viewer()
        slow.watch({topic: None})
        quick.watch({topic: None})
        rest = _flood(source, quick, 200)
        before = psutil.Process(worker.process.pid).memory_info().rss
        rest += _flood(source, quick, 2_000)
        grown = psutil.Process(worker.process.pid).memory_info().rss - before
        assert rest == [("frame", n) for n in range(101, 2_301)], "the quick one was held up"
        assert grown < 8 << 20, "frames for the slow one are kept somewhere"
        assert worker.stats()["skipped"] > 0
        got = slow.read_to(2_300)
        assert len(got) < 500
        assert got[-1][1] == 2_300
        assert "snapshot" in {event for event, _ in got}
        assert slow.read_to(source.send(2)) == [("frame", 2_301), ("frame", 2_302)]
    finally:
        worker.stop()


def _flood(source: Source, reader: Viewer, count: int) -> list[tuple[str, int]]:
    """Frames of 20 kB, as fast as one viewer reads them."""
    got: list[tuple[str, int]] = []
    for _ in range(count):
        got += reader.read_to(source.send(pad="x" * 20_000))
    return got


def test_viewers_that_vanish_while_they_are_behind_do_no_harm(
    shared: Worker, source: Source, topic: str
) -> None:
    process = shared.process.pid
    for _ in range(15):
        viewers = [shared.viewer(receive_buffer=4_096) for _ in range(4)]
        for viewer in viewers:
            viewer.ask("watch", {topic: None})
        source.send(6, pad="x" * 100_000)
        for viewer in viewers:
            viewer.ws.shutdown()
    assert shared.viewer().watch({topic: None})[1]["topics"] == {topic: "snapshot"}
    assert (shared.process.pid, shared.process.poll()) == (process, None)


def test_a_message_larger_than_the_socket_arrives_whole(
    shared: Worker, source: Source, topic: str
) -> None:
    viewer = shared.viewer(receive_buffer=4096)
    viewer.watch({topic: None})
    last = source.send(3, pad="x" * 900_000)
    time.sleep(0.2)  # not a wait for something: it lets the worker meet the full socket
    viewer.ask("watch", {})
    got: list[tuple[str, int]] = []
    while not got or got[-1][1] < last:
        event, body = viewer.read()
        if event != "ack":
            got.append((event, body["seq"]))
    assert got[-1][1] == last


def test_redis_goes_and_comes_back(own_redis: Callable[..., Any]) -> None:
    server = own_redis()
    worker = Worker(server.url)
    try:
        client = redis_client.Redis.from_url(server.url)
        source = Source(client).start()
        viewer = worker.viewer()
        viewer.watch({TOPIC: None})
        viewer.read_to(source.send())
        client.close()
        server.stop()
        until(lambda: not worker.stats()["connected"])
        assert viewer.watch({})[1]["topics"] == {}, "the connection to the viewer is gone"
        server.start()
        again = Source(redis_client.Redis.from_url(server.url), epoch="e2", seq=5).start()
        event, body = viewer.read()
        assert (event, body["epoch"], body["seq"]) == ("snapshot", "e2", 5)
        assert viewer.read_to(again.send(2)) == [("frame", 6), ("frame", 7)]
        again.client.close()
    finally:
        worker.stop()


def test_frames_published_while_the_worker_was_cut_off_are_caught_up(
    shared: Worker, source: Source, topic: str
) -> None:
    viewer = shared.viewer()
    viewer.watch({topic: None})
    losses = shared.stats()["losses"]
    source.client.client_kill_filter(_type="pubsub")
    source.send_unheard()
    last = source.send_unheard()
    assert viewer.read_to(last) == [("frame", 101), ("frame", 102)]
    assert shared.stats()["losses"] > losses


def test_a_snapshot_left_behind_is_replaced_once_the_engine_follows(
    shared: Worker, redis: redis_client.Redis, topic: str
) -> None:
    left = Source(redis, topic)
    left.state["now"] = _now() - 600_000
    left.publisher.start(left.state)
    viewer = shared.viewer()
    before, _ = viewer.watch({topic: None})
    assert numbers(before) == [("snapshot", 100)]
    Source(redis, topic, seq=5_000).start()
    assert numbers([viewer.read()]) == [("snapshot", 5_000)]


def test_the_counts_of_viewers_come_and_go(shared: Worker, source: Source, topic: str) -> None:
    clients = shared.stats()["clients"]
    viewer = shared.viewer()
    viewer.watch({topic: None})
    until(lambda: shared.stats()["clients"] == clients + 1)
    viewer.ws.close()
    until(lambda: shared.stats()["clients"] == clients)


def test_every_count_of_a_hub_is_a_number_of_metrics() -> None:
    counts = Hub("redis://127.0.0.1:1", None).stats()
    assert set(counts) == set(metrics.HUB_GAUGES) | set(metrics.HUB_COUNTERS)


def test_waiting_for_a_client_whose_connection_is_closed_is_an_error_of_the_connection() -> None:
    near, far = cooperative.socketpair()
    pipe = writer.Writer(near)
    near.close()
    far.close()
    with pytest.raises(OSError, match="gone"):
        pipe.wait_writable()


def test_the_engine_s_silence_is_measured_by_this_worker_s_own_clock() -> None:
    now = [100.0]
    pulse = EnginePulse(lambda: now[0])
    assert pulse.silent_ms() is None
    pulse.take(b"1", False)
    now[0] += 5
    pulse.take(b"1", False)
    assert pulse.silent_ms() == 5_000
    pulse.take(b"1", True)
    assert pulse.silent_ms() == 0, "it has said that it reads the history"
    now[0] += 8
    pulse.take(b"2", False)
    assert pulse.silent_ms() == 0
    pulse.take(None, False)
    assert pulse.silent_ms() is None, "of an emptied Redis nothing is known"
