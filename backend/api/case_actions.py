"""Which verbs the viewer could use on a case now, and for each that is closed, whether state or policy closes it."""

from collections.abc import Collection
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.api.case_enums import CaseVerb
from backend.core.i18n import translate
from backend.onboarding import queries, view
from backend.onboarding.queries import Found
from backend.onboarding.states import StateMachine, machine


@strawberry.type(description="Something the viewer could do to the case, and if not now, why not.")
class Action:
    verb: CaseVerb
    words: str
    available: bool
    why_not: str | None


async def fetch_actions(ctx: Context, case_ids: Collection[UUID]) -> dict[UUID, list[Action]]:
    """One case after the other: what may be done depends on who took every earlier step."""
    states = machine(ctx.policies, ctx.now.date())
    found = {each: await queries.found(ctx, each) for each in case_ids}
    return {
        each: [_action(ctx, of, states, action) for action in await view.actions(ctx, of, states)]
        for each, of in found.items()
    }


def _action(ctx: Context, found: Found, states: StateMachine, action: view.ActionView) -> Action:
    return Action(
        verb=CaseVerb(action.verb.value),
        words=action.wording,
        available=action.allowed,
        why_not=_why_not(ctx, found, states, action),
    )


def _why_not(ctx: Context, found: Found, states: StateMachine, action: view.ActionView) -> str | None:
    """What closed the verb; of a policy's no a partner learns the right that was missing and no line."""
    transition = states.transition(action.verb)
    if action.allowed or ctx.actor.type != "partner" or found.case.state not in transition.from_:
        return action.why_not
    return translate(ctx.actor.locale, NotAllowed.text, action=transition.action, object=transition.object)
