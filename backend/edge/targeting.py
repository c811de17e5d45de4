"""Where targets find the records of floors that engagement does not know: applications, reviews, contact, feedback."""

from collections.abc import Hashable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from backend.access.context import Context
from backend.casework.tasks.queries import done as tasks
from backend.complaints.frames import Period, complaints_frame
from backend.core.periods import months_later
from backend.engagement.playbooks.queries import answered as courses
from backend.engagement.targets.measured import LONGEST_COMPLAINT
from backend.engagement.targets.queries.then import customers_on
from backend.engagement.targets.ruleset import Service, target_rules
from backend.engagement.targets.sources import Month, framed, register
from backend.onboarding import frames as onboarding
from backend.reviews import frames as reviews
from backend.servicing.feedback import frames as feedback
from backend.servicing.interactions import frames as interactions

_HOUR: Final = 3600
_PROMOTER, _DETRACTOR = 9, 6
_NPS: Final = "nps"


async def conversion(ctx: Context, month: Month) -> pd.DataFrame | None:
    """Applications that were decided on, 1 approved."""
    found = await onboarding.decided_frame(ctx, onboarding.Period(month.first, _end(month)))
    rows = found.to_dict("records")
    return framed([_case(row, float(row["approved"])) for row in rows])


async def time_to_yes(ctx: Context, month: Month) -> pd.DataFrame | None:
    """Approved applications: hours from submission to approval."""
    found = await onboarding.decided_frame(ctx, onboarding.Period(month.first, _end(month)))
    approved = [row for row in found.to_dict("records") if row["approved"] and row["submitted_at"] is not None]
    return framed([_case(row, (row["decided_at"] - row["submitted_at"]).total_seconds() / _HOUR) for row in approved])


async def reviews_in_time(ctx: Context, month: Month) -> pd.DataFrame | None:
    found = await reviews.due_frame(ctx, reviews.Period(month.first, _end(month)))
    return framed(
        [
            ("review", row["id"], row["party_id"], None, row["due_at"].date(), float(row["in_time"]), 1.0)
            for row in found.to_dict("records")
        ]
    )


async def satisfaction(ctx: Context, month: Month) -> pd.DataFrame | None:
    """Answers to the question of recommending: a promoter counts 100, a detractor −100."""
    since = months_later(month.first, -6)
    found = await feedback.feedback_frame(ctx, feedback.Period(since, _end(month)))
    rows = [
        ("survey", row["id"], row["party_id"], row["product_code"], row["answered_on"], _recommends(row["score"]), 1.0)
        for row in found.to_dict("records")
        if row["kind"] == _NPS and row["score"] is not None and month.first <= row["answered_on"] <= month.last
    ]
    return framed(rows)


async def cost_to_serve(ctx: Context, month: Month) -> pd.DataFrame | None:
    """What was done for customers in the month costs its minutes; every customer counts once."""
    costs = target_rules(ctx.policies, ctx.now.date()).rules.service
    done = [
        *await _contacts(ctx, month, costs),
        *await _tasks(ctx, month, float(costs.work(costs.task))),
        *await _errands(ctx, month, costs),
        *await _complaints(ctx, month, float(costs.work(costs.complaint))),
    ]
    if not done:
        return framed([])
    served = [("customer", party, party, None, month.last, 0.0, 1.0) for party in await customers_on(ctx, month.last)]
    return framed([*done, *served])


Rows = list[tuple[Any, ...]]


async def _contacts(ctx: Context, month: Month, costs: Service) -> Rows:
    found = await interactions.interactions_frame(ctx, interactions.Period(month.first, _end(month)))
    each: dict[tuple[str, str], float] = {}
    rows = []
    for row in found.to_dict("records"):
        way = (row["direction"], row["channel"])
        cost = each.setdefault(way, float(costs.contact(*way)))
        rows.append(("interaction", row["id"], row["party_id"], None, row["happened_on"], cost, 0.0))
    return rows


async def _tasks(ctx: Context, month: Month, cost: float) -> Rows:
    """Those about a customer that were done, on the day on which they were."""
    done = await tasks.done_between(ctx, month.first, _end(month))
    return [("task", row.id, row.party_id, None, row.day, cost, 0.0) for row in done]


async def _errands(ctx: Context, month: Month, costs: Service) -> Rows:
    """Calls and tasks of playbooks that somebody answered; a call takes as long as any other."""
    each = {"call": float(costs.contact("outbound", "telephone")), "task": float(costs.work(costs.task))}
    done = await courses.answered_between(ctx, month.first, _end(month))
    return [("playbook_step", row.id, row.party_id, None, row.day, each[row.kind], 0.0) for row in done]


async def _complaints(ctx: Context, month: Month, cost: float) -> Rows:
    """Those that were answered, on the day on which they were."""
    found = await complaints_frame(ctx, Period(month.first - LONGEST_COMPLAINT, _end(month)))
    answered = [row for row in found.to_dict("records") if row["answered_on"] is not None]
    return [
        ("complaint", row["id"], row["party_id"], row["product_code"], row["answered_on"], cost, 0.0)
        for row in answered
        if month.first <= row["answered_on"] <= month.last
    ]


def _case(row: Mapping[Hashable, Any], value: float) -> tuple[Any, ...]:
    return ("case", row["id"], row["party_id"], row["product_code"], row["decided_at"].date(), value, 1.0)


def _recommends(score: int) -> float:
    return 100.0 if score >= _PROMOTER else -100.0 if score <= _DETRACTOR else 0.0


def _end(month: Month) -> date:
    return month.last + timedelta(days=1)


register("conversion", conversion)
register("time_to_yes", time_to_yes)
register("reviews_in_time", reviews_in_time)
register("satisfaction", satisfaction)
register("cost_to_serve", cost_to_serve)
