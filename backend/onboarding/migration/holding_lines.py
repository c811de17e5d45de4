"""Lines of holding files, recorded: customers, products and holdings are found by their keys, in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, cast
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Customer
from backend.holdings import intake, ledger
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.ledger import Booked, NewClaim, NewPremium
from backend.holdings.models import Account, Holding, Movement, Premium
from backend.onboarding.migration import recorders
from backend.onboarding.migration.customer_file import ref as file_ref
from backend.onboarding.migration.holding_files import ClaimLine, FileKind, HoldingLine, Line, MovementLine, PremiumLine
from backend.onboarding.migration.problems import Problem, RowProblem
from backend.onboarding.migration.sold_versions import SoldVersion, sold_versions, version_numbered, version_on
from backend.onboarding.migration.taken import Taken

L = TypeVar("L", bound=Line)
R = TypeVar("R")


async def record_lines(ctx: Context, run_id: UUID, kind: FileKind, lines: Sequence[Line], *, file: str) -> Taken:
    """Raises NotAllowed. A reference that comes twice among the lines is taken once and reported."""
    taken = Taken()
    once = _once(lines, file, taken)
    recorder = _RECORDERS.get(kind) or recorders.of(kind)
    await recorder(ctx, run_id, once, file, taken)
    return taken


async def _holdings(ctx: Context, run_id: UUID, lines: Sequence[HoldingLine], file: str, taken: Taken) -> None:
    parties = await _parties(ctx, {line.customer for line in lines})
    versions = await sold_versions(ctx, {line.product for line in lines})
    made = _each(lines, file, taken, lambda line: _new_holding(line, parties, versions))
    recorded = await record_holdings(ctx, run_id, made)
    taken.taken, taken.known = recorded.taken, len(recorded.known)


async def _movements(ctx: Context, run_id: UUID, lines: Sequence[MovementLine], file: str, taken: Taken) -> None:
    accounts = await _accounts(ctx, {line.holding for line in lines})
    booked = await ledger.booked(ctx, Movement, [file_ref(line.ref) for line in lines])
    fresh = _fresh(lines, booked, file, taken)
    made = _each(fresh, file, taken, lambda line: _new_movement(line, accounts))
    await intake.append_movements(ctx, run_id, made)
    taken.taken = len(made)


async def _premiums(ctx: Context, run_id: UUID, lines: Sequence[PremiumLine], file: str, taken: Taken) -> None:
    holdings = await _holdings_by_ref(ctx, {line.holding for line in lines})
    booked = await ledger.booked(ctx, Premium, [file_ref(line.ref) for line in lines])
    fresh = _fresh(lines, booked, file, taken)
    made = _each(fresh, file, taken, lambda line: _new_premium(line, holdings))
    await ledger.append_premiums(ctx, run_id, made)
    taken.taken = len(made)


async def _claims(ctx: Context, run_id: UUID, lines: Sequence[ClaimLine], file: str, taken: Taken) -> None:
    holdings = await _holdings_by_ref(ctx, {line.holding for line in lines})
    made = _each(lines, file, taken, lambda line: _new_claim(line, holdings))
    recorded = await ledger.record_claims(ctx, run_id, made)
    taken.taken, taken.known = recorded.taken, len(made) - recorded.taken


_RECORDERS: Final[Mapping[FileKind, recorders.Recorder]] = {
    FileKind.HOLDINGS: _holdings,
    FileKind.MOVEMENTS: _movements,
    FileKind.PREMIUMS: _premiums,
    FileKind.CLAIMS: _claims,
}


@dataclass(frozen=True, slots=True)
class _Account:
    id: UUID | None
    owner_id: UUID
    currency: str


def _new_holding(
    line: HoldingLine, parties: Mapping[str, UUID], versions: Mapping[str, list[SoldVersion]]
) -> NewHolding:
    party_id, version = parties.get(line.customer), _version(line, versions)
    if party_id is None:
        raise RowProblem("unknown_customer", "customer")
    return NewHolding(
        ref=file_ref(line.ref),
        party_id=party_id,
        product_code=line.product,
        product_version_id=version.id,
        kind=version.kind,
        currency=line.currency,
        opened_on=line.opened_on,
        matures_on=line.matures_on,
        closed_on=line.closed_on,
        close_reason=line.close_reason,
        status=line.status,
        amount=line.amount,
        balance=line.balance,
        sum_insured=line.sum_insured,
        channel=line.channel,
        number=line.number,
        account_number=line.account_number,
    )


def _version(line: HoldingLine, versions: Mapping[str, list[SoldVersion]]) -> SoldVersion:
    of_product = versions.get(line.product)
    if of_product is None:
        raise RowProblem("unknown_product", "product")
    if line.version is None:
        return version_on(of_product, line.opened_on)
    numbered = version_numbered(of_product, line.version)
    if numbered is None:
        raise RowProblem("unknown_version", "version")
    return numbered


def _new_movement(line: MovementLine, accounts: Mapping[str, _Account]) -> intake.NewMovement:
    account = _held(line.holding, line.currency, accounts)
    if account.id is None:
        raise RowProblem("no_account", "holding")
    return intake.NewMovement(
        ref=file_ref(line.ref),
        account_id=account.id,
        owner_id=account.owner_id,
        booked_on=line.booked_on,
        direction=line.direction,
        operation=line.operation,
        amount=line.amount,
        balance=line.balance,
        currency=line.currency,
        purpose=line.purpose,
        counterparty_bank=line.counterparty_bank,
        counterparty_account=line.counterparty_account,
    )


def _new_premium(line: PremiumLine, holdings: Mapping[str, _Account]) -> NewPremium:
    held = _held(line.holding, line.currency, holdings)
    return NewPremium(file_ref(line.ref), cast("UUID", held.id), line.booked_on, line.kind, line.amount, line.currency)


def _new_claim(line: ClaimLine, holdings: Mapping[str, _Account]) -> NewClaim:
    held = _held(line.holding, line.currency, holdings)
    return NewClaim(
        ref=file_ref(line.ref),
        holding_id=cast("UUID", held.id),
        incurred_on=line.incurred_on,
        reported_on=line.reported_on,
        paid=line.paid,
        reserve=line.reserve,
        currency=line.currency,
        state=line.state,
        settled_on=line.settled_on,
    )


def _held(holding: str, currency: str, known: Mapping[str, _Account]) -> _Account:
    held = known.get(file_ref(holding))
    if held is None:
        raise RowProblem("unknown_holding", "holding")
    if held.currency != currency:
        raise RowProblem("other_currency", "currency")
    return held


def _each(lines: Sequence[L], file: str, taken: Taken, make: Callable[[L], R]) -> list[R]:
    made = []
    for line in lines:
        try:
            made.append(make(line))
        except RowProblem as problem:
            taken.problems.append(Problem(file, line.line, problem.code, problem.column))
    return made


def _once(lines: Sequence[Line], file: str, taken: Taken) -> list[Line]:
    first: dict[str, Line] = {}
    for line in lines:
        if first.setdefault(line.ref, line) is not line:
            taken.problems.append(Problem(file, line.line, "repeated", "ref"))
    return list(first.values())


_Ledger = TypeVar("_Ledger", MovementLine, PremiumLine)


def _fresh(lines: Sequence[_Ledger], booked: Mapping[str, Booked], file: str, taken: Taken) -> list[_Ledger]:
    """Lines that are not booked yet; one that is booked with another day or amount is a correction nobody declared."""
    fresh = []
    for line in lines:
        before = booked.get(file_ref(line.ref))
        if before is None:
            fresh.append(line)
        elif (before.on, before.amount) == (line.booked_on, line.amount):
            taken.known += 1
        else:
            taken.problems.append(Problem(file, line.line, "booked_otherwise", "ref"))
    return fresh


async def _parties(ctx: Context, numbers: Collection[str]) -> dict[str, UUID]:
    customers = select(Customer.number, Customer.party_id).where(col(Customer.number).in_(numbers))
    return {customer.number: customer.party_id for customer in await ctx.session.execute(customers)}


async def _accounts(ctx: Context, refs: Collection[str]) -> dict[str, _Account]:
    """By the holding's reference; `id` is the account's, None for a holding that is none."""
    rows = select(Holding.source_ref, Account.id, Holding.party_id, Holding.currency)
    rows = rows.join(Account, col(Account.holding_id) == Holding.id, isouter=True)
    rows = rows.where(col(Holding.source_ref).in_([file_ref(ref) for ref in refs]))
    found = (await ctx.session.execute(rows)).all()
    return {str(ref): _Account(account_id, owner_id, currency) for ref, account_id, owner_id, currency in found}


async def _holdings_by_ref(ctx: Context, refs: Collection[str]) -> dict[str, _Account]:
    rows = select(Holding.source_ref, Holding.id, Holding.party_id, Holding.currency)
    rows = rows.where(col(Holding.source_ref).in_([file_ref(ref) for ref in refs]))
    found = (await ctx.session.execute(rows)).all()
    return {str(ref): _Account(holding_id, owner_id, currency) for ref, holding_id, owner_id, currency in found}
