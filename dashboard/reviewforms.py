"""The forms of the review page: POST /review/freeze and /review/commitments, for a browser whose cookie is a token of kind edit.

Answers as the remark form's do (dashboard/forms.py). Freezing is for offices of the whole city; a town commits itself alone.
"""

from __future__ import annotations

from collections.abc import Callable

import flask
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import forms, remarkforms, remarking, reviews
from dashboard.services import Services
from dashboard.tokens import Token
from feeds import commitbook, quarters
from feeds.freezebook import Superseded
from feeds.remarks import WrongRemark
from feeds.words import Lang, Text

_CITY = Text("冻结须由全市部门的令牌进行", "a quarter is frozen with a token of the whole city")
_OTHERS = Text("此令牌只能为本镇（街道）表态", "this token is for its own town's commitments alone")
_CANNOT = Text("现在不能冻结：", "can't be frozen now: ")


def blueprint(services: Services) -> Blueprint:
    """Both addresses."""
    made = Blueprint("reviewforms", __name__)
    made.add_url_rule("/review/freeze", "freeze", lambda: _done(services, _freeze), methods=["POST"])
    made.add_url_rule("/review/commitments", "commit", lambda: _done(services, _commit), methods=["POST"])
    return made


Change = Callable[[Services, Token, Lang], Response | None]


def _freeze(services: Services, token: Token, lang: Lang) -> Response | None:
    if token.area:
        return forms.refused(403, _CITY.of(lang))
    try:
        quarter = quarters.parse(flask.request.form.get("quarter", ""))
        reviews.freeze(services, quarter, token.name, again=bool(flask.request.form.get("again")))
    except (ValueError, Superseded) as error:
        return forms.refused(409, _CANNOT.of(lang) + str(error))
    return None


def _commit(services: Services, token: Token, lang: Lang) -> Response | None:
    try:
        draft = commitbook.draft(flask.request.form, services.profile)
        if token.area not in ("", draft.town):
            return forms.refused(403, _OTHERS.of(lang), "town")
        reviews.commit(services, draft, token.name)
    except WrongRemark as error:
        return forms.refused(422, error.said.of(lang), error.field)
    return None


def _done(services: Services, change: Change) -> Response:
    """Makes the change for the browser's office, and says how it went."""
    token, lang = remarking.editor(services), forms.lang()
    if token is None or not remarking.is_own(flask.request.form.get("csrf", "")):
        return forms.refused(403, remarkforms.CLOSED.of(lang))
    try:
        return change(services, token, lang) or forms.done()
    except SQLAlchemyError:
        return forms.refused(503, remarkforms.AWAY.of(lang))
