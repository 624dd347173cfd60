"""`board run`: everything on one machine. It starts the processes, restarts those that die, and
stops them in order.

dashboard/cli/serve.py has what each process does.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from dashboard import settings
from dashboard.host import child_processes, data_folder, embedded_redis
from dashboard.settings import CannotStart, Settings
from feeds.city import words
from feeds.city.words import Text, Worded

Say = Callable[[Text], None]
FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.1, 10.0, 20.0
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class CannotRun(Worded):
    """The board can't start; the message says why and what to do."""


@dataclass
class Child:
    """One process that is kept alive: how it is started, whether the others need it, and how often
    it had to be restarted.
    """

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    is_needed: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    restarts: int = field(default=-1)

    def begin(self) -> subprocess.Popen[bytes]:
        self.process, self.started = self.start(), time.monotonic()
        self.restarts += 1
        return self.process

    def note_end(self) -> Text | None:
        """If the child has ended, return what to report. It is due again after a pause that doubles
        while it keeps dying. Raises CannotStart for one that another start would not help.
        """
        if self.process is None or (code := self.process.poll()) is None:
            return None
        if code == os.EX_CONFIG:
            said = Text(
                f"{self.name} 已结束，原因见上；改正后再启动看板",
                f"{self.name} ended for the reason above; put that right and start the board again",
            )
            raise CannotStart(said)
        if time.monotonic() - self.started > STEADY_S:
            self.pause_s = FIRST_PAUSE_S / 2
        how = Text(f"退出码 {code}", f"exit {code}")
        if code < 0:
            how = Text(f"信号 {-code}", f"signal {-code}")
        again = self.put_off()
        return Text(
            f"{self.name} 已结束（{how.zh}）；{again.zh}",
            f"{self.name} ended ({how.en}); {again.en}",
        )

    def put_off(self) -> Text:
        """Due again after twice the pause of the time before."""
        self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
        self.process, self.due = None, time.monotonic() + self.pause_s
        return Text(
            f"{self.pause_s:.1f} 秒后重新启动", f"starting it again in {self.pause_s:.1f} s"
        )


class Supervisor:
    """Keeps children running until it is stopped. `children` are in the order of starting."""

    def __init__(self, children: Sequence[Child], say: Say) -> None:
        self._children, self._say = children, say

    def watch(self, wakes: int, is_up: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Run until a signal arrives through the pipe `wakes`. Calls `announce` once `is_up` is
        true.
        """
        announced = False
        while not _told_to_end(wakes, self._pause_s(0.1 if not announced else 60.0)):
            self._renew()
            if not announced and is_up():
                announced = True
                announce()

    def stop(self) -> None:
        """Ends what runs, all at once, and then what the others need until their end: Redis."""
        for is_needed in (False, True):
            running = {
                c.process.pid: c
                for c in self._children
                if c.process is not None and c.is_needed is is_needed
            }
            for killed in child_processes.stop([c.process for c in running.values() if c.process]):
                name, patience = running[killed].name, f"{child_processes.PATIENCE_S:.0f}"
                said = Text(
                    f"{name} 在 {patience} 秒内没有结束，已强行终止",
                    f"{name} did not end in {patience} s and was killed",
                )
                self._say(said)

    def restarts(self) -> Text:
        """ "web 2, core 1", or "none"."""
        counts = Counter({c.name: c.restarts for c in self._children if c.restarts > 0})
        named = [f"{name} {n}" for name, n in counts.items()]
        return Text("、".join(named) or "无", ", ".join(named) or "none")

    def _renew(self) -> None:
        for child in self._children:
            if said := child.note_end():
                self._say(said)
            if child.process is None and child.due <= time.monotonic():
                self._begin(child)

    def _begin(self, child: Child) -> None:
        """A machine short of memory or of open files may have some again in a moment."""
        try:
            child.begin()
        except (OSError, embedded_redis.RedisFailed) as error:
            why, again = _why(error), child.put_off()
            said = Text(
                f"{child.name} 无法启动（{why.zh}）；{again.zh}",
                f"{child.name} can't be started ({why.en}); {again.en}",
            )
            self._say(said)

    def _pause_s(self, longest: float) -> float:
        waiting = [c.due - time.monotonic() for c in self._children if c.process is None]
        return max(0.0, min([longest, *waiting]))


def run(chosen: Settings, say: Say, demo: Callable[[Settings], bool]) -> None:
    """Runs the board until a signal ends it. What it needs is looked at before any process is
    started. `demo` decides whether demo data is made.

    Raises CannotStart, CannotRun, folder.Held, embedded.RedisFailed.
    """
    from dashboard.processes import start_checks  # loads SQLAlchemy

    begun, profile = time.monotonic(), start_checks.check_files(chosen)
    with data_folder.hold(chosen.data, "run"), _signals() as wakes:
        data_folder.keep_private(chosen.data)
        _check_port(chosen)
        start_checks.check_services(chosen)
        with start_checks.lasting(chosen):
            with_demo = demo(chosen)
        start_checks.remember(chosen, profile, listens=True)
        supervisor = _started(chosen, say, with_demo)
        try:
            said = _who_may(chosen)
            supervisor.watch(wakes, lambda: _answers(chosen), lambda: say(_where(chosen, said)))
        finally:
            supervisor.stop()
    ran, restarts = _span(time.monotonic() - begun), supervisor.restarts()
    say(
        Text(
            f"已停止，共运行 {ran.zh}；重启：{restarts.zh}",
            f"stopped after {ran.en}; restarts: {restarts.en}",
        )
    )


def _started(chosen: Settings, say: Say, with_demo: bool) -> Supervisor:
    """Redis first. While it reads its files core and workers load their code, which takes as long,
    and then they wait for it; the demo waits for it here. Nothing is left running if the start
    fails.
    """
    own, board = [_redis(chosen)] if not chosen.redis else [], _board(chosen)
    children = [*own, *board]
    supervisor = Supervisor(children, say)
    try:
        servers = [child.begin() for child in own]
        for child in board:
            child.begin()
        for server in servers:
            embedded_redis.wait(chosen.data, server)
    except BaseException:
        supervisor.stop()
        raise
    children += [_child(chosen, "simulate", "simulate")] if with_demo else []
    return supervisor


def _redis(chosen: Settings) -> Child:
    return Child("redis", lambda: embedded_redis.spawn(chosen.data), is_needed=True)


def _board(chosen: Settings) -> list[Child]:
    """Core and web workers."""
    workers = [
        _child(chosen, f"web {n}" if chosen.workers > 1 else "web", "web")
        for n in range(1, chosen.workers + 1)
    ]
    return [_child(chosen, "core", "core"), *workers]


def _child(chosen: Settings, name: str, command: str) -> Child:
    """A process of the board. It gets the settings as variables, so that it does not read them
    again.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(settings.PREFIX)}
    return Child(
        name,
        lambda: child_processes.spawn(
            child_processes.board(command, "--checked"), env=inherited | settings.variables(chosen)
        ),
    )


def _check_port(chosen: Settings) -> None:
    """Without this, a second board's workers would share the port (SO_REUSEPORT) and answer for one
    another.
    """
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            said = Text(
                f"无法监听 {chosen.host}:{chosen.port}（{error.strerror}）；"
                "请另给 --port 或 --host",
                f"can't listen on {chosen.host}:{chosen.port} "
                f"({error.strerror}); give another --port or --host",
            )
            raise CannotRun(said) from error


def _answers(chosen: Settings) -> bool:
    with (
        suppress(OSError),
        socket.create_connection((_local(chosen.host), chosen.port), timeout=0.5),
    ):
        return True
    return False


def _local(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def local_address(chosen: Settings) -> str:
    """Where a browser on this machine finds the board."""
    host = _local(chosen.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{chosen.port}"


def _where(chosen: Settings, who_may: Text) -> Text:
    address = local_address(chosen)
    return Text(
        f"大屏 {address}/wall   总览 {address}/\n数据目录 {chosen.data}\n{who_may.zh}\n"
        "按 Ctrl-C 停止",
        f"wall {address}/wall   overview {address}/\ndata folder {chosen.data}\n{who_may.en}\n"
        "Ctrl-C stops it",
    )


def _who_may(chosen: Settings) -> Text:
    """Who may send events and look, and how the first administrator is made. It is done while the
    processes load their code.
    """
    from dashboard.processes import first_access  # loads SQLAlchemy

    found, why = first_access.begin(chosen), settings.why_open(chosen)
    zh, en = (
        [f"发送事件的令牌 {found.token_file}"],
        [f"token for sending events {found.token_file}"],
    )
    zh.append(why.zh)
    en.append(why.en)
    if found.set_up:
        link = f"{local_address(chosen)}{found.set_up}"
        zh.append(f"还没有管理员：24 小时内打开一次 {link}")
        en.append(f"there is no administrator yet: within 24 hours open, once, {link}")
    if found.wrong:
        zh.append(f"数据库无法使用：{found.wrong}")
        en.append(f"the database can't be used: {found.wrong}")
    return Text("\n".join(zh), "\n".join(en))


@contextmanager
def _signals() -> Iterator[int]:
    """A pipe that gets a byte (the signal's number) for each signal to end and each child that
    ended.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    before = {number: signal.signal(number, _nothing) for number in (*ENDING, signal.SIGCHLD)}
    previous = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(previous)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _nothing(number: int, frame: FrameType | None) -> None:
    """The byte in the pipe says it all."""


def _told_to_end(wakes: int, pause_s: float) -> bool:
    """Waits for a signal, at most so long. Whether it was one to end."""
    ready, _, _ = select.select([wakes], [], [], pause_s)
    return bool(ready) and any(number in ENDING for number in os.read(wakes, 1024))


def _why(error: Exception) -> Text:
    return words.both(error) if isinstance(error, Worded) else Text(str(error), str(error))


def _span(seconds: float) -> Text:
    minutes, s = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return Text(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
    if minutes:
        return Text(f"{minutes} 分 {s} 秒", f"{minutes} min {s} s")
    return Text(f"{s} 秒", f"{s} s")
