"""What must not be decided on a snapshot that another transaction can contradict runs SERIALIZABLE, or not at all."""

from sqlalchemy import text

from backend.access.context import Context


class NotSerializableError(RuntimeError):
    """The door forgot `serializable=True` (a programming error)."""


async def require_serializable(ctx: Context) -> None:
    level = await ctx.session.scalar(text("SHOW transaction_isolation"))
    if level != "serializable":
        raise NotSerializableError(f"this use case needs SERIALIZABLE and was given {level}")
