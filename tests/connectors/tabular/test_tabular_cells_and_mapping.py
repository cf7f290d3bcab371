"""Cells that spreadsheets would run are made harmless; headers are recognised in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from vinloop.connectors.tabular import FIELDS, read_table, safe_cell, suggest_mapping, write_csv
from vinloop.connectors.tabular.cells import Cell


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+8613800138000", "'+8613800138000"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("-12.50", "-12.50"),
        ("王小明", "王小明"),
        ("", ""),
        (None, ""),
        (-5, "-5"),
        (Decimal("-5.10"), "-5.10"),
        (True, "TRUE"),
        (date(2024, 3, 5), "2024-03-05"),
    ],
)
def test_safe_cell(value: Cell, written: str) -> None:
    assert safe_cell(value) == written


def test_phone_survives_export_and_import() -> None:
    data = write_csv([["姓名", "电话"], ["王", "+8613800138000"], ["=x", "-"], ["'=x", "  @y"]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"'+86" in data
    assert read_table(data, "x.csv").rows == [["王", "+8613800138000"], ["=x", "-"], ["'=x", "  @y"]]


@pytest.mark.parametrize(
    ("headers", "mapping"),
    [
        (
            ["线索编号", "来源渠道", "客户姓名", "手机号码", "备用电话", "意向车型", "购车时间", "备注"],
            {
                "external_id": "线索编号",
                "source": "来源渠道",
                "name": "客户姓名",
                "phone": "手机号码",
                "phone2": "备用电话",
                "model": "意向车型",
                "timeframe": "购车时间",
                "comments": "备注",
            },
        ),
        (
            ["Lead ID", "Full Name", "E-mail", "Mobile_Phone", "Make", "Model", "Year", "Trim", "VIN", "City"],
            {
                "external_id": "Lead ID",
                "name": "Full Name",
                "email": "E-mail",
                "phone": "Mobile_Phone",
                "brand": "Make",
                "model": "Model",
                "year": "Year",
                "trim": "Trim",
                "vin": "VIN",
                "city": "City",
            },
        ),
        (["手机号 (必填)*", "*姓名【必填】"], {"phone": "手机号 (必填)*", "name": "*姓名【必填】"}),
        (["电话", "电话 (2)"], {"phone": "电话", "phone2": "电话 (2)"}),
        (["销售顾问姓名", "经销商电话", "车主姓名"], {"name": "车主姓名"}),
        (["Dealer Name", "Sales Phone", "Customer Phone Number"], {"phone": "Customer Phone Number"}),
        (["客户联系电话", "您的所在城市", "是否同意隐私条款"], {"phone": "客户联系电话", "city": "您的所在城市"}),
        (["品牌", "车型", "车系"], {"brand": "品牌", "model": "车型"}),
        (["foo", "A", "1"], {}),
        ([], {}),
    ],
)
def test_mapping(headers: list[str], mapping: dict[str, str]) -> None:
    found = suggest_mapping(headers)
    assert {field: found.get(field) for field in mapping} == mapping
    assert len(set(found.values())) == len(found)


def test_every_synonym_is_written_as_it_is_compared_and_belongs_to_one_field() -> None:
    words = [word for synonyms in FIELDS.values() for word in synonyms]
    assert len(words) == len(set(words))
    for field, synonyms in FIELDS.items():
        for word in synonyms:
            assert suggest_mapping([word]) == {field: word}
