"""A lead is found wherever in the message it hides, once."""

import re
from email.message import EmailMessage

import pytest

from vinloop.connectors.adf import AdfRefused, extract_adf, parse_adf

ADF = (
    "<adf><prospect><vehicle><make>比亚迪</make></vehicle><customer><contact><name part='full'>王小明</name>"
    "<phone>13800138000</phone></contact></customer></prospect></adf>"
)
ESCAPED = ADF.replace("<", "&lt;").replace(">", "&gt;")


def message(body: str = "新线索", subtype: str = "plain") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "portal@portalx.example"
    mail["Subject"] = "在线线索"
    mail.set_content(body, subtype=subtype)
    return mail


def names(raw: bytes) -> list[str]:
    return [parse_adf(lead).prospects[0].customer.contact.names[0].value for lead in extract_adf(raw)]


@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit"])
def test_body_in_every_transfer_encoding(cte: str) -> None:
    mail = EmailMessage()
    mail.set_content(ADF, cte=cte)
    assert names(mail.as_bytes()) == ["王小明"]


@pytest.mark.parametrize("body", [ADF, f"<html><body>{ADF}</body></html>", f"<p>{ESCAPED}</p>"])
def test_html_body(body: str) -> None:
    assert names(message(body, "html").as_bytes()) == ["王小明"]


@pytest.mark.parametrize(
    ("maintype", "subtype", "filename"),
    [
        ("application", "xml", None),
        ("text", "xml", None),
        ("application", "octet-stream", "lead.XML"),
        ("application", "octet-stream", "线索.adf"),
        ("application", "adf+xml", None),
    ],
)
def test_attachment(maintype: str, subtype: str, filename: str | None) -> None:
    mail = message()
    mail.add_attachment(ADF.encode(), maintype=maintype, subtype=subtype, filename=filename)
    assert names(mail.as_bytes()) == ["王小明"]


def test_one_lead_in_three_forms_is_one() -> None:
    mail = message(ADF)
    mail.add_alternative(f"<pre>{ESCAPED}</pre>", subtype="html")
    assert names(mail.as_bytes()) == ["王小明"]
    mail.make_mixed()
    mail.add_attachment(ADF.encode(), maintype="application", subtype="xml", filename="a.xml")
    mail.add_attachment(ADF.encode(), maintype="application", subtype="xml", filename="b.xml")
    assert names(mail.as_bytes()) == ["王小明"]


def test_two_leads_in_one_message() -> None:
    mail = message()
    for name in ("王小明", "李雷"):
        mail.add_attachment(ADF.replace("王小明", name).encode(), maintype="text", subtype="xml")
    assert names(mail.as_bytes()) == ["王小明", "李雷"]


def test_forwarded_message() -> None:
    outer = message("转发")
    outer.add_attachment(message(ADF))
    assert names(outer.as_bytes()) == ["王小明"]


@pytest.mark.parametrize("label", ["gb2312", "utf-8", "", "no-such"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="gbk"?>', '<?xml encoding="UTF-8"?>'])
def test_charset_of_part_against_declaration(label: str, declaration: str) -> None:
    raw = f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    assert names(raw + (declaration + ADF).encode("gb18030")) == ["王小明"]


def test_unreadable_part_is_handed_on_for_quarantine_unless_a_better_one_is_there() -> None:
    broken = ADF.replace("王小明", "Jos\u00e9").encode("latin-1", "ignore")
    mail = message()
    mail.add_attachment(broken, maintype="application", subtype="xml")
    assert extract_adf(mail.as_bytes()) == [broken]
    with pytest.raises(AdfRefused):
        parse_adf(broken)
    better = message(ADF)
    better.add_attachment(broken, maintype="application", subtype="xml")
    assert names(better.as_bytes()) == ["王小明"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\xff\xfe",
        b"hello",
        b"Content-Type: multipart/mixed\r\n\r\nx",
        b"Content-Type: application/xml; charset*=%%%''\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Disposition: attachment; filename*0*=x''%zz; filename*1=\r\n\r\nx",
        b"From: =?utf-8?q?=\r\nContent-Type: ;;;\r\n\r\nx",
        message("您好").as_bytes(),
    ],
)
def test_mail_without_a_lead(raw: bytes) -> None:
    assert extract_adf(raw) == []


def test_bounds() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(3000)
    )
    assert extract_adf(nested) == []
    mail = message()
    for _ in range(120):
        mail.add_attachment(b"x", maintype="image", subtype="png")
    mail.add_attachment(ADF.encode(), maintype="application", subtype="xml")
    assert extract_adf(mail.as_bytes()) == []
    assert extract_adf(message(ADF).as_bytes(), max_bytes=10) == []


def test_body_without_headers_and_multipart_without_boundary() -> None:
    assert names(ADF.encode()) == ["王小明"]
    assert names(b"Content-Type: multipart/mixed\r\n\r\n" + ADF.encode()) == ["王小明"]


def test_result_is_utf8_without_a_false_declaration() -> None:
    raw = b'Content-Type: text/xml\r\n\r\n<?xml version="1.0" encoding="gbk"?>' + ADF.encode("gbk")
    assert re.match(b"<adf>", extract_adf(raw)[0])
    assert extract_adf(raw)[0].decode("utf-8") == ADF
