"""Some rights need more than a session: the person must have been there a short while ago.

Which rights, and how long ago, the rule-set says. Who comes through no door (a job, the console) has no session that
could be stolen, and is not asked.
"""

from datetime import datetime

from backend.access.sign_in_errors import StepUpNeeded
from backend.access.sign_in_rules import StepUpRules
from backend.core.actor import Actor


def require(actor: Actor, action: str, obj: str, rules: StepUpRules, now: datetime) -> None:
    """Raises StepUpNeeded."""
    if actor.proof is None or not rules.asks(action, obj):
        return
    confirmed = actor.proof.confirmed_at
    if confirmed is None or now - confirmed >= rules.recent:
        raise StepUpNeeded(minutes=rules.minutes)
