"""Making records comparable: names, addresses, identity numbers, damage, mapping; and that nothing makes it raise."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinloop.customers.matching.features import Features
from vinloop.customers.matching.vetoes import veto
from vinloop.customers.standard.addresses import parse_address
from vinloop.customers.standard.fields import FIELDS
from vinloop.customers.standard.mapping import mapped, propose_mapping
from vinloop.customers.standard.names import organisation_kind, standard_company_name, standard_person_name
from vinloop.customers.standard.national_ids import parse_identity_number
from vinloop.customers.standard.record import Standardised, read_date, standardise
from vinloop.customers.standard.repair import mend_digits, mend_postcode, mend_text

# The number GB 11643 itself gives as an example.
NUMBER = "11010519491231002X"


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def read(**said: str) -> Standardised:
    return standardise({code: [text] for code, text in said.items()}, record_id=1, digest=digest)


def _person(text: str) -> Features:
    made = standard_person_name(text)
    return Features(id=0, name=made.text, whole_name=made.whole, sound=made.sound, words=made.words, is_han=made.is_han)


@pytest.mark.parametrize(
    ("text", "name", "gender"),
    [
        ("张伟", "张伟", ""),
        (" 张　伟 ", "张伟", ""),
        ("張偉", "张伟", ""),
        ("张伟先生", "张伟", "male"),
        ("张伟（车主）", "张伟", ""),
        ("欧阳娜娜女士", "欧阳娜娜", "female"),
    ],
)
def test_chinese_names_have_one_spelling(text: str, name: str, gender: str) -> None:
    found = standard_person_name(text)
    assert (found.text, found.gender, found.is_bare) == (name, gender, False)


@pytest.mark.parametrize("text", ["Zhang Wei", "Wei Zhang", "ZHANGWEI", "zhang, wei", "张伟", "章薇"])
def test_names_that_sound_alike_have_one_sound(text: str) -> None:
    assert standard_person_name(text).sound == standard_person_name("张伟").sound


@pytest.mark.parametrize("text", ["张先生", "李女士", "Mr. Li"])
def test_a_surname_alone_is_bare(text: str) -> None:
    found = standard_person_name(text)
    assert found.is_bare
    assert found.whole == ""


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("曾伟", "Zeng Wei"),
        ("曾伟", "Wei CENG"),
        ("尉迟恭", "Weichi Gong"),
        ("阚清子", "Kan Qingzi"),
        ("区瑞强", "Ou Ruiqiang"),
    ],
)
def test_surnames_are_read_as_surnames_and_the_usual_slip_meets_them(han: str, latin: str) -> None:
    assert standard_person_name(han).sound == standard_person_name(latin).sound


@pytest.mark.parametrize(("han", "latin"), [("单伟", "Dan Wei"), ("解晓东", "Xiaodong Jie"), ("仇英", "Chou Ying")])
def test_another_reading_of_a_surname_is_no_other_person(han: str, latin: str) -> None:
    one, two = (_person(name) for name in (han, latin))
    assert not veto(one, two)
    assert veto(one, _person("Li Na"))


def test_firms_lose_their_legal_form_and_keep_their_name() -> None:
    same = {
        standard_company_name(text).text for text in ("恒通物流有限公司", "恒通物流（车队）", "恆通物流 有限責任公司")
    }
    assert same == {"恒通物流"}
    assert organisation_kind("上海市公安局") == "government"
    assert organisation_kind("恒通物流有限公司") == "company"
    assert organisation_kind("张伟") == ""


@pytest.mark.parametrize(
    "text",
    [
        "湖南省长沙市岳麓区麓山南路1号锦绣江南5栋2单元301室",
        "长沙市岳麓区麓山南路1号锦绣江南5-2-301",
        "湖南 长沙 岳麓区麓山南路１号锦绣江南５号楼３０１",
        "岳麓区麓山南路1号锦绣江南5幢301",
    ],
)
def test_spellings_of_one_flat_share_their_door(text: str) -> None:
    found = parse_address(text)
    assert (found.county, found.street, found.estate, found.door) == ("岳麓区", "麓山南路", "锦绣江南", "5|301")
    assert (found.province, found.city) == ("湖南省", "长沙市")


def test_a_street_named_like_a_city_is_no_city() -> None:
    found = parse_address("上海市黄浦区南京东路100号")
    assert (found.city or found.province, found.street, found.number) == ("上海市", "南京东路", "100")
    assert parse_address("") == parse_address("   ")


def test_identity_numbers_are_checked_masked_and_near() -> None:
    found = parse_identity_number(f" {NUMBER.lower()} ")
    assert found is not None
    assert (found.value, found.kind, found.check_digit_ok, found.birth_date) == (
        NUMBER, "resident", True, date(1949, 12, 31),
    )  # fmt: skip
    wrong = parse_identity_number(NUMBER[:-1] + "1")
    assert wrong is not None
    assert wrong.check_digit_ok is False
    assert set(found.near()) & set(wrong.near())
    masked = parse_identity_number("110105********002X")
    assert masked is not None
    assert (masked.is_masked, masked.ends, masked.near()) == (True, found.ends, ())
    assert NUMBER not in found.masked
    assert parse_identity_number("无") is None


@pytest.mark.parametrize(
    ("text", "mended", "flag"),
    [
        ("1.38123456789E+10", "13812345678.9", "scientific_mended"),
        ("1.3800138000E+10", "13800138000", "scientific_mended"),
        ("1.38E+10", "1.38E+10", "scientific"),
        ("13800138000.0", "13800138000", ""),
        ("110105194912310000", "110105194912310000", "rounded"),
        ("13800138000", "13800138000", ""),
    ],
)
def test_spreadsheet_damage_is_mended_only_where_certain(text: str, mended: str, flag: str) -> None:
    found = mend_digits(text)
    assert found.flag == flag
    if flag != "scientific_mended" or "." not in mended:
        assert found.text == mended


def test_text_in_a_wrong_character_set_is_read_again() -> None:
    assert mend_text("张伟".encode().decode("latin-1")).text == "张伟"
    assert mend_text("张伟").flag == ""
    assert mend_text("Müller").flag == ""


def test_postcodes_get_their_zero_back() -> None:
    assert mend_postcode("10010").text == "010010"
    assert mend_postcode("200030").text == "200030"


def test_headings_are_understood_in_both_languages() -> None:
    headings = ["客户编号*", "姓名", "手机号 (必填)", "电话2", "车架号", "Email Address", "whatever"]
    mapping = propose_mapping(headings)
    assert mapping == {
        "客户编号*": "key", "姓名": "name", "手机号 (必填)": "phone", "电话2": "phone", "车架号": "vin",
        "Email Address": "email",
    }  # fmt: skip
    row = {"客户编号*": "7", "手机号 (必填)": "1", "电话2": "2", "姓名": " "}
    assert mapped(row, mapping) == {"key": ["7"], "phone": ["1", "2"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2024年2月29日", date(2024, 2, 29)),
        ("20240229", date(2024, 2, 29)),
        ("45351", date(2024, 2, 29)),
        ("2023-02-29", None),
        ("1850-01-01", None),
        ("", None),
    ],
)
def test_dates_of_files(text: str, found: date | None) -> None:
    assert read_date(text) == found


def test_a_record_says_what_was_doubtful_and_hides_its_number() -> None:
    made = read(
        name="张伟先生", phone="1.38E+10", id_number=NUMBER[:-1] + "1", email="none", vin="LSVAB2BR7MN12345I", plate="?"
    )
    assert {"phone:scientific", "id_number:check_digit", "email:unreadable", "plate:unreadable"} <= set(
        made.record.flags
    )
    assert made.record.name == "张伟"
    assert made.record.phones == ()
    assert NUMBER[:-1] not in str(made.record) + str(made.features)
    assert made.features.id_digest


def test_the_end_of_a_vin_is_kept() -> None:
    assert read(vin="MN123456").features.vin_tail == "123456"
    assert read(vin="LSVAB2BR7MN123456").features.vin_tail == "123456"


_ALPHABET = st.text(
    st.sampled_from("张王欧阳伟娜先生女士 a-zA-Z0139+E.*/\u3000（）号栋路市公司@éI\0\u200b，") | st.characters(),
    max_size=40,
)
_VALUES = st.dictionaries(
    st.sampled_from([each.code for each in FIELDS]), st.lists(_ALPHABET, min_size=1, max_size=3), max_size=8
)


@settings(max_examples=150)
@given(_VALUES)
def test_nothing_makes_standardising_raise_and_it_is_deterministic(values: dict[str, list[str]]) -> None:
    made = standardise(values, record_id=1, digest=digest)
    assert standardise(values, record_id=1, digest=digest) == made
    assert all(":" in flag for flag in made.record.flags)
