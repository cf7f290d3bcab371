"""A visitor's browser, and what to type into the form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.leads.world import World
from vinloop.leads.models import Lead, Touch
from vinloop.portal.links import make_token

PAGE = "/models/aurora-s/"
_ADMINISTRATIVE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@dataclass
class Visitor:
    """Somebody with a browser, reading English unless told otherwise."""

    world: World
    client: Client = field(default_factory=lambda: Client(headers={"Accept-Language": "en"}))

    def get(self, address: str, **headers: str) -> HttpResponse:
        """Open a page."""
        return cast(HttpResponse, self.client.get(address, headers=dict(headers)))

    def text(self, address: str) -> str:
        """What a page says."""
        return self.get(address).content.decode()

    def queries(self, address: str) -> int:
        """How many statements a page asks the database, once the process knows catalogue, dealers and settings."""
        self.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert self.get(address).status_code == 200
        return sum(not query["sql"].startswith(_ADMINISTRATIVE) for query in asked.captured_queries)

    def form(self, page: str = PAGE, **values: str) -> dict[str, str]:
        """A form as it is after a person has filled it in."""
        found = re.search(r'name="form_key" value="([^"]+)"', self.text(page))
        assert found is not None
        typed = {"form_key": found[1], "name": "王建国", "phone": "138 0013 8000", "city": "上海"}
        return typed | values

    def send(self, values: dict[str, str], page: str = PAGE) -> HttpResponse:
        """Press the button."""
        return cast(HttpResponse, self.client.post(page, values))

    def enquire(self, **values: str) -> str:
        """Fill in and send; the address of the thank-you page."""
        answer = self.send(self.form(**values))
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    def leads(self) -> list[Lead]:
        """All leads there are."""
        with self.world.system():
            return list(Lead.objects.select_related("customer", "campaign", "dealer").order_by("id"))

    def touches(self) -> list[Touch]:
        """All touches there are."""
        with self.world.system():
            return list(Touch.objects.order_by("id"))


def page_of(ref: str, *, is_full: bool = True) -> str:
    """The address of a buyer's page."""
    return f"/my/{make_token(ref, is_full=is_full)}/"
