"""Dash as the board uses it, whatever other packages are installed."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

import flask
import pytest

from dashboard.pages.views import Views
from dashboard.shell import board


def test_dash_stays_synchronous_whatever_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With asgiref there, which Django brings, it would make its endpoints async, and requests
    under the board's own event loop would end in errors.
    """
    monkeypatch.setitem(sys.modules, "asgiref", ModuleType("asgiref"))
    made = board.create(flask.Flask("board"), cast(Views, None))
    assert not made._use_async
