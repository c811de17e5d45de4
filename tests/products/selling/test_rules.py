"""Matching, pure: nothing that any rule refuses is sellable, and every reason is told."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.ids import new_id
from backend.core.rulesets import Policies, RuleSetBroken, load
from backend.core.settings import Settings
from backend.products.definition import Channel, ProductKind
from backend.products.models import ProductState
from backend.products.selling.rules import Allowed, Answer, Bar, Client, Offered, Standing, decide
from backend.products.selling.ruleset import DIRECTORY, FINDINGS, RISKS, Effect, SellingRules, selling_rules
from backend.products.suitability.questionnaire import GRADES
from backend.products.target_market import Condition, Place, TargetMarket
from backend.products.target_market import compile as compiled

DAY = date(2026, 11, 22)
FILE = Settings().policies / DIRECTORY / "selling-2026.yaml"


@cache
def rules(jurisdiction: str = "CZ") -> SellingRules:
    return selling_rules(Policies(Settings().policies), DAY, jurisdiction).rules


def offer(**given: Any) -> Offered:
    plain: dict[str, Any] = {
        "code": "fund",
        "kind": "fund",
        "state": "on_sale",
        "channels": frozenset({"branch", "web"}),
        "risk": "R2",
        "needs": "suitability",
        "questionnaire": "q",
        "horizon_months": None,
        "noted_for_vulnerable": False,
        "market": compiled(TargetMarket()),
    }
    return Offered(**{**plain, **given})


def client(grade: str | None = "C3", until: date = DAY, **given: Any) -> Client:
    facts = {"knowledge": "basic", "capacity_for_loss": "limited", "horizon_months": 60, "age": 40}
    plain: dict[str, Any] = {"assessments": {"q": Standing(new_id(), grade, until)}, "facts": facts}
    return Client(**{**plain, **given})


def codes(answer: Answer) -> list[str]:
    return [reason.code for reason in answer.reasons]


ADULTS = compiled(TargetMarket(positive=(Condition(id="adult", fact="age", op="at_least", value=18),)))
MARKETS = st.sampled_from(
    [
        compiled(TargetMarket()),
        ADULTS,
        compiled(TargetMarket(negative=(Condition(id="vulnerable", fact="vulnerable", op="is", value=True),))),
    ]
)
OFFERS = st.builds(
    Offered,
    code=st.sampled_from(["a", "b"]),
    kind=st.sampled_from([kind.value for kind in ProductKind]),
    state=st.sampled_from([state.value for state in ProductState]),
    channels=st.frozensets(st.sampled_from([channel.value for channel in Channel])),
    risk=st.none() | st.sampled_from(RISKS),
    needs=st.just("suitability"),
    questionnaire=st.none() | st.sampled_from(["q", "other"]),
    horizon_months=st.none() | st.integers(0, 120),
    noted_for_vulnerable=st.booleans(),
    market=MARKETS,
)
CLIENTS = st.builds(
    Client,
    assessments=st.dictionaries(
        st.just("q"),
        st.builds(
            Standing,
            id=st.uuids(),
            grade=st.none() | st.sampled_from(GRADES),
            valid_until=st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
        ),
    ),
    facts=st.fixed_dictionaries(
        {},
        optional={
            "age": st.integers(0, 110),
            "vulnerable": st.booleans(),
            "knowledge": st.sampled_from(["none", "basic", "informed", "advanced"]),
            "capacity_for_loss": st.sampled_from(["none", "limited", "full"]),
            "horizon_months": st.integers(0, 240),
        },
    ),
    vulnerable=st.booleans(),
    bars=st.lists(
        st.builds(
            Bar,
            code=st.sampled_from([*rules().bars, "nobody.named.it"]),
            products=st.frozensets(st.sampled_from(["a", "fund", "loan"])),
        ),
        max_size=3,
    ).map(tuple),
)
CHANNELS = st.sampled_from([channel.value for channel in Channel])


_STRICT = [Allowed.YES, Allowed.WARN, Allowed.NO]


def bar_refuses(code: str, by: SellingRules) -> bool:
    """What nobody named is refused."""
    return code not in by.bars or by.bars[code].effect is Effect.REFUSE


def refused_by_hand(one: Client, of: Offered, channel: str, by: SellingRules) -> bool:
    """The rules said again, each alone and in plain words, to hold the program against."""
    standing = one.assessments.get(of.questionnaire or "")
    valid = standing is not None and standing.valid_until >= DAY
    market = of.market.verdict(one.facts).place
    refuses = {name: finding.effect is Effect.REFUSE for name, finding in by.findings.items()}
    return any(
        [
            of.state not in {"on_sale", "under_review"},
            channel not in of.channels,
            of.questionnaire is not None and not valid,
            valid
            and of.risk is not None
            and standing is not None
            and standing.grade in {None, "C1"}
            and of.risk != "R1",
            market is Place.OUTSIDE and refuses["market.outside"],
            market is Place.UNKNOWN and refuses["market.unknown"],
            any(
                bar_refuses(bar.code, by) and (not bar.products or bar.products & {of.code, of.kind})
                for bar in one.bars
            ),
        ]
    )


@given(CLIENTS, OFFERS, CHANNELS, st.sampled_from(["CZ", "CN"]))
def test_nothing_is_sellable_that_any_rule_refuses(one: Client, of: Offered, channel: str, jurisdiction: str) -> None:
    answer = decide(one, of, channel, DAY, rules(jurisdiction))
    if refused_by_hand(one, of, channel, rules(jurisdiction)):
        assert answer.allowed is Allowed.NO
    if answer.allowed is not Allowed.NO:
        assert all(reason.effect is Effect.WARN for reason in answer.reasons)
        assert of.questionnaire is None or answer.standing is not None


@given(CLIENTS, OFFERS, CHANNELS)
def test_the_answer_is_no_exactly_when_a_reason_refuses_and_yes_exactly_without_reasons(
    one: Client, of: Offered, channel: str
) -> None:
    answer = decide(one, of, channel, DAY, rules())
    refused = any(reason.effect is Effect.REFUSE for reason in answer.reasons)
    assert (answer.allowed is Allowed.NO) is refused
    assert (answer.allowed is Allowed.YES) is (not answer.reasons)


@given(CLIENTS, OFFERS, CHANNELS, st.sampled_from([*rules().bars, "nobody.named.it"]))
def test_a_further_bar_never_makes_anything_sellable(one: Client, of: Offered, channel: str, code: str) -> None:
    barred = Client(one.assessments, one.facts, one.vulnerable, (*one.bars, Bar(code)))
    before, after = (decide(each, of, channel, DAY, rules()) for each in (one, barred))
    assert after.allowed is (
        Allowed.NO if bar_refuses(code, rules()) else max(before.allowed, Allowed.WARN, key=_STRICT.index)
    )
    assert set(codes(before)) <= set(codes(after))


@given(CLIENTS, OFFERS, CHANNELS)
def test_every_reason_can_be_said_in_both_languages(one: Client, of: Offered, channel: str) -> None:
    for reason in decide(one, of, channel, DAY, rules()).reasons:
        finding = rules().findings.get(reason.code) or rules().bars.get(reason.code)
        if finding is not None:
            assert all(finding.wording.text(locale).format(**reason.figures) for locale in ("en", "zh_CN"))


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("grade", GRADES)
def test_a_grade_buys_its_own_risk_and_lower_ones(grade: str, risk: str) -> None:
    one = client(grade, facts={"knowledge": "advanced", "capacity_for_loss": "full"})
    answer = decide(one, offer(risk=risk), "branch", DAY, rules())
    if RISKS.index(risk) <= GRADES.index(grade):
        assert answer.allowed is Allowed.YES
    elif grade == "C1":
        assert (answer.allowed, codes(answer)) == (Allowed.NO, ["grade.lowest"])
    else:
        assert (answer.allowed, codes(answer)) == (Allowed.WARN, ["grade.exceeded"])
        assert answer.insistence
        assert answer.signature


@pytest.mark.parametrize(
    ("of", "one", "reason"),
    [
        ({"state": "withdrawn"}, {}, "product.not_on_sale"),
        ({"channels": frozenset({"web"})}, {}, "channel.closed"),
        ({"questionnaire": "other"}, {}, "assessment.missing"),
        ({}, {"until": DAY - timedelta(days=1)}, "assessment.expired"),
        ({"horizon_months": 61}, {}, "horizon.short"),
        ({"risk": "R3"}, {"facts": {"knowledge": "none", "capacity_for_loss": "limited"}}, "knowledge.low"),
        ({"kind": "structured", "risk": "R3"}, {}, "knowledge.low"),
        ({"risk": "R2"}, {"facts": {"knowledge": "basic"}}, "capacity.low"),
        ({"market": ADULTS}, {"facts": {"capacity_for_loss": "limited", "age": 17}}, "market.outside"),
        ({"market": ADULTS}, {"facts": {"capacity_for_loss": "limited"}}, "market.unknown"),
        ({"noted_for_vulnerable": True}, {"vulnerable": True}, "customer.noted"),
        ({"risk": "R3"}, {"vulnerable": True}, "customer.vulnerable"),
        ({"state": "under_review"}, {}, "product.under_review"),
        ({}, {"bars": (Bar("compliance.hold"),)}, "compliance.hold"),
    ],
)
def test_each_reason_alone(of: Mapping[str, Any], one: Mapping[str, Any], reason: str) -> None:
    assert codes(decide(client(**one), offer(**of), "branch", DAY, rules())) == [reason]


def test_a_measure_against_loans_leaves_funds_alone() -> None:
    barred = client(bars=(Bar("review.restriction", frozenset({"loan", "card"})),))
    assert decide(barred, offer(), "branch", DAY, rules()).allowed is Allowed.YES
    loan = offer(code="l", kind="loan", risk=None, needs=None, questionnaire=None)
    assert decide(barred, loan, "branch", DAY, rules()).allowed is Allowed.NO


def test_a_product_without_risk_needs_no_assessment() -> None:
    account = offer(kind="deposit", risk=None, needs=None, questionnaire=None)
    assert decide(Client(), account, "branch", DAY, rules()).allowed is Allowed.YES


def test_several_reasons_are_all_told() -> None:
    of = offer(state="retired", channels=frozenset(), risk="R5")
    found = codes(decide(client("C1", bars=(Bar("kyc.not_approved"),)), of, "branch", DAY, rules()))
    assert set(found) >= {"product.not_on_sale", "channel.closed", "kyc.not_approved", "grade.lowest", "capacity.low"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("no_override: [C1]", "no_override: []", "without override"),
        ("  C3: [R1, R2, R3]", "  C3: [R1, R3]", "C3 may buy less than C2"),
        ("  C5: [R1, R2, R3, R4, R5]\n", "", "nothing is said of C5"),
        ("  assessment.missing:\n    effect: refuse", "  assessment.missing:\n    effect: warn", "only a refusal"),
        ("needs the money after about {has}", "needs the money after about {days}", "cannot name days"),
        ("  market.unknown:\n", "  market.uncertain:\n", "finds no “market.uncertain”"),
        ("  capacity.low:\n    effect: refuse", "  capacity.low:\n    effect: refuse\n    signature: true", "refusal"),
        ("{R3: basic, R4: basic, R5: informed}", "{R3: some}", "no such level"),
    ],
)
def test_a_mistake_in_the_rules_of_selling_is_refused(tmp_path: Any, old: str, new: str, problem: str) -> None:
    source = FILE.read_text(encoding="utf-8")
    assert old in source
    broken = tmp_path / "broken.yaml"
    broken.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleSetBroken, match=problem):
        load(broken, SellingRules)


def test_both_rule_sets_speak_of_every_finding() -> None:
    assert rules("CZ").findings.keys() == rules("CN").findings.keys() == FINDINGS.keys()
