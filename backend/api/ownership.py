"""Beneficial owners of an organisation, with the paths that make them so."""

from decimal import Context as Arithmetic
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.api.party_enums import OwnershipGround
from backend.customers import views

_EXACT: Final = Arithmetic(prec=12)


@strawberry.type
class OwnershipStep:
    party_id: UUID
    name: str | None
    fraction: Decimal | None = strawberry.field(description="The share in the next step; null at the organisation.")


@strawberry.type(description="From the owner down to the organisation.")
class OwnershipPath:
    contribution: Decimal = strawberry.field(description="The shares multiplied.")
    steps: list[OwnershipStep] = strawberry.field(directives=[Cost(weight=0, size=5)])


@strawberry.type
class BeneficialOwner:
    party_id: UUID
    name: str | None
    grounds: list[OwnershipGround]
    interest: Decimal | None = strawberry.field(description="Shares multiplied along every path and added up.")
    held: Decimal | None = strawberry.field(description="Held together with all that the person controls, undiluted.")
    paths: list[OwnershipPath] = strawberry.field(directives=[Cost(weight=0, size=5)])
    all_paths: bool = strawberry.field(
        description="False when there are more; a path that passes a company twice is left out."
    )


@strawberry.type(description="Fractions of one, to twelve digits.")
class Ownership:
    owners: list[BeneficialOwner] = strawberry.field(directives=[Cost(weight=0, size=5)])
    unexplained: Decimal | None = strawberry.field(description="The part of which nobody is known to be the owner.")
    fallback: bool = strawberry.field(description="No owner qualifies, so senior managers stand in.")
    ruleset: str = strawberry.field(description="SHA-256 of the thresholds that decided.")

    @classmethod
    def of(cls, view: views.OwnershipView) -> "Ownership":
        return cls(
            owners=[_owner(each) for each in view.owners],
            unexplained=_decimal(view.unexplained),
            fallback=view.fallback,
            ruleset=view.ruleset,
        )


def _owner(view: views.OwnerView) -> BeneficialOwner:
    return BeneficialOwner(
        party_id=view.party_id,
        name=view.name,
        grounds=[OwnershipGround(ground.value) for ground in view.grounds],
        interest=_decimal(view.interest),
        held=_decimal(view.held),
        paths=[_path(each) for each in view.paths],
        all_paths=view.all_paths,
    )


def _path(view: views.PathView) -> OwnershipPath:
    fractions = [*view.fractions, *[None] * (len(view.parties) - len(view.fractions))]
    steps = zip(view.parties, view.names, fractions, strict=True)
    return OwnershipPath(
        contribution=_EXACT.divide(Decimal(view.contribution.numerator), Decimal(view.contribution.denominator)),
        steps=[OwnershipStep(party_id=each, name=name, fraction=_decimal(share)) for each, name, share in steps],
    )


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
