"""Find the lead inside a text: bare, in an envelope of another protocol, in HTML, or escaped in HTML."""

import html
import re

from vinloop.connectors.adf.refusal import AdfRefused

_OPEN = re.compile(r"<(?:[\w.\-]+:)?(adf|prospect)(?=[\s/>])", re.IGNORECASE)
_CLOSE = {
    "adf": re.compile(r"</(?:[\w.\-]+:)?adf\s*>", re.IGNORECASE),
    "prospect": re.compile(r"</(?:[\w.\-]+:)?prospect\s*>", re.IGNORECASE),
}
_ESCAPED = re.compile(r"&(?:amp;)?lt;(?:[\w.\-]+:)?(?:adf|prospect)\b", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<(?:br|/p|/div|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE\s*(\w*)([^<>\[]*)(\[?)", re.IGNORECASE)
_MAX_ESCAPES = 2


def holds_adf(text: str) -> bool:
    """Whether the text seems to hold a lead, plainly or escaped."""
    return bool(_OPEN.search(text) or _ESCAPED.search(text))


def locate(text: str) -> str:
    """The markup from the opening of ``adf`` (or of the first bare ``prospect``) to its last closing.

    Comments are gone from it. Raises AdfRefused: ``doctype``, ``entity_declaration``, ``truncated``,
    ``no_prospect`` for XML of another kind, ``not_xml`` for everything else.
    """
    for _ in range(_MAX_ESCAPES + 1):
        text = without_comments(text)
        refuse_declarations(text)
        found = _OPEN.search(text)
        if found:
            return _up_to_close(text, found)
        if not _ESCAPED.search(text):
            break
        text = _unescape(text)
    if text.lstrip().startswith("<"):
        raise AdfRefused("no_prospect.other")
    raise AdfRefused("not_xml")


def _up_to_close(text: str, found: re.Match[str]) -> str:
    root = found.group(1).lower()
    end = None
    for close in _CLOSE[root].finditer(text, found.end()):
        end = close.end()
    if end is None and re.match(r"[^<>]*/>", text[found.end() : found.end() + 200]):
        raise AdfRefused("no_prospect.empty")
    if end is None:
        raise AdfRefused("truncated", tag=root)
    return text[found.start() : end]


def without_comments(text: str) -> str:
    """Drop XML comments, but not what looks like one inside CDATA."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!", position)) >= 0:
        is_comment = text.startswith("<!--", start)
        closing = "-->" if is_comment else "]]>" if text.startswith("<![CDATA[", start) else "<!"
        end = text.find(closing, start + 2)
        if end < 0:
            break
        kept.append(text[position : start if is_comment else end])
        position = end + 3 if is_comment else end
    kept.append(text[position:])
    return "".join(kept)


def refuse_declarations(text: str) -> None:
    """Refuse document types and entity declarations: a lead has no use for them, an attacker has.

    The plain document type of an HTML page is harmless, because only the lead inside it is parsed.
    """
    markup = _without_cdata(text)
    if "<!entity" in markup.lower():
        raise AdfRefused("entity_declaration")
    for found in _DOCTYPE.finditer(markup):
        name, _, subset = found.groups()
        if subset or name.lower() != "html":
            raise AdfRefused("doctype", name=name[:40])


def _without_cdata(text: str) -> str:
    pieces = text.split("<![CDATA[")
    return pieces[0] + "".join(piece.partition("]]>")[2] for piece in pieces[1:])


def _unescape(text: str) -> str:
    """Undo one level of HTML escaping around an escaped lead; the page's own tags are layout and go."""
    bare = _TAG.sub("", _LINE_BREAK.sub("\n", text))
    return html.unescape(bare).replace("\u00a0", " ")
