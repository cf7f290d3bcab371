"""The fields a source's columns can be mapped to. Several columns may feed one field: two phones, a name in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a source may say. ``headings`` are what columns that hold it are called, folded and lower case."""

    code: str
    label: str | Promise
    headings: tuple[str, ...] = ()
    is_many: bool = False


FIELDS: tuple[Field, ...] = (
    Field("key", _("Key in the source"), (
        "record_id", "rec_id", "id", "unique_id", "customer_id", "customer id", "customerid", "cust_id", "cust no",
        "customer no", "uid", "编号", "客户编号", "客户号", "会员号", "会员编号", "档案号", "记录编号", "序号",
        "客户代码",
    )),
    Field("branch", _("Branch of the source"), (
        "source", "branch", "dealer", "dealer_code", "dealer code", "store", "outlet", "来源", "经销商",
        "经销商代码", "门店", "网点", "4s店",
    )),
    Field("kind", _("Person or organisation"), (
        "type", "customer type", "customer_type", "kind", "客户类型", "客户性质", "类型", "性质", "车主性质",
    )),
    Field("name", _("Name"), (
        "name", "full name", "fullname", "full_name", "customer", "customer name", "customer_name", "owner",
        "contact",
        "fn", "姓名", "客户姓名", "客户名称", "车主", "车主姓名", "名称", "联系人", "会员姓名", "公司名称",
        "单位名称",
    )),
    Field("family_name", _("Family name"), (
        "surname", "last name", "last_name", "lastname", "family name", "family_name", "姓", "姓氏",
    )),
    Field("given_name", _("Given name"), (
        "given name", "given_name", "first name", "first_name", "firstname", "forename", "名", "名字",
    )),
    Field("gender", _("Gender"), ("gender", "sex", "性别", "客户性别")),
    Field("birth_date", _("Birth date"), (
        "birth date", "birth_date", "birthdate", "date of birth", "date_of_birth", "dob", "birthday", "bday",
        "出生日期", "生日", "出生年月日", "出生年月",
    )),
    Field("phone", _("Phone"), (
        "phone", "mobile", "mobile phone", "mobile_phone", "cell", "cellphone", "tel", "telephone", "phone number",
        "phone_number", "phone1", "phone2", "phone 1", "phone 2", "home phone", "work phone", "contact number",
        "手机", "手机号", "手机号码", "电话", "联系电话", "固定电话", "移动电话", "联系方式", "电话号码",
        "家庭电话", "办公电话", "电话1", "电话2",
        "手机1", "手机2", "备用电话", "备用手机",
    ), is_many=True),
    Field("email", _("E-mail"), (
        "email", "e-mail", "mail", "email address", "email_address", "邮箱", "电子邮箱", "电子邮件", "邮件",
        "电邮", "email地址",
    ), is_many=True),
    Field("id_number", _("ID number"), (
        "id_no", "id no", "id number", "id_number", "idno", "national id", "national_id", "soc_sec_id", "ssn",
        "passport", "passport no", "证件号", "证件号码", "身份证", "身份证号", "身份证号码", "身份证件号",
        "证照号码", "统一社会信用代码",
    )),
    Field("address", _("Address"), (
        "address", "addr", "full address", "adr", "street address", "mailing address", "地址", "联系地址",
        "通讯地址", "家庭地址",
        "详细地址", "住址", "客户地址", "通信地址", "住所",
    )),
    Field("province", _("Province"), ("province", "state", "region", "省", "省份", "所在省")),
    Field("city", _("City"), ("city", "town", "市", "城市", "所在市", "地市")),
    Field("county", _("District"), ("county", "district", "suburb", "区", "区县", "县区", "区/县", "所在区")),
    Field("street", _("Street"), ("street", "address_1", "address 1", "address1", "street name", "街道", "路名")),
    Field("house_number", _("House number"), (
        "street_number", "street number", "house number", "house_number", "number", "门牌", "门牌号",
    )),
    Field("estate", _("Building or estate"), (
        "address_2", "address 2", "address2", "building", "estate", "小区", "楼盘", "小区名称",
    )),
    Field("postcode", _("Postcode"), (
        "postcode", "post code", "zip", "zip code", "zipcode", "postal code", "邮编", "邮政编码",
    )),
    Field("country", _("Country"), ("country", "国家", "国别")),
    Field("vin", _("VIN"), (
        "vin", "vin码", "chassis", "chassis no", "frame no", "车架号", "车辆识别代号", "底盘号", "车架号码",
        "vin号",
    )),
    Field("plate", _("Number plate"), (
        "plate", "licence plate", "license plate", "plate no", "plate_no", "registration", "reg no", "车牌",
        "车牌号", "车牌号码", "牌照号",
    )),
    Field("role", _("Role at the vehicle"), ("role", "relation", "角色", "与车主关系", "关系")),
    Field("company", pgettext_lazy("where somebody works", "Employer"), (
        "company", "employer", "organisation", "organization", "org", "公司", "单位", "工作单位",
    )),
    Field("language", _("Language"), ("language", "lang", "语言")),
    Field("as_of", _("As of"), (
        "created", "created_at", "updated", "updated_at", "modified", "date", "last update", "创建时间",
        "创建日期", "更新时间", "建档日期",
        "登记日期", "修改时间", "更新日期", "建档时间",
    )),
)  # fmt: skip

BY_CODE: Mapping[str, Field] = {field.code: field for field in FIELDS}


def first(values: Values, code: str) -> str:
    """The first value that is not empty; an empty text when there is none."""
    for value in values.get(code, ()):
        if value and value.strip():
            return value
    return ""
