"""Who is calling: from what a request presents (a session cookie, or a partner's key) to an actor.

A session token says which institution it belongs to, because row-level security hides sessions until that is known;
a partner names its institution beside its key.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from backend.access import client_tokens, directory, queries, signing_in
from backend.access.context import Context
from backend.access.directory_errors import NotSignedIn, SignInRefused
from backend.access.models import Tenant
from backend.access.sign_in_errors import NotConfirmed, PasswordToChange, SecondFactorToEnrol
from backend.access.signing_in import Owes, SignedIn
from backend.access.tokens import matches
from backend.core.actor import Actor, Channel, system_actor
from backend.core.i18n import LOCALES, negotiate
from backend.core.settings import Settings
from backend.edge.platform import Platform
from backend.privacy.blind import derive

PARTNER_PREFIXES: Final = ("tnr_", client_tokens.PREFIX)
LANGUAGE_COOKIE: Final = "tenure_language"
_NOBODY: Final = UUID(int=0)
_DIGEST_BYTES: Final = 16


class Presented(Protocol):
    """What is read of a request; header names are looked up in lower case."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def cookies(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Emergency:
    id: UUID
    role: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of staff; `token` is what the cookie holds.

    `owes` is what must be done before any other door opens, `emergency` the access that is open beside the own.
    """

    actor: Actor
    name: str
    login: str
    tenant: Tenant
    token: str
    owes: Owes | None = None
    emergency: Emergency | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A token for the cookie; `pending` ones go into a cookie of their own until the second factor was shown."""

    token: str
    pending: bool


def session_cookie(settings: Settings) -> str:
    """The prefix makes browsers insist on Secure and Path=/, and refuse a domain (RFC 6265bis section 4.1.3.2)."""
    return "__Host-tenure" if settings.cookie_secure else "tenure"


def pending_cookie(settings: Settings) -> str:
    """Of a session that still owes its second factor."""
    return "__Host-tenure-pending" if settings.cookie_secure else "tenure_pending"


async def sign_in(
    platform: Platform,
    *,
    slug: str,
    login: str,
    password: str,
    request_id: str,
    address: str | None = None,
    device: str | None = None,
) -> Opened:
    """Raises SignInRefused, in the same words and after as long for every cause."""
    typed = "\0" not in slug + login  # PostgreSQL takes no such text, so nothing has such a name
    tenant = await tenant_by_slug(platform, slug.strip().lower(), request_id) if typed else None
    if tenant is None:
        await matches(None, "")
        raise SignInRefused()
    door = door_actor(platform, tenant.id, request_id, "web", address)
    async with platform.signing_in:
        found = await platform.run(
            door,
            lambda ctx: signing_in.sign_in(
                ctx, login=login.strip(), password=password, lifetime=lifetime(platform), device=device
            ),
        )
    if found is None:
        raise SignInRefused()
    return opened(tenant.id, found)


async def finish(platform: Platform, *, token: str, code: str, request_id: str, address: str | None = None) -> Opened:
    """The second step. Raises NotConfirmed."""
    tenant_id, secret = split(token)
    door = door_actor(platform, tenant_id, request_id, "web", address)
    found = await platform.run(door, lambda ctx: signing_in.finish(ctx, secret, code, lifetime=lifetime(platform)))
    if found is None:
        raise NotConfirmed()
    return opened(tenant_id, found)


def opened(tenant_id: UUID, found: SignedIn) -> Opened:
    return Opened(f"{tenant_id.hex}.{found.token}", found.pending)


def lifetime(platform: Platform) -> timedelta:
    return timedelta(hours=platform.settings.session_hours)


async def sign_out(platform: Platform, person: Person) -> None:
    _, secret = split(person.token)
    await platform.run(person.actor, lambda ctx: signing_in.sign_out(ctx, secret))


async def keep_language(platform: Platform, presented: Presented, locale: str, *, request_id: str) -> None:
    """What somebody who is signed in chose is theirs on every machine; of a stranger only the cookie knows."""
    try:
        person = await person_of(platform, presented, request_id=request_id)
    except NotSignedIn:
        return
    await platform.run(person.actor, lambda ctx: directory.choose_language(ctx, locale))


async def institutions(platform: Platform, request_id: str) -> tuple[Tenant, ...]:
    door = system_actor(_NOBODY, request_id, "web")
    return tuple(await platform.run(door, lambda ctx: queries.tenants(ctx.session)))


async def person_of(platform: Platform, presented: Presented, *, request_id: str, channel: Channel = "web") -> Person:
    """The person behind the session cookie. Raises NotSignedIn."""
    token = presented.cookies.get(session_cookie(platform.settings), "")
    tenant_id, secret = split(token)

    async def find(ctx: Context) -> Person:
        found = await signing_in.arrive(ctx, secret, ask_second_factor=platform.settings.asks_second_factor)
        tenant = await ctx.session.get(Tenant, tenant_id)
        if tenant is None:
            raise NotSignedIn()
        actor = replace(found.actor, locale=_chosen(presented) or found.actor.locale)
        access = found.emergency
        emergency = None if access is None else Emergency(access.id, access.role, access.until)
        return Person(actor, found.user.display_name, found.user.login, tenant, token, found.owes, emergency)

    door = door_actor(platform, tenant_id, request_id, channel, address_of(presented))
    async with platform.transaction(door) as ctx:
        return await find(ctx)


async def actor_of(platform: Platform, presented: Presented, *, request_id: str, channel: Channel) -> Actor:
    """A partner by `Authorization: Bearer tnr_…` and `X-Tenant`, or `Bearer tna_…`, else the person of the cookie.

    Raises NotSignedIn, also for a person who owes something first.
    """
    scheme, _, key = presented.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.startswith(PARTNER_PREFIXES):
        return await _partner(platform, presented, key.strip(), request_id, channel)
    person = await person_of(platform, presented, request_id=request_id, channel=channel)
    refuse_owing(person)
    return person.actor


def refuse_owing(person: Person) -> None:
    """Raises PasswordToChange, SecondFactorToEnrol."""
    if person.owes == "password":
        raise PasswordToChange()
    if person.owes == "second_factor":
        raise SecondFactorToEnrol()


def locale_of(presented: Presented) -> str:
    """Before anybody is signed in: the language chosen earlier, or what the browser asks for."""
    return _chosen(presented) or negotiate(presented.headers.get("accept-language"))


def address_of(presented: object) -> str | None:
    """Where the request came from, as the server saw it; behind a balancer uvicorn takes it from its headers."""
    client = getattr(presented, "client", None)
    return None if client is None else str(client.host)


def door_actor(platform: Platform, tenant_id: UUID, request_id: str, channel: Channel, address: str | None) -> Actor:
    """Acts until it is known who is calling. The log holds a keyed digest of the address, never the address."""
    if address is None:
        return system_actor(tenant_id, request_id, channel)
    key = derive(platform.index_root, b"IP1", tenant_id.bytes)
    digest = hmac.digest(key, address.encode(), "sha256")[:_DIGEST_BYTES].hex()
    return replace(system_actor(tenant_id, request_id, channel), ip_digest=digest)


async def _partner(platform: Platform, presented: Presented, key: str, request_id: str, channel: Channel) -> Actor:
    """An access token names its institution itself."""
    if key.startswith(client_tokens.PREFIX):
        tenant_id, _ = split(key.removeprefix(client_tokens.PREFIX))
    else:
        tenant = await tenant_by_slug(platform, presented.headers.get("x-tenant", ""), request_id)
        if tenant is None:
            raise NotSignedIn()
        tenant_id = tenant.id
    door = door_actor(platform, tenant_id, request_id, channel, address_of(presented))
    door = replace(door, locale=locale_of(presented))
    async with platform.transaction(door) as ctx:
        actor, _ = await signing_in.client_actor(ctx, key)
    return actor


async def tenant_by_slug(platform: Platform, slug: str, request_id: str) -> Tenant | None:
    async with platform.transaction(system_actor(_NOBODY, request_id)) as ctx:
        return await queries.tenant_by_slug(ctx.session, slug)


def split(token: str) -> tuple[UUID, str]:
    tenant, _, secret = token.partition(".")
    try:
        return UUID(hex=tenant), secret
    except ValueError:
        raise NotSignedIn() from None


def _chosen(presented: Presented) -> str | None:
    chosen = presented.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LOCALES else None
