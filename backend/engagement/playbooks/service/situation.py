"""What may end a course, gathered for many customers at once: stage, erasure, open complaints, contact not wished."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from backend.access.context import Context
from backend.complaints.queries import open_complaints
from backend.engagement import contact
from backend.engagement.playbooks.models import EndReason
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.rules import Situation
from backend.engagement.playbooks.ruleset import Playbook

Asked = Iterable[tuple[UUID, Playbook]]


async def situations(ctx: Context, asked: Asked) -> dict[tuple[UUID, str], Situation]:
    """By party and playbook; four queries and one for each purpose, however many."""
    pairs = list(asked)
    parties = {party_id for party_id, _ in pairs}
    standings = await courses.standings(ctx, parties)
    complaining = await open_complaints(ctx, parties)
    out = await _opted_out(ctx, pairs)
    found = {}
    for party_id, playbook in pairs:
        at = standings.get(party_id)
        found[party_id, playbook.id] = Situation(
            stage=None if at is None else at.stage,
            erased=at is None or at.erased,
            complains=party_id in complaining,
            opted_out=party_id in out[playbook.purpose],
        )
    return found


async def _opted_out(ctx: Context, pairs: Collection[tuple[UUID, Playbook]]) -> dict[str, set[UUID]]:
    """By purpose. Whoever never agreed has not opted out; contact does not reach them all the same."""
    by_purpose: dict[str, set[UUID]] = defaultdict(set)
    for party_id, playbook in pairs:
        if EndReason.OPT_OUT in playbook.exits:
            by_purpose[playbook.purpose].add(party_id)
    found: dict[str, set[UUID]] = defaultdict(set)
    for purpose, parties in by_purpose.items():
        answers = await contact.may_contact(ctx, parties, purpose)
        found[purpose] = {each for each, one in answers.items() if contact.OPTED_OUT.intersection(one.reasons)}
    return found
