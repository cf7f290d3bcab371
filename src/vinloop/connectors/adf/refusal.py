"""Why a lead file was refused: one exception with a stable code, so that quarantine can group and explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.intake.remarks import Remark, spell_remark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS: Mapping[str, StrOrPromise] = {
    "adf.doctype": _("The file has a document type declaration (%(name)s), which is not accepted."),
    "adf.entity_declaration": _("The file declares XML entities, which is not accepted."),
    "adf.no_customer": _("No prospect has a customer with a name, phone or e-mail."),
    "adf.no_prospect": _("The lead file has no prospect."),
    "adf.no_prospect.empty": _("The lead file is empty."),
    "adf.no_prospect.other": _("The file is not a lead: it has no prospect element."),
    "adf.not_xml": _("The file is not XML."),
    "adf.not_xml.crossed": _("Tags do not match: %(tag)s."),
    "adf.not_xml.line": _("The file is not well-formed XML: line %(line)s."),
    "adf.not_xml.open": _("An element is never closed: %(tag)s."),
    "adf.not_xml.tag": _("A tag is malformed: character %(position)s."),
    "adf.too_deep": _("Elements are nested deeper than %(limit)s."),
    "adf.too_large": _("The lead file is too large: %(size)s bytes, at most %(limit)s are taken."),
    "adf.too_many_elements": _("The file has more than %(limit)s elements."),
    "adf.truncated": _("The lead file breaks off before its end: %(tag)s is never closed."),
    "adf.undecodable": _("The text encoding cannot be recognised."),
    "adf.undecodable.declared": _("The text encoding cannot be recognised; the file declares %(declared)s."),
}


class AdfRefused(Exception):
    """The bytes are not a lead file we can trust.

    ``code`` is one of ``WORDS`` without its ``adf.``; ``reason_code``, what stands before a dot in it, is stable and
    groups. ``args`` say where (a tag, a number). None of them quotes the customer's data.
    """

    def __init__(self, code: str, **args: str | int) -> None:
        super().__init__(code)
        self.reason_code = code.partition(".")[0]
        self.remark = Remark(f"adf.{code}", args)

    @property
    def message(self) -> str:
        """What is wrong, in the reader's language."""
        return spell_remark(self.remark)
