"""live.js in a real Chromium, on the board's own pages, a real hub and a real Redis; the test plays
the engine.
"""

from __future__ import annotations

import random
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import redis as redis_client
from playwright.sync_api import Browser, Page, sync_playwright

from feeds import kpis
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.figures import freshness, topics, verdicts
from feeds.figures.verdicts import Verdict
from feeds.kpis import Unit, cadences
from feeds.live import frames
from layouts.html import render
from layouts.parts import plots, sparkline
from layouts.parts import tile as tile_part
from layouts.text import numbers, times
from layouts.view import View

pytestmark = pytest.mark.browser
WORKER = Path(__file__).with_name("live_worker.py")
CITY = "320282"
TOPIC = f"{CITY}/28d"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOUR_MS = 3_600_000


def until(condition: Callable[[], Any], seconds: float = 15) -> Any:
    """Wait for a condition and give its value."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)
    return found


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Engine:
    """The engine's part: the city's states of four weeks, of today and of the year, changed and published at the
    test's word.
    """

    def __init__(self, client: redis_client.Redis, city: Profile, build: str = "b1") -> None:
        self.publisher, self.build, self.epoch = (
            frames.Publisher(client),
            build,
            secrets.token_hex(4),
        )
        self.city = city
        self.states = {period: self._first(city, period) for period in ("28d", "today", "year")}
        for state in self.states.values():
            self.publisher.start(state)

    def _first(self, city: Profile, period: str) -> dict[str, Any]:
        now, dice = now_ms(), random.Random(7)
        shares = {k for k, kpi in kpis.CATALOGUE.items() if kpi.unit == "share"}
        values: dict[str, float] = {
            k: dice.random() if k in shares else dice.randrange(20, 900) for k in kpis.CATALOGUE
        }
        series: dict[str, Any] = {
            f"days:{k}": [dice.randrange(5, 90) for _ in range(30)] for k in values
        }
        for k in topics.BY_HOUR:
            series[f"days_last_year:{k}"] = [dice.randrange(5, 90) for _ in range(30)]
            series |= {
                f"{kind}:{k}": [dice.randrange(5, 90) for _ in range(24)]
                for kind in ("hours", "hours_last_year")
            }
        series |= {f"categories:{k}": {"noise": 5, "road": 9} for k in topics.BY_CATEGORY}
        series |= {
            f"towns:{k}": {t: dice.randrange(1, 50) for t in city.town_by_code}
            for k in topics.BY_TOWN
        }
        state = {
            "topic": f"{CITY}/{period}",
            "at": now,
            "epoch": self.epoch,
            "seq": 100,
            "build": self.build,
            "now": now,
            "demo": True,
            "set": values,
            "parts": {k: [v, None] for k, v in values.items()},
            "change": {k: [0.5, -0.5] for k in values},
            "newest": {need: now for kpi in kpis.CATALOGUE.values() for need in kpi.needs},
            "axes": {"hours": now // HOUR_MS * HOUR_MS - 23 * HOUR_MS, "days": "2026-09-01"},
            "series": series,
            "towns_reporting": [17, 18],
            "periods": {},
        }
        return state | {"verdicts": verdicts.of_topic(city, city.code, period, state)}

    def send(self, period: str = "28d", **parts: Any) -> dict[str, Any]:
        """Publish a frame with these parts and what is then said of the figures; the state after
        it.
        """
        old, now = self.states[period], now_ms()
        frame = {
            "topic": old["topic"],
            "at": now,
            "epoch": self.epoch,
            "seq": old["seq"] + 1,
            "build": self.build,
            "now": now,
        } | parts
        said = verdicts.of_topic(self.city, self.city.code, period, frames.apply(old, frame))
        said |= parts.get("verdicts", {})
        frame["verdicts"] = {k: v for k, v in said.items() if old["verdicts"][k] != v}
        self.states[period] = frames.apply(old, frame)
        self.publisher.publish(self.states[period], frame)
        return self.states[period]

    def set(self, value: float, kpi: str = "incidents.reported", **parts: Any) -> dict[str, Any]:
        return self.send(set={kpi: value}, newest={"incident.reported": now_ms()}, **parts)


class Worker:
    """A web worker that can be stopped and started again on its port."""

    def __init__(self, url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.redis_url, self.url = url, f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, build: str = "b1") -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), self.redis_url, str(self.port), build],
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="module")
def worker(redis_server: str) -> Iterator[Worker]:
    """A worker for all tests: each comes with an epoch of its own."""
    worker = Worker(redis_server)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def mortal(redis_server: str, redis: redis_client.Redis) -> Iterator[Worker]:
    """A worker for one test, to be killed, stopped and started."""
    worker = Worker(redis_server)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def engine(redis: redis_client.Redis, yixing: Profile) -> Engine:
    return Engine(redis, yixing)


def tile(page: Page, kpi: str = "incidents.reported", period: str = "28d") -> Any:
    return page.locator(f'.tile[data-kpi="{kpi}"][data-period="{period}"]').first


def shown(page: Page, kpi: str = "incidents.reported", period: str = "28d") -> str:
    return str(tile(page, kpi, period).locator(".tile-value").inner_text())


def live(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.live"))


def opened(page: Page, worker: Worker, path: str = "/incidents") -> Page:
    page.goto(worker.url + path)
    until(lambda: live(page) == "live")
    return page


def agrees(page: Page, engine: Engine) -> bool:
    """Whether the page holds exactly the engine's state."""
    held = page.evaluate(
        "topic => { const s = board.state()[topic]; return [s.epoch, s.seq, board.topics.hash(s)]; }",
        TOPIC,
    )
    state = engine.states["28d"]
    return bool(held == [state["epoch"], state["seq"], frames.state_hash(state)])


def settled(page: Page, worker: Worker, engine: Engine) -> dict[str, int]:
    """Open the page and let worker and page reach this test's epoch by a frame of it; the page's
    counts then.
    """
    opened(page, worker)
    engine.set(5)
    until(lambda: agrees(page, engine))
    return dict(page.evaluate("board.stats()"))


def test_a_frame_changes_number_attributes_and_place(
    page: Page, worker: Worker, engine: Engine
) -> None:
    opened(page, worker)
    state = engine.set(4321)
    until(lambda: shown(page) == "4321")
    value = tile(page).locator(".tile-value")
    assert value.get_attribute("data-value") == "4321"
    assert value.get_attribute("data-at") == str(state["newest"]["incident.reported"])
    html = page.evaluate("({...document.documentElement.dataset})")
    assert (html["live"], html["seq"], html["at"]) == ("live", "101", str(state["at"]))
    assert agrees(page, engine)


def test_two_periods_on_one_page_are_two_topics(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker, "/tasks")
    engine.send("year", set={"tasks.completed": 18_340})
    until(lambda: shown(page, "tasks.completed", "year") == "1.83")
    assert tile(page, "tasks.completed", "year").locator(".tile-unit").inner_text() == "万"


def test_ages_and_states_follow_the_cadence(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    minutes = 60_000
    for ago, state, word in (
        (0, "live", ""),
        (250 * minutes, "late", "数据滞后 4\u00a0小时"),
        (26 * 60 * minutes, "nodata", "最后值"),
    ):
        engine.send(newest={"incident.reported": now_ms() - ago})
        until(lambda wanted=state: tile(page).get_attribute("data-state") == wanted)  # type: ignore[misc]
        assert tile(page).locator(".tile-state").text_content().startswith(word)
    engine.send(newest={"incident.reported": now_ms() - 58_000})
    until(lambda: tile(page).locator(".tile-age").text_content() == "刚刚")
    until(lambda: tile(page).locator(".tile-age").text_content() == "1\u00a0分钟前")


def test_a_column_of_towns_grows_late_with_its_figure(
    page: Page, worker: Worker, engine: Engine
) -> None:
    opened(page, worker, "/incidents")
    table = page.locator(".table--towns").first
    head = table.locator("thead th").nth(1).locator(".column-state")
    cell = table.locator("tbody tr").nth(1).locator("td").first
    engine.send(newest={"incident.reported": now_ms()})
    until(lambda: cell.get_attribute("data-state") == "live" and not head.text_content())
    engine.send(newest={"incident.reported": now_ms() - 250 * 60_000})
    until(lambda: cell.get_attribute("data-state") == "late")
    assert head.text_content() == "数据滞后 4\u00a0小时"


def test_no_value_is_no_number(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    engine.send(set={"incidents.reported": None})
    until(lambda: shown(page) == "—")
    assert tile(page).get_attribute("data-empty") == "data"
    engine.send(set={"incidents.closure_rate": None}, parts={"incidents.closure_rate": [0, 0]})
    until(lambda: shown(page, "incidents.closure_rate") == "无案件")


def test_charts_follow_and_fold_zeros(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    engine.send(
        series={
            "hours:incidents.reported": {"23": 777},
            "towns:incidents.reported": {"320282001": 888, "320282002": 0},
        },
    )
    bars = "Array.from(document.querySelector('[data-chart=towns] .js-plotly-plot').data[0].x)"
    until(lambda: page.evaluate(bars).pop() == 888)
    rest = page.locator("[data-chart=towns] .chart-rest")
    until(lambda: "其余 1 个镇（街道）为 0" in rest.inner_text())
    engine.send(series={"towns:incidents.reported": {"320282002": None}})
    until(lambda: "没有数据：屺亭" in rest.inner_text())
    past = "document.querySelector('[data-chart=hours] .js-plotly-plot').data[0].y.at(-1)"
    assert page.evaluate(past) is None
    engine.send(series={"hours:incidents.reported": {"20": 5, "21": None, "22": None, "23": None}})
    plot = "document.querySelector('[data-chart=hours] .js-plotly-plot')"
    strong = f"Array.from({plot}.data[1].marker.opacity)"
    until(lambda: page.evaluate(strong)[19:] == [1, plots.PARTIAL, 1, 1, 1])
    assert page.evaluate(f"{plot}.data[0].y[20]") is None, "the data end within that hour"


def test_charts_are_drawn_again_only_when_their_series_change(
    page: Page, worker: Worker, engine: Engine
) -> None:
    opened(page, worker, "/incidents")
    hours = [*engine.states["28d"]["series"]["hours:incidents.reported"][:-1], 777]
    engine.send(series={"hours:incidents.reported": {"23": 777}})
    bars = "Array.from(document.querySelector('[data-chart=hours] .js-plotly-plot').data[1].y)"
    until(lambda: page.evaluate(bars) == hours)
    drawn = page.evaluate("board.stats().charts")
    for _ in range(4):
        seq = engine.set(random.randrange(9999))["seq"]
        until(
            lambda wanted=seq: (
                page.evaluate("board.stats() && +document.documentElement.dataset.seq") == wanted
            )
        )  # type: ignore[misc]
    page.wait_for_timeout(2600)
    assert page.evaluate("board.stats().charts") <= drawn + 3, (
        "charts are redrawn though their series are the same"
    )


def test_an_unfolded_table_follows_its_chart(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker, "/incidents")
    card = page.locator('[data-chart="hours"][data-kpi-of="incidents.reported"]')
    last = card.locator("tbody tr").last.locator("td").first
    engine.send(series={"hours:incidents.reported": {"23": 777}})
    until(lambda: page.evaluate("board.stats().charts") >= 4)
    card.locator("summary").click()
    until(lambda: last.inner_text() == "777")
    engine.send(series={"hours:incidents.reported": {"23": 778}})
    until(lambda: last.inner_text() == "778")


def test_a_mounted_element_shows_the_newest_state_before_it_is_seen(
    page: Page, worker: Worker, engine: Engine
) -> None:
    opened(page, worker)
    until(lambda: page.evaluate("!document.getElementById('first-paint')"))
    engine.set(4321)
    until(lambda: shown(page) == "4321")
    seen = [page.evaluate(MOUNT) for _ in range(3)]
    assert "4321" in seen, "once of three times: a loaded machine draws late"


MOUNT = """() => new Promise(done => {
    const old = document.querySelector('.tile[data-kpi="incidents.reported"]'), fresh = old.cloneNode(true);
    fresh.querySelector(".tile-value").textContent = "old";
    old.replaceWith(fresh);
    const seen = () => document.querySelector('.tile[data-kpi="incidents.reported"] .tile-value').textContent;
    const look = frames => requestAnimationFrame(() => seen() !== "old" || !frames ? done(seen()) : look(frames - 1));
    look(10);
})"""


def test_a_topic_that_comes_onto_the_page_is_watched(
    page: Page, worker: Worker, engine: Engine, redis: redis_client.Redis
) -> None:
    opened(page, worker)
    town = {**engine.states["28d"], "topic": "320282101/28d", "set": {"incidents.reported": 55}}
    frames.Publisher(redis).start(town)
    page.evaluate(
        "document.querySelector('.tile[data-kpi=\"incidents.reported\"]').dataset.area = '320282101'"
    )
    until(lambda: page.locator('.tile[data-area="320282101"] .tile-value').inner_text() == "55")


def test_missed_frames_come_after_the_worker_is_killed(
    page: Page, mortal: Worker, engine: Engine
) -> None:
    opened(page, mortal)
    engine.set(1)
    until(lambda: shown(page) == "1")
    mortal.stop()
    until(lambda: live(page) == "reconnecting", 5)
    for n in range(2, 30):
        engine.set(n)
    until(lambda: live(page) == "stale", 10)
    assert page.locator("[data-connection]").first.inner_text().startswith("数据已停更，最后更新 ")
    mortal.start()
    until(lambda: shown(page) == "29")
    until(lambda: live(page) == "live")
    assert agrees(page, engine)


def test_an_outage_of_the_network_ends_without_a_click(
    page: Page, worker: Worker, engine: Engine
) -> None:
    opened(page, worker)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", conditions | {"offline": True})
    until(lambda: live(page) == "stale", 25)
    for n in range(300):
        engine.set(n)
    assert shown(page) != "299"
    network.send("Network.emulateNetworkConditions", conditions | {"offline": False})
    until(lambda: shown(page) == "299", 20)
    until(lambda: live(page) == "live")
    assert agrees(page, engine)


def test_a_worker_that_hangs_is_noticed(page: Page, mortal: Worker, engine: Engine) -> None:
    opened(page, mortal)
    assert mortal.process
    mortal.process.send_signal(19)
    until(lambda: live(page) == "reconnecting", 10)
    until(lambda: live(page) == "stale", 20)
    engine.set(77)
    mortal.process.send_signal(18)
    until(lambda: shown(page) == "77", 20)
    until(lambda: live(page) == "live")


def test_a_diverged_state_heals_itself(page: Page, worker: Worker, engine: Engine) -> None:
    before = settled(page, worker, engine)
    page.evaluate("topic => { board.state()[topic].set['incidents.closed'] = -5; }", TOPIC)
    state = {
        **engine.states["28d"],
        "set": {**engine.states["28d"]["set"], "incidents.reported": 8},
    }
    engine.set(8, hash=frames.state_hash(state))
    until(lambda: page.evaluate("board.stats().differs") == before["differs"] + 1)
    until(lambda: agrees(page, engine))
    wanted = numbers.figure(state["set"]["incidents.closed"], "count", "zh").digits
    until(lambda: shown(page, "incidents.closed") == wanted)


def test_an_equal_hash_changes_nothing(page: Page, worker: Worker, engine: Engine) -> None:
    before = settled(page, worker, engine)
    state = {
        **engine.states["28d"],
        "set": {**engine.states["28d"]["set"], "incidents.reported": 8},
    }
    engine.set(8, hash=frames.state_hash(state))
    until(lambda: shown(page) == "8")
    assert page.evaluate("[board.stats().differs, board.stats().snapshots]") == [
        before["differs"],
        before["snapshots"],
    ]


def test_another_epoch_starts_over(
    page: Page, worker: Worker, engine: Engine, redis: redis_client.Redis, yixing: Profile
) -> None:
    opened(page, worker)
    again = Engine(redis, yixing)
    again.set(99)
    until(lambda: shown(page) == "99")
    assert agrees(page, again)


def test_a_page_slowed_ten_times_never_falls_behind(
    page: Page, worker: Worker, engine: Engine
) -> None:
    opened(page, worker)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 10})
    behind = []
    end = time.monotonic() + 12
    n = 0
    while time.monotonic() < end:
        n += 1
        engine.set(
            n,
            series={
                f"{name}": {"23": n}
                for name in (
                    "hours:incidents.reported",
                    "hours:disputes.accepted",
                    "days:fraud.warnings",
                )
            },
        )
        time.sleep(0.1)
        if n % 10 == 0:
            held = page.evaluate(
                "[board.state()['320282/28d'].seq, +document.documentElement.dataset.seq]"
            )
            behind.append(engine.states["28d"]["seq"] - held[1])
    assert max(behind) <= 20, behind
    assert behind[-1] <= 10, behind
    until(lambda: shown(page) == str(n), 2)
    assert agrees(page, engine)


def test_another_build_reloads_once_when_the_server_answers(
    page: Page, mortal: Worker, engine: Engine
) -> None:
    opened(page, mortal)
    page.evaluate("window.isOld = true")
    loads: list[str] = []
    page.on("domcontentloaded", lambda _: loads.append(page.url))

    def reloaded(times: int) -> bool:
        page.wait_for_timeout(50)
        return len(loads) == times

    mortal.stop()
    page.wait_for_timeout(500)
    assert page.evaluate("window.isOld"), "it reloaded while nobody answered"
    mortal.start(build="b2")
    until(lambda: reloaded(1), 20)
    until(lambda: live(page) == "live")
    engine.build = "b2"
    engine.set(5)
    until(lambda: shown(page) == "5")
    engine.build = "b3"
    engine.set(6)
    until(lambda: reloaded(2), 20)
    until(lambda: live(page) == "live")
    engine.set(7)
    until(lambda: shown(page) == "7")
    page.wait_for_timeout(4500)
    assert len(loads) == 2, (
        "it reloads again and again for a build that the page's own server doesn't have"
    )


def test_a_silent_engine_makes_the_page_stale(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    page.evaluate("topic => { board.state()[topic].now -= 80_000; }", TOPIC)
    until(lambda: live(page) == "stale")
    engine.set(3)
    until(lambda: live(page) == "live")


UNITS, LANGS = get_args(Unit), get_args(Lang)


def test_figures_read_as_in_python(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    dice = random.Random(11)
    sizes = [
        0,
        1,
        0.5,
        0.9995,
        0.99949,
        0.0004,
        9_999.5,
        99_995,
        999_950,
        1e8 - 1,
        9.995,
        10.05,
        99.95,
        0.9917,
        0.9916,
        1e12,
    ]
    cases = [
        (dice.choice((1, -1)) * v, unit, lang) for v in sizes for unit in UNITS for lang in LANGS
    ]
    cases += [
        (dice.uniform(0, 10 ** dice.randrange(12)), dice.choice(UNITS), dice.choice(LANGS))
        for _ in range(500)
    ]
    script = """cases => cases.map(([v, u, l]) =>
        [...board.format.figure(v, u, l), board.format.text(v, u, l), board.format.change(v / 7, u, l)])"""
    wanted = [
        [
            *numbers.figure(v, u, lang),
            numbers.text(v, u, lang),
            numbers.change(v / 7, u, lang),
        ]
        for v, u, lang in cases
    ]
    assert page.evaluate(script, cases) == wanted


# What can be read of a tile, by its KPI.
READ = """root => Object.fromEntries([...root.querySelectorAll(".tile")].map(tile => {
  const one = name => tile.querySelector("." + name), text = name => (one(name) || {textContent: null}).textContent;
  const {state, empty, verdict, window} = tile.dataset, {value, at, of} = one("tile-value").dataset, {kind, change} = one("tile-change").dataset;
  return [tile.dataset.kpi, [state, empty, verdict, window, value, at, of, kind, change, one("tile-verdict").dataset.code,
    ...["tile-value", "tile-unit", "cases-window", "cases-number", "change-kind", "change-value", "verdict-word", "verdict-since", "tile-state",
      "tile-age"].map(text)]];
}))"""


def figures(now: int, city: Profile) -> dict[str, Any]:
    """Figures of every kind: none, of few cases, of many; live, late and silent; better and worse.
    Ages lie half a minute from the next word.
    """
    dice = random.Random(12)
    found: dict[str, Any] = {"set": {}, "parts": {}, "change": {}, "newest": {}, "periods": {}}
    for k, kpi in kpis.CATALOGUE.items():
        of = dice.choice((None, 0, 15, 400, 40_000))
        value = dice.choice((dice.random(), 1.0)) if kpi.unit == "share" else dice.randrange(900)
        found["set"][k] = dice.choice((value, value, value, None))
        part = None if of is None else value * of if kpi.unit == "share" else None
        found["parts"][k] = [part, of]
        found["change"][k] = [
            dice.choice((None, 0.0, dice.uniform(-1, 1.2))),
            dice.choice((None, dice.uniform(-1, 1.2))),
        ]
        times = dice.choice((0, 0.5, 1, 3, 8, 15, 40))
        minutes = int(times * cadences.of(city, kpi) // 60)
        for need in kpi.needs:
            found["newest"][need] = dice.choice((now - minutes * 60_000 - 30_000, 0))
            if need.startswith("indicator:"):
                found["periods"][need] = dice.choice(("2026Q3", "2026-09", "2026"))
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_an_open_page_shows_every_tile_as_python_draws_it(
    lang: Lang, page: Page, worker: Worker, engine: Engine, yixing: Profile
) -> None:
    opened(page, worker, f"/?lang={lang}")
    parts = figures(now_ms(), yixing)
    state = engine.send(**parts)
    until(lambda: page.evaluate("+document.documentElement.dataset.seq") == state["seq"])
    read = f"() => ({READ})(document.querySelector('.board'))"
    until(lambda: len({one[0] for one in page.evaluate(read).values()}) == 3)
    shown = page.evaluate(read)
    view = View(yixing, lang, CITY, "28d", state, now_ms(), "b1", "/")
    drawn = "".join(render.to_html(tile_part.tile(view, kpi)) for kpi in shown)
    made = """html => { const el = document.createElement("div"); el.innerHTML = html; return (READ)(el); }"""
    wanted = page.evaluate(made.replace("READ", READ), drawn)
    assert len(shown) > 60
    assert {one[0] for one in shown.values()} == {"live", "late", "nodata"}
    for kpi, one in shown.items():
        assert one == wanted[kpi], kpi


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_signal_says_is_worded_as_python_words_it(
    lang: Lang, page: Page, worker: Worker, engine: Engine, yixing: Profile
) -> None:
    """Also what its code leaves open, and the year of a day of another one."""
    opened(page, worker, f"/?lang={lang}")
    signals = {
        "incidents.reported": Verdict("changed", since="2024-11-01", detail="up"),
        "incidents.closure_rate": Verdict("better", since="2025-03-01", detail="off"),
        "disputes.success_rate": Verdict("better", since=f"{date.today().year}-01-05"),
        "traffic.deaths": Verdict("worse", since="2025-03-01", detail="closer"),
    }
    state = engine.send(verdicts=signals)
    until(lambda: page.evaluate("+document.documentElement.dataset.seq") == state["seq"])
    view = View(yixing, lang, CITY, "28d", state, now_ms(), "b1", "/")
    for kpi, verdict in signals.items():
        mark = page.locator(f'.tile[data-kpi="{kpi}"] .tile-verdict').first
        wanted = render.to_html(tile_part.mark(view, verdict))
        inner = wanted.partition(">")[2].rpartition("</span>")[0]
        until(lambda mark=mark, inner=inner: mark.inner_html() == inner)  # type: ignore[misc]
        assert (mark.get_attribute("data-detail") or "") == verdict.detail


def test_a_figure_turns_late_by_the_clock_alone(
    page: Page, worker: Worker, engine: Engine, yixing: Profile
) -> None:
    """The network is cut; the newest event grows old under the page's clock."""
    opened(page, worker)
    cadence = cadences.of(yixing, kpis.CATALOGUE["incidents.reported"])
    at = now_ms() - freshness.LATE_AFTER * cadence * 1000 + 3_000
    engine.send(newest={"incident.reported": at})
    until(lambda: tile(page).locator(".tile-value").get_attribute("data-at") == str(at))
    assert tile(page).get_attribute("data-state") == "live"
    page.context.set_offline(True)
    until(lambda: tile(page).get_attribute("data-state") == "late")
    assert tile(page).locator(".tile-state").text_content() == "数据滞后 4\u00a0小时"


def test_times_read_as_in_python(
    page: Page, worker: Worker, engine: Engine, yixing: Profile
) -> None:
    opened(page, worker)
    now, dice, tz = now_ms(), random.Random(13), yixing.tz
    spots = [(now - dice.randrange(40 * 86_400_000), lang) for lang in LANGS for _ in range(60)]
    script = """([now, zone, cases]) => cases.map(([at, l]) => [board.format.age((now - at) / 1000, l),
        board.format.moment(at, now, zone, l), board.format.clock(at, zone), board.format.date(at, zone, l)])"""
    wanted = [
        [
            times.age((now - at) / 1000, lang),
            times.moment(at, now, tz, lang),
            times.clock(at, tz),
            times.date(at, tz, lang),
        ]
        for at, lang in spots
    ]
    assert page.evaluate(script, [now, yixing.zone, spots]) == wanted


def test_states_follow_the_rule_of_freshness(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    now = now_ms()
    cases = [
        (cadence, at, now, serves)
        for cadence in (60, 3600, 86_400)
        for ago in (0, 1, 2, 3, 9.99, 10, 11)
        for at in (0, int(now - ago * cadence * 1000))
        for serves in (1, 18)
    ]
    script = """cases => cases.map(([cadence, at, now, serves]) =>
        board.tiles.stateOf("n", cadence, {newest: {n: at}, heard: {}, serves: {n: serves}}, {...board.look(), now}).state)"""
    assert page.evaluate(script, cases) == [
        freshness.state(cadence / serves, at, now) for cadence, at, now, serves in cases
    ]


def test_a_sparkline_is_drawn_as_python_draws_it(
    page: Page, worker: Worker, engine: Engine
) -> None:
    """Whole, with gaps, with days that are alone, and with too few to draw."""
    opened(page, worker)
    series: list[list[float | None]] = [
        [3, 1.5, 4, 1, 5],
        [None, None, 2, 7, 7, 1, 8, 2],
        [0.25, None, 0.5, 0.5, None, 1, None, 0.75],
        [5, 5, 5, None],
        [None, 1, None, None, 2],
        [],
    ]
    cases = [(values, sparkline.picture(values, "#111", "#222")) for values in series]
    script = """cases => cases.map(([values, svg]) => {
        const tile = document.createElement("div"), wanted = document.createElement("div");
        tile.innerHTML = '<div class="tile-spark" data-series="s" data-line="#111" data-dot="#222"></div>';
        wanted.innerHTML = svg;
        board.scene.spark(tile, {epoch: "e", series: {s: values}, rev: {s: 2}}, 1e9);
        return [tile.firstChild.innerHTML, wanted.innerHTML];
    })"""
    drawn = page.evaluate(script, cases)
    assert [ours for ours, _ in drawn] == [wanted for _, wanted in drawn]
    assert sum(bool(ours) for ours, _ in drawn) == 4


def test_a_stopped_engine_is_not_shown_as_live(
    page: Page, worker: Worker, engine: Engine, redis: redis_client.Redis
) -> None:
    """The connection works and no frame is due; only the engine's beat has stopped."""
    beat = engine.publisher.beat
    beat(now_ms())
    opened(page, worker)
    engine.set(5)
    until(lambda: agrees(page, engine))
    until(lambda: (beat(now_ms()), page.evaluate("board.stats().quiet_ms") > 2900)[1])
    stopped = time.monotonic()
    until(lambda: live(page) == "stale", 60)
    assert time.monotonic() - stopped > 4, "a beat that is seconds late is no stop"
    until(lambda: (beat(now_ms()), live(page) == "live")[1], 60)
    engine.publisher.beat(now_ms(), is_busy=True)
    assert redis.exists(frames.BUSY)


def test_what_fires_is_counted_in_the_menu_and_said_on_the_figures_page(
    page: Page, worker: Worker, engine: Engine
) -> None:
    made = {
        "id": "a1",
        "area": CITY,
        "severity": "warning",
        "state": "firing",
        "fired": now_ms() - HOUR_MS,
        "title": ["超期偏多", "Many overdue"],
        "place": ["宜兴市", "Yixing"],
        "said": ["52", "52"],
        "silent": False,
        "scene": "",
        "kpi": "incidents.overdue",
    }
    other = made | {"id": "a2", "severity": "critical", "state": "acknowledged", "kpi": ""}
    engine.send(alerts=[])
    opened(page, worker, "/kpi?kpi=incidents.overdue")
    badge, lines = page.locator(".nav .nav-badge"), page.locator(".figure-alert")
    assert badge.get_attribute("data-alert-count") == ""
    assert lines.count() == 0
    engine.send(alerts=[made, other])
    until(lambda: badge.get_attribute("data-alert-count") == "1")
    assert badge.get_attribute("data-severity") == "warning"
    assert badge.get_attribute("title") == "1 条告警，最高重要"
    assert lines.count() == 1
    assert "宜兴市 超期偏多" in lines.inner_text()
    held = page.evaluate(
        "([kpi, area]) => board.alarms.ofFigure(board.state()[board.main()], kpi, area)",
        ["incidents.overdue", CITY],
    )
    assert held["id"] == "a1"
    engine.send(alerts=[made | {"state": "acknowledged"}, other])
    until(lambda: badge.get_attribute("data-state") == "acknowledged")
    assert badge.get_attribute("data-alert-count") == "2"
    assert badge.get_attribute("data-severity") == "critical"
    engine.send(alerts=[])
    until(lambda: badge.get_attribute("data-alert-count") == "")
    assert badge.is_hidden()
    assert lines.count() == 0


def test_the_shared_number_cases_hold(page: Page, worker: Worker, engine: Engine) -> None:
    opened(page, worker)
    cases = msgspec.json.decode(
        (Path(__file__).parents[1] / "layouts" / "text" / "number_cases.json").read_bytes()
    )
    assert cases
    found = page.evaluate(
        "cases => cases.map(c => board.format.figure(c.value, c.unit, c.lang))", cases
    )
    assert [
        (figure, c)
        for figure, c in zip(found, cases, strict=True)
        if figure != [c["number"], c["unit_text"]]
    ] == []
