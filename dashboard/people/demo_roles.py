"""The roles that anyone may take on a demo, to see it as a duty officer or an auditor would.

Only where the board is open and its history is a demo's. There is none for administrators: the
link that `board run` prints makes a real one.
"""

from __future__ import annotations

from sqlalchemy import Connection

from dashboard.access import principal
from dashboard.audit_trail import now_ms
from dashboard.people.asking import Asking
from feeds.accounts import account_store
from feeds.accounts.account_store import Account, AccountError
from feeds.accounts.roles import ROLES, Role
from feeds.audit_log import log_store
from feeds.audit_log.entries import BOARD
from feeds.history import event_store
from layouts.people.page_values import Choice
from layouts.view import View

OFFERED: tuple[Role, ...] = ("town_duty", "city_duty", "analyst", "host", "auditor")


def choices(ask: Asking, view: View) -> tuple[Choice, ...]:
    """The roles that may be taken, each with what it is for; none where this is no open demo.
    Raises a database error.
    """
    if not _is_demo(ask):
        return ()
    return tuple(
        Choice(role, ROLES[role].of(view.lang), view.text(f"people.role_{role}"))
        for role in OFFERED
    )


def account(ask: Asking, asked: str) -> Account | None:
    """The account of a role that may be taken, made where there is none. None of another role, of
    no open demo, and of an account that somebody made more than that. Raises a database error.
    """
    role = next((one for one in OFFERED if one == asked), None)
    if role is None or not _is_demo(ask):
        return None
    try:
        found = ask.write(lambda connection: _kept(ask, connection, role))
    except AccountError:  # a token has the name
        return None
    is_as_made = found.disabled is None and not found.password and found.roles == {role}
    return found if is_as_made else None


def _is_demo(ask: Asking) -> bool:
    if not principal.is_open():
        return False
    return ask.read(lambda connection: event_store.marks(connection, "demo")) == "1"


def _kept(ask: Asking, connection: Connection, role: Role) -> Account:
    log_store.hold(connection)  # two who press at once make one account
    name = f"demo.{role}"
    found = account_store.find(connection, name)
    if found is not None:
        return found
    largest = max(ask.services.profile.towns, key=lambda town: town.grids)
    towns = [largest.code] if role == "town_duty" else []
    return account_store.add(connection, now_ms(), BOARD, name, [role], towns)
