"""Reasons in the reader's language, naming product, levels and conditions by their words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.products import wording
from backend.products.attributes import AttributeRules
from backend.products.definition import ProductDefinition
from backend.products.selling.rules import Answer
from backend.products.selling.ruleset import SellingRules

_LEVELS = {"knowledge.low": "knowledge", "capacity.low": "capacity_for_loss"}


@dataclass(frozen=True, slots=True)
class Told:
    code: str
    effect: str
    text: str
    insistence: bool
    signature: bool


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says reasons of one rule-set; `definition` is of the version they are about, where it is known."""

    rules: SellingRules
    attributes: AttributeRules
    locale: str

    def answer(self, answer: Answer, definition: ProductDefinition | None) -> tuple[Told, ...]:
        return self.reasons([reason.as_json() for reason in answer.reasons], definition)

    def reasons(self, stored: Iterable[Mapping[str, Any]], definition: ProductDefinition | None) -> tuple[Told, ...]:
        """From a sale's record, or an answer's. A code that the rules no longer name is said as it is."""
        return tuple(self._one(reason, definition) for reason in stored)

    def _one(self, reason: Mapping[str, Any], definition: ProductDefinition | None) -> Told:
        code = str(reason["code"])
        finding = self.rules.findings.get(code) or self.rules.bars.get(code)
        if finding is None:
            return Told(code, str(reason["effect"]), code, insistence=False, signature=False)
        figures = {name: self._word(code, name, str(value), definition) for name, value in reason["figures"].items()}
        text = finding.wording.text(self.locale).format(**figures)
        return Told(code, str(reason["effect"]), text, finding.insistence, finding.signature)

    def _word(self, code: str, name: str, value: str, definition: ProductDefinition | None) -> str:
        if name == "product":
            return value if definition is None else definition.names.text(self.locale)
        if name == "state":
            return wording.said(wording.STATES, value, self.locale)
        if name in {"channel", "channels"}:
            return self._listed([wording.said(wording.CHANNELS, each, self.locale) for each in _parts(value)])
        if name == "conditions":
            return self._conditions(_parts(value), definition)
        if name in {"asked", "has"} and code in _LEVELS and _LEVELS[code] in self.attributes.attributes:
            return self.attributes.attributes[_LEVELS[code]].words(value, self.locale)
        return value

    def _conditions(self, ids: Sequence[str], definition: ProductDefinition | None) -> str:
        """Each by its own reason, or else as a sentence of its comparison."""
        if definition is None:
            return self._listed(ids)
        market = definition.target_market
        known = {condition.id: condition for condition in (*market.positive, *market.negative)}
        words = []
        for each in ids:
            condition = known.get(each)
            if condition is None:
                words.append(each)
            elif condition.why is not None:
                words.append(condition.why.text(self.locale))
            else:
                words.append(wording.condition(condition, self.attributes, self.locale))
        return self._listed(words)

    def _listed(self, words: Sequence[str]) -> str:
        return ("；" if self.locale.startswith("zh") else "; ").join(words)


def _parts(value: str) -> list[str]:
    return [part for part in value.split(", ") if part]
