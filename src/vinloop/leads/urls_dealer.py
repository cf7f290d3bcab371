"""Addresses of the dealer's desk, under ``desk/dealer/``."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from vinloop.leads.views import demo_cars, follow_up, showroom, test_drives, today, visit_list


class ExportFormat(StringConverter):
    """The kinds of files a list can be taken along as."""

    regex = "csv|xlsx"


register_converter(ExportFormat, "dealer_export")

app_name = "dealer"
urlpatterns = [
    path("", today.today, name="today"),
    path("count/", today.overdue_count, name="overdue_count"),
    path("leads/<str:ref>/accept/", follow_up.accept, name="accept"),
    path("leads/<str:ref>/assign/", follow_up.assign, name="assign"),
    path("leads/<str:ref>/review/", follow_up.review, name="review"),
    path("leads/<str:ref>/contact/", follow_up.contact, name="contact"),
    path("showroom/", showroom.showroom, name="showroom"),
    path("showroom/visits/", visit_list.visit_list, name="visit_list"),
    path("showroom/visits.<dealer_export:file_format>", visit_list.visit_export, name="visit_export"),
    path("showroom/visits/<str:ref>/", showroom.visit_edit, name="visit"),
    path("showroom/visits/<str:ref>/contact/", showroom.visit_contact, name="visit_contact"),
    path("showroom/visits/<str:ref>/left/", showroom.visit_left, name="visit_left"),
    path("showroom/visits/<str:ref>/consultant/", showroom.visit_consultant, name="visit_consultant"),
    path("test-drives/", test_drives.calendar, name="test_drives"),
    path("test-drives/new/", test_drives.book, name="test_drive_new"),
    path("test-drives/<str:ref>.ics", test_drives.calendar_entry, name="test_drive_ics"),
    path("test-drives/<str:ref>/", test_drives.drive_page, name="test_drive"),
    path("test-drives/<str:ref>/move/", test_drives.move, name="test_drive_move"),
    path("test-drives/<str:ref>/cancel/", test_drives.cancel, name="test_drive_cancel"),
    path("test-drives/<str:ref>/no-show/", test_drives.no_show, name="test_drive_no_show"),
    path("demo-cars/", demo_cars.demo_car_list, name="demo_cars"),
    path("demo-cars/new/", demo_cars.demo_car_form, name="demo_car_new"),
    path("demo-cars/<int:car_id>/", demo_cars.demo_car_form, name="demo_car"),
]
