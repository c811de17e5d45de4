"""Decisions on reviews, pure: the calendar, the clocks, the spread of a take-over, what goes through by rule."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as some

from backend.casework.queues import queues_on
from backend.core.ids import new_id
from backend.core.rulesets import Policies, RuleSetBroken, parse
from backend.reviews import rules
from backend.reviews.changes import Change, Sort
from backend.reviews.errors import ReviewStateForbids, ReviewTaken
from backend.reviews.models import Depth, Outcome, ReviewState, TriggerKind
from backend.reviews.queries.plan import place
from backend.reviews.rules import FROM, Position, Verb
from backend.reviews.ruleset import ReviewRules, Spread, review_rules
from tests.conftest import NOW

POLICIES = Policies(Path(__file__).resolve().parents[2] / "policies")
DAY = NOW.date()
LOADED = review_rules(POLICIES, DAY)
RULES = LOADED.rules
CALENDAR = queues_on(POLICIES, DAY).calendar
ME, YOU = new_id(), new_id()
PERIODIC = frozenset({TriggerKind.PERIODIC})


def _change(sort: Sort, code: str, **figures: object) -> Change:
    return Change(ME, sort, code, NOW, "source", None, figures)


def test_a_review_due_on_a_holiday_is_due_when_the_last_working_day_before_ends() -> None:
    due = rules.due_at(RULES, TriggerKind.PERIODIC, NOW, date(2026, 12, 26), CALENDAR)
    assert due == datetime(2026, 12, 23, 16, 0, tzinfo=UTC)


def test_office_time_skips_the_holidays_between() -> None:
    noted = datetime(2026, 12, 23, 9, 0, tzinfo=UTC)
    due = rules.due_at(RULES, TriggerKind.LIST_HIT, noted, noted.date(), CALENDAR)
    assert due == datetime(2026, 12, 29, 16, 0, tzinfo=UTC)


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(
    some.integers(0, 16_000).map(lambda hours: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hours)),
    some.sampled_from([kind for kind in TriggerKind if kind is not TriggerKind.PERIODIC]),
)
def test_every_clock_ends_in_the_future_on_a_working_day_at_closing_time(noted: datetime, kind: TriggerKind) -> None:
    due = rules.due_at(RULES, kind, noted, noted.date(), CALENDAR).astimezone(CALENDAR.zone)
    assert due > noted
    assert CALENDAR.works(due.date())
    assert due.time() == CALENDAR.closes


@pytest.mark.parametrize(
    ("level", "days", "escalate", "restrict"),
    [
        ("low", -1, False, False),
        ("low", 1, True, False),
        ("low", 61, True, True),
        ("high", 14, True, False),
        ("high", 15, True, True),
        ("very_high", 1, True, True),
        ("unheard of", 15, True, True),
    ],
)
def test_lateness_escalates_at_once_and_restricts_by_level(
    level: str, days: int, escalate: bool, restrict: bool
) -> None:
    said = rules.clock(RULES, level, NOW, NOW + timedelta(days=days))
    assert (said.escalate, said.restrict) == (escalate, restrict)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_change(Sort.RATING, "high", was="low", cause="change"), TriggerKind.FACTOR_MOVED),
        (_change(Sort.RATING, "low", was="high", cause="change"), None),
        (_change(Sort.RATING, "high", was="low", cause="review"), None),
        (_change(Sort.ALERT, "true_match", list="sanctions"), TriggerKind.LIST_HIT),
        (_change(Sort.ALERT, "true_match", list="other"), TriggerKind.ADVERSE_INFORMATION),
        (_change(Sort.ALERT, "false_positive", list="sanctions"), None),
        (_change(Sort.DOCUMENT, "expired"), TriggerKind.DOCUMENT_EXPIRED),
        (_change(Sort.DOCUMENT, "replaced"), None),
        (_change(Sort.OVERRIDE, "reopened"), TriggerKind.ASSESSMENT_EXPIRED),
        (_change(Sort.OWNER, "ownership.end"), TriggerKind.OWNERS_CHANGED),
        (_change(Sort.BEHAVIOUR, "structuring"), TriggerKind.BEHAVIOUR),
        (_change(Sort.PRODUCT, "loan"), TriggerKind.PRODUCT_CHANGED),
        (_change(Sort.FACT, "customer.edit"), None),
    ],
)
def test_a_change_asks_for_a_review_or_only_stands_in_its_file(change: Change, kind: TriggerKind | None) -> None:
    assert [signal.kind for signal in rules.signals(RULES, [change])] == ([kind] if kind else [])


def test_the_same_change_told_twice_is_one_signal() -> None:
    change = _change(Sort.BEHAVIOUR, "cash")
    assert len(rules.signals(RULES, [change, change])) == 1


@pytest.mark.parametrize(
    ("level", "kinds", "changes", "through"),
    [
        ("low", PERIODIC, [], True),
        ("medium", PERIODIC, [], False),
        ("low", PERIODIC | {TriggerKind.PRODUCT_CHANGED}, [], False),
        ("low", PERIODIC, [_change(Sort.FACT, "customer.edit")], False),
    ],
)
def test_only_a_low_risk_calendar_review_in_which_nothing_moved_ends_by_rule(
    level: str, kinds: frozenset[TriggerKind], changes: list[Change], through: bool
) -> None:
    assert rules.goes_through(RULES, level, kinds, changes) is through


def test_the_deepest_of_level_and_triggers_counts() -> None:
    assert RULES.depth("low", PERIODIC) is Depth.SIMPLIFIED
    assert RULES.depth("low", PERIODIC | {TriggerKind.BEHAVIOUR}) is Depth.STANDARD
    assert RULES.depth("high", PERIODIC | {TriggerKind.BEHAVIOUR}) is Depth.ENHANCED


def test_deeper_reviews_ask_more() -> None:
    asked = [set(RULES.asked(depth, "organisation")) for depth in Depth]
    assert asked[0] < asked[1] < asked[2]
    assert "owners" not in RULES.asked(Depth.ENHANCED, "person")


def test_the_next_review_of_the_last_of_a_month_stays_in_the_month() -> None:
    assert rules.next_review_on(date(2026, 8, 31), 6) == date(2027, 2, 28)


TAKEOVER = Spread(takeover_from=200, earliest=1_000)


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(some.integers(1, 2_500), some.integers(0, 9_999), some.integers(200, 10**6))
def test_a_spread_review_is_never_late_and_never_before_a_tenth_of_its_interval(
    days: int, own: int, cohort: int
) -> None:
    due = DAY + timedelta(days=days)
    planned = rules.planned_on(due, DAY, cohort, own, TAKEOVER)
    assert DAY + timedelta(days=days // 10) <= planned <= due


def test_a_take_over_is_spread_evenly() -> None:
    due = DAY + timedelta(days=1_000)
    people = [UUID(int=(n * 7_919) % 65_536) for n in range(65_536)]
    weeks: dict[int, int] = {}
    for one in people:
        week = (rules.planned_on(due, DAY, 65_536, place(one), TAKEOVER) - DAY).days // 30
        weeks[week] = weeks.get(week, 0) + 1
    full = [weeks[week] for week in range(4, 33)]
    assert max(full) < 1.05 * min(full)


def test_customers_who_came_one_by_one_are_reviewed_on_their_own_day() -> None:
    due = DAY + timedelta(days=365)
    assert rules.planned_on(due, DAY, 199, 0, TAKEOVER) == due


VERBS = {
    Verb.TAKE: lambda at: rules.take(at, ME),
    Verb.RELEASE: lambda at: rules.release(at, ME),
    Verb.ANSWER: lambda at: rules.answer(at, ME),
    Verb.ASK: lambda at: rules.ask(at, ME),
    Verb.RECEIVE: rules.receive,
    Verb.PROPOSE: lambda at: rules.propose(at, ME, Outcome.KEEP, False),
    Verb.SIGN: lambda at: rules.sign(at, YOU),
    Verb.SEND_BACK: lambda at: rules.send_back(at, YOU),
    Verb.COMPLETE: rules.complete,
    Verb.CANCEL: rules.cancel,
}


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(ReviewState))
def test_a_verb_is_refused_in_every_state_but_its_own(verb: Verb, state: ReviewState) -> None:
    at = Position(state, four_eyes=True, proposal=Outcome.KEEP, proposed_by=ME)
    if state in FROM[verb]:
        assert VERBS[verb](at).state in ReviewState
    else:
        with pytest.raises(ReviewStateForbids):
            VERBS[verb](at)


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(list(Verb)), some.booleans()), max_size=15), some.booleans())
def test_whoever_ends_a_review_of_two_people_is_not_who_proposed(
    steps: list[tuple[Verb, bool]], four_eyes: bool
) -> None:
    at = Position(ReviewState.OPEN, four_eyes)
    for verb, mine in steps:
        who = ME if mine else YOU
        try:
            at = _act(at, verb, who)
        except (ReviewStateForbids, ReviewTaken, rules.AnotherPersonMustSign):
            continue
    if at.state is ReviewState.COMPLETED and at.decided_by is not None and at.four_eyes:
        assert at.decided_by != at.proposed_by
    if at.state is ReviewState.PENDING_APPROVAL:
        assert at.assignee_id is None


def _act(at: Position, verb: Verb, who: UUID) -> Position:
    if verb is Verb.PROPOSE:
        return rules.propose(at, who, Outcome.KEEP, False)
    if verb in (Verb.RECEIVE, Verb.COMPLETE, Verb.CANCEL):
        return VERBS[verb](at)
    return getattr(rules, verb.value)(at, who)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("unrated: high", "unrated: nowhere", "is no level"),
        ("restriction: nothing_new", "restriction: something", "no such measure"),
        ("straight_through: true, restrict", "restrict", None),
        ("second_person: true", "second_person: true, straight_through: true", "cannot go straight through"),
        ("second_person_outcomes: [change_level, ", "second_person_outcomes: [", "changed by two people"),
        ("patterns: [structuring", "patterns: [smurfing", "no such pattern"),
        ("remind_days_before: [7, 2]", "remind_days_before: [2, 7]", "from the earliest"),
        ("near_threshold: 7000", "near: 7000", "CZK"),
        ("measure: no_credit}", "}", "together"),
    ],
)
def test_the_loader_refuses_what_does_not_hold_together(old: str, new: str, problem: str | None) -> None:
    changed = LOADED.source.decode().replace(old, new, 1)
    assert changed.encode() != LOADED.source
    if problem is None:
        assert not parse(changed.encode(), "changed.yaml", ReviewRules).rules.levels["low"].straight_through
        return
    with pytest.raises(RuleSetBroken, match=problem):
        parse(changed.encode(), "changed.yaml", ReviewRules)
