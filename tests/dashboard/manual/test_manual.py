"""/help: it opens without signing in, in both languages, and its HTML is what is made here."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import flask
import pytest
from flask.testing import FlaskClient

from dashboard.access import session_cookie
from dashboard.access.middleware import AccessMiddleware
from dashboard.access.principal import Authenticator
from dashboard.manual import addresses, library, rendering
from dashboard.manual.library import IMAGES, ManualPage
from dashboard.services import Services

CITY = "320282"


class Found(HTMLParser):
    """The elements of a page, and the ids and addresses in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags = set[str]()
        self.attributes = set[str]()
        self.ids = list[str]()
        self.links = list[str]()
        self.loads = list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag == "a":
                self.links.append(value or "")
            if name == "src" or (name == "href" and tag == "link"):
                self.loads.append(value or "")


@pytest.fixture
def web(opened: Services) -> FlaskClient:
    """A closed board that has the manual and nothing else."""
    made = flask.Flask("test")
    authenticator = Authenticator(
        opened.tokens, opened.sessions, opened.last_use, CITY, is_open=False
    )
    authenticator.attach(made)
    access = AccessMiddleware(authenticator, "zh", opened.trail)
    made.before_request(access.check)
    made.register_blueprint(addresses.blueprint(opened))
    made.add_url_rule("/", "home", lambda: "figures")
    access.close()
    return made.test_client()


def test_it_opens_without_signing_in_and_nothing_else_does(web: FlaskClient) -> None:
    assert web.get("/help").status_code == 200
    assert web.get("/help/wall").status_code == 200
    assert web.get("/help/").headers["Location"] == "/help"
    assert web.get("/").status_code == 303
    with web.get("/help/images/wall-zh.png") as picture:
        assert picture.content_type == "image/png"
    for path in ("/help/nothing", "/help/images/none.png", "/help/..%2f..%2fpyproject.toml"):
        assert web.get(path).status_code == 404, path


def test_it_is_in_chinese_and_on_request_in_english(web: FlaskClient) -> None:
    chinese, english = web.get("/help/wall").text, web.get("/help/wall?lang=en").text
    assert "装一块大屏" in chinese
    assert "Set up a wall" in english
    assert "wall-zh.png" in chinese
    assert "wall-en.png" in english
    assert 'id="pair-it"' in chinese
    assert 'id="pair-it"' in english
    assert "这一页只有英文" in web.get("/help/develop").text


def test_every_page_is_listed(web: FlaskClient) -> None:
    listed = {urlsplit(link).path for link in Found(web.get("/help").text).links}
    assert {f"/help/{name}" for name in library.pages()} <= listed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_and_picture_is_there(web: FlaskClient, lang: str) -> None:
    pages = {name: Found(web.get(f"/help/{name}?lang={lang}").text) for name in library.pages()}
    broken, outside = list[tuple[str, str]](), list[tuple[str, str]]()
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name
        for link in page.links:
            asked = urlsplit(link)
            if asked.path.startswith("/help/") or (not asked.path and asked.fragment):
                there = pages.get(asked.path.removeprefix("/help/") or name)
                if there is None or (asked.fragment and asked.fragment not in there.ids):
                    broken.append((name, link))
        for address in page.loads:
            if urlsplit(address).netloc or address.startswith("//"):
                outside.append((name, address))
            elif address.startswith("/help/") and not (IMAGES / Path(address).name).is_file():
                broken.append((name, address))
    assert (broken, outside) == ([], [])


def test_it_has_no_script_and_no_style_of_an_element(web: FlaskClient) -> None:
    for name in library.pages():
        page = Found(web.get(f"/help/{name}").text)
        assert "script" not in page.tags, name
        assert not {one for one in page.attributes if one == "style" or one.startswith("on")}, name


def test_html_within_markdown_comes_out_as_text(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text(
        "# T\n\n<script>alert(1)</script>\n\nsome <b onclick=x>text</b>\n\n"
        '[a](javascript:alert(1)) [b](data:text/html,x)\n\n`<i>` "><img src=x onerror=y>\n\n'
        "| <u>a</u> |\n| :-: |\n| [c](vbscript:x) |\n",
        "utf-8",
    )
    page_of = ManualPage("bad", {"en": path})
    made = rendering.html(page_of, "en", lambda *_place: "/")
    page = Found(made)
    assert page.tags <= {"p", "code", "table", "thead", "tbody", "tr", "th", "td", "div"}
    assert page.attributes <= {"class", "tabindex"}
    assert "&lt;script&gt;" in made


def test_what_the_manual_does_not_have_is_named_as_a_file(web: FlaskClient) -> None:
    page = web.get("/help/run").text
    assert "<code>deploy/nginx.conf</code>" in page
    assert not [link for link in Found(page).links if link.startswith("..")]


def test_the_light_theme_stays(web: FlaskClient) -> None:
    page = web.get("/help/wall?theme=light").text
    assert 'data-theme="light"' in page
    links = [link for link in Found(page).links if link.startswith("/help")]
    theme = re.compile(r"theme=(light|dark)")
    assert links
    assert [link for link in links if not theme.search(link)] == []


def test_it_opens_while_nobody_can_say_who_asks(web: FlaskClient, opened: Services) -> None:
    web.set_cookie(session_cookie.COOKIE, "x" * 43)
    with opened.database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
    assert web.get("/").status_code == 500
    assert web.get("/help/operate").status_code == 200
