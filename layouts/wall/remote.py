"""/remote: the page of a phone that controls a wall.

All buttons are in the page; assets/wall/remote.js shows the ones that can be used.
"""

from __future__ import annotations

import json

from dash.development.base_component import Component

from feeds.city.words import Lang
from layouts import ids
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.text import texts

ACTS = ("previous", "hold", "resume", "next", "pin")


def build(lang: Lang, theme: str) -> Component:
    """The whole page."""
    words = texts.under(lang, "remote")
    title = html.H1(words["title"], className="remote-title")
    parts = [
        title,
        html.P("", className="remote-said", role="status", **attributes.data(said="")),
        _choose(words),
        _enter(words),
        _act(words),
        html.A(words["back"], href=f"/?lang={lang}", className="pair-link"),
    ]
    return html.Main(
        parts,
        className=f"board desk remote {theme}",
        lang="zh-CN" if lang == "zh" else "en",
        **attributes.data(remote=json.dumps(words, ensure_ascii=False)),
    )


def _choose(words: dict[str, str]) -> Component:
    listed = html.Div([], className="remote-walls", **attributes.data(walls=""))
    return html.Section(
        [html.H2(words["which"]), listed], className="remote-step", **attributes.data(step="choose")
    )


def _enter(words: dict[str, str]) -> Component:
    """Dash has no form control that works without Dash."""
    facts = {
        "id": ids.REMOTE_CODE,
        "inputmode": "numeric",
        "autocomplete": "off",
        "maxlength": "4",
        "pattern": "[0-9]{4}",
    }
    field = markup.tag("label", text=words["code"], **{"for": ids.REMOTE_CODE}) + markup.tag(
        "input", **facts
    )
    inner = field + markup.tag("button", text=words["enter"], type="submit")
    form = islands.Markup("form", {"className": "remote-form"}, inner)
    return html.Section(
        [form], className="remote-step", hidden=True, **attributes.data(step="enter")
    )


def _act(words: dict[str, str]) -> Component:
    buttons = [
        html.Button(
            words[act], className=f"remote-act remote-act--{act}", **attributes.data(act=act)
        )
        for act in ACTS
    ]
    now = html.P("", className="remote-now", **attributes.data(now=""))
    scenes = html.Div([], className="remote-scenes", **attributes.data(scenes=""))
    return html.Section(
        [now, html.Div(buttons, className="remote-acts"), html.H2(words["scenes"]), scenes],
        className="remote-step",
        hidden=True,
        **attributes.data(step="act"),
    )
