"""What other houses tell of messages: POST /contact/receipts/{channel}, signed with the channel's secret; and the
picture of an e-mail that was opened.

    {"tenant": "<uuid>", "message": "<uuid>", "outcome": "delivered|opened|bounced|soft_bounced"}

204 also for a message that is none of ours: whoever asks learns nothing by asking.
"""

from typing import Final
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.core.actor import system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.servicing.interactions import service
from backend.servicing.interactions.channels.opening import PATH, POINT, Openings
from backend.servicing.interactions.channels.signing import HEADER, genuine
from backend.servicing.interactions.receipts import Receipt

_LARGEST: Final = 4_096
_HEADERS: Final = {"cache-control": "no-store"}


class Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    tenant: UUID
    message: UUID
    outcome: Receipt


def receipt_routes(platform: Platform) -> list[Route]:
    openings = Openings.derived(platform.index_root, platform.settings.base_url)

    async def receipt(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413, headers=_HEADERS)
        if not _signed(platform, request, body):
            return Response(status_code=401, headers=_HEADERS)
        try:
            told = Told.model_validate(orjson.loads(body))
        except (ValidationError, orjson.JSONDecodeError):
            return Response(status_code=400, headers=_HEADERS)
        await _note(platform, told.tenant, told.message, told.outcome)
        return Response(status_code=204, headers=_HEADERS)

    async def opened(request: Request) -> Response:
        """The same picture for every address, also one that was made up."""
        found = openings.opened(str(request.path_params["token"]))
        if found is not None:
            await _note(platform, *found, Receipt.OPENED)
        return Response(POINT, media_type="image/gif", headers=_HEADERS)

    return [
        Route("/contact/receipts/{channel}", receipt, methods=["POST"]),
        Route(PATH + "{token}", opened, methods=["GET"]),
    ]


async def _body(request: Request) -> bytes | None:
    """None for more than anybody has to tell."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _LARGEST:
        return None
    return await request.body()


def _signed(platform: Platform, request: Request, body: bytes) -> bool:
    secret = platform.settings.contact_secrets.get(str(request.path_params["channel"]))
    if secret is None:
        return False
    return genuine(secret.get_secret_value().encode(), body, request.headers.get(HEADER, ""), platform.clock())


async def _note(platform: Platform, tenant_id: UUID, message_id: UUID, what: Receipt) -> None:
    actor = system_actor(tenant_id, f"receipt-{new_id()}")
    await platform.run(actor, lambda ctx: service.receipt(ctx, message_id, what))
