"""Emergency access: what may be taken and why, who took it, what they did with it, what the reviewer found."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from backend.access import emergency, proof_queries
from backend.access.context import Context
from backend.access.emergency import Told
from backend.access.proof_models import EmergencyAccess as EmergencyRow
from backend.access.sign_in_rules import sign_in_rules
from backend.api.costs import changes, resolved
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.audit.actions import ACTIONS
from backend.core.errors import NotFound


@strawberry.enum
class EmergencyState(Enum):
    OPEN = "open"
    ENDED = "ended"
    ACCEPTED = "accepted"
    ABUSE = "abuse"


@strawberry.type(description="Rights that the viewer may take at once, and for how long at most.")
class EmergencyOffer:
    role: str
    words: str
    longest_minutes: int


@strawberry.type
class EmergencyReason:
    code: str
    words: str


@strawberry.type(description="What the person did while the access was open, by kind of audit entry.")
class EmergencyActivity:
    action: str
    words: str
    count: int


@strawberry.type(description="Rights that somebody took for a short time, and what came of it.")
class EmergencyAccess:
    id: UUID
    role: str
    role_words: str
    reason: str
    reason_words: str
    words: str
    ticket: str | None
    state: EmergencyState
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    reviewed_at: datetime | None
    reviewable: bool = strawberry.field(description="It is over, and the viewer may review it.")
    mine: bool
    row: strawberry.Private[EmergencyRow]

    @strawberry.field
    def agent(self, info: Info) -> Agent:
        return agent(info, self.row.user_id)  # type: ignore[return-value]

    @strawberry.field
    def reviewed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.reviewed_by)

    @resolved(weight=2, size=20)
    async def activity(self, info: Info) -> list[EmergencyActivity]:
        end = self.ended_at or self.until

        async def counted(ctx: Context) -> list[tuple[str, int]]:
            return await proof_queries.acts(ctx.session, self.row.user_id, self.opened_at, end)

        column = 1 if info.context.actor.locale == "zh_CN" else 0
        found = await info.context.read(counted)
        return [
            EmergencyActivity(action=name, words=ACTIONS[name][column] if name in ACTIONS else name, count=count)
            for name, count in found
        ]

    @classmethod
    def of(cls, told: Told, ctx: Context) -> "EmergencyAccess":
        row, rules = told.access, sign_in_rules(ctx.policies, ctx.now.date()).rules.emergency
        role, reason, locale = rules.roles.get(row.role), rules.reasons.get(row.reason), ctx.actor.locale
        over = row.state == "open" and row.until <= ctx.now
        return cls(
            id=row.id,
            role=row.role,
            role_words=row.role if role is None else role.wording.text(locale),
            reason=row.reason,
            reason_words=row.reason if reason is None else reason.text(locale),
            words=told.words,
            ticket=row.ticket,
            state=EmergencyState.ENDED if over else EmergencyState(row.state),
            opened_at=row.opened_at,
            until=row.until,
            ended_at=row.ended_at or (row.until if over else None),
            reviewed_at=row.reviewed_at,
            reviewable=told.reviewable,
            mine=row.user_id == ctx.actor.id,
            row=row,
        )


EmergencyResult = Annotated[
    EmergencyAccess | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("EmergencyResult"),
]


async def _all(ctx: Context) -> list[EmergencyAccess]:
    return [EmergencyAccess.of(told, ctx) for told in await emergency.listed(ctx)]


async def _offers(ctx: Context) -> list[EmergencyOffer]:
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules.emergency
    return [
        EmergencyOffer(role=name, words=role.wording.text(ctx.actor.locale), longest_minutes=role.longest_minutes)
        for name, role in emergency.offered(rules, ctx.actor.roles).items()
    ]


async def _reasons(ctx: Context) -> list[EmergencyReason]:
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules.emergency
    return [EmergencyReason(code=code, words=words.text(ctx.actor.locale)) for code, words in rules.reasons.items()]


async def _result(
    info: Info, act: Callable[[Context], Awaitable[EmergencyRow]], key: str | None, given: object, four_eyes: bool
) -> EmergencyResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=four_eyes)
    if isinstance(outcome, Problem):
        return outcome

    async def shown(ctx: Context) -> EmergencyAccess:
        return EmergencyAccess.of(await emergency.find(ctx, outcome), ctx)

    try:
        return await info.context.read(shown)
    except NotFound as error:
        return problem(error, info.context.actor) or unseen(info)


@strawberry.type
class EmergencyQuery:
    @resolved("Emergency access that the viewer may see: everybody's, or the own.", weight=3, size=50)
    async def emergency_access(self, info: Info) -> list[EmergencyAccess]:
        return await info.context.read(_all)

    @resolved("Rights that the viewer may take at once.", weight=1, size=5)
    async def emergency_offers(self, info: Info) -> list[EmergencyOffer]:
        return await info.context.read(_offers)

    @resolved("Reasons that the rule-set knows.", weight=1, size=10)
    async def emergency_reasons(self, info: Info) -> list[EmergencyReason]:
        return await info.context.read(_reasons)


@strawberry.type
class EmergencyMutation:
    @changes("Takes more rights at once, for minutes; it is noted, told to others and reviewed by somebody else.")
    async def open_emergency_access(
        self,
        info: Info,
        role: str,
        reason: str,
        words: str,
        minutes: int,
        ticket: str | None = None,
        idempotency_key: Key = None,
    ) -> EmergencyResult:
        async def opened(ctx: Context) -> EmergencyRow:
            return await emergency.open_access(
                ctx, role=role, reason=reason, words=words, minutes=minutes, ticket=ticket
            )

        return await _result(info, opened, idempotency_key, [role, reason, words, minutes, ticket], False)

    @changes("Ends one's own emergency access before its time.")
    async def end_emergency_access(self, info: Info, access_id: Id, idempotency_key: Key = None) -> EmergencyResult:
        return await _result(info, lambda ctx: emergency.end_own(ctx, access_id), idempotency_key, access_id, False)

    @changes("Says whether somebody else's emergency access was justified.")
    async def review_emergency_access(
        self, info: Info, access_id: Id, justified: bool, idempotency_key: Key = None
    ) -> EmergencyResult:
        return await _result(
            info,
            lambda ctx: emergency.review(ctx, access_id, justified=justified),
            idempotency_key,
            [access_id, justified],
            True,
        )
