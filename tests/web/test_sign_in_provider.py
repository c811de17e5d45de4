"""Signing in at an identity provider, which is a real one in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.applications import Starlette

from backend.access.models import Tenant
from backend.api.executor import Executor
from backend.api.trusted import TrustedDocuments
from backend.core.clock import FixedClock
from backend.edge import sessions
from backend.edge.platform import Platform
from backend.onboarding import service as onboarding
from backend.onboarding.dependants import CaseDependants
from backend.web.router import web_routes
from tests.factories.customers import Bank, person
from tests.web.conftest import ORIGIN, Browser

_PROGRAM = Path(__file__).with_name("identity_provider.py")


@dataclass
class Presented:
    headers: dict[str, str]
    cookies: dict[str, str]


@dataclass
class Provider:
    http: httpx.Client
    clock: FixedClock

    @property
    def issuer(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def says(self, *, rotate: bool = False, **claims: Any) -> int:
        """What the next token says; the number of times its keys were asked for."""
        now = int(self.clock().timestamp())
        told = {"now": now, "claims": claims, "rotate": rotate, "issuer": self.issuer}
        return int(self.http.post("/told", json=told).json()["fetched"])

    def agrees(self, uri: str) -> str:
        """The address to which the provider sends the browser back."""
        back = self.http.get(uri).headers["location"]
        return back.removeprefix(ORIGIN)


@pytest.fixture(scope="module")
def process() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen([sys.executable, str(_PROGRAM), str(port)])
    issuer = f"http://127.0.0.1:{port}"
    for _ in range(1200):
        try:
            httpx.get(f"{issuer}/jwks", trust_env=False)
            break
        except httpx.ConnectError:
            time.sleep(0.05)
    yield issuer
    running.terminate()
    running.wait(10)


@pytest.fixture
def provider(process: str, clock: FixedClock) -> Iterator[Provider]:
    with httpx.Client(base_url=process, trust_env=False) as http:
        made = Provider(http, clock)
        made.says()
        yield made


@pytest.fixture
async def browser(
    platform: Platform, provider: Provider, tenant: Tenant, bank: Bank, operations: TrustedDocuments
) -> AsyncIterator[Browser]:
    """Of a house that trusts the provider; its groups stand for one harmless role and one that is not."""
    given = {
        "public_url": ORIGIN,
        "oidc_issuer": provider.issuer,
        "oidc_client_id": "tenure",
        "oidc_client_secret": SecretStr("the secret of the client"),
        "oidc_tenant": tenant.slug,
        "oidc_login_claim": "preferred_username",
        "oidc_group_roles": {"analysts": "risk_analyst", "bosses": "head_of_compliance"},
    }
    platform.settings = platform.settings.model_copy(update=given)
    executor = Executor.open(platform, CaseDependants(), trusted=operations)
    app = Starlette(routes=web_routes(platform, executor))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client:
        yield Browser(client, tenant)


async def arrive(browser: Browser, provider: Provider, query: str = "next=/customers", **claims: Any) -> httpx.Response:
    """There and back again."""
    provider.says(**{"preferred_username": "officer", **claims})
    away = await browser.get(f"/sign-in/provider?{query}")
    return await browser.get(provider.agrees(away.headers["location"]))


async def signed_in(browser: Browser, platform: Platform) -> sessions.Person:
    presented = Presented({}, dict(browser.client.cookies))
    return await sessions.person_of(platform, presented, request_id="test")


async def test_the_way_there_carries_pkce_state_and_nonce(browser: Browser) -> None:
    away = await browser.get("/sign-in/provider?next=/customers")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert "code_verifier" not in asked
    cookie = away.headers["set-cookie"].lower()
    assert {"httponly", "path=/", "samesite=lax"} <= {part.strip() for part in cookie.split(";")}


async def test_a_colleague_comes_in_by_name_and_is_known_by_subject_from_then_on(
    browser: Browser, provider: Provider, platform: Platform, bank: Bank
) -> None:
    back = await arrive(browser, provider)
    assert (back.status_code, back.headers["location"]) == (303, "/customers")
    assert (await signed_in(browser, platform)).actor.id == bank.officer.id
    browser.client.cookies.clear()
    await arrive(browser, provider, preferred_username="renamed at the provider")
    assert (await signed_in(browser, platform)).actor.id == bank.officer.id


async def test_a_name_that_was_given_to_somebody_else_opens_nothing(browser: Browser, provider: Provider) -> None:
    await arrive(browser, provider)
    browser.client.cookies.clear()
    refused = await arrive(browser, provider, sub="8")
    assert refused.status_code == 403
    assert "no colleague here has this name" in refused.text


async def test_nobody_is_made_a_colleague_by_signing_in(browser: Browser, provider: Provider) -> None:
    assert (await arrive(browser, provider, preferred_username="nobody-here")).status_code == 403
    assert "tenure" not in browser.client.cookies


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": ""},
    ],
)
async def test_a_token_that_is_not_for_us_opens_nothing(
    browser: Browser, provider: Provider, claims: dict[str, Any]
) -> None:
    refused = await arrive(browser, provider, **claims)
    assert refused.status_code == 403
    assert "cannot be trusted" in refused.text


async def test_an_answer_counts_only_in_the_browser_that_asked(browser: Browser, provider: Provider) -> None:
    """Or somebody could sign a victim in as themselves."""
    provider.says(preferred_username="officer")
    away = await browser.get("/sign-in/provider")
    back = provider.agrees(away.headers["location"])
    browser.client.cookies.clear()
    assert (await browser.get(back)).status_code == 403


async def test_an_answer_counts_once(browser: Browser, provider: Provider) -> None:
    provider.says(preferred_username="officer")
    away = await browser.get("/sign-in/provider")
    flow = browser.client.cookies["tenure_flow"]
    back = provider.agrees(away.headers["location"])
    assert (await browser.get(back)).status_code == 303
    browser.client.cookies.clear()
    browser.client.cookies.set("tenure_flow", flow)
    assert (await browser.get(back)).status_code == 403


async def test_an_answer_that_comes_too_late_is_refused(
    browser: Browser, provider: Provider, clock: FixedClock
) -> None:
    away = await browser.get("/sign-in/provider")
    clock.advance(timedelta(minutes=11))
    provider.says(preferred_username="officer")
    assert (await browser.get(provider.agrees(away.headers["location"]))).status_code == 403


@pytest.mark.parametrize("change", ["state=x&code=y", "error=access_denied", "", "state=x&code=y&iss=https://evil"])
async def test_an_answer_that_was_not_asked_for_is_refused(browser: Browser, change: str) -> None:
    await browser.get("/sign-in/provider")
    assert (await browser.get(f"/sign-in/provider/back?{change}")).status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_from_the_provider_nobody_is_sent_to_another_site(
    browser: Browser, provider: Provider, target: str
) -> None:
    assert (await arrive(browser, provider, f"next={target}")).headers["location"] == "/"


async def test_a_changed_key_is_found_and_invented_ones_are_not_asked_for_again_and_again(
    browser: Browser, provider: Provider, clock: FixedClock
) -> None:
    await arrive(browser, provider)
    clock.advance(timedelta(minutes=1))
    provider.says(rotate=True, preferred_username="officer")
    away = await browser.get("/sign-in/provider")
    assert (await browser.get(provider.agrees(away.headers["location"]))).status_code == 303
    before = provider.says(rotate=True, preferred_username="officer")
    for _ in range(3):
        away = await browser.get("/sign-in/provider")
        assert (await browser.get(provider.agrees(away.headers["location"]))).status_code == 403
    assert provider.says() == before


async def test_a_provider_of_another_name_is_not_spoken_to(browser: Browser, provider: Provider) -> None:
    provider.http.post("/told", json={"issuer": "https://evil.example"})
    refused = await browser.get("/sign-in/provider")
    assert refused.status_code == 403
    assert "does not answer as it should" in refused.text


async def test_groups_give_harmless_roles_for_the_session_and_never_sensitive_ones(
    browser: Browser, provider: Provider, platform: Platform
) -> None:
    await arrive(browser, provider, groups=["analysts", "bosses", "others"])
    assert (await signed_in(browser, platform)).actor.roles == {"compliance_officer", "risk_analyst"}


async def _reviewable(bank: Bank) -> str:
    given = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "branch"}
    party = await bank.customer(
        person(
            birth_date="1975-05-01",
            country="CZ",
            addresses=[{"kind": "home", "text": "Dlouhá 1, Praha", "country": "CZ"}],
            countries=[{"kind": "nationality", "country": "CZ"}],
        )
    )
    case = await bank.run(bank.manager, onboarding.open_case, party_id=party.id, **given)
    await bank.run(bank.manager, onboarding.submit, case.id)
    return f"/cases/{case.id}"


async def test_who_was_signed_in_there_before_confirms_there_and_then_goes_on(
    browser: Browser, provider: Provider, clock: FixedClock, bank: Bank
) -> None:
    case = await _reviewable(bank)
    earlier = int((clock() - timedelta(hours=2)).timestamp())
    await arrive(browser, provider, auth_time=earlier)
    await browser.get(case)
    asked = await browser.post(f"{case}/start-review")
    assert asked.status_code == 403
    assert "/sign-in/provider?confirm=1" in asked.text
    stale = await arrive(browser, provider, "confirm=1&next=/profile", auth_time=earlier)
    assert stale.status_code == 403
    await browser.get(case)
    assert (await browser.post(f"{case}/start-review")).status_code == 403
    now = int(clock().timestamp())
    fresh = await arrive(browser, provider, "confirm=1&next=/profile", auth_time=now, amr=["pwd", "otp"])
    assert (fresh.status_code, fresh.headers["location"]) == (303, "/profile")
    await browser.get(case)
    assert (await browser.post(f"{case}/start-review")).status_code == 303


async def test_somebody_else_cannot_confirm_for_the_person_of_the_session(
    browser: Browser, provider: Provider, clock: FixedClock
) -> None:
    await arrive(browser, provider, auth_time=int(clock().timestamp()))
    refused = await arrive(browser, provider, "confirm=1", sub="8", auth_time=int(clock().timestamp()))
    assert refused.status_code == 403


async def test_the_provider_ends_a_session_here_too(browser: Browser, provider: Provider, platform: Platform) -> None:
    await arrive(browser, provider, sid="session-1")
    provider.says(sid="another")
    for_another = provider.http.get("/logout-token").text
    provider.says(sid="session-1")
    for_this = provider.http.get("/logout-token").text
    states = []
    for sent in ("nonsense", for_another, for_this):
        await browser.client.post("/sign-in/provider/ended", data={"logout_token": sent})
        states.append((await browser.get("/")).status_code)
    assert states == [200, 200, 303]


async def test_the_link_to_the_provider_stands_in_the_log(browser: Browser, provider: Provider, bank: Bank) -> None:
    await arrive(browser, provider)
    query = "SELECT count(*) FROM audit_entry WHERE action = 'staff.link_identity'"
    async with bank.platform.transaction(bank.system) as ctx:
        assert await ctx.session.scalar(text(query)) == 1
