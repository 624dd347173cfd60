"""A web worker with nothing but the hub, for benchmarks and tests: `python benchmarks/hub_worker.py
REDIS_URL PORT`.
"""

from gevent import monkey

monkey.patch_all()

import sys
from pathlib import Path

import flask
import flask_socketio
from gevent.pywsgi import WSGIServer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard.live import (
    connection,
    hub,
)


def main(url: str, port: str) -> None:
    app = flask.Flask(__name__)
    socketio = flask_socketio.SocketIO(app, async_mode="gevent", transports=["websocket"])
    live = hub.Hub(url, socketio, build="b1")
    live.attach()
    app.add_url_rule("/stats", view_func=live.stats)
    WSGIServer(
        ("127.0.0.1", int(port)), app, handler_class=connection.Handler, log=None
    ).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
