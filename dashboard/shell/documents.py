"""Documents without Dash: a title, the styles, a few scripts, and content; or what is to be
printed, its styles in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dash.development.base_component import Component

from dashboard.shell import assets
from feeds.city.words import Lang, Text
from layouts.html import render

# A browser that offers to translate covers the wall's clock, and one that does rewrites what is
# live.
UNTRANSLATED = '<meta name="google" content="notranslate">'


def plain(
    content: Component, lang: Lang, title: Text, scripts: Sequence[str] = (), theme: str = "dark"
) -> str:
    """The whole document."""
    head = "".join(f'<link rel="stylesheet" href="{url}">' for url in assets.wall_styles())
    head += "".join(f'<script defer src="{url}"></script>' for url in scripts)
    return (
        f'<!DOCTYPE html><html lang="{"zh-CN" if lang == "zh" else "en"}" '
        f'data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, '
        f'initial-scale=1">{UNTRANSLATED}<title>{escape(title.of(lang))}</title>'
        f'<link rel="icon" href="data:,">{head}</head><body>{render.to_html(content)}</body></html>'
    )


def printable(content: Component, lang: Lang, title: str, base: str) -> str:
    """A page that loads nothing; its links lead to the board at `base`."""
    return (
        f'<!DOCTYPE html><html lang="{"zh-CN" if lang == "zh" else "en"}" '
        'data-theme="light"><head><meta charset="utf-8">'
        f'<base href="{escape(base, quote=True)}"><title>{escape(title)}</title>'
        f"<style>@page {{ size: A4 }} {assets.text('board.css')}</style></head>"
        f"<body>{render.to_html(content)}</body></html>"
    )
