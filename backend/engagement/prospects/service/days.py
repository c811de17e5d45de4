"""The day of a next step."""

from datetime import date

from backend.access.context import Context
from backend.engagement.prospects.errors import NextStepPast


def refuse_past(ctx: Context, day: date | None) -> None:
    if day is not None and day < ctx.now.date():
        raise NextStepPast(field="next_step_on")
