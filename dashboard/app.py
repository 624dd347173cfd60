"""The web application, as the list of its parts: API, live hub, pages with their callbacks, files.

layouts/ has what a page shows, callbacks/ what an action changes, dashboard/api what a route
answers, dashboard/shell how Dash is used; dashboard/processes/web.py serves it.
"""

from __future__ import annotations

import dataclasses
import logging

import flask
from flask_socketio import SocketIO
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

import callbacks
from dashboard import api, services, thread_pool
from dashboard.access import headers, incoming, oidc, own_pages, person, sign_in, tokens
from dashboard.access.last_use import WRITE_EVERY_S, LastUse
from dashboard.access.middleware import AccessMiddleware
from dashboard.access.principal import Authenticator
from dashboard.exports import audit_files, downloads, tables
from dashboard.health import hub_notes
from dashboard.live.hub import Hub
from dashboard.manual import addresses as manual
from dashboard.pages import loaders
from dashboard.pages.form_handlers import FormHandlers
from dashboard.pages.views import Views
from dashboard.people import addresses as people
from dashboard.settings import Settings
from dashboard.shell import assets, board, documents
from dashboard.shell.board import Board
from dashboard.wall import addresses, pairing, remote_control
from feeds.figures import topics

log = logging.getLogger(__name__)
OUTAGES = "board.outages"  # in the application's extensions
MOST_BYTES = 1_000_000  # of a request's body; the route that takes events sets its own limit
WEB_ANSWER_S = 3.0  # how long a reader waits for Redis, each time that it is asked


def create_app(settings: Settings) -> Board:
    """The board's web application. Needs gevent's patches; connects to nothing before the first
    request.
    """
    server = flask.Flask("board")
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    socketio = SocketIO(
        server, async_mode="gevent", transports=["websocket"], cors_allowed_origins=None
    )
    opened = services.open_services(settings, answer_s=WEB_ANSWER_S, run=thread_pool.run)
    areas = opened.profile.areas
    tokens.begin(settings.data, opened.database)
    authenticator = Authenticator(
        opened.tokens,
        opened.sessions,
        opened.last_use,
        opened.profile.code,
        is_open=settings.is_open,
    )
    authenticator.attach(server)
    hub = Hub(
        services.address(settings),
        socketio,
        build=settings.build,
        knows=lambda name: topics.parse(name, areas) is not None,
        authenticate=authenticator.of_socket,
        is_valid=authenticator.is_valid,
        heartbeat=hub_notes.of_page,
        report=hub_notes.of_worker(settings.build),
    )
    opened = dataclasses.replace(opened, hub=hub.stats)
    views = Views(opened, loaders.LOADERS, person.of_request)

    access = AccessMiddleware(authenticator, "en" if settings.lang == "en" else "zh", opened.trail)
    server.before_request(access.check)
    server.before_request(own_pages.OwnPages(settings.lang).check)
    sent = headers.Headers(settings.frame_ancestors)
    server.after_request(sent.set)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]
    server.register_blueprint(api.blueprint(opened))
    server.register_blueprint(
        sign_in.blueprint(opened.tokens, opened.profile, settings.lang, opened.trail)
    )
    if settings.oidc:
        known = (opened.database, opened.sessions, opened.trail)
        server.register_blueprint(
            oidc.blueprint(settings.oidc, opened.profile, *known, settings.lang)
        )
    server.register_blueprint(people.blueprint(opened))
    server.register_blueprint(manual.blueprint(opened))
    server.register_blueprint(pairing.blueprint(opened))
    server.register_blueprint(tables.blueprint(opened, views))
    server.register_blueprint(downloads.blueprint(opened, views))
    server.register_blueprint(audit_files.blueprint(opened))
    server.register_blueprint(addresses.blueprint(views, settings.lang))

    app = board.create(server, views)
    callbacks.register(app, FormHandlers(opened), tables.Sheets(views))
    incoming.Incoming(server, app.callback_map, settings.lang)
    assets.serve_sheets(server)
    assets.compress(server)

    hub.attach()
    socketio.start_background_task(_note_use_for_ever, socketio, opened.last_use)
    server.extensions[OUTAGES] = opened.outages
    orders = services.connect(services.address(settings))
    remote_control.RemoteControl(opened.redis, orders, socketio, authenticator).attach()

    board.warm(app)
    own = (headers.hash_of(script) for script in documents.inline_scripts())
    sent.allow([*app.csp_hashes(), *own])
    access.close()
    return app


def _note_use_for_ever(socketio: SocketIO, last_use: LastUse) -> None:
    """Write down when tokens and sessions were used."""
    while True:
        socketio.sleep(WRITE_EVERY_S)
        try:
            last_use.write()
        except SQLAlchemyError as error:
            log.warning("the last use is not written: %s", error)
