"""private_key_jwt under attack: only the client's own key, for us, now, once, with a kind of signature it is for."""

import base64
import hashlib
import hmac
import json
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from backend.access.client_assertion import LEEWAY, LONGEST, claimed_client, verify
from backend.access.client_keys import read_public_key
from backend.access.sign_in_errors import ClientKeyMalformed, ClientRefused

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLIENT, US = "0190-client", "https://bank.example/oauth/bank/token"
RSA, EC, OKP = RSAKey.generate_key(2048), ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")
PUBLIC = dict(reversed(read_public_key(key.as_dict(private=False))) for key in (RSA, EC, OKP))


def claims(**given: Any) -> dict[str, Any]:
    return {"iss": CLIENT, "sub": CLIENT, "aud": US, "jti": "once", "exp": stamp(minutes=5), "iat": stamp(), **given}


def stamp(**shift: float) -> float:
    return (NOW + timedelta(**shift)).timestamp()


def signed(key: Any = RSA, alg: str = "RS256", header: dict[str, Any] | None = None, **given: Any) -> str:
    head = {"alg": alg, "kid": key.thumbprint()} | (header or {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(head, {k: v for k, v in claims(**given).items() if v is not None}, key, algorithms=[alg])


def checked(assertion: str, keys: Any = None) -> Any:
    return verify(assertion, PUBLIC if keys is None else keys, client_id=CLIENT, audiences={US}, now=NOW)


def refused(assertion: str, keys: Any = None) -> str:
    with pytest.raises(ClientRefused) as refusal:
        checked(assertion, keys)
    return str(refusal.value.params["problem"])


@pytest.mark.parametrize(
    ("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256"), (OKP, "Ed25519"), (OKP, "EdDSA")]
)
def test_each_kind_of_key_signs_in_its_own_way(key: Any, alg: str) -> None:
    assert checked(signed(key, alg)).jti_hash == hashlib.sha256(b"once").digest()


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
def test_an_unsigned_assertion_is_refused(alg: str) -> None:
    assertion = f"{part({'alg': alg, 'kid': RSA.thumbprint()})}.{part(claims())}."
    assert refused(assertion) in {"algorithm", "signature"}


def test_a_public_key_is_no_secret_of_an_hmac() -> None:
    pem = RSA.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{part({'alg': 'HS256', 'kid': RSA.thumbprint()})}.{part(claims())}"
    assert refused(f"{body}.{part(hmac.digest(pem, body.encode(), 'sha256'))}") == "algorithm"


def test_a_key_of_one_kind_does_not_vouch_for_another_kind_of_signature() -> None:
    assert refused(signed(EC, "ES256", {"kid": RSA.thumbprint()})) == "algorithm"


def test_a_key_that_the_assertion_brings_along_is_not_used() -> None:
    own = RSAKey.generate_key(2048)
    assertion = signed(own, header={"kid": RSA.thumbprint(), "jwk": own.as_dict(private=False)})
    assert refused(assertion) == "signature"


def test_an_unknown_key_id_is_refused() -> None:
    assert refused(signed(header={"kid": "another"})) == "key_unknown"


def test_without_a_key_id_the_only_key_is_meant() -> None:
    only = {RSA.thumbprint(): PUBLIC[RSA.thumbprint()]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bare = jwt.encode({"alg": "RS256"}, claims(), RSA)
    assert checked(bare, only)
    assert refused(bare) == "key_unknown"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"aud": "https://other.example/token"}, "audience"),
        ({"aud": [US, "https://other.example/token"]}, "audience"),
        ({"aud": None}, "audience"),
        ({"iss": "somebody"}, "issuer_and_subject"),
        ({"sub": "somebody"}, "issuer_and_subject"),
        ({"exp": stamp(seconds=-61)}, "expired"),
        ({"exp": None}, "expiry_missing"),
        ({"exp": "tomorrow"}, "expiry_missing"),
        ({"exp": True}, "expiry_missing"),
        ({"exp": 1e300}, "expiry_missing"),
        ({"exp": stamp(hours=24)}, "lives_too_long"),
        ({"nbf": stamp(minutes=5)}, "not_yet_valid"),
        ({"iat": stamp(minutes=5)}, "not_yet_valid"),
        ({"jti": None}, "jti_missing"),
        ({"jti": ""}, "jti_missing"),
        ({"jti": 7}, "jti_missing"),
    ],
)
def test_what_it_says_must_be_for_us_now_and_once(changes: dict[str, Any], problem: str) -> None:
    assert refused(signed(**changes)) == problem


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(min_value=-3600, max_value=7200))
def test_it_is_good_exactly_between_now_and_its_longest_life(seconds: float) -> None:
    assertion = signed(exp=stamp(seconds=seconds), iat=None)
    good = -LEEWAY.total_seconds() < seconds <= (LONGEST + LEEWAY).total_seconds()
    if good:
        assert checked(assertion).expires_at > NOW
    else:
        assert refused(assertion) in {"expired", "lives_too_long"}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_a_changed_sign_anywhere_breaks_it(data: st.DataObject) -> None:
    whole = signed()
    place = data.draw(st.integers(0, len(whole) - 2))
    sign = data.draw(st.sampled_from("abcXYZ019_-."))
    changed = whole[:place] + sign + whole[place + 1 :]
    if changed != whole:
        refused(changed)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 9000, "é.é.é", part({"alg": "RS256"}) + ".e30.AA"])
def test_what_is_no_assertion_is_refused(text: str) -> None:
    refused(text)
    with pytest.raises(ClientRefused):
        claimed_client(text)


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize(("kind", "size"), [(RSAKey, 1024), (ECKey, "P-521"), (OKPKey, "Ed448")])
def test_a_weak_or_odd_key_is_not_registered(kind: Any, size: Any) -> None:
    with pytest.raises(ClientKeyMalformed):
        read_public_key(kind.generate_key(size).as_dict(private=False))


@pytest.mark.parametrize("key", [RSA, EC, OKP])
def test_a_private_key_is_not_registered(key: Any) -> None:
    with pytest.raises(ClientKeyMalformed, match="private"):
        read_public_key(key.as_dict(private=True))


@pytest.mark.parametrize("given_", [{}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA"}, "no key", {"kty": 7}])
def test_what_is_no_public_key_is_not_registered(given_: Any) -> None:
    with pytest.raises(ClientKeyMalformed):
        read_public_key(given_)


def test_a_key_in_pem_is_known_by_its_thumbprint() -> None:
    pem = EC.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    jwk, kid = read_public_key(pem)
    assert (kid, jwk["crv"]) == (EC.thumbprint(), "P-256")
