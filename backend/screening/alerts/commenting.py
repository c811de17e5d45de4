"""What people write on alerts: sealed under the customer's key, kept with its author."""

from backend.access.context import Context
from backend.core.ids import new_id
from backend.screening.alerts.errors import CommentEmpty, CommentTooLong
from backend.screening.alerts.models import ScreeningAlert, ScreeningComment
from backend.screening.alerts.ruleset import in_force


def checked(ctx: Context, words: str) -> str:
    """Raises CommentEmpty, CommentTooLong."""
    text, most = words.strip(), in_force(ctx).rules.comment_characters
    if not text:
        raise CommentEmpty(field="comment")
    if len(text) > most:
        raise CommentTooLong(most=most, field="comment")
    return text


def write_comment(ctx: Context, alert: ScreeningAlert, text: str) -> None:
    """Within an entry, with the party's key open."""
    comment_id = new_id()
    ctx.session.add(
        ScreeningComment(
            id=comment_id,
            tenant_id=alert.tenant_id,
            alert_id=alert.id,
            party_id=alert.party_id,
            author_id=ctx.actor.id,
            written_at=ctx.now,
            text=ctx.vault.seal("screening_comment", "text", comment_id, alert.party_id, text),
        )
    )
