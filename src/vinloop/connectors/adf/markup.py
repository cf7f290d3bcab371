"""From found markup to a safe element tree.

Portals write capital tags, namespaces, HTML entities and bare ampersands. Each token is rewritten as strict
XML with lower-case local names before a hardened parser sees it; depth and number of elements are bounded on
the way. Nothing is invented: tags that do not match are a refusal.
"""

import html.entities
import re
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.connectors.adf.text import without_controls

MAX_DEPTH = 50
MAX_ELEMENTS = 20_000

# Possessive repeats and no "<" inside a tag keep the work linear on hostile input.
_TAG = r"<(?P<close>/?)(?P<name>[^\W\d][\w:.\-]*+)(?P<rest>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>"
_TOKEN = re.compile(
    rf"{_TAG}|<!\[CDATA\[(?P<cdata>.*?)\]\]>|(?P<instruction><\?[^>]*+>)"
    r"|(?P<bad><(?:[/!?]|[^\W\d]))|(?P<text><|[^<]++)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\W\d][\w:.\-]*+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'/]+))")
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HTML_VOID = {"br", "hr", "wbr", "img"}


def build_tree(markup: str) -> etree._Element:
    """The tree under one ``root`` element. Raises AdfRefused: not_xml, too_deep, too_many_elements."""
    repaired = _Repair().run(markup)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8")
    try:
        return etree.fromstring(f"<root>{repaired}</root>".encode(), parser)
    except etree.XMLSyntaxError as error:
        raise AdfRefused("not_xml.line", line=error.lineno or 0) from error


class _Repair:
    """Rewrites tokens, keeping the stack of open elements."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._elements = 0
        self._out: list[str] = []

    def run(self, markup: str) -> str:
        for token in _TOKEN.finditer(markup):
            self._take(token)
        if self._open:
            raise AdfRefused("not_xml.open", tag=self._open[-1][:40])
        return "".join(self._out)

    def _take(self, token: re.Match[str]) -> None:
        kind = token.lastgroup  # of a tag's three groups, the last is its rest
        if kind == "text":
            self._out.append(escape(plain_text(token["text"])))
        elif kind == "rest":
            self._take_tag(_local(token["name"]), closing=bool(token["close"]), rest=token["rest"])
        elif kind == "cdata":
            self._out.append(escape(without_controls(token["cdata"])))
        elif kind == "bad":
            raise AdfRefused("not_xml.tag", position=token.start())

    def _take_tag(self, name: str, *, closing: bool, rest: str) -> None:
        if name in _HTML_VOID:
            self._out.append("\n")
        elif closing:
            self._close(name)
        else:
            self._open_tag(name, rest)

    def _open_tag(self, name: str, rest: str) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise AdfRefused("too_many_elements", limit=MAX_ELEMENTS)
        if len(self._open) >= MAX_DEPTH:
            raise AdfRefused("too_deep", limit=MAX_DEPTH)
        self_closing = rest.endswith("/")
        self._out.append(f"<{name}{_attributes(rest)}{'/' if self_closing else ''}>")
        if not self_closing:
            self._open.append(name)

    def _close(self, name: str) -> None:
        if not self._open or self._open.pop() != name:
            raise AdfRefused("not_xml.crossed", tag=name[:40])
        self._out.append(f"</{name}>")


def plain_text(source: str) -> str:
    """Character data with its references resolved; an ampersand which begins none stands for itself."""
    return without_controls(_ENTITY.sub(_character, source) if "&" in source else source)


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    if name.startswith("#"):
        return html.unescape(f"&{name};")
    return html.entities.html5.get(f"{name};", reference[0])


def _attributes(rest: str) -> str:
    if not rest.strip():
        return ""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(rest):
        if not name.lower().startswith("xmlns"):
            found.setdefault(_local(name), plain_text("".join(values)))
    return "".join(f" {name}={quoteattr(value)}" for name, value in found.items())


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
