"""Administration: accounts, tokens, walls and sources, each changed by who may and written down."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dashboard.audit_trail import now_ms
from dashboard.services import Services
from feeds.accounts import account_store
from feeds.accounts.account_store import Account
from feeds.accounts.token_store import DAY_MS
from feeds.audit_log.entries import Entry
from feeds.events.declared_sources import FILE
from feeds.screens import heartbeats
from feeds.screens.heartbeats import Here
from tests.dashboard.people.conftest import OTHER, PASSWORD, TOWN, Browser

MakeAccount = Callable[..., Account]
Entries = Callable[..., list[Entry]]
PAGES = (
    "/admin",
    "/admin/add-account",
    "/admin/account?name=li",
    "/admin/tokens",
    "/admin/add-token",
    "/admin/token?name=grid",
    "/admin/walls",
    "/admin/sources",
    "/admin/source",
)
NEW = {"new": PASSWORD, "again": PASSWORD}


@pytest.fixture
def admin(browse: Callable[[], Browser], account: MakeAccount) -> Browser:
    account("wang", "admin")
    made = browse()
    assert made.sign_in("wang").status_code == 303
    return made


def of(opened: Services, name: str) -> Account:
    with opened.database.connect() as connection:
        found = account_store.find(connection, name)
    assert found
    return found


def shown_once(text: str) -> str:
    (found,) = re.findall(r'<code class="people-secret-value">([^<]+)</code>', text)
    return unescape(found)


def test_administration_is_for_administrators(
    browse: Callable[[], Browser], account: MakeAccount, opened: Services
) -> None:
    for role in ("viewer", "city_duty", "analyst", "host", "auditor"):
        account(role.replace("_", "-"), role)
    account("town", "town_duty", towns=(TOWN,))
    tokens = [opened.tokens.add(f"{kind} token", kind) for kind in ("view", "edit")]
    for name in ("viewer", "city-duty", "analyst", "host", "auditor", "town"):
        browser = browse()
        browser.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{len(name)}"
        assert browser.sign_in(name).status_code == 303
        for path in PAGES:
            assert browser.get(path).status_code == 403, (name, path)
            sent = {**browser.form("/account", "end"), "name": "x", "do": "revoke"}
            answer = browser.client.post(path, data=sent)
            assert answer.status_code in (403, 405), (name, path)
    for secret in tokens:
        office = browse()
        office.client.set_cookie("board_view", secret)
        assert [office.get(path).status_code for path in PAGES] == [303] * len(PAGES)
    nobody = browse()
    assert [nobody.get(path).status_code for path in PAGES] == [303] * len(PAGES)
    assert all(
        "/sign-in?" in nobody.client.post(path, data={"name": "x"}).headers.get("Location", "")
        or nobody.client.post(path, data={"name": "x"}).status_code in (401, 405)
        for path in PAGES
    )


def test_no_form_of_another_browser_changes_anything(
    admin: Browser, browse: Callable[[], Browser], account: MakeAccount, opened: Services
) -> None:
    account("li")
    account("zhao", "admin")
    other = browse()
    other.sign_in("zhao")
    sent = other.form("/admin/account?name=li", "disable")
    for csrf in (sent["csrf"], "", "0" * 64):
        answer = admin.client.post("/admin/account", data={**sent, "csrf": csrf})
        assert answer.status_code == 403
    assert of(opened, "li").disabled is None


def test_an_account_is_added_with_a_link_that_its_person_uses(
    admin: Browser, browse: Callable[[], Browser], opened: Services, entries: Entries
) -> None:
    typed = {"name": "Yicheng-1", "shown": "宜城一组", "roles": ["town_duty"], "towns": [TOWN]}
    done = admin.send("/admin/add-account", **typed)
    assert done.status_code == 200
    assert done.headers["Cache-Control"] == "no-store"
    link = shown_once(done.text)
    assert link.startswith("http://localhost/set-up?link=")
    assert link not in admin.get("/admin").text
    assert "未设密码" in admin.get("/admin").text
    person = browse()
    assert person.send(link.removeprefix("http://localhost"), **NEW).status_code == 303
    assert "宜城街道" in person.get("/account").text
    made = of(opened, "yicheng-1")
    assert (made.roles, made.towns, made.shown) == ({"town_duty"}, {TOWN}, "宜城一组")
    assert [(one.actor, one.subject) for one in entries("account")][1:] == [
        ("wang", f"add yicheng-1 town_duty {TOWN}"),
        ("yicheng-1", "password yicheng-1"),
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "li"}, "roles"),
        ({"name": "li", "roles": ["owner"]}, "roles"),
        ({"name": "li", "roles": ["town_duty"]}, "towns"),
        ({"name": "li", "roles": ["town_duty"], "towns": ["999"]}, "towns"),
        ({"name": "wang", "roles": ["viewer"]}, "name"),
        ({"name": "13800138000", "roles": ["viewer"]}, "name"),
    ],
)
def test_an_account_that_can_t_be_made_is_not_made(
    admin: Browser, opened: Services, typed: dict[str, Any], field: str
) -> None:
    answer = admin.send("/admin/add-account", **typed)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    with opened.database.connect() as connection:
        assert [one.name for one in account_store.all(connection)] == ["wang"]


def test_roles_change_while_somebody_is_signed_in(
    admin: Browser, browse: Callable[[], Browser], account: MakeAccount, opened: Services
) -> None:
    account("li")
    person = browse()
    person.sign_in("li")
    assert person.get("/admin").status_code == 403
    page = "/admin/account?name=li"
    done = admin.send(page, "change", roles=["admin", "host"], shown="李", towns=[TOWN])
    assert "done=changed" in done.headers["Location"]
    assert "已保存" in admin.get(done.headers["Location"]).text
    assert person.get("/admin").status_code == 200, "the session goes on, with other rights"
    assert of(opened, "li").towns == frozenset(), "towns go with the duty of a town"
    assert admin.send(page, "change", roles=[], shown="李").status_code == 422


def test_an_account_is_disabled_and_enabled_and_gets_a_new_password(
    admin: Browser, browse: Callable[[], Browser], account: MakeAccount, entries: Entries
) -> None:
    account("li")
    person = browse()
    person.sign_in("li")
    page = "/admin/account?name=li"
    admin.send(page, "end_sessions")
    assert person.get("/").status_code == 303
    person.sign_in("li")
    admin.send(page, "disable")
    assert person.get("/").status_code == 303
    assert person.sign_in("li").status_code == 403
    assert "已停用" in admin.get("/admin").text
    admin.send(page, "enable")
    assert person.sign_in("li").status_code == 303
    link = shown_once(admin.send(page, "link").text).removeprefix("http://localhost")
    assert person.get("/").text == "figures", "until it is used nothing changes"
    new = "four unrelated words more"
    assert browse().send(link, new=new, again=new).status_code == 303
    assert person.get("/").status_code == 303
    said = [one.subject for one in entries("account", "sign_out") if one.actor == "wang"]
    assert said == ["li 1", "disable li", "enable li", "link li"]


def test_the_last_administrator_stays(admin: Browser, opened: Services) -> None:
    page = "/admin/account?name=wang"
    answer = admin.send(page, "change", roles=["viewer"], shown="")
    assert answer.status_code == 409
    assert "最后一个能登录的管理员" in answer.text
    form = admin.form(page, "change")
    answer = admin.client.post("/admin/account", data={**form, "do": "disable"})
    assert answer.status_code == 409
    assert of(opened, "wang").is_admin


def test_a_token_is_shown_once_and_lasts_as_long_as_was_chosen(
    admin: Browser, opened: Services, entries: Entries
) -> None:
    typed = {
        "name": "市网格中心",
        "kind": "ingest",
        "days": "90",
        "area": OTHER,
        "areas": [TOWN],
        "types": ["incident.reported"],
        "sources": " urn:yixing:grid \r\n\r\nurn:yixing:grid2",
    }
    done = admin.send("/admin/add-token", **typed)
    secret = shown_once(done.text)
    assert done.headers["Cache-Control"] == "no-store"
    token = opened.tokens.known(secret)
    assert token
    assert token.scope.types == {"incident.reported"}
    assert token.scope.areas == {TOWN}
    assert token.scope.sources == {"urn:yixing:grid", "urn:yixing:grid2"}
    assert (token.kind, token.area, token.by) == ("ingest", "", "wang")
    assert token.expires
    assert abs(token.expires - now_ms() - 90 * DAY_MS) < DAY_MS
    for path in ("/admin/tokens", "/admin/token?name=市网格中心"):
        assert secret not in admin.get(path).text
        assert "市网格中心" in admin.get(path).text
    rotated = admin.send("/admin/token?name=市网格中心", "rotate")
    second = shown_once(rotated.text)
    assert opened.tokens.known(secret), "for a day"
    assert opened.tokens.known(second)
    admin.send("/admin/token?name=市网格中心", "revoke")
    assert opened.tokens.known(second) is None
    assert opened.tokens.known(secret) is None
    assert admin.get("/admin/token?name=市网格中心").status_code == 303
    said = [one for one in entries("token") if one.actor == "wang"]
    assert [one.subject.split()[0] for one in said] == ["add", "rotate", "revoke"]
    assert not any(secret in repr(one) for one in said)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "13800138000"}, "name"),
        ({"kind": "wall"}, "kind"),
        ({"kind": "view", "area": "999"}, "area"),
        ({"days": "1000"}, "days"),
        ({"types": ["none.such"]}, "types"),
        ({"areas": ["999"]}, "areas"),
        ({"sources": "urn:a b"}, "sources"),
    ],
)
def test_a_token_that_can_t_be_made_is_not_made(
    admin: Browser, opened: Services, typed: dict[str, Any], field: str
) -> None:
    usual = {"name": "grid", "kind": "ingest", "days": "90"}
    answer = admin.send("/admin/add-token", **(usual | typed))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert opened.tokens.all() == ()


def test_a_wall_is_taken_away_and_nobody_looks_for_it(
    admin: Browser, opened: Services, entries: Entries
) -> None:
    secret = opened.tokens.add("指挥大厅", "wall", TOWN)
    here = Here("w" * 10, "/wall", "zh", "320282", 1920, 1080, "b", 60, 0, 0, 1, 100, 1, 0)
    heartbeats.keep(opened.redis, here, now_ms(), "指挥大厅")
    page = admin.get("/admin/walls").text
    for said in ("指挥大厅", "宜城街道", "正在显示"):
        assert said in page
    assert "指挥大厅" not in admin.get("/admin/tokens").text
    assert admin.send("/admin/walls", "take_away").status_code == 303
    assert opened.tokens.known(secret) is None
    (screen,) = heartbeats.walls(opened.redis)
    assert screen.left
    assert [(one.act, one.actor) for one in entries("wall")] == [("wall", "wang")]


def test_sources_are_declared_changed_and_taken_out(
    admin: Browser, opened: Services, entries: Entries
) -> None:
    path: Path = opened.settings.data / FILE
    path.write_text('# Ours.\n[[source]]\nid = "urn:old"\ncase = "A[0-9]{4}"\n', "utf-8")
    page = admin.get("/admin/sources").text
    assert "urn:old" in page
    assert "A[0-9]{4}" in page
    typed = {"id": "urn:grid", "case": "JJ[0-9]{12}\r\nJB[0-9]{10}", "title": "网格", "owner": "办"}
    done = admin.send("/admin/source", "save", **typed)
    assert "已声明" in admin.get(done.headers["Location"]).text
    forms = opened.declared.forms()
    assert forms["urn:grid"].source.patterns == ("JJ[0-9]{12}", "JB[0-9]{10}")
    assert path.read_text("utf-8").startswith("# Ours.\n")
    assert not stat.S_IMODE(path.stat().st_mode) & 0o022
    admin.send("/admin/source?id=urn:grid", "save", id="urn:grid", case="JJ[0-9]{13}", title="")
    assert opened.declared.forms()["urn:grid"].source.patterns == ("JJ[0-9]{13}",)
    admin.send("/admin/source?id=urn:old", "remove")
    assert list(opened.declared.forms()) == ["urn:grid"]
    assert [one.actor for one in entries("source")] == ["wang"] * 3
    opened.trail.note_declared(opened.profile, opened.declared.forms())
    assert len(entries("source")) == 3, "the board does not say again what somebody did"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"id": "urn:old"}, "id"),
        ({"id": ""}, "id"),
        ({"id": "urn:new", "case": ""}, "case"),
        ({"id": "urn:new", "case": "A+"}, "case"),
        ({"id": "urn:new", "title": "13800138000"}, "title"),
        ({"id": "urn:new", "owner": "a" * 81}, "owner"),
    ],
)
def test_a_declaration_that_can_t_be_used_is_not_written(
    admin: Browser, opened: Services, typed: dict[str, str], field: str
) -> None:
    path: Path = opened.settings.data / FILE
    text = '[[source]]\nid = "urn:old"\ncase = "A[0-9]{4}"\n'
    path.write_text(text, "utf-8")
    answer = admin.send("/admin/source", "save", **({"case": "A[0-9]{4}"} | typed))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert path.read_text("utf-8") == text


def test_a_file_that_was_changed_by_hand_meanwhile_is_left(
    admin: Browser, opened: Services
) -> None:
    path: Path = opened.settings.data / FILE
    form = admin.form("/admin/source", "save")
    path.write_text('[[source]]\nid = "urn:hand"\ncase = "A"\n', "utf-8")
    typed = {"id": "urn:new", "case": "B"}
    answer = admin.client.post("/admin/source", data=form | typed)
    assert answer.status_code == 409
    assert "刚被别人改过" in answer.text
    assert 'value="urn:new"' in answer.text
    assert "urn:new" not in path.read_text("utf-8")


def test_a_broken_file_is_said_and_left_as_it_is(admin: Browser, opened: Services) -> None:
    path: Path = opened.settings.data / FILE
    path.write_text("[[source]]\nid = 7\n", "utf-8")
    page = admin.get("/admin/sources")
    assert page.status_code == 200
    assert "sources.toml" in page.text
    answer = admin.send("/admin/source", "save", id="urn:new", case="B")
    assert answer.status_code == 422
    assert path.read_text("utf-8") == "[[source]]\nid = 7\n"
