"""KPIs of the risk chain, risk assessments, the comprehensive assessment and commitments (systems
4, 5, 13, 17).
"""

from __future__ import annotations

from feeds.city.words import Text
from feeds.kpis.definition import (
    DAY_S,
    QUARTERLY,
    YEARLY,
    Kpi,
    count,
    on_time,
    overdue,
    share,
    standing,
)
from feeds.kpis.formulas import Term

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "risks.raised",
        title=Text("风险研判", "Risks raised"),
        unit="count",
        formula=count("risk.opened"),
        better="neutral",
        cadence_s=2 * DAY_S,
        system=4,
        note=Text(
            "本期研判交办的风险事项数", "Risk items raised at the daily assessment in the period"
        ),
    ),
    Kpi(
        "risks.open",
        title=Text("风险在办", "Risks open"),
        unit="count",
        formula=standing("risk"),
        better="down",
        cadence_s=2 * DAY_S,
        system=4,
        note=Text("此刻未办结的风险事项数", "Risk items not yet closed, now"),
    ),
    Kpi(
        "risks.on_time",
        title=Text("风险按期办结率", "Risks closed on time"),
        unit="share",
        formula=on_time("risk"),
        better="up",
        cadence_s=2 * DAY_S,
        system=4,
        note=Text(
            "本期按期办结 ÷（按期办结 + 本期到期未结）",
            "Closed on time over those and the ones that fell due unclosed",
        ),
        target=0.95,
    ),
    Kpi(
        "risks.assigned",
        title=Text("分办会办", "Risks assigned"),
        unit="count",
        formula=count("risk.handled"),
        better="neutral",
        cadence_s=2 * DAY_S,
        system=4,
        note=Text(
            "本期首次分办会办的风险事项数；未分办直接办结的计在办结时",
            "Risk items first assigned in the period; one closed "
            "without assignment counts at its closing",
        ),
    ),
    Kpi(
        "risks.supervised",
        title=Text("跟踪督办", "Risks supervised"),
        unit="count",
        formula=count("risk.supervised"),
        better="neutral",
        cadence_s=4 * DAY_S,
        system=4,
        note=Text(
            "本期督办次数，同一事项督办两次计两次",
            "Times a risk item was followed up in the period; the same item twice counts twice",
        ),
    ),
    Kpi(
        "risks.closed",
        title=Text("办结考核", "Risks closed"),
        unit="count",
        formula=count("risk.closed"),
        better="up",
        cadence_s=2 * DAY_S,
        system=4,
        note=Text(
            "本期办结的风险事项数，不论何时研判", "Risk items closed in the period, whenever raised"
        ),
    ),
    Kpi(
        "risks.overdue",
        title=Text("风险超期", "Risks overdue"),
        unit="count",
        formula=overdue("risk"),
        better="down",
        cadence_s=2 * DAY_S,
        system=4,
        note=Text(
            "此刻超过办理时限而未办结的风险事项数",
            "Risk items past their time limit and not closed, now",
        ),
    ),
    Kpi(
        "assessments.completed",
        title=Text("风险评估完成", "Assessments completed"),
        unit="count",
        formula=count("assessment.closed"),
        better="up",
        cadence_s=14 * DAY_S,
        system=5,
        note=Text(
            "本期完成的重大决策风险评估数",
            "Risk assessments of major decisions completed in the period",
        ),
    ),
    Kpi(
        "assessments.on_time",
        title=Text("评估按期率", "Assessments on time"),
        unit="share",
        formula=on_time("assessment"),
        better="up",
        cadence_s=14 * DAY_S,
        system=5,
        note=Text(
            "按期完成 ÷（按期完成 + 到期未完成）",
            "Completed on time over those and the ones that fell due",
        ),
        target=1.0,
    ),
    Kpi(
        "assessments.due",
        title=Text("应评估事项", "Assessments due"),
        unit="count",
        formula=count("assessment.opened"),
        better="neutral",
        cadence_s=14 * DAY_S,
        system=5,
        note=Text(
            "本期列入应评估的重大决策数，不论何时到期",
            "Major decisions that came up for assessment in the period, whenever due",
        ),
    ),
    Kpi(
        "assessments.open",
        title=Text("评估在办", "Assessments open"),
        unit="count",
        formula=standing("assessment"),
        better="down",
        cadence_s=14 * DAY_S,
        system=5,
        note=Text(
            "此刻应评估而未完成的重大决策数",
            "Major decisions due for assessment and not yet assessed, now",
        ),
    ),
    Kpi(
        "assessments.overdue",
        title=Text("评估超期", "Assessments overdue"),
        unit="count",
        formula=overdue("assessment"),
        better="down",
        cadence_s=14 * DAY_S,
        system=5,
        note=Text(
            "此刻超过应完成时间而未完成的评估数",
            "Assessments past their due time and not completed, now",
        ),
    ),
    Kpi(
        "assessments.passed",
        title=Text("准予实施占比", "Approved"),
        unit="share",
        formula=share(
            Term("assessment.closed", ("approved", "conditional")), Term("assessment.closed")
        ),
        better="neutral",
        cadence_s=14 * DAY_S,
        system=5,
        note=Text(
            "本期完成的评估中准予实施或有条件实施的比例；暂缓、不予实施为其余",
            "Of the assessments completed in the period, the "
            "share approved, with or without conditions",
        ),
    ),
    Kpi(
        "tasks.completed",
        title=Text("考核任务完成", "Tasks completed"),
        unit="count",
        formula=count("task.closed"),
        better="up",
        cadence_s=14 * DAY_S,
        system=13,
        note=Text("本期完成的考核任务数", "Assessment tasks completed in the period"),
    ),
    Kpi(
        "tasks.open",
        title=Text("考核任务在办", "Tasks open"),
        unit="count",
        formula=standing("task"),
        better="down",
        cadence_s=14 * DAY_S,
        system=13,
        note=Text("此刻未完成的考核任务数", "Assessment tasks not yet completed, now"),
    ),
    Kpi(
        "tasks.on_time",
        title=Text("任务按期率", "Tasks on time"),
        unit="share",
        formula=on_time("task"),
        better="up",
        cadence_s=14 * DAY_S,
        system=13,
        note=Text(
            "按期完成 ÷（按期完成 + 到期未完成）",
            "Completed on time over those and the ones that fell due",
        ),
        target=1.0,
    ),
    Kpi(
        "tasks.set",
        title=Text("考核任务", "Tasks set"),
        unit="count",
        formula=count("task.opened"),
        better="neutral",
        cadence_s=YEARLY,
        system=13,
        note=Text(
            "本期下达的考核任务数，多在年初一次下达",
            "Assessment tasks set in the period; most are set at the year's beginning",
        ),
    ),
    Kpi(
        "tasks.progress",
        title=Text("任务完成率", "Tasks done"),
        unit="share",
        formula=share(Term("task.same_{period}"), Term("task.opened")),
        better="up",
        cadence_s=14 * DAY_S,
        system=13,
        note=Text(
            "本期下达的任务中已在本期完成的比例，未到期的也在分母内",
            "Of the tasks set in the period, the share completed "
            "within it; those not yet due are counted too",
        ),
    ),
    Kpi(
        "tasks.overdue",
        title=Text("任务超期", "Tasks overdue"),
        unit="count",
        formula=overdue("task"),
        better="down",
        cadence_s=14 * DAY_S,
        system=13,
        note=Text(
            "此刻超过完成时限而未完成的考核任务数",
            "Assessment tasks past their due time and not completed, now",
        ),
    ),
    Kpi(
        "commitments.kept",
        title=Text("表态兑现率", "Commitments kept"),
        unit="share",
        formula=share(Term("commitment.closed", ("kept",)), Term("commitment.closed")),
        better="up",
        cadence_s=QUARTERLY,
        system=17,
        note=Text(
            "本期到期表态中兑现的比例", "Of the commitments closed in the period, the share kept"
        ),
        target=1.0,
    ),
    Kpi(
        "commitments.made",
        title=Text("现场表态", "Commitments made"),
        unit="count",
        formula=count("commitment.opened"),
        better="neutral",
        cadence_s=QUARTERLY,
        system=17,
        note=Text(
            "本期推进会上作出的表态数", "Commitments made at the review meetings of the period"
        ),
    ),
    Kpi(
        "commitments.closed",
        title=Text("表态考核", "Commitments judged"),
        unit="count",
        formula=count("commitment.closed"),
        better="neutral",
        cadence_s=QUARTERLY,
        system=17,
        note=Text(
            "本期完成考核的表态数，兑现与未兑现都计",
            "Commitments judged in the period, kept or not",
        ),
    ),
    Kpi(
        "commitments.open",
        title=Text("表态在办", "Commitments open"),
        unit="count",
        formula=standing("commitment"),
        better="neutral",
        cadence_s=QUARTERLY,
        system=17,
        note=Text("此刻尚未考核的表态数", "Commitments not yet judged, now"),
    ),
    Kpi(
        "commitments.overdue",
        title=Text("表态超期", "Commitments overdue"),
        unit="count",
        formula=overdue("commitment"),
        better="down",
        cadence_s=QUARTERLY,
        system=17,
        note=Text(
            "此刻超过兑现时限而未考核的表态数",
            "Commitments past their due time and not judged, now",
        ),
    ),
)
