"""The web application, as the list of its parts: API, live hub, pages with their first paint,
assets.

What a page shows is layouts/; what a route answers is dashboard/api; serving it is
dashboard/processes/web.py.
"""

from __future__ import annotations

import dataclasses
from html import escape
from pathlib import Path
from typing import Any, cast

import dash
import flask
import msgspec
from dash import dcc, html
from flask_socketio import SocketIO

import callbacks
from dashboard import api, services
from dashboard.access import sign_in
from dashboard.access.middleware import Gate
from dashboard.access.principal import Passes
from dashboard.exports import downloads, tables
from dashboard.health import hub_notes
from dashboard.live.hub import Hub
from dashboard.pages import facts, views
from dashboard.pages.form_handlers import Desk
from dashboard.pages.views import Views
from dashboard.settings import Settings
from dashboard.shell import assets, documents
from dashboard.wall import addresses, pairing, remote_control
from feeds.figures import topics
from layouts import ids, pages, shell
from layouts.html import islands
from layouts.html import render as first_paint
from layouts.page import Page
from layouts.view import View

ASSETS = Path(__file__).resolve().parents[1] / "assets"
MOST_BYTES = 1_000_000  # of a request's body; the route that takes events sets its own limit


class Board(dash.Dash):
    """Dash, with the page's content already in the first answer: numbers are there before any
    script has run.
    """

    views: Views

    @property
    def validation_layout(self) -> Any:
        """All ids that callbacks may name, and nothing else: Dash would put every page whole into
        every document.
        """
        return html.Div([self.layout, *(html.Div(id=id) for id in self._ids)])

    @validation_layout.setter
    def validation_layout(self, layout: Any) -> None:
        own = (
            {str(c.id) for c in self.layout._traverse() if getattr(c, "id", None)}
            if layout is not None
            else set()
        )
        found = (
            {str(c.id): c.id for c in layout._traverse() if getattr(c, "id", None)}
            if layout is not None
            else {}
        )
        self._ids = [id for name, id in sorted(found.items()) if name not in own]

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The whole document. Dash draws into its own place and live.js removes the first paint
        once it has.
        """
        page = pages.at(flask.request.path)
        if page is None:
            return _document(parts, "zh", "", "", None)
        view = self.views.view(page, flask.request.args)
        parts["title"] = escape(shell.title(page, view))
        state = msgspec.json.encode(views.first_state(view)).decode().replace("<", "\\u003c")
        return _document(
            parts, view.lang, first_paint.to_html(shell.build(page, view)), state, view.theme
        )

    def _config(self) -> dict[str, Any]:
        """Dash's, with the board's own build of the charts' library: three times smaller than the
        one that Dash would bring.
        """
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return config | {"serve_locally": False, "plotlyjs_url": assets.charts()}

    def index(self, *args: Any, **kwargs: Any) -> Any:
        """The document of an address; a bare page's has nothing of Dash in it."""
        page = pages.at(flask.request.path)
        if page is None or not page.bare:
            return super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        view = self.views.view(page, flask.request.args)
        state = msgspec.json.encode(views.first_state(view)).decode().replace("<", "\\u003c")
        return _bare(
            view,
            escape(shell.title(page, view)),
            first_paint.to_html(shell.build(page, view)),
            state,
        )


def create_app(settings: Settings) -> Board:
    """The board's web application. Needs gevent's patches; connects to nothing before the first
    request.
    """
    server = flask.Flask("board")
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    socketio = SocketIO(
        server, async_mode="gevent", transports=["websocket"], cors_allowed_origins=None
    )
    opened = services.open_services(settings)
    areas = opened.profile.areas
    known = Passes(opened.tokens, opened.profile.code, is_open=settings.open_pages)
    hub = Hub(
        services.address(settings),
        socketio,
        build=settings.build,
        knows=lambda name: topics.parse(name, areas) is not None,
        admits=known.of_request,
        holds=known.holds,
        heartbeat=hub_notes.of_page,
        report=hub_notes.of_worker(settings.build),
    )
    opened = dataclasses.replace(opened, hub=hub.stats)
    gate = Gate(known, "en" if settings.lang == "en" else "zh")
    server.before_request(gate.ask)
    server.register_blueprint(api.blueprint(opened))
    server.register_blueprint(sign_in.blueprint(opened.tokens, opened.profile))
    server.register_blueprint(pairing.blueprint(opened))
    app = _dash(server)
    app.views = Views(opened, facts.LOADERS)
    server.register_blueprint(tables.blueprint(app.views))
    server.register_blueprint(downloads.blueprint(opened, app.views))
    server.register_blueprint(addresses.blueprint(app.views, settings.lang))
    _pages(app)
    callbacks.register(app, Desk(opened))
    assets.compress(server)
    hub.attach()
    address = services.address(settings)
    remote_control.Room(
        opened.redis, services.connect(address), socketio, known.of_request
    ).attach()
    _warm(app)
    gate.close()
    return app


def _warm(app: Board) -> None:
    """Dash builds every page once before its first answer: here, so that no request waits for it or
    fails with it.
    """
    with app.views.without_data():
        answer = app.server.test_client().get("/_dash-layout")
    if answer.status_code != 200:
        raise RuntimeError("a page can't be built; the log says which")


def _dash(server: flask.Flask) -> Board:
    app = Board(
        "board",
        server=cast(Any, server),
        use_pages=True,
        pages_folder="",
        assets_folder=str(ASSETS),
        assets_ignore=r".*",
        title="board",
        update_title="",
        serve_locally=True,
        compress=False,
    )
    dash.page_registry.clear()
    app.layout = html.Div(
        [dcc.Location(id=ids.LOCATION, refresh="callback-nav"), dash.page_container]
    )
    return app


def _pages(app: Board) -> None:
    for page in pages.PAGES:
        cast(Any, dash).register_page(
            page.name, path=page.path, title=_title, layout=_layout(app, page)
        )


def _layout(app: Board, page: Page) -> Any:
    def layout(**query: str) -> Any:
        view = app.views.view(page, query)
        flask.g.title = shell.title(page, view)
        return islands.light(shell.build(page, view))

    return layout


def _title(**_: str) -> str:
    """Of the page whose layout was built just before, in its own language."""
    return str(flask.g.get("title", ""))


def _document(parts: dict[str, str], lang: str, content: str, state: str, theme: str | None) -> str:
    """`parts` are Dash's own pieces of its index page."""
    head = "".join(f'<link rel="stylesheet" href="{url}">' for url in assets.styles())
    early = "".join(f'<script defer src="{url}"></script>' for url in assets.scripts())
    early += (
        '<link rel="preload" as="script" fetchpriority="low" '
        f'href="{assets.charts()}">'
    )  # Dash asks for it with the first chart
    first = f'<div id="first-paint">{content}</div>' if content else ""
    data = f'<script type="application/json" id="first-state">{state}</script>' if state else ""
    language = "zh-CN" if lang == "zh" else "en"
    return f"""<!DOCTYPE html>
<html lang="{language}" data-theme="{theme or "dark"}" data-live="reconnecting">
<head>
{parts["metas"]}<meta name="viewport" content="width=device-width, initial-scale=1">{documents.UNTRANSLATED}<title>{parts["title"]}</title>
<link rel="icon" type="image/svg+xml" href="{assets.icon()}">{head}{early}
</head>
<body>{first}{data}
{parts["app_entry"]}
{parts["config"]}{parts["scripts"]}{parts["renderer"]}
</body>
</html>"""


def _bare(view: View, title: str, content: str, state: str) -> str:
    """A document without Dash: its content stays as it is, and its own scripts keep it right for
    months.
    """
    head = "".join(f'<link rel="stylesheet" href="{url}">' for url in assets.wall_styles())
    scripts = "".join(f'<script defer src="{url}"></script>' for url in assets.wall_scripts())
    language = "zh-CN" if view.lang == "zh" else "en"
    return f"""<!DOCTYPE html>
<html lang="{language}" data-theme="{view.theme}" data-live="reconnecting">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{documents.UNTRANSLATED}<title>{title}</title>
<link rel="icon" href="data:,">{head}{scripts}
</head>
<body><div id="react-entry-point">{content}</div>
<script type="application/json" id="first-state">{state}</script>
</body>
</html>"""
