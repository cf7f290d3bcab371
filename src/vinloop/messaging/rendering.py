"""Words of a message: a Django template, rendered in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone, translation

from vinloop.kernel.settings import get_setting
from vinloop.messaging.events import TemplateUnknown

MAX_SUBJECT = 200


def render_message(template: str, language: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body of ``messaging/<template>.txt``: its first line and the rest.

    ``context`` may name a ``timezone`` in which its times are written. Raises ``TemplateUnknown``.
    """
    words = {"brand": get_setting("kernel.brand"), "public_url": settings.PUBLIC_URL, **context}
    zone = str(context.get("timezone") or settings.TIME_ZONE)
    try:
        with translation.override(language), timezone.override(zone):
            text = render_to_string(f"messaging/{template}.txt", words)
    except TemplateDoesNotExist as error:
        raise TemplateUnknown(template) from error
    subject, _line, body = text.strip().partition("\n")
    return " ".join(subject.split())[:MAX_SUBJECT], _tidy(body)


def _tidy(body: str) -> str:
    """One blank line between paragraphs, whatever the template's tags left behind."""
    lines = [line.rstrip() for line in body.strip().splitlines()]
    kept = [line for line, above in zip(lines, ["", *lines], strict=False) if line or above]
    return "\n".join(kept) + "\n"
