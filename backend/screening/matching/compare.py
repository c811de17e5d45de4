"""Two sides compared: the best pair of names, every comparison behind it, and the other evidence apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.screening.lists.entity import Entity
from backend.screening.matching.comparisons import COMPARISONS, Finding, Outcome, total_taken
from backend.screening.matching.evidence import compare_evidence
from backend.screening.matching.facts import Facts, facts_of
from backend.screening.matching.readings import Reading, System
from backend.screening.matching.rules import NameWeights, ScreeningRules, logistic
from backend.screening.matching.scripts import Script
from backend.screening.matching.subject import Profile, Subject, Written, read_entity, read_subject


@dataclass(frozen=True, slots=True)
class Match:
    """`name_score` from the names alone and `score` with the other evidence, both 0 to 1.

    Contributions are log-odds: base + Σ name findings gives the name score, + Σ evidence the score.
    """

    entity: Entity
    subject_name: str
    entity_name: str
    name_score: float
    score: float
    base: float
    name_findings: tuple[Finding, ...]
    evidence: tuple[Finding, ...]
    alert: bool
    four_eyes: bool

    @property
    def evidence_contribution(self) -> float:
        return sum(finding.contribution for finding in self.evidence)


@dataclass(frozen=True, slots=True)
class _Best:
    left: Written
    right: Written
    facts: Facts
    log_odds: float


def compare(query: Subject, entity: Entity, rules: ScreeningRules) -> Match | None:
    """None where the two cannot be the same (a company and a vessel) or have no reading in common (an empty name)."""
    return compare_read(query, read_subject(query), read_entity(entity), rules)


def compare_read(query: Subject, names: tuple[Written, ...], profile: Profile, rules: ScreeningRules) -> Match | None:
    if query.kind.excludes(profile.entity.kind):
        return None
    best = max(_scored(names, profile, rules), key=lambda one: one.log_odds, default=None)
    return None if best is None else _match(query, profile.entity, best, rules)


def _match(query: Subject, entity: Entity, best: _Best, rules: ScreeningRules) -> Match:
    weights = _weights(best.left, rules)
    evidence = compare_evidence(query, entity, rules.evidence)
    name_score = logistic(best.log_odds)
    score = logistic(best.log_odds + sum(finding.contribution for finding in evidence))
    same_document = any(one.comparison == "identifier" and one.outcome is Outcome.AGREED for one in evidence)
    alert = same_document or (score >= rules.cut_off and name_score >= rules.name_floor)
    return Match(
        entity,
        best.left.text,
        best.right.text,
        name_score,
        score,
        weights.base,
        tuple(one.finding(best.facts, weights.takes[name]) for name, one in COMPARISONS.items()),
        evidence,
        alert,
        alert and score >= rules.review_from,
    )


def _weights(written: Written, rules: ScreeningRules) -> NameWeights:
    return rules.person if written.person else rules.organisation


def _scored(names: tuple[Written, ...], profile: Profile, rules: ScreeningRules) -> Iterator[_Best]:
    for left in names:
        weights = _weights(left, rules)
        for right in profile.names:
            if left.person is right.person:
                for facts in pair_facts(left, right):
                    yield _Best(left, right, facts, weights.base - total_taken(facts, weights.takes))


def pair_facts(left: Written, right: Written) -> Iterator[Facts]:
    """Every reading of one name beside every comparable reading of the other."""
    for one in left.readings:
        for other in right.readings:
            if one.system.compares_with(other.system) and not _same_characters(one, other):
                yield facts_of(one, other, ordered=left.person, weak=left.weak or right.weak)


def _same_characters(one: Reading, other: Reading) -> bool:
    """Names both written in Chinese characters or Hangul are compared as written, not by what they sound like."""
    return one.system is not System.WORDS and one.script is other.script and one.script in (Script.HAN, Script.HANGUL)
