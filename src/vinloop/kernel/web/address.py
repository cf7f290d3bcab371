"""The address of a page as its state: filters, sort, view and place are in the query, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, QueryDict

_PAGING = ("after", "before")


@dataclass(frozen=True, slots=True)
class Address:
    """A path and its query parameters; answers addresses which differ in some of them."""

    path: str
    query: QueryDict

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The address of the page being shown."""
        return cls(request.path, request.GET)

    def get(self, name: str) -> str:
        """The parameter, or an empty string."""
        return self.query.get(name, "").strip()

    def url(self, **changes: str | list[str] | None) -> str:
        """The same page with some parameters changed; None or empty removes one.

        Any change but paging itself goes back to the first page: an old place in a new list means nothing.
        """
        query = self.query.copy()
        if not set(changes) & set(_PAGING):
            changes = {**dict.fromkeys(_PAGING), **changes}
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query.setlist(name, [value] if isinstance(value, str) else value)
        encoded = query.urlencode()
        return f"{self.path}?{encoded}" if encoded else self.path
