"""The token endpoint of partners: a signed assertion opens a short-lived token with few rights, once."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import text
from starlette.applications import Starlette

from backend.access import client_keys, directory
from backend.access.client_assertion import TYPE
from backend.access.directory_errors import NotSignedIn
from backend.access.models import ApiClient, Tenant
from backend.access.scopes import Facts
from backend.access.sign_in_errors import ClientKeyTaken, ClientKeyUnknown, ScopeUnknown
from backend.api.tokens import token_routes
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge import sessions
from backend.edge.platform import Platform

NAME, YEAR = "Shop", timedelta(days=365)
KEY, NEXT = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)


@dataclass
class Presented:
    headers: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass
class Shop:
    """A partner with a registered key, and its way to the token endpoint."""

    platform: Platform
    tenant: Tenant
    client: ApiClient
    secret: str
    http: httpx.AsyncClient

    @property
    def operator(self) -> Actor:
        return replace(system_actor(self.tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    @property
    def path(self) -> str:
        return f"/oauth/{self.tenant.slug}/token"

    async def run(self, verb: Any, *args: Any, **options: Any) -> Any:
        return await self.platform.run(self.operator, lambda ctx: verb(ctx, *args, **options))

    def assertion(self, key: Any = KEY, alg: str = "ES256", **given: Any) -> str:
        now = self.platform.clock().timestamp()
        audience = self.platform.settings.base_url + self.path
        claims = {"iss": str(self.client.id), "sub": str(self.client.id), "aud": audience, "jti": new_id().hex}
        return jwt.encode(
            {"alg": alg, "kid": key.thumbprint()}, {**claims, "exp": now + 300, **given}, key, algorithms=[alg]
        )

    async def ask(self, assertion: str | None = None, **form: str) -> httpx.Response:
        given = {"grant_type": "client_credentials", "client_assertion_type": TYPE}
        sent = {**given, "client_assertion": assertion or self.assertion(), **form}
        return await self.http.post(self.path, data=sent)

    async def token(self, **form: str) -> str:
        return str((await self.ask(**form)).json()["access_token"])

    async def actor(self, token: str, slug: str = "") -> Actor:
        presented = Presented({"authorization": f"Bearer {token}", "x-tenant": slug})
        return await sessions.actor_of(self.platform, presented, request_id="test", channel="graphql")

    async def reasons(self) -> list[str]:
        query = "SELECT reason FROM audit_entry WHERE action = 'client.refuse' ORDER BY ts, id"
        async with self.platform.transaction(self.operator) as ctx:
            return list((await ctx.session.scalars(text(query))).all())


@pytest.fixture
async def shop(platform: Platform, tenant: Tenant) -> AsyncIterator[Shop]:
    app = Starlette(routes=token_routes(platform))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bank.example") as http:
        made = Shop(platform, tenant, None, "", http)  # type: ignore[arg-type]
        made.client, made.secret = await made.run(directory.register_client, name=NAME, lifetime=YEAR)
        await made.run(directory.grant_role, holder_id=made.client.id, role="partner")
        await made.run(client_keys.add_public_key, NAME, KEY.as_dict(private=False), lifetime=YEAR)
        yield made


async def test_a_signed_assertion_opens_a_token_of_the_partner(shop: Shop) -> None:
    answer = await shop.ask()
    assert answer.headers["cache-control"] == "no-store"
    assert {name: answer.json()[name] for name in ("token_type", "expires_in")} == {
        "token_type": "Bearer",
        "expires_in": 900,
    }
    actor = await shop.actor(answer.json()["access_token"])
    assert (actor.id, actor.type, actor.roles) == (shop.client.id, "partner", frozenset({"partner"}))


async def test_an_assertion_counts_once(shop: Shop) -> None:
    assertion = shop.assertion()
    assert [(await shop.ask(assertion)).status_code for _ in range(2)] == [200, 401]
    assert await shop.reasons() == ["client.replayed"]


async def test_of_the_same_assertion_at_the_same_moment_one_counts(shop: Shop) -> None:
    assertion = shop.assertion()
    answers = await asyncio.gather(*(shop.ask(assertion) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]


async def test_a_used_assertion_is_remembered_as_long_as_it_could_be_used(shop: Shop, clock: FixedClock) -> None:
    assertion = shop.assertion()
    await shop.ask(assertion)
    clock.advance(timedelta(seconds=359))
    assert (await shop.ask(assertion)).status_code == 401
    assert (await shop.reasons())[-1] == "client.replayed"
    clock.advance(timedelta(seconds=2))
    await shop.ask(assertion)
    assert (await shop.reasons())[-1] == "client.expired"


async def test_a_token_ends_after_a_quarter_of_an_hour(shop: Shop, clock: FixedClock) -> None:
    token = await shop.token()
    clock.advance(timedelta(minutes=15))
    with pytest.raises(NotSignedIn):
        await shop.actor(token)


async def test_a_token_is_revoked_by_whoever_holds_it(shop: Shop) -> None:
    token = await shop.token()
    revoked = await shop.http.post(f"/oauth/{shop.tenant.slug}/revoke", data={"token": token})
    assert revoked.status_code == 200
    with pytest.raises(NotSignedIn):
        await shop.actor(token)


async def test_revoking_what_is_no_token_is_no_error(shop: Shop) -> None:
    revoked = await shop.http.post(f"/oauth/{shop.tenant.slug}/revoke", data={"token": "tna_nothing"})
    assert revoked.status_code == 200


async def test_neither_token_nor_assertion_is_stored(shop: Shop) -> None:
    token = await shop.token()
    async with shop.platform.transaction(shop.operator) as ctx:
        stored = bytes(await ctx.session.scalar(text("SELECT token_hash FROM access_token")))
    assert token.encode() not in stored


async def test_a_token_opens_its_own_institution_only(shop: Shop) -> None:
    _, _, secret = (await shop.token()).partition(".")
    with pytest.raises(NotSignedIn):
        await shop.actor(f"tna_{new_id().hex}.{secret}")


@pytest.mark.parametrize("changes", [{"aud": "http://evil.example/token"}, {"exp": 1}, {"sub": "x"}, {"jti": ""}])
async def test_a_wrong_assertion_gets_no_token_and_no_reason(shop: Shop, changes: dict[str, Any]) -> None:
    answer = await shop.ask(shop.assertion(**changes))
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert len(await shop.reasons()) == 1


async def test_the_host_header_is_no_audience(shop: Shop) -> None:
    """An assertion made for somebody else's server cannot be carried to ours under its name."""
    assertion = shop.assertion(aud=f"http://evil.example{shop.path}")
    sent = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "client_assertion": assertion}
    answer = await shop.http.post(shop.path, data=sent, headers={"host": "evil.example"})
    assert answer.status_code == 401


async def test_a_client_that_is_unknown_looks_like_a_wrong_key(shop: Shop) -> None:
    stranger = str(new_id())
    unknown = await shop.ask(shop.assertion(iss=stranger, sub=stranger))
    wrong = await shop.ask(shop.assertion(ECKey.generate_key("P-256")))
    nowhere = await shop.http.post("/oauth/no-such-bank/token", data={"grant_type": "client_credentials"})
    assert {(each.status_code, each.text) for each in (unknown, wrong, nowhere)} == {
        (401, '{"error":"invalid_client"}')
    }


@pytest.mark.parametrize("how", ["basic", "form"])
async def test_a_secret_opens_a_token_too(shop: Shop, how: str) -> None:
    form = {"grant_type": "client_credentials"}
    pair = (str(shop.client.id), shop.secret)
    answer = (
        await shop.http.post(shop.path, data=form, auth=pair)
        if how == "basic"
        else await shop.http.post(shop.path, data={**form, "client_id": pair[0], "client_secret": pair[1]})
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Basic !", "Bearer x", "Basic " + base64.b64encode(b"nocolon").decode()])
async def test_a_broken_authorization_is_refused(shop: Shop, header: str) -> None:
    form = {"grant_type": "client_credentials"}
    assert (await shop.http.post(shop.path, data=form, headers={"authorization": header})).status_code == 401


async def test_a_secret_of_another_client_is_refused(shop: Shop) -> None:
    _, other = await shop.run(directory.register_client, name="Other", lifetime=YEAR)
    form = {"grant_type": "client_credentials", "client_id": str(shop.client.id), "client_secret": other}
    assert (await shop.http.post(shop.path, data=form)).status_code == 401


@pytest.mark.parametrize(
    ("data", "headers", "status", "error"),
    [
        ({"grant_type": "password"}, {}, 400, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials", "password"]}, {}, 400, "invalid_request"),
        ({}, {"content-type": "application/json"}, 400, "invalid_request"),
        ({"x": "y" * 40_000}, {}, 400, "invalid_request"),
    ],
)
async def test_a_malformed_request_is_named_as_the_standard_has_it(
    shop: Shop, data: Any, headers: dict[str, str], status: int, error: str
) -> None:
    answer = await shop.http.post(shop.path, data=data, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_keys_overlap_while_they_are_changed(shop: Shop) -> None:
    await shop.run(client_keys.add_public_key, NAME, NEXT.as_dict(private=False), lifetime=YEAR)
    both = [await shop.ask(), await shop.ask(shop.assertion(NEXT, "RS256"))]
    await shop.run(client_keys.revoke_key, NAME, KEY.thumbprint())
    after = [await shop.ask(), await shop.ask(shop.assertion(NEXT, "RS256"))]
    assert [each.status_code for each in (*both, *after)] == [200, 200, 401, 200]


async def test_a_revoked_key_takes_the_tokens_along(shop: Shop) -> None:
    token = await shop.token()
    await shop.run(client_keys.revoke_key, NAME, KEY.thumbprint())
    with pytest.raises(NotSignedIn):
        await shop.actor(token)


async def test_a_key_ends_with_its_time(shop: Shop, clock: FixedClock) -> None:
    await shop.run(client_keys.add_public_key, NAME, NEXT.as_dict(private=False), lifetime=timedelta(days=1))
    clock.advance(timedelta(days=1))
    assert (await shop.ask(shop.assertion(NEXT, "RS256"))).status_code == 401


async def test_secrets_overlap_while_they_are_changed(shop: Shop) -> None:
    key, secret = await shop.run(client_keys.add_secret, NAME, lifetime=YEAR)
    ids = {(await shop.actor(each, shop.tenant.slug)).id for each in (shop.secret, secret)}
    assert ids == {shop.client.id}
    await shop.run(client_keys.revoke_key, NAME, key.kid)
    with pytest.raises(NotSignedIn):
        await shop.actor(secret, shop.tenant.slug)


async def test_a_revoked_client_opens_nothing(shop: Shop) -> None:
    token = await shop.token()
    await shop.run(client_keys.revoke_client, NAME)
    assert (await shop.ask()).status_code == 401
    for each in (token, shop.secret):
        with pytest.raises(NotSignedIn):
            await shop.actor(each, shop.tenant.slug)


async def test_a_key_is_registered_and_revoked_once(shop: Shop) -> None:
    with pytest.raises(ClientKeyTaken):
        await shop.run(client_keys.add_public_key, NAME, KEY.as_dict(private=False), lifetime=YEAR)
    await shop.run(client_keys.revoke_key, NAME, KEY.thumbprint())
    with pytest.raises(ClientKeyUnknown):
        await shop.run(client_keys.revoke_key, NAME, KEY.thumbprint())


def _may(shop: Shop, actor: Actor) -> set[str]:
    facts = Facts(tenant_id=actor.tenant_id, referred_by=actor.id)
    asked = (("customer", "view"), ("customer", "create"), ("document", "upload"), ("onboarding_case", "view"))
    policy = shop.platform.policy
    return {f"{obj}.{action}" for obj, action in asked if policy.decide(actor, action, obj, facts).allowed}


async def test_a_scope_takes_rights_away_and_gives_none(shop: Shop) -> None:
    whole = _may(shop, await shop.actor(await shop.token()))
    few = _may(shop, await shop.actor(await shop.token(scope="customers:read")))
    more = _may(shop, await shop.actor(await shop.token(scope="customers:read documents:write")))
    none = _may(shop, await shop.actor(await shop.token(scope="holdings:read")))
    assert (len(whole), few, more, none) == (
        4,
        {"customer.view"},
        {"customer.view", "document.upload"},
        set(),
    )


async def test_a_client_gets_no_more_than_its_own_scopes(shop: Shop) -> None:
    await shop.run(client_keys.limit_scopes, NAME, ["customers:read"])
    assert (await shop.ask(scope="customers:write")).json() == {"error": "invalid_scope"}
    assert (await shop.ask()).json()["scope"] == "customers:read"
    assert _may(shop, await shop.actor(shop.secret, shop.tenant.slug)) == {"customer.view"}


async def test_a_scope_that_nobody_knows_is_refused(shop: Shop) -> None:
    assert (await shop.ask(scope="everything")).json() == {"error": "invalid_scope"}
    with pytest.raises(ScopeUnknown):
        await shop.run(client_keys.limit_scopes, NAME, ["everything"])


async def test_tokens_and_keys_of_a_client_stand_in_the_log(shop: Shop) -> None:
    await shop.token()
    await shop.run(client_keys.listed, NAME)
    await shop.run(client_keys.revoke_key, NAME, KEY.thumbprint())
    query = "SELECT action FROM audit_entry WHERE action LIKE 'client.%' ORDER BY ts, id"
    async with shop.platform.transaction(shop.operator) as ctx:
        found = (await ctx.session.scalars(text(query))).all()
    assert list(found) == ["client.create", "client.add_key", "client.token", "client.view", "client.revoke_key"]


async def test_what_the_endpoint_takes_can_be_read_and_names_no_institution(shop: Shop) -> None:
    path = "/.well-known/oauth-authorization-server/oauth/"
    here, nowhere = await shop.http.get(path + shop.tenant.slug), await shop.http.get(path + "no-such-bank")
    assert here.json()["token_endpoint"] == shop.platform.settings.base_url + shop.path
    assert (here.status_code, set(here.json())) == (nowhere.status_code, set(nowhere.json()))
