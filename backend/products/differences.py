"""How two versions of a product differ, as sentences in the reader's language. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backend.core.i18n import translate
from backend.products import wording
from backend.products.attributes import AttributeRules
from backend.products.definition import Fee, ProductDefinition, Rate

Sort = Literal["added", "removed", "changed"]
Place = Literal["general", "terms", "prices", "channels", "documents", "suitability", "target_market", "links"]
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Difference:
    sort: Sort
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing that a definition says: what it is called, and what is said of it."""

    place: Place
    what: str
    value: str


def differences(
    before: ProductDefinition, after: ProductDefinition, rules: AttributeRules, locale: str
) -> list[Difference]:
    """In the order of the new definition, what was taken out last."""
    old = dict(_lines(before, rules, locale))
    new = dict(_lines(after, rules, locale))
    found = [each for key, line in new.items() for each in _told(old.get(key), line, locale)]
    gone = [_removed(line, locale) for key, line in old.items() if key not in new]
    return [*found, *gone]


def _told(old: _Line | None, new: _Line, locale: str) -> Iterator[Difference]:
    if old is None:
        words = translate(locale, "{what} is added: {value}", what=new.what, value=new.value)
        yield Difference("added", new.place, words)
    elif old.value != new.value:
        words = translate(locale, "{what} was {old}, becomes {new}", what=new.what, old=old.value, new=new.value)
        yield Difference("changed", new.place, words)


def _removed(old: _Line, locale: str) -> Difference:
    words = translate(locale, "{what} is taken out (it was {value})", what=old.what, value=old.value)
    return Difference("removed", old.place, words)


def _lines(of: ProductDefinition, rules: AttributeRules, locale: str) -> Iterator[tuple[str, _Line]]:
    yield from _general(of, locale)
    for term in of.terms:
        yield f"term/{term.code}", _Line("terms", term.name.text(locale), term.says.text(locale))
    yield from _prices(of, locale)
    for channel in sorted(of.channels):
        what = translate(locale, "Channel")
        yield f"channel/{channel}", _Line("channels", what, wording.said(wording.CHANNELS, channel, locale))
    for document in of.documents:
        what = translate(locale, "Document {kind} ({language})", kind=document.kind, language=document.language)
        shown = f"{document.name} ({document.sha256[:_SHORT]})"
        yield f"document/{document.kind}/{document.language}", _Line("documents", what, shown)
    yield from _market(of, rules, locale)
    for sort, label, codes in (
        ("bundle", "Sold together with", of.links.bundle),
        ("cross_sell", "Offered beside it", of.links.cross_sell),
    ):
        for code in codes:
            yield f"{sort}/{code}", _Line("links", translate(locale, label), code)


def _general(of: ProductDefinition, locale: str) -> Iterator[tuple[str, _Line]]:
    for language, name, summary in (
        ("en", of.names.en, of.summary.en),
        ("zh", of.names.zh, of.summary.zh),
    ):
        yield f"name/{language}", _Line("general", translate(locale, "Name ({language})", language=language), name)
        what = translate(locale, "Summary ({language})", language=language)
        yield f"summary/{language}", _Line("general", what, summary)
    yield "currency", _Line("general", translate(locale, "Currency"), of.currency)
    if of.horizon_months is not None:
        yield "horizon", _Line("general", translate(locale, "Horizon in months"), str(of.horizon_months))
    if of.risk_grade is not None:
        yield "grade", _Line("suitability", translate(locale, "Risk grade"), of.risk_grade)
    if of.needs_assessment is not None:
        shown = f"{wording.said(wording.ASSESSMENTS, of.needs_assessment, locale)} ({of.questionnaire})"
        yield "assessment", _Line("suitability", translate(locale, "Assessment"), shown)
    if of.vulnerable_notes is not None:
        what = translate(locale, "Care of vulnerable customers")
        yield "vulnerable", _Line("suitability", what, of.vulnerable_notes.text(locale))


def _prices(of: ProductDefinition, locale: str) -> Iterator[tuple[str, _Line]]:
    names = {tier.code: tier.name.text(locale) for tier in of.tiers}
    for tier in of.tiers:
        shown = names[tier.code] if tier.at_least is None else f"{names[tier.code]} ≥ {wording.figure(tier.at_least)}"
        yield f"tier/{tier.code}", _Line("prices", translate(locale, "Tier"), shown)
    priced: tuple[Fee | Rate, ...] = (*of.fees, *of.rates)
    for each in priced:
        for price in each.prices:
            tier_name = names.get(price.tier, translate(locale, "Standard tier"))
            what = f"{each.name.text(locale)}, {tier_name}, {wording.period(price.valid_from, price.valid_to, locale)}"
            value = wording.price(each, price, of.currency, locale)
            period = f"{price.valid_from}/{price.valid_to}"
            yield f"price/{each.code}/{price.tier}/{period}", _Line("prices", what, value)


def _market(of: ProductDefinition, rules: AttributeRules, locale: str) -> Iterator[tuple[str, _Line]]:
    for label, conditions in (
        ("For customers with", of.target_market.positive),
        ("Not for customers with", of.target_market.negative),
    ):
        for one in conditions:
            what = translate(locale, "{side} “{name}”", side=translate(locale, label), name=one.id)
            yield f"{label}/{one.id}", _Line("target_market", what, wording.condition(one, rules, locale))
