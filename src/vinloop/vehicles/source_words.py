"""What sources write about cars: the part somebody has in one, and how columns of the model are headed.

Pure; the words are data.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vinloop.kernel.identifiers import fold

OWNER, DRIVER, PAYER = "owner", "driver", "payer"
ROLES = (OWNER, DRIVER, PAYER)
# No field of the golden record needs the model of a car, so no mapping knows its column.
MODEL_HEADINGS = ("车型", "车型名称", "车系", "型号", "model", "Model", "car_model", "vehicle_model", "vehicle model")
_WORD = re.compile(r"[a-z]+")
_GAPS = re.compile(r"[\s·・()（）\-_]+")
_BETWEEN = re.compile(r"[/,，、;；|+&]|兼|和|及")
# Whoever stands in a relation to the owner is somebody else: they are met at the wheel.
_SOMEBODY_ELSE = re.compile(
    r"非车主|车主[的之]|配偶|妻|夫|爱人|伴侣|父|母|儿子|女儿|子女|兄|弟|姐|妹|亲属|亲戚|家属|家人|朋友|同事|员工|职员|秘书|代办"
)
_CHINESE = (
    (OWNER, ("车主", "所有人", "所有权人", "登记人", "产权人", "持有人", "本人", "购车人", "买方", "购买人", "业主")),
    (DRIVER, ("驾驶人", "驾驶员", "驾驶者", "司机", "使用人", "使用者", "用车人", "用车", "送修人", "送车人")),
    (
        PAYER,
        ("付款人", "付款方", "出资人", "出资方", "付费人", "支付人", "缴费人", "买单人", "贷款人", "借款人", "结算方"),
    ),
)
_ENGLISH = (
    (DRIVER, {"not", "non", "former", "previous"}),
    (OWNER, {"owner", "keeper", "holder", "registrant", "buyer", "purchaser", "self", "proprietor"}),
    (PAYER, {"payer", "paid", "pays", "financed", "financier", "borrower", "lessee", "billing"}),
    (
        DRIVER,
        {
            "driver", "drives", "user", "operator", "chauffeur", "spouse", "wife", "husband", "partner", "son",
            "daughter", "child", "father", "mother", "parent", "brother", "sister", "relative", "family", "friend",
            "employee", "colleague", "staff",
        },
    ),
)  # fmt: skip


@lru_cache(maxsize=2_000)
def role_of(text: str) -> str:
    """The role a text names; empty when it names none, which says nothing about the role.

    Of several roles in one text owner comes first. ``车主的司机`` is a driver, ``Owner/Driver`` an owner.
    """
    said = fold(text).casefold()
    found = {_role_of_part(_GAPS.sub("", part), part) for part in _BETWEEN.split(said)}
    return next((role for role in ROLES if role in found), "")


def _role_of_part(chinese: str, part: str) -> str:
    for role, words in _CHINESE:
        if chinese in words:
            return role
    if _SOMEBODY_ELSE.search(chinese):
        return DRIVER
    for role, words in _CHINESE:
        if any(word in chinese for word in words):
            return role
    english = set(_WORD.findall(part))
    return next((role for role, known in _ENGLISH if english & known), "")
