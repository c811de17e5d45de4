"""The rules of the catalogue as rule-sets that are proposed, simulated and approved."""

from typing import Final

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.governance.documents import Code, Document, Figure, Statement, Table, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind
from backend.products import attributes, gates, queries, wording
from backend.products.attributes import AttributeRules
from backend.products.definition import ProductKind
from backend.products.gates import Gate, GateRules
from backend.products.models import MoveState, Product, ProductRisk, ProductState
from backend.products.queries import ProductFilter
from backend.products.standing import papers

_MOST: Final = 500


class GatesKind(YamlKind[GateRules]):
    """Says which products' next steps would ask for something else, and which open steps lose their signatures."""

    def __init__(self) -> None:
        super().__init__("product_gates", "Stage gates of products", gates.DIRECTORY, GateRules)

    async def simulate(
        self, ctx: Context, base: Loaded[GateRules] | None, proposed: Loaded[GateRules], progress: Progress
    ) -> Document:
        rows = await queries.products(ctx, ProductFilter(), limit=_MOST)
        touched: list[tuple[Product, str, str, str]] = []
        voided = 0
        for done, row in enumerate(rows, start=1):
            touched += _changed(row, base, proposed)
            found = await papers(ctx, row)
            voided += sum(
                1
                for move in found.moves
                if move.state == MoveState.OPEN and any(s.voided_at is None for s in found.signatures.get(move.id, ()))
            )
            await progress(done, len(rows))
        said = words("{count} steps of products would ask for something else.", count=len(touched))
        lost = words("{count} open steps have signatures that would no longer hold.", count=voided)
        statements = (Statement(said), Statement(lost, "warn" if voided else "ok"))
        return Document(statements=statements, tables=(_table(touched),) if touched else ())

    async def stamp(self, ctx: Context) -> str:
        return await queries.stamp(ctx)


def _changed(
    row: Product, base: Loaded[GateRules] | None, proposed: Loaded[GateRules]
) -> list[tuple[Product, str, str, str]]:
    state, kind, risk = ProductState(row.state), ProductKind(row.kind), ProductRisk(row.risk)
    found = []
    for target in gates.STEPS[state]:
        was = None if base is None else base.rules.gate(state, target, kind, risk)
        will = proposed.rules.gate(state, target, kind, risk)
        if was != will:
            found.append((row, target.value, _asks(was), _asks(will)))
    return found


def _asks(gate: Gate | None) -> str:
    """In the rule-set's own codes: `test_report + risk_analyst × 1 + product_committee ≥ 3`."""
    if gate is None:
        return "—"
    parts = [*gate.artefacts, *gate.documents, *(f"{signer.role} × {signer.count}" for signer in gate.signatures)]
    if gate.committee is not None:
        parts.append(f"{gate.committee.role} ≥ {gate.committee.quorum} ({gate.committee.majority})")
    if gate.cooling_days:
        parts.append(f"{gate.cooling_days} d")
    return " + ".join(parts) or "✓"


def _table(touched: list[tuple[Product, str, str, str]]) -> Table:
    title = words("Steps that would change")
    columns = [words(each) for each in ("Product", "Step", "Asks now", "Would ask")]
    rows = [
        (Code(row.code), words(wording.STATES[target]), Figure(was), Figure(will)) for row, target, was, will in touched
    ]
    return Table(title=title, columns=columns, rows=rows, total=len(rows))


class AttributesKind(YamlKind[AttributeRules]):
    """Says which products have a target market that could not be written any more."""

    def __init__(self) -> None:
        super().__init__("product_attributes", "Attributes of target markets", attributes.DIRECTORY, AttributeRules)

    async def simulate(
        self, ctx: Context, base: Loaded[AttributeRules] | None, proposed: Loaded[AttributeRules], progress: Progress
    ) -> Document:
        rows = await queries.products(ctx, ProductFilter(), limit=_MOST)
        versions = await queries.versions_of(ctx, [row.id for row in rows])
        broken: list[tuple[str, str]] = []
        for done, row in enumerate(rows, start=1):
            for version in versions.get(row.id, ())[:1]:
                try:
                    attributes.complete(queries.definition_of(version), proposed.rules)
                except ValueError as error:
                    broken.append((row.code, str(error)))
            await progress(done, len(rows))
        if not broken:
            return Document(statements=(Statement(words("Every product's target market can still be written."), "ok"),))
        told = words("{count} products could not be changed without changing their target market.", count=len(broken))
        table = Table(
            title=words("Target markets that use what would be gone"),
            columns=[words("Product"), words("Problem")],
            rows=[(Code(code), Figure(problem)) for code, problem in broken],
            total=len(broken),
        )
        return Document(statements=(Statement(told, "warn"),), tables=(table,))

    async def stamp(self, ctx: Context) -> str:
        return await queries.stamp(ctx)
