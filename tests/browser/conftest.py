"""A real browser against a real server: what only Chromium can tell (policy violations, contrast, keyboard)."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright
from starlette.applications import Starlette

from backend.access.context import Context
from backend.access.models import Credential, RoleGrant, Tenant
from backend.access.tokens import hash_password
from backend.api.executor import Executor
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.web.headers import SecurityHeaders
from backend.web.router import web_routes
from tests.factories.customers import Bank, open_bank

PASSWORD = "correct horse battery"
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visitor:
    """A page, and what its console complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Page:
        await self.page.goto(self.address + path)
        await self.page.wait_for_load_state("networkidle")
        return self.page

    async def sign_in(self, tenant: Tenant, login: str) -> None:
        await self.open("/sign-in")
        if await self.page.locator("input[name=institution][type=text]").count():
            await self.page.fill("input[name=institution]", tenant.slug)
        await self.page.fill("[name=login]", login)
        await self.page.fill("[name=password]", PASSWORD)
        await self.page.click("main button[type=submit]")
        await self.page.wait_for_load_state("networkidle")


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    made = await open_bank(platform, tenant)
    stored = hash_password(PASSWORD)

    async def write(ctx: Context) -> None:
        async with ctx.audit("role.appoint", ("tenant", tenant.id)):
            for actor in (made.manager, made.officer, made.auditor, made.lead, made.administrator):
                (role,) = actor.roles
                grant = {"holder_id": actor.id, "role": role, "granted_by": made.system.id, "valid_from": ctx.now}
                ctx.session.add(RoleGrant(tenant_id=tenant.id, **grant))
                ctx.session.add(
                    Credential(tenant_id=tenant.id, user_id=actor.id, password_hash=stored, changed_at=ctx.now)
                )

    await platform.run(made.system, write)
    return made


@pytest.fixture
async def address(platform: Platform) -> AsyncIterator[str]:
    """The address of a server that runs in this event loop."""
    app = Starlette(routes=web_routes(platform, Executor.open(platform, CaseDependants())))
    app.add_middleware(SecurityHeaders)
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if _CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_SWITCHES)
        yield browser
        await browser.close()


def _told(message: ConsoleMessage) -> str:
    return f"{message.text} ({message.location['url']})"


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
async def visitor(request: pytest.FixtureRequest, chromium: Browser, address: str) -> AsyncIterator[Visitor]:
    width, height = request.param
    context = await chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = await context.new_page()
    visitor = Visitor(page, address)
    page.on("console", lambda m: visitor.complaints.append(_told(m)) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    yield visitor
    await context.close()


@pytest.fixture
async def without_scripts(chromium: Browser, address: str) -> AsyncIterator[Visitor]:
    context = await chromium.new_context(java_script_enabled=False, locale="en-GB")
    yield Visitor(await context.new_page(), address)
    await context.close()
