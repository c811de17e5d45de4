"""One chunk of migrants, from facts to rows: assessed, sealed, audited and written in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.models import OwnershipStake
from backend.onboarding.migration.assignment import Books
from backend.onboarding.migration.case_rows import DECIDED, CaseRows
from backend.onboarding.migration.migrant import Migrant, Stake, facts_of
from backend.onboarding.migration.party_rows import PartyRows
from backend.onboarding.migration.queries import known_refs, known_stakes, taken_numbers
from backend.onboarding.rules import assess
from backend.onboarding.ruleset import OnboardingRules
from backend.privacy.models import DataKey


@dataclass(slots=True)
class Outcome:
    """What a chunk, or a whole import, came to; reasons are counted once per case. `parties` are the new ones.

    `refused` are migrants whose customer number belongs to somebody else already.
    """

    taken: int = 0
    known: int = 0
    rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    parties: list[UUID] = field(default_factory=list)
    refused: list[Migrant] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.taken += other.taken
        self.known += other.known
        self.rows += other.rows
        self.states.update(other.states)
        self.reasons.update(other.reasons)
        self.parties += other.parties
        self.refused += other.refused


@dataclass(frozen=True, slots=True)
class Plan:
    """What all chunks of one import share."""

    rules: Loaded[OnboardingRules]
    jurisdiction: str
    as_of: date
    books: Books


async def write_chunk(ctx: Context, migrants: Sequence[Migrant], plan: Plan) -> Outcome:
    """Migrants whose reference is recorded are left alone, so a chunk may be written again after a kill.

    Raises NotAllowed unless the actor may decide by rule: no person can use this to skip the second pair of eyes.
    """
    ctx.require("decide_by_rule", "onboarding_case", Facts(tenant_id=ctx.actor.tenant_id))
    known = await known_refs(ctx, [migrant.ref for migrant in migrants])
    unknown = [migrant for migrant in migrants if migrant.ref not in known]
    numbers = await taken_numbers(ctx, [migrant.number for migrant in unknown])
    fresh = [migrant for migrant in unknown if migrant.number not in numbers]
    refused = [migrant for migrant in unknown if migrant.number in numbers]
    ids = [new_id() for _ in fresh]
    outcome = Outcome(taken=len(fresh), known=len(known), parties=ids, refused=refused)
    batch = Batch(ctx.trail)
    batch.add_many(DataKey, await ctx.vault.fresh(ids))
    parties, cases = PartyRows(ctx, batch), CaseRows(ctx, batch, plan.rules, plan.jurisdiction)
    for party_id, migrant in zip(ids, fresh, strict=True):
        facts = facts_of(migrant, plan.jurisdiction, plan.as_of)
        assessment = assess(facts, plan.rules.rules, ctx.now.date())
        outcome.states[assessment.outcome.value] += 1
        outcome.reasons.update(assessment.reasons)
        manager = plan.books.manager(migrant.region)
        customer_id = parties.write(
            party_id,
            migrant,
            active=assessment.outcome in DECIDED,
            risk_level=assessment.risk_level,
            manager=manager,
        )
        cases.write(party_id, customer_id, migrant, assessment, manager)
    outcome.rows = await batch.write(ctx.session)
    return outcome


async def write_stakes(ctx: Context, stakes: Sequence[Stake]) -> int:
    """A stake between the same two of the same kind is left alone, and so is one of a party that was refused."""
    ctx.require("decide_by_rule", "onboarding_case", Facts(tenant_id=ctx.actor.tenant_id))
    parties = await known_refs(ctx, [key for stake in stakes for key in (stake.owner, stake.owned)])
    known = await known_stakes(ctx, parties.values())
    batch = Batch(ctx.trail)
    for stake in stakes:
        owner_id, owned_id = parties.get(stake.owner), parties.get(stake.owned)
        if owner_id is None or owned_id is None or (owner_id, owned_id, stake.kind) in known:
            continue
        known.add((owner_id, owned_id, stake.kind))
        entry = batch.entry("ownership.record", ("party", owned_id))
        batch.add(
            OwnershipStake,
            entry,
            id=new_id(),
            owner_id=owner_id,
            owned_id=owned_id,
            kind=stake.kind,
            fraction=stake.fraction,
            source="migration",
        )
    return await batch.write(ctx.session)
