"""/help, each page under it, and the pictures of the pages."""

from __future__ import annotations

from functools import cache

import flask
import redis
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard.manual import library, rendering
from dashboard.manual.library import IMAGES, ManualPage
from dashboard.people.asking import Asking, redirect
from dashboard.services import Services
from feeds.city.words import Lang
from layouts.manual import manual_pages
from layouts.manual.page_values import Listed, Opened
from layouts.parts import help_link
from layouts.view import NOBODY, Theme, View

HELP = help_link.HELP


def blueprint(services: Services) -> Blueprint:
    """All addresses of the manual."""
    made, ask = Blueprint("manual", __name__), Asking(services)

    def contents() -> Response:
        return ask.answer(manual_pages.contents(_view(ask), _listed(_view(ask).lang)))

    def page(name: str) -> Response:
        found, view = library.pages().get(name), _view(ask)
        if found is None:
            return ask.answer(manual_pages.missing(view, _listed(view.lang)), 404)
        listed = _listed(view.lang)
        return ask.answer(manual_pages.page(view, _opened(found, view.lang, view.theme), listed))

    made.add_url_rule(HELP, "contents", contents)
    made.add_url_rule(f"{HELP}/", "index", lambda: redirect(HELP), strict_slashes=True)
    made.add_url_rule(f"{HELP}/<path:name>", "page", page)
    made.add_url_rule(f"{rendering.PICTURES}/<name>", "picture", _picture)
    return made


def _view(ask: Asking) -> View:
    """The manual opens also while it can't be known who asks: it says what to do then."""
    try:
        return ask.view()
    except (SQLAlchemyError, redis.RedisError, OSError):
        return ask.view_of(NOBODY)


def _listed(lang: Lang) -> tuple[Listed, ...]:
    """Every page with its title, and of those in both languages their sections."""
    return tuple(_line(page, page.lang(lang)) for page in library.pages().values())


def _line(page: ManualPage, lang: Lang) -> Listed:
    title, *others = library.headings(page, lang)
    sections = [(one.id, one.text) for one in others if one.level == 2]
    return Listed(page.name, title.text, tuple(sections), lang, page.is_in_both)


@cache
def _opened(page: ManualPage, asked: Lang, theme: Theme) -> Opened:
    lang = page.lang(asked)
    content = rendering.html(
        page, lang, lambda name, section: help_link.to(asked, theme, name, section)
    )
    return Opened(_line(page, lang), content)


def _picture(name: str) -> Response:
    return flask.send_from_directory(IMAGES, name)
