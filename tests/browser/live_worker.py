"""A web worker with the hub and the board's pages as plain HTML around live.js, without Dash;
started by test_live.py.

python tests/browser/live_worker.py REDIS_URL PORT BUILD
"""

from gevent import monkey

monkey.patch_all()

import json
import sys
import time
from pathlib import Path
from typing import Any

import flask
import flask_socketio
import redis
from dash import dcc
from gevent.pywsgi import WSGIServer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dashboard.live import connection, hub
from dashboard.shell import assets
from feeds.city import profile
from feeds.live import frames
from layouts import (
    pages,
    shell,
)
from layouts.html import render
from layouts.view import View

LIVE = (
    "alarms",
    "refresh",
    "heartbeat",
    "charts",
    "format",
    "a11y",
    "scene",
    "state",
    "tiles",
    "voice",
    "watch",
)
SCRIPTS = (
    "vendor/socket.io.min",
    "shell/go",
    *(f"live/{name}" for name in LIVE),
    "vendor/plotly-cartesian.min",
)
PLOT = """
for (const [id, figure] of Object.entries(FIGURES)) {
  const el = document.getElementById(id);
  if (el && window.Plotly) Plotly.newPlot(el, figure.data, figure.layout, {staticPlot: true});
}
"""


def main(url: str, port: str, build: str) -> None:
    """Serve the pages, the hub's counts and a health answer."""
    app = flask.Flask(__name__, static_folder=str(assets.FOLDER), static_url_path="/assets")
    assets.serve_sheets(app)
    socketio = flask_socketio.SocketIO(app, async_mode="gevent", transports=["websocket"])
    live = hub.Hub(url, socketio, build=build)
    live.attach()
    store, city = redis.Redis.from_url(url), profile.load("yixing")

    def page(path: str = "") -> str:
        lang = flask.request.args.get("lang", "zh")
        return document(view_of(store, city, pages.at(f"/{path}"), lang, build))

    app.add_url_rule("/stats", view_func=live.stats)
    app.add_url_rule("/healthz", view_func=lambda: "ok")
    app.add_url_rule("/", view_func=page)
    app.add_url_rule("/<path>", view_func=page)
    address = ("127.0.0.1", int(port))
    WSGIServer(address, app, handler_class=connection.Handler, log=None).serve_forever()


def view_of(store: Any, city: profile.Profile, page: Any, lang: Any, build: str) -> View:
    found: dict[str, Any] = {}
    for period in page.periods or ("28d",):
        body = store.get(frames.snapshot_key(f"{city.code}/{period}"))
        found[period] = json.loads(body) if body else None
    shown = next(iter(found))
    return View(
        city,
        lang,
        city.code,
        shown,
        found[shown],
        time.time_ns() // 1_000_000,
        build,
        page.path,
        "dark",
        found,
        filters={k: v for k, v in flask.request.args.items() if k in page.filters},
    )


def document(view: View) -> str:
    page = pages.at(view.path)
    assert page
    tree: Any = shell.build(page, view)
    graphs: list[Any] = [c for c in tree._traverse() if isinstance(c, dcc.Graph)]
    plots = {json.dumps(g.id, sort_keys=True, separators=(",", ":")): g.figure for g in graphs}
    topics = {f"{view.area}/{period}": topic for period, topic in view.others.items()}
    first = {
        "lang": view.lang,
        "area": view.area,
        "period": view.period,
        "city": view.area,
        "topics": topics,
        "now": view.now_ms,
        "build": view.build,
    }
    figures = json.dumps(plots, default=list)
    body = render.to_html(tree)
    scripts = "".join(f'<script defer src="/assets/{name}.js"></script>' for name in SCRIPTS)
    return (
        '<!DOCTYPE html><html data-live="reconnecting"><head><meta charset="utf-8"><link rel="stylesheet" href="/assets/board.css">'
        '<link rel="stylesheet" href="/assets/wall.css">'
        f"<style>{render.rules(body)}</style>"
        f'{scripts}</head><body><div id="react-entry-point">{body}</div>'
        f'<script type="application/json" id="first-state">{json.dumps(first)}</script>'
        f'<script>addEventListener("DOMContentLoaded", () => {{ {PLOT.replace("FIGURES", figures)} }})</script></body></html>'
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
