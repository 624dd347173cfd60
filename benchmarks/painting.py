"""Thirty tiles changed four times a second in a Dash page: `dash_clientside.set_props` beside
direct DOM writes.

python benchmarks/painting.py --runs 10

Prints the main thread's milliseconds a frame, above those of the same page left alone (decision
0007).
"""

from __future__ import annotations

import argparse
import logging
import statistics
import threading
import time
from typing import Any

import dash
from dash import html
from playwright.sync_api import CDPSession, sync_playwright
from werkzeug.serving import make_server

TILES, RATE = 30, 4
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRIVER = """
window.drive = (way, frames, rate) => new Promise(done => {
  let n = 0;
  const tiles = Array.from({length: TILES}, (_, i) => document.getElementById("v" + i));
  const ways = {
    nothing() {},
    set_props(n) {
      for (let i = 0; i < TILES; i++) {
        const text = String(n * 7 + i);
        dash_clientside.set_props("v" + i, {children: text, "data-value": text, "data-at": String(1e12 + n)});
      }
    },
    dom(n) {
      for (let i = 0; i < TILES; i++) {
        tiles[i].firstChild.data = String(n * 7 + i);
        tiles[i].setAttribute("data-value", String(n * 7 + i));
        tiles[i].setAttribute("data-at", String(1e12 + n));
      }
    },
  };
  const timer = setInterval(() => requestAnimationFrame(() => {
    ways[way](++n);
    if (n >= frames) { clearInterval(timer); setTimeout(done, 300); }
  }), 1000 / rate);
});
""".replace("TILES", str(TILES))


def serve() -> tuple[str, Any]:
    app = dash.Dash("painting", update_title="", title="painting")
    style = {"width": "200px", "float": "left"}
    tiles = [
        html.Div([html.Div(f"Tile {i}"), _number(i), html.Span("unit")], style=style)
        for i in range(TILES)
    ]
    app.layout = html.Div(tiles)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", server


def _number(i: int) -> html.Span:
    data: dict[str, Any] = {"data-value": "0", "data-at": "0"}
    return html.Span("0", id=f"v{i}", **data)


def busy_ms(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration")) * 1000


def measure(url: str, runs: int, frames: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"nothing": [], "dom": [], "set_props": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        for run in range(runs):
            page = browser.new_page(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
            page.add_init_script(DRIVER)
            page.goto(url)
            page.wait_for_selector(f"#v{TILES - 1}")
            page.wait_for_timeout(500)
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            for writer_of in [*list(found)[run % 3 :], *list(found)[: run % 3]]:
                before = busy_ms(session)
                page.evaluate(
                    "([way, frames, rate]) => drive(way, frames, rate)", [writer_of, frames, RATE]
                )
                found[writer_of].append((busy_ms(session) - before) / frames)
            page.close()
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--frames", type=int, default=20)
    args = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    url, server = serve()
    start = time.time()
    found = measure(url, args.runs, args.frames)
    server.shutdown()
    idle = statistics.median(found["nothing"])
    for writer_of, values in found.items():
        net = [v - idle for v in values]
        print(
            f"{writer_of:10} {statistics.median(net):6.2f} ms a frame above idle (least {min(net):.2f}, greatest {max(net):.2f}; {len(net)} runs)"
        )
    print(f"idle itself {idle:.2f} ms a frame; took {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
