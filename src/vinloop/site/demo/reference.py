"""Sources, campaigns and reason codes of the demo, as an administrator would have set them up."""

from __future__ import annotations

from datetime import date, timedelta

from vinloop.leads.models import Campaign, LeadSource, ReasonCode

# code, Chinese, English, family, share of the leads that come to headquarters
SOURCES = (
    ("web", "官网", "Website", "web", 30),
    ("hotline", "客服热线", "Hotline", "hotline", 14),
    ("event", "车展与活动", "Events", "event", 12),
    ("referral", "老客户推荐", "Referral", "referral", 8),
    ("adf-portal", "垂直媒体 (ADF)", "Vertical portal (ADF)", "portal", 26),
    ("partner-file", "合作伙伴名单", "Partner file", "file", 10),
    ("showroom", "展厅自然到店", "Showroom", "showroom", 0),
)
# code, Chinese, English, first day in days before now, length in days, cost in yuan, sources it brings
CAMPAIGNS = (
    ("vela-x-launch", "帆星 X 上市", "Vela X launch", 330, 60, 680_000, ("web", "adf-portal")),
    ("spring-test-drive", "春季试驾季", "Spring test-drive season", 270, 75, 320_000, ("web", "event")),
    ("family-summer", "M7 家庭之夏", "M7 family summer", 190, 70, 260_000, ("web", "adf-portal", "partner-file")),
    ("auto-show", "国际车展", "International auto show", 150, 12, 450_000, ("event",)),
    ("golden-autumn", "金九银十购车节", "Golden autumn sale", 110, 60, 540_000, ("web", "adf-portal", "event")),
    ("owner-referral", "老友新车推荐礼", "Friends of owners", 360, 400, 120_000, ("referral",)),
    ("trade-in-plus", "置换加码", "Trade-in plus", 45, 60, 210_000, ("web", "partner-file", "hotline")),
    ("year-end", "年末冲刺", "Year-end drive", 14, 40, 180_000, ("web", "adf-portal", "event")),
)
REASONS = (
    ("lost", "price", "价格谈不拢", "Price not agreed", False),
    ("lost", "competitor", "购买竞品", "Bought a competitor", True),
    ("lost", "other_dealer", "在其他店购买", "Bought at another dealer", False),
    ("lost", "postponed", "推迟购车", "Purchase postponed", False),
    ("lost", "no_budget", "预算不足", "No budget", False),
    ("lost", "financing", "贷款未通过", "Financing refused", False),
    ("lost", "delivery_time", "等车时间太长", "Delivery takes too long", False),
    ("lost", "product", "产品不符合需求", "Product does not fit", False),
    ("lost", "trade_in_value", "置换价低", "Trade-in value too low", False),
    ("lost", "unreachable", "多次联系不上", "Not reached many times", False),
    ("invalid", "wrong_number", "空号或错号", "Wrong number", False),
    ("invalid", "not_interested", "无购车意向", "Not interested", False),
    ("invalid", "unreachable", "联系不上", "Unreachable", False),
    ("invalid", "already_bought", "已购车", "Already bought", False),
    ("invalid", "test_entry", "测试或重复", "Test or spam", False),
    ("declined", "too_far", "客户太远", "Customer too far away", False),
    ("declined", "no_capacity", "人手不足", "No capacity", False),
    ("declined", "no_stock", "无车可售", "No car to sell", False),
    ("declined", "known_customer", "已有其他店跟进", "Another dealer follows up", False),
    ("declined", "wrong_brand", "不经营该品牌", "We do not sell this brand", False),
)
LOST_WEIGHTS = {
    "price": 20,
    "competitor": 26,
    "other_dealer": 8,
    "postponed": 15,
    "no_budget": 8,
    "financing": 4,
    "delivery_time": 6,
    "product": 6,
    "trade_in_value": 4,
    "unreachable": 3,
}


def make_reference(today: date) -> None:
    """Write sources, campaigns and reason codes; those that exist already stay as they are."""
    for position, (code, name, name_en, family, _) in enumerate(SOURCES):
        values = {"name": name, "name_en": name_en, "family": family, "position": position}
        LeadSource.objects.get_or_create(code=code, defaults=values)
    for position, (code, name, name_en, ago, days, cost, _) in enumerate(CAMPAIGNS):
        starts_on = today - timedelta(days=ago)
        ends_on = starts_on + timedelta(days=days)
        values = {"name": name, "name_en": name_en, "starts_on": starts_on, "ends_on": ends_on, "cost": cost * 100}
        Campaign.objects.get_or_create(code=code, defaults={**values, "position": position})
    for position, (kind, code, name, name_en, asks) in enumerate(REASONS):
        values = {"kind": kind, "name": name, "name_en": name_en, "asks_competitor": asks, "position": position}
        ReasonCode.objects.get_or_create(code=reason_code(kind, code), defaults=values)


def reason_code(kind: str, code: str) -> str:
    """Reason codes are unique over all kinds; ``unreachable`` for invalid leads is the one the product knows."""
    return f"lost_{code}" if (kind, code) == ("lost", "unreachable") else code
