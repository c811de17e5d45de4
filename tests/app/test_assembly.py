"""The house put together, over HTTP: what is open to all, what asks for credentials, what every answer carries."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.access import directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.api.trusted import TrustedDocuments
from backend.app.assembly import create_app
from backend.audit.heads import Heads
from backend.core.actor import system_actor
from backend.core.database import Database
from backend.core.settings import Settings
from backend.edge.platform import Platform
from backend.web.headers import SECURITY_HEADERS

RESPONSE = "application/graphql-response+json"
VIEWER = {"query": "{ viewer { roles { name } } }"}


@pytest.fixture(scope="module")
def database(own_database: Database) -> Database:
    """The process writes the logs of every institution there is: of these tests alone."""
    return own_database


@pytest.fixture(scope="module")
def trusted(settings: Settings) -> TrustedDocuments:
    return TrustedDocuments.load(settings.operations / "operations")


@pytest.fixture
def app(platform: Platform, trusted: TrustedDocuments) -> FastAPI:
    return create_app(platform, trusted=trusted)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.example") as opened:
        yield opened


async def _partner(
    platform: Platform, tenant: Tenant, role: str = "partner_developer", name: str = "Shop"
) -> dict[str, str]:
    operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    async def register(ctx: Context) -> str:
        made, key = await directory.register_client(ctx, name=name, lifetime=timedelta(days=1))
        await directory.grant_role(ctx, holder_id=made.id, role=role)
        return key

    return {"authorization": f"Bearer {await platform.run(operator, register)}", "x-tenant": tenant.slug}


async def test_a_process_that_runs_is_alive(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_a_process_with_its_database_is_ready(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_a_process_without_its_database_is_not_ready(platform: Platform, client: httpx.AsyncClient) -> None:
    """And tells nothing of why; a balancer needs no more."""
    await platform.engine.dispose()
    platform.engine = create_async_engine("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    response = await client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"status": "database"})


async def test_a_process_that_does_not_write_the_log_says_so(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/log")
    assert (response.status_code, response.json()) == (503, {"status": "background"})


async def test_a_log_that_halts_is_told_in_figures_and_so_is_that_it_goes_on(
    platform: Platform, tenant: Tenant, app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Its signed head is on file and was tampered with; the process itself stays ready. Other tests leave logs too."""
    path = Heads.of(platform.settings).path(tenant.id)

    async def told(halted: int) -> httpx.Response:
        async with asyncio.timeout(60):
            while (response := await client.get("/health/log")).json().get("halted") != halted:  # noqa: ASYNC110 - nobody signals it
                await asyncio.sleep(0.05)
        return response

    async with app.router.lifespan_context(app):
        await _partner(platform, tenant)
        assert await _logged(platform, tenant)
        others = int((await client.get("/health/log")).json()["halted"])
        whole = path.read_bytes()
        path.write_bytes(re.sub(rb"\n(\d+)\n", rb"\n9\1\n", whole))
        await _partner(platform, tenant, name="Broker")
        halted = await told(others + 1)
        assert (halted.status_code, halted.json()["status"]) == (503, "behind")
        assert (await client.get("/health/ready")).status_code == 200
        path.write_bytes(whole)
        await told(others)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/live", 200),
        ("GET", "/sign-in", 200),
        ("GET", "/", 303),
        ("GET", "/no/such/page", 303),
        ("DELETE", "/sign-in", 405),
        ("GET", "/graphql", 303),
        ("POST", "/graphql", 401),
        ("GET", "/broken", 500),
    ],
)
async def test_every_answer_carries_the_headers_of_the_house(
    app: FastAPI, client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.request(method, path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_over_https_browsers_are_told_to_stay_there(platform: Platform) -> None:
    platform.settings = platform.settings.model_copy(update={"cookie_secure": True})
    transport = httpx.ASGITransport(app=create_app(platform))
    async with httpx.AsyncClient(transport=transport, base_url="https://bank.example") as opened:
        response = await opened.get("/health/live")
    assert "max-age=31536000" in response.headers["strict-transport-security"]


async def test_graphql_without_credentials_is_401_in_the_form_of_every_answer(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=VIEWER, headers={"accept": RESPONSE})
    assert response.status_code == 401
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert response.headers["www-authenticate"].startswith("Bearer")
    (error,) = response.json()["errors"]
    assert (error["extensions"]["code"], "data" in response.json()) == ("session.none", False)


async def test_who_is_turned_away_is_told_in_their_language(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=VIEWER, headers={"accept-language": "zh-CN"})
    assert response.json()["errors"][0]["message"] == "您尚未登录或会话已结束，请重新登录。"


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer tnr_wrong"},
        {"authorization": "Bearer tnr_wrong", "x-tenant": "no-such-bank"},
        {"authorization": "Basic bm9ib2R5Og=="},
        {"cookie": "tenure=nonsense"},
    ],
)
async def test_wrong_credentials_are_401(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post("/graphql", json=VIEWER, headers=headers)).status_code == 401


async def test_the_key_of_a_partner_opens_graphql(
    platform: Platform, tenant: Tenant, client: httpx.AsyncClient
) -> None:
    response = await client.post("/graphql", json=VIEWER, headers=await _partner(platform, tenant))
    assert response.json() == {"data": {"viewer": {"roles": [{"name": "partner_developer"}]}}}


async def test_a_partner_who_is_no_developer_sends_no_queries_of_its_own(
    platform: Platform, tenant: Tenant, client: httpx.AsyncClient
) -> None:
    headers = {"accept": RESPONSE, **await _partner(platform, tenant, "partner")}
    response = await client.post("/graphql", json=VIEWER, headers=headers)
    assert response.status_code == 403


async def test_an_unknown_path_leads_a_stranger_to_the_sign_in(client: httpx.AsyncClient) -> None:
    response = await client.get("/customers/nothing")
    assert response.headers["location"].startswith("/sign-in")


async def _logged(platform: Platform, tenant: Tenant) -> bool:
    """Whether the sequencer, given a minute, took every entry into the signed log."""
    for _ in range(600):
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            waiting = await ctx.session.scalar(text("SELECT count(*) FROM audit_entry"))
        heads = Heads.of(platform.settings).last(tenant.id)
        if heads is not None and heads.size == waiting:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_serving_process_logs_what_happens_and_stops_cleanly(
    app: FastAPI, platform: Platform, tenant: Tenant
) -> None:
    before = {task.get_name() for task in asyncio.all_tasks()}
    async with app.router.lifespan_context(app):
        beside = {task.get_name(): task for task in asyncio.all_tasks()}
        assert {"sequencer", "jobs"} <= beside.keys()
        await _partner(platform, tenant)
        assert await _logged(platform, tenant)
        assert not any(beside[name].done() for name in ("sequencer", "jobs"))
    assert all(beside[name].done() for name in ("sequencer", "jobs"))
    assert {task.get_name() for task in asyncio.all_tasks()} == before


async def test_a_process_whose_background_work_died_is_not_ready(platform: Platform) -> None:
    """Its jobs look for their queue where there is none."""
    elsewhere = replace(platform.database, login=platform.database.login.set(database="postgres"))
    app = create_app(replace(platform, database=elsewhere))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bank.example") as client,
        asyncio.timeout(60),
    ):
        while (response := await client.get("/health/ready")).status_code == 200:  # noqa: ASYNC110 - nobody signals it
            await asyncio.sleep(0.05)
    assert (response.status_code, response.json()) == (503, {"status": "background"})
