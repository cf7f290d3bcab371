"""Which encoding a large text file has, found by reading all of it once in pieces.

The judgement is that of ``kernel.charsets``: a mark, then UTF-8's strict form, then how ordinary the Chinese looks. An
export that cut a character in two now and then stays readable: the place shows as U+FFFD and its row is flagged.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice

from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.kernel.charsets import Decoded, mark_of, plausibility, wide_encoding, wider_label

_PIECE = 1 << 20
_HEAD = 4096
_SAMPLE = 20_000
_LOST = "\ufffd"
_FOREIGN = re.compile("[^\x00-\x7f]+")
_MOST_LOST = 0.02
_SOME = 20  # characters: of so many, one may be lost
_PLAUSIBLE = 0.5
_MAX_LINE = 4 << 20
_WESTERN = "cp1252"
_WESTERN_SIGNS = frozenset("–—‘’“”€°´ªº§£«»¿¡·")
_WIDTHS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}  # bytes a character needs
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", _WESTERN)


@dataclass(slots=True)
class _Trial:
    """One encoding tried on the whole file: characters beyond ASCII, how many were lost, some of them."""

    encoding: str
    foreign: int = 0
    lost: int = 0
    sample: list[str] = field(default_factory=list)
    sampled: int = 0

    @property
    def is_readable(self) -> bool:
        return self.lost <= self.foreign * _MOST_LOST + (self.foreign >= _SOME)

    def take(self, text: str, lost: int) -> None:
        """Count a piece, and keep the first foreign characters of the file to be judged."""
        if text.isascii():
            return
        self.foreign += len(text) - len(text.encode("ascii", "ignore"))
        self.lost += lost
        if self.sampled < _SAMPLE:
            runs = [run[0] for run in islice(_FOREIGN.finditer(text), _SAMPLE)]
            self.sample.extend(runs)
            self.sampled += sum(map(len, runs))


def detect(content: Content, declared: str | None = None) -> str:
    """The Python codec of a text file, marks included. Raises TableRefused: undecodable, nul_byte, damaged."""
    head = content.head(_HEAD)
    marked = mark_of(head) or wide_encoding(head)
    if marked:
        if content.size % _WIDTHS.get(marked, 1):
            raise TableRefused("damaged.end")
        _checked(_tried(content, marked))
        return marked
    label = wider_label(declared) if declared else None
    trials = _trials(content, [label] if label else _CANDIDATES)
    return _best(trials).encoding


def open_text(content: Content, encoding: str) -> TextIOWrapper:
    """The file as text, lines ending as written; what can't be read is U+FFFD."""
    return TextIOWrapper(content.open(), encoding=encoding, errors="replace", newline="")


def lines_of(content: Content, encoding: str) -> Iterator[str]:
    """The lines of a text file without its byte order mark. Raises TableRefused: damaged, for an endless one."""
    with open_text(content, encoding) as text:
        number = 0
        while line := text.readline(_MAX_LINE):
            number += 1
            if len(line) >= _MAX_LINE:
                raise TableRefused("damaged.line", row=number, limit=_MAX_LINE)
            yield line.removeprefix("\ufeff") if number == 1 else line


def _trials(content: Content, encodings: Sequence[str]) -> list[_Trial]:
    """Tries until one is beyond doubt; UTF-8 comes first and is."""
    tried = []
    for encoding in encodings:
        trial = _tried(content, encoding)
        tried.append(trial)
        if encoding == "utf-8" and trial.is_readable:
            break
    return tried


def _tried(content: Content, encoding: str) -> _Trial:
    trial = _Trial(encoding)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    kept = _LOST.encode(encoding, "ignore")
    with content.open() as file:
        while piece := file.read(_PIECE):
            text = decoder.decode(piece)
            if "\0" in text:
                raise TableRefused("nul_byte")
            trial.take(text, _lost(text, piece, kept))
    rest = decoder.decode(b"", final=True)
    trial.take(rest, rest.count(_LOST))
    return trial


def _lost(text: str, piece: bytes, kept: bytes) -> int:
    """Characters that could not be read; U+FFFD that was already written in the file is not our loss."""
    lost = text.count(_LOST)
    return max(0, lost - piece.count(kept)) if lost and kept else lost


def _best(trials: Sequence[_Trial]) -> _Trial:
    readable = [trial for trial in trials if trial.is_readable]
    if readable and readable[0].encoding == "utf-8":
        return readable[0]
    rated = [(rate, -trial.lost, trial) for trial in readable if (rate := _rate(trial)) >= _PLAUSIBLE]
    if not rated:
        raise TableRefused("undecodable")
    return max(rated, key=lambda each: each[:2])[2]


def _checked(trial: _Trial) -> None:
    if not trial.is_readable:
        raise TableRefused("undecodable")


def _rate(trial: _Trial) -> float:
    if trial.encoding == _WESTERN:
        return 0.6 if _looks_western(trial.sample) else 0.0
    return plausibility(Decoded("".join(trial.sample), trial.encoding))


def _looks_western(runs: Sequence[str]) -> bool:
    """Accented letters standing alone between plain ones; Chinese bytes come in pairs and more."""
    if not runs or not all(char.isalpha() or char in _WESTERN_SIGNS for char in set("".join(runs))):
        return False
    return sum(map(len, runs)) / len(runs) < 1.3
