"""Why a document could not be used, kept as codes and figures and told in the reader's language.

A reason (``not_xml``) groups documents and is stable for programs. A remark (``adf.not_xml.tag``, with its figures)
says exactly what is wrong and where. The channels declare the words of both; a code nobody declared is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils import translation

from vinloop.kernel.models import ReceivedDocument

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Remark(msgspec.Struct, frozen=True):
    """One thing that is wrong. ``args`` fill the places of its words; they must be JSON and never quote a person."""

    code: str
    args: dict[str, Any] = {}


Detail = str | Sequence[Remark]
_reasons: dict[str, StrOrPromise] = {}
_remarks: dict[str, StrOrPromise | Callable[[Mapping[str, Any]], str]] = {}


def declare_reasons(words: Mapping[str, StrOrPromise]) -> None:
    """Name reasons; called by a connector's ``apps.py``."""
    _reasons.update(words)


def declare_remarks(words: Mapping[str, StrOrPromise | Callable[[Mapping[str, Any]], str]]) -> None:
    """Say remarks in words, with ``%(name)s`` where an argument goes; or by a function of the arguments."""
    _remarks.update(words)


def reason_words(code: str) -> str:
    """A reason in the reader's language."""
    return str(_reasons.get(code, code))


def reasons_like(text: str) -> list[str]:
    """The codes of the reasons whose words, in the reader's language, hold ``text``."""
    return [code for code, words in _reasons.items() if text.lower() in str(words).lower()]


def spell_remark(remark: Remark) -> str:
    """A remark in the reader's language; its bare code when nobody declared it or its arguments do not fit."""
    words = _remarks.get(remark.code)
    if words is None:
        return remark.code
    try:
        return words(remark.args) if callable(words) else str(words) % remark.args
    except (KeyError, ValueError, TypeError):
        return remark.code


def spell_detail(detail: Detail) -> str:
    """Remarks in the reader's language, or the text as it is."""
    return detail if isinstance(detail, str) else " ".join(spell_remark(each) for each in detail)


def english(detail: Detail) -> str:
    """Remarks in English, for logs and the command line."""
    with translation.override("en"):
        return spell_detail(detail)


def detail_of(document: ReceivedDocument) -> str:
    """What is wrong with a document, in the reader's language; the stored text of one from before there were codes."""
    return spell_detail(msgspec.convert(document.remarks, list[Remark])) if document.remarks else document.detail


def keep_detail(document: ReceivedDocument, detail: Detail) -> None:
    """Put remarks on a document, with their English for whoever reads the table itself."""
    document.detail = english(detail)[: ReceivedDocument.DETAIL_LENGTH]
    document.remarks = [] if isinstance(detail, str) else msgspec.to_builtins(detail)
