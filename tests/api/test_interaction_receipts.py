"""Receipts of other houses: signed, noted once, and silent about what there is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from backend.api.interaction_receipts import receipt_routes
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.jobs import contact as jobs
from backend.servicing.interactions.channels.opening import POINT, Openings
from backend.servicing.interactions.channels.signing import HEADER, signature
from backend.servicing.interactions.models import Channel, Interaction, State
from backend.servicing.interactions.queries import history
from backend.servicing.interactions.service import send
from tests.factories import contact as make
from tests.factories import onboarding as banks

SECRET = "known to both"


@pytest.fixture
async def shop(platform: Platform, tenant: Any) -> banks.Bank:
    return await banks.bank(platform, tenant)


@pytest.fixture
async def client(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    settings = platform.settings.model_copy(update={"contact_secrets": {"sms": SecretStr(SECRET)}})
    app = Starlette(routes=receipt_routes(replace(platform, settings=settings)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bank.example") as opened:
        yield opened


async def sent(shop: banks.Bank) -> tuple[Interaction, make.Post]:
    party_id, post = await make.reached(shop), make.Post()
    await make.in_force(shop)
    row: Interaction = await shop.run("system", send, party_id, "news", purpose="service", reference="r")
    await jobs.send_due(shop.platform, shop.system, lambda *_: None, dict.fromkeys(Channel, post))
    return row, post


async def state(shop: banks.Bank, row: Interaction) -> str:
    found: Interaction = await shop.run("officer", history.interaction, row.id)
    return found.state


async def tell(
    client: httpx.AsyncClient,
    shop: banks.Bank,
    message: UUID,
    outcome: str,
    *,
    secret: str = SECRET,
    channel: str = "sms",
) -> int:
    body = orjson.dumps({"tenant": str(shop.tenant.id), "message": str(message), "outcome": outcome})
    header = {HEADER: signature(secret.encode(), body, shop.platform.clock())}
    return (await client.post(f"/contact/receipts/{channel}", content=body, headers=header)).status_code


async def test_a_signed_receipt_is_noted(shop: banks.Bank, client: httpx.AsyncClient) -> None:
    row, _ = await sent(shop)
    assert await tell(client, shop, row.id, "delivered") == 204
    assert await state(shop, row) == State.DELIVERED


@pytest.mark.parametrize("forged", [{"secret": "guessed"}, {"channel": "app"}])
async def test_a_receipt_that_is_not_signed_changes_nothing(
    shop: banks.Bank, client: httpx.AsyncClient, forged: dict[str, str]
) -> None:
    row, _ = await sent(shop)
    assert await tell(client, shop, row.id, "bounced", **forged) == 401
    assert await state(shop, row) == State.SENT


async def test_of_messages_that_are_not_ours_nothing_is_said(shop: banks.Bank, client: httpx.AsyncClient) -> None:
    assert await tell(client, shop, new_id(), "delivered") == 204
    assert await tell(client, shop, new_id(), "eaten") == 400


async def test_a_receipt_is_short(client: httpx.AsyncClient) -> None:
    assert (await client.post("/contact/receipts/sms", content=b"x" * 5000)).status_code == 413


async def test_an_opened_message_is_noted_by_its_signed_picture(shop: banks.Bank, client: httpx.AsyncClient) -> None:
    row, post = await sent(shop)
    openings = Openings.derived(shop.platform.index_root, "http://bank.example")
    address = openings.address(post.left[0])
    forged = address[:-4] + ("AAAA" if address[-4:] != "AAAA" else "BBBB")
    assert (await client.get(forged)).content == POINT
    assert await state(shop, row) == State.SENT
    assert (await client.get(address)).content == POINT
    assert await state(shop, row) == State.OPENED


async def test_messages_are_not_traced_unless_the_rule_set_wants_it(shop: banks.Bank) -> None:
    _, post = await sent(shop)
    assert (post.left[0].traced, post.left[0].html) == (False, None)
    openings = Openings.derived(shop.platform.index_root, "http://bank.example")
    traced = openings.traced(replace(post.left[0], body="1 < 2\n\n<b>"))
    assert traced.html is not None
    assert "<p>1 &lt; 2</p><p>&lt;b&gt;</p>" in traced.html
