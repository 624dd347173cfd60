"""What a browser shows in place of a paper that there is not: why, and the way back."""

from __future__ import annotations

from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.city.words import Lang
from layouts.html import elements as html
from layouts.text import texts


def build(lang: Lang, theme: str, said: str, path: str) -> Component:
    """The whole page; `path` is the page that the paper is of."""
    words = texts.under(lang, "refusal")
    query = urlencode({"lang": lang, "theme": theme})
    parts = [
        html.H1(words["title"], className="remote-title"),
        html.P(said, role="status"),
        html.A(words["back"], href=f"{path}?{query}", className="pair-link"),
    ]
    return html.Main(
        parts, className=f"board desk remote {theme}", lang="zh-CN" if lang == "zh" else "en"
    )
