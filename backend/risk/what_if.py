"""What a customer's level would be on facts that are not recorded: nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.i18n import translate
from backend.risk import facts, queries, rulebook
from backend.risk.errors import FactInvalid, FactUnknown, NotRated
from backend.risk.explanation import Reasons, disclosed, fact_words, reasons_of
from backend.risk.rating import by_scheme, standing
from backend.risk.rules import Value, read_facts, typed
from backend.risk.ruleset import record_rules
from risk_models.crr_book import Rating
from risk_models.crr_values import meaning

NO_NUMBER: Final = "a whole number is wanted"
NO_CODE: Final = "it is not in the vocabulary of the rule-set, or out of its range"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`now` on the facts as they are recorded today, `then` with the changes."""

    now: Reasons
    then: Reasons


async def what_if(ctx: Context, party_id: UUID, changes: Mapping[str, str]) -> WhatIf:
    """`changes` as a person writes them; an empty text makes a fact unknown. Raises FactUnknown, FactInvalid."""
    access = await queries.seen(ctx, party_id, "simulate")
    rules, on = record_rules(ctx.policies, ctx.now.date()), ctx.now.date()
    groups = await by_scheme(ctx, rules, [party_id])
    if not groups:
        raise NotRated()
    rating = await rulebook.effective(ctx, next(iter(groups)))
    recorded = read_facts((await facts.gather(ctx, [party_id]))[party_id], rating, rules)
    override = (await queries.in_force(ctx, [party_id])).get(party_id)
    holds = None if override is None else standing(override)
    changed = {**recorded, **read_changes(ctx, rating, changes)}
    return WhatIf(
        disclosed(ctx, reasons_of(party_id, recorded, holds, rating, on), access, party_id),
        disclosed(ctx, reasons_of(party_id, changed, holds, rating, on), access, party_id),
    )


async def of_nobody(ctx: Context, scheme: str, changes: Mapping[str, str]) -> Reasons:
    """A customer of whom only these facts are known. Raises RuleSetNotInForce, FactUnknown, FactInvalid."""
    ctx.require("simulate", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    rating = await rulebook.effective(ctx, scheme)
    return reasons_of("what-if", read_changes(ctx, rating, changes), None, rating, ctx.now.date())


def read_changes(ctx: Context, rating: Rating, changes: Mapping[str, str]) -> dict[str, Value]:
    """A code outside the vocabulary is refused here, where a person can correct it."""
    found: dict[str, Value] = {}
    for name, text in changes.items():
        if name not in rating.rules.facts:
            raise FactUnknown(fact=name, field="changes")
        called = fact_words(rating, name, ctx.actor.locale)
        try:
            value = typed(rating, name, text)
        except ValueError:
            raise FactInvalid(fact=called, problem=translate(ctx.actor.locale, NO_NUMBER), field="changes") from None
        if value is not None and meaning(rating.rules.facts[name], rating, value).unknown:
            raise FactInvalid(fact=called, problem=translate(ctx.actor.locale, NO_CODE), field="changes")
        found[name] = value
    return found
