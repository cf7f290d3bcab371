"""Breakages seen in real lead files are read; hostile files are refused with a stable reason."""

import time

import pytest

from vinloop.connectors.adf import AdfRefused, parse_adf, to_submissions
from vinloop.connectors.adf.document import Problem, Prospect
from vinloop.kernel.intake.remarks import english

CUSTOMER = "<customer><contact><name part='full'>Ann Example</name><phone>13800138000</phone></contact></customer>"
PROSPECT = f"<prospect><vehicle interest='buy'><make>BYD</make><model>Seal</model></vehicle>{CUSTOMER}</prospect>"
ADF = f"<adf>{PROSPECT}</adf>"


def first(markup: str | bytes) -> Prospect:
    return parse_adf(markup.encode() if isinstance(markup, str) else markup).prospects[0]


def refusal(data: str | bytes) -> AdfRefused:
    with pytest.raises(AdfRefused) as caught:
        parse_adf(data.encode() if isinstance(data, str) else data)
    return caught.value


@pytest.mark.parametrize(
    "markup",
    [
        '<?ADF VERSION "1.0"?><?XML VERSION "1.0"?>' + ADF,
        '<?adf version="1.0"?><?xml version="1.0"?>' + ADF,
        '\n\n  <?xml version="1.0"?>' + ADF,
        '<?xml version="1.0" encoding="no-such-thing"?>' + ADF,
        '<?xml version="1.0" encoding="utf-16"?>' + ADF,
        ADF.replace("adf>", "ADF>").replace("vehicle", "VEHICLE").replace("phone>", "Phone>"),
        ADF.replace("adf>", "a:adf>").replace("<a:adf>", "<a:adf xmlns:a='urn:x' xmlns='urn:y'>"),
        ADF.replace("prospect>", "x:prospect>"),
        PROSPECT,
        f'<?xml version="1.0"?>{PROSPECT}',
        f"<soap:Envelope><soap:Body>{ADF}</soap:Body></soap:Envelope>",
        f"<data><![CDATA[{ADF}]]></data>",
        ADF + "\n-- \nSent by PortalX <https://portalx.example>",
        "New lead!\n\n" + ADF,
        f"<!-- <adf> is a lead --><adf><!-- note > -->{PROSPECT}</adf>",
        f"<!DOCTYPE html><html><body><p>Lead<br>{ADF}</body></html>",
        ADF.replace("<adf>", "<adf><br>"),
        ADF.replace("'", ""),
        ADF.replace("<adf>", "<adf><unknown><deeper/></unknown>"),
    ],
)
def test_form_breakages_are_read(markup: str) -> None:
    prospect = first(markup)
    assert prospect.customer.contact.names[0].value == "Ann Example"
    assert prospect.customer.contact.phones[0].value == "13800138000"
    assert prospect.vehicles[0].model == "Seal"


@pytest.mark.parametrize("levels", [1, 2])
def test_escaped_inside_html(levels: int) -> None:
    escaped = ADF.replace("Ann Example", "Ann &amp; Bob")
    for _ in range(levels):
        escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    page = f"<html><body><div>{escaped.replace(' ', '&nbsp;')}<br></div></body></html>"
    assert first(page).customer.contact.names[0].value == "Ann & Bob"


def test_text_is_cleaned_not_lost() -> None:
    name = (
        "<name part='full'> &nbsp;O&apos;Neil &amp; S&#246;n &eacute; R&D < 3 &xyz; <![CDATA[<b>&amp;]]>\t x&#1;</name>"
    )
    prospect = first(ADF.replace("<name part='full'>Ann Example</name>", name))
    assert prospect.customer.contact.names[0].value == "O'Neil & Sön é R&D < 3 &xyz; <b>&amp; x"


def test_comments_keep_their_lines() -> None:
    comments = "<comments>\r\n  call after six <br/>or   mail\r\n</comments></customer>"
    assert first(ADF.replace("</customer>", comments)).customer.comments == "call after six\nor mail"


@pytest.mark.parametrize(
    "names",
    [
        "<name part='first'>Ann</name><name part='surname'>Example</name>",
        "<name part='FIRST'>Ann</name><surname>Example</surname>",
        "<firstname>Ann</firstname><lastname>Example</lastname>",
        "<name><first>Ann</first><last>Example</last></name>",
    ],
)
def test_name_parts_in_every_spelling(names: str) -> None:
    lead = to_submissions(parse_adf(ADF.replace("<name part='full'>Ann Example</name>", names).encode()))[0]
    assert (lead.full_name, lead.first_name, lead.last_name) == ("Ann Example", "Ann", "Example")


def test_contact_element_may_be_missing() -> None:
    assert first(ADF.replace("<contact>", "").replace("</contact>", "")).customer.contact.phones


def test_prospect_without_customer_is_named_not_lost() -> None:
    document = parse_adf(f"<adf><prospect><vehicle/></prospect>{PROSPECT}</adf>".encode())
    assert len(document.prospects) == 1
    assert document.problems == (Problem(1, "no_customer"),)


def test_street_lines_are_ordered_as_numbers() -> None:
    streets = "".join(f"<street line='{n}'>s{n}</street>" for n in (10, 2, 1))
    address = first(ADF.replace("</contact>", f"<address>{streets}</address></contact>")).customer.contact.address
    assert address is not None
    assert address.streets == ("s1", "s2", "s10")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "not_xml"),
        ("hello", "not_xml"),
        ("{}", "not_xml"),
        ("<order><id>1</id></order>", "no_prospect"),
        ("<adf/>", "no_prospect"),
        ("<adf></adf>", "no_prospect"),
        ("<adf><prospect><vehicle/></prospect></adf>", "no_customer"),
        ("<adf><prospect><customer><contact/></customer></prospect></adf>", "no_customer"),
        (ADF[:-10], "truncated"),
        (ADF[:60], "truncated"),
        (ADF.replace("</phone>", ""), "not_xml"),
        (ADF.replace("</phone>", "</email>"), "not_xml"),
        (ADF.replace("<phone>", "<phone type='>"), "not_xml"),
        (ADF.replace("<phone>", "<![CDATA[<phone>"), "not_xml"),
        ('<!DOCTYPE adf SYSTEM "adf.dtd">' + ADF, "doctype"),
        ('<!DOCTYPE adf [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + ADF.replace("Ann", "&x;"), "entity_declaration"),
        ("<!doctype html [ ]>" + ADF, "doctype"),
        ("<!DOCTYPE adf PUBLIC 'x' 'http://169.254.169.254/'>" + ADF, "doctype"),
        (ADF.replace("<prospect>", "<prospect><!ELEMENT adf ANY>"), "not_xml"),
        ("<adf>" + "<a>" * 51 + "</a>" * 51 + "</adf>", "too_deep"),
        ("<adf>" + "<a>" * 100_000 + "</a>" * 100_000 + "</adf>", "too_deep"),
        ("<adf>" + "<a/>" * 20_001 + "</adf>", "too_many_elements"),
        (b"\xff\xfe<\0a", "undecodable"),
        (b"\xff\xfe<\0a\0\0", "undecodable"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADw-adf+AD4-', "no_prospect"),
        (ADF.replace("Ann", "Jos\u00e9").encode("cp1252"), "undecodable"),
        (ADF.replace("Ann", "M\u00fcller").encode("cp1252"), "undecodable"),
        (ADF.replace("Ann", "\0").encode(), "undecodable"),
        (b"\x80\x81\x82\xff" * 50, "undecodable"),
    ],
)
def test_refused_with_a_reason(data: str | bytes, reason: str) -> None:
    assert refusal(data).reason_code == reason


def test_billion_laughs() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE adf [<!ENTITY l0 "lol">{entities}]>' + ADF.replace("Ann", "&l9;")
    assert refusal(bomb).reason_code == "entity_declaration"
    assert refusal(bomb.encode("utf-16")).reason_code == "entity_declaration"


@pytest.mark.parametrize(
    "body",
    [
        b"<adf>" * 10_000_000,
        b"<" * 2_000_000,
        b'<a "' * 500_000,
        b"<!--" * 500_000,
        b"<![CDATA[" * 200_000,
        b"<adf>" + b"<a b='" * 300_000,
        b"<adf>" + b"&amp" * 400_000 + b"</adf>",
        b"<aaaa" * 400_000,
        b"<?xml " * 300_000,
        b"&lt;adf" * 280_000,
        b"<!DOCTYPE " * 200_000,
        b"<adf><a " + b"b='1' " * 300_000 + b"/></adf>",
    ],
)
def test_hostile_bodies_are_refused_quickly(body: bytes) -> None:
    started = time.process_time()
    assert refusal(body).reason_code
    assert time.process_time() - started < 5


def test_the_limit_is_a_parameter() -> None:
    assert refusal(b" " * (2 * 1024 * 1024 + 1)).reason_code == "too_large"
    with pytest.raises(AdfRefused, match="too_large"):
        parse_adf(ADF.encode(), max_bytes=10)


def test_reasons_do_not_quote_the_customer() -> None:
    error = refusal(ADF.replace("</phone>", "</x>"))
    assert english([error.remark]) == "Tags do not match: x."
    assert "1380013" not in f"{error} {error.message} {error.remark}"
    assert "Ann" not in f"{error} {error.message} {error.remark}"


@pytest.mark.parametrize("codec", ["gb18030", "big5", "shift_jis", "utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_declared_encodings(codec: str) -> None:
    markup = f'<?xml version="1.0" encoding="{codec}"?>' + ADF.replace("Ann Example", "王明")
    assert first(markup.encode(codec)).customer.contact.names[0].value == "王明"


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "GBK", "iso-8859-1", "windows-1252", "ascii", "big5"])
@pytest.mark.parametrize("name", ["张三丰", "张三", "李四光明", "欧阳娜娜"])
def test_utf8_is_recognised_under_any_label(declared: str, name: str) -> None:
    markup = f'<?xml version="1.0" encoding="{declared}"?>' + ADF.replace("Ann Example", name)
    assert first(markup.encode()).customer.contact.names[0].value == name
