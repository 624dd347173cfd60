"""Tasks: the comprehensive assessment, the risk handling chain, risk assessments, commitments."""

from __future__ import annotations

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.parts import sections
from layouts.parts.sections import Part

PARTS = (
    Part(
        "tasks",
        headline="tasks.progress",
        beside=(
            "tasks.set",
            "tasks.completed",
            "tasks.unfinished",
            "tasks.overdue",
            "tasks.on_time",
        ),
        splits=("goal", "department"),
        note="tasks_note",
    ),
    Part(
        "risks",
        headline="risks.raised",
        beside=("risks.open", "risks.overdue", "risks.on_time"),
        chain=("risks.raised", "risks.assigned", "risks.supervised", "risks.closed"),
        trend="risks.raised",
        what=("risks.raised",),
        where="risks.raised",
        splits=("group",),
        table=("risks.raised", "risks.closed", "risks.open", "risks.overdue", "risks.on_time"),
    ),
    Part(
        "assessments",
        headline="assessments.completed",
        beside=(
            "assessments.due",
            "assessments.open",
            "assessments.overdue",
            "assessments.on_time",
            "assessments.passed",
        ),
        what=("assessments.completed",),
    ),
    Part(
        "commitments",
        headline="commitments.kept",
        beside=(
            "commitments.made",
            "commitments.closed",
            "commitments.open",
            "commitments.overdue",
        ),
        where="commitments.kept",
        table=(
            "commitments.made",
            "commitments.closed",
            "commitments.kept",
            "commitments.open",
            "commitments.overdue",
        ),
    ),
)
PAGE = sections.page(
    "/tasks",
    "tasks",
    Text("考核与风险", "Tasks and risks"),
    *PARTS,
    top=badge.of_domains("tasks", "risks", "assessments", "commitments"),
)
