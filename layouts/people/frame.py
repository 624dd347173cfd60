"""The frame of a page about people: header with the person menu, what the last form led to,
content, footer. It has the look of every page, and neither Dash nor a script.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from feeds.city.words import Lang, Text
from layouts import ids
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import components, help_link, person_menu
from layouts.people.page_values import EMPTY, Built, Filled
from layouts.text import texts
from layouts.view import View

ADMIN = (
    ("accounts", "/admin"),
    ("tokens", "/admin/tokens"),
    ("walls", "/admin/walls"),
    ("sources", "/admin/sources"),
)

HELP = (  # the section of the manual about the pages that begin so; the last is about all others
    ("/admin/walls", "wall#pair-it"),
    ("/admin/tokens", "accounts#4-tokens-of-programs"),
    ("/admin/token", "accounts#4-tokens-of-programs"),
    ("/admin/add-token", "accounts#4-tokens-of-programs"),
    ("/admin/source", "accounts#5-walls-and-sources"),
    ("/admin", "accounts#2-accounts"),
    ("/account", "accounts#6-your-own-account"),
    ("/set-up", "accounts#1-the-first-administrator"),
    ("/", "accounts#when-signing-in-fails"),
)


def build(
    view: View,
    title: str,
    parts: Sequence[Component],
    filled: Filled = EMPTY,
    *,
    done: str = "",
    section: str = "",
    kind: str = "narrow",
    **values: str,
) -> Built:
    """`title` is the key of the page's text, with `values`; `done` says what the last form led to;
    `section` is the open one of administration.
    """
    inside: list[Component] = [*_sections(view, section), *_problems(view, filled)]
    if done:
        inside.append(html.P(done, className="people-done", role="status"))
    inside += [html.H1(view.text(title, **values), className="people-title"), *parts]
    main = html.Main(inside, id=ids.MAIN, className="page", tabIndex=-1)
    content = html.Div(
        [_skip(view), _header(view), main, _footer(view)],
        className=f"board desk people people--{kind} {view.theme}",
        lang="zh-CN" if view.lang == "zh" else "en",
    )
    return Built(content, _title(view, title, filled, values))


def at(view: View, path: str, **more: str) -> str:
    """The address of a page about people, in the language and theme of this one."""
    return person_menu.address(view, path, **more)


def action(view: View, label: str, path: str) -> Component:
    """The one thing that a list is most often opened for."""
    return html.P(
        html.A(view.text(label), href=at(view, path), className="button button--link"),
        className="people-acts",
    )


def back(view: View, label: str, path: str, **more: str) -> Component:
    link = html.A(view.text(label), href=at(view, path, **more), className="pick")
    return html.P(link, className="people-acts")


def secret(view: View, said: str, value: str) -> Component:
    """What is shown once; a press chooses all of it."""
    inner = markup.to_html(
        [
            html.P(said),
            html.Code(value, className="people-secret-value"),
            html.P(view.text("people.once")),
        ]
    )
    facts = {"className": "people-secret", "role": "status", "tabIndex": "-1", "autofocus": True}
    return islands.Markup("div", facts, inner)


def _title(view: View, key: str, filled: Filled, values: dict[str, str]) -> Text:
    """Of the document: a screen reader says it first, so that an error comes before the name."""

    def of(lang: Lang) -> str:
        said = texts.get(lang, key, view.profile.town_word, **values)
        if filled.problems:
            said = texts.get(lang, "people.wrong_title", title=said)
        return f"{said} · {view.profile.title.text.of(lang)}"

    return Text(of("zh"), of("en"))


def _skip(view: View) -> Component:
    return html.A(view.text("top.skip"), href=f"#{ids.MAIN}", className="skip")


def _header(view: View) -> Component:
    brand = html.A(
        [
            html.Span(view.profile.title.text.of(view.lang), className="brand-city"),
            html.Span(view.profile.centre.text.of(view.lang), className="brand-centre"),
        ],
        href=components.address(view, "/"),
        className="brand",
    )
    is_here = view.path == person_menu.SIGN_IN and not view.person.kind
    menu = [] if is_here else [person_menu.build(view)]
    pickers = html.Div([_language(view), *_help(view), *menu], className="pickers")
    return html.Header(html.Div([brand, pickers], className="bar"), className="top")


def _help(view: View) -> list[Component]:
    """The manual's own pages need none."""
    if view.path.startswith(help_link.HELP):
        return []
    return [help_link.build(view, next(at for path, at in HELP if view.path.startswith(path)))]


def _language(view: View) -> Component:
    other: Lang = "en" if view.lang == "zh" else "zh"
    return html.A(
        view.text("top.language"),
        href=at(view, view.path, **{**view.filters, "lang": other}),
        className="language",
        lang="zh-CN" if other == "zh" else "en",
    )


def _footer(view: View) -> Component:
    other = "dark" if view.theme == "light" else "light"
    theme = html.A(
        view.text(f"footer.theme_{other}"),
        href=at(view, view.path, **{**view.filters, "theme": other}),
        className="theme-switch",
    )
    back = html.A(view.text("people.back"), href=components.address(view, "/"), className="pick")
    build = html.Span(view.text("footer.build", build=view.build))
    return html.Footer([back, build, theme], className="footer")


def _sections(view: View, section: str) -> list[Component]:
    if not section:
        return []
    links = [
        html.A(
            view.text(f"people.section_{name}"),
            href=at(view, path),
            className="nav-link",
            **(attributes.aria(current="page") if name == section else {}),
        )
        for name, path in ADMIN
    ]
    label = attributes.aria(label=view.text("people.sections"))
    return [html.Nav(links, className="people-sections", **label)]


def _problems(view: View, filled: Filled) -> list[Component]:
    """What is wrong, in one place that has the focus, each with a link to its field."""
    if not filled.problems:
        return []
    heading = html.H2(view.text("people.wrong", n=str(len(filled.problems))))
    listed = [
        html.Li(
            html.A(one.said.of(view.lang), href=f"#{ids.field(one.field)}")
            if one.field
            else one.said.of(view.lang)
        )
        for one in filled.problems
    ]
    facts = {"className": "people-wrong", "role": "alert", "tabIndex": "-1", "autofocus": True}
    return [islands.Markup("div", facts, markup.to_html([heading, html.Ul(listed)]))]
