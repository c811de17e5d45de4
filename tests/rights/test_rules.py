"""Clocks, states and retention, decided without a database."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import backend.schema  # noqa: F401 - every table
from backend.casework.queues import Calendar
from backend.core.i18n import translate
from backend.core.rulesets import Policies
from backend.privacy.personal import personal_tables
from backend.rights import rules
from backend.rights.errors import NoRulesForJurisdiction
from backend.rights.models import RequestKind, RequestState
from backend.rights.rulesets import RequestRules, RetentionRules, Span, request_rules, retention_rules
from backend.rights.standing import OPEN, Ended, Facts
from backend.rights.words import TITLES

_POLICIES = Policies(Path(__file__).resolve().parents[2] / "policies")
_DAY = date(2026, 11, 22)
_OFFICE = Calendar(timezone="Asia/Shanghai", weekdays=frozenset(range(5)), opens=time(9), closes=time(17))


def _law(jurisdiction: str) -> RequestRules:
    return request_rules(_POLICIES, jurisdiction, _DAY).rules


def _kept(jurisdiction: str = "CZ") -> RetentionRules:
    return retention_rules(_POLICIES, jurisdiction, _DAY).rules


@pytest.mark.parametrize(
    ("jurisdiction", "received", "due"),
    [
        ("CZ", date(2026, 3, 10), date(2026, 4, 10)),
        ("DE", date(2027, 1, 31), date(2027, 2, 28)),
        ("NO", date(2026, 12, 31), date(2027, 1, 31)),
        ("GB", date(2026, 3, 10), date(2026, 4, 10)),
        ("CN", date(2026, 11, 20), date(2026, 12, 11)),
    ],
)
def test_the_clock_is_that_of_the_jurisdiction(jurisdiction: str, received: date, due: date) -> None:
    assert rules.deadline(_law(jurisdiction), RequestKind.ACCESS, received, _OFFICE) == due


def test_an_extension_is_two_further_months() -> None:
    assert rules.extended(_law("CZ"), date(2026, 4, 10), _OFFICE) == date(2026, 6, 10)


def test_where_the_law_knows_no_extension_there_is_none() -> None:
    assert rules.extended(_law("CN"), _DAY, _OFFICE) is None


def test_a_jurisdiction_without_rules_is_not_guessed() -> None:
    with pytest.raises(NoRulesForJurisdiction):
        _law("XX")


@given(st.dates(date(2026, 1, 1), date(2035, 1, 1)), st.sampled_from(["CZ", "GB", "CN"]))
def test_the_warning_comes_before_the_deadline(received: date, jurisdiction: str) -> None:
    law = _law(jurisdiction)
    due = rules.deadline(law, RequestKind.ERASURE, received, _OFFICE)
    assert received < due
    assert rules.warn_on(law, due) < due


def test_a_closed_request_stays_closed() -> None:
    closed = set(RequestState) - OPEN
    assert not any(rules.reaches(state, target) for state in closed for target in RequestState)


def test_nothing_is_fulfilled_before_the_person_is_identified() -> None:
    assert not rules.reaches(RequestState.RECEIVED, RequestState.FULFILLED)
    assert not rules.reaches(RequestState.RECEIVED, RequestState.PENDING_APPROVAL)


def test_a_running_relationship_is_kept_without_end() -> None:
    verdict = rules.judge(Facts(relationship=Ended(None), last_activity=_DAY), _kept(), (), _DAY)
    assert (verdict.erasable, verdict.free_from) == (False, None)


def test_due_diligence_is_kept_for_five_years_and_freed_on_the_day_after() -> None:
    verdict = rules.judge(Facts(relationship=Ended(date(2021, 11, 21)), last_activity=_DAY), _kept(), (), _DAY)
    assert (verdict.erasable, verdict.free_from) == (True, date(2026, 11, 22))


def test_the_last_day_of_a_period_is_still_kept() -> None:
    verdict = rules.judge(Facts(relationship=Ended(date(2021, 11, 22)), last_activity=_DAY), _kept(), (), _DAY)
    assert [term.code for term in verdict.keeping] == ["due_diligence"]


def test_china_keeps_ten_years() -> None:
    left = Facts(relationship=Ended(date(2018, 1, 1)), last_activity=date(2018, 1, 1))
    assert rules.judge(left, _kept("CN"), (), _DAY).free_from == date(2028, 1, 2)
    assert rules.judge(left, _kept("CZ"), (), _DAY).erasable


def test_an_owner_of_a_customer_is_kept_as_long_as_the_customer_is() -> None:
    owner = Facts(ties=(Ended(None), Ended(date(2010, 1, 1))), last_activity=date(2010, 1, 1))
    verdict = rules.judge(owner, _kept(), (), _DAY)
    assert [term.code for term in verdict.keeping] == ["related_party"]


def test_an_account_of_another_customer_keeps_whose_key_seals_it() -> None:
    sharing = Facts(relationship=Ended(date(2000, 1, 1)), shared_accounts=True, last_activity=_DAY)
    assert [term.code for term in rules.judge(sharing, _kept(), (), _DAY).keeping] == ["shared_account"]


def test_a_prospect_is_kept_for_a_year_after_the_last_contact() -> None:
    assert rules.judge(Facts(last_activity=date(2025, 11, 21)), _kept(), (), _DAY).erasable
    assert not rules.judge(Facts(last_activity=date(2025, 11, 22)), _kept(), (), _DAY).erasable


_DAYS = st.dates(date(2005, 1, 1), date(2026, 11, 22))
_ENDED = st.none() | st.builds(Ended, st.none() | _DAYS)
_FACTS = st.builds(
    Facts,
    relationship=_ENDED,
    accounts=_ENDED,
    declined=st.none() | _DAYS,
    ties=st.lists(st.builds(Ended, st.none() | _DAYS), max_size=3).map(tuple),
    shared_accounts=st.booleans(),
    open_work=st.booleans(),
    last_activity=_DAYS,
)


@given(_FACTS, st.lists(st.sampled_from(["litigation", "complaint"]), max_size=2), st.sampled_from(["CZ", "GB", "CN"]))
def test_a_hold_beats_every_expiry(facts: Facts, holds: list[str], jurisdiction: str) -> None:
    verdict = rules.judge(facts, _kept(jurisdiction), holds, _DAY)
    assert not (verdict.erasable and holds)


@given(_FACTS, st.sampled_from(["CZ", "GB", "CN"]), st.integers(0, 6000))
def test_nothing_is_erasable_before_its_day_and_everything_from_it(facts: Facts, jurisdiction: str, later: int) -> None:
    under = _kept(jurisdiction)
    first = rules.judge(facts, under, (), _DAY)
    day = _DAY + timedelta(days=later)
    then = rules.judge(facts, under, (), day)
    assert then.free_from == first.free_from
    assert then.erasable == (first.free_from is not None and day >= first.free_from)


@given(_FACTS)
def test_every_person_has_a_period_that_applies(facts: Facts) -> None:
    assert rules.terms(facts, _kept())


@pytest.mark.parametrize("span", [{}, {"days": 1, "months": 1}, {"years": 0}])
def test_a_period_is_exactly_one_unit(span: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"exactly one|greater than or equal to 1"):
        Span(**span)


class Lifetime(RuleBasedStateMachine):
    """A customer's years: the relationship ends, holds come and go, each night the rules are asked; whoever may be
    erased is erased at once. The model knows only the law's own words."""

    @initialize()
    def begin(self) -> None:
        self.today, self.ended, self.erased_on = date(2020, 1, 1), None, None
        self.holds: set[str] = set()

    @rule(days=st.integers(1, 900))
    def time_passes(self, days: int) -> None:
        for _ in range(days):
            self.today += timedelta(days=1)
            self._night()

    @rule()
    def relationship_ends(self) -> None:
        self.ended = self.ended or self.today

    @rule(reason=st.sampled_from(["litigation", "investigation"]))
    def hold_is_placed(self, reason: str) -> None:
        if self.erased_on is None:
            self.holds.add(reason)

    @rule(reason=st.sampled_from(["litigation", "investigation"]))
    def hold_is_lifted(self, reason: str) -> None:
        self.holds.discard(reason)

    def _night(self) -> None:
        facts = Facts(relationship=Ended(self.ended), last_activity=self.today)
        if self.erased_on is None and rules.judge(facts, _KEPT, self.holds, self.today).erasable:
            assert not self.holds, "erased under a hold"
            self.erased_on = self.today

    @invariant()
    def never_early(self) -> None:
        if getattr(self, "erased_on", None) is not None:
            assert self.ended is not None
            assert self.erased_on > self.ended.replace(year=self.ended.year + 5, day=min(self.ended.day, 28))

    @invariant()
    def always_by_the_deadline(self) -> None:
        if getattr(self, "ended", None) is None or self.holds or self.erased_on is not None:
            return
        assert self.today < self.ended.replace(year=self.ended.year + 5, day=1) + timedelta(days=33)


@pytest.mark.parametrize("jurisdiction", ["CN", "CZ", "GB"])
def test_every_record_that_is_handed_out_has_a_title_in_chinese(jurisdiction: str) -> None:
    told = personal_tables().keys() - set(_law(jurisdiction).withheld.tables) - {"document_content"}
    assert [name for name in sorted(told) if translate("zh_CN", TITLES.get(name, name)) == TITLES.get(name, name)] == []


_KEPT = _kept()
Lifetime.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None, derandomize=True)
TestLifetime = Lifetime.TestCase
