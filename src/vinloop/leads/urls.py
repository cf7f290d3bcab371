"""Addresses of the leads room for headquarters and dealers alike, under ``desk/leads/``."""

from django.urls import path

from vinloop.leads.views import admin, bulk, calls, capture, lead_page, leads, steps

app_name = "leads"
urlpatterns = [
    path("", leads.lead_list, name="lead_list"),
    path("export.<str:file_format>", leads.lead_export, name="lead_export"),
    path("bulk/dispatch/", bulk.bulk_dispatch, name="bulk_dispatch"),
    path("bulk/take-back/", bulk.bulk_withdraw, name="bulk_withdraw"),
    path("bulk/consultant/", bulk.bulk_assign, name="bulk_assign"),
    path("new/", capture.capture, name="capture"),
    path("new/known/", capture.capture_known, name="capture_known"),
    path("new/<str:ref>/", capture.capture_done, name="capture_done"),
    path("calls/", calls.call, name="calls"),
    path("calls/count/", calls.call_count, name="call_count"),
    path("calls/<str:ref>/", calls.call, name="call"),
    path("reasons/", admin.reason_list, name="reason_list"),
    path("reasons/new/", admin.reason_form, name="reason_new"),
    path("reasons/<str:code>/", admin.reason_form, name="reason_edit"),
    path("sources/", admin.source_list, name="source_list"),
    path("sources/new/", admin.source_form, name="source_new"),
    path("sources/<str:code>/", admin.source_form, name="source_edit"),
    path("campaigns/", admin.campaign_list, name="campaign_list"),
    path("campaigns/new/", admin.campaign_form, name="campaign_new"),
    path("campaigns/<str:code>/", admin.campaign_form, name="campaign_edit"),
    path("<str:ref>/", lead_page.lead_page, name="lead_page"),
    path("<str:ref>/timeline/", lead_page.lead_timeline, name="lead_timeline"),
    path("<str:ref>/dealers/", steps.lead_dealers, name="lead_dealers"),
    path("<str:ref>/dispatch/", steps.lead_dispatch, name="lead_dispatch"),
    path("<str:ref>/take-back/", steps.lead_withdraw, name="lead_withdraw"),
    path("<str:ref>/accept/", steps.lead_accept, name="lead_accept"),
    path("<str:ref>/decline/", steps.lead_decline, name="lead_decline"),
    path("<str:ref>/consultant/", steps.lead_assign, name="lead_assign"),
    path("<str:ref>/contact/", steps.lead_contact, name="lead_contact"),
    path("<str:ref>/quote/", steps.lead_quote, name="lead_quote"),
    path("<str:ref>/lost/", steps.lead_lost, name="lead_lost"),
    path("<str:ref>/review/", steps.lead_review, name="lead_review"),
    path("<str:ref>/recycle/", steps.lead_recycle, name="lead_recycle"),
    path("<str:ref>/reopen/", steps.lead_reopen, name="lead_reopen"),
    path("<str:ref>/ripen/", steps.lead_ripen, name="lead_ripen"),
]
