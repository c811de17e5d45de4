"""What a party's holdings say about its case: its strongest role at any account, and how its loans stand."""

from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.holdings.models import AccountHolder, HolderRole, Loan

# The first that any loan on an owned account has decides.
_GRAVEST_FIRST: Final = ("finished_unpaid", "running_in_debt", "running", "finished_paid")


async def holding_facts(ctx: Context, party_id: UUID) -> dict[str, Any]:
    """Facts by name; None where the party has no account, or no loan."""
    roles = {role.account_id: role.role for role in await _roles(ctx, party_id)}
    owned = [account for account, role in roles.items() if role == HolderRole.OWNER]
    strongest = HolderRole.OWNER if owned else next(iter(roles.values()), None)
    states = set(await ctx.session.scalars(select(Loan.status).where(col(Loan.account_id).in_(owned))))
    gravest = next((state for state in _GRAVEST_FIRST if state in states), None)
    return {"holder_role": None if strongest is None else str(strongest), "loan_status": gravest}


async def _roles(ctx: Context, party_id: UUID) -> list[AccountHolder]:
    query = select(AccountHolder).where(col(AccountHolder.party_id) == party_id).order_by(col(AccountHolder.id))
    return list(await ctx.session.scalars(query))
