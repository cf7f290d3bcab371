"""Panels of the document page."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.kernel.admin.pages import lines
from vinloop.kernel.intake.queries import body_as_hex, body_as_text
from vinloop.kernel.models import ReceivedDocument

_BLOCK = '<pre class="vl-raw{}" tabindex="0" aria-label="{}">{}</pre>'


def body_panel(document: ReceivedDocument) -> SafeString:
    """The beginning of the content as escaped text, and as bytes for what is none."""
    text = body_as_text(document)
    as_bytes = format_html(_BLOCK, "", _("As bytes"), body_as_hex(document))
    if text is None:
        return as_bytes
    shown = format_html(_BLOCK, " is-text", _("As text"), text)
    return format_html("{}<details><summary>{}</summary>{}</details>", shown, _("As bytes"), as_bytes)


def results_panel(document: ReceivedDocument) -> SafeString:
    """The references of what was made of the document."""
    if not document.results:
        return format_html('<p class="vl-quiet">{}</p>', _("Nothing yet."))
    return lines([format_html("<code>{}</code>", result) for result in document.results])
