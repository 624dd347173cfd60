"""The language of an answer. A page speaks that of its address, else the board's; a refusal, which
programs and their people read, also follows Accept-Language.
"""

from __future__ import annotations

import flask
from flask import Response

from feeds.city.words import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")
PARAMETER = "lang"


def of_page(own: str) -> Lang:
    """`own` is the board's language."""
    return _asked() or _known(own)


def of_answer(own: str) -> Lang:
    """The address's, else the one that the client prefers, else the board's."""
    return _asked() or _preferred() or _known(own)


def marked(answer: Response, lang: Lang) -> Response:
    """The answer, with the headers that say its language and what it was chosen by."""
    answer.headers["Content-Language"] = lang
    answer.vary.add("Accept-Language")
    return answer


def _asked() -> Lang | None:
    asked = flask.request.args.get(PARAMETER)
    return asked if asked in LANGS else None


def _preferred() -> Lang | None:
    """The first that the client would read. Werkzeug's own best_match takes a plain `en` before a
    `zh-CN` that the client likes better.
    """
    for tag, quality in flask.request.accept_languages:
        primary = tag.partition("-")[0].lower()
        if quality > 0 and primary in LANGS:
            return primary
    return None


def _known(own: str) -> Lang:
    return "en" if own == "en" else "zh"
