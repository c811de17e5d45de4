"""Where a step of a product stands: the gate it goes through, what signatures are bound to, what there is of each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.audit.formats.canonical import encode
from backend.core.rulesets import Loaded
from backend.products import lifecycle, queries
from backend.products.definition import ProductKind
from backend.products.gates import Gate, GateRules, gates_on
from backend.products.lifecycle import Item, Signed, Standing
from backend.products.models import (
    MoveState,
    Product,
    ProductArtefact,
    ProductMove,
    ProductRisk,
    ProductSignature,
    ProductState,
    ProductVersion,
    Vote,
)

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """From when to when a version is to be sold, or from when a product no more; None: the day on which it is taken."""

    effective_on: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is open, or could be proposed: its gate, and how far what it asks for is there."""

    gate: Gate
    standing: Standing
    items: tuple[Item, ...]

    @property
    def passes(self) -> bool:
        return lifecycle.passes(self.items)


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything about one product that its steps are decided from."""

    product: Product
    versions: Sequence[ProductVersion]
    moves: Sequence[ProductMove]
    artefacts: dict[UUID, Sequence[ProductArtefact]]
    signatures: dict[UUID, Sequence[ProductSignature]]
    rules: Loaded[GateRules]

    @property
    def draft(self) -> ProductVersion | None:
        return next((row for row in self.versions if lifecycle.in_preparation(row.stage)), None)

    @property
    def approved(self) -> ProductVersion | None:
        """The newest version that was approved."""
        return next((row for row in self.versions if row.effective_from is not None), None)

    @property
    def steps_of(self) -> tuple[ProductKind, ProductRisk]:
        return ProductKind(self.product.kind), ProductRisk(self.product.risk)

    def open_move(self, *, of_version: bool) -> ProductMove | None:
        wanted = [row for row in self.moves if row.state == MoveState.OPEN]
        return next((row for row in wanted if (row.of_version if of_version else row.of_product)), None)

    def version(self, version_id: UUID) -> ProductVersion:
        return next(row for row in self.versions if row.id == version_id)

    def in_state_since(self) -> datetime | None:
        done = [row.ended_at for row in self.moves if row.of_product and row.state == MoveState.DONE and row.ended_at]
        return max(done, default=None)


async def papers(ctx: Context, row: Product) -> Papers:
    versions = (await queries.versions_of(ctx, [row.id])).get(row.id, [])
    moves = (await queries.moves_of(ctx, [row.id])).get(row.id, [])
    artefacts = await queries.artefacts_of(ctx, [each.id for each in versions])
    signatures = await queries.signatures_of(ctx, [each.id for each in moves])
    rules = gates_on(ctx.policies, ctx.now.date())
    return Papers(row, versions, moves, dict(artefacts), dict(signatures), rules)


def binding(found: Papers, version: ProductVersion, target: ProductState, terms: Terms, *, of_version: bool) -> str:
    """The hash of all that a signature on the step is for."""
    lying = _lying(found, version, of_version=of_version)
    content = {
        "v": _FORMAT,
        "product": str(found.product.id),
        "risk": found.product.risk,
        "version": str(version.id),
        "definition": version.sha256,
        "artefacts": sorted([each.kind, each.number, each.sha256] for each in lying),
        "target": target.value,
        "effective": [_day(terms.effective_on), _day(terms.effective_to)],
        "gates": found.rules.sha256,
    }
    return hashlib.sha256(encode(content)).hexdigest()


def step(found: Papers, gate: Gate, version: ProductVersion, now: datetime, move: ProductMove | None) -> Step:
    """`move` is the open step, None for one that nobody proposed yet."""
    of_version = lifecycle.in_preparation(version.stage)
    terms = Terms() if move is None else Terms(move.effective_on, move.effective_to)
    bound = binding(found, version, gate.target, terms, of_version=of_version)
    definition = queries.definition_of(version)
    standing = Standing(
        artefacts=frozenset(each.kind for each in _lying(found, version, of_version=of_version)),
        documents=frozenset((each.kind, each.language) for each in definition.documents),
        target_market=bool(definition.target_market.positive),
        binding=bound,
        makers=makers(version, move, of_version=of_version),
        proposed_at=now if move is None else move.proposed_at,
        signatures=() if move is None else tuple(_signed(found.signatures.get(move.id, ()))),
        earliest=_earliest(gate, move),
    )
    return Step(gate, standing, lifecycle.checklist(gate, standing, now))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def makers(version: ProductVersion, move: ProductMove | None, *, of_version: bool) -> frozenset[UUID]:
    """Who may not sign: whoever proposed the step, and for a version whoever wrote in it."""
    wrote = frozenset(UUID(each) for each in version.authors) if of_version else frozenset()
    return wrote if move is None else wrote | {move.proposed_by}


def _lying(found: Papers, version: ProductVersion, *, of_version: bool) -> list[ProductArtefact]:
    """The newest of each kind.

    For a step of the product those brought since it came into its state: the report on an earlier review answers
    nothing about this one.
    """
    rows = found.artefacts.get(version.id, ())
    since = None if of_version else found.in_state_since()
    newest: dict[str, ProductArtefact] = {}
    for row in rows:
        if since is None or row.added_at >= since:
            newest.setdefault(row.kind, row)
    return list(newest.values())


def _signed(rows: Sequence[ProductSignature]) -> list[Signed]:
    return [
        Signed(row.role, Vote(row.vote), row.signed_by, row.signed_at, row.binding)
        for row in rows
        if row.voided_at is None
    ]


def _earliest(gate: Gate, move: ProductMove | None) -> date | None:
    """A withdrawal waits for its day; a version is approved beforehand and sold from its day on."""
    return move.effective_on if move is not None and gate.target is ProductState.WITHDRAWN else None
