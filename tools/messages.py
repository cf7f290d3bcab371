"""Collect every text on screen into the catalogue, without gettext's programs, which a newcomer does not have.

``update`` extracts the msgids from Python, HTML and plain-text templates and writes the catalogue anew: translations
are kept, texts nobody shows any more are dropped, nothing is guessed ("fuzzy"). The file carries no dates, line
numbers or names, so that a change of text is the only thing a diff shows.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "vinloop"
CATALOGUE = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
LOCALE = "zh_Hans"

HEADER = """\
# Vinloop in Simplified Chinese. The terms are fixed in docs/glossary.md.
# Translate here, then `make messages`; `make messages-update` collects new texts.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

_TRANSLATING = re.compile(r"^u?(n?)(p?)gettext(_lazy|_noop)?$")
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TEMPLATE_CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Message:
    """One text as the code spells it, and where."""

    path: Path
    line: int
    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same text for gettext."""
        return (self.context, self.singular)

    @property
    def place(self) -> str:
        """``file:line``, relative to the checkout."""
        return f"{shown(self.path)}:{self.line}"


def shown(path: Path) -> str:
    """The path as a reader of the checkout knows it."""
    root = PACKAGE.parent.parent
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def sources(package: Path = PACKAGE) -> Iterator[Path]:
    """Every file that may contain text for the screen."""
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if "migrations" in parts or "static" in parts or "__pycache__" in parts:
            continue
        if path.suffix == ".py" or is_template(path):
            yield path


def is_template(path: Path) -> bool:
    """A Django template: HTML, and plain text below a templates folder (letters)."""
    return "templates" in path.parts and path.suffix in {".html", ".txt"}


def extract(package: Path = PACKAGE) -> list[Message]:
    """Every text of the package, in the order of files and lines."""
    return [message for path in sources(package) for message in extract_file(path)]


def extract_file(path: Path) -> list[Message]:
    """The texts of one file."""
    return list(_from_template(path) if is_template(path) else _from_python(path))


def _from_template(path: Path) -> Iterator[Message]:
    _configure()
    source = templatize(path.read_text(encoding="utf-8"), origin=shown(path))
    for found in _TEMPLATE_CALL.finditer(source):
        texts = ast.literal_eval(f"({found[2]},)")
        line = source.count("\n", 0, found.start()) + 1
        yield _message(path, line, "gettext" if found[1] == "_" else found[1], texts)


def _configure() -> None:
    """Django's template reader asks for settings; it needs none of ours."""
    if not settings.configured:
        settings.configure(USE_I18N=True)


def _from_python(path: Path) -> Iterator[Message]:
    """Read from the syntax tree, which also knows the calls inside f-strings; tokens do not before Python 3.12."""
    tree = ast.parse(path.read_bytes())
    names = _names_of_gettext(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for call in sorted(calls, key=lambda node: node.lineno):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        texts = [text for text in map(_constant, call.args) if text]
        if name in names and texts:
            yield _message(path, call.lineno, names[name], texts)


def _constant(argument: ast.expr) -> str:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def _names_of_gettext(tree: ast.Module) -> dict[str, str]:
    """What this file calls Django's functions: ``_now`` → ``gettext``."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {
        name.asname or name.name: name.name
        for node in imports
        if node.module == "django.utils.translation"
        for name in node.names
        if _TRANSLATING.match(name.name)
    }


def _message(path: Path, line: int, function: str, texts: Iterable[str]) -> Message:
    kind = _TRANSLATING.match(function)
    words = list(texts)
    context = words.pop(0) if kind and kind[2] else ""
    plural = words[1] if kind and kind[1] and len(words) > 1 else ""
    return Message(path, line, words[0], plural, context)


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it stands; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain="django", abort_invalid=True)


def translations(catalogue: Catalog) -> dict[tuple[str, str], str]:
    """Key → Chinese, for the texts that have any. Chinese has one form for all numbers."""
    found: dict[tuple[str, str], str] = {}
    for entry in catalogue:
        singular = entry.id if isinstance(entry.id, str) else entry.id[0]
        words = entry.string if isinstance(entry.string, str) else next(iter(entry.string or ()), "")
        if singular and words and not entry.fuzzy:
            found[(entry.context or "", singular)] = words
    return found


def merged(messages: Iterable[Message], known: dict[tuple[str, str], str]) -> Catalog:
    """A catalogue of exactly these texts with the translations that are known."""
    plurals: dict[tuple[str, str], str] = {}
    for message in messages:
        plurals[message.key] = plurals.get(message.key) or message.plural
    catalogue = Catalog(locale=LOCALE)
    for (context, singular), plural in plurals.items():
        words = known.get((context, singular), "")
        name = (singular, plural) if plural else singular
        catalogue.add(name, (words,) if plural else words, context=context or None)
    return catalogue


def spelled(catalogue: Catalog) -> str:
    """The catalogue as the file holds it: sorted, one line per text, our own short header."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"


def update(package: Path = PACKAGE, target: Path = CATALOGUE, extra: Iterable[Path] = ()) -> int:
    """Bring the catalogue up to the code; returns how many texts still lack Chinese.

    ``extra`` names further catalogues whose translations fill gaps; what the catalogue says itself wins.
    """
    known: dict[tuple[str, str], str] = {}
    for path in (*extra, target):
        known |= translations(read_catalogue(path))
    messages = extract(package)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".po.part")
    draft.write_text(spelled(merged(messages, known)), encoding="utf-8")
    draft.replace(target)
    return len({message.key for message in messages} - known.keys())


def main() -> None:
    """``update [--from FILE…]``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=["update"])
    parser.add_argument("--from", dest="extra", type=Path, action="append", default=[], help="fill gaps from this .po")
    lacking = update(extra=parser.parse_args().extra)
    sys.stdout.write(f"{shown(CATALOGUE)}: {lacking} texts without Chinese\n")


if __name__ == "__main__":
    main()
