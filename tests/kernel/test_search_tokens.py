"""Whatever a person may reasonably type finds the customer, and what they did not mean does not."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.kernel.identifiers.pinyin import name_syllables
from vinloop.kernel.search_tokens import MAX_QUERY_TOKENS, MAX_TOKENS, index_tokens, query_tokens, scope_token

KEY = b"k" * 32
KIND = "customer"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾仇区吕欧"
GIVEN = "伟芳娜敏静秀丽强磊军洋勇艳杰涛明超兰霞平刚桂英华玉萍红建国志绿行长乐重"

WANG = index_tokens(
    KEY,
    KIND,
    names=["王小明"],
    phones=["+8613800138000", "+12025550188", "+862162345678"],
    vins=["LSGGH55L7ES123456"],
    plates=["沪AD12345"],
    emails=["Li.Wei3269@example.cn"],
    refs=["L-7K3QX9MD"],
)


def found(tokens: list[int], text: str) -> bool:
    wanted = query_tokens(KEY, KIND, text)
    return bool(wanted) and set(wanted) <= set(tokens)


@pytest.mark.parametrize(
    "typed",
    [
        *("王", "小", "明", "王小", "小明", "王小明", "王 小明", "王 明", "王先生", "王小明先生", "王　小明"),
        *("wang", "wangx", "wang xiaoming", "Wang Xiao Ming", "WANGXIAOMING", "xiaoming wang", "xiaom", "ming"),
        *("wxm", "wx", "WXM", "xm", "wangxm", "wang xm", "wáng"),
        *("8000", "38000", "13800138000", "138 0013 8000", "+8613800138000", "0086-13800138000", "8613800138000"),
        *("2025550188", "(202) 555-0188", "+1 202 555 0188", "0188", "021-62345678", "62345678", "02162345678"),
        *("3456", "123456", "s123456", "ES123456", "LSGGH55L7ES123456", "lsggh55l7 es123456"),
        *("沪AD12345", "沪A·D12345", "AD12345", "d12345", "12345", "2345"),
        *("li.wei3269@example.cn", "LI.WEI3269@EXAMPLE.CN", "li.wei3269", "wei3269", "li.wei3269@exa"),
        *("L-7K3QX9MD", "l-7k3qx9md", "7K3QX9MD", "L7K3QX9MD", "l 7k3qx9md"),
        *("王 8000", "wang 8000", "王小明 138 0013 8000", "wxm 123456"),
    ],
)
def test_what_finds_him(typed: str) -> None:
    assert found(WANG, typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("李", "王明", "明小", "大明", "wangda", "wdm", "zhang", "ng", "8001", "1380", "13800138001", "王 8001"),
        *("+8613900138000", "LSGGH55L7ES123457", "沪AD12346", "someone@example.cn", "L-7K3QX9MF", "example"),
    ],
)
def test_what_does_not(typed: str) -> None:
    assert not found(WANG, typed)


@pytest.mark.parametrize("typed", ["", "  ", "w", "-", "·", "😀", "@", "+"])
def test_too_short_to_search_has_no_tokens(typed: str) -> None:
    assert query_tokens(KEY, KIND, typed) == []


def test_western_and_other_names() -> None:
    ann = index_tokens(KEY, KIND, names=["Ann-Marie O’Example", "José Müller"])
    for typed in ("ann", "an", "marie", "oexam", "O'Example ann", "annmarie", "jose", "JOSÉ", "mull", "müller jo"):
        assert found(ann, typed), typed
    assert not found(ann, "bob")
    cyrillic = index_tokens(KEY, KIND, names=["Анна Пример"])
    assert found(cyrillic, "прим")


def test_readings_of_one_name() -> None:
    assert found(index_tokens(KEY, KIND, names=["单雄信"]), "shanxiongxin")
    assert found(index_tokens(KEY, KIND, names=["单雄信"]), "sxx")
    assert found(index_tokens(KEY, KIND, names=["吕绿"]), "lvlv")
    assert found(index_tokens(KEY, KIND, names=["吕绿"]), "lulu")
    assert found(index_tokens(KEY, KIND, names=["欧阳娜娜"]), "ouyangnn")
    assert found(index_tokens(KEY, KIND, names=["阿卜杜拉·热合曼"]), "阿卜杜拉·热合曼")
    assert found(index_tokens(KEY, KIND, names=["阿卜杜拉·热合曼"]), "拉热")
    assert found(index_tokens(KEY, KIND, names=["巴音郭楞蒙古自治州华美商贸有限责任公司"]), "华美商贸")
    assert found(index_tokens(KEY, KIND, names=["360 Fleet (Shanghai)"]), "360 shang")
    assert found(index_tokens(KEY, KIND, names=["王小明"], extra=["Shanghai", "浦东"]), "王 shang 浦")


def test_tokens_are_keyed_and_of_one_kind() -> None:
    assert not set(index_tokens(b"x" * 32, KIND, names=["王小明"])) & set(WANG)
    assert not set(index_tokens(KEY, "vehicle", names=["王小明"])) & set(WANG)


def test_scope_cannot_be_typed() -> None:
    scope = scope_token(KEY, KIND, 7)
    assert scope == scope_token(KEY, KIND, "7") != scope_token(KEY, KIND, 8)
    assert scope not in query_tokens(KEY, KIND, "@7") + query_tokens(KEY, KIND, "7@7") + WANG


def test_tokens_fit_a_bigint_and_are_bounded() -> None:
    assert sorted(set(WANG)) == WANG
    assert all(-(2**63) <= token < 2**63 for token in WANG)
    crowd = index_tokens(KEY, KIND, names=[SURNAMES, GIVEN * 3], phones=[f"+86138{n:08}" for n in range(20)])
    assert len(crowd) == MAX_TOKENS
    assert len(query_tokens(KEY, KIND, SURNAMES + GIVEN)) == MAX_QUERY_TOKENS


chinese_names = st.builds(str.__add__, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=3))
fractions = st.tuples(st.floats(0, 1), st.floats(0, 1))


def cut(text: str, where: tuple[float, float], least: int) -> str:
    start = int(where[0] * (len(text) - least))
    return text[start : start + least + int(where[1] * (len(text) - start - least + 0.99))]


@given(chinese_names, fractions)
def test_any_fragment_of_a_chinese_name(name: str, where: tuple[float, float]) -> None:
    assert found(index_tokens(KEY, KIND, names=[name]), cut(name, where, 1))


@given(chinese_names, st.integers(2, 30), st.integers(0, 3))
def test_any_beginning_of_its_pinyin_and_initials(name: str, length: int, start: int) -> None:
    tokens = index_tokens(KEY, KIND, names=[name])
    syllables = name_syllables(name)
    rest = syllables[start % len(syllables) :]
    initials = "".join(syllable[0] for syllable in rest)
    for typed in ("".join(rest)[:length], initials[:length]):
        assert len(typed) < 2 or found(tokens, typed)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.integers(4, 11))
def test_any_tail_of_a_phone(number: str, length: int) -> None:
    assert found(index_tokens(KEY, KIND, names=["王小明"], phones=[f"+86{number}"]), number[-length:])


@given(st.from_regex(r"[A-HJ-NPR-Z0-9]{17}", fullmatch=True), st.integers(4, 8))
def test_any_tail_of_a_vin(vin: str, length: int) -> None:
    tokens = index_tokens(KEY, KIND, vins=[vin])
    assert found(tokens, vin)
    assert found(tokens, vin[-length:].lower())


@given(st.text(max_size=80))
def test_no_text_breaks_the_search(text: str) -> None:
    assert len(query_tokens(KEY, KIND, text)) <= MAX_QUERY_TOKENS
    assert len(index_tokens(KEY, KIND, names=[text], phones=[text], vins=[text], plates=[text])) <= MAX_TOKENS


def test_indexing_is_quick_enough_for_millions() -> None:
    began = perf_counter()
    for number in range(2_000):
        name = SURNAMES[number % 26] + GIVEN[number % 31] + GIVEN[number % 29]
        index_tokens(KEY, KIND, names=[name], phones=[f"+86138{number:08}"], vins=[f"LSGGH55L7ES{number:06}"])
    assert perf_counter() - began < 2  # measured about 0.1 s; the room is for a busy machine
