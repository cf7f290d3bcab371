"""E-mail addresses: one spelling per mailbox."""

import re

from vinloop.kernel.identifiers.text import fold

_LONGEST = 254  # RFC 5321 §4.5.3.1.3, path length less its brackets
_LONGEST_LOCAL = 64  # RFC 5321 §4.5.3.1.1
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def normalise_email(text: str) -> str | None:
    """The address in lower case with an ASCII domain, or None when no mail can reach it.

    The local part is lower-cased too: RFC 5321 allows case to matter there, but no mailbox provider of
    consequence does, and treating ``Li@`` and ``li@`` as two people splits customers.
    """
    address = fold(text).removeprefix("mailto:").strip("<>").rstrip(".").lower()
    local, at, domain = address.rpartition("@")
    ascii_domain = _ascii_domain(domain)
    if not at or ascii_domain is None or not _is_local_part(local):
        return None
    normalised = f"{local}@{ascii_domain}"
    return normalised if len(normalised) <= _LONGEST else None


def mask_email(address: str) -> str:
    """What a person without the right to see the address sees: ``z…@example.cn``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _is_local_part(local: str) -> bool:
    well_dotted = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return well_dotted and len(local) <= _LONGEST_LOCAL and _LOCAL.fullmatch(local) is not None


def _ascii_domain(domain: str) -> str | None:
    try:
        ascii_domain = domain.replace("。", ".").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    plausible = len(labels) >= 2 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    return ascii_domain if plausible else None
