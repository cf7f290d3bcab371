"""Tables of the kernel."""

from vinloop.kernel.models.access import ApiToken, Membership, Role, User
from vinloop.kernel.models.calendar import Calendar, CalendarException
from vinloop.kernel.models.event import Event, EventCursor
from vinloop.kernel.models.intake import ReceivedDocument
from vinloop.kernel.models.organisation import Organisation
from vinloop.kernel.models.search import SearchEntry
from vinloop.kernel.models.support import IdempotencyKey, Installation, SettingValue

__all__ = [
    "ApiToken",
    "Calendar",
    "CalendarException",
    "Event",
    "EventCursor",
    "IdempotencyKey",
    "Installation",
    "Membership",
    "Organisation",
    "ReceivedDocument",
    "Role",
    "SearchEntry",
    "SettingValue",
    "User",
]
