"""All addresses of the pages about people."""

from __future__ import annotations

from flask import Blueprint

from dashboard.people import (
    admin_accounts,
    admin_sources,
    admin_tokens,
    admin_walls,
    own_account,
    setting_up,
    signing_in,
)
from dashboard.people.asking import Asking
from dashboard.people.signing_in import Passwords
from dashboard.services import Services


def blueprint(services: Services) -> Blueprint:
    made, ask, known = Blueprint("people", __name__), Asking(services), Passwords(services)
    signing_in.add(made, ask, known)
    setting_up.add(made, ask)
    own_account.add(made, ask, known)
    for administration in (admin_accounts, admin_tokens, admin_walls, admin_sources):
        administration.add(made, ask)
    return made
