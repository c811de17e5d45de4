"""The web client as a browser meets it: over HTTP, signed in with a password, with a real database behind it."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from backend.access.context import Context
from backend.access.models import Credential, RoleGrant, Tenant
from backend.access.tokens import hash_password
from backend.api.executor import Executor
from backend.api.trusted import TrustedDocuments
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.web.headers import SecurityHeaders
from backend.web.router import web_routes
from tests.factories.customers import Bank, open_bank

PASSWORD = "correct horse battery"
ORIGIN = "http://bank.example"
_HASH = hash_password(PASSWORD)
_TOKEN = re.compile(r'name="_token" value="([^"]+)"')


@dataclass
class Browser:
    """One person's browser; `post` sends a form with the token of the page it stands on."""

    client: httpx.AsyncClient
    tenant: Tenant
    token: str = ""

    async def get(self, path: str, **options: Any) -> httpx.Response:
        response = await self.client.get(path, **options)
        found = _TOKEN.search(response.text)
        self.token = found.group(1) if found else self.token
        return response

    async def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        headers = {"origin": ORIGIN, **options.pop("headers", {})}
        return await self.client.post(path, data={"_token": self.token, **(data or {})}, headers=headers, **options)

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        await self.get("/sign-in")
        response = await self.post(
            "/sign-in", {"institution": self.tenant.slug, "login": login, "password": password, "next": "/"}
        )
        await self.get("/search")
        return response


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    """Colleagues who have passwords and roles, so that they can sign in."""
    made = await open_bank(platform, tenant)
    people: list[Actor] = [made.manager, made.stranger, made.lead, made.officer, made.second_officer, made.auditor]
    people.append(made.administrator)

    async def write(ctx: Context) -> None:
        async with ctx.audit("role.appoint", ("tenant", tenant.id)):
            for actor in people:
                for role in actor.roles:
                    ctx.session.add(
                        RoleGrant(
                            tenant_id=tenant.id,
                            holder_id=actor.id,
                            role=role,
                            granted_by=made.system.id,
                            valid_from=ctx.now,
                        )
                    )
                ctx.session.add(
                    Credential(tenant_id=tenant.id, user_id=actor.id, password_hash=_HASH, changed_at=ctx.now)
                )

    await platform.run(made.system, write)
    return made


@pytest.fixture(scope="session")
def operations(settings: Settings) -> TrustedDocuments:
    return TrustedDocuments.load(settings.operations / "operations")


@pytest.fixture
def app(platform: Platform, operations: TrustedDocuments) -> Starlette:
    executor = Executor.open(platform, CaseDependants(), trusted=operations)
    assembled = Starlette(routes=web_routes(platform, executor))
    assembled.add_middleware(SecurityHeaders)
    return assembled


@pytest.fixture
async def open_browser(app: Starlette, tenant: Tenant) -> AsyncIterator[Callable[[], Browser]]:
    clients: list[httpx.AsyncClient] = []

    def opened() -> Browser:
        transport = httpx.ASGITransport(app=app, client=(f"browser-{new_id()}", 1))
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
        clients.append(client)
        return Browser(client, tenant)

    yield opened
    for client in clients:
        await client.aclose()


@pytest.fixture
async def browser(open_browser: Callable[[], Browser]) -> Browser:
    return open_browser()
