"""Telephone numbers, e-mail, VINs, plates, money and references as people really type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.kernel import identifiers as ids

US = ("US",)


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("13800138000", "+8613800138000"),
        (" 138 0013 8000 ", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("0086-13800138000", "+8613800138000"),
        ("08613800138000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("013800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("手机:13800138000", "+8613800138000"),
        ("13800138000(王先生)", "+8613800138000"),
        ("13800138000.0", "+8613800138000"),
        ("021-62345678", "+862162345678"),
        ("(021)62345678", "+862162345678"),
        ("0086-021-62345678", "+862162345678"),
        ("75588888888", "+8675588888888"),
        ("400-820-8820", "+864008208820"),
        ("2025550188", "+12025550188"),
        ("+1-202-555-0143", "+12025550143"),
        ("1-202-555-0143", "+12025550143"),
        ("+1 555 010 0143", "+15550100143"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_phone_is_read_in_china(typed: str, e164: str) -> None:
    phone = ids.parse_phone(typed, "CN", fallback_regions=US)
    assert phone is not None
    assert phone.e164 == e164
    assert phone.tail == e164[-4:]
    assert ids.phone_problem(typed) is None


def test_phone_is_read_at_home_in_america() -> None:
    assert str(ids.parse_phone("2025550188", "US")) == "+12025550188"
    assert str(ids.parse_phone("5550100143", "US")) == "+15550100143"
    assert str(ids.parse_phone("13800138000", "US")) == "+8613800138000"


def test_extension_is_kept_apart() -> None:
    for typed in ("021-62345678转801", "021-62345678-801", "021-62345678 分机801", "021-62345678 ext. 801"):
        phone = ids.parse_phone(typed)
        assert phone is not None
        assert (phone.e164, phone.extension, phone.is_mobile) == ("+862162345678", "801", False)


@pytest.mark.parametrize("separator", ["/", ",", "，", "、", ";", "；", " ", "或", "\n"])
def test_several_numbers_in_one_field(separator: str) -> None:
    phones = ids.parse_phones(f"13800138000{separator}13900139000{separator}13800138000")
    assert [phone.e164 for phone in phones] == ["+8613800138000", "+8613900139000"]
    assert all(phone.is_mobile for phone in phones)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("　", "empty"),
        ("1.38001E+10", "scientific_notation"),
        ("无", "no_digits"),
        ("95588", "too_short"),
        ("12345678901", "not_a_number"),
        ("65529988", "not_a_number"),
        ("138001380001380013800", "too_long"),
    ],
)
def test_what_is_no_number_says_why(typed: str, reason: str) -> None:
    assert ids.parse_phone(typed) is None
    assert ids.phone_problem(typed) == reason


def test_phone_is_shown_and_masked() -> None:
    assert ids.format_phone("+8613800138000") == "138 0013 8000"
    assert ids.format_phone("+12025550188") == "+1 202-555-0188"
    assert ids.format_phone("+12025550188", "US") == "(202) 555-0188"
    assert ids.format_phone("nonsense") == "nonsense"
    assert ids.mask_phone("+8613800138000") == "138…8000"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+12025550188", "+1 20…0188"),
        ("+77015551234", "+7 70…1234"),
        ("+85291234567", "+852 …4567"),
        ("+498912345678", "+49 89…5678"),
        ("+3726123456", "+372 …56"),
        ("+862162345678", "216…5678"),
        ("13800138000", "138…8000"),
        ("", "…"),
    ],
)
def test_a_masked_number_from_abroad_keeps_its_country(number: str, shown: str) -> None:
    assert ids.mask_phone(number) == shown


@given(st.text(max_size=60))
def test_no_text_breaks_a_parser(text: str) -> None:
    ids.parse_phones(text)
    ids.phone_problem(text)
    ids.normalise_email(text)
    ids.parse_plate(text)
    ids.parse_vin(text)
    ids.vin_problem(text)
    ids.parse_money(text)
    ids.parse_ref(text)
    ids.parse_name(text)
    ids.looks_like_mojibake(text)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_chinese_mobile_survives_being_shown(number: str) -> None:
    phone = ids.parse_phone(number)
    assert phone is not None
    assert phone.e164 == f"+86{number}"
    assert ids.parse_phone(ids.format_phone(phone.e164)) == phone


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Li.Wei@Example.CN ", "li.wei@example.cn"),
        ("ｌｉ＠example.com", "li@example.com"),
        ("mailto:a+b@example.com", "a+b@example.com"),
        ("<ann@example.com>", "ann@example.com"),
        ("王@例子.中国", "王@xn--fsqu00a.xn--fiqs8s"),
        ("nobody", None),
        ("a@b", None),
        ("a b@example.com", None),
        ("a..b@example.com", None),
        (".a@example.com", None),
        ("a@example..com", None),
        ("a@127.0.0.1", None),
        ("a@@example.com", None),
        ("hannah88opowersc@m", None),
        ("x" * 65 + "@example.com", None),
        ("", None),
    ],
)
def test_email(typed: str, address: str | None) -> None:
    assert ids.normalise_email(typed) == address


def test_email_is_masked() -> None:
    assert ids.mask_email("zhangwei@example.cn") == "z…@example.cn"


def test_vin_is_read_and_taken_apart() -> None:
    vin = ids.parse_vin(" 1m8gdm9a-XKP042788 ")
    assert vin is not None
    assert (str(vin), vin.wmi, vin.vds, vin.vis) == ("1M8GDM9AXKP042788", "1M8", "GDM9AX", "KP042788")
    assert vin.check_digit_ok
    assert ids.vin_problem("1M8GDM9AXKP042788") is None
    assert ids.vin_problem("11111111111111111") is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("KP042788", "too_short"),
        ("1M8GDM9AXKP0427889", "too_long"),
        ("1M8GDM9AXKPO42788", "forbidden_letter"),
        ("1M8GDM9AXKP04278中", "bad_character"),
    ],
)
def test_what_is_no_vin_says_why(typed: str, reason: str) -> None:
    assert ids.parse_vin(typed) is None
    assert ids.vin_problem(typed) == reason


def test_wrong_check_digit_warns_and_does_not_refuse() -> None:
    vin = ids.parse_vin("1M8GDM9A0KP042788")
    assert vin is not None
    assert not vin.check_digit_ok
    assert vin.expected_check_digit == "X"
    assert ids.vin_problem("1M8GDM9A0KP042788") == "check_digit"


def test_misread_letters_are_suggested_not_assumed() -> None:
    assert str(ids.suggest_vin("1M8GDM9AXKPO42788")) == "1M8GDM9AXKP042788"
    assert ids.suggest_vin("1M8GDM9AXKP042788") is None


@pytest.mark.parametrize(
    ("code", "reference", "year"),
    [
        ("A", 2026, 2010),
        ("T", 2026, 2026),
        ("V", 2026, 2027),
        ("W", 2026, 1998),
        ("9", 2026, 2009),
        ("L", 1985, 1990),
    ],
)
def test_model_year_is_the_latest_that_can_be(code: str, reference: int, year: int) -> None:
    vin = ids.parse_vin(f"LSGGH55L7{code}S123456")
    assert vin is not None
    assert vin.model_year(reference) == year


def test_unused_model_year_code_has_no_year() -> None:
    vin = ids.parse_vin("LSGGH55L70S123456")
    assert vin is not None
    assert vin.model_year(2026) is None


def test_manufacturer_from_own_table_and_from_the_library() -> None:
    makers = {
        w: getattr(ids.parse_vin(w + "GH55L7ES12345"), "manufacturer", "-")
        for w in ("LSGG", "LSVA", "LVVD", "WVWZ", "ZZZ9")
    }
    assert makers == {
        "LSGG": "SAIC-GM",
        "LSVA": "SAIC Volkswagen",
        "LVVD": "Chery",
        "WVWZ": "Volkswagen",
        "ZZZ9": None,
    }


def test_vin_is_masked() -> None:
    assert ids.mask_vin("LSGGH55L7ES123456") == "LSG…123456"


@pytest.mark.parametrize(
    ("typed", "value", "display"),
    [
        ("沪A·D12345", "沪AD12345", "沪A·D12345"),
        ("沪AD12345", "沪AD12345", "沪A·D12345"),
        (" 沪Ａ Ｄ１２３４５ ", "沪AD12345", "沪A·D12345"),
        ("闽d-dn85m", "闽DDN85M", "闽D·DN85M"),
        ("粤B123学", "粤B123学", "粤B123学"),
        ("粤B1234学", "粤B1234学", "粤B·1234学"),
        ("川AO1234", "川A01234", "川A·01234"),
    ],
)
def test_plate(typed: str, value: str, display: str) -> None:
    assert ids.display_plate(typed) == display
    if len(value) >= 7:
        assert ids.normalise_plate(typed) == value


def test_foreign_and_broken_plates_stay_as_written() -> None:
    assert ids.normalise_plate("B-VL 2026") is None
    assert ids.normalise_plate("沪A1234") is None
    assert ids.display_plate("B-VL 2026") == "B-VL 2026"
    plate = ids.parse_plate("沪AD12345")
    assert plate is not None
    assert plate.is_new_energy
    assert ids.mask_plate("沪AD12345") == "沪A…45"


@pytest.mark.parametrize(
    ("typed", "minor", "currency"),
    [
        ("199,800", 19_980_000, "CNY"),
        ("¥199,800.50", 19_980_050, "CNY"),
        ("19.98万", 19_980_000, "CNY"),
        ("19.98万元", 19_980_000, "CNY"),
        ("USD 25,000.5", 2_500_050, "USD"),
        ("25000 EUR", 2_500_000, "EUR"),
        ("JPY 3,000,000", 3_000_000, "JPY"),
        ("１２", 1_200, "CNY"),
        ("-3.10", -310, "CNY"),
    ],
)
def test_money_is_read(typed: str, minor: int, currency: str) -> None:
    assert ids.parse_money(typed) == ids.Money(minor, currency)


@pytest.mark.parametrize("typed", ["", "free", "1,2", "12.345", "JPY 1.5", "1 2", "NaN", "1e9", "万"])
def test_what_is_no_amount(typed: str) -> None:
    assert ids.parse_money(typed) is None


@pytest.mark.parametrize(
    ("money", "chinese", "english"),
    [
        (ids.Money(19_980_000, "CNY"), "¥199,800.00", "CN¥199,800.00"),
        (ids.Money(-310, "USD"), "-$3.10", "-$3.10"),
        (ids.Money(3_000_000, "JPY"), "JP¥3,000,000", "JP¥3,000,000"),
        (ids.Money(1_234, "KWD"), "1.234 KWD", "KWD 1.234"),
    ],
)
def test_money_is_shown(money: ids.Money, chinese: str, english: str) -> None:
    assert ids.format_money(money, "zh-Hans") == chinese
    assert ids.format_money(money, "en") == english


def test_money_adds_up_and_refuses_to_mix() -> None:
    price = ids.Money.of(Decimal("100.10"), "CNY")
    assert price + price * 2 - ids.Money(30, "CNY") == ids.Money(30_000, "CNY")
    assert -price < price
    with pytest.raises(ids.CurrencyMismatch):
        _ = price + ids.Money(1, "USD")
    with pytest.raises(ValueError, match="ISO 4217"):
        ids.Money(1, "yuan")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "USD", "JPY", "KWD", "EUR"]))
def test_money_survives_its_own_amount(minor: int, currency: str) -> None:
    money = ids.Money(minor, currency)
    assert ids.Money.of(money.amount, currency) == money
    assert ids.parse_money(str(money)) == money


def test_refs_are_random_and_readable_aloud() -> None:
    refs = {ids.new_ref("L") for _ in range(500)}
    assert len(refs) == 500
    assert all(ids.parse_ref(ref.lower()) == ref for ref in refs)
    assert not set("".join(ref[2:] for ref in refs)) & set("ILOU")


def test_refs_forgive_how_they_were_heard() -> None:
    assert ids.parse_ref(" l-7k3qx9md ") == "L-7K3QX9MD"
    assert ids.parse_ref("l7k3qx9md") == "L-7K3QX9MD"
    assert ids.parse_ref("CS-OIL00001") == "CS-01100001"
    assert ids.parse_ref("L-123") is None
    assert ids.parse_ref("Wang Xiaoming") is None
    with pytest.raises(ValueError, match="prefix"):
        ids.new_ref("lead")
