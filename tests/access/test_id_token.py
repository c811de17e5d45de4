"""An id_token under attack: believed only from the issuer, for us, now, in answer to our own question."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from backend.access.id_token import verify, verify_logout
from backend.access.sign_in_errors import ProviderAnswerRefused

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ISSUER, US = "https://id.example", "tenure"
KEY, NEXT, OTHER = RSAKey.generate_key(2048), ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
EVENTS = {"http://schemas.openid.net/event/backchannel-logout": {}}


def published(*keys: Any) -> list[dict[str, Any]]:
    return [{**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"} for key in keys]


def stamp(**shift: float) -> float:
    return int((NOW + timedelta(**shift)).timestamp())


def claims(**given: Any) -> dict[str, Any]:
    whole = {"iss": ISSUER, "sub": "7", "aud": US, "nonce": "n", "iat": stamp(), "exp": stamp(minutes=5), **given}
    return {name: value for name, value in whole.items() if value is not None}


def token(key: Any = KEY, alg: str = "RS256", header: dict[str, Any] | None = None, **given: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.thumbprint()} | (header or {}), claims(**given), key, algorithms=[alg])


def believed(text: str, keys: Any = None) -> Any:
    return verify(text, published(KEY) if keys is None else keys, issuer=ISSUER, client_id=US, nonce="n", now=NOW)


def refused(text: str, keys: Any = None) -> str:
    with pytest.raises(ProviderAnswerRefused) as refusal:
        believed(text, keys)
    return str(refusal.value.params["problem"])


def test_what_is_proven_is_believed() -> None:
    found = believed(token(auth_time=stamp(minutes=-1), amr=["pwd", "otp"], acr="silver", sid="s1"))
    assert (found.subject, found.proofs, found.session) == ("7", {"pwd", "otp", "silver"}, "s1")
    assert found.authenticated_at == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": ISSUER + "/"}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": [US, "another"]}, "audience"),
        ({"aud": [US, "another"], "azp": "another"}, "audience"),
        ({"azp": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": stamp(seconds=-61)}, "expired"),
        ({"exp": None}, "time"),
        ({"iat": stamp(minutes=5)}, "time"),
        ({"iat": stamp(hours=-1)}, "time"),
        ({"iat": None}, "time"),
        ({"nbf": stamp(minutes=5)}, "time"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_refused(changes: dict[str, Any], problem: str) -> None:
    assert refused(token(**changes)) == problem


def test_two_audiences_are_taken_when_we_are_the_authorised_party() -> None:
    assert believed(token(aud=[US, "another"], azp=US)).subject == "7"


def test_clocks_may_differ_by_a_minute() -> None:
    assert believed(token(exp=stamp(seconds=-59), iat=stamp(seconds=59))).subject == "7"


def test_a_token_signed_by_somebody_else_is_refused() -> None:
    assert refused(token(OTHER, header={"kid": KEY.thumbprint()})) == "signature"


def test_a_key_that_is_not_published_is_refused() -> None:
    assert refused(token(OTHER)) == "key_unknown"


def test_a_new_key_is_used_as_soon_as_it_is_published() -> None:
    assert believed(token(NEXT, "ES256"), published(KEY, NEXT)).subject == "7"


def test_a_key_for_encryption_signs_nothing() -> None:
    keys = [{**key, "use": "enc"} for key in published(KEY)]
    assert refused(token(), keys) == "key_unknown"


def _part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["none", "None"])
def test_an_unsigned_token_is_refused(alg: str) -> None:
    header = {"alg": alg, "kid": KEY.thumbprint()}
    assert refused(f"{_part(header)}.{_part(claims())}.") in {"algorithm", "signature"}


def test_the_published_key_is_no_secret_of_an_hmac() -> None:
    pem = KEY.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{_part({'alg': 'HS256', 'kid': KEY.thumbprint()})}.{_part(claims())}"
    assert refused(f"{body}.{_part(hmac.digest(pem, body.encode(), 'sha256'))}") == "algorithm"


def test_an_address_that_the_provider_has_not_verified_is_no_name() -> None:
    assert believed(token(email="jana@bank.example")).text("email") is None
    assert believed(token(email="jana@bank.example", email_verified="true")).text("email") is None
    assert believed(token(email="jana@bank.example", email_verified=True)).text("email") == "jana@bank.example"


def ended(**given: Any) -> str:
    text = token(**{"nonce": None, "sid": "s1", "events": EVENTS, **given})
    return verify_logout(text, published(KEY), issuer=ISSUER, client_id=US, now=NOW)


def test_the_provider_may_end_a_session() -> None:
    assert ended() == "s1"


@pytest.mark.parametrize("changes", [{"events": None}, {"events": {}}, {"sid": None}, {"nonce": "n"}, {"aud": "x"}])
def test_an_id_token_ends_no_session(changes: dict[str, Any]) -> None:
    with pytest.raises(ProviderAnswerRefused):
        ended(**changes)
