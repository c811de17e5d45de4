"""How well the assistant does on questions whose right answer is known, and how its confidence is fitted. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backend.core.rulesets import Part
from backend.servicing.assistant import rules
from backend.servicing.assistant.models import Outcome
from backend.servicing.assistant.reading import Same, language_of
from backend.servicing.assistant.retrieval import Entry, Hit, Index
from backend.servicing.assistant.ruleset import AssistantRules, Confidence
from risk_models import logistic


class Asked(Part):
    """A question with the article that answers it, the topic that is left to a person, or neither."""

    q: str
    article: str | None = None
    refuse: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    asked: Asked
    locale: str
    decision: rules.Decision

    @property
    def answered_by(self) -> str | None:
        return None if self.decision.hit is None else self.decision.hit.entry.code

    @property
    def wrong(self) -> bool:
        """Answered, and not from the article that answers it."""
        return self.decision.outcome is Outcome.ANSWERED and self.answered_by != self.asked.article

    @property
    def deflected(self) -> bool:
        return self.asked.article is not None and self.answered_by == self.asked.article


@dataclass(frozen=True, slots=True)
class Measured:
    """`answerable` questions have an article; `refusable` are left to people; the `others` nobody wrote about."""

    answerable: int
    deflected: int
    wrong: int
    answers: int
    cited: int
    refusable: int
    refused: int
    others: int
    held_back: int

    @property
    def deflection(self) -> float:
        return self.deflected / max(self.answerable, 1)

    @property
    def wrong_share(self) -> float:
        return self.wrong / max(self.answers, 1)


def judge(under: AssistantRules, indexes: Mapping[str, Index], asked: Iterable[Asked]) -> list[Judged]:
    found = []
    for each in asked:
        locale = language_of(each.q)
        found.append(Judged(each, locale, rules.decide(under, locale, each.q, indexes[locale].search(each.q))))
    return found


def measured(judged: Sequence[Judged]) -> Measured:
    answered = [each for each in judged if each.decision.outcome is Outcome.ANSWERED]
    refusable = [each for each in judged if each.asked.refuse is not None]
    others = [each for each in judged if each.asked.refuse is None and each.asked.article is None]
    return Measured(
        answerable=sum(each.asked.article is not None for each in judged),
        deflected=sum(each.deflected for each in judged),
        wrong=sum(each.wrong for each in judged),
        answers=len(answered),
        cited=sum(bool(each.decision.paragraphs) for each in answered),
        refusable=len(refusable),
        refused=sum(each.decision.topic == each.asked.refuse for each in refusable),
        others=len(others),
        held_back=sum(each.decision.outcome is not Outcome.ANSWERED for each in others),
    )


def calibrated(
    entries: Sequence[Entry], asked: Iterable[Asked], locale: str, same: Same, ridge: float = 0.3
) -> Confidence:
    """Fitted on questions whose article is known, and on the articles' own, each asked while it is left out."""
    index = Index(entries, locale, same)
    hits = [
        (hit, hit.entry.code == each.article)
        for each in asked
        if each.refuse is None and language_of(each.q) == locale
        for hit in index.search(each.q, 1)
    ]
    hits += _own(entries, locale, same)
    design = np.array([[hit.score, hit.lead, hit.coverage] for hit, _ in hits])
    outcome = np.array([float(right) for _, right in hits])
    fitted = logistic.fit(design, outcome, ("score", "lead", "coverage"), ridge=ridge)
    score, lead, coverage = (round(value, 2) for value in fitted.coefficients)
    return Confidence(intercept=round(fitted.intercept, 2), score=score, lead=lead, coverage=coverage)


def _own(entries: Sequence[Entry], locale: str, same: Same) -> list[tuple[Hit, bool]]:
    """Each question of an article while it is left out, and while its article is: then nothing found is right."""
    hits = []
    for place, entry in enumerate(entries):
        without = Index([*entries[:place], *entries[place + 1 :]], locale, same)
        for question in entry.questions:
            left = replace(entry, questions=tuple(other for other in entry.questions if other != question))
            kept = Index([*entries[:place], left, *entries[place + 1 :]], locale, same)
            hits += [(hit, hit.entry.code == entry.code) for hit in kept.search(question, 1)]
            hits += [(hit, False) for hit in without.search(question, 1)]
    return hits
