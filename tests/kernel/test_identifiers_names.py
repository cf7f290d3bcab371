"""Names of people: titles, order, pinyin, and what can be the same person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.kernel import identifiers as ids
from vinloop.kernel.identifiers.pinyin import name_spellings, name_syllables


@pytest.mark.parametrize(
    ("typed", "name", "title"),
    [
        ("王建国先生", "王建国", "先生"),
        ("王 建国　", "王建国", ""),
        ("胡梓玲(车主)", "胡梓玲", ""),
        ("胡梓玲（本人）", "胡梓玲", ""),
        ("胡梓玲-试驾", "胡梓玲", ""),
        ("李总", "李", "总"),
        ("女士", "", "女士"),
        ("Mr. Example", "Example", "Mr"),
        ("Mrs Ann Example", "Ann Example", "Mrs"),
        ("Example, Ann", "Ann Example", ""),
        ("Ann Example Jr.", "Ann Example", ""),
        ("阿卜杜拉•艾山", "阿卜杜拉·艾山", ""),
        ("Drew Example", "Drew Example", ""),
    ],
)
def test_name_is_cleaned(typed: str, name: str, title: str) -> None:
    parsed = ids.parse_name(typed)
    assert (parsed.text, parsed.title) == (name, title)
    assert ids.normalise_name(typed) == name


def test_family_and_given_name() -> None:
    assert (ids.parse_name("欧阳娜娜").family, ids.parse_name("欧阳娜娜").given) == ("欧阳", "娜娜")
    assert (ids.parse_name("王先生").family, ids.parse_name("王先生").given) == ("王", "")
    assert (ids.parse_name("Ann Example").family, ids.parse_name("Ann Example").given) == ("Example", "Ann")


def test_name_is_shown_in_its_own_order() -> None:
    assert ids.display_name("建国", "王") == "王建国"
    assert ids.display_name("Ann", "Example") == "Ann Example"
    assert ids.display_name("Jianguo", "Wang", script="Latn") == "Jianguo Wang"
    assert ids.display_name("", "Example") == "Example"
    assert ids.display_name("x", "y", full=" Ann  Example ") == "Ann Example"


def test_name_is_masked() -> None:
    assert ids.mask_name("王建国") == "王**"
    assert ids.mask_name("欧阳娜娜") == "欧阳**"
    assert ids.mask_name("Ann Example") == "A. E."


def test_surnames_are_read_as_surnames() -> None:
    assert name_syllables("单雄信") == ("shan", "xiong", "xin")
    assert name_syllables("曾国藩")[0] == "zeng"
    assert name_syllables("尉迟恭") == ("yu", "chi", "gong")
    assert ("ceng", "guo", "fan") in name_spellings("曾国藩")


COMPATIBLE = [
    ("王建国", "王建国先生"),
    ("王建国", "王先生"),
    ("王建国", "王 建国"),
    ("王建国", "建国"),
    ("王建国", "Wang Jianguo"),
    ("王建国", "Jianguo WANG"),
    ("王建国", "WANGJIANGUO"),
    ("王建国", "Wang Jian-Guo"),
    ("王建国", "J. Wang"),
    ("王建国", "Mr Wang"),
    ("王梓艳", "王子艳"),
    ("黄涛", "黃濤"),
    ("李女士", "Li Huijing"),
    ("李女士", "LIHUIJING"),
    ("吕绿", "Lv Lv"),
    ("吕绿", "Lü Lu"),
    ("欧阳娜娜", "Nana Ouyang"),
    ("A. Example", "Ann Example"),
    ("Ann Example", "EXAMPLE ANN"),
    ("Ann Example", "Example, Ann"),
    ("Ann Marie Example", "Ann Example"),
    ("Ann Example", "Mrs Example"),
    ("José Example", "Jose Example"),
    ("WANGJIANGUO", "Jianguo Wang"),
    ("", "Ann Example"),
    ("先生", "王建国"),
]
INCOMPATIBLE = [
    ("王建国", "王建军"),
    ("王建国", "李建国"),
    ("王建国", "李先生"),
    ("王小明", "Yu Xiaoming"),
    ("李女士", "Wang Hui"),
    ("王建国", "Li Jianguo"),
    ("王建国", "Wang Jianjun"),
    ("Ann Example", "Bob Example"),
    ("A. Example", "Bob Example"),
    ("Ann Example", "Ann Other"),
    ("Ann Example", "A"),
    ("欧阳娜娜", "欧阳菲菲"),
]


@pytest.mark.parametrize(("a", "b"), COMPATIBLE)
def test_names_that_can_be_one_person(a: str, b: str) -> None:
    assert ids.names_compatible(a, b)
    assert ids.names_compatible(b, a)


@pytest.mark.parametrize(("a", "b"), INCOMPATIBLE)
def test_names_that_cannot(a: str, b: str) -> None:
    assert not ids.names_compatible(a, b)
    assert not ids.names_compatible(b, a)


@given(
    st.text("王李张建国欧阳 ·AnBob先生.-,()", max_size=8),
    st.text("王李张建国欧阳 ·AnBob先生.-,()", max_size=8),
)
def test_compatibility_does_not_depend_on_the_order(a: str, b: str) -> None:
    assert ids.names_compatible(a, b) == ids.names_compatible(b, a)
    assert ids.names_compatible(a, a)


@pytest.mark.parametrize("broken", ["王建国".encode().decode("latin-1"), "ï»¿name", "王�国", "锟斤拷", "ProblÃ¨me"])
def test_mojibake_is_noticed(broken: str) -> None:
    assert ids.looks_like_mojibake(broken)


@pytest.mark.parametrize("fine", ["王建国", "Ann Example", "José", "Zoë", "阿卜杜拉·热合曼", "", "¥100", "沪A·D12345"])
def test_good_text_is_no_mojibake(fine: str) -> None:
    assert not ids.looks_like_mojibake(fine)
