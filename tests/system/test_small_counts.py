"""Two attacks that once worked, tried again from outside: a town's counts by grid and category were
rebuilt from the replay of its events, and cases that are listed were found in their grids.

Whoever is inside sees what is looked for, so that the attacks have something to find.
"""

from __future__ import annotations

import json
import re
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Board, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
HERE, THERE = "320282101", "320282112"
# Grid → category → how many were reported within two days; few of each.
SPREAD = {
    1: {"order": 6, "traffic": 2, "environment": 1},
    2: {"order": 3, "traffic": 4, "environment": 1},
    3: {"order": 1, "traffic": 3},
    4: {"order": 2, "environment": 3},
    5: {"order": 1, "traffic": 2, "environment": 2},
}
CELLS = {(f"{HERE}-g{g:03d}", c): n for g, its in SPREAD.items() for c, n in its.items()}
CASES = sum(CELLS.values())
NUMBERS = count(1)
HALF_HOUR = 1_800_000


def test_the_attacks_have_cells_and_cases_to_find() -> None:
    assert (len(CELLS), CASES) == (13, 31)


class Outsider:
    """Asks with what it has, and keeps every answer."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url, self._token = url, token
        self.heard: list[str] = []

    def ask(self, path: str) -> Any:
        head = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        request = urllib.request.Request(self._url + path, headers=head)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
        self.heard.append(text)
        return json.loads(text) if text.startswith(("{", "[")) else text


@pytest.fixture(scope="module")
def begun() -> datetime:
    """The first of the two days: in a month that is over."""
    today = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0)
    return today.replace(day=1) - timedelta(days=20)


@pytest.fixture(scope="module")
def told(begun: datetime) -> Iterator[Board]:
    """A board with the cases of the town, and some of another."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        board = Board(Path(folder))
        send(board, begun)
        yield board
        board.stop()


def send(board: Board, begun: datetime) -> None:
    events, moments = list[dict[str, Any]](), Counter[str]()
    for (grid, category), n in CELLS.items():
        events += [_reported(grid, category, begun, moments) for _ in range(n)]
    events += [_reported(f"{THERE}-g001", "order", begun, moments) for _ in range(9)]
    token = (board.data / "ingest.token").read_text("utf-8").strip()
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{board.url}/api/v1/events", json.dumps(events).encode(), head
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["rejected"] == []
    until(lambda: board.figure("incidents.reported", "year") == CASES + 9, 60, "all is counted")


def _reported(grid: str, category: str, begun: datetime, known: Counter[str]) -> dict[str, Any]:
    known["n"] += 1
    at = begun + timedelta(minutes=67 * known["n"] % 2_800, milliseconds=known["n"])
    data = {"case": f"ZZCASE{known['n']}", "category": category, "severity": 3, "channel": "app"}
    return {
        "specversion": "1.0",
        "id": f"z{known['n']}",
        "source": "urn:zz",
        "type": "incident.reported",
        "time": at.isoformat(),
        "subject": grid,
        "data": data,
    }


@pytest.fixture(params=["nobody", "of another town"])
def outsider(request: pytest.FixtureRequest, told: Board) -> Outsider:
    is_nobody = request.param == "nobody"
    return Outsider(told.url, "" if is_nobody else token_of(told, THERE))


def token_of(board: Board, town: str) -> str:
    return board.add_token(f"值守 {next(NUMBERS)}", "view", town)


def _month(begun: datetime) -> str:
    first = begun.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return f"from={first:%Y-%m-%d}&to={last:%Y-%m-%d}"


def _named(found: Any) -> Iterator[tuple[str, str]]:
    """Every grid that stands in one object or list with a category."""
    if isinstance(found, dict | list):
        values = list(found.values()) if isinstance(found, dict) else found
        plain = {str(one) for one in values if isinstance(one, str | int)}
        yield from (cell for cell in CELLS if plain.issuperset(cell))
        for one in values:
            yield from _named(one)


def test_no_cell_is_rebuilt_from_what_happened(
    outsider: Outsider, told: Board, begun: datetime
) -> None:
    rebuilt = Counter[tuple[str, str]]()
    ms = int(begun.timestamp() * 1000)
    for at in (ms, ms + 60 * HALF_HOUR):
        query = f"areas={HERE}&at={at}&step={HALF_HOUR}&count=60&known=now"
        rebuilt.update(_named(outsider.ask(f"/wall/moments?{query}")))
        rebuilt.update(_named(outsider.ask(f"/api/v1/kpis?area={HERE}&at={at}")))
    for scene in ("town", "oldest", "map", "alerts"):
        rebuilt.update(_named(outsider.ask(f"/wall/scene?scene={scene}&town={HERE}")))
    day = f"from={begun:%Y-%m-%d}&to={begun:%Y-%m-%d}"
    for path in ("/", "/incidents", "/alerts", "/review"):
        outsider.ask(f"{path}?area={HERE}&{day}")
    assert len(outsider.heard) == 12
    assert dict(rebuilt) == {}
    heard = "".join(outsider.heard)
    assert set(re.findall(rf"{HERE}-[gd][0-9]+", heard)) == set()
    assert re.findall("ZZCASE[0-9]+", heard) == []


def test_no_cell_is_left_when_one_answer_is_taken_from_another(
    outsider: Outsider, told: Board, begun: datetime
) -> None:
    base = f"/api/v1/cells?kpi=incidents.reported&area={HERE}"
    inside = Outsider(told.url, token_of(told, HERE))
    month = _month(begun)
    seen = inside.ask(f"{base}&{month}&by=grid,category")["cells"]
    assert {(one["grid"], one["category"]): one["value"] for one in seen} == CELLS

    days = [begun + timedelta(days=n) for n in range(3)]
    questions = [
        f"{base}&{month}&by=grid,category",
        *(f"{base}&{month}&by=grid&category={c}" for c in ("order", "traffic", "environment")),
        f"{base}&{month}&by=grid",
        *(f"{base}&from={d:%Y-%m-%d}&to={d:%Y-%m-%d}&by=grid,category" for d in days),
        *(f"{base}&from={a:%Y-%m-%d}&to={b:%Y-%m-%d}&by=grid" for a, b in pairwise(days)),
        f"{base}&{month}&by=grid,channel",
        f"{base}&{month}&by=grid,hour",
    ]
    small = {cell for cell, n in CELLS.items() if n < 5}
    told_small: list[tuple[str, str]] = []
    shown: dict[tuple[str, str], set[float]] = {}
    for question in questions:
        answer = outsider.ask(question)
        for one in answer.get("cells", []):
            if one.get("value") is not None and one.get("grid"):
                key = (one["grid"], one.get("category") or question.partition("category=")[2])
                shown.setdefault(key, set()).add(one["value"])
                told_small += [key] if key in small else []
    assert told_small == []
    assert all(len(values) == 1 for values in shown.values()), "no two answers of the same differ"
    for grid, its in SPREAD.items():
        name = f"{HERE}-g{grid:03d}"
        hidden = [c for c in its if (name, c) not in shown]
        total = shown.get((name, ""))
        assert not total or len(hidden) != 1, "what is hidden alone is the rest of the total"


def test_no_case_is_found_in_its_grid(outsider: Outsider, told: Board, begun: datetime) -> None:
    inside = Outsider(told.url, token_of(told, HERE))
    path = f"/api/v1/cases?family=incident&area={HERE}&state=open&limit=500"
    assert len(inside.ask(path)["cases"]) == CASES
    grids = [f"{HERE}-g{grid:03d}" for grid in SPREAD]
    for asked in (path, f"{path}&sort=opened", *(f"{path}&grid={grid}" for grid in grids)):
        outsider.ask(asked)
    for grid in grids:
        outsider.ask(f"/cases?area={HERE}&state=open&grid={grid}")
    assert re.findall("ZZCASE[0-9]+", "".join(outsider.heard)) == []
