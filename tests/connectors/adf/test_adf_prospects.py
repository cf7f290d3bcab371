"""Which car is wanted, which number is called first, and what a figure means."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from vinloop.connectors.adf import AdfLead, parse_adf, to_submissions, values

CONTACT = "<contact><name part='full'>王小明</name><phone>13800138000</phone></contact>"


def lead(*, vehicles: str = "", contact: str = CONTACT, customer: str = "", prospect: str = "") -> AdfLead:
    markup = f"<adf><prospect>{vehicles}<customer>{contact}{customer}</customer>{prospect}</prospect></adf>"
    return to_submissions(parse_adf(markup.encode()))[0]


def car(interest: str, model: str, rest: str = "") -> str:
    attribute = f" interest='{interest}'" if interest else ""
    return f"<vehicle{attribute}><year>2024</year><make>BYD</make><model>{model}</model>{rest}</vehicle>"


@pytest.mark.parametrize("interest", ["buy", "lease", "test-drive", ""])
def test_trade_in_before_the_wanted_car(interest: str) -> None:
    found = lead(vehicles=car("trade-in", "Old") + car(interest, "Seal") + car("buy", "Han"))
    assert (found.model, found.interest) == ("Seal", interest or "buy")
    assert found.trade_in is not None
    assert found.trade_in.model == "Old"
    assert found.other_wanted == ("2024 BYD Han",)


@pytest.mark.parametrize("interest", ["sell", "trade-in"])
def test_only_a_car_to_give(interest: str) -> None:
    found = lead(vehicles=car(interest, "Old"))
    assert (found.make, found.model, found.year, found.interest) == (None, None, None, interest)
    assert found.trade_in is not None
    assert (found.trade_in.make, found.trade_in.year) == ("BYD", 2024)


def test_no_car_at_all() -> None:
    found = lead()
    assert (found.interest, found.model, found.trade_in) == (None, None, None)


@pytest.mark.parametrize(
    ("units", "kilometres"),
    [("km", 52000), ("mi", 83686), ("miles", 83686), ("MILES", 83686), ("公里", 52000), ("", None), ("li", None)],
)
def test_odometer_in_kilometres(units: str, kilometres: int | None) -> None:
    found = lead(vehicles=car("trade-in", "Old", f"<odometer units='{units}'>52,000</odometer>")).trade_in
    assert found is not None
    assert found.odometer_km == kilometres
    assert found.odometer_text == f"52,000 {units.lower()}".strip()


def test_names_in_chinese_and_others() -> None:
    parts = "<name part='first'>{}</name><name part='last'>{}</name><phone>1</phone>"
    assert lead(contact=f"<contact>{parts.format('小明', '王')}</contact>").full_name == "王小明"
    assert lead(contact=f"<contact>{parts.format('Ann', 'Example')}</contact>").full_name == "Ann Example"
    assert lead(contact=f"<contact>{parts.format('Ann', '')}</contact>").full_name == "Ann"
    business = lead(contact="<contact><name part='full' type='business'>比亚迪</name></contact>")
    assert (business.full_name, business.is_business) == ("比亚迪", True)


def test_phones_in_the_order_to_dial() -> None:
    contact = (
        "<contact><phone type='fax'>1</phone><phone type='voice'>2</phone><phone type='cellphone'>3</phone>"
        "<phone>4</phone><phone preferredcontact='1'>5</phone><phone>4</phone>"
        "<email>a@x.example</email><email preferredcontact='1'>b@x.example</email></contact>"
    )
    found = lead(contact=contact)
    assert found.phones == ("5", "3", "2", "4")
    assert found.emails == ("b@x.example", "a@x.example")


def test_address_timeframe_comments_and_senders() -> None:
    address = (
        "<address><street line='1'>世纪大道100号</street><apartment>3栋</apartment><city>上海</city>"
        "<regioncode>SH</regioncode><postalcode>200120</postalcode><country>CN</country></address>"
    )
    found = lead(
        contact=CONTACT.replace("</contact>", address + "</contact>"),
        customer="<timeframe><description>一个月内</description><earliestdate>2024-03-05T00:00:00+08:00"
        "</earliestdate><latestdate>2024-04-05</latestdate></timeframe><comments>下午联系</comments>",
        vehicles=car("buy", "Seal", "<pricecomments>可分期</pricecomments><comments>下午联系</comments>"),
        prospect="<id source='PortalX'>L-1</id><id source='Other'>9</id><vendor><vendorname>浦东店</vendorname>"
        "</vendor><provider><name>PortalX</name><service>表单</service></provider>",
    )
    assert (found.city, found.region, found.country, found.postal_code) == ("上海", "SH", "CN", "200120")
    assert found.address == "世纪大道100号 3栋"
    assert (found.timeframe, found.earliest_date) == ("一个月内", date(2024, 3, 5))
    assert found.latest_date == date(2024, 4, 5)
    assert found.comments == "下午联系\n可分期"
    assert (found.external_id, found.external_source) == ("L-1", "PortalX")
    assert (found.vendor_name, found.provider_name, found.provider_service) == ("浦东店", "PortalX", "表单")


def test_the_price_told_to_the_customer_wins() -> None:
    prices = "<price type='msrp' currency='USD'>40000</price><price type='call'>call</price>"
    prices += "<price type='quote' currency='rmb'>259,800.50</price>"
    found = lead(vehicles=car("buy", "Seal", prices))
    assert (found.price_amount, found.price_currency) == (Decimal("259800.50"), "CNY")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("31250.50", "31250.50"),
        ("$31,250", "31250"),
        ("¥ 25.98万", "259800"),
        ("35k", "35000"),
        ("31.250,50", "31250.50"),
        ("259800元", "259800"),
        ("20-25万", None),
        ("call us", None),
        ("", None),
        ("9" * 5000, None),
        ("1.2.3", None),
    ],
)
def test_amounts(text: str, amount: str | None) -> None:
    assert values.amount(text) == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-05T09:15:00+08:00", datetime(2024, 3, 5, 1, 15, tzinfo=UTC)),
        ("2024-03-05T09:15:00-0800", datetime(2024, 3, 5, 17, 15, tzinfo=UTC)),
        ("2024-03-05 01:15Z", datetime(2024, 3, 5, 1, 15, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 09:15:00 +0800", datetime(2024, 3, 5, 1, 15, tzinfo=UTC)),
        ("2024-03-05T09:15:00", None),
        ("0001-01-01T00:00:00+08:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_moments_need_an_offset(text: str | None, moment: datetime | None) -> None:
    assert values.moment(text) == moment


@pytest.mark.parametrize(("text", "year"), [("2024", 2024), ("24", None), ("2024款", None), ("²⁰²⁴", None)])
def test_years(text: str, year: int | None) -> None:
    assert values.year(text) == year
