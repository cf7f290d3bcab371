"""Where a delivery may go: never into our own network (server-side request forgery, CWE-918).

The name is resolved once, every address it has is checked, and the connection goes to the checked address itself,
so that a name which changes its answer between check and connection gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class TargetRefused(Exception):
    """The address is not one we deliver to. ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place to deliver to: the address to connect to, and the name to speak to there."""

    address: str
    host: str
    port: int
    path: str
    is_tls: bool


def check_url(url: str, *, allow_private: bool) -> SplitResult:
    """The URL in parts. Raises ``TargetRefused``: not_a_url, https_only, credentials."""
    try:
        parts = urlsplit(url)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise TargetRefused("not_a_url") from None
    if parts.scheme not in ("https", "http") or not is_complete or any(c <= " " for c in url):
        raise TargetRefused("not_a_url")
    if parts.scheme == "http" and not allow_private:
        raise TargetRefused("https_only")
    if parts.username or parts.password:
        raise TargetRefused("credentials")
    return parts


def find_target(url: str, *, allow_private: bool) -> Target:
    """Resolve and check. Raises ``TargetRefused``: also unresolved, private."""
    parts = check_url(url, allow_private=allow_private)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    addresses = _resolve(host, port)
    if not allow_private and not all(is_public(address) for address in addresses):
        raise TargetRefused("private")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(addresses[0], host, port, path, is_tls)


def is_public(address: str) -> bool:
    """Whether an address belongs to the open Internet, also when it wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64 or ip.sixtofour or ip.teredo:
            return False
        ip = ip.ipv4_mapped or ip
    return ip.is_global and not ip.is_multicast


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TargetRefused("unresolved") from None
    return [str(address[0]) for *_rest, address in found]
