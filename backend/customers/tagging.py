"""Which tags a stored identifier or contact has: the one it carries, and while tags are rotated all it may carry."""

from collections.abc import Sequence

from backend.access.context import Context
from backend.customers.indexes import EMAIL, IDENTIFIER, PHONE
from backend.customers.models import ContactKind, PartyContact, PartyIdentifier
from backend.privacy.blind import BlindIndex

Tagged = PartyIdentifier | PartyContact


def index_of(row: Tagged) -> BlindIndex:
    if isinstance(row, PartyIdentifier):
        return IDENTIFIER
    return EMAIL if row.kind == ContactKind.EMAIL else PHONE


def opened(ctx: Context, row: Tagged) -> str:
    """The value as it was tagged; the party's keys are loaded."""
    return ctx.vault.open(str(row.__tablename__), "value", row.id, row.party_id, row.value)


def tags_of(ctx: Context, row: Tagged) -> Sequence[bytes]:
    """None for a value that is not searched by."""
    if row.value_tag is None:
        return ()
    return ctx.vault.search.asked(index_of(row), opened(ctx, row)) if ctx.vault.search.rotating else (row.value_tag,)
