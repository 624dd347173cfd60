"""Dash with the board's departures: the first paint, few ids to validate, the board's own build of
the charts' library, and bare pages. docs/explanation/dash.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

import dash
import flask
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.shell import assets, documents, first_state, grids, light
from layouts import ids, pages, shell
from layouts.html import render
from layouts.page import Page
from layouts.view import View

HOME = "board_home"


class Views(Protocol):
    """Who makes what a page may look at (dashboard/pages/views.py)."""

    def view(self, page: Page, query: Mapping[str, str], home: str = "") -> View: ...

    def without_data(self) -> AbstractContextManager[None]: ...


class Board(dash.Dash):
    """Dash, with the page's content already in the first answer: numbers are there before any
    script has run.
    """

    views: Views

    @property
    def validation_layout(self) -> Any:
        """What callbacks name on pages, and nothing else: Dash would put every page whole into
        every document.
        """
        return html.Div([self.layout, *self._named])

    @validation_layout.setter
    def validation_layout(self, layout: Any) -> None:
        self._named: list[Component] = []
        if layout is None:  # as Dash begins
            return
        names = light.named(self)
        found: dict[str, Component] = {}
        for part in layout._traverse():
            name = light.name(part)
            if name in names:
                found.setdefault(name, type(part)(id=part.id))
        own = {light.name(part) for part in self.layout._traverse()}
        self._named = [found[name] for name in sorted(found.keys() - own)]

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The whole document. Dash draws into its own place, and the live client removes the first
        paint once it has.
        """
        page = pages.at(flask.request.path)
        if page is None:
            return documents.page(parts, "zh", "", "", "")
        view = self.views.view(page, flask.request.args, _home())
        content = render.to_html(shell.build(page, view))
        title = shell.title(page, view)
        return documents.page(
            parts | {"theme": view.theme}, view.lang, title, content, first_state.as_json(view)
        )

    def index(self, *args: Any, **kwargs: Any) -> Any:
        """The document of an address; a bare page's has nothing of Dash in it. An address that is
        no page is answered with 404.
        """
        page = pages.at(flask.request.path)
        if page is None:
            return super().index(*args, **kwargs), 404  # type: ignore[no-untyped-call]
        if not page.bare:
            return super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        view = self.views.view(page, flask.request.args)
        content = render.to_html(shell.build(page, view))
        title = shell.title(page, view)
        return documents.bare(view.lang, title, view.theme, content, first_state.as_json(view))

    def serve_reload_hash(self) -> Any:
        """A tool for those who develop with Dash; the board has no such address."""
        flask.abort(404)

    def _config(self) -> dict[str, Any]:
        """Dash's, with the board's own build of the charts' library: three times smaller than the
        one that Dash would bring.
        """
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return config | {"serve_locally": False, "plotlyjs_url": assets.charts()}


def create(server: flask.Flask, made: Views) -> Board:
    """Dash on a server, with the board's pages. Their callbacks come after."""
    app = Board(
        "board",
        server=cast(Any, server),
        use_pages=True,
        pages_folder="",
        assets_folder=str(assets.FOLDER),
        assets_ignore=r".*",
        title="board",
        update_title="",
        serve_locally=True,
        compress=False,
        # Else Dash goes async as soon as another package brings asgiref, and a request under the
        # board's own event loop ends in an error.
        use_async=False,
    )
    app.views = made
    location = dcc.Location(id=ids.LOCATION, refresh="callback-nav")
    library = dcc.Store(id=ids.GRID_LIBRARY, data=grids.brought_when_asked())
    app.layout = html.Div([location, library, dash.page_container])
    dash.page_registry.clear()
    for page in pages.PAGES:
        cast(Any, dash).register_page(
            page.name, path=page.path, title=_title, layout=_layout(app, page)
        )
    return app


def warm(app: Board) -> None:
    """Dash builds every page once before its first answer: here, so that no request waits for it or
    fails with it.
    """
    with app.views.without_data():
        answer = app.server.test_client().get("/_dash-layout")
    if answer.status_code != 200:
        raise RuntimeError("a page can't be built; the log says which")


def _layout(app: Board, page: Page) -> Any:
    def layout(**query: str | list[str]) -> Any:
        # Of a name that an address has twice, the first counts, as in the first answer.
        first = {
            name: given if isinstance(given, str) else given[0] for name, given in query.items()
        }
        view = app.views.view(page, first, _home())
        flask.g.title = shell.title(page, view)
        return light.light(shell.build(page, view), light.named(app))

    return layout


def _home() -> str:
    """The town that the device of this request remembers (assets/shell/home.js); a wall opens on
    its own address alone.
    """
    return flask.request.cookies.get(HOME, "")


def _title(**_: str) -> str:
    """Of the page whose layout was built just before, in its own language."""
    return str(flask.g.get("title", ""))
