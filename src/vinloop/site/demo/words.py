"""What people in the demo say: wishes, notes of calls, feedback after test drives."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

_WISHES = {
    "zh": (
        "周末想来试驾",
        "想了解落地价和贷款方案",
        "家里两个孩子，看看空间",
        "现在有什么优惠？",
        "想置换现在的车",
        "主要上下班开，油耗怎么样",
        "请尽快联系，下午方便接电话",
        "什么颜色有现车？",
        "对比过两款，想再看看实车",
        "充电桩安装怎么收费？",
        "",
    ),
    "en": (
        "Can I test drive at the weekend?",
        "What is the price on the road, with financing?",
        "Two children, is there room?",
        "I would trade in my current car",
        "Which colours are in stock?",
        "Please call in the afternoon",
        "",
    ),
}
_CALLS = {
    "zh": (
        "客户在对比竞品，约周末到店",
        "已发配置单，等家人意见",
        "关注保值率和保养费用",
        "预算略紧，介绍了金融方案",
        "对试驾满意，等月底政策",
        "白天开会，晚上再联系",
        "已约试驾",
        "想要四驱版，等现车",
        "客户很认可，准备定车",
        "先观望，下月再联系",
    ),
    "en": (
        "Compares with a competitor, comes at the weekend",
        "Sent the price list, family decides",
        "Asks about running costs",
        "Budget is tight, explained financing",
        "Liked the test drive, waits for the offer of the month",
        "Call again in the evening",
    ),
}
_HANDOVER = {
    "zh": (
        "{model}，{days} 天内购车，可置换，希望尽快联系",
        "意向 {model}，预算明确，周末方便到店",
        "首购，关注 {model} 的金融方案",
        "增购，家用，想试驾 {model}",
    ),
    "en": (
        "{model}, buys within {days} days, please call soon",
        "Wants {model}, budget is clear, free at weekends",
        "First car, asks about financing of {model}",
        "Second car for the family, wants to drive {model}",
    ),
}
_DRIVES = {
    "zh": (
        "动力顺，隔音好",
        "座椅舒服，后排空间满意",
        "加速比想象的强",
        "刹车偏软，其他都好",
        "智能驾驶很省心",
        "悬架有点硬",
    ),
    "en": (
        "Quiet and smooth",
        "Comfortable seats, roomy rear",
        "Stronger than expected",
        "Brakes feel soft, the rest is fine",
    ),
}
_LOST = {
    "zh": (
        "客户已明确告知，礼貌结束",
        "两次跟进确认，暂不考虑",
        "价格差 8000，未能谈拢",
        "家人更喜欢竞品",
        "等明年再说",
    ),
    "en": (
        "Customer said so clearly",
        "Confirmed twice, not now",
        "Eight thousand apart on the price",
        "Family prefers the other car",
    ),
}
_VISITS = {
    "zh": (
        "两大一小，看了两款 SUV",
        "路过看看，未留联系方式",
        "第二次来，带了爱人",
        "问了置换政策",
        "看车约 40 分钟",
        "取资料后离开",
        "",
    ),
    "en": ("Family of three, looked at two SUVs", "Just looking, left no contact", "Second time, with partner", ""),
}
COMPETITORS = ("比亚迪 宋", "大众 途观", "丰田 RAV4", "特斯拉 Model Y", "本田 CR-V", "理想 L6", "吉利 星越", "小米 SU7")
TRADE_INS = (
    ("大众", "朗逸"),
    ("丰田", "卡罗拉"),
    ("日产", "轩逸"),
    ("本田", "思域"),
    ("别克", "英朗"),
    ("现代", "途胜"),
)


def wish(rng: Random, language: str) -> str:
    """What a customer writes in a form."""
    return _pick(rng, _WISHES, language)


def call_note(rng: Random, language: str) -> str:
    """What a consultant notes after a call."""
    return _pick(rng, _CALLS, language)


def handover(rng: Random, language: str, model: str, days: int) -> str:
    """What the verifier tells the dealer."""
    return _pick(rng, _HANDOVER, language).format(model=model, days=days)


def drive_feedback(rng: Random, language: str) -> str:
    """What a customer says after a test drive."""
    return _pick(rng, _DRIVES, language)


def lost_note(rng: Random, language: str) -> str:
    """Why a consultant gives a customer up."""
    return _pick(rng, _LOST, language)


def visit_note(rng: Random, language: str) -> str:
    """What the reception notes."""
    return _pick(rng, _VISITS, language)


def _pick(rng: Random, texts: Mapping[str, tuple[str, ...]], language: str) -> str:
    return rng.choice(texts["zh" if language.startswith("zh") else "en"])
