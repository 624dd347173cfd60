"""The provider's process as a test sees it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
SECRET = "the client's own secret"
CLIENT = "board"
BACK = "http://127.0.0.1:8050/sign-in/oidc/back"  # of a board that only answers within a test


class Provider:
    """A provider on a port of its own. It listens on `localhost` and boards on `127.0.0.1`: to a
    browser two sites, as in life.
    """

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.issuer = f"http://localhost:{self.port}"
        self._redirects: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Where it was stopped, it starts with nobody in it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.oidc_provider", str(self.port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def stop(self) -> None:
        if self._process:
            self._process.communicate()
            self._process = None

    def client(self, *redirects: str) -> None:
        """The board as it is registered: where else people may be sent back to."""
        self._redirects = list(dict.fromkeys([*self._redirects, *redirects]))
        self._order("client", redirects=self._redirects)

    def person(self, name: str, *groups: str, shown: str = "") -> None:
        """Somebody who may sign in with PASSWORD, or who is in these groups from now on."""
        self._order("person", name=name, groups=groups, shown=shown or name)

    def tokens(self, **changes: Any) -> None:
        """What the identity tokens that it signs say from now on, besides what they should."""
        self._order("tokens", changes=changes)

    def keep_back(self, *claims: str) -> None:
        """Claims that are given at the userinfo endpoint only, as many providers do with groups."""
        self._order("keep_back", claims=claims)

    def keys(self) -> None:
        """Signs with another key from now on."""
        self._order("keys")

    def sign_in(self, address: str, name: str) -> str:
        """What a person's browser does here, without one: from the address that the board sent it
        to, to the address that it is sent back to.
        """
        with requests.Session() as browser:
            page = browser.get(address, timeout=30)
            assert "csrfmiddlewaretoken" in page.text, page.text
            token = browser.cookies["csrftoken"]
            form = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
            answer = browser.post(page.url, form, allow_redirects=False, timeout=30)
            while (to := urljoin(answer.url, answer.headers["Location"])).startswith(self.issuer):
                answer = browser.get(to, allow_redirects=False, timeout=30)
        return to

    def asked(self, path: str) -> int:
        """How often an address was asked for."""
        return int(self._order("asked", path=path))

    def _order(self, what: str, **values: Any) -> Any:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **values}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the provider has ended"
        return json.loads(line)
