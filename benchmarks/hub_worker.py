"""A web worker with nothing but the hub, for benchmarks and tests: `python benchmarks/hub_worker.py REDIS_URL PORT`."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import flask  # noqa: E402
import flask_socketio  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard import deflate, hub  # noqa: E402


def main(url: str, port: str) -> None:
    app = flask.Flask(__name__)
    socketio = flask_socketio.SocketIO(app, async_mode="gevent", transports=["websocket"])
    live = hub.Hub(url, socketio, build="b1")
    live.attach()
    app.add_url_rule("/stats", view_func=live.stats)
    WSGIServer(("127.0.0.1", int(port)), app, handler_class=deflate.Handler, log=None).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
