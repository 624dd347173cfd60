"""Starts child processes so that they end with their parent in any case, and
stops them in order.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
PATIENCE_S = 10.0


def spawn(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that a Ctrl-C reaches only the parent, which stops
    it in order.
    """
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_ends_with(os.getpid()),
    )


def board(*arguments: str) -> list[str]:
    """The command line of one of the board's own commands."""
    return [sys.executable, "-m", "dashboard", *arguments]


def stop(children: Sequence[subprocess.Popen[bytes]], patience_s: float = PATIENCE_S) -> list[int]:
    """Asks them to end (SIGTERM) and waits; those that don't are killed. The killed ones' ids."""
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
    deadline = time.monotonic() + patience_s
    return [child.pid for child in children if not _ended(child, deadline)]


def _ended(child: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return False
    return True


def _ends_with(parent: int) -> Callable[[], None] | None:
    """What a child does first on Linux: have the kernel send it SIGTERM when its parent dies, kill
    -9 included.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def die_with_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(0)

    return die_with_parent
