"""The categories, channels and outcomes that the board knows by name. A city's profile may add its
own.

A category that is in no list is accepted and counted as `unknown`.
"""

from __future__ import annotations

from feeds.city.words import Text

UNKNOWN = Text("未知", "Unknown")

INCIDENT = {
    "neighbour": Text("邻里纠纷", "Neighbours"),
    "safety": Text("安全隐患", "Safety"),
    "environment": Text("环境卫生", "Environment"),
    "order": Text("治安秩序", "Public order"),
    "traffic": Text("道路交通", "Roads"),
    "facility": Text("公共设施", "Facilities"),
    "livelihood": Text("民生服务", "Livelihood"),
    "other": Text("其他", "Other"),
}
DISPUTE = {
    "consumer": Text("消费维权", "Consumer"),
    "marriage": Text("婚姻家庭", "Family"),
    "medical": Text("医患纠纷", "Medical"),
    "labour": Text("劳动争议", "Labour"),
    "land": Text("征地拆迁", "Land"),
    "road": Text("道路交通事故", "Road accident"),
    "neighbour": Text("邻里纠纷", "Neighbours"),
    "other": Text("其他", "Other"),
}
HAZARD = {
    "signal": Text("信号标志", "Signals and signs"),
    "surface": Text("路面", "Road surface"),
    "junction": Text("平交路口", "Junction"),
    "visibility": Text("视距不良", "Visibility"),
    "barrier": Text("防护设施", "Barriers"),
    "other": Text("其他", "Other"),
}
FRAUD = {
    "refund": Text("虚假退款", "Fake refund"),
    "investment": Text("虚假投资", "Fake investment"),
    "loan": Text("虚假贷款", "Fake loan"),
    "brushing": Text("刷单返利", "Fake orders"),
    "impersonation": Text("冒充公检法", "Impersonation"),
    "acquaintance": Text("冒充熟人", "Fake acquaintance"),
    "other": Text("其他", "Other"),
}
SAFETY = {
    "production": Text("安全生产", "Work safety"),
    "fire": Text("消防", "Fire"),
    "chemical": Text("危化品", "Chemicals"),
    "gas": Text("燃气", "Gas"),
    "other": Text("其他", "Other"),
}
SERVICE = {
    "household": Text("户籍", "Household register"),
    "business": Text("企业开办", "Business start-up"),
    "social": Text("社会保障", "Social security"),
    "housing": Text("住房建设", "Housing"),
    "medical": Text("医疗保障", "Medical insurance"),
    "other": Text("其他", "Other"),
}
ORDER = {
    "criminal": Text("刑事案件", "Criminal"),
    "public_order": Text("治安案件", "Public order"),
    "call": Text("报警求助", "Emergency call"),
    "other": Text("其他", "Other"),
}
JUSTICE = {
    "civil": Text("民事", "Civil"),
    "commercial": Text("商事", "Commercial"),
    "legal_aid": Text("法律援助", "Legal aid"),
    "consultation": Text("法律咨询", "Consultation"),
    "prosecution": Text("检察服务", "Procuratorate"),
    "other": Text("其他", "Other"),
}
RISK = {
    "stability": Text("社会稳定", "Stability"),
    "safety": Text("公共安全", "Public safety"),
    "economy": Text("经济金融", "Economy"),
    "environment": Text("生态环境", "Environment"),
    "other": Text("其他", "Other"),
}
ACTIVITY = {
    "politics": Text("政治", "Politics"),
    "law": Text("法治", "Rule of law"),
    "self": Text("自治", "Self-governance"),
    "virtue": Text("德治", "Virtue"),
    "smart": Text("智治", "Smart governance"),
}
TRAINING = {
    "monthly": Text("月度培训", "Monthly"),
    "quarterly": Text("季度培训", "Quarterly"),
    "other": Text("其他", "Other"),
}
COMMITMENT = {
    "target": Text("指标提升", "Raise a figure"),
    "project": Text("项目建设", "Project"),
    "other": Text("其他", "Other"),
}

INCIDENT_CHANNEL = {
    "patrol": Text("网格巡查", "Patrol"),
    "hotline": Text("热线", "Hotline"),
    "app": Text("手机应用", "App"),
    "sensor": Text("物联感知", "Sensor"),
    "transfer": Text("部门转办", "Transfer"),
}
FRAUD_CHANNEL = {
    "phone": Text("电话", "Phone"),
    "message": Text("短信", "Message"),
    "app": Text("应用推送", "App"),
    "visit": Text("上门", "Visit"),
}
SERVICE_CHANNEL = {
    "window": Text("窗口", "Counter"),
    "online": Text("网上", "Online"),
    "app": Text("手机应用", "App"),
    "kiosk": Text("自助终端", "Kiosk"),
}
CENTRE = {
    "city": Text("市级中心", "City centre"),
    "town": Text("镇级中心", "Town centre"),
    "village": Text("村级调解室", "Village room"),
}
