"""Whole documents: a page's with Dash, the wall's without, plain ones, and printed ones that
contain their styles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from dash.development.base_component import Component

from dashboard.shell import assets, nonce
from feeds.city.words import Lang, Text
from layouts.html import render

# A browser that offers to translate covers the wall's clock, and one that does rewrites what is
# live.
UNTRANSLATED = '<meta name="google" content="notranslate">'
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
LIVE = 'data-live="reconnecting"'
# Buttons that are pressed before any script is there are pressed again by assets/shell/early.js.
PRESSED = """window.board = {pressed: []}; addEventListener("click", e => {
const button = e.target.closest && e.target.closest("#first-paint button[type=button]");
if (button) board.pressed.push(button); });"""
# Dash, its charts and grids make style elements, and write styles as attributes, which the policy
# forbids. Before they are loaded: elements get the document's word, attributes are set as styles.
STYLED = """(({nonce}) => {
const {createElement} = Document.prototype, {setAttribute} = Element.prototype;
Document.prototype.createElement = function (name, ...more) {
const made = createElement.call(this, name, ...more);
if (made.localName === "style") made.nonce = nonce;
return made; };
Element.prototype.setAttribute = function (name, value) {
if (name === "style" && this.style) this.style.cssText = value;
else setAttribute.call(this, name, value); };
})(document.querySelector("style"));"""


def inline_scripts() -> tuple[str, ...]:
    """The scripts within documents, Dash's apart: what the browser's policy has to know."""
    return (PRESSED, STYLED, assets.text("review/present.js"))


def page(dash: Mapping[str, str], lang: Lang, title: str, content: str, state: str) -> str:
    """A page that Dash draws. `content` is its first paint, which is shown until then, `state` the
    state of the live client (JSON; "" for none); `dash` are the parts of Dash's index page.
    """
    first = f'<div id="first-paint">{content}</div>' if content else ""
    # Dash asks for the charts' library with the first chart.
    charts = f'<link rel="preload" as="script" fetchpriority="low" href="{assets.charts()}">'
    icon = f'<link rel="icon" type="image/svg+xml" href="{assets.icon()}">'
    return (
        f"<!DOCTYPE html>\n{_root(lang, dash.get('theme', 'dark'), LIVE)}\n"
        f"<head>\n{dash['metas']}{VIEWPORT}{UNTRANSLATED}<title>{escape(title)}</title>\n"
        f"{icon}{_styles(assets.styles(), first)}<script>{PRESSED}</script>"
        f"<script>{STYLED}</script>{_scripts(assets.scripts())}{charts}\n</head>\n"
        f"<body>{first}{_state(state)}\n{dash['app_entry']}\n"
        f"{dash['config']}{dash['scripts']}{dash['renderer']}\n</body>\n</html>"
    )


def bare(lang: Lang, title: str, theme: str, content: str, state: str) -> str:
    """A document without Dash: its content stays as it is, and its own scripts keep it right for
    months.
    """
    icon = '<link rel="icon" href="data:,">'
    return (
        f"<!DOCTYPE html>\n{_root(lang, theme, LIVE)}\n"
        f'<head>\n<meta charset="utf-8">{VIEWPORT}{UNTRANSLATED}<title>{escape(title)}</title>\n'
        f"{icon}{_styles(assets.wall_styles(), content)}{_scripts(assets.wall_scripts())}\n"
        f'</head>\n<body><div id="react-entry-point">{content}</div>\n'
        f"{_state(state)}\n</body>\n</html>"
    )


def plain(
    content: Component,
    lang: Lang,
    title: Text,
    scripts: Sequence[str] = (),
    theme: str = "dark",
    styles: Sequence[str] = (),
) -> str:
    """A title, the styles (those of the wall where none are named), a few scripts, and content."""
    head = (
        f'<meta charset="utf-8">{VIEWPORT}{UNTRANSLATED}<title>{escape(title.of(lang))}</title>'
        '<link rel="icon" href="data:,">'
    )
    body = render.to_html(content)
    return (
        f"<!DOCTYPE html>{_root(lang, theme)}"
        f"<head>{head}{_styles(styles or assets.wall_styles(), body)}{_scripts(scripts)}</head>"
        f"<body>{body}</body></html>"
    )


def printable(content: Component, lang: Lang, title: str, base: str) -> str:
    """A page that loads nothing; its links lead to the board at `base`."""
    body = render.to_html(content)
    styles = f"@page {{ size: A4 }} {assets.text('board.css')} {render.rules(body)}"
    return (
        f'<!DOCTYPE html>{_root(lang, "light")}<head><meta charset="utf-8">'
        f'<base href="{escape(base, quote=True)}"><title>{escape(title)}</title>'
        f"<style>{styles}</style></head><body>{body}</body></html>"
    )


def _root(lang: Lang, theme: str, more: str = "") -> str:
    language = "zh-CN" if lang == "zh" else "en"
    return f'<html lang="{language}" data-theme="{theme}"{" " + more if more else ""}>'


def _styles(addresses: Sequence[str], body: str) -> str:
    """The style sheets, and the styles of the elements in the body."""
    sheets = "".join(f'<link rel="stylesheet" href="{address}">' for address in addresses)
    return f'{sheets}<style nonce="{nonce.nonce()}">{render.rules(body)}</style>'


def _scripts(addresses: Sequence[str]) -> str:
    return "".join(f'<script defer src="{address}"></script>' for address in addresses)


def _state(state: str) -> str:
    """What the live client begins with, in the document."""
    return f'<script type="application/json" id="first-state">{state}</script>' if state else ""
