"""KPIs of mediation, the accident-dispute centre and judicial services (systems 10 to 12)."""

from __future__ import annotations

from feeds.kpis.definition import DAY_MS, DAY_S, HOUR_S, MONTHLY, Kpi, count, kpi, overdue, share, standing
from feeds.kpis.formulas import Gauge, Quantile, Term

KPIS: tuple[Kpi, ...] = (
    kpi("disputes.accepted", "纠纷受理", "Disputes accepted", "count", count("dispute.opened"), "neutral", 6 * HOUR_S, 10,
        "本期受理的矛盾纠纷数", "Disputes accepted in the period"),
    kpi("disputes.settled", "调解成功", "Disputes settled", "count", count("dispute.closed", "settled"), "up", 6 * HOUR_S, 10,
        "本期办结且调解成功的纠纷数", "Disputes closed as settled in the period"),
    kpi("disputes.failed", "调解未成", "Disputes failed", "count", count("dispute.closed", "failed"), "down", 12 * HOUR_S, 10,
        "本期办结而调解未成的纠纷数", "Disputes closed without settlement in the period", rare=True),
    kpi("disputes.open", "在调纠纷", "Disputes open", "count", standing("dispute"), "down", 6 * HOUR_S, 10,
        "此刻已受理而未办结的纠纷数", "Disputes accepted and not yet closed, now"),
    kpi("disputes.overdue", "超期纠纷", "Disputes overdue", "count", overdue("dispute"), "down",
        6 * HOUR_S, 10, "此刻超过调解期限而未办结的纠纷数", "Open disputes past their time limit, now"),
    kpi("disputes.success_rate", "调解成功率", "Mediation success rate", "share",
        share(Term("dispute.closed", ("settled",)), Term("dispute.closed", ("settled", "failed"))), "up", 6 * HOUR_S, 10,
        "本期调解成功数 ÷（成功 + 未成）；撤回、转其他途径不计",
        "Settled over settled and failed; withdrawn and referred left out"),
    kpi("disputes.median_days", "调解时长中位数", "Median days to settle", "days", Quantile("dispute.duration", 0.5, DAY_MS),
        "down", 6 * HOUR_S, 10, "本期办结纠纷从受理到办结的天数，中位数",
        "Acceptance to closing of disputes closed in the period, median"),
    kpi("disputes.village_rooms", "村级调解室建成率", "Village rooms built", "share",
        Gauge("disputes.village_rooms", share=True), "up", MONTHLY, 10, "已建成的村级调解室 ÷ 应建数",
        "Village mediation rooms built over those planned", 0.95),
    kpi("disputes.accident_settled", "事故纠纷化解", "Accident disputes settled", "count",
        count("accident_dispute.closed", "settled"), "up", DAY_S, 11,
        "本期一体化中心调解成功的交通事故纠纷数", "Road-accident disputes settled at the joint centre in the period"),
    kpi("disputes.accident_one_visit", "事故纠纷一次办结", "Settled in one visit", "share",
        share(Term("accident_dispute.manner", ("one",)), Term("accident_dispute.manner")), "up", DAY_S, 11,
        "本期办结事故纠纷中一次办结的比例", "Of the accident disputes closed in the period, the share closed in one visit"),
    kpi("disputes.accident_accepted", "事故纠纷受理", "Accident disputes accepted", "count", count("accident_dispute.opened"), "neutral",
        DAY_S, 11, "本期一体化中心受理的交通事故纠纷数；事故本身计在道路交通",
        "Road-accident disputes accepted at the joint centre; the accidents count under road safety"),
    kpi("disputes.accident_open", "事故纠纷在办", "Accident disputes open", "count", standing("accident_dispute"), "down", DAY_S, 11,
        "此刻已受理而未办结的交通事故纠纷数", "Road-accident disputes accepted and not yet closed, now"),
    kpi("disputes.accident_median_days", "事故纠纷时长中位数", "Median days, accident disputes", "days",
        Quantile("accident_dispute.duration", 0.5, DAY_MS), "down", DAY_S, 11,
        "本期办结事故纠纷从受理到办结的天数，中位数，不论结果",
        "Acceptance to closing of accident disputes closed in the period, median, whatever the outcome"),

    kpi("justice.diverted", "诉前分流", "Diverted from litigation", "count", count("justice.diverted"), "up", 2 * DAY_S, 12,
        "本期诉前分流化解的案件数", "Cases diverted from litigation in the period"),
    kpi("justice.served", "司法服务", "Judicial services", "count", count("justice.served"), "up", 2 * DAY_S, 12,
        "本期提供的法律援助、咨询、检察服务数", "Legal aid, advice and procuratorate services in the period"),
)  # fmt: skip
