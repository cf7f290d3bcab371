"""Tables of the customers room."""

from vinloop.customers.models.golden import (
    Address,
    Consent,
    ContactPoint,
    Customer,
    CustomerAccess,
    Relation,
)
from vinloop.customers.models.privacy import AccessRequest, PrivacyRequest, QualityDay
from vinloop.customers.models.sources import (
    ImportRun,
    MatchKeys,
    MatchModel,
    MatchRow,
    ResolveRun,
    SealedNumber,
    Source,
    SourceRecord,
    SourceVersion,
)
from vinloop.customers.models.stewardship import IdentityStep, ReviewPair, Verdict
from vinloop.customers.models.tombstones import Tombstone

__all__ = [
    "AccessRequest",
    "Address",
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerAccess",
    "IdentityStep",
    "ImportRun",
    "MatchKeys",
    "MatchModel",
    "MatchRow",
    "PrivacyRequest",
    "QualityDay",
    "Relation",
    "ResolveRun",
    "ReviewPair",
    "SealedNumber",
    "Source",
    "SourceRecord",
    "SourceVersion",
    "Tombstone",
    "Verdict",
]
