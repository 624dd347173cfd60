"""A viewer: one page of the board in a real Chromium, with the probe in it and the protocol's
counters beside it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import ages, machine
from dashboard.live import writer

NUMBER = '[data-kpi="incidents.reported"][data-period="28d"] .tile-value'
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
LIVE = "42/live,"  # what the hub sends, compressed
OWN = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium that resolves no host but this machine, started and warm."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=machine.chromium(), args=ARGUMENTS)
        try:
            chromium.new_page().close()
            yield chromium
        finally:
            chromium.close()


class Viewer:
    """One page in a context of its own, so with a cold cache. Counts what comes over the wire, as
    it is sent.
    """

    def __init__(
        self,
        chromium: Browser,
        address: str,
        width: int = 1920,
        height: int = 1080,
        number: str = NUMBER,
    ) -> None:
        self.context = chromium.new_context(
            viewport={"width": width, "height": height}, bypass_csp=True
        )
        self.page = self.context.new_page()
        self.loaded_bytes = self.live_bytes = 0
        self.outside: set[str] = set()
        self.errors: list[str] = []
        self.page.add_init_script(f"{PROBE}({json.dumps(number)})")
        self.page.on("request", lambda request: self._note_host(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)[:200]))
        self._cdp = self.context.new_cdp_session(self.page)
        self._cdp.on("Network.loadingFinished", self._note_file)
        self._cdp.on("Network.webSocketFrameReceived", self._note_frame)
        self._cdp.send("Network.enable")
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(address, wait_until="commit")

    def first_ms(self) -> float:
        """Navigation to the first number that is right: the watched one, under five seconds old."""
        self.page.wait_for_function("window.probe && window.probe.first !== null", timeout=60_000)
        return float(self.page.evaluate("window.probe.first"))

    def first_painted_ms(self) -> float:
        """The same, but not before the page was painted at all."""
        first = self.first_ms()
        self.page.wait_for_function(
            "performance.getEntriesByName('first-contentful-paint').length", timeout=60_000
        )
        return max(
            first,
            float(
                self.page.evaluate(
                    "performance.getEntriesByName('first-contentful-paint')[0].startTime"
                )
            ),
        )

    def wait(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    def take(self) -> list[ages.Shown]:
        """What the probe has noted since it was last asked, without a last row whose frame is not
        over.
        """
        rows = self.page.evaluate("window.probe.rows.splice(0)")
        return [s for s in ages.shown(rows) if s.painted]

    def main_thread_s(self) -> float:
        """CPU seconds of the page's main thread so far."""
        return self._metrics()["TaskDuration"]

    def heap_mb(self) -> float:
        """What JavaScript holds after a full collection."""
        self._cdp.send("HeapProfiler.collectGarbage")
        return self._metrics()["JSHeapUsedSize"] / machine.MB

    def slow_down(self, times: float) -> None:
        self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def slow_network(self, mbit_s: float, latency_ms: float) -> None:
        given = {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": mbit_s * 125_000,
            "uploadThroughput": mbit_s * 125_000,
        }
        self._cdp.send("Network.emulateNetworkConditions", given)

    def close(self) -> None:
        self.context.close()

    def _metrics(self) -> dict[str, float]:
        return {
            m["name"]: float(m["value"])
            for m in self._cdp.send("Performance.getMetrics")["metrics"]
        }

    def _note_host(self, url: str) -> None:
        if not url.startswith(OWN):
            self.outside.add(url.split("?")[0])

    def _note_file(self, event: dict[str, Any]) -> None:
        self.loaded_bytes += int(event["encodedDataLength"])

    def _note_frame(self, event: dict[str, Any]) -> None:
        # The browser tells the text, not what travelled.
        text = event["response"]["payloadData"]
        self.live_bytes += len(writer.framed(text, is_compressed=text.startswith(LIVE)))
