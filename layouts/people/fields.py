"""The parts of forms that work without a script: labelled fields with their hint and error,
choices, buttons, and what has to be confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from feeds.city.words import Lang
from layouts import ids
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.people.page_values import Choice, Filled

NEW_PASSWORD = {"type": "password", "autocomplete": "new-password", "maxlength": "128"}
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def form(
    action: str, csrf: str, parts: Sequence[Component], kind: str = "", **hidden: str
) -> Component:
    """A form whose errors the board words itself, in the language of the page."""
    carried = {"csrf": csrf, **hidden}
    inner = "".join(
        markup.tag("input", type="hidden", name=name, value=value)
        for name, value in carried.items()
    )
    facts = {"className": f"people-form {kind}".strip(), "method": "post", "action": action}
    return islands.Markup("form", {**facts, "noValidate": True}, inner + markup.to_html(parts))


def field(
    filled: Filled, lang: Lang, name: str, label: str, hint: str = "", **facts: str
) -> Component:
    """One line of text. A password is never written back."""
    is_secret = facts.get("type") == "password"
    facts = {"type": "text", **facts}
    if not is_secret:
        facts["value"] = filled.value(name)
    entry = islands.Markup("input", _facts(filled, name, hint, facts), "")
    return _labelled(filled, lang, name, label, hint, entry)


def lines(
    filled: Filled, lang: Lang, name: str, label: str, hint: str = "", rows: int = 3
) -> Component:
    """Several lines of text."""
    facts = _facts(filled, name, hint, {"rows": str(rows), **PLAIN})
    text = "\n".join(filled.chosen(name))
    return _labelled(
        filled, lang, name, label, hint, islands.Markup("textarea", facts, f"\n{_escaped(text)}")
    )


def select(
    filled: Filled,
    lang: Lang,
    name: str,
    label: str,
    choices: Sequence[Choice],
    hint: str = "",
) -> Component:
    """One of many values."""
    inner = "".join(
        markup.tag(
            "option",
            text=one.label,
            value=one.value,
            **({"selected": ""} if one.value == filled.value(name) else {}),
        )
        for one in choices
    )
    entry = islands.Markup("select", _facts(filled, name, hint, {}), inner)
    return _labelled(filled, lang, name, label, hint, entry)


def choose(
    filled: Filled,
    lang: Lang,
    name: str,
    label: str,
    choices: Sequence[Choice],
    *,
    hint: str = "",
    kind: str = "checkbox",
    look: str = "",
) -> Component:
    """Values beside each other: any number of them, or with `kind` "radio" one."""
    problem = filled.problem(name)
    parts: list[Component] = [html.Legend(label)]
    if hint:
        parts.append(html.P(hint, id=ids.hint(name), className="field-hint"))
    if problem:
        parts.append(_error(name, problem.of(lang)))
    ticked = filled.chosen(name)
    options = [
        _option(name, one, n, kind, is_chosen=one.value in ticked) for n, one in enumerate(choices)
    ]
    parts.append(html.Div(options, className="choices"))
    described = _described(filled, name, hint)
    wrong = " is-wrong" if problem else ""
    return html.Fieldset(parts, className=f"field choices-field {look}{wrong}".strip(), **described)


def button(label: str, kind: str = "", **facts: str) -> Component:
    return islands.Markup(
        "button",
        {"type": "submit", "className": f"button {kind}".strip(), **facts},
        markup.to_html(label),
    )


def confirmed(label: str, said: str, action: str, csrf: str, do: str, **about: str) -> Component:
    """What can't be taken back: the button shows after a press on its name, with a sentence."""
    sent = form(action, csrf, [html.P(said), button(label, "button--away")], do=do, **about)
    return html.Details([html.Summary(label), sent], className="confirm")


def _labelled(
    filled: Filled, lang: Lang, name: str, label: str, hint: str, entry: Component
) -> Component:
    problem = filled.problem(name)
    parts: list[Component] = [html.Label(label, htmlFor=ids.field(name))]
    if hint:
        parts.append(html.P(hint, id=ids.hint(name), className="field-hint"))
    if problem:
        parts.append(_error(name, problem.of(lang)))
    wrong = " is-wrong" if problem else ""
    return html.Div([*parts, entry], className=f"field{wrong}")


def _facts(filled: Filled, name: str, hint: str, facts: dict[str, str]) -> dict[str, str]:
    invalid = {"aria-invalid": "true"} if filled.problem(name) else {}
    return {
        "id": ids.field(name),
        "name": name,
        **facts,
        **_described(filled, name, hint),
        **invalid,
    }


def _described(filled: Filled, name: str, hint: str) -> dict[str, Any]:
    told = [ids.hint(name)] if hint else []
    told += [ids.wrong(name)] if filled.problem(name) else []
    return attributes.aria(describedby=" ".join(told)) if told else {}


def _error(name: str, said: str) -> Component:
    return html.P(said, id=ids.wrong(name), className="field-wrong")


def _option(name: str, one: Choice, n: int, kind: str, *, is_chosen: bool) -> Component:
    # A link of the summary of errors leads to the first one.
    id = ids.field(name) if n == 0 else ids.field_option(name, n)
    facts = {"type": kind, "name": name, "value": one.value, "id": id}
    if one.help:
        facts |= attributes.aria(describedby=ids.option_hint(name, n))
    entry = islands.Markup("input", {**facts, **({"checked": True} if is_chosen else {})}, "")
    parts: list[Component] = [entry, html.Label(one.label, htmlFor=id)]
    if one.help:
        parts.append(html.P(one.help, id=ids.option_hint(name, n), className="field-hint"))
    return html.Div(parts, className="choice")


def _escaped(text: str) -> str:
    return markup.to_html(text)
