"""The pure state machine of a product: what a step still lacks, who may sign it, and whether it may be taken now.

A signature counts when it agrees, is for exactly what lies there now (`binding`), comes from somebody who neither
proposed the step nor wrote in the version, is not too old, and is that person's only one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from backend.products.gates import Gate, Signer
from backend.products.models import PREPARING, ProductState, VersionEnd, Vote

LANGUAGES: Final = ("en", "zh")
Sort = Literal["artefact", "document", "target_market", "signature", "committee", "cooling", "day"]


@dataclass(frozen=True, slots=True)
class Signed:
    """One word that was given; `binding` is the hash of what it was given for."""

    role: str
    vote: Vote
    by: UUID
    at: datetime
    binding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is for a step. `documents` are pairs of kind and language; `earliest` is the day it may be taken."""

    artefacts: frozenset[str]
    documents: frozenset[tuple[str, str]]
    target_market: bool
    binding: str
    makers: frozenset[UUID]
    proposed_at: datetime
    signatures: tuple[Signed, ...] = ()
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a gate's checklist; `until` is the instant from which a waiting line is met."""

    sort: Sort
    name: str
    need: int
    have: int
    met: bool
    until: datetime | None = None
    refused: int = 0


def in_preparation(stage: str) -> bool:
    return stage in PREPARING


def sides(state: ProductState, stage: str | None, origin: ProductState) -> tuple[bool, bool] | None:
    """Whether a step from `origin` moves the version in preparation, and whether the product; None: nothing."""
    draft = stage if stage in PREPARING else None
    if state.value in PREPARING:
        return (True, True) if draft == origin else None
    if draft == origin:
        return (True, False)
    return (False, True) if state is origin else None


def stage_after(target: ProductState) -> str:
    """The stage of the version that a step was of."""
    if target is ProductState.ON_SALE:
        return VersionEnd.APPROVED
    return VersionEnd.ABANDONED if target is ProductState.RETIRED else target.value


def checklist(gate: Gate, standing: Standing, now: datetime) -> tuple[Item, ...]:
    """Everything the gate asks for, with what is there; all of it must be met before the step is taken."""
    counted = valid(gate, standing, now)
    items = [
        *(_there("artefact", kind, kind in standing.artefacts) for kind in gate.artefacts),
        *(
            _there("document", f"{k}:{lang}", (k, lang) in standing.documents)
            for k in gate.documents
            for lang in LANGUAGES
        ),
    ]
    if gate.target_market:
        items.append(_there("target_market", "positive", standing.target_market))
    items.extend(_signatures(gate, counted))
    if gate.cooling_days:
        items.append(_cooling(gate, standing, counted, now, signed=all(item.met for item in items)))
    if standing.earliest is not None:
        items.append(
            Item(
                "day",
                standing.earliest.isoformat(),
                1,
                int(now.date() >= standing.earliest),
                now.date() >= standing.earliest,
            )
        )
    return tuple(items)


def passes(items: Iterable[Item]) -> bool:
    return all(item.met for item in items)


def refused(gate: Gate, standing: Standing) -> bool:
    """One refusal by a role that signs ends the step; a committee is asked until its quorum is there."""
    roles = {signer.role for signer in gate.signatures}
    return any(
        each.vote is Vote.REFUSE
        and each.role in roles
        and each.binding == standing.binding
        and each.by not in standing.makers
        for each in standing.signatures
    )


def valid(gate: Gate, standing: Standing, now: datetime) -> Sequence[Signed]:
    """The signatures that count, one a person, in the order in which they were given."""
    oldest = None if gate.signatures_days is None else now - timedelta(days=gate.signatures_days)
    found: dict[UUID, Signed] = {}
    for each in sorted(standing.signatures, key=lambda signed: signed.at):
        fresh = oldest is None or each.at > oldest
        if each.binding == standing.binding and each.by not in standing.makers and fresh:
            found.setdefault(each.by, each)
    return list(found.values())


def capacity(
    gate: Gate,
    standing: Standing,
    who: UUID,
    roles: Collection[str],
    now: datetime,
    granted: Collection[str] = frozenset(),
) -> str | None:
    """The role in which a person may sign now: one that still lacks signatures; None: in none.

    Of several the one that the person was granted goes before one that it inherits, and the committee comes last.
    """
    counted = valid(gate, standing, now)
    if who in standing.makers or any(each.by == who for each in counted):
        return None
    lacking = [signer.role for signer in gate.signatures if signer.role in roles and not _given(signer, counted)]
    if lacking:
        return next((role for role in lacking if role in granted), lacking[0])
    committee = gate.committee
    return committee.role if committee is not None and committee.role in roles else None


def _given(signer: Signer, counted: Sequence[Signed]) -> bool:
    return sum(each.role == signer.role and each.vote is Vote.AGREE for each in counted) >= signer.count


def _there(sort: Sort, name: str, there: bool) -> Item:
    return Item(sort, name, 1, int(there), there)


def _signatures(gate: Gate, counted: Sequence[Signed]) -> Iterable[Item]:
    for signer in gate.signatures:
        given = sum(each.role == signer.role and each.vote is Vote.AGREE for each in counted)
        yield Item("signature", signer.role, signer.count, given, given >= signer.count)
    if gate.committee is not None:
        votes = [each for each in counted if each.role == gate.committee.role]
        agreed = sum(each.vote is Vote.AGREE for each in votes)
        enough = len(votes) >= gate.committee.quorum and gate.committee.majority.reached(agreed, len(votes))
        yield Item("committee", gate.committee.role, gate.committee.quorum, agreed, enough, refused=len(votes) - agreed)


def _cooling(gate: Gate, standing: Standing, counted: Sequence[Signed], now: datetime, *, signed: bool) -> Item:
    """From the last word that counts, or from the proposal where nobody has to sign."""
    since = max((each.at for each in counted), default=standing.proposed_at)
    until = since + timedelta(days=gate.cooling_days)
    over = signed and now >= until
    return Item(
        "cooling", "cooling", gate.cooling_days, gate.cooling_days if over else 0, over, until if signed else None
    )
