"""vCard (RFC 2425, 2426, 6350, and the 2.1 of old telephones): one card is one record.

Only what names, reaches or places somebody is read; pictures, sounds and keys are left out. Real address books break
the rules, so a property nobody knows is passed over and a card that breaks off is one refused row.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.encodings import detect, lines_of
from vinloop.connectors.tabular.records.lines import Cells, looked_through
from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.kernel.charsets import wider_label
from vinloop.kernel.identifiers import has_cjk

HINTS = {
    "UID": "key", "FN": "name", "N.family": "family_name", "N.given": "given_name", "ORG": "company",
    "BDAY": "birth_date", "GENDER": "gender", "REV": "as_of", "KIND": "kind", "LANG": "language", "ADR": "address",
    "ADR.postcode": "postcode", "ADR.country": "country", "TEL": "phone", "EMAIL": "email",
}  # fmt: skip
_PLAIN = frozenset(
    {"UID", "FN", "NICKNAME", "TITLE", "ROLE", "NOTE", "BDAY", "GENDER", "REV", "LANG", "URL", "CATEGORIES"}
)
_MANY = frozenset({"TEL", "EMAIL"})
_LONGEST = 10_000
_MOST_LINES = 5_000
_NOT_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*;")
_ESCAPE = re.compile(r"\\(.)", re.S)
_KINDS = {"org": "organisation", "organization": "organisation", "group": "organisation", "individual": ""}


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: dict[str, str]
    value: str


def read_cards(content: Content, encoding: str | None) -> RecordFile:
    """All cards of a file. Raises TableRefused when it holds none."""
    found = detect(content, encoding)
    return looked_through("vcard", lambda: _cards(lines_of(content, found)), found, dict(HINTS))


def _cards(lines: Iterator[str]) -> Iterator[FileRow]:
    number, card = 0, list[_Property]()
    is_open = False
    for line in _unfolded(lines):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if is_open:
                yield _row(number, card, "unclosed_card")
            number, card, is_open = number + 1, [], True
        elif word == "END:VCARD":
            if is_open:
                yield _row(number, card)
            is_open = False
        elif is_open and len(card) < _MOST_LINES and (found := _property(line)):
            card.append(found)
    if is_open:
        yield _row(number, card, "unclosed_card")


def _unfolded(lines: Iterator[str]) -> Iterator[str]:
    """Lines put together again: folded by a blank in front, or by the = at the end of quoted-printable."""
    kept = ""
    for raw in lines:
        line = raw.rstrip("\r\n")
        if kept and line[:1] in (" ", "\t"):
            kept = _longer(kept, line[1:])
        elif kept.endswith("=") and "QUOTED-PRINTABLE" in kept.partition(":")[0].upper():
            kept = _longer(kept[:-1], line)
        else:
            if kept:
                yield kept
            kept = line
    if kept:
        yield kept


def _longer(kept: str, more: str) -> str:
    """A picture may go on for megabytes; what is cut off is nothing we read."""
    return kept + more if len(kept) < _LONGEST else kept


def _property(line: str) -> _Property | None:
    head, colon, value = line.partition(":")
    while head.count('"') % 2 and ":" in value:  # a colon inside a quoted parameter
        more, _, value = value.partition(":")
        head = f"{head}:{more}"
    name, *given = head.split(";")
    name = name.rpartition(".")[2].strip().upper()
    if not colon or not name or len(line) > 2 * _LONGEST:
        return None
    parameters = {}
    for each in given:
        key, equals, said = each.partition("=")
        parameters[(key if equals else "TYPE").upper()] = (said if equals else key).strip('"').upper()
    return _Property(name, parameters, _decoded(value, parameters))


def _decoded(value: str, parameters: dict[str, str]) -> str:
    """Quoted-printable in the character set the property names; 2.1 wrote the bare word."""
    if "QUOTED-PRINTABLE" not in (parameters.get("ENCODING"), parameters.get("TYPE")):
        return value
    data = quopri.decodestring(value.encode("utf-8", "surrogatepass"))
    declared = wider_label(parameters.get("CHARSET")) or "utf-8"
    try:
        return data.decode(declared)
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _row(number: int, card: list[_Property], problem: str = "") -> FileRow:
    cells = Cells()
    for each in card:
        _put(cells, each)
    made = cells.made
    if made.get("KIND") and not made.get("FN") and made.get("ORG"):
        made["FN"] = made["ORG"]
    cells.made = {name: text for name, text in made.items() if text}
    return cells.row(number, problem)


def _put(cells: Cells, given: _Property) -> None:
    if given.name in _PLAIN:
        cells.put(given.name, _plain(given.value))
    elif given.name in _MANY:
        cells.put(given.name, re.sub(r"^(?:tel|mailto|sms):", "", _plain(given.value), flags=re.I))
    elif given.name == "N":
        family, first, *rest = [*_parts(given.value), "", ""]
        cells.put("N.family", family)
        cells.put("N.given", " ".join(filter(None, (first, rest[0] if rest else ""))))
    elif given.name == "ORG":
        cells.put("ORG", " ".join(filter(None, _parts(given.value)[:1])))
    elif given.name == "ADR":
        _put_address(cells, _parts(given.value))
    elif given.name in ("KIND", "X-ABSHOWAS"):
        word = given.value.strip().lower()
        cells.put("KIND", "organisation" if word == "company" else _KINDS.get(word, word))


def _put_address(cells: Cells, parts: list[str]) -> None:
    """Seven parts in one line, in the order of the place: from the large in Chinese, from the small elsewhere."""
    box, more, street, city, region, postcode, country = ([*parts, *[""] * 7])[:7]
    if has_cjk(region + city + street + more):
        known = [region, city if city != region else ""]
        large = "".join(part for part in known if part and not street.startswith(part))
        text = f"{large}{street}{more}{box}"
    else:
        text = ", ".join(filter(None, (" ".join(filter(None, (more, street))), box, city, region)))
    cells.put("ADR", text)
    cells.put("ADR.postcode", postcode)
    cells.put("ADR.country", country)


def _parts(value: str) -> list[str]:
    """The parts of a structured value; ``\\;`` is no separator."""
    return [_plain(part) for part in _NOT_ESCAPED.split(value)]


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
