"""The platform: what a process opens once, and the one way in: a use case in one transaction."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.policy import AccessPolicy
from backend.access.tokens import HASHING_THREADS
from backend.audit.trail import Subject, Trail
from backend.core.actor import Actor
from backend.core.clock import Clock, system_clock
from backend.core.database import Database, open_database
from backend.core.errors import Refused
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.edge import failures, idempotency, kinds
from backend.edge.errors import TooBusy
from backend.edge.governing import Governing
from backend.edge.rule_texts import RuleTexts
from backend.privacy.blind import Blinder
from backend.privacy.keyring import Keyring
from backend.privacy.providers.choice import provider_for
from backend.privacy.searching import FIRST, IndexRoots, SearchTags, enter
from backend.privacy.vault import Vault

T = TypeVar("T")
UseCase = Callable[[Context], Awaitable[T]]
_TRIES = 5
_READS_AN_ENTRY = 200


@dataclass(slots=True)
class Platform:
    """`signing_in` lets so many passwords be tried at once as there are threads for it; whoever waits holds no
    connection to the database."""

    settings: Settings
    database: Database
    engine: AsyncEngine
    policy: AccessPolicy
    policies: Policies
    governing: Governing
    keyring: Keyring
    index_root: bytes
    index_roots: IndexRoots
    clock: Clock
    rule_texts: RuleTexts = field(default_factory=RuleTexts)
    signing_in: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHING_THREADS))

    @asynccontextmanager
    async def transaction(self, actor: Actor, *, serializable: bool = False) -> AsyncIterator[Context]:
        """Everything in it is written, or nothing; before it ends, personal data that was shown is noted, and the text
        of every rule-set that decided is kept."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            if serializable:
                await session.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            versions = await enter(session, actor.tenant_id)
            await self.governing.refresh(session, actor.tenant_id, self.clock())
            ctx = self._context(session, actor, await self.index_roots.search_tags(actor.tenant_id, versions))
            yield ctx
            await session.flush()
            await _note_reads(ctx)
            named = await self.rule_texts.keep(ctx)
        self.rule_texts.kept(named)

    async def run(
        self,
        actor: Actor,
        use_case: UseCase[T],
        *,
        subject: Subject | None = None,
        serializable: bool = False,
    ) -> T:
        """Carry a use case out. Refusals are audited in a transaction of their own; lost races are run again."""
        try:
            return await self._persist(actor, use_case, serializable)
        except Refused as refusal:
            await self._audit_refusal(actor, refusal, subject)
            raise

    async def once(
        self,
        actor: Actor,
        use_case: UseCase[UUID],
        *,
        key: str | None,
        payload: Mapping[str, Any],
        subject: Subject | None = None,
        serializable: bool = False,
    ) -> UUID:
        """`run` for a use case that answers with the id of its record, and answers a repeated key the same."""
        if key is None:
            return await self.run(actor, use_case, subject=subject, serializable=serializable)
        fingerprint = idempotency.payload_hash(payload)

        async def guarded(ctx: Context) -> UUID:
            answered = await idempotency.recall(ctx, key, fingerprint)
            if answered is not None:
                return UUID(answered["id"])
            result = await use_case(ctx)
            await idempotency.remember(ctx, key, fingerprint, {"id": str(result)})
            return result

        return await self.run(actor, guarded, subject=subject, serializable=serializable)

    def policy_of(self, actor: Actor) -> AccessPolicy:
        """The institution's own, as it was known when a transaction for it was last opened; else the files'."""
        return self.governing.policy(actor.tenant_id, self.clock()) or self.policy

    def policies_of(self, actor: Actor) -> Policies:
        return self.governing.policies(actor.tenant_id)

    async def close(self) -> None:
        await self.engine.dispose()
        self.database.close()

    async def _persist(self, actor: Actor, use_case: UseCase[T], serializable: bool) -> T:
        for attempt in range(_TRIES):
            try:
                async with self.transaction(actor, serializable=serializable) as ctx:
                    return await use_case(ctx)
            except DBAPIError as error:
                if not failures.worth_retrying(error):
                    raise failures.named(error) or error from error
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - spreads retries, no secret
        raise TooBusy()

    async def _audit_refusal(self, actor: Actor, refusal: Refused, subject: Subject | None) -> None:
        async with self.transaction(actor) as ctx:
            target = subject or ("actor", actor.id)
            await ctx.trail.note("access.deny", target, outcome="denied", reason=_reason(refusal))

    def _context(self, session: AsyncSession, actor: Actor, search: SearchTags) -> Context:
        now = self.clock()
        tenant = actor.tenant_id
        vault = Vault(
            session,
            tenant,
            self.keyring,
            Blinder(self.index_root, tenant),
            search,
            now,
        )
        policies = self.governing.policies(tenant)
        return Context(session, actor, now, self.policy_of(actor), policies, vault, Trail(session, actor, now))


async def open_platform(
    settings: Settings, *, clock: Clock = system_clock, database: Database | None = None
) -> Platform:
    database = database or open_database(settings)
    provider = provider_for(settings)
    kinds.gather()
    policies = Policies(settings.policies)
    index_root = await provider.index_root(FIRST)
    return Platform(
        settings=settings,
        database=database,
        engine=database.engine(pool_size=settings.pool_size),
        policy=AccessPolicy.load(settings.policies / "access"),
        policies=policies,
        governing=Governing(policies),
        keyring=Keyring(provider),
        index_root=index_root,
        index_roots=IndexRoots(provider, index_root),
        clock=clock,
    )


async def _note_reads(ctx: Context) -> None:
    """One entry for a request, in parts where the log's limit on the size of an entry asks for it."""
    reads = [
        {"type": kind, "id": str(record), "fields": sorted(fields)} for (kind, record), fields in ctx.reads.items()
    ]
    for start in range(0, len(reads), _READS_AN_ENTRY):
        part = reads[start : start + _READS_AN_ENTRY]
        await ctx.trail.note("personal_data.read", ("actor", ctx.actor.id), reads=part)


def _reason(refusal: Refused) -> str:
    """The code, and for a policy's no the right that was missing: `access.not_allowed customer.edit`."""
    if isinstance(refusal, NotAllowed):
        return f"{refusal.code} {refusal.params.get('object')}.{refusal.params.get('action')}"
    return refusal.code
