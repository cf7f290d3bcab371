"""Programs that call the API, for tests of the rooms' endpoints."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.kernel.programs import bearer, token_of
from vinloop.kernel.models import Organisation, User

PREFIX = "/api/v1/"


class Caller:
    """A program with its owner's token."""

    def __init__(self, user: User, organisation: Organisation, **terms: Any) -> None:
        self._client = Client()
        self._headers = bearer(token_of(user, organisation, **terms))["headers"]

    def ask(self, method: str, path: str, body: object = None, *, expect: int) -> Any:
        """The answer's content, after its status was seen to be the expected one."""
        options = {} if body is None else {"data": body, "content_type": "application/json"}
        response = getattr(self._client, method)(PREFIX + path, headers=self._headers, **options)
        assert response.status_code == expect, response.content.decode()
        return response.json()

    def get(self, path: str, *, expect: int = 200) -> Any:
        """Read."""
        return self.ask("get", path, expect=expect)

    def post(self, path: str, body: object = None, *, expect: int = 201) -> Any:
        """Make or do."""
        return self.ask("post", path, {} if body is None else body, expect=expect)

    def patch(self, path: str, body: object, *, expect: int = 200) -> Any:
        """Change."""
        return self.ask("patch", path, body, expect=expect)

    def put(self, path: str, body: object, *, expect: int = 200) -> Any:
        """Set."""
        return self.ask("put", path, body, expect=expect)

    def delete(self, path: str, *, expect: int = 200) -> Any:
        """Remove."""
        return self.ask("delete", path, expect=expect)
