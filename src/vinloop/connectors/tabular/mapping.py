"""Which column of a lead list means what: a proposal a person confirms."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Longer words first where one contains another is not needed: the longest match wins.
FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": (
        "线索编号", "线索id", "客户编号", "编号", "单号", "订单编号", "留资编号", "外部编号",
        "leadid", "id", "externalid", "reference", "refno", "leadno", "recordid", "uuid",
    ),
    "source": (
        "线索来源", "来源", "渠道", "来源渠道", "信息来源", "媒体", "平台", "一级渠道", "客户来源",
        "source", "leadsource", "channel", "origin", "medium", "utmsource", "platform",
    ),
    "campaign": (
        "活动", "活动名称", "营销活动", "推广活动", "市场活动", "广告计划", "计划名称",
        "campaign", "campaignname", "utmcampaign", "event", "promotion", "adname",
    ),
    "name": (
        "姓名", "客户姓名", "名字", "客户名称", "客户", "称呼", "联系人", "联系人姓名", "用户姓名", "潜客姓名",
        "车主姓名", "name", "fullname", "customername", "customer", "contactname", "contact", "clientname",
        "leadname",
    ),
    "phone": (
        "手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "移动电话", "联系方式", "客户电话",
        "客户手机", "phone", "mobile", "phonenumber", "mobilephone", "mobilenumber", "cellphone", "cell", "tel",
        "telephone", "contactnumber", "phone1", "msisdn",
    ),
    "phone2": (
        "备用电话", "备用手机", "备用号码", "第二电话", "其他电话", "固定电话", "座机", "家庭电话", "电话2",
        "手机2", "手机号2", "phone2", "mobile2", "secondphone", "otherphone", "alternatephone", "homephone",
        "workphone", "landline", "secondaryphone",
    ),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "email", "emailaddress", "mail", "e-mail"),
    "city": ("城市", "所在城市", "市", "地市", "意向城市", "上牌城市", "居住城市", "地区", "city", "town"),
    "address": (
        "地址", "联系地址", "详细地址", "家庭住址", "住址", "通讯地址", "居住地址",
        "address", "street", "streetaddress", "mailingaddress", "homeaddress",
    ),
    "brand": ("品牌", "意向品牌", "汽车品牌", "brand", "make", "vehiclemake", "manufacturer"),
    "model": (
        "车型", "意向车型", "意向车系", "车系", "关注车型", "车型名称", "型号",
        "model", "vehiclemodel", "carmodel", "vehicle", "car", "series", "modelname", "interestedmodel",
    ),
    "year": ("年款", "年份", "车型年款", "年型", "year", "modelyear", "vehicleyear"),
    "trim": ("配置", "车型配置", "版本", "款型", "意向配置", "trim", "trimlevel", "variant", "grade", "version"),
    "vin": ("车架号", "vin", "vin码", "vin号", "底盘号", "车辆识别代号", "车辆识别码", "chassisnumber", "vinnumber"),
    "timeframe": (
        "购车时间", "计划购车时间", "预计购车时间", "购车周期", "意向级别", "意向等级", "预计购买时间",
        "timeframe", "purchasetimeframe", "whentobuy", "buyingtimeframe", "purchasetime", "intention",
    ),
    "comments": (
        "备注", "留言", "说明", "需求描述", "客户需求", "备注信息", "跟进备注", "描述", "内容",
        "comments", "comment", "notes", "note", "remark", "remarks", "message", "description",
    ),
    "consent": (
        "同意", "是否同意", "授权", "隐私授权", "是否授权", "营销授权", "同意营销", "隐私协议",
        "consent", "optin", "marketingconsent", "agree", "permission", "gdprconsent",
    ),
}  # fmt: skip

# Columns about somebody else: the salesperson's phone must not become the customer's.
_OTHERS = re.compile(
    "顾问|销售|经销商|门店|推荐人|介绍人|录入|创建|跟进人|接待|负责人|dealer|sales|advis|agent|vendor|store|refer"
)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORTEST_CHINESE = 2
_SHORTEST_LATIN = 5


def suggest_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Field → header, for the fields that are recognised; each header is used once.

    Headers that say exactly what a field is called win over those which only contain it, and earlier columns
    over later ones. A second telephone column becomes ``phone2``.
    """
    plain = {header: _plain(header) for header in headers}
    mapping: dict[str, str] = {}
    for header in headers:
        _claim(mapping, _exact_field(plain[header]), header)
    for header in headers:
        if header not in mapping.values():
            _claim(mapping, _contained_field(plain[header]), header)
    return {field: mapping[field] for field in FIELDS if field in mapping}


def _claim(mapping: dict[str, str], field: str | None, header: str) -> None:
    if field == "phone" and field in mapping:
        field = "phone2"
    if field and field not in mapping:
        mapping[field] = header


def _plain(header: str) -> str:
    """Lower case, half width, without brackets, blanks and punctuation: ``手机号 (必填)*`` is ``手机号``."""
    text = unicodedata.normalize("NFKC", header).lower()
    return _NOT_LETTERS.sub("", _BRACKETED.sub("", text)) or _NOT_LETTERS.sub("", text)


def _exact_field(plain: str) -> str | None:
    return next((field for field, words in FIELDS.items() if plain in words), None)


def _contained_field(plain: str) -> str | None:
    """The field with the longest word inside the header."""
    if _OTHERS.search(plain):
        return None
    found = [(len(word), field) for field, words in FIELDS.items() for word in _telling(words) if word in plain]
    return max(found, key=lambda match: match[0])[1] if found else None


def _telling(words: Iterable[str]) -> Iterable[str]:
    """Words long enough not to be found in others by accident."""
    return (word for word in words if len(word) >= (_SHORTEST_LATIN if word.isascii() else _SHORTEST_CHINESE))
