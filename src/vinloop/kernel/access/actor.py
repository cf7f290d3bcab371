"""The one who acts: a person in one organisation, a program, a visitor or the system itself."""

from __future__ import annotations

from dataclasses import dataclass

from vinloop.kernel.access.permissions import known_permission


class NotAllowed(Exception):
    """The actor may not do this. ``permission`` names what is missing, so that the screen can say whom to ask."""

    def __init__(self, permission: str, organisation_id: int | None = None) -> None:
        super().__init__(permission)
        self.permission = permission
        self.organisation_id = organisation_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, where, through which door, and what they may do and see.

    ``organisation_ids`` are the organisations whose rows the actor sees; ``None`` means all of them.
    ``door`` is one of screen, api, portal, adf, mail, import, job, command.
    """

    user_id: int | None
    organisation_id: int
    organisation_kind: str
    organisation_ids: frozenset[int] | None
    permissions: frozenset[str]
    door: str
    name: str = ""
    language: str = "zh-hans"
    timezone: str = "Asia/Shanghai"
    is_system: bool = False

    def may(self, permission: str) -> bool:
        """Whether the actor holds a declared permission."""
        known_permission(permission)
        return self.is_system or permission in self.permissions

    def require(self, permission: str, *, organisation_id: int | None = None) -> None:
        """Raise ``NotAllowed`` unless the actor holds the permission and sees the organisation."""
        if not self.may(permission):
            raise NotAllowed(permission, organisation_id)
        if organisation_id is not None and not self.sees(organisation_id):
            raise NotAllowed(permission, organisation_id)

    def sees(self, organisation_id: int) -> bool:
        """Whether rows owned by the organisation are in the actor's scope."""
        return self.organisation_ids is None or organisation_id in self.organisation_ids

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden from the actor: headquarters and the system."""
        return self.organisation_ids is None

    @property
    def scope(self) -> str:
        """The scope as PostgreSQL's session setting ``vinloop.orgs`` takes it."""
        if self.organisation_ids is None:
            return "*"
        return "{" + ",".join(str(i) for i in sorted(self.organisation_ids)) + "}"
