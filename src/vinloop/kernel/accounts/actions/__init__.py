"""Writes to people, roles, memberships and tokens: each authorises, checks, saves and records a fact.

Call them inside ``acting(actor)``: a fact is recorded in the transaction of its change. They raise ``NotAllowed`` for
what the actor may not do and ``Refused`` for what the person can put right.
"""

from vinloop.kernel.accounts.actions.memberships import grant_membership, revoke_membership
from vinloop.kernel.accounts.actions.people import (
    Appointment,
    change_user,
    create_user,
    disable_user,
    enable_user,
    reset_second_factor,
    set_password,
)
from vinloop.kernel.accounts.actions.roles import (
    RoleDetails,
    change_role,
    create_role,
    delete_role,
    reset_role,
)
from vinloop.kernel.accounts.actions.tokens import TokenTerms, authenticate_token, create_token, revoke_token
from vinloop.kernel.accounts.person_details import PersonDetails

__all__ = [
    "Appointment",
    "PersonDetails",
    "RoleDetails",
    "TokenTerms",
    "authenticate_token",
    "change_role",
    "change_user",
    "create_role",
    "create_token",
    "create_user",
    "delete_role",
    "disable_user",
    "enable_user",
    "grant_membership",
    "reset_role",
    "reset_second_factor",
    "revoke_membership",
    "revoke_token",
    "set_password",
]
