"""What a new product of a kind begins with: a definition that can be read, with everything still to be said."""

from typing import Any, Final

import yaml

from backend.products.definition import ProductKind

_GRADED: Final = frozenset({ProductKind.FUND, ProductKind.STRUCTURED})
_NEEDS: Final = {
    ProductKind.LIFE: "family_protection",
    ProductKind.HEALTH: "health_cover",
    ProductKind.MOTOR: "vehicle_cover",
    ProductKind.PROPERTY: "home_cover",
}
SUITABILITY: Final = "suitability-eu"
DEMANDS: Final = "demands-and-needs"


def starter(kind: ProductKind) -> str:
    """As YAML, for an editor."""
    return yaml.safe_dump(definition(kind), allow_unicode=True, sort_keys=False, width=100)


def definition(kind: ProductKind) -> dict[str, Any]:
    """Conditions ask only for facts that somebody who buys such a product is asked for."""
    market: list[dict[str, Any]] = [{"id": "adult", "fact": "age", "op": "at_least", "value": 18}]
    if kind in _NEEDS:
        market.append({"id": "need", "fact": "needs", "op": "in", "value": [_NEEDS[kind]]})
    if kind in _GRADED:
        market.append({"id": "goal", "fact": "objective", "op": "in", "value": ["income", "growth"]})
    return {
        "kind": kind.value,
        "names": {"en": "", "zh": ""},
        "summary": {"en": "", "zh": ""},
        "currency": "CZK",
        "channels": ["branch"],
        "terms": [],
        "fees": [],
        "rates": [],
        **_assessed(kind),
        "target_market": {"positive": market, "negative": []},
        "vulnerable_notes": {"en": "", "zh": ""},
        "links": {"bundle": [], "cross_sell": []},
    }


def _assessed(kind: ProductKind) -> dict[str, Any]:
    if kind in _GRADED:
        return {
            "risk_grade": "R3",
            "needs_assessment": "suitability",
            "questionnaire": SUITABILITY,
            "horizon_months": 36,
        }
    if kind in _NEEDS:
        return {"needs_assessment": "demands_and_needs", "questionnaire": DEMANDS}
    return {}
