"""SMS, app, WeChat and whatever else a house of its own delivers: handed over by a signed request.

The receiver answers 2xx when it has taken the message, and knows by `Idempotency-Key` one that it has already. What it
learns later (delivered, bounced) it tells by a signed receipt.
"""

from dataclasses import dataclass
from typing import Final

import httpx
import orjson

from backend.core.clock import Clock, system_clock
from backend.servicing.interactions.channels.parcel import Delivery, Outcome, Parcel
from backend.servicing.interactions.channels.signing import HEADER, signature

_SECONDS: Final = 20
_REFUSED: Final = frozenset({408, 425, 429, 502, 503})
"""Answers that say that the message was not taken now."""
_OK: Final = range(200, 300)
_WRONG: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class WebhookAdapter:
    url: str
    secret: bytes
    clock: Clock = system_clock
    transport: httpx.AsyncBaseTransport | None = None
    name: str = "webhook"

    async def deliver(self, parcel: Parcel) -> Delivery:
        body = orjson.dumps(_told(parcel))
        headers = {
            "content-type": "application/json",
            "idempotency-key": str(parcel.id),
            HEADER: signature(self.secret, body, self.clock()),
        }
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, transport=self.transport, trust_env=False) as client:
                answer = await client.post(self.url, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return self._report(Outcome.NOT_SENT, "unreachable")
        except httpx.HTTPError:
            return self._report(Outcome.UNKNOWN, "no_answer")
        return self._report(_outcome(answer.status_code), f"http_{answer.status_code}")

    def _report(self, outcome: Outcome, code: str) -> Delivery:
        return Delivery(outcome, self.name, code)


def _outcome(status: int) -> Outcome:
    if status in _OK:
        return Outcome.SENT
    if status in _REFUSED:
        return Outcome.NOT_SENT
    return Outcome.FAILED if status in _WRONG else Outcome.UNKNOWN


def _told(parcel: Parcel) -> dict[str, str]:
    return {
        "id": str(parcel.id),
        "tenant": str(parcel.tenant_id),
        "channel": parcel.channel,
        "to": parcel.to,
        "subject": parcel.subject,
        "body": parcel.body,
        "locale": parcel.locale,
        "institution": parcel.institution,
        "at": parcel.made_at.isoformat(),
    }
