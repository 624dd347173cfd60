"""Papers in a queue: one at a time, few that wait, and none made twice."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest
from gevent.event import Event

from dashboard.api.problems import Problem
from dashboard.exports import paper_queue
from dashboard.exports.paper_queue import PaperQueue
from dashboard.exports.report_files import File


class Maker:
    """Makes papers that are finished once `may_end` is set."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.may_end = Event()
        self.at_once = 0
        self.most_at_once = 0

    def of(self, name: str) -> Callable[[], File]:
        def make() -> File:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.may_end.wait(30)
            self.at_once -= 1
            self.made.append(name)
            return File(name.encode(), "text/plain", name, 1)

        return make


def test_few_wait_and_the_others_are_told_to_come_again() -> None:
    papers, maker = PaperQueue(), Maker()
    waiting = [
        gevent.spawn(papers.get, f"paper {n}", maker.of(f"paper {n}"), f"192.0.2.{n}")
        for n in range(paper_queue.MOST)
    ]
    gevent.sleep(0)
    with pytest.raises(Problem) as refused:
        papers.get("one more", maker.of("one more"), "192.0.2.99")
    assert refused.value.status == 503
    assert int(refused.value.headers["Retry-After"]) > 0
    maker.may_end.set()
    gevent.joinall(waiting, timeout=30, raise_error=True)
    assert len(maker.made) == paper_queue.MOST
    assert maker.most_at_once == 1
    assert papers.get("one more", maker.of("one more"), "192.0.2.99").name == "one more"


def test_an_address_does_not_take_all_places() -> None:
    papers, maker = PaperQueue(), Maker()
    waiting = [
        gevent.spawn(papers.get, f"paper {n}", maker.of(f"paper {n}"), "192.0.2.1")
        for n in range(paper_queue.MOST_EACH)
    ]
    gevent.sleep(0)
    with pytest.raises(Problem):
        papers.get("one more", maker.of("one more"), "192.0.2.1")
    waiting.append(gevent.spawn(papers.get, "deck", maker.of("deck"), "192.0.2.2"))
    gevent.sleep(0)
    maker.may_end.set()
    gevent.joinall(waiting, timeout=30, raise_error=True)
    assert maker.made[-1] == "deck"


def test_who_asks_for_a_paper_that_was_made_does_not_wait() -> None:
    papers, maker = PaperQueue(), Maker()
    maker.may_end.set()
    papers.get("deck", maker.of("deck"), "192.0.2.1")
    maker.may_end.clear()
    busy = gevent.spawn(papers.get, "other", maker.of("other"), "192.0.2.1")
    same = gevent.spawn(papers.get, "other", maker.of("other"), "192.0.2.1")
    gevent.sleep(0)
    assert papers.get("deck", maker.of("deck"), "192.0.2.1").body == b"deck"
    maker.may_end.set()
    gevent.joinall([busy, same], timeout=30, raise_error=True)
    assert maker.made == ["deck", "other"]


def test_what_fails_gives_its_place_back_and_is_not_kept() -> None:
    papers, maker = PaperQueue(), Maker()
    maker.may_end.set()

    def broken() -> File:
        raise OSError("no printer")

    for _ in range(2 * paper_queue.MOST):
        with pytest.raises(OSError, match="no printer"):
            papers.get("deck", broken, "192.0.2.1")
    assert papers.get("deck", maker.of("deck"), "192.0.2.1").name == "deck"


def test_the_papers_that_are_kept_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_queue, "KEPT_BYTES", 14)
    papers, maker = PaperQueue(), Maker()
    maker.may_end.set()
    for name in ("deck 1", "deck 2", "deck 1", "deck 3", "deck 1"):
        papers.get(name, maker.of(name), "192.0.2.1")
    assert maker.made == ["deck 1", "deck 2", "deck 3"]
