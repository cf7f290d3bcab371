"""Fail when something on screen has no Chinese, or was written past the catalogue.

Looks for: texts missing from the catalogue or without Chinese; translations that lose or invent a placeholder or a tag;
Chinese written into code or templates; English written into templates outside ``{% translate %}``. Every finding names
its file and line. Words which are the same in both languages (VIN, CSV) and rooms whose business is Chinese text
(names, places, parsers, the demo) are listed below, with their reason.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from django.template.base import Lexer, Token, TokenType
from messages import CATALOGUE, PACKAGE, Message, extract, is_template, read_catalogue, shown, sources, translations

# Folders and files whose data is Chinese: what people and other systems write, which is never shown as our own words.
CHINESE_DATA = (
    "site/demo",  # the invented network
    "network/places.py",  # provinces and cities
    "kernel/identifiers",  # names, plates, amounts, pinyin
    "kernel/search_tokens.py",
    "customers/standard",  # what sources write: headings, titles, legal forms, places
    "customers/rules/survivorship.py",  # titles that make a name less than whole
    "kernel/clocks/holiday_table.py",
    "vehicles/marques.py",  # brands as people write them
    "vehicles/rules.py",  # model years as people write them
    "vehicles/source_words.py",  # roles as sources write them
    "leads/rules/levels.py",  # timeframes as people write them
    "leads/api/shapes.py",  # an example of such a timeframe in the API's documents
    "connectors/adf",  # what senders write
    "connectors/tabular",  # heads and answers of lead files
    "kernel/accounts/roles.py",  # shipped roles are rows with a name in each language
    "kernel/foundation.py",  # so is headquarters
    "kernel/models/access.py",  # a language's own name
    "kernel/templates/kernel/_language.html",  # languages are offered in their own names
    "vehicles/actions/interests.py",  # so is the brand nobody could name
)

# Written alike in both languages: standards, formats, units.
SAME_IN_BOTH = {
    *(
        "VIN",
        "ADF",
        "CSV",
        "API",
        "OpenAPI",
        "XML",
        "JSON",
        "HTML",
        "URL",
        "HTTP",
        "HTTPS",
        "QR",
        "ID",
        "OK",
        "SHA-256",
    ),
    *("UTF-8", "GB18030", "Big5", "GET", "POST", "PUT", "PATCH", "DELETE", "Authorization", "Bearer", "vl", "km"),
    "Vinloop",
}

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%[sd]|\{[a-z_]*\}|</?[a-z]+")
_SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description"}
_NOT_SPOKEN = {"script", "style", "code", "kbd", "svg", "pre"}
_BLOCK_TRANSLATE = ("blocktranslate", "blocktrans")


def findings(package: Path = PACKAGE, catalogue: Path = CATALOGUE) -> list[str]:
    """Everything that is wrong, one line each: ``file:line: what``."""
    messages = extract(package)
    known = translations(read_catalogue(catalogue))
    found = [*_without_chinese(messages, known), *_broken(messages, known), *_obsolete(messages, known, catalogue)]
    for path in sources(package):
        if not _is_chinese_data(path.relative_to(package).as_posix()):
            found += _in_template(path) if is_template(path) else _in_python(path)
    return found


def _is_chinese_data(place: str) -> bool:
    return any(place == each or place.startswith(f"{each}/") for each in CHINESE_DATA)


def _without_chinese(messages: list[Message], known: dict[tuple[str, str], str]) -> Iterator[str]:
    for message in messages:
        if message.key not in known:
            yield f"{message.place}: no Chinese for {message.singular!r}"


def _broken(messages: list[Message], known: dict[tuple[str, str], str]) -> Iterator[str]:
    """A translation has the placeholders and tags of its text; a plural that spells its one out may leave it."""
    for message in messages:
        chinese = known.get(message.key, message.singular)
        wanted = sorted(_PLACEHOLDER.findall(message.plural or message.singular))
        if sorted(_PLACEHOLDER.findall(chinese)) != wanted:
            yield f"{message.place}: {message.singular!r} has {wanted}, its Chinese {chinese!r} has not"


def _obsolete(messages: list[Message], known: dict[tuple[str, str], str], catalogue: Path) -> Iterator[str]:
    unused = known.keys() - {message.key for message in messages}
    for _context, singular in sorted(unused):
        yield f"{shown(catalogue)}: nobody shows {singular!r} any more; run `make messages-update`"


def _in_python(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = _not_shown(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in allowed:
            continue
        if _CHINESE.search(node.value):
            yield f"{shown(path)}:{node.lineno}: Chinese outside the catalogue: {node.value[:40]!r}"


def _not_shown(tree: ast.Module) -> set[int]:
    """Docstrings, patterns that read what people typed, and texts for the catalogue (an example may be Chinese)."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
        elif isinstance(node, ast.Call) and _is_translating_or_pattern(node.func):
            inside |= {id(each) for each in ast.walk(node)}
    return inside


def _is_translating_or_pattern(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "re"
    return isinstance(function, ast.Name) and (function.id.startswith("_") or "gettext" in function.id)


def _in_template(path: Path) -> Iterator[str]:
    text = _own_words(path.read_text(encoding="utf-8"))
    spoken = _Spoken.words_of(text) if path.suffix == ".html" else enumerate(text.split("\n"), 1)
    for line, words in spoken:
        if _CHINESE.search(words):
            yield f"{shown(path)}:{line}: Chinese outside the catalogue: {words.strip()[:60]!r}"
        elif any(word not in SAME_IN_BOTH for word in _WORD.findall(words)):
            yield f"{shown(path)}:{line}: not translated: {words.strip()[:60]!r}"


def _own_words(source: str) -> str:
    """The template with its tags, variables, comments and translated blocks blanked; lines stay where they are."""
    kept: list[str] = []
    closing = ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if not closing and name in (*_BLOCK_TRANSLATE, "comment"):
            closing = f"end{name}"
        is_own = token.token_type == TokenType.TEXT and not closing
        kept.append(token.contents if is_own else _blank(token))
        closing = "" if name == closing else closing
    return "".join(kept)


def _blank(token: Token) -> str:
    return "\n" * token.contents.count("\n") or " "


class _Spoken(HTMLParser):
    """Collects what a reader sees or hears: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[tuple[int, str]] = []
        self.silent: list[str] = []

    @classmethod
    def words_of(cls, html: str) -> list[tuple[int, str]]:
        """(line, words) in the order of the page."""
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader.words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        if tag in _NOT_SPOKEN:
            self.silent.append(tag)
        self.words += [(self.getpos()[0], value) for name, value in attrs if value and name in _SPOKEN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        """An element closes."""
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        """Text between elements."""
        if not self.silent:
            line = self.getpos()[0]
            self.words += [(line + offset, part) for offset, part in enumerate(data.split("\n")) if part.strip()]


def main() -> int:
    """Print the findings; 1 when there are any."""
    found = findings()
    sys.stdout.write("".join(f"{each}\n" for each in found))
    if found:
        sys.stdout.write(f"{len(found)} findings. Texts are translated in {shown(CATALOGUE)}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
