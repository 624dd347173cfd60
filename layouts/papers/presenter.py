"""A report as one document for presenting in a browser: one slide at a time, by keys
(assets/review/present.js).

It loads nothing further, so it works without a network once it is open.
"""

from __future__ import annotations

import json
from html import escape

from layouts import theme
from layouts.papers import print_pages
from layouts.papers.plan import Report, Slide
from layouts.text import texts

_ACTS = ("move", "blank", "laser", "notes", "full", "help")
_WORDS = ("keys", "towns", "next", "end", *_ACTS, *(f"key_{name}" for name in _ACTS))
KEYS = "1234567890qwertyui"  # of the towns, in their order; further towns are in the list alone


def of(report: Report, script: str, nonce: str = "") -> str:
    """The document with the script in it. `nonce` is the word by which the browser's policy knows
    its styles.
    """
    slides = "".join(
        print_pages.section(report, slide, "wide", _foot(report, slide, n))
        for n, slide in enumerate(report.slides, 1)
    )
    lang = "zh-CN" if report.lang == "zh" else "en"
    words = {name: texts.get(report.lang, f"present.{name}") for name in _WORDS}
    data = json.dumps({"keys": KEYS, "words": words}, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta '
        'charset="utf-8"><link rel="icon" href="data:,">'
        f"<title>{escape(report.title)}</title>"
        f'<style nonce="{nonce}">'
        f"{print_pages.looks('wide')}{_LOOKS.format(t=theme.LIGHT)}</style></head>"
        f'<body class="wide" data-present="{escape(data, quote=True)}"><main '
        f'id="stage">{slides}</main>'
        f'{_help(report, words)}<div id="blank" hidden></div><div id="laser" hidden></div>'
        f'<p id="said" class="aside" aria-live="polite"></p>'
        f"<script>{script}</script></body></html>"
    )


def _foot(report: Report, slide: Slide, number: int) -> str:
    """City, quarter and freeze code, the demo's mark, the number; and what the speaker reads."""
    mark = f'<b class="mark">{escape(report.mark)}</b>' if report.mark else ""
    notes = escape(slide.notes, quote=True)
    return (
        f'<footer data-notes="{notes}"><span>{escape(report.stamp)}</span>{mark}<span>{number} '
        f"/ {len(report.slides)}</span></footer>"
    )


def _help(report: Report, words: dict[str, str]) -> str:
    """The keys, and the towns with theirs."""
    towns = [slide for slide in report.slides if slide.key.startswith("town:")]
    rows = [(words[f"key_{name}"], words[name]) for name in _ACTS]
    keys = "".join(f"<dt>{escape(key)}</dt><dd>{escape(what)}</dd>" for key, what in rows)
    listed = "".join(
        f'<li><a href="#{escape(town.key, quote=True)}"><kbd>{KEYS[n].upper() if n < len(KEYS) else ""}</kbd> '
        f"{escape(town.title)}</a></li>"
        for n, town in enumerate(towns)
    )
    return f'<dialog id="keys"><h2>{escape(words["keys"])}</h2><dl>{keys}</dl><h3>{escape(words["towns"])}</h3><ol>{listed}</ol></dialog>'


_LOOKS = """
html, body {{ height: 100%; overflow: hidden; background: {t.surface} }}
#stage {{ position: absolute; left: 50%; top: 50%; width: 1280px; height: 720px; transform-origin: 0 0 }}
#stage > section {{ position: absolute; inset: 0; height: 720px; padding: 42px 58px 60px; visibility: hidden; background: {t.surface} }}
#stage > section.is-shown {{ visibility: visible }}
footer {{ position: absolute; left: 58px; right: 58px; bottom: 18px; display: flex; justify-content: space-between; padding-top: 6px;
  border-top: 1px solid {t.hairline}; color: {t.secondary}; font-size: 14px }}
#blank {{ position: fixed; inset: 0; background: #000; z-index: 3 }}
#laser {{ position: fixed; width: 18px; height: 18px; margin: -9px; border-radius: 50%; background: {t.alarm}; opacity: 0.85; z-index: 2;
  pointer-events: none }}
body.is-pointing {{ cursor: none }}
dialog {{ margin: auto; padding: 24px 32px; border: 1px solid {t.hairline}; border-radius: 8px; color: {t.text}; font-size: 15px }}
dialog dl {{ display: grid; grid-template-columns: auto 1fr; gap: 4px 20px; margin: 10px 0 }} dialog dt {{ font-weight: 600 }}
dialog ol {{ columns: 3; list-style: none; padding: 0 }} dialog a {{ color: inherit; text-decoration: none; line-height: 2 }}
kbd {{ display: inline-block; min-width: 24px; text-align: center; border: 1px solid {t.hairline}; border-radius: 4px; font: inherit }}
"""
