"""Webhook signatures: the published vector, our own, and everything that must be refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.kernel import signing

# The vector published with the Standard Webhooks reference libraries (MIT).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MSG_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT = 1614265330
PAYLOAD = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def headers(signature: str = SIGNATURE, sent: str = str(SENT), msg_id: str = MSG_ID) -> dict[str, str]:
    return {"webhook-id": msg_id, "webhook-timestamp": sent, "webhook-signature": signature}


def test_published_vector() -> None:
    assert signing.sign(SECRET, MSG_ID, SENT, PAYLOAD) == SIGNATURE
    assert signing.sign(SECRET, MSG_ID, datetime.fromtimestamp(SENT, UTC), PAYLOAD.decode()) == SIGNATURE
    assert signing.verify([SECRET], headers(), PAYLOAD, SENT) == MSG_ID


def test_prefix_of_the_secret_is_optional() -> None:
    assert signing.verify([SECRET.removeprefix("whsec_")], headers(), PAYLOAD, SENT) == MSG_ID


def test_any_v1_signature_among_several_proves_it() -> None:
    several = f"{OTHER} v2,{SIGNATURE[3:]} {SIGNATURE}"
    assert signing.verify([SECRET], headers(several), PAYLOAD, SENT) == MSG_ID


def test_header_names_have_no_case() -> None:
    shouted = {name.title(): value for name, value in headers().items()}
    assert signing.verify([SECRET], shouted, PAYLOAD, datetime.fromtimestamp(SENT, UTC)) == MSG_ID


@pytest.mark.parametrize(
    ("changed", "payload"),
    [
        (headers("v2," + SIGNATURE[3:]), PAYLOAD),
        (headers("v1a," + SIGNATURE[3:]), PAYLOAD),
        (headers(SIGNATURE[3:]), PAYLOAD),
        (headers(OTHER), PAYLOAD),
        (headers("v1,Ä"), PAYLOAD),
        (headers(sent=str(SENT + 1)), PAYLOAD),
        (headers(msg_id="msg_other"), PAYLOAD),
        (headers(), PAYLOAD + b" "),
        (headers(" ".join([OTHER] * 50 + [SIGNATURE])), PAYLOAD),
    ],
)
def test_what_is_not_proven_is_refused(changed: dict[str, str], payload: bytes) -> None:
    with pytest.raises(signing.SignatureMismatch):
        signing.verify([SECRET], changed, payload, SENT)


def test_another_secret_or_none_proves_nothing() -> None:
    for secrets in ([signing.new_secret()], []):
        with pytest.raises(signing.SignatureMismatch):
            signing.verify(secrets, headers(), PAYLOAD, SENT)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_missing_header(missing: str) -> None:
    for changed in ({**headers(), missing: ""}, {k: v for k, v in headers().items() if k != missing}):
        with pytest.raises(signing.HeadersMissing):
            signing.verify([SECRET], changed, PAYLOAD, SENT)


@pytest.mark.parametrize(
    ("now", "error"),
    [(SENT + 301, signing.TimestampTooOld), (SENT - 301, signing.TimestampTooNew)],
)
def test_stale_and_future_deliveries(now: int, error: type[signing.SignatureError]) -> None:
    with pytest.raises(error):
        signing.verify([SECRET], headers(), PAYLOAD, now)
    edge = SENT + 300 if now > SENT else SENT - 300
    assert signing.verify([SECRET], headers(), PAYLOAD, edge) == MSG_ID


@pytest.mark.parametrize("sent", ["yesterday", "-1", "1614265330.0", "１６１４２６５３３０", "9" * 5000])
def test_timestamp_that_is_none(sent: str) -> None:
    with pytest.raises(signing.TimestampInvalid):
        signing.verify([SECRET], headers(sent=sent), PAYLOAD, SENT)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", "whsec_abc"])
def test_secret_that_protects_nothing(secret: str) -> None:
    with pytest.raises(signing.SecretInvalid):
        signing.sign(secret, MSG_ID, SENT, PAYLOAD)


@given(st.binary(max_size=200), st.integers(0, 2**40 // 2))
def test_what_we_sign_we_verify_while_secrets_rotate(payload: bytes, sent: int) -> None:
    sent %= 10**12
    old, new = signing.new_secret(), signing.new_secret()
    delivery = signing.signed_headers([old, new], MSG_ID, sent, payload)
    assert signing.verify([new], delivery, payload, sent) == MSG_ID
    assert signing.verify(iter([old]), delivery, payload, sent) == MSG_ID
    with pytest.raises(signing.SignatureMismatch):
        signing.verify([old, new], delivery, payload + b"x", sent)
