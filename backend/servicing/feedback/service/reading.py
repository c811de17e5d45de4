"""Words of customers and about them, opened for whoever may see the survey, and noted as read."""

from backend.access.context import Context
from backend.privacy.errors import DataKeyDestroyed
from backend.servicing.feedback.models import Survey, SurveyFollowUp


async def comment(ctx: Context, row: Survey) -> str | None:
    """None where nothing was said, or the key was destroyed."""
    return await _open(ctx, row, "survey", "comment", row.comment)


async def done(ctx: Context, row: SurveyFollowUp) -> str | None:
    return await _open(ctx, row, "survey_follow_up", "done", row.done)


async def _open(ctx: Context, row: Survey | SurveyFollowUp, table: str, column: str, value: bytes | None) -> str | None:
    if value is None:
        return None
    await ctx.vault.load([row.party_id])
    try:
        text = ctx.vault.open(table, column, row.id, row.party_id, value)
    except DataKeyDestroyed:
        return None
    ctx.saw(("party", row.party_id), f"{table}_{column}")
    return text
