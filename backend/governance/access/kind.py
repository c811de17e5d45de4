"""The access policy as a governed kind: read, compared, tried on real people, and kept from locking everybody out."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from backend.access import queries
from backend.access.appointment_models import RoleSeparation
from backend.access.context import Context
from backend.access.policy import AccessPolicy
from backend.core.rulesets import Policies
from backend.governance import kinds
from backend.governance.access import bundle, effect
from backend.governance.access.difference import differences
from backend.governance.documents import Document
from backend.governance.errors import ContentRefused, NobodyLeft
from backend.governance.kinds import Change, Permission, Progress

NAME: Final = "access"


class AccessKind:
    name: Final = NAME
    title: Final = "Access policy"
    format: Final[Literal["csv"]] = "csv"
    permission: Final[Permission] = kinds.ACCESS
    book: Final[None] = None

    def initial(self, policies: Policies, on: date) -> Mapping[str, bytes]:
        return {NAME: bundle.of_directory(policies.directory / "access")}

    def parse(self, name: str, content: bytes) -> AccessPolicy:
        if name != NAME:
            raise ContentRefused(field="name", line=0, problem=f"the access policy is called “{NAME}”")
        return bundle.policy(content)

    def diff(self, base: AccessPolicy | None, proposed: AccessPolicy) -> Sequence[Change]:
        return differences(base, proposed)

    async def simulate(
        self, ctx: Context, base: AccessPolicy | None, proposed: AccessPolicy, progress: Progress
    ) -> Document:
        people = await _directory(ctx)
        await progress(0, len(people.everybody))
        found = effect.document(base or proposed, proposed, people)
        await progress(len(people.everybody), len(people.everybody))
        return found

    async def stamp(self, ctx: Context) -> str:
        """Changes with every person who comes or goes and every role that begins or ends."""
        people = await _directory(ctx)
        lines = sorted(f"{person} {kind} {' '.join(sorted(held))}" for person, held, kind in people.everybody)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    async def check(self, ctx: Context, base: AccessPolicy | None, proposed: AccessPolicy) -> None:
        people = await _directory(ctx)
        for refusal in effect.refusals(base or proposed, proposed, people):
            raise NobodyLeft(duty=refusal.params["duty"].said(ctx.actor.locale))  # type: ignore[union-attr]

    async def enacted(self, ctx: Context, name: str, proposed: AccessPolicy, sha256: str) -> None:
        """The triggers on grants keep apart what the new policy keeps apart, and ask two people where it does."""
        row = await queries.separation(ctx.session)
        pairs, sensitive = list(proposed.roles.separated), list(proposed.roles.sensitive)
        async with ctx.audit("role.separate", ("tenant", ctx.actor.tenant_id), ruleset=sha256):
            if row is None:
                tenant_id = ctx.actor.tenant_id
                ctx.session.add(
                    RoleSeparation(tenant_id=tenant_id, policy_sha256=sha256, pairs=pairs, sensitive=sensitive)
                )
            else:
                row.policy_sha256, row.pairs, row.sensitive = sha256, pairs, sensitive


async def _directory(ctx: Context) -> effect.Directory:
    staff = await queries.roles_of_active(ctx.session, ctx.now)
    return effect.Directory(ctx.actor.tenant_id, staff, await queries.roles_of_clients(ctx.session, ctx.now))
