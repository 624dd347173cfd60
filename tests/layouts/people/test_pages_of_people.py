"""The pages about people: what a form carries and says, and in a real browser axe without a finding,
targets for fingers, nothing wider than its screen, and no style or script in the document.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.shell import assets
from feeds.city.words import Text
from layouts import ids, pages, shell
from layouts.html import render
from layouts.people import devices, fields, page_values, setting_up, signing_in
from layouts.people.page_values import Choice, Filled, Problem, SetUp, SignIn
from layouts.view import Person, View
from tests.layouts.people.pages_of_people import ADMIN, PAGES, as_nobody

MakeView = Callable[..., View]
CSS = assets.text("board.css")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """rules => axe.run(document, {resultTypes: ["violations"], runOnly: rules}).then(found =>
  found.violations.flatMap(v => v.nodes.map(n => v.id + " " + n.target.join(" "))))"""
OPEN = "document.querySelectorAll('details').forEach(e => { e.open = true; })"
SMALL = """() => [...document.querySelectorAll(".board :is(a[href], button, summary, input:not([type=hidden]), select, textarea)")].filter(e =>
    e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length && !e.closest(".skip, .choice"))
  .map(e => [e, e.getBoundingClientRect()]).filter(([, box]) => box.height < 43.9)
  .map(([e, box]) => `${e.className} ${e.textContent.slice(0, 30)} ${box.width | 0}×${box.height | 0}`)"""
EVERY = pytest.mark.parametrize("name", list(PAGES))
DONE = "x" * 43


class Read(HTMLParser):
    """A page's elements, as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [facts for tag, facts in self.found if tag in tags]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def show(tab: Page, make_view: MakeView) -> Callable[..., Page]:
    def opened(name: str, **state: str) -> Page:
        view = make_view(**state)
        built = PAGES[name](view)
        lang = "zh-CN" if view.lang == "zh" else "en"
        tab.goto("about:blank")
        tab.set_content(
            f'<!DOCTYPE html><html lang="{lang}" data-theme="{view.theme}"><head>'
            f"<title>{built.title.of(view.lang)}</title><style>{CSS}</style></head>"
            f"<body>{render.to_html(built.content)}</body></html>"
        )
        return tab

    return opened


def html(built: page_values.Built) -> str:
    return render.to_html(built.content)


@EVERY
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_has_no_style_no_script_and_every_field_a_label(
    name: str, lang: str, make_view: MakeView
) -> None:
    text = html(PAGES[name](make_view(lang=lang)))
    read = Read(text)
    assert read.all("script", "style") == []
    assert [facts for _, facts in read.found if "style" in facts] == []
    assert not any(key.startswith("on") for _, facts in read.found for key in facts)
    named = [facts["id"] for _, facts in read.found if facts.get("id")]
    assert len(named) == len(set(named)), named
    labelled = {facts.get("for") for facts in read.all("label")}
    shown = [f for f in read.all("input", "select", "textarea") if f.get("type") != "hidden"]
    assert [f for f in shown if f.get("id") not in labelled] == []
    described = " ".join(facts.get("aria-describedby") or "" for _, facts in read.found).split()
    assert set(described) <= set(named)
    assert len(read.all("h1")) == 1
    assert "{" not in re.sub(r"\{\d+(,\d+)?\}", "", text), "a place of a text is not filled"


@EVERY
def test_what_changes_something_is_a_post_with_a_csrf_value(name: str, make_view: MakeView) -> None:
    text = html(PAGES[name](make_view()))
    forms = re.findall(r"<form(.*?)</form>", text, flags=re.S)
    assert all('method="post"' in form for form in forms)
    assert all(
        re.search(r'name="csrf" type="hidden" value="[cf]{64}"|name="csrf"', f) for f in forms
    )
    assert all(re.search(r'value="[cf]{64}"', form) for form in forms)


def test_a_password_is_never_written_back(make_view: MakeView) -> None:
    typed = dict.fromkeys(("password", "new", "again", "name"), ("correct horse battery",))
    filled = Filled(typed, (Problem("new", Text("太短", "too short")),))
    view = as_nobody(make_view(), "/set-up")
    asked = SetUp("set_up", DONE, "f" * 64)
    for built in (
        setting_up.build(view, asked, filled),
        signing_in.sign_in(view, SignIn("f" * 64), filled),
    ):
        fields_ = [f for f in Read(html(built)).all("input") if f.get("type") == "password"]
        assert fields_
        assert [f for f in fields_ if f.get("value")] == []
        assert html(built).count("correct horse battery") == 1, "the name alone comes back"


def test_errors_are_said_at_the_top_and_at_their_field(make_view: MakeView) -> None:
    filled = Filled(
        {"name": ("<b>",)},
        (Problem("name", Text("不行", "no")), Problem("", Text("也不行", "nor"))),
    )
    built = signing_in.sign_in(as_nobody(make_view(lang="en"), "/sign-in"), SignIn("f"), filled)
    text = html(built)
    assert built.title.en.startswith("Error: Sign in")
    assert "2 things to correct" in text
    assert f'href="#{ids.field("name")}"' in text
    assert 'value="&lt;b&gt;"' in text
    (name,) = (f for f in Read(text).all("input") if f.get("name") == "name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == ids.wrong("name")
    assert "autofocus" not in name, "the summary has the focus"
    summary = next(facts for tag, facts in Read(text).found if facts.get("role") == "alert")
    assert "autofocus" in summary


def test_fields_say_to_browsers_what_they_are(make_view: MakeView) -> None:
    view = as_nobody(make_view(), "/sign-in")
    given = {
        f.get("name"): f for f in Read(html(signing_in.sign_in(view, SignIn("f")))).all("input")
    }
    assert given["name"]["autocomplete"] == "username"
    assert given["password"]["autocomplete"] == "current-password"
    asked = SetUp("password", DONE, "f", "li", "李")
    given = {f.get("name"): f for f in Read(html(setting_up.build(view, asked))).all("input")}
    assert given["new"]["autocomplete"] == given["again"]["autocomplete"] == "new-password"
    assert "readonly" in given["name"]


def test_choices_keep_what_was_chosen() -> None:
    filled = Filled({"roles": ("host",)})
    choices = [Choice("viewer", "查看"), Choice("host", "主持", "冻结")]
    made = fields.choose(filled, "zh", "roles", "职责", choices)
    boxes = Read(render.to_html(made)).all("input")
    assert ["checked" in box for box in boxes] == [False, True]
    assert boxes[0]["id"] == ids.field("roles"), "where the summary of errors leads"


def test_the_header_says_who_is_signed_in(make_view: MakeView) -> None:
    page = pages.at("/kpi")
    assert page
    view = make_view("/kpi", lang="en")
    closed = render.to_html(shell.build(page, view))
    assert 'href="/sign-in?' in closed
    assert "next=%2Fkpi" in closed
    assert "person-open" not in closed
    opened = render.to_html(shell.build(page, replace(view, person=Person(is_open=True))))
    assert "Open" in opened
    admin = render.to_html(shell.build(page, replace(view, person=ADMIN)))
    assert "Signed in as 王芳" in admin
    for path in ("/account", "/admin", "/audit-log"):
        assert f'href="{path}?lang=en"' in admin
    assert 'action="/sign-out?lang=en"' in admin
    assert "/sign-in" not in admin
    viewer = Person("宜城", "office", "c" * 64)
    office = render.to_html(shell.build(page, replace(view, person=viewer)))
    assert 'action="/leave?lang=en"' in office
    assert "/admin" not in office


@pytest.mark.parametrize(
    ("agent", "zh", "en"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36", "Chrome · Windows", ""),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36 Edg/143.0",
            "Edge · Windows",
            "",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/130 MicroMessenger/8.0 wxwork/4.1",
            "企业微信 · 安卓",
            "WeCom · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
            "Safari · iPhone",
            "",
        ),
        ("curl/8.5", "未知的浏览器", "A browser that is not known"),
    ],
)
def test_a_browser_is_named(agent: str, zh: str, en: str) -> None:
    assert devices.words(agent, "zh") == zh
    assert devices.words(agent, "en") == (en or zh)


@pytest.mark.browser
@EVERY
@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing(name: str, lang: str, theme: str, show: Callable[..., Page]) -> None:
    tab = show(name, lang=lang, theme=theme)
    tab.evaluate(AXE)
    tab.evaluate(OPEN)
    found: dict[int, Any] = {}
    for width in (1440, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        found[width] = tab.evaluate(RUN, RULES)
    assert {size: one for size, one in found.items() if one} == {}


@pytest.mark.browser
@EVERY
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_fits_its_screen_and_a_finger(
    name: str, lang: str, show: Callable[..., Page]
) -> None:
    tab = show(name, lang=lang)
    wide = {}
    for width in (320, 390, 768, 1440, 3840):
        tab.set_viewport_size({"width": width, "height": 900})
        wide[width] = tab.evaluate("document.documentElement.scrollWidth")
    assert wide == {width: width for width in wide}
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate(SMALL) == []
    tab.evaluate(OPEN)
    assert tab.evaluate(SMALL) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.browser
def test_the_fields_of_a_kind_alone_are_shown(show: Callable[..., Page]) -> None:
    tab = show("admin-add-token", lang="en")
    sends, looks = tab.locator(".only-sending"), tab.locator(".only-looking")
    assert (sends.is_visible(), looks.is_visible()) == (True, False)
    tab.get_by_label("Looking").check()
    assert (sends.is_visible(), looks.is_visible()) == (False, True)


@pytest.mark.browser
def test_a_summary_of_errors_has_the_focus_and_leads_to_the_field(
    show: Callable[..., Page],
) -> None:
    tab = show("admin-add-account", lang="en")
    tab.wait_for_function("document.activeElement.matches('.people-wrong')")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('fieldset') !== null")
