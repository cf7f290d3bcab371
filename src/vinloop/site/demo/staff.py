"""The people who work in the demo's organisations, all with the same password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from vinloop.kernel.accounts.roles import sync_roles
from vinloop.kernel.models import Membership, Organisation, Role, User
from vinloop.site.demo.organisations import ABROAD, DEALERS, REGIONS, ROOT_CODE
from vinloop.site.demo.people import Crowd

DEMO_DEALER = "sha01"
CONSULTANTS = 3


@dataclass(frozen=True, slots=True)
class Position:
    """Somebody's log-in, role and place."""

    username: str
    role: str
    organisation: str
    language: str
    name: str = ""
    name_en: str = ""


# Shown on the first start and on the log-in page of the demo, in this order.
_KNOWN: tuple[Position, ...] = (
    Position("admin", "administrator", ROOT_CODE, "zh-hans", "管理员", "Administrator"),
    Position("manager", "hq_manager", ROOT_CODE, "zh-hans", "顾明远", "Mingyuan Gu"),
    Position("verifier", "verifier", ROOT_CODE, "zh-hans", "陈晓燕", "Xiaoyan Chen"),
    Position("marketer", "marketer", ROOT_CODE, "zh-hans", "苏语嫣", "Yuyan Su"),
    Position("analyst", "analyst", ROOT_CODE, "en", "沈若曦", "Ruoxi Shen"),
    Position("region.east", "region_manager", "east", "zh-hans", "陆振华", "Zhenhua Lu"),
    Position("region.west", "region_manager", "west", "en", "Timur Sadykov", "Timur Sadykov"),
    Position("dealer", "dealer_manager", DEMO_DEALER, "zh-hans", "申国栋", "Guodong Shen"),
    Position("reception", "dealer_reception", DEMO_DEALER, "zh-hans", "夏雨桐", "Yutong Xia"),
    Position("consultant", "dealer_consultant", DEMO_DEALER, "zh-hans", "王俊杰", "Junjie Wang"),
    Position("consultant.en", "dealer_consultant", DEMO_DEALER, "en", "Laura Brooks", "Laura Brooks"),
    Position("service", "service_adviser", DEMO_DEALER, "zh-hans", "丁立新", "Lixin Ding"),
    Position("almaty", "dealer_manager", "ala01", "en", "Dana Omarova", "Dana Omarova"),
)
SHOWN = tuple(each.username for each in _KNOWN)
_MORE_AT_ROOT = (("verifier2", "verifier"), ("verifier3", "verifier"), ("event", "event_staff"))


def make_staff(organisations: Mapping[str, Organisation], crowd: Crowd, password: str) -> dict[str, list[User]]:
    """Write users and memberships; answers the users by ``organisation/role``.

    One hash serves everybody: hashing each time would take longer than a year of history.
    """
    sync_roles()
    roles = {role.code: role for role in Role.objects.all()}
    positions = [*_KNOWN, *_others(crowd)]
    digest = make_password(password)
    users = User.objects.bulk_create(_user(each, digest) for each in positions)
    found: dict[str, list[User]] = {}
    memberships = []
    for each, user in zip(positions, users, strict=True):
        found.setdefault(f"{each.organisation}/{each.role}", []).append(user)
        organisation = organisations[each.organisation]
        memberships.append(Membership(user=user, role=roles[each.role], organisation=organisation))
    Membership.objects.bulk_create(memberships)
    return found


def _user(position: Position, digest: str) -> User:
    return User(
        username=position.username,
        password=digest,
        name=position.name,
        name_en=position.name_en,
        language=position.language,
        email=f"{position.username}@yuanhang.example",
    )


def _others(crowd: Crowd) -> Iterator[Position]:
    """Everybody nobody needs to know by name: more agents, and each dealer's people."""
    for username, role in _MORE_AT_ROOT:
        yield Position(username, role, ROOT_CODE, "zh-hans", *crowd.colleague("CN"))
    taken = {(each.organisation, each.role) for each in _KNOWN}
    for code, *_names in REGIONS:
        if (code, "region_manager") not in taken:
            yield Position(f"region.{code}", "region_manager", code, "zh-hans", *crowd.colleague("CN"))
    for spec in DEALERS:
        yield from _dealer_staff(spec.code, crowd, taken)


def _dealer_staff(code: str, crowd: Crowd, taken: set[tuple[str, str]]) -> Iterator[Position]:
    country, language = ("KZ", "en") if code in ABROAD else ("CN", "zh-hans")
    for role, username in (("dealer_manager", "manager"), ("dealer_reception", "reception")):
        if (code, role) not in taken:
            yield Position(f"{code}.{username}", role, code, language, *crowd.colleague(country))
    known = sum(each.organisation == code and each.role == "dealer_consultant" for each in _KNOWN)
    for number in range(known + 1, CONSULTANTS + 1):
        name = crowd.colleague(country)
        yield Position(f"{code}.sales{number}", "dealer_consultant", code, language, *name)
