"""Why something that came from outside could not be used, in words a person can act on. Shared by the connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vinloop.kernel.intake.remarks import Remark, declare_reasons, declare_remarks

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

UNUSABLE = "unusable_prospect"
_VALUES: Mapping[str, StrOrPromise] = {
    "required": gettext_lazy("is missing"),
    "phone_or_email_required": gettext_lazy("a phone number or an e-mail address is needed"),
    "not_a_phone_or_email": gettext_lazy("neither phone number nor e-mail address can be read"),
    "wrong_encoding": gettext_lazy("the characters are garbled; save the file as UTF-8"),
    "brand_or_model_required": gettext_lazy("a brand or model is needed"),
    "too_long": gettext_lazy("is too long"),
}
_FIELDS: Mapping[str, StrOrPromise] = {
    "source": gettext_lazy("Source"),
    "campaign": gettext_lazy("Campaign"),
    "external_id": gettext_lazy("External reference"),
    "timeframe": gettext_lazy("Timeframe"),
    "comments": gettext_lazy("Comments"),
    "customer.name": gettext_lazy("Name"),
    "customer.phones": gettext_lazy("Phone"),
    "customer.emails": gettext_lazy("E-mail"),
    "customer.city": gettext_lazy("City"),
    "customer.province": gettext_lazy("Province"),
    "customer.address": gettext_lazy("Address"),
    "interest.brand": gettext_lazy("Brand"),
    "interest.model": gettext_lazy("Model"),
    "interest.trim": gettext_lazy("Trim"),
}
_REASONS: Mapping[str, StrOrPromise] = {
    "cell_too_long": gettext_lazy("A cell is too long"),
    "damaged": gettext_lazy("File damaged"),
    "doctype": gettext_lazy("Document type declared"),
    "empty": gettext_lazy("Nothing in it"),
    "entity_declaration": gettext_lazy("XML entities declared"),
    "internal_error": gettext_lazy("Internal error"),
    "no_adf": gettext_lazy("No lead file in the mail"),
    "no_customer": gettext_lazy("No customer to reach"),
    "no_prospect": gettext_lazy("No prospect in it"),
    "no_such_sheet": gettext_lazy("No such sheet"),
    "not_a_table": gettext_lazy("Not a table"),
    "not_decided": gettext_lazy("Columns not chosen yet"),
    "not_json": gettext_lazy("Not readable as JSON"),
    "not_xml": gettext_lazy("Not readable as XML"),
    "nul_byte": gettext_lazy("Not a text file"),
    "old_excel": gettext_lazy("Old or locked Excel file"),
    "refused_rows": gettext_lazy("Some rows refused"),
    "sender_gone": gettext_lazy("Sender has left"),
    "too_deep": gettext_lazy("Nested too deeply"),
    "too_large": gettext_lazy("Too large"),
    "too_many_columns": gettext_lazy("Too many columns"),
    "too_many_elements": gettext_lazy("Too many elements"),
    "too_many_rows": gettext_lazy("Too many rows"),
    "too_sparse": gettext_lazy("Table too scattered"),
    "truncated": gettext_lazy("File cut off"),
    "unclosed_quote": gettext_lazy("Quotation mark not closed"),
    "undecodable": gettext_lazy("Encoding not recognised"),
    UNUSABLE: gettext_lazy("Prospect cannot be used"),
    "zip_bomb": gettext_lazy("Suspicious archive"),
}
_REMARKS: Mapping[str, StrOrPromise] = {
    "mail.too_large": gettext_lazy("Only the beginning of the mail was kept."),
    "mail.no_adf": gettext_lazy("The mail holds no lead file."),
    "sender_gone": gettext_lazy("The person who sent it no longer works there."),
    "internal_error": gettext_lazy("See the server's log."),
    "table.not_decided": gettext_lazy("Open the import and choose the columns."),
    "table.refused_rows": pgettext_lazy("import", "%(refused)s of %(total)s rows."),
}


def declare_words() -> None:
    """Called once when Django is ready."""
    declare_reasons(_REASONS)
    declare_remarks(_REMARKS)
    declare_remarks({"adf.prospect": _prospect_words})


def explain(reasons: Mapping[str, str]) -> str:
    """``Phone: neither phone number …``, all of them, in the reader's language."""
    told = [{"what": _FIELDS.get(path, path), "why": _VALUES.get(code, code)} for path, code in reasons.items()]
    return "; ".join(_("%(what)s: %(why)s") % each for each in told)


def prospect_remark(position: int, reason: str, fields: Mapping[str, str]) -> Remark:
    """Why a prospect became no lead; ``fields``: field path → code."""
    return Remark("adf.prospect", {"position": position, "reason": reason, "fields": dict(fields)})


def _prospect_words(args: Mapping[str, Any]) -> str:
    why = explain(args["fields"]) or str(_REASONS.get(args["reason"], args["reason"]))
    return _("Prospect %(position)s: %(why)s.") % {"position": args["position"], "why": why}
