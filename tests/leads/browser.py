"""A logged-in browser without a browser, and how many questions a page asks the database."""

from __future__ import annotations

from typing import cast

from django.db import connection
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vinloop.kernel.models import User

_TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def as_user(user: User) -> Client:
    """A browser logged in as the user, reading English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(client: Client, url: str, **query: str) -> str:
    """The text of a page that opens."""
    response = client.get(url, query)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    return response.content.decode()


def questions(client: Client, url: str) -> int:
    """How many queries a page needs, transaction control left out, once its caches are warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([each for each in captured.captured_queries if not each["sql"].startswith(_TRANSACTION)])


def content(response: object) -> bytes:
    """The whole of a streamed answer."""
    streamed = cast("StreamingHttpResponse | FileResponse | HttpResponse", response)
    if isinstance(streamed, HttpResponse):
        return streamed.content
    return b"".join(cast("list[bytes]", list(streamed)))
