"""Partners that record customers without a pause: each request has an idempotency key, and is sent again with the same
key until it is answered, as a careful client does."""

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import httpx

_PAUSE = 0.25
_REPEATED = 0.1  # of the answered requests are sent once more


@dataclass
class Load:
    """`answered`: key → id of the customer; `doubled`: keys that were answered differently when repeated."""

    client: httpx.AsyncClient
    seed: int
    answered: dict[str, UUID] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    doubled: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def worker(self, number: int) -> None:
        chance = Random(f"{self.seed}/{number}")
        for turn in itertools.count():
            key = f"{number}-{turn}"
            self.sent.add(key)
            self.answered[key] = await self._until_answered(key)
            self.news.set()
            if chance.random() < _REPEATED:
                known = chance.choice(list(self.answered))
                if await self._until_answered(known) != self.answered[known]:
                    self.doubled.append(known)

    async def _until_answered(self, key: str) -> UUID:
        while True:
            answer = await self._ask(key)
            if answer is not None:
                return answer
            await asyncio.sleep(_PAUSE)

    async def _ask(self, key: str) -> UUID | None:
        """None for whatever is not an answer: no connection, half a response, a fault, a busy key."""
        body = {"documentId": "partner/record-party", "variables": {"key": key, "input": _person(key)}}
        try:
            response = await self.client.post("/graphql", json=body)
            result = response.json()["data"]["recordParty"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            self.refused[type(error).__name__] += 1
            return None
        if "id" in result:
            return UUID(result["id"])
        self.refused[result["code"]] += 1
        return None


def _person(key: str) -> dict[str, Any]:
    return {
        "kind": "PERSON",
        "names": [{"fullName": f"Customer {key}"}],
        "source": "soak",
        "birthDate": "1985-03-09",
        "relation": {"stage": "PROSPECT"},
    }
