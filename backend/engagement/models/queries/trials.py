"""A playbook as a randomised trial: who entered by lot, what became of them, and what was known of them before.

Facts are those of the first day of the month in which somebody entered, or of the ledger's last day where it ends
before, so that nothing that the playbook did is among them.
"""

from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
from sqlalchemy import case
from sqlalchemy import select as sql
from sqlmodel import col

from backend.access.context import Context
from backend.engagement.facts import analysed_facts, as_of_day
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.treating import Trial
from backend.engagement.models.queries.inventory import MODEL, facts
from backend.engagement.playbooks.models import Arm, PlaybookEnrolment


async def trial(ctx: Context, playbook: str, stages: frozenset[str], until: date) -> Trial:
    """Of those whose time to reach the goal was over on the day, each by their first entry. Raises NotAllowed."""
    ctx.require("run", MODEL, facts(ctx))
    entries = await _entries(ctx, playbook, until)
    last, known = await as_of_day(ctx), []
    for day in sorted(set(entries["known_on"])):
        group = entries.index[entries["known_on"] == day]
        known.append(await analysed_facts(ctx, min(day, last), list(group)))
    found = pd.concat(known) if known else pd.DataFrame()
    rows = entries.loc[found.index] if known else entries
    nothing = pd.DataFrame()
    return Trial(Snapshot(until, found, nothing, nothing), rows["treated"], rows["reached"], tuple(sorted(stages)))


async def _entries(ctx: Context, playbook: str, until: date) -> pd.DataFrame:
    """`treated`, `reached` and `known_on` by party; whom people enrolled were not chosen by lot."""
    end = datetime.combine(until + timedelta(days=1), time(), UTC)
    reached = case((col(PlaybookEnrolment.goal_at) <= col(PlaybookEnrolment.observe_until), 1), else_=0)
    query = (
        sql(col(PlaybookEnrolment.party_id), col(PlaybookEnrolment.arm), col(PlaybookEnrolment.entered_at), reached)
        .where(
            col(PlaybookEnrolment.playbook) == playbook,
            col(PlaybookEnrolment.by_hand).is_(False),
            col(PlaybookEnrolment.observe_until) < min(end, ctx.now),
        )
        .order_by(col(PlaybookEnrolment.party_id), col(PlaybookEnrolment.entered_at))
    )
    rows = [
        (party_id, int(arm == Arm.TREATED), came, at.astimezone(UTC).date().replace(day=1))
        for party_id, arm, at, came in await ctx.session.execute(query)
    ]
    found = pd.DataFrame(rows, columns=["party_id", "treated", "reached", "known_on"]).set_index("party_id")
    return found[~found.index.duplicated()]
