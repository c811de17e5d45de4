"""Cases that end without a decision: withdrawn by the applicant, expired by the clock."""

from uuid import UUID

from backend.access.context import Context
from backend.onboarding import queries
from backend.onboarding.acting import Step, announce, begin, enter, hand_over
from backend.onboarding.conditions import drop
from backend.onboarding.deciding import close_children
from backend.onboarding.models import CaseState, OnboardingCase
from backend.onboarding.reviewing import known_reason
from backend.onboarding.states import Verb


async def withdraw(ctx: Context, case_id: UUID, reason: str) -> OnboardingCase:
    step = await begin(ctx, case_id, Verb.WITHDRAW)
    known_reason(step.rules, reason, "withdraw")
    await _close(step, CaseState.WITHDRAWN, "customer.kyc.withdraw", reason)
    return step.case


async def expire_due(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many cases ran out of the time their state allows; call again while it answers `limit`."""
    late = await queries.out_of_time(ctx, limit)
    for case_id in late:
        await _close(await begin(ctx, case_id, Verb.EXPIRE), CaseState.EXPIRED, "customer.kyc.expire", "time_limit")
    return len(late)


async def _close(step: Step, state: CaseState, action: str, reason: str) -> None:
    async with step.ctx.audit(action, step.subject, reason=reason, ruleset=step.loaded.sha256):
        enter(step, state)
        await drop(step)
    await hand_over(step)
    await announce(step)
    await close_children(step)
