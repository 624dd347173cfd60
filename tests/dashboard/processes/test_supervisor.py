"""Keeping children alive: one that can't be started is tried again."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

from dashboard.host import child_processes
from dashboard.processes.supervisor import Child, Supervisor
from feeds.city.words import Text


def test_a_child_that_can_t_be_started_is_tried_again_after_a_pause() -> None:
    said: list[Text] = []
    failures = [OSError(errno.EAGAIN, "no more processes")] * 2

    def start() -> subprocess.Popen[bytes]:
        if failures:
            raise failures.pop()
        return child_processes.spawn([sys.executable, "-c", "import time; time.sleep(60)"])

    child = Child("web", start)
    supervisor, (reading, writing) = Supervisor([child], said.append), os.pipe()
    try:
        supervisor.watch(
            reading,
            lambda: child.process is not None,
            lambda: os.write(writing, bytes([signal.SIGTERM])),
        )
    finally:
        supervisor.stop()
        os.close(reading)
        os.close(writing)
    assert child.restarts == 0
    assert [line.en.split(";")[1] for line in said] == [
        " starting it again in 0.2 s",
        " starting it again in 0.4 s",
    ]
    assert all("no more processes" in line.en for line in said)
