"""What an identity provider says of a person, believed only when it is proven (OpenID Connect Core 1.0, 3.1.3.7).

Signed by a key of the provider with a kind of signature that the key is for, from the issuer, for us, now, and in
answer to our own question (nonce).
"""

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry

from backend.access.client_assertion import ALGORITHMS
from backend.access.sign_in_errors import ProviderAnswerRefused

LEEWAY: Final = timedelta(seconds=60)
_OLDEST: Final = timedelta(minutes=10)
_LARGEST: Final = 32_768
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class Identity:
    """`proofs` are the methods (amr) and the class (acr) of the authentication; `session` is its name there."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]
    authenticated_at: datetime | None
    proofs: frozenset[str]
    session: str | None

    def text(self, claim: str) -> str | None:
        """A claim that is text; an e-mail address counts only when the provider has verified it."""
        if claim == "email" and self.claims.get("email_verified") is not True:
            return None
        value = self.claims.get(claim)
        return value if isinstance(value, str) and value else None

    def texts(self, claim: str) -> frozenset[str]:
        value = self.claims.get(claim)
        return frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()


def key_id(token: str) -> str | None:
    """Which key it says it was signed with. Raises ProviderAnswerRefused."""
    try:
        kid = jws.extract_compact(_bounded(token)).headers().get("kid")
    except (JoseError, ValueError, TypeError):
        raise ProviderAnswerRefused(problem="malformed") from None
    return kid if isinstance(kid, str) else None


def verify(
    token: str, keys: Collection[Mapping[str, Any]], *, issuer: str, client_id: str, nonce: str, now: datetime
) -> Identity:
    """`keys` is the provider's key set as published. Raises ProviderAnswerRefused with a code of what was wrong."""
    claims = _addressed(token, keys, issuer, client_id, now)
    _require(isinstance(claims.get("nonce"), str) and claims["nonce"] == nonce, "nonce")
    amr = claims.get("amr")
    proofs = {each for each in amr if isinstance(each, str)} if isinstance(amr, list) else set()
    if isinstance(claims.get("acr"), str):
        proofs.add(claims["acr"])
    return Identity(
        issuer=issuer,
        subject=_text(claims, "sub"),
        claims=claims,
        authenticated_at=_instant(claims["auth_time"]) if "auth_time" in claims else None,
        proofs=frozenset(proofs),
        session=claims["sid"] if isinstance(claims.get("sid"), str) else None,
    )


def verify_logout(
    token: str, keys: Collection[Mapping[str, Any]], *, issuer: str, client_id: str, now: datetime
) -> str:
    """The provider's name of the session that ended (Back-Channel Logout 1.0, 2.6). Raises ProviderAnswerRefused."""
    claims = _addressed(token, keys, issuer, client_id, now)
    events = claims.get("events")
    _require(isinstance(events, dict) and _LOGOUT_EVENT in events, "events")
    _require("nonce" not in claims, "nonce")
    return _text(claims, "sid")


def _addressed(
    token: str, keys: Collection[Mapping[str, Any]], issuer: str, client_id: str, now: datetime
) -> dict[str, Any]:
    """Signed by the issuer, for us, now."""
    claims = _signed(token, keys)
    _require(claims.get("iss") == issuer, "issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    _require(client_id in audiences, "audience")
    _require(claims.get("azp", client_id) == client_id and (len(audiences) == 1 or "azp" in claims), "audience")
    _require(_instant(claims.get("exp")) + LEEWAY > now, "expired")
    issued = _instant(claims.get("iat"))
    _require(now - _OLDEST <= issued <= now + LEEWAY, "time")
    if "nbf" in claims:
        _require(_instant(claims["nbf"]) <= now + LEEWAY, "time")
    return claims


def _signed(token: str, keys: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    kid = key_id(token)
    candidates = [key for key in keys if key.get("use", "sig") == "sig" and (kid is None or key.get("kid") == kid)]
    _require(len(candidates) == 1, "key_unknown")
    key = candidates[0]
    algorithms = ALGORITHMS.get(str(key.get("kty")), ())
    try:
        _require(jws.extract_compact(_bounded(token)).headers().get("alg") in algorithms, "algorithm")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # for the older name of Ed25519
            return jwt.decode(token, JWKRegistry.import_key(dict(key)), algorithms=list(algorithms)).claims
    except (JoseError, ValueError, TypeError):
        raise ProviderAnswerRefused(problem="signature") from None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise ProviderAnswerRefused(problem=name)
    return value


def _instant(given: object) -> datetime:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ProviderAnswerRefused(problem="time")
    try:
        return datetime.fromtimestamp(given, UTC)
    except (OverflowError, ValueError, OSError):
        raise ProviderAnswerRefused(problem="time") from None


def _bounded(token: str) -> bytes:
    _require(0 < len(token) <= _LARGEST, "malformed")
    return token.encode()


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise ProviderAnswerRefused(problem=problem)
