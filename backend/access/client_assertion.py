"""A partner proves itself with a signed assertion (private_key_jwt, RFC 7523): the signature, and what it says.

The kinds of signature are a closed list, and the key decides which of them it may make: a public key is never taken
for the secret of an HMAC, and "none" is not on the list.
"""

import hashlib
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry

from backend.access.sign_in_errors import ClientRefused

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEEWAY: Final = timedelta(seconds=60)
LONGEST: Final = timedelta(minutes=10)
# "EdDSA" is the older name of "Ed25519" (RFC 9864), which most libraries still write.
ALGORITHMS: Final[Mapping[str, tuple[str, ...]]] = {
    "RSA": ("RS256", "PS256"),
    "EC": ("ES256",),
    "OKP": ("Ed25519", "EdDSA"),
}
_LARGEST: Final = 8192


@dataclass(frozen=True, slots=True)
class Assertion:
    """One that was signed by the client's key and is good now; `jti_hash` is to be remembered until `expires_at`."""

    jti_hash: bytes
    expires_at: datetime


def claimed_client(assertion: str) -> str:
    """Who it says it is from, to find the keys by; nothing of it is proven yet. Raises ClientRefused."""
    try:
        claims = orjson.loads(jws.extract_compact(_bounded(assertion)).payload or b"")
    except (JoseError, ValueError, TypeError):
        raise ClientRefused(problem="malformed") from None
    subject = claims.get("sub") if isinstance(claims, dict) else None
    if not isinstance(subject, str) or claims.get("iss") != subject:
        raise ClientRefused(problem="issuer_and_subject")
    return subject


def verify(
    assertion: str, keys: Mapping[str, Mapping[str, str]], *, client_id: str, audiences: Collection[str], now: datetime
) -> Assertion:
    """`keys` are the client's JWKs by key id. Raises ClientRefused with a code of what was wrong."""
    claims = _signed(assertion, keys)
    _require(claims.get("iss") == client_id and claims.get("sub") == client_id, "issuer_and_subject")
    _require(_audience(claims.get("aud"), audiences), "audience")
    expires = _instant(claims.get("exp"), "expiry_missing")
    _require(expires + LEEWAY > now, "expired")
    _require(expires <= now + LONGEST + LEEWAY, "lives_too_long")
    for name in ("iat", "nbf"):
        if claims.get(name) is not None:
            _require(_instant(claims[name], "time") <= now + LEEWAY, "not_yet_valid")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise ClientRefused(problem="jti_missing")
    return Assertion(hashlib.sha256(jti.encode()).digest(), expires + LEEWAY)


def _signed(assertion: str, keys: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    try:
        header = jws.extract_compact(_bounded(assertion)).headers()
        key = _key(header.get("kid"), keys)
        algorithms = ALGORITHMS[key["kty"]]
        _require(header.get("alg") in algorithms, "algorithm")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # for the older name of Ed25519
            return jwt.decode(assertion, JWKRegistry.import_key(dict(key)), algorithms=list(algorithms)).claims
    except (JoseError, ValueError, TypeError):
        raise ClientRefused(problem="signature") from None


def _key(kid: object, keys: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """By its id; without one only where the client has a single key."""
    found = keys.get(kid) if isinstance(kid, str) else next(iter(keys.values())) if len(keys) == 1 else None
    if found is None:
        raise ClientRefused(problem="key_unknown")
    return found


def _audience(given: object, audiences: Collection[str]) -> bool:
    """Exactly one, and ours: one assertion for several servers could be carried from one to the other."""
    if isinstance(given, list):
        return len(given) == 1 and given[0] in audiences
    return isinstance(given, str) and given in audiences


def _instant(given: object, problem: str) -> datetime:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ClientRefused(problem=problem)
    try:
        return datetime.fromtimestamp(given, UTC)
    except (OverflowError, ValueError, OSError):
        raise ClientRefused(problem=problem) from None


def _bounded(assertion: str) -> bytes:
    _require(0 < len(assertion) <= _LARGEST, "malformed")
    return assertion.encode()


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise ClientRefused(problem=problem)
