"""Where the demo's company and dealers are reached: numbers no telephone exchange can connect.

In China and Central Asia a subscriber's number never begins with 0, and in the big Chinese cities never with 1, so
these look like landlines of the right city and ring nowhere. Mail goes to example domains.
"""

from __future__ import annotations

from vinloop.kernel.models import Organisation, SettingValue

# The area code and the digits no subscriber's number begins with; the dealer's own digits follow.
_EXCHANGES = {
    "上海": "+86211111{:04d}",
    "南京": "+86250000{:04d}",
    "苏州": "+865120000{:04d}",
    "无锡": "+865100000{:04d}",
    "杭州": "+865710000{:04d}",
    "宁波": "+865740000{:04d}",
    "合肥": "+865510000{:04d}",
    "广州": "+86200000{:04d}",
    "深圳": "+867550000{:04d}",
    "佛山": "+867570000{:04d}",
    "东莞": "+867690000{:04d}",
    "厦门": "+86592000{:04d}",
    "福州": "+865910000{:04d}",
    "乌鲁木齐": "+86991000{:04d}",
    "喀什": "+86998000{:04d}",
    "阿拉木图": "+7727000{:04d}",
    "阿斯塔纳": "+77172000{:03d}",
    "奇姆肯特": "+77252000{:03d}",
    "比什凯克": "+996312000{:03d}",
}
_SETTINGS = {
    "portal.hotline": "+862111110800",
    "portal.imprint": "远航汽车有限公司（演示企业） Yuanhang Motors Co., Ltd. (demonstration company) · "
    "上海市示范路 1 号 1 Shifan Road, Shanghai · 统一社会信用代码 Registration No. 91310000MA0000000X",
}


def dealer_phone(city: str, number: int) -> str:
    """The telephone number, in E.164, of the ``number``-th dealer of the demo."""
    return _EXCHANGES[city].format(100 + number)


def make_public_facts(root: Organisation) -> None:
    """Write the hotline and the company line of the public site."""
    SettingValue.objects.bulk_create(
        SettingValue(name=name, organisation=root, value=value) for name, value in _SETTINGS.items()
    )
