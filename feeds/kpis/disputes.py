"""KPIs of mediation, the accident-dispute centre and judicial services (systems 10 to 12)."""

from __future__ import annotations

from feeds.city.words import Text
from feeds.kpis.definition import (
    DAY_MS,
    DAY_S,
    HOUR_S,
    MONTHLY,
    Kpi,
    count,
    overdue,
    share,
    standing,
)
from feeds.kpis.formulas import Gauge, Quantile, Term

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "disputes.accepted",
        title=Text("纠纷受理", "Disputes accepted"),
        unit="count",
        formula=count("dispute.opened"),
        better="neutral",
        cadence_s=6 * HOUR_S,
        system=10,
        note=Text("本期受理的矛盾纠纷数", "Disputes accepted in the period"),
    ),
    Kpi(
        "disputes.settled",
        title=Text("调解成功", "Disputes settled"),
        unit="count",
        formula=count("dispute.closed", "settled"),
        better="up",
        cadence_s=6 * HOUR_S,
        system=10,
        note=Text("本期办结且调解成功的纠纷数", "Disputes closed as settled in the period"),
    ),
    Kpi(
        "disputes.failed",
        title=Text("调解未成", "Disputes failed"),
        unit="count",
        formula=count("dispute.closed", "failed"),
        better="down",
        cadence_s=12 * HOUR_S,
        system=10,
        note=Text("本期办结而调解未成的纠纷数", "Disputes closed without settlement in the period"),
        rare=True,
    ),
    Kpi(
        "disputes.open",
        title=Text("在调纠纷", "Disputes open"),
        unit="count",
        formula=standing("dispute"),
        better="down",
        cadence_s=6 * HOUR_S,
        system=10,
        note=Text("此刻已受理而未办结的纠纷数", "Disputes accepted and not yet closed, now"),
    ),
    Kpi(
        "disputes.overdue",
        title=Text("超期纠纷", "Disputes overdue"),
        unit="count",
        formula=overdue("dispute"),
        better="down",
        cadence_s=6 * HOUR_S,
        system=10,
        note=Text("此刻超过调解期限而未办结的纠纷数", "Open disputes past their time limit, now"),
    ),
    Kpi(
        "disputes.success_rate",
        title=Text("调解成功率", "Mediation success rate"),
        unit="share",
        formula=share(
            Term("dispute.closed", ("settled",)), Term("dispute.closed", ("settled", "failed"))
        ),
        better="up",
        cadence_s=6 * HOUR_S,
        system=10,
        note=Text(
            "本期调解成功数 ÷（成功 + 未成）；撤回、转其他途径不计",
            "Settled over settled and failed; withdrawn and referred left out",
        ),
    ),
    Kpi(
        "disputes.median_days",
        title=Text("调解时长中位数", "Median days to settle"),
        unit="days",
        formula=Quantile("dispute.duration", 0.5, DAY_MS),
        better="down",
        cadence_s=6 * HOUR_S,
        system=10,
        note=Text(
            "本期办结纠纷从受理到办结的天数，中位数",
            "Acceptance to closing of disputes closed in the period, median",
        ),
    ),
    Kpi(
        "disputes.village_rooms",
        title=Text("村级调解室建成率", "Village rooms built"),
        unit="share",
        formula=Gauge("disputes.village_rooms", share=True),
        better="up",
        cadence_s=MONTHLY,
        system=10,
        note=Text(
            "已建成的村级调解室 ÷ 应建数", "Village mediation rooms built over those planned"
        ),
        target=0.95,
    ),
    Kpi(
        "disputes.accident_settled",
        title=Text("事故纠纷化解", "Accident disputes settled"),
        unit="count",
        formula=count("accident_dispute.closed", "settled"),
        better="up",
        cadence_s=DAY_S,
        system=11,
        note=Text(
            "本期一体化中心调解成功的交通事故纠纷数",
            "Road-accident disputes settled at the joint centre in the period",
        ),
    ),
    Kpi(
        "disputes.accident_one_visit",
        title=Text("事故纠纷一次办结", "Settled in one visit"),
        unit="share",
        formula=share(Term("accident_dispute.manner", ("one",)), Term("accident_dispute.manner")),
        better="up",
        cadence_s=DAY_S,
        system=11,
        note=Text(
            "本期办结事故纠纷中一次办结的比例",
            "Of the accident disputes closed in the period, the share closed in one visit",
        ),
    ),
    Kpi(
        "disputes.accident_accepted",
        title=Text("事故纠纷受理", "Accident disputes accepted"),
        unit="count",
        formula=count("accident_dispute.opened"),
        better="neutral",
        cadence_s=DAY_S,
        system=11,
        note=Text(
            "本期一体化中心受理的交通事故纠纷数；事故本身计在道路交通",
            "Road-accident disputes accepted at the joint centre;"
            " the accidents count under road safety",
        ),
    ),
    Kpi(
        "disputes.accident_open",
        title=Text("事故纠纷在办", "Accident disputes open"),
        unit="count",
        formula=standing("accident_dispute"),
        better="down",
        cadence_s=DAY_S,
        system=11,
        note=Text(
            "此刻已受理而未办结的交通事故纠纷数",
            "Road-accident disputes accepted and not yet closed, now",
        ),
    ),
    Kpi(
        "disputes.accident_median_days",
        title=Text("事故纠纷时长中位数", "Median days, accident disputes"),
        unit="days",
        formula=Quantile("accident_dispute.duration", 0.5, DAY_MS),
        better="down",
        cadence_s=DAY_S,
        system=11,
        note=Text(
            "本期办结事故纠纷从受理到办结的天数，中位数，不论结果",
            "Acceptance to closing of accident disputes closed "
            "in the period, median, whatever the outcome",
        ),
    ),
    Kpi(
        "justice.diverted",
        title=Text("诉前分流", "Diverted from litigation"),
        unit="count",
        formula=count("justice.diverted"),
        better="up",
        cadence_s=2 * DAY_S,
        system=12,
        note=Text("本期诉前分流化解的案件数", "Cases diverted from litigation in the period"),
    ),
    Kpi(
        "justice.served",
        title=Text("司法服务", "Judicial services"),
        unit="count",
        formula=count("justice.served"),
        better="up",
        cadence_s=2 * DAY_S,
        system=12,
        note=Text(
            "本期提供的法律援助、咨询、检察服务数",
            "Legal aid, advice and procuratorate services in the period",
        ),
    ),
)
