"""Requests by law, consent by purpose, identity numbers and guarded exports in the API: what the screens can do."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils import timezone
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.customers.actions.unmask import UNMASK, unmask
from vinloop.customers.api import CustomerChange, CustomerPath
from vinloop.customers.models import Consent, Customer, PrivacyRequest
from vinloop.customers.privacy import answers, consent, exporting, queries, requests
from vinloop.customers.privacy.api_shapes import (
    ConsentHistory,
    ConsentOut,
    ExportQuery,
    NumberOut,
    NumberPath,
    NumberReason,
    NumberShown,
    NumbersOut,
    PrivacyPath,
    PrivacyQuery,
    PrivacyRequestIn,
    PrivacyRequestOut,
    PurposeIn,
    PurposePath,
    RefusalIn,
    RetentionList,
    RetentionOut,
)
from vinloop.customers.privacy.numbers import numbers_of
from vinloop.customers.privacy.requests import MANAGE, Asked
from vinloop.customers.privacy.retention import due_tonight
from vinloop.customers.queries import READ, get_customer
from vinloop.kernel.api import ApiController, Page, endpoint, file_endpoint, page_of
from vinloop.kernel.paging import paginate
from vinloop.kernel.web.exports import CSV, XLSX


class PrivacyRequestsController(ApiController):
    """Requests by law."""

    tags = ("Data protection",)

    @endpoint(MANAGE, operation_id="listPrivacyRequests")
    def get(self, parsed_query: Query[PrivacyQuery]) -> Page[PrivacyRequestOut]:
        """List requests, the one due first first."""
        found = queries.list_requests(self.actor, state=parsed_query.state, kind=parsed_query.kind)
        rows = paginate(found, queries.ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(rows, _request)

    @endpoint(MANAGE, operation_id="openPrivacyRequest")
    def post(self, parsed_body: Body[PrivacyRequestIn]) -> PrivacyRequestOut:
        """Take down a request; it is due within the days the law gives."""
        body = parsed_body
        asked = Asked(who=body.who, way=body.way, proof=body.proof, note=body.note)
        ref = get_customer(self.actor, body.customer).ref
        return _request(requests.open_request(actor=self.actor, ref=ref, kind=body.kind, asked=asked, at=self.at))


class PrivacyRequestController(ApiController):
    """One request."""

    tags = ("Data protection",)

    @endpoint(MANAGE, operation_id="getPrivacyRequest")
    def get(self, parsed_path: Path[PrivacyPath]) -> PrivacyRequestOut:
        """Read a request with what was done."""
        return _request(queries.get_request(self.actor, parsed_path.ref))


class GiveOutController(ApiController):
    """Answering a request for access."""

    tags = ("Data protection",)

    @endpoint(MANAGE, status=200, operation_id="answerAccessRequest")
    def post(self, parsed_path: Path[PrivacyPath]) -> PrivacyRequestOut:
        """Open the download of a person's data for some days."""
        return _request(requests.answer_access(actor=self.actor, ref=parsed_path.ref, at=self.at))


class CorrectController(ApiController):
    """Answering a request for correction."""

    tags = ("Data protection",)

    @endpoint(MANAGE, status=200, operation_id="answerCorrectionRequest")
    def post(self, parsed_path: Path[PrivacyPath], parsed_body: Body[CustomerChange]) -> PrivacyRequestOut:
        """Correct fields; no rule or import writes them again."""
        changes = parsed_body.changes()
        return _request(requests.answer_correction(actor=self.actor, ref=parsed_path.ref, changes=changes, at=self.at))


class EraseController(ApiController):
    """Answering a request for erasure."""

    tags = ("Data protection",)

    @endpoint(MANAGE, status=200, operation_id="answerErasureRequest")
    def post(self, parsed_path: Path[PrivacyPath]) -> PrivacyRequestOut:
        """Erase the customer in every room, for good.

        An order that is not delivered stands against it: 409.
        """
        return _request(requests.answer_erasure(actor=self.actor, ref=parsed_path.ref, at=self.at))


class RefuseController(ApiController):
    """Refusing a request."""

    tags = ("Data protection",)

    @endpoint(MANAGE, status=200, operation_id="refusePrivacyRequest")
    def post(self, parsed_path: Path[PrivacyPath], parsed_body: Body[RefusalIn]) -> PrivacyRequestOut:
        """Say no, with a reason."""
        return _request(
            requests.refuse_request(actor=self.actor, ref=parsed_path.ref, reason=parsed_body.reason, at=self.at)
        )


class PersonalDataController(ApiController):
    """The data of an answered request."""

    tags = ("Data protection",)

    @file_endpoint(MANAGE, content_types=("application/zip",), operation_id="downloadPersonalData")
    def get(self, parsed_path: Path[PrivacyPath]) -> HttpResponseBase:
        """Download everything about the person: one JSON document per room and CSV files, in a ZIP archive.

        Each download is recorded.
        """
        _found, parts = answers.open_answer(actor=self.actor, ref=parsed_path.ref, form="zip", at=self.at)
        headers = {"Content-Disposition": f'attachment; filename="{parsed_path.ref}.zip"', "Cache-Control": "no-store"}
        return HttpResponse(answers.as_zip(parts), content_type="application/zip", headers=headers)


class ConsentHistoryController(ApiController):
    """Consent by purpose."""

    tags = ("Data protection",)

    @endpoint(READ, operation_id="listConsents")
    def get(self, parsed_path: Path[CustomerPath]) -> ConsentHistory:
        """List every answer of a customer with its proof."""
        customer = get_customer(self.actor, parsed_path.ref)
        return _history(customer)


class PurposeController(ApiController):
    """Consent for one purpose."""

    tags = ("Data protection",)

    @endpoint(consent.EDIT, status=200, operation_id="recordPurposeConsent")
    def post(self, parsed_path: Path[PurposePath], parsed_body: Body[PurposeIn]) -> ConsentHistory:
        """Record what the customer allows for a purpose."""
        customer = get_customer(self.actor, parsed_path.ref)
        known = set(consent.channels_of(parsed_path.purpose))
        given = {str(channel): answer for channel, answer in parsed_body.answers.items() if channel in known}
        consent.record_purpose(
            actor=self.actor, customer=customer, purpose=parsed_path.purpose, answers=given,
            proof=parsed_body.proof, at=self.at,
        )  # fmt: skip
        return _history(customer)


class IdentityNumbersController(ApiController):
    """Identity numbers."""

    tags = ("Data protection",)

    @endpoint(READ, operation_id="listIdentityNumbers")
    def get(self, parsed_path: Path[CustomerPath]) -> NumbersOut:
        """List a customer's identity numbers, masked; only headquarters sees that there are any."""
        customer = get_customer(self.actor, parsed_path.ref)
        found = numbers_of(customer.pk)
        return NumbersOut(
            customer.ref,
            [NumberOut(id=each.id, kind=each.kind, masked=each.masked, source=each.source) for each in found],
        )


class IdentityNumberController(ApiController):
    """One identity number."""

    tags = ("Data protection",)

    @endpoint(UNMASK, status=200, operation_id="unmaskIdentityNumber")
    def post(self, parsed_path: Path[NumberPath], parsed_body: Body[NumberReason]) -> NumberShown:
        """Show an identity number; who looked and why is recorded."""
        ref = get_customer(self.actor, parsed_path.ref).ref
        key, reason = parsed_path.number_id, parsed_body.reason
        number = unmask(actor=self.actor, ref=ref, part="identity", key=key, reason=reason, at=self.at)
        return NumberShown(ref, number)


class RetentionController(ApiController):
    """Rules for keeping."""

    tags = ("Data protection",)

    @endpoint(MANAGE, operation_id="previewRetention")
    def get(self) -> RetentionList:
        """Tell what each rule would forget if it ran now."""
        return RetentionList(
            [
                RetentionOut(
                    rule=each.rule.code, setting=each.rule.setting, months=each.months, count=each.count,
                    names=list(each.names),
                )
                for each in due_tonight(timezone.now())
            ]
        )  # fmt: skip


class CustomerExportController(ApiController):
    """Customer lists as files."""

    tags = ("Data protection",)

    @file_endpoint(exporting.EXPORT, content_types=(CSV, XLSX), operation_id="exportCustomers")
    def get(self, parsed_query: Query[ExportQuery]) -> HttpResponseBase:
        """Export customers, masked unless the caller may see hidden values; recorded with the reason.

        More than the house allows are refused: 409.
        """
        return exporting.export_customers(
            actor=self.actor,
            wanted=exporting.Wanted(parsed_query.q, parsed_query.kind, parsed_query.city),
            file_format=parsed_query.format,
            reason=parsed_query.reason,
            at=self.at,
        )


def _request(each: PrivacyRequest) -> PrivacyRequestOut:
    return PrivacyRequestOut(
        ref=each.ref,
        customer=each.customer.ref,
        kind=each.kind,
        state=each.state,
        asked_how=each.asked_how,
        identity_proof=each.identity_proof,
        note=each.note,
        opened_at=each.opened_at,
        due_on=each.due_on,
        closed_at=each.closed_at,
        download_until=answers.open_until(each),
        report=each.report,
    )


def _history(customer: Customer) -> ConsentHistory:
    return ConsentHistory(customer.ref, [_answer(each) for each in reversed(consent.consent_history(customer.pk))])


def _answer(each: Consent) -> ConsentOut:
    return ConsentOut(
        purpose=each.purpose, channel=each.channel, is_granted=each.is_granted, proof=each.proof, at=each.at
    )


urls: list[URLPattern] = [
    path("privacy-requests", PrivacyRequestsController.as_view(), name="privacy-requests"),
    path("privacy-requests/<str:ref>", PrivacyRequestController.as_view(), name="privacy-request"),
    path("privacy-requests/<str:ref>/give-out", GiveOutController.as_view(), name="privacy-give-out"),
    path("privacy-requests/<str:ref>/correct", CorrectController.as_view(), name="privacy-correct"),
    path("privacy-requests/<str:ref>/erase", EraseController.as_view(), name="privacy-erase"),
    path("privacy-requests/<str:ref>/refuse", RefuseController.as_view(), name="privacy-refuse"),
    path("privacy-requests/<str:ref>/data", PersonalDataController.as_view(), name="privacy-data"),
    path("retention", RetentionController.as_view(), name="retention"),
    path("customer-export", CustomerExportController.as_view(), name="customer-export"),
    path("customers/<str:ref>/consent-history", ConsentHistoryController.as_view(), name="customer-consent-history"),
    path("customers/<str:ref>/purposes/<str:purpose>", PurposeController.as_view(), name="customer-purpose"),
    path("customers/<str:ref>/identity-numbers", IdentityNumbersController.as_view(), name="customer-id-numbers"),
    path(
        "customers/<str:ref>/identity-numbers/<int:number_id>/unmask", IdentityNumberController.as_view(),
        name="customer-id-number",
    ),
]  # fmt: skip
