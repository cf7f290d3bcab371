"""The roles the product ships with. They are data: an installation may change them and add its own.

``sync_roles`` brings them into the database; it leaves alone a role whose permissions somebody changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vinloop.kernel.access.permissions import all_permissions, known_permission
from vinloop.kernel.models import Organisation, Role

_Kind = Organisation.Kind


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A shipped role; ``permissions`` None means every permission there is."""

    code: str
    name: str
    name_en: str
    level: str
    permissions: frozenset[str] | None


_READS = frozenset({
    "leads.lead:read", "leads.visit:read", "customers.customer:read", "vehicles.vehicle:read",
    "network.dealer:read", "orders.order:read", "messaging.message:read", "kernel.organisation:read",
})  # fmt: skip
_CAPTURES = frozenset({"leads.lead:capture", "customers.customer:read", "leads.lead:read"})
_SELLS = _READS | _CAPTURES | frozenset({
    "leads.lead:accept", "leads.lead:work", "leads.lead:report_lost", "leads.visit:record",
    "leads.test_drive:manage", "customers.customer:edit", "customers.customer:unmask", "customers.consent:edit",
    "orders.order:create", "orders.order:deliver", "customers.access:request", "vehicles.ownership:manage",
})  # fmt: skip
_RECEIVES = _CAPTURES | frozenset({
    "leads.visit:record", "leads.visit:read", "leads.test_drive:manage", "customers.customer:edit",
    "network.dealer:read", "vehicles.vehicle:read",
})  # fmt: skip
_SERVES = _CAPTURES | frozenset({
    "customers.customer:edit", "customers.customer:unmask", "customers.consent:edit", "vehicles.vehicle:read",
    "network.dealer:read", "customers.access:request", "vehicles.ownership:manage",
})  # fmt: skip
_LEADS_A_DEALER = _SELLS | _RECEIVES | _SERVES | frozenset({
    "leads.lead:assign", "leads.lead:review_lost", "leads.demo_car:manage", "leads.lead:import",
    "orders.order:cancel", "insight.board:read", "kernel.user:manage", "kernel.data:export",
    "customers.quality:read",
})  # fmt: skip
_VERIFIES = _READS | _CAPTURES | frozenset({
    "leads.lead:verify", "leads.lead:dispatch", "leads.lead:recycle", "customers.customer:edit",
    "customers.customer:unmask", "customers.consent:edit", "vehicles.ownership:manage",
})  # fmt: skip
_MARKETS = _READS | _CAPTURES | frozenset({
    "leads.campaign:manage", "leads.lead:import", "insight.board:read", "insight.network:read",
    "kernel.data:export", "vehicles.catalogue:manage", "customers.quality:read",
})  # fmt: skip
_ANALYSES = _READS | frozenset({"insight.board:read", "insight.network:read", "kernel.data:export"})
_LEADS_A_REGION = _ANALYSES | frozenset({
    "leads.lead:assign", "leads.lead:review_lost", "leads.lead:recycle", "kernel.event:read",
    "customers.access:request", "customers.quality:read", "customers.source:read", "customers.source:import",
})  # fmt: skip
# What a data steward does at headquarters; regions and dealers never decide who is one customer.
_KEEPS_DATA = frozenset({
    "customers.source:read", "customers.source:import", "customers.identity:read", "customers.identity:decide",
    "customers.identity:resolve", "customers.quality:read", "vehicles.ownership:manage",
})  # fmt: skip
_LEADS_HEADQUARTERS = _VERIFIES | _MARKETS | _LEADS_A_REGION | _KEEPS_DATA | frozenset({
    "leads.reason:manage", "leads.demo_car:manage", "network.dealer:manage", "orders.order:create",
    "orders.order:deliver", "orders.order:cancel", "connectors.webhook:manage", "kernel.intake:read",
    "kernel.intake:replay", "kernel.setting:manage", "kernel.organisation:manage", "customers.source:manage",
    "customers.privacy:manage", "customers.access:grant", "customers.customer:export",
})  # fmt: skip
_CONNECTS = frozenset({
    "leads.lead:read", "leads.lead:capture", "leads.lead:import", "leads.lead:accept", "leads.lead:work",
    "leads.lead:report_lost", "customers.customer:read", "customers.customer:unmask", "vehicles.vehicle:read",
    "network.dealer:read", "orders.order:read", "orders.order:create", "orders.order:deliver",
    "leads.visit:record", "leads.visit:read", "connectors.webhook:manage", "customers.source:read",
    "customers.source:import", "customers.identity:read", "vehicles.ownership:manage",
})  # fmt: skip

BUILT_IN: Final = (
    BuiltInRole("administrator", "系统管理员", "Administrator", _Kind.MANUFACTURER, None),
    BuiltInRole("hq_manager", "总部经理", "Headquarters manager", _Kind.MANUFACTURER, _LEADS_HEADQUARTERS),
    BuiltInRole("verifier", "客户开发中心专员", "CAC agent", _Kind.MANUFACTURER, _VERIFIES),
    BuiltInRole("marketer", "市场专员", "Marketer", _Kind.MANUFACTURER, _MARKETS),
    BuiltInRole("analyst", "数据分析师", "Analyst", _Kind.MANUFACTURER, _ANALYSES | _KEEPS_DATA),
    BuiltInRole("event_staff", "活动人员", "Event staff", _Kind.MANUFACTURER, _CAPTURES),
    BuiltInRole("integration", "系统接口", "Integration", _Kind.MANUFACTURER, _CONNECTS),
    BuiltInRole("region_manager", "大区经理", "Region manager", _Kind.REGION, _LEADS_A_REGION),
    BuiltInRole("dealer_manager", "经销商经理", "Dealer manager", _Kind.DEALER, _LEADS_A_DEALER),
    BuiltInRole("dealer_reception", "前台接待", "Reception", _Kind.DEALER, _RECEIVES),
    BuiltInRole("dealer_consultant", "销售顾问", "Sales consultant", _Kind.DEALER, _SELLS),
    BuiltInRole("service_adviser", "服务顾问", "Service adviser", _Kind.DEALER, _SERVES),
)
_BY_CODE: Final = {role.code: role for role in BUILT_IN}


def sync_roles() -> int:
    """Bring the shipped roles into the database; answers how many changed.

    Call it after migrating. A role whose permissions an administrator changed keeps them. Raises ``LookupError``
    when a role names a permission nobody declared, before anything is written.
    """
    wanted = {role.code: sorted(_permissions(role)) for role in BUILT_IN}
    stored = {role.code: role for role in Role.objects.filter(code__in=wanted)}
    return sum(_sync(role, wanted[role.code], stored.get(role.code)) for role in BUILT_IN)


def shipped_permissions(code: str) -> set[str] | None:
    """What a role of this code is shipped with; ``None`` for one the product does not ship."""
    role = _BY_CODE.get(code)
    return None if role is None else set(_permissions(role))


def _permissions(role: BuiltInRole) -> frozenset[str]:
    if role.permissions is None:
        return frozenset(all_permissions())
    return frozenset(known_permission(name) for name in role.permissions)


def _sync(shipped: BuiltInRole, permissions: list[str], stored: Role | None) -> int:
    if stored is None:
        Role.objects.create(
            code=shipped.code,
            name=shipped.name,
            name_en=shipped.name_en,
            level=shipped.level,
            permissions=permissions,
            is_built_in=True,
        )
        return 1
    if not stored.is_built_in or stored.permissions == permissions:
        return 0
    stored.permissions = permissions
    stored.save(update_fields=["permissions"])
    return 1
