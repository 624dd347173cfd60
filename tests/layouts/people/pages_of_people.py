"""Every page about people in states that occur, made from plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from feeds.city.words import Text
from layouts.people import (
    admin_accounts,
    admin_sources,
    admin_tokens,
    admin_walls,
    own_account,
    setting_up,
    signing_in,
)
from layouts.people.page_values import (
    Account,
    Built,
    Choice,
    Filled,
    Link,
    Options,
    OwnAccount,
    Problem,
    Secret,
    Session,
    SetUp,
    SignIn,
    Source,
    Sources,
    Token,
    TokenOptions,
    Wall,
    Way,
)
from layouts.view import Person, View

HOUR, DAY = 3_600_000, 86_400_000
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 MicroMessenger/8.0"
ADMIN = Person("王芳", "account", "c" * 64, frozenset({"account", "admin", "audit"}))
ROLES = {
    "viewer": ("查看", "Viewer"),
    "town_duty": ("属地值守", "Town duty"),
    "city_duty": ("全市值守", "City duty"),
    "analyst": ("分析", "Analyst"),
    "host": ("会议主持", "Host"),
    "admin": ("管理员", "Administrator"),
    "auditor": ("审计", "Auditor"),
}


def role(view: View, name: str) -> str:
    return Text(*ROLES[name]).of(view.lang)


def options(view: View) -> Options:
    roles = [Choice(name, role(view, name), view.text(f"people.role_{name}")) for name in ROLES]
    towns = [Choice(town.code, town.name.text.of(view.lang)) for town in view.profile.towns]
    return Options(tuple(roles), tuple(towns))


def wrong(*fields: str, **values: tuple[str, ...]) -> Filled:
    said = Text("账号或密码不对", "the account or the password is wrong")
    return Filled(values, tuple(Problem(field, said) for field in fields))


def accounts(view: View) -> list[Account]:
    now = view.now_ms
    towns = tuple(town.name.text.of(view.lang) for town in view.profile.towns[:2])
    admin, duty = role(view, "admin"), role(view, "town_duty")
    return [
        Account("wang.fang", "王芳", (admin,), (), "active", now - 90 * DAY, now, 2, is_own=True),
        Account("yicheng-1", "宜城值守一组", (duty,), towns, "active", now - DAY, now - HOUR, 1),
        Account("li.ming", "li.ming", (role(view, "host"),), (), "invited", now - HOUR, 0),
        Account("zhao", "赵", (role(view, "viewer"),), (), "disabled", now - 400 * DAY, now - DAY),
    ]


def own(view: View) -> OwnAccount:
    now = view.now_ms
    sessions = (
        Session("a" * 16, CHROME, "10.1.2.3", now - 2 * HOUR, now, now + 7 * DAY, is_this=True),
        Session("b" * 16, WECHAT, "10.9.8.7", now - 3 * DAY, now - 5 * HOUR, now + 4 * DAY),
    )
    does = (Text("看页面与数字", "see pages and counts").of(view.lang),)
    return OwnAccount("wang.fang", "王芳", (role(view, "admin"),), (), does, sessions, 12)


def tokens(view: View) -> list[Token]:
    now = view.now_ms
    area = view.profile.towns[0].name.text.of(view.lang)
    return [
        Token(
            "市网格中心",
            "ingest",
            "",
            "wang.fang",
            now - 30 * DAY,
            now + 60 * DAY,
            now - 4_000,
            ("incident.reported", "incident.closed"),
            (area,),
            ("urn:yixing:grid",),
            rotated=now + 20 * HOUR,
        ),
        Token("宜城街道", "view", area, "", now - 300 * DAY, 0, 0),
        Token(
            "旧系统", "ingest", "", "wang.fang", now - 99 * DAY, now - 9 * DAY, 0, is_expired=True
        ),
    ]


def token_options(view: View) -> TokenOptions:
    kinds = [
        Choice(kind, view.text(f"people.kind_{kind}"), view.text(f"people.kind_{kind}_help"))
        for kind in ("ingest", "view", "edit")
    ]
    towns = options(view).towns
    areas = (Choice("", view.text("people.whole_city")), *towns)
    types = tuple(Choice(name, name) for name in ("incident.reported", "incident.closed"))
    return TokenOptions(tuple(kinds), areas, towns, types)


def walls(view: View) -> list[Wall]:
    now = view.now_ms
    return [
        Wall("指挥大厅", "", "wang.fang", now - 30 * DAY, now - 4_000, "shown"),
        Wall("北墙", "宜城街道", "wang.fang", now - 9 * DAY, now - 3 * HOUR, "gone"),
    ]


def sources(view: View) -> Sources:
    grid = Source("urn:yixing:grid", ("JJ[0-9]{12}", "JB[0-9]{10}"), "网格系统", "社会工作部")
    court = Source("urn:yixing:court", (), last=view.now_ms - HOUR)
    return Sources((grid,), (court,), "0" * 16, "DATA/sources.toml")


def as_admin(view: View, path: str, **filters: str) -> View:
    return replace(view, path=path, person=ADMIN, filters=filters)


def as_nobody(view: View, path: str, *, is_open: bool = False) -> View:
    return replace(view, path=path, person=Person(is_open=is_open))


def _sign_in(view: View) -> Built:
    ways = (Way("市统一身份认证", "/sign-in/oidc"),)
    return signing_in.sign_in(
        as_nobody(view, "/sign-in", is_open=True), SignIn("f" * 64, ways=ways)
    )


def _sign_in_demo(view: View) -> Built:
    demo = tuple(
        Choice(name, role(view, name), view.text(f"people.role_{name}"))
        for name in ("town_duty", "city_duty", "analyst", "host", "auditor")
    )
    asked = SignIn("f" * 64, is_asked=True, demo=demo)
    return signing_in.sign_in(as_nobody(view, "/sign-in", is_open=True), asked)


def _sign_in_wrong(view: View) -> Built:
    asked = SignIn("f" * 64, "/audit-log", is_asked=True)
    return signing_in.sign_in(as_nobody(view, "/sign-in"), asked, wrong("name", name=("wang",)))


def _set_up(view: View) -> Built:
    return setting_up.build(as_nobody(view, "/set-up"), SetUp("set_up", "x" * 43, "f" * 64))


def _password(view: View) -> Built:
    found = SetUp("password", "x" * 43, "f" * 64, "li.ming", "李明")
    return setting_up.build(as_nobody(view, "/set-up"), found, wrong("new"))


def _account(view: View) -> Built:
    return own_account.build(as_admin(view, "/account"), own(view), done="密码已改")


def _one_token(view: View) -> Built:
    return admin_tokens.one(as_admin(view, "/admin/token", name="市网格中心"), tokens(view)[0])


def _one_account(view: View) -> Built:
    one, filled = accounts(view)[1], Filled({"roles": ("town_duty",), "shown": ("宜城值守一组",)})
    seen = as_admin(view, "/admin/account", name=one.name)
    return admin_accounts.one(seen, one, options(view), filled)


def _one_source(view: View) -> Built:
    found = sources(view)
    one = found.declared[0]
    filled = Filled({"id": (one.id,), "case": one.patterns, "title": (one.title,)})
    return admin_sources.one(as_admin(view, "/admin/source", id=one.id), found, one.id, filled)


PAGES: dict[str, Callable[[View], Built]] = {
    "sign-in": _sign_in,
    "sign-in-demo": _sign_in_demo,
    "sign-in-wrong": _sign_in_wrong,
    "sign-out": lambda view: signing_in.sign_out(as_admin(view, "/sign-out")),
    "signed-out": lambda view: signing_in.signed_out(as_nobody(view, "/sign-out")),
    "forbidden": lambda view: signing_in.forbidden(
        as_admin(view, "/admin"), Text("管理", "manage").of(view.lang)
    ),
    "set-up": _set_up,
    "set-up-password": _password,
    "set-up-gone": lambda view: setting_up.gone(as_nobody(view, "/set-up")),
    "account": _account,
    "admin": lambda view: admin_accounts.build(as_admin(view, "/admin"), accounts(view)),
    "admin-add-account": lambda view: admin_accounts.add(
        as_admin(view, "/admin/add-account"), options(view), wrong("roles", name=("li",))
    ),
    "admin-account": _one_account,
    "admin-link": lambda view: admin_accounts.linked(
        as_admin(view, "/admin/account", name="li.ming"),
        Link("li.ming", f"https://board.example/set-up?link={'x' * 43}", view.now_ms + 3 * DAY),
    ),
    "admin-tokens": lambda view: admin_tokens.build(as_admin(view, "/admin/tokens"), tokens(view)),
    "admin-add-token": lambda view: admin_tokens.add(
        as_admin(view, "/admin/add-token"),
        token_options(view),
        Filled({"kind": ("ingest",), "days": ("90",)}),
    ),
    "admin-token": _one_token,
    "admin-secret": lambda view: admin_tokens.shown(
        as_admin(view, "/admin/token", name="市网格中心"),
        Secret("市网格中心", f"board_{'x' * 43}", view.now_ms + DAY),
    ),
    "admin-walls": lambda view: admin_walls.build(as_admin(view, "/admin/walls"), walls(view)),
    "admin-sources": lambda view: admin_sources.build(
        as_admin(view, "/admin/sources"), sources(view)
    ),
    "admin-source": _one_source,
}
