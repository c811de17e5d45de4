"""The identity provider of the institution (OpenID Connect): discovery, the way there and back, its keys.

Authorization code with PKCE (RFC 7636). What the browser brings back is bound to what it was sent away with by a
signed cookie; nothing is stored. Documents of the provider are kept for a while, its keys are asked for again when a
token names one that is not known.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from backend.access import id_token
from backend.access.federation import Trust
from backend.access.id_token import Identity
from backend.access.sign_in_errors import ProviderAnswerRefused, ProviderUnreachable
from backend.core.clock import Clock
from backend.core.settings import Settings
from backend.privacy.blind import derive

DISCOVERY: Final = "/.well-known/openid-configuration"
BACK: Final = "/sign-in/provider/back"
_KEPT: Final = timedelta(hours=1)
_KEYS_AGAIN: Final = timedelta(seconds=30)
_FLOW_LIFE: Final = timedelta(minutes=10)
_SECONDS: Final = 10.0
_LARGEST: Final = 512 * 1024
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Flow:
    """What must come back unchanged; `confirms` is for a person who is signed in and only proves to be there."""

    state: str
    nonce: str
    verifier: str
    next: str
    confirms: bool
    begun_at: datetime


@dataclass(slots=True)
class IdentityProvider:
    settings: Settings
    clock: Clock
    secret: bytes
    transport: httpx.AsyncBaseTransport | None = None
    _metadata: dict[str, Any] | None = field(default=None, init=False)
    _metadata_at: datetime | None = field(default=None, init=False)
    _keys: list[dict[str, Any]] = field(default_factory=list, init=False)
    _keys_at: datetime | None = field(default=None, init=False)

    @classmethod
    def open(cls, settings: Settings, clock: Clock, index_root: bytes) -> "IdentityProvider | None":
        """None where no provider is set up."""
        if settings.oidc_issuer is None or settings.oidc_tenant is None:
            return None
        return cls(settings, clock, derive(index_root, b"OF1", settings.oidc_issuer.encode()))

    @property
    def issuer(self) -> str:
        return self.settings.oidc_issuer or ""

    @property
    def redirect_uri(self) -> str:
        return self.settings.base_url + BACK

    @property
    def trust(self) -> Trust:
        of = self.settings
        return Trust(of.oidc_login_claim, of.oidc_second_factor, of.oidc_groups_claim, of.oidc_group_roles)

    async def begin(self, next_: str, *, confirms: bool) -> tuple[str, str]:
        """Where the browser goes, and the cookie it takes along. Raises ProviderUnreachable."""
        flow = Flow(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            next=next_,
            confirms=confirms,
            begun_at=self.clock(),
        )
        metadata = await self._discovered()
        asked: dict[str, str] = {"nonce": flow.nonce}
        if confirms:
            asked |= {"prompt": "login", "max_age": "0"}
        if self.settings.oidc_acr is not None:
            asked["acr_values"] = self.settings.oidc_acr
        uri = prepare_grant_uri(
            str(metadata["authorization_endpoint"]),
            self.settings.oidc_client_id,
            "code",
            redirect_uri=self.redirect_uri,
            scope=self.settings.oidc_scope,
            state=flow.state,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
            **asked,
        )
        return str(uri), self._sealed(flow)

    def flow(self, cookie: str, state: str) -> Flow:
        """The one this browser was sent away with. Raises ProviderAnswerRefused."""
        body, _, mark = cookie.partition(".")
        if not hmac.compare_digest(self._mark(body).encode(), mark.encode()):
            raise ProviderAnswerRefused(problem="state")
        given = orjson.loads(base64.urlsafe_b64decode(body))
        flow = Flow(**{**given, "begun_at": datetime.fromisoformat(given["begun_at"])})
        late = self.clock() - flow.begun_at > _FLOW_LIFE
        if late or not hmac.compare_digest(flow.state.encode(), state.encode()):
            raise ProviderAnswerRefused(problem="state")
        return flow

    async def answer(self, flow: Flow, code: str) -> Identity:
        """Who the provider says came back. Raises ProviderUnreachable, ProviderAnswerRefused."""
        metadata = await self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.settings.oidc_client_id,
            "code_verifier": flow.verifier,
        }
        secret = self.settings.oidc_client_secret
        auth = None if secret is None else (self.settings.oidc_client_id, secret.get_secret_value())
        tokens = await self._fetch("POST", str(metadata["token_endpoint"]), data=form, auth=auth)
        raw = tokens.get("id_token")
        if not isinstance(raw, str):
            raise ProviderAnswerRefused(problem="id_token")
        identity = id_token.verify(
            raw,
            await self._keys_for(raw),
            issuer=self.issuer,
            client_id=self.settings.oidc_client_id,
            nonce=flow.nonce,
            now=self.clock(),
        )
        if flow.confirms and not _fresh(identity, flow):
            raise ProviderAnswerRefused(problem="auth_time")
        return identity

    async def ended(self, logout_token: str) -> str:
        """The provider's name of the session that ended there. Raises ProviderUnreachable, ProviderAnswerRefused."""
        keys = await self._keys_for(logout_token)
        return id_token.verify_logout(
            logout_token, keys, issuer=self.issuer, client_id=self.settings.oidc_client_id, now=self.clock()
        )

    async def _discovered(self) -> dict[str, Any]:
        now = self.clock()
        if self._metadata is None or self._metadata_at is None or now - self._metadata_at > _KEPT:
            found = await self._fetch("GET", self.issuer.rstrip("/") + DISCOVERY)
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self.issuer or not all(self._safe(found.get(name)) for name in wanted):
                raise ProviderUnreachable()
            self._metadata, self._metadata_at = found, now
        return self._metadata

    async def _keys_for(self, token: str) -> list[dict[str, Any]]:
        """Keys change: one that is not known is asked for once more, though not at the pace of whoever invents ids."""
        kid, now = id_token.key_id(token), self.clock()
        known = any(key.get("kid") == kid for key in self._keys)
        old = self._keys_at is None or now - self._keys_at > _KEPT
        if old or (not known and self._keys_at is not None and now - self._keys_at > _KEYS_AGAIN):
            found = await self._fetch("GET", str((await self._discovered())["jwks_uri"]))
            keys = found.get("keys")
            self._keys = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
            self._keys_at = now
        return self._keys

    async def _fetch(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        if not self._safe(url):
            raise ProviderUnreachable()
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, transport=self.transport, trust_env=False) as client:
                response = await client.request(method, url, headers={"accept": "application/json"}, **options)
            body = orjson.loads(response.content) if len(response.content) <= _LARGEST else None
        except (httpx.HTTPError, orjson.JSONDecodeError):
            raise ProviderUnreachable() from None
        if response.status_code != _OK and method == "POST":
            raise ProviderAnswerRefused(problem="code")
        if response.status_code != _OK or not isinstance(body, dict):
            raise ProviderUnreachable()
        return body

    def _safe(self, url: object) -> bool:
        """Over TLS, but on a development machine."""
        scheme = urlsplit(url).scheme if isinstance(url, str) else ""
        return scheme == "https" or (scheme == "http" and self.settings.environment == "development")

    def _sealed(self, flow: Flow) -> str:
        given = {name: getattr(flow, name) for name in Flow.__slots__}
        body = base64.urlsafe_b64encode(orjson.dumps(given)).decode()
        return f"{body}.{self._mark(body)}"

    def _mark(self, body: str) -> str:
        return hmac.digest(self.secret, body.encode(), "sha256").hex()


def _fresh(identity: Identity, flow: Flow) -> bool:
    """They typed their password for this question, and not some time before."""
    return identity.authenticated_at is not None and identity.authenticated_at + id_token.LEEWAY >= flow.begun_at
