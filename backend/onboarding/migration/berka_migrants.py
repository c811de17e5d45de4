"""The clients of the Berka bank as migrants: what their accounts, cards and loans say of them. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from backend.onboarding.migration.berka_files import Bank, Client
from backend.onboarding.migration.czech_names import name_for
from backend.onboarding.migration.migrant import Identifier, Migrant, Name

COUNTRY: Final = "CZ"
_GRAVEST_FIRST: Final = ("finished_unpaid", "running_in_debt", "running", "finished_paid")


def migrants(bank: Bank, seed: int) -> Iterator[Migrant]:
    """In the order of the client file. A client without an account has no role, which the rule-set asks about."""
    holdings = _Holdings(bank)
    for client in bank.clients.values():
        yield _migrant(client, bank, holdings, seed)


def ref(kind: str, key: str) -> str:
    return f"berka:{kind}:{key}"


class _Holdings:
    """By client: the strongest role, the products, the gravest state of a loan on an owned account."""

    def __init__(self, bank: Bank) -> None:
        self.roles: dict[str, str] = {}
        self.products: dict[str, set[str]] = defaultdict(set)
        self.loans: dict[str, list[str]] = defaultdict(list)
        owners: dict[str, list[str]] = defaultdict(list)
        for holder in bank.holders.values():
            if self.roles.get(holder.client) != "owner":
                self.roles[holder.client] = holder.role
            self.products[holder.client].add("current_account")
            if holder.role == "owner":
                owners[holder.account].append(holder.client)
        for card in bank.cards.values():
            self.products[bank.holders[card.holder].client].add("card")
        for loan in bank.loans.values():
            for client in owners[loan.account]:
                self.products[client].add("loan")
                self.loans[client].append(loan.status)

    def gravest_loan(self, client: str) -> str | None:
        states = self.loans.get(client, ())
        return next((state for state in _GRAVEST_FIRST if state in states), None)


def _migrant(client: Client, bank: Bank, holdings: _Holdings, seed: int) -> Migrant:
    name = name_for(client.id, client.gender, seed)
    district, region = bank.districts[client.district]
    return Migrant(
        ref=ref("client", client.id),
        number=f"B{int(client.id):06d}",
        kind="person",
        names=(Name("legal", "Latn", name.full, name.given, name.family),),
        birth_date=client.birth_date,
        gender=client.gender,
        identifiers=(Identifier("national_id", client.birth_number, "incomplete", COUNTRY),),
        country=COUNTRY,
        region=district,
        area=region,
        products=frozenset(holdings.products[client.id]),
        holder_role=holdings.roles.get(client.id),
        loan_status=holdings.gravest_loan(client.id),
    )
