"""Standard Webhooks signatures: proof that a delivery is ours, whole and recent.

The signed text is ``id.timestamp.payload``; the signature is ``v1,`` and the base64 of its HMAC-SHA256
(Standard Webhooks, specification 1.0). Used by outgoing deliveries and by incoming doors alike.
"""

import base64
import binascii
import hashlib
import hmac
import secrets as random
from collections.abc import Iterable, Mapping
from datetime import datetime

HEADER_ID = "webhook-id"
HEADER_TIMESTAMP = "webhook-timestamp"
HEADER_SIGNATURE = "webhook-signature"
TOLERANCE_SECONDS = 300

_VERSION = "v1"
_PREFIX = "whsec_"
_SECRET_BYTES = 32
_SMALLEST_SECRET = 8
_MOST_SIGNATURES = 20  # nobody rotates more keys; more only make us work


class SignatureError(Exception):
    """A delivery whose origin is not proven. It must be refused without a word about which secret failed."""


class HeadersMissing(SignatureError):
    """One of the three webhook headers is absent or empty."""


class TimestampInvalid(SignatureError):
    """The timestamp is not a whole number of seconds."""


class TimestampTooOld(SignatureError):
    """Sent longer ago than tolerated: perhaps a replay."""


class TimestampTooNew(SignatureError):
    """Sent from the future: the sender's clock is wrong."""


class SignatureMismatch(SignatureError):
    """No signature of a known version was made with any of the secrets."""


class SecretInvalid(ValueError):
    """The secret is not base64, or too short to protect anything."""


def new_secret() -> str:
    """A random secret of 256 bits, in the form the standard prescribes."""
    return _PREFIX + base64.b64encode(random.token_bytes(_SECRET_BYTES)).decode("ascii")


def sign(secret: str, msg_id: str, timestamp: int | datetime, payload: bytes | str) -> str:
    """The signature header's value for one delivery. ``timestamp`` is in seconds; raises SecretInvalid."""
    seconds = int(timestamp.timestamp()) if isinstance(timestamp, datetime) else timestamp
    body = payload.encode() if isinstance(payload, str) else payload
    signed = f"{msg_id}.{seconds}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"{_VERSION},{base64.b64encode(digest).decode('ascii')}"


def signed_headers(
    secrets: Iterable[str], msg_id: str, timestamp: int | datetime, payload: bytes | str
) -> dict[str, str]:
    """The three headers of a delivery, signed with each secret while one is being replaced by the next."""
    seconds = int(timestamp.timestamp()) if isinstance(timestamp, datetime) else timestamp
    signatures = " ".join(sign(secret, msg_id, seconds, payload) for secret in secrets)
    return {HEADER_ID: msg_id, HEADER_TIMESTAMP: str(seconds), HEADER_SIGNATURE: signatures}


def verify(
    secrets: Iterable[str],
    headers: Mapping[str, str],
    payload: bytes | str,
    now: int | datetime,
    tolerance: int = TOLERANCE_SECONDS,
) -> str:
    """The message id, which is also its idempotency key, once any secret proves the delivery.

    ``now`` and ``tolerance`` are in seconds. Header names are compared without case. Raises a subclass of
    :class:`SignatureError`; SecretInvalid when one of our own secrets is malformed.
    """
    msg_id, sent, signatures = _read_headers(headers)
    seconds = int(now.timestamp()) if isinstance(now, datetime) else now
    timestamp = _check_age(sent, seconds, tolerance)
    expected = [sign(secret, msg_id, timestamp, payload).encode() for secret in secrets]
    offered = [one.encode() for one in signatures.split()[:_MOST_SIGNATURES]]
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in offered]
    if not any(matches):
        raise SignatureMismatch("no signature matches")
    return msg_id


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretInvalid("a webhook secret is base64, with or without whsec_") from error
    if len(key) < _SMALLEST_SECRET:
        raise SecretInvalid("a webhook secret has at least 64 bits")
    return key


def _read_headers(headers: Mapping[str, str]) -> tuple[str, str, str]:
    found = {name.lower(): value for name, value in headers.items()}
    msg_id, sent, signatures = (found.get(name, "") for name in (HEADER_ID, HEADER_TIMESTAMP, HEADER_SIGNATURE))
    if not (msg_id and sent and signatures):
        raise HeadersMissing(f"{HEADER_ID}, {HEADER_TIMESTAMP} and {HEADER_SIGNATURE} are required")
    return msg_id, sent, signatures


def _check_age(sent: str, now: int, tolerance: int) -> int:
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 12):
        raise TimestampInvalid("the timestamp is a whole number of seconds since 1970")
    timestamp = int(sent)
    if timestamp < now - tolerance:
        raise TimestampTooOld(f"older than {tolerance} seconds")
    if timestamp > now + tolerance:
        raise TimestampTooNew(f"more than {tolerance} seconds ahead")
    return timestamp
