"""The eighteen systems of the city that the board shows, by number."""

from __future__ import annotations

from feeds.city.words import Text

SYSTEMS = {
    1: Text("综合指挥中心、数据共享平台", "City command centre and data sharing"),
    2: Text("镇级平台与指挥中心", "Town platforms and command centres"),
    3: Text("网格服务", "Grid service"),
    4: Text("风险闭环处置", "Risk handling chain"),
    5: Text("重大决策社会稳定风险评估", "Risk assessment of major decisions"),
    6: Text("公共安全感知网络", "Public-security sensing network"),
    7: Text("反诈中心", "Anti-fraud centre"),
    8: Text("道路交通安全", "Road safety"),
    9: Text("公共安全监管", "Public-safety supervision"),
    10: Text("矛盾纠纷多元化解", "Dispute mediation"),
    11: Text("道路交通事故纠纷处理中心", "Traffic-accident dispute centre"),
    12: Text("法院、检察与司法行政服务", "Court, procuratorate and judicial services"),
    13: Text("综合考核", "Comprehensive assessment"),
    14: Text("五治融合", "Five governances"),
    15: Text("政务服务", "Government services"),
    16: Text("网格员培训与宣传", "Grid staff training and outreach"),
    17: Text("季度现场推进会", "Quarterly review"),
    18: Text("治安防控", "Criminal cases and public order"),
}
