"""Whatever changes something or leaves the board stands in the audit log: by whom, from where, and
how it ended; and the page and the files of the log are for those who may read it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

import callbacks
from dashboard import api, audit_trail, cli
from dashboard.access import session_cookie
from dashboard.access.principal import VIEW_COOKIE
from dashboard.audit_trail import Trail
from dashboard.exports import audit_files, downloads, tables
from dashboard.pages import audit_log_data, form_handlers, loaders, reviews
from dashboard.pages.views import Views
from dashboard.people import addresses
from dashboard.services import Services
from dashboard.wall import pairing
from feeds.accounts.roles import ROLES, Kind
from feeds.alerts import alert_store
from feeds.alerts.lifecycle import Alert
from feeds.audit_log import log_store
from feeds.audit_log.entries import ACTS, Entry, Who
from feeds.events import declared_sources
from feeds.screens import heartbeats
from layouts import pages, shell
from layouts.html import render

CITY, TOWN, OTHER = "320282", "320282001", "320282112"
REMARK = {"kpi": "incidents.reported", "day": "2026-08-01", "kind": "other", "text": "暴雨"}
ADDRESS = "127.0.0.1"


@pytest.fixture
def app(door: Any, opened: Services) -> flask.Flask:
    made: flask.Flask = door.app()
    views = Views(opened, loaders.LOADERS)
    made.register_blueprint(api.blueprint(opened))
    made.register_blueprint(pairing.blueprint(opened))
    made.register_blueprint(addresses.blueprint(opened))
    made.register_blueprint(tables.blueprint(opened, views))
    made.register_blueprint(downloads.blueprint(opened, views))
    made.register_blueprint(audit_files.blueprint(opened))
    for forms in (callbacks.alerts, callbacks.health, callbacks.remarks, callbacks.review):
        forms.register(made, form_handlers.FormHandlers(opened))
    return made


@pytest.fixture
def web(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def told(opened: Services) -> list[Entry]:
    """What the log holds beyond its beginning, the oldest first."""
    with opened.database.connect() as connection:
        return list(log_store.every(connection))[1:]


def last(opened: Services) -> tuple[str, str, str, str, str]:
    one = told(opened)[-1]
    return one.actor, one.address, one.act, one.subject, one.outcome


def fire(opened: Services, area: str = CITY) -> str:
    now = audit_trail.now_ms()
    id = f"a{area}"
    with opened.database.begin() as connection:
        alert = Alert(
            id, "incidents-overdue", area, "warning", "firing", now, now, now, 0.5, 0.4, now
        )
        alert_store.write(connection, alert)
    return id


def test_signing_in_and_out(door: Any, web: FlaskClient, opened: Services) -> None:
    door.enter(web)
    assert last(opened) == ("指挥中心", ADDRESS, "sign_in", "edit", "done")
    assert web.post("/leave", data=door.form(web)).status_code == 303
    assert last(opened) == ("指挥中心", ADDRESS, "sign_out", "", "done")
    before = len(told(opened))
    web.post("/leave")
    assert len(told(opened)) == before, "nobody was signed in"
    assert web.get("/enter?token=board_wrong").status_code == 403
    assert last(opened) == ("", ADDRESS, "sign_in_failed", "", "refused")
    assert "board_wrong" not in str(told(opened))


def test_a_wrong_token_of_the_api(door: Any, web: FlaskClient, opened: Services) -> None:
    wrong = ("board_wrong", opened.tokens.add("grid app"))
    before = len(told(opened))
    for token in wrong:
        headers = {"Authorization": f"Bearer {token}"}
        assert web.post("/api/v1/remarks", json=REMARK, headers=headers).status_code in (401, 403)
    assert [(one.act, one.actor) for one in told(opened)[before:]] == [
        ("sign_in_failed", ""),
        ("sign_in_failed", "grid app"),
    ]


def test_a_flood_of_wrong_tokens_is_counted(opened: Services) -> None:
    now = 0

    def clock() -> int:
        return now

    trail = Trail(opened.database, clock)
    for _ in range(500):
        trail.failed_sign_in(Who("", ADDRESS))
    assert len(told(opened)) == audit_trail.MOST_FAILED
    now = 60_000
    trail.failed_sign_in(Who("", ADDRESS))
    assert told(opened)[-1].subject == f"+{500 - audit_trail.MOST_FAILED}"


def test_alerts(door: Any, web: FlaskClient, opened: Services) -> None:
    door.enter(web)
    id = fire(opened)
    assert web.post(f"/alerts/{id}/acknowledge", data=door.form(web)).status_code == 303
    assert last(opened)[2:] == ("acknowledge", f"incidents-overdue {CITY}", "done")
    given = door.form(web, rule="*", area="*", hours="1", reason="演练")
    assert web.post("/alerts/silence", data=given).status_code == 303
    assert last(opened)[2:] == ("silence", "* *", "done")
    with opened.database.connect() as connection:
        (silence,) = alert_store.read_silences(connection)
    assert web.post(f"/alerts/silences/{silence.id}/end", data=door.form(web)).status_code == 303
    assert last(opened)[2:] == ("unsilence", "* *", "done")
    assert "演练" not in str(told(opened)), "what was said is not repeated"


def test_what_an_office_may_not_do_is_written_down(
    door: Any, web: FlaskClient, opened: Services
) -> None:
    door.enter(web, "宜城街道", area=TOWN)
    id = fire(opened, OTHER)
    assert web.post(f"/alerts/{id}/acknowledge", data=door.form(web)).status_code == 403
    assert last(opened) == ("宜城街道", ADDRESS, "acknowledge", "", "refused")
    assert web.post("/review/freeze", data=door.form(web, quarter="2026Q3")).status_code == 403
    assert last(opened)[2:] == ("freeze", "2026Q3", "refused")


def test_remarks_by_form_and_api(door: Any, web: FlaskClient, opened: Services) -> None:
    token = door.enter(web)
    assert web.post("/remarks", data=door.form(web, **REMARK)).status_code == 303
    one = told(opened)[-1]
    assert (one.act, one.subject) == ("remark", f"incidents.reported {CITY}")
    assert one.record.startswith("remarks/")
    assert "暴雨" not in str(told(opened))
    headers = {"Authorization": f"Bearer {token}"}
    rebase = REMARK | {"kind": "rebase", "reason": "口径变更"}
    made = web.post("/api/v1/remarks", json=rebase, headers=headers).get_json()
    assert last(opened)[:3] == ("指挥中心", ADDRESS, "rebase")
    web.post(f"/api/v1/remarks/{made['id']}/withdraw", headers=headers)
    assert last(opened)[2:] == ("withdraw", f"incidents.reported {CITY}", "done")


def test_a_wrong_remark_leaves_no_entry(door: Any, web: FlaskClient, opened: Services) -> None:
    door.enter(web)
    before = len(told(opened))
    given = door.form(web, **REMARK | {"text": "电话 13812345678"})
    assert web.post("/remarks", data=given).status_code == 422
    assert len(told(opened)) == before


def test_freezes_and_commitments(
    door: Any, web: FlaskClient, opened: Services, tell: Callable[..., None], event: Any
) -> None:
    what = {"category": "order", "severity": 3, "channel": "app"}
    for day in ("2026-03-04", "2026-05-05", "2026-08-06"):
        at = f"{day}T10:00:00+08:00"
        tell(*(event("incident.reported", at, TOWN, case=f"{day}{n}", **what) for n in range(5)))
    door.enter(web)
    assert web.post("/review/freeze", data=door.form(web, quarter="2026Q3")).status_code == 303
    one, fixed = told(opened)[-2:]
    code = one.subject.split()[1]
    assert (one.act, one.record) == ("freeze", f"freezes/{code}")
    assert (fixed.act, fixed.record) == ("seal", f"freeze_contents/{code}")
    assert web.post("/review/freeze", data=door.form(web, quarter="2026Q3")).status_code == 409
    assert last(opened)[2:] == ("freeze", "2026Q3", "refused")
    given = door.form(
        web,
        quarter="2026Q3",
        town=TOWN,
        kpi="incidents.closure_rate",
        due="2026-12-31",
        target="98",
    )
    assert web.post("/review/commitments", data=given).status_code == 303
    assert last(opened)[2:] == ("commitment", f"2026Q3 incidents.closure_rate {TOWN}", "done")
    answer = web.get("/report?as=csv")
    assert answer.status_code == 200
    assert last(opened)[2:] == ("export", f"csv 2026Q3 {code}", "done")
    deck = web.get("/review/present").get_data(as_text=True)
    newest = told(opened)[-1]
    assert (newest.act, newest.subject) == ("export", f"slides 2026Q3 {code}")
    assert audit_trail.printed(newest.root) in deck
    assert reviews.verify(opened, code).is_reproduced


def test_exports_of_tables_and_of_the_api(door: Any, web: FlaskClient, opened: Services) -> None:
    answer = web.get(f"/export?table=towns&kpis=incidents.reported&as=csv&area={CITY}")
    assert answer.status_code == 200
    one = told(opened)[-1]
    assert (one.actor, one.act, one.subject) == ("", "export", f"csv towns {CITY} 28d")
    assert audit_trail.printed(one.root) in answer.get_data(as_text=True)
    address = f"/api/v1/series?kpi=incidents.reported&area={CITY}"
    assert web.get(address, headers={"Accept": "text/csv"}).status_code == 200
    assert last(opened)[2:] == ("export", f"csv series incidents.reported {CITY}", "done")
    before = len(told(opened))
    assert web.get(address).status_code == 200
    assert web.get("/export?table=nothing").status_code == 400
    assert len(told(opened)) == before, "a look is no export, nor is what was refused"


def test_walls_are_paired_and_taken_down(door: Any, web: FlaskClient, opened: Services) -> None:
    door.sign_in(web, "li.ming", "admin")
    code = web.post("/wall/pair").get_json()["code"]
    given = door.form(web, code=code, name="一楼大厅", area=TOWN)
    assert web.post("/pair", data=given).status_code == 200
    assert last(opened)[2:] == ("wall", f"add 一楼大厅 wall {TOWN}", "done")
    old = audit_trail.now_ms() - 3_600_000
    here = heartbeats.Here("wall0001", "/wall", "zh", CITY, 1920, 1080, "b", 1, 0, 0, 1, 1, 1, 0)
    heartbeats.keep(opened.redis, here, old, "旧大屏")
    assert web.post("/health/walls/wall0001/down", data=door.form(web)).status_code == 303
    assert last(opened)[2:] == ("wall", f"down 旧大屏 {CITY}", "done")


def test_commands(opened: Services, redis_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "deploy")
    data = ["--data", str(opened.settings.data)]

    def run(*args: str) -> Any:
        return CliRunner().invoke(cli.main, [*args, *data])

    assert run("tokens", "add", "值班室", "--kind", "edit").exit_code == 0
    actor, machine, *rest = last(opened)
    assert (actor, rest) == ("command line: deploy", ["token", "add 值班室 edit", "done"])
    assert machine
    where = ["--redis", redis_server]
    args = ["--kpi", "incidents.reported", "--kind", "other", "--day", "2026-08-01"]
    made = run("remarks", "add", "暴雨", *args, "--by", "值班室")
    assert made.exit_code == 0, made.output
    assert last(opened)[2:] == ("remark", f"incidents.reported {CITY}", "done")
    assert run("remarks", "withdraw", made.output.split()[0], "--by", "值班室").exit_code == 0
    assert last(opened)[2] == "withdraw"
    assert run("tokens", "revoke", "值班室").exit_code == 0
    assert last(opened)[2:] == ("token", "revoke 值班室 edit", "done")
    assert run("tokens", "revoke", "值班室").exit_code == 1
    verified = run("audit", "--log", *where)
    assert verified.exit_code == 0, verified.output
    newest = audit_trail.printed(told(opened)[-1].root)
    assert newest in verified.output
    assert run("audit", "--log", "--root", newest).exit_code == 0
    assert run("audit", "--log", "--root", f"99:{'0' * 64}").exit_code == 1
    assert run("audit", "--log", "--root", "99").exit_code == 2


def test_the_command_names_what_is_broken_and_exports(opened: Services, tmp_path: Path) -> None:
    opened.trail.note(Who("指挥中心"), "export", "csv")
    out = tmp_path / "log.ndjson"
    args = ["audit", "--log", "--data", str(opened.settings.data)]
    assert CliRunner().invoke(cli.main, [*args, "--export", str(out)]).exit_code == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["act"] for one in lines] == ["begin", "export", "export"]
    with opened.database.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_log_UPDATE"))
        connection.execute(text("UPDATE audit_log SET actor = '某镇' WHERE n = 2"))
    found = CliRunner().invoke(cli.main, args)
    assert found.exit_code == 1
    assert "no. 2 is not what was written" in found.output


def test_rules_and_targets_that_changed_are_written_down_once(opened: Services) -> None:
    for _ in range(2):
        opened.trail.note_declared(opened.profile, {})
    assert [one.act for one in told(opened)] == ["rule", "target", "source"]
    forms = declared_sources.parse('[[source]]\nid = "urn:a"\ncase = "JJ[0-9]{12}"')
    opened.trail.note_declared(opened.profile, forms)
    assert told(opened)[-1].act == "source"


def test_old_entries_are_removed(opened: Services) -> None:
    later = audit_trail.now_ms() + 200 * audit_trail.DAY_MS
    trail = Trail(opened.database, lambda: later)
    assert trail.remove_old(1095) == 0
    assert trail.remove_old(180) == 1
    assert [one.act for one in told(opened)] == []


# The page and the files


def page(web: FlaskClient, opened: Services, **query: str) -> str:
    views = Views(opened, loaders.LOADERS)
    found = pages.at("/audit-log")
    assert found
    cookies = [web.get_cookie(name) for name in (session_cookie.COOKIE, VIEW_COOKIE)]
    headers = {"Cookie": "; ".join(f"{one.key}={one.value}" for one in cookies if one)}
    with web.application.test_request_context("/audit-log", headers=headers):
        return render.to_html(shell.build(found, views.view(found, query)))


def test_the_page_is_for_auditors_alone(door: Any, web: FlaskClient, opened: Services) -> None:
    opened.trail.note(Who("某处", "10.1.2.3"), "export", "csv")

    def is_shown() -> bool:
        shown = page(web, opened)
        assert ("没有查看审计日志的权限" in shown) != ("10.1.2.3" in shown)
        assert web.get("/audit-log/export").status_code == (200 if "10.1.2.3" in shown else 403)
        return "10.1.2.3" in shown

    assert not is_shown()
    tokens: tuple[tuple[Kind, str], ...] = (("view", TOWN), ("edit", TOWN), ("edit", ""))
    for kind, area in tokens:
        door.enter(web, f"{kind} office {len(area)}", kind, area)
        assert not is_shown()
    web.delete_cookie(VIEW_COOKIE)
    for role in ROLES:
        door.sign_in(web, role, role, towns=[TOWN])
        assert is_shown() == (role == "auditor")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_narrowed_and_paged(
    door: Any, web: FlaskClient, opened: Services, lang: str
) -> None:
    door.sign_in(web, "audit-office", "auditor")
    for n in range(audit_log_data.PER_PAGE + 20):
        opened.trail.note(Who("grid" if n % 2 else "分析室"), "export", f"x{n}")
    first = page(web, opened, lang=lang)
    assert first.count("data-entry=") == audit_log_data.PER_PAGE
    newest = told(opened)[-1]
    assert audit_trail.printed(newest.root) in first
    oldest_shown = newest.n - audit_log_data.PER_PAGE + 1
    assert f"before={oldest_shown}" in first
    second = page(web, opened, lang=lang, before=str(oldest_shown))
    assert second.count("data-entry=") == newest.n - audit_log_data.PER_PAGE
    assert page(web, opened, lang=lang, act="sign_in").count("data-entry=") == 1
    assert page(web, opened, lang=lang, actor="grid").count("data-entry=") == 60
    assert page(web, opened, lang=lang, days="7").count("data-entry=") == audit_log_data.PER_PAGE
    for wrong in ({"act": "'; --"}, {"before": "x"}, {"days": "-1"}, {"before": "٣"}):
        assert page(web, opened, lang=lang, **wrong).count("data-entry=") == 100


def test_a_look_at_pages_leaves_no_entry(door: Any, web: FlaskClient, opened: Services) -> None:
    door.sign_in(web, "audit-office", "auditor")
    before = len(told(opened))
    page(web, opened)
    web.get(f"/api/v1/kpis?area={CITY}")
    assert len(told(opened)) == before


def test_the_log_as_files(door: Any, web: FlaskClient, opened: Services) -> None:
    door.sign_in(web, "audit-office", "auditor")
    opened.trail.note(Who("=cmd", "10.1.2.3"), "export", "第 1 份")
    lines = web.get("/audit-log/export").get_data(as_text=True).splitlines()
    assert [json.loads(line)["act"] for line in lines] == [
        "begin",
        "account",
        "sign_in",
        "export",
        "export",
    ]
    assert lines[-1].count("audit_log ndjson") == 1, "the export itself is in it"
    answer = web.get("/audit-log/export?as=csv&act=export").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))
    assert [row["actor"] for row in rows] == ["'=cmd", "audit-office", "audit-office"]
    assert web.get("/audit-log/export?as=pdf").status_code == 400


def test_every_act_has_a_word() -> None:
    from feeds.audit_log.entries import TITLES

    assert set(TITLES) == set(ACTS)
