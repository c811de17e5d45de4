"""The log as strangers read it: nothing unless it is published, and then heads, key and hashes alone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from backend.access.models import Team, Tenant
from backend.api.executor import Executor
from backend.api.trusted import TrustedDocuments
from backend.audit.formats.checkpoint import verify
from backend.audit.formats.note import VerifierKey
from backend.audit.sequencer import open_sequencer
from backend.core.actor import system_actor
from backend.core.database import Database
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.web.router import web_routes

ORIGIN = "http://127.0.0.1"


def client_of(platform: Platform, operations: TrustedDocuments) -> httpx.AsyncClient:
    executor = Executor.open(platform, CaseDependants(), trusted=operations)
    app = Starlette(routes=web_routes(platform, executor))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN)


@pytest.fixture
async def logged(platform: Platform, tenant: Tenant, database: Database) -> None:
    me = system_actor(tenant.id, "test")
    for name in ("Praha", "Brno"):
        async with platform.transaction(me) as ctx:
            team = Team(tenant_id=tenant.id, name=name)
            async with ctx.audit("team.create", ("team", team.id)):
                ctx.session.add(team)
    sequencer = open_sequencer(platform.settings, database)
    await sequencer.drain(tenant.id)
    await sequencer.close()


@pytest.fixture
async def stranger(platform: Platform, logged: None, operations: TrustedDocuments) -> AsyncIterator[httpx.AsyncClient]:
    published = replace(platform, settings=platform.settings.model_copy(update={"publish_log": True}))
    async with client_of(published, operations) as client:
        yield client


async def test_the_signed_head_verifies_under_the_published_key(stranger: httpx.AsyncClient, tenant: Tenant) -> None:
    key = (await stranger.get(f"/log/{tenant.slug}/key")).text.strip()
    head = await stranger.get(f"/log/{tenant.slug}/checkpoint")
    verifier = VerifierKey.parse(key)
    assert verify(head.content, [verifier], verifier.name).size == 2
    assert head.headers["cache-control"] == "public, max-age=1"


async def test_hash_tiles_are_there_and_kept_for_ever(stranger: httpx.AsyncClient, tenant: Tenant) -> None:
    tile = await stranger.get(f"/log/{tenant.slug}/tile/0/000.p/2")
    assert len(tile.content) == 64
    assert "immutable" in tile.headers["cache-control"]


@pytest.mark.parametrize("path", ["tile/entries/000.p/2", "tile/0/001", "tile/0/000.p/3", "entries", "../key", ""])
async def test_entries_and_what_is_not_there_are_unknown(
    stranger: httpx.AsyncClient, tenant: Tenant, path: str
) -> None:
    found = await stranger.get(f"/log/{tenant.slug}/{path}", follow_redirects=False)
    assert found.status_code != 200


async def test_an_institution_that_does_not_exist_is_unknown(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/log/nowhere/checkpoint")).status_code == 404


async def test_nothing_is_published_unless_it_is_set(
    platform: Platform, tenant: Tenant, logged: None, operations: TrustedDocuments
) -> None:
    async with client_of(platform, operations) as client:
        assert (await client.get(f"/log/{tenant.slug}/checkpoint")).status_code == 404
        assert (await client.get(f"/log/{tenant.slug}/key")).status_code == 404
