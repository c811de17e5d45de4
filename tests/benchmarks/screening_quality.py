"""How well names are matched: labelled pairs, original scripts, left-out aliases, and ordinary customers' alerts.

Run: python -m tests.benchmarks.screening_quality [--customers 3000] [--json curve.json]

Every figure is printed for a range of cut-offs with the shipped one marked, and separately for the half that was used
for tuning and the half that was not. What each row means:

pairs      F1 on the labelled pairs of ../shared/data/screening/pairs_dev.csv, each judged alone.
cross      the same for the UN's original-script names against Latin ones.
original   UN persons sought by their original-script name in an index of Latin names only; the right entity alerts.
alias      one alias of an entity is left out and sought among its other names; the right entity alerts.
customers  share of ordinary customers who raise any alert against all lists (see ordinary_customers.py);
           "born" adds the birth year, which must lie within the rule-set's tolerance, once against all lists and once
           without the UK's short list, which publishes no birth dates; "namesakes" is the share who bear a listed name
           exactly, and so alert whatever the method.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from backend.screening.lists.entity import Entity, EntityKind, Name, NameKind
from backend.screening.matching.compare import compare
from backend.screening.matching.index import Index, build
from backend.screening.matching.rules import ScreeningRules, logistic
from backend.screening.matching.subject import Subject
from tests.benchmarks.ordinary_customers import MIXES, Customer, companies, population
from tests.benchmarks.screening_lists import LabelledPair, Lists, latin_only, read_lists, read_pairs, rules

CUTS = [logistic(z) for z in (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)]


def half(key: str) -> int:
    """0 was used for tuning, 1 was not."""
    return hashlib.sha256(f"tune:{key}".encode()).digest()[-1] % 2


@dataclass
class Row:
    """A measure at every cut-off, for the tuning half, the other half and both."""

    name: str
    values: dict[str, list[float]] = field(default_factory=dict)

    def print(self, shipped: float) -> None:
        for part, values in self.values.items():
            marked = ("*" if cut == shipped else " " for cut in CUTS)
            shown = "  ".join(f"{100 * value:6.2f}{mark}" for value, mark in zip(values, marked, strict=True))
            print(f"{self.name:34} {part:12} {shown}")


def share(scores: Sequence[float]) -> list[float]:
    return [sum(score >= cut for score in scores) / max(1, len(scores)) for cut in CUTS]


def f1(scored: Sequence[tuple[float, bool]]) -> list[float]:
    return [2 * p * r / max(1e-9, p + r) for p, r in precision_recall(scored)]


def precision_recall(scored: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    found = []
    for cut in CUTS:
        hits = sum(score >= cut and match for score, match in scored)
        raised = sum(score >= cut for score, _ in scored)
        found.append((hits / max(1, raised), hits / max(1, sum(match for _, match in scored))))
    return found


def halves(
    items: Iterable[tuple[str, float, bool]], measure: Callable[[Sequence[tuple[float, bool]]], list[float]]
) -> dict[str, list[float]]:
    listed = list(items)
    parts = {"tuned on": 0, "held out": 1}
    found = {
        name: measure([(score, match) for key, score, match in listed if half(key) == part])
        for name, part in parts.items()
    }
    return found | {"all": measure([(score, match) for _, score, match in listed])}


def hits(scored: Sequence[tuple[float, bool]]) -> list[float]:
    return share([score for score, _ in scored])


def pair_rows(shipped: ScreeningRules) -> list[Row]:
    judged = [(pair, _pair_score(pair, shipped)) for pair in read_pairs()]
    everything = [(pair.id, score, pair.matches) for pair, score in judged]
    crossing = [(pair.id, score, pair.matches) for pair, score in judged if pair.cross_script]
    return [
        Row("pairs: F1", halves(everything, f1)),
        Row("pairs: precision", halves(everything, lambda rows: [p for p, _ in precision_recall(rows)])),
        Row("pairs: recall", halves(everything, lambda rows: [r for _, r in precision_recall(rows)])),
        Row("UN cross-script pairs: F1", halves(crossing, f1)),
    ]


def _pair_score(pair: LabelledPair, shipped: ScreeningRules) -> float:
    entity = Entity("1", "pairs", pair.kind, (Name(pair.listed),))
    match = compare(Subject((pair.query,), pair.kind), entity, shipped)
    return match.name_score if match else 0.0


def original_row(lists: Lists, shipped: ScreeningRules) -> Row:
    index = build(latin_only(entity) for entity in lists.all)
    found = []
    for entity in lists.un:
        written = [name.text for name in entity.names if name.kind is NameKind.ORIGINAL_SCRIPT]
        if entity.kind is EntityKind.PERSON and written:
            found.append((entity.id, _score_of(index, Subject((written[0],), entity.kind), entity, shipped), True))
    return Row(f"original script → Latin ({len(found)})", halves(found, hits))


def _score_of(index: Index, subject: Subject, entity: Entity, shipped: ScreeningRules) -> float:
    matches = index.search(subject, shipped, limit=200)
    return max((match.name_score for match in matches if match.entity.key == entity.key), default=0.0)


def alias_row(name: str, entities: Iterable[Entity], lists: Lists, shipped: ScreeningRules, size: int) -> Row:
    chance = random.Random(name)
    chosen = [(entity, alias) for entity in entities if (alias := _alias(entity, chance))]
    chance.shuffle(chosen)
    without = {
        entity.key: replace(entity, names=tuple(name for name in entity.names if name != alias))
        for entity, alias in chosen[:size]
    }
    index = build(without.get(entity.key, entity) for entity in lists.all)
    found = [
        (alias.text, _score_of(index, Subject((alias.text,), entity.kind), entity, shipped), True)
        for entity, alias in chosen[:size]
    ]
    return Row(f"alias left out, {name} ({len(found)})", halves(found, hits))


def _alias(entity: Entity, chance: random.Random) -> Name | None:
    aliases = [name for name in entity.names if name.kind is NameKind.ALIAS]
    return chance.choice(aliases) if aliases and len(entity.names) > 1 else None


def customer_rows(lists: Lists, shipped: ScreeningRules, size: int) -> list[Row]:
    index, dated = build(lists.all), build(lists.publishing_birth_dates)
    rows = []
    for mix, weights in MIXES.items():
        rows += _alerting(f"customers, {mix}", population(size, weights), index, dated, shipped)
    common = population(size, MIXES["every culture alike"], commonest=True)
    rows += _alerting("the commonest names only", common, index, dated, shipped)
    return rows + _alerting("companies", companies(size // 2), index, dated, shipped)


def _alerting(name: str, customers: list[Customer], index: Index, dated: Index, shipped: ScreeningRules) -> list[Row]:
    unborn = [replace(customer.subject, birth_date=None, gender=None) for customer in customers]
    born = [replace(customer.subject, gender=None) for customer in customers]
    rows = [Row(name, _customer_halves(customers, [_best(index, subject, shipped) for subject in unborn]))]
    if any(subject.birth_date for subject in born):
        everywhere = [_best(index, subject, shipped) for subject in born]
        where_dated = [_best(dated, subject, shipped) for subject in born]
        rows.append(Row("  with birth year, all lists", _customer_halves(customers, everywhere)))
        rows.append(Row("  with birth year, without the UK's", _customer_halves(customers, where_dated)))
    exact = {name.text.casefold().replace(",", "") for profile in index.profiles for name in profile.entity.names}
    turned = {" ".join(sorted(text.split())) for text in exact}
    same = [float(" ".join(sorted(one.subject.names[0].casefold().split())) in turned) for one in customers]
    rows.append(Row("  exact namesakes", {"all": [sum(same) / len(same)] * len(CUTS)}))
    return rows


def _best(index: Index, subject: Subject, shipped: ScreeningRules) -> float:
    return max((match.score for match in index.search(subject, shipped)), default=0.0)


def _customer_halves(customers: list[Customer], scores: list[float]) -> dict[str, list[float]]:
    tuned = [score for one, score in zip(customers, scores, strict=True) if one.half == 0]
    held = [score for one, score in zip(customers, scores, strict=True) if one.half == 1]
    return {"tuned on": share(tuned), "held out": share(held), "all": share(scores)}


def loosened(shipped: ScreeningRules) -> ScreeningRules:
    """The same weights with a floor below every cut-off of the curve; what a match scores does not change."""
    return shipped.model_copy(update={"name_floor": CUTS[0], "cut_off": CUTS[0]})


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--customers", type=int, default=3000)
    arguments.add_argument("--aliases", type=int, default=500)
    arguments.add_argument("--json", type=Path, help="also write the curves here")
    chosen = arguments.parse_args()
    shipped = rules()
    CUTS[:] = sorted({*CUTS, shipped.cut_off})
    lists, loose = read_lists(), loosened(shipped)
    rows = pair_rows(shipped)
    rows.append(original_row(lists, loose))
    rows.append(alias_row("UN", lists.un, lists, loose, chosen.aliases))
    rows.append(alias_row("OFAC", lists.ofac, lists, loose, chosen.aliases))
    rows += customer_rows(lists, loose, chosen.customers)
    print(f"{'per cent at cut-off':47} {'  '.join(f'{cut:6.3f} ' for cut in CUTS)}   (* shipped)")
    for row in rows:
        row.print(shipped.cut_off)
    if chosen.json:
        curves = {"cut_offs": CUTS, "shipped": shipped.cut_off, "rows": {row.name: row.values for row in rows}}
        chosen.json.write_text(json.dumps(curves, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
