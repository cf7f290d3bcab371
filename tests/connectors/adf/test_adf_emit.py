"""What is written is strict ADF 1.0, whatever came in."""

from lxml import etree

from vinloop.connectors.adf import emit_adf, parse_adf

LOOSE = """<adf><prospect status="odd"><vehicle status="CPO" interest="TradeIn"><make>A&B</make>
<odometer units="miles">5</odometer></vehicle><customer><contact><phone type="mobile">1</phone>
<phone type="carrier-pigeon">2</phone></contact><comments><![CDATA[<b>"hi"]]&gt;</b> & bye]]></comments>
</customer></prospect></adf>"""


def written() -> etree._Element:
    return etree.fromstring(emit_adf(parse_adf(LOOSE.encode())))


def test_head_and_order_of_elements() -> None:
    data = emit_adf(parse_adf(LOOSE.encode()))
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n<adf><prospect>')
    prospect = written()[0]
    assert [child.tag for child in prospect] == ["requestdate", "vehicle", "customer", "vendor"]
    assert [child.tag for child in prospect[1]] == ["year", "make", "model", "odometer"]


def test_words_outside_the_standard_are_mapped_or_left_out() -> None:
    root = written()
    assert root.xpath("//prospect/@status") == []
    assert root.xpath("//vehicle/@status") == ["used"]
    assert root.xpath("//vehicle/@interest") == ["trade-in"]
    assert root.xpath("//odometer/@units") == ["mi"]
    assert root.xpath("//phone/@type") == ["cellphone"]


def test_text_is_escaped() -> None:
    assert written().findtext(".//make") == "A&B"
    assert written().findtext(".//comments") == '<b>"hi"]]&gt;</b> & bye'
