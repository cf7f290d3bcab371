"""Three dealers' files about overlapping people, each in its own layout and encoding, as dealers send them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class DealerFile:
    """A source with its file: ``read_as`` is what the page has to find out about it."""

    code: str
    name: str
    owner: str
    filename: str
    body: bytes
    rows: int
    read_as: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Phones nobody has yet, so that the same installation can be walked through again."""

    walk: str
    phones: Sequence[str]


def new_numbers(count: int = 20) -> Numbers:
    """Phones far from each other: neighbours would count as a slip of the pen."""
    random = Random()
    return Numbers(f"{random.randrange(10**6):06d}", [f"13{random.randrange(10**9):09d}" for _each in range(count)])


def three_files(numbers: Numbers) -> list[DealerFile]:
    """In three scripts and encodings: a comma table, a tabbed one, and one JSON object a line."""
    walk, phones = numbers.walk, numbers.phones
    chinese, english, lines = _chinese(phones), _english(phones), _lines(phones)
    return [
        DealerFile(
            f"shenxin-{walk}", f"申新 DMS {walk}", "Shanghai Shenxin Motors", "申新客户.csv", chinese, 12, "GB18030"
        ),
        DealerFile(
            f"suzhou-{walk}", f"Suzhou DMS {walk}", "Suzhou Jinji Lake Motors", "suzhou.tsv", english, 12, "UTF-16"
        ),
        DealerFile(
            f"service-{walk}", f"Service desk {walk}", "Shanghai Pudong Yuanhang", "service.jsonl", lines, 12, "UTF-8"
        ),
    ]


def _chinese(phones: Sequence[str]) -> bytes:
    rows = [
        ("客户编号", "姓名", "手机", "地址", "车牌号"),
        ("S-01", "欧阳若兰（女士）", phones[0], "上海市浦东新区锦绣路88号", ""),
        ("S-02", "周启明", phones[1], "上海市徐汇区漕溪路12号3幢401室", ""),
        ("S-03", "何思雨", phones[1], "上海市徐汇区漕溪路12号3幢401室", ""),
        ("S-04", "林晓曼", phones[2], "上海市浦东新区张杨路1200号", ""),
        ("S-05", "司马青岚", phones[3], "江苏省苏州市虎丘区", ""),
        ("S-06", "杜女士", phones[4], "浙江省杭州市西湖区", ""),
        ("S-07", "上官云祥", phones[5], "上海市静安区", ""),
        ("S-08", "诸葛文渊", phones[6], "上海市长宁区", ""),
        ("S-09", "端木晴", phones[7], "上海市闵行区", ""),
        ("S-10", "柳先生", phones[8], "上海市宝山区", ""),
        ("S-11", "慕容嘉树", phones[9], "上海市嘉定区", ""),
        ("S-12", "令狐远山", phones[10], "上海市松江区", ""),
    ]
    return _table(rows, ",").encode("gb18030")


def _english(phones: Sequence[str]) -> bytes:
    rows = [
        ("Customer ID", "Customer Name", "Mobile", "E-mail", "City", "District"),
        ("001", "Ouyang Ruolan", f"+86 {phones[0]}", "ruolan@example.com", "Shanghai", "Pudong"),
        ("002", "ZHOU Qiming", phones[1], "", "Shanghai", ""),
        ("003", "林曉曼", "", "", "上海市", "浦东新区"),
        ("004", "司马青岚", phones[11], "", "苏州市", "虎丘区"),
        ("005", "杜月荷", phones[4], "", "南京市", "玄武区"),
        ("006", "Shangguan Yunxiang", phones[12], "", "Suzhou", ""),
        ("007", "Zhuge Wenyuan", phones[6], "", "Shanghai", ""),
        ("008", "Martha Lindqvist", phones[13], "", "Suzhou", ""),
        ("009", "柳惟安", phones[8], "", "南京市", "鼓楼区"),
        ("010", "皇甫静姝", phones[15], "", "苏州市", ""),
        ("011", "东方朔雪", phones[16], "", "苏州市", ""),
        ("012", "Chantal Devereux", phones[17], "", "Suzhou", ""),
    ]
    return _table(rows, "\t").encode("utf-16")


def _lines(phones: Sequence[str]) -> bytes:
    rows = [
        ("K1", "歐陽若蘭", phones[0], ""),
        ("K2", "何思雨", phones[1], ""),
        ("K3", "端木晴", phones[7], "上海市闵行区"),
        ("K4", "尉迟恒先生", phones[19], ""),
        ("K5", "慕容嘉樹", phones[9], ""),
        ("K6", "Linghu Yuanshan", phones[10], ""),
        ("K7", "Martha Lindqvist", phones[13], ""),
        ("K8", "Piotr Zawadzki", phones[14], ""),
        ("K9", "皇甫静姝", phones[15], ""),
        ("K10", "东方朔雪", phones[16], ""),
        ("K11", "Chantal Devereux", phones[17], ""),
        ("K12", "拓跋明月", phones[18], "上海市崇明区"),
    ]
    names = ("id", "name", "phone", "address")
    return "\n".join(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows).encode()


def _table(rows: Rows, delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()
