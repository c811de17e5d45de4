"""What waits for a second person: of every kind, in one list, with whether the reader may be that person."""

from datetime import datetime
from uuid import UUID

import strawberry

from backend.access import signatures
from backend.access.signatures import SignatureKind, Waiting
from backend.api import graph
from backend.api.costs import resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.edge.signatures import KINDS


@strawberry.type(description="Something that counts when a second person agrees. `page` is where, in the web client.")
class AwaitedSignature:
    id: UUID
    kind: str
    kind_title: str
    words: str
    page: str
    proposed_at: datetime
    mine: bool = strawberry.field(description="The viewer may be the second person.")
    waiting: strawberry.Private[Waiting]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.waiting.made_by)

    @resolved("Whom it is about, where that is a colleague.")
    def colleague(self, info: Info) -> Agent | None:
        return agent(info, self.waiting.colleague_id)

    @resolved("Whom it is about, where that is a customer whom the viewer may see.", weight=1)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.waiting.party_id)

    @classmethod
    def of(cls, kind: SignatureKind, found: Waiting, locale: str) -> "AwaitedSignature":
        return cls(
            id=found.id,
            kind=kind.name,
            kind_title=translate(locale, kind.title),
            words=found.words,
            page=found.page,
            proposed_at=found.made_at,
            mine=found.mine,
            waiting=found,
        )


@strawberry.type
class SignatureQuery:
    @resolved("Of the kinds that the viewer signs: what waits for a second person, oldest first.", weight=10, size=50)
    async def awaited_signatures(self, info: Info) -> list[AwaitedSignature]:
        locale = info.context.actor.locale
        found = await info.context.read(lambda ctx: signatures.waiting(ctx, KINDS))
        return [AwaitedSignature.of(kind, each, locale) for kind, each in found]

    @resolved("How many of them the viewer may sign.", weight=10)
    async def awaited_signature_count(self, info: Info) -> int:
        found = await info.context.read(lambda ctx: signatures.waiting(ctx, KINDS))
        return sum(each.mine for _, each in found)
