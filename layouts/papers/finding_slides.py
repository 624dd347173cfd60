"""The slides of a meeting's agenda: the list, what came of the commitments, and a slide for each
thing to talk about, its towns beside its own two years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from feeds.review.review_values import Finding
from layouts.papers import kpi_slides, remarks
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Block, Column, Form, Item, Items, Lines, Slide, Squares, Table
from layouts.parts.diagrams import Role
from layouts.review import answers, earlier, funnels, outcomes, pictures
from layouts.review.answers import Found

ON_AGENDA, ON_SLIDE, EMPTY_ROWS, LEAST_SHOWN = 10, 5, 3, 3


def agenda(narrator: Narrator) -> Slide:
    """What the meeting talks about, commitments first."""
    said = narrator.words
    outcome = outcomes.of(said)
    lead, bad = outcomes.headline(said, outcome)
    first = Item("·", "◆" if bad else "", "concern" if bad else "common", lead + bad, "", "", "")
    found = said.agenda.findings
    listed = [_listed(narrator, n, one) for n, one in enumerate(found[:ON_AGENDA], 1)]
    more = len(found) - len(listed)
    rest = (
        [Item("", "", "secondary", narrator.say("agenda_more", n=more), "", "", "")] if more else []
    )
    items = (*([first] if outcome.squares else []), *listed, *rest)
    notes = "\n".join([said.compared(), *(said.headline(one) for one in found)])
    key = "agenda_title" if outcome.squares else "agenda_plain"
    title = narrator.say(key, n=len(found)) if found else said.topic()
    blocks: tuple[Block, ...] = (Items("", items),) if items else (_calm(narrator),)
    return _slide(narrator, "agenda", title, said.compared(), "whole", blocks, notes)


def _calm(narrator: Narrator) -> Lines:
    """What is to be said where there is nothing to talk about."""
    said = narrator.words
    lines = [line for line in said.completeness() if line != said.compared()]
    lines.append(narrator.say("calm"))
    return Lines("", tuple(("text", line) for line in lines))


def _listed(narrator: Narrator, number: int, finding: Finding) -> Item:
    said = narrator.words
    mark, role = said.mark(finding)
    value = said.figure(finding)
    title = said.headline(finding)
    return Item(str(number), mark, role, title, "", value.digits, value.unit)


def commitments(narrator: Narrator) -> Slide | None:
    """What came of last quarter's commitments; None where there were none."""
    said = narrator.words
    found = outcomes.of(said)
    if not found.squares:
        return None
    lead, bad = outcomes.headline(said, found)
    counts = {state: found.count(state) for state in outcomes.STATES}
    key = [
        f"{outcomes.SHAPES[state][0]} {said.say(f'square_{state}')}"
        for state in outcomes.STATES
        if found.count(state)
    ]
    words = "   ".join([*key, said.say("square_each")])
    shapes = tuple(outcomes.SHAPES[one] for one in found.squares)
    squares = Squares(said.say("square_alt", **counts), words, shapes)
    rows = tuple(
        Item(
            "",
            outcomes.SHAPES[row.state][0],
            outcomes.SHAPES[row.state][1],
            f"{said.full[row.town]}  {row.what}",
            "",
            row.became,
            "",
        )
        for row in found.rows[:8]
    )
    blocks: tuple[Block, ...] = (squares, Items("", rows)) if rows else (squares,)
    notes = [said.say("commitments"), *(f"{said.full[r.town]} {r.what}" for r in found.rows)]
    title = lead + bad
    return _slide(
        narrator,
        "outcomes",
        title,
        outcomes.others(said, found),
        "stacked" if rows else "whole",
        blocks,
        "\n".join(notes),
    )


def follow_up(narrator: Narrator) -> Slide | None:
    """What became of what was talked about a quarter ago; None where nothing was."""
    said = narrator.words
    found = earlier.lines(said)
    if not found:
        return None
    rows = tuple(
        Item("", one.mark, one.role, one.title, one.values, one.became, "")
        for one in found[:ON_AGENDA]
    )
    notes = [f"{one.title} {one.values} {one.became}" for one in found]
    title = earlier.headline(said)
    return _slide(narrator, "earlier", title, "", "whole", (Items("", rows),), "\n".join(notes))


def findings(narrator: Narrator, chosen: Sequence[str]) -> Iterator[Slide]:
    """The towns beyond the limits, what is off target, what changed; then figures that were asked
    for.
    """
    said, seen = narrator.words, set[str]()
    off = said.agenda.of_group("off")
    for one in said.agenda.of_group("beyond"):
        yield from _once(narrator, one.kpi, seen)
    if len(off) > 1:
        yield from _off(narrator, off)
    for one in (*off, *said.agenda.of_group("changed")):
        yield from _once(narrator, one.kpi, seen)
    for kpi in (*chosen, *_further(narrator, seen)):
        yield from _once(narrator, kpi, seen)


def _further(narrator: Narrator, seen: set[str]) -> list[str]:
    """Figures to look at where the agenda is short: those with a town beyond the limits on the good
    side first, then harm and shares.
    """
    found = [one for one in narrator.words.agenda.standings if one.kpi not in seen]
    order = {"rate": 0, "share": 1, "duration": 2, "stock": 3}
    found.sort(key=lambda one: (not funnels.beyond(one), order[one.kind]))
    return [one.kpi for one in found[: max(0, LEAST_SHOWN - len(seen))]]


def _off(narrator: Narrator, off: Sequence[Finding]) -> Iterator[Slide]:
    """All that is off target, a row each with its interval before the target."""
    said = narrator.words
    for first in range(0, len(off), ON_SLIDE):
        some = off[first : first + ON_SLIDE]
        rows = []
        for one in some:
            mark, role = said.mark(one)
            value = said.figure(one)
            rows.append(
                Item(
                    str(1 + said.agenda.findings.index(one)),
                    mark,
                    role,
                    said.headline(one),
                    said.detail(one),
                    value.digits,
                    value.unit,
                    pictures.of(said, one),
                )
            )
        notes = "\n".join(f"{said.headline(one)}。{said.detail(one)}" for one in some)
        title = narrator.say("off_title", n=len(off))
        key = f"off:{1 + first // ON_SLIDE}" if first else "off"
        block = Items("", tuple(rows))
        yield _slide(narrator, key, title, narrator.say("off_lead"), "whole", (block,), notes)


def _once(narrator: Narrator, kpi: str, seen: set[str]) -> Iterator[Slide]:
    if kpi in seen:
        return
    seen.add(kpi)
    found = answers.of(narrator.words, kpi)
    if found is not None:
        yield figure(narrator, found)


def figure(narrator: Narrator, found: Found) -> Slide:
    """One figure: its finding as title, the towns beside its own two years."""
    said = narrator.words
    funnel = kpi_slides.funnel(narrator, found.kpi)
    timeline = kpi_slides.timeline(narrator, found.kpi)
    drawn: list[Block] = [block for block in (funnel, timeline) if block is not None]
    lines: list[tuple[Role, str]] = [
        (found.role, f"{found.value.text}"),
        *(("text", line) for line in found.lines),
        *(("text", text) for _, text in found.answers[:1]),
        *remarks.beside(narrator, found.kpi),
    ]
    form: Form = "pair" if len(drawn) > 1 else "side" if drawn else "whole"
    if len(drawn) < 2:
        drawn.append(Lines("", tuple(lines)))
    lead = said.dot([found.value.text, *found.lines])
    notes = [
        found.title,
        found.under,
        *(f"{question}{said.colon}{answer}" for question, answer in found.answers),
        *remarks.said(narrator, found.kpi),
    ]
    if found.kpi in narrator.known:
        notes.append(narrator.note(found.kpi))
    key, blocks = f"figure:{found.kpi}", tuple(drawn)
    made = _slide(narrator, key, found.title, lead, form, blocks, "\n".join(notes))
    return replace(made, mark=found.mark, role=found.role)


def promises(narrator: Narrator) -> Slide:
    """A table to fill in at the meeting: who, what, now, how much, who does it."""
    said = narrator.words
    names = ("who", "what", "now", "reach", "how")
    columns = tuple(Column(narrator.say(f"promise_{name}"), "text") for name in names)
    wanted = [one for one in said.agenda.findings if one.group != "changed"][:6]
    rows = [
        (
            narrator.say("promise_city") if said.of_city(one) else said.full[one.area],
            said.title(one.kpi),
            said.value(one.now, one.kpi, one.target).text,
            "" if one.target is None else said.target(one.target, one.kpi),
            "",
        )
        for one in wanted
    ]
    rows += [("", "", "", "", "")] * EMPTY_ROWS
    notes = narrator.say("promise_notes")
    title, lead = narrator.say("promise_title"), narrator.say("promise_lead")
    table = Table("", columns, tuple(rows))
    return _slide(narrator, "commitments", title, lead, "whole", (table,), notes)


def _slide(
    narrator: Narrator,
    key: str,
    title: str,
    lead: str,
    form: Form,
    blocks: tuple[Block, ...],
    notes: str,
) -> Slide:
    whole = "\n".join([notes, kpi_slides.closing(narrator)])
    return Slide(key, title, lead, form, blocks, whole)
