"""The texts that decisions name are kept when a process first decides by them, whatever rule-set it is.

Without that a release that changes a file would leave older decisions with a hash that nobody can read any more.
"""

from dataclasses import dataclass, field
from uuid import UUID

from backend.access.context import Context
from backend.governance import texts

Named = frozenset[tuple[UUID, str]]


@dataclass(slots=True)
class RuleTexts:
    """What this process knows to be kept, by institution and hash."""

    _kept: set[tuple[UUID, str]] = field(default_factory=set)

    async def keep(self, ctx: Context) -> Named:
        """Part of the transaction that decided; tell `kept` once it has ended well.

        A digest that no rule-set of the policies has (ratings name one over several texts, access policies are kept
        when they are approved) is kept by whoever made it.
        """
        tenant_id = ctx.actor.tenant_id
        named = frozenset((tenant_id, sha256) for sha256 in ctx.trail.rulesets) - self._kept
        for _, sha256 in sorted(named):
            source = ctx.policies.source(sha256)
            if source is not None:
                await texts.keep(ctx, source)
        return named

    def kept(self, named: Named) -> None:
        self._kept |= named
