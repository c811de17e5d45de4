"""Gate rule-sets: what the loader refuses, and how the rules of one step add up."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

import backend
from backend.products.definition import ProductKind
from backend.products.gates import GateRules, Majority
from backend.products.models import ProductRisk, ProductState

_BUT_FUNDS = [kind.value for kind in ProductKind if kind is not ProductKind.FUND]
_FILE = next((Path(backend.__file__).parents[1] / "policies" / "products" / "gates").glob("*.yaml"))


def _shipped() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(_FILE.read_bytes())
    return data


def _with(change: Any) -> GateRules:
    data = _shipped()
    data["gates"] = [gate for gate in map(change, data["gates"]) if gate is not None]
    return GateRules.model_validate(data)


@pytest.mark.parametrize("origin", ["approval", "under_review"])
def test_a_way_onto_sale_without_a_signature_is_refused(origin: str) -> None:
    def unsigned(gate: dict[str, Any]) -> dict[str, Any]:
        if (gate["from"], gate["to"]) == (origin, "on_sale"):
            return {name: value for name, value in gate.items() if name not in {"signatures", "committee"}}
        return gate

    with pytest.raises(ValidationError, match="without a signature"):
        _with(unsigned)


def test_one_kind_alone_that_could_come_on_sale_unsigned_is_enough_to_refuse() -> None:
    def all_but_funds(gate: dict[str, Any]) -> dict[str, Any]:
        signed = "signatures" in gate or "committee" in gate
        return gate | {"kinds": _BUT_FUNDS} if gate["to"] == "on_sale" and signed else gate

    data = _shipped()
    data["gates"] = [*map(all_but_funds, data["gates"]), {"from": "approval", "to": "on_sale", "kinds": ["fund"]}]
    with pytest.raises(ValidationError, match="fund products"):
        GateRules.model_validate(data)


def test_a_step_that_no_product_can_take_is_refused() -> None:
    data = _shipped()
    data["gates"].append({"from": "concept", "to": "on_sale", "signatures": [{"role": "compliance_officer"}]})
    with pytest.raises(ValidationError, match="never goes from concept to on_sale"):
        GateRules.model_validate(data)


def test_rules_through_which_nothing_ever_ends_are_refused() -> None:
    with pytest.raises(ValidationError, match="never come to: run_off"):
        _with(lambda gate: None if gate["to"] == "run_off" else gate)


def test_an_artefact_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValidationError, match="horoscope"):
        _with(lambda gate: gate | {"artefacts": ["horoscope"]})


def test_what_the_gates_of_a_step_ask_for_adds_up() -> None:
    rules = GateRules.model_validate(_shipped())
    gate = rules.gate(ProductState.APPROVAL, ProductState.ON_SALE, ProductKind.FUND, ProductRisk.HIGH)
    low = rules.gate(ProductState.APPROVAL, ProductState.ON_SALE, ProductKind.FUND, ProductRisk.LOW)
    assert gate is not None
    assert low is not None
    assert set(low.artefacts) < set(gate.artefacts)
    assert {signer.role for signer in gate.signatures} == {"compliance_officer", "head_of_compliance"}
    assert (low.committee, gate.committee is not None, gate.cooling_days > low.cooling_days) == (None, True, True)


@pytest.mark.parametrize(
    ("majority", "agreed", "votes", "reached"),
    [
        (Majority.SIMPLE, 2, 4, False),
        (Majority.SIMPLE, 3, 4, True),
        (Majority.TWO_THIRDS, 2, 3, True),
        (Majority.TWO_THIRDS, 3, 5, False),
        (Majority.UNANIMOUS, 2, 3, False),
        (Majority.UNANIMOUS, 3, 3, True),
    ],
)
def test_a_majority_counts_votes_exactly(majority: Majority, agreed: int, votes: int, reached: bool) -> None:
    assert majority.reached(agreed, votes) is reached
