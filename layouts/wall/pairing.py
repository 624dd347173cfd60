"""Two documents around a closed board: the screen of a wall that is not paired, and the form that
pairs it.

The wall is in both languages, because nobody is there to choose one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.city.words import Lang, Text
from layouts import ids
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts.person_menu import SIGN_IN
from layouts.text import texts
from layouts.view import Theme

TITLE = Text("配对大屏", "Pair a wall")
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True)
class Form:
    """Who pairs, and the areas by code and name."""

    lang: Lang
    csrf: str
    office: str
    areas: tuple[tuple[str, str], ...]


def screen(address: str, *, was_paired: bool) -> Component:
    """What an unpaired wall shows until it is confirmed: the code, what to do, and how it goes."""
    words = {lang: texts.under(lang, "pairing") for lang in LANGS}
    reason = "revoked" if was_paired else "new"
    facts = {
        lang: {name: words[lang][name] for name in ("waiting", "asking", "away")} for lang in LANGS
    }
    parts = [
        html.H1(_both(words, "title"), className="pair-title"),
        html.P(_both(words, reason), className=f"pair-reason pair-reason--{reason}"),
        html.P("––– –––", className="pair-code", **attributes.data(pair_code="")),
        html.Div(_both(words, "how", address=f"{address}/pair"), className="pair-how"),
        html.P("", className="pair-state", role="status", **attributes.data(pair_state="")),
    ]
    return html.Main(
        parts,
        className="board pair-screen dark",
        **attributes.data(pairing=json.dumps(facts, ensure_ascii=False)),
    )


def confirm(
    lang: Lang,
    form: Form | None,
    given: dict[str, str],
    said: Text | None,
    field: str,
    theme: Theme = "dark",
) -> Component:
    """The person's page. `said` of `field` is the result of the last try; `done` is no field."""
    words = texts.under(lang, "pairing")
    parts: list[Component] = [html.H1(words["title"], className="remote-title")]
    if said:
        parts.append(
            html.P(
                said.of(lang),
                className=f"pair-said pair-said--{'done' if field == 'done' else 'wrong'}",
                role="status",
            )
        )
    if form is None:
        back = urlencode({"lang": lang, "theme": theme, "next": f"/pair?lang={lang}&theme={theme}"})
        parts.append(html.P(words["needs_admin"]))
        parts.append(html.A(words["sign_in"], href=f"{SIGN_IN}?{back}", className="pair-link"))
    elif field == "done":
        address = f"/pair?lang={lang}&theme={theme}"
        parts.append(html.A(words["another"], href=address, className="pair-link"))
    else:
        parts += [html.P(words["about"], className="pair-about"), _form(form, words, given, theme)]
    return html.Main(
        parts, className=f"board desk remote {theme}", lang="zh-CN" if lang == "zh" else "en"
    )


def _form(form: Form, words: dict[str, str], given: dict[str, str], theme: Theme) -> Component:
    """Dash has no form control that works without Dash."""
    code = {
        "inputmode": "numeric",
        "autocomplete": "off",
        "maxlength": "7",
        "required": "",
        "class": "pair-digits",
    }
    hidden = {"csrf": form.csrf, "lang": form.lang}
    inner = "".join(
        markup.tag("input", type="hidden", name=name, value=value) for name, value in hidden.items()
    )
    inner += _field(words["code"], ids.PAIR_CODE, "code", given["code"], code)
    inner += _field(
        words["name"],
        ids.PAIR_NAME,
        "name",
        given["name"],
        {"maxlength": "40", "autocomplete": "off", "required": ""},
    )
    inner += markup.tag("label", text=words["area"], **{"for": ids.PAIR_AREA}) + _areas(
        form, given["area"]
    )
    inner += markup.tag("p", text=words["as"].replace("{office}", form.office)) + markup.tag(
        "button", text=words["pair"], type="submit"
    )
    return islands.Markup(
        "form",
        {
            "className": "remote-form pair-form",
            "method": "post",
            "action": f"/pair?lang={form.lang}&theme={theme}",
        },
        inner,
    )


def _field(label: str, id: str, name: str, value: str, facts: dict[str, str]) -> str:
    return markup.tag("label", text=label, **{"for": id}) + markup.tag(
        "input", id=id, name=name, value=value, **facts
    )


def _areas(form: Form, chosen: str) -> str:
    """The areas, the city first."""
    options = "".join(
        markup.tag("option", text=name, value=code, **({"selected": ""} if code == chosen else {}))
        for code, name in form.areas
    )
    return f'<select id="{ids.PAIR_AREA}" name="area">{options}</select>'


def _both(words: dict[Lang, dict[str, str]], name: str, **values: str) -> list[Component]:
    found = {lang: words[lang][name].format(**values) for lang in LANGS}
    return [
        html.Span(text, lang="zh-CN" if lang == "zh" else "en", className=f"pair-{lang}")
        for lang, text in found.items()
    ]
