"""Clocks over holidays, states over generated histories, limits and spikes."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.complaints import rules
from backend.complaints.calendars import Span, WorkCalendar
from backend.complaints.errors import NoClocksForJurisdiction, StateForbids
from backend.complaints.models import Outcome, State
from backend.complaints.ruleset import (
    Clock,
    ComplaintClocks,
    ComplaintHandling,
    Letter,
    Spike,
    complaint_clocks,
    complaint_handling,
)
from backend.core.money import Money
from backend.core.rulesets import Policies, Wording

POLICIES = Policies(Path(__file__).resolve().parents[2] / "policies")
TODAY = date(2026, 11, 22)
DAYS = some.dates(date(2024, 1, 1), date(2026, 11, 22))
CALENDARS = some.builds(
    WorkCalendar,
    timezone=some.just("Europe/Prague"),
    weekdays=some.sets(some.integers(0, 6), min_size=2).map(frozenset),
    holidays=some.sets(some.dates(date(2024, 1, 1), date(2027, 6, 30)), max_size=40).map(frozenset),
)


def law(jurisdiction: str) -> ComplaintClocks:
    return complaint_clocks(POLICIES, jurisdiction, TODAY).rules


def handling() -> ComplaintHandling:
    return complaint_handling(POLICIES, TODAY).rules


def last(jurisdiction: str, category: str, received_on: date) -> rules.Deadlines:
    under = law(jurisdiction)
    return rules.deadlines(under.clock(category), received_on, under.calendar)


def test_eight_weeks_and_three_business_days_in_britain() -> None:
    found = last("GB", "fees", date(2026, 3, 31))
    assert (found.summary_by, found.due_on) == (date(2026, 4, 7), date(2026, 5, 26))


def test_fifteen_working_days_in_china_leave_out_the_golden_week_and_count_the_days_in_lieu() -> None:
    assert last("CN", "fees", date(2026, 9, 18)).due_on == date(2026, 10, 15)


def test_thirty_days_in_czechia_that_end_on_a_holiday_end_on_the_next_working_day() -> None:
    assert last("CZ", "fees", date(2026, 11, 25)).due_on == date(2026, 12, 28)


def test_payments_have_the_clock_of_the_payment_services_directive() -> None:
    assert law("CZ").clock("payments").code == "payments"
    assert last("CZ", "payments", date(2026, 11, 16)).due_on == date(2026, 12, 8)


def test_a_jurisdiction_without_rules_is_refused() -> None:
    with pytest.raises(NoClocksForJurisdiction, match="US"):
        law("US")


@given(CALENDARS, DAYS, some.integers(1, 60))
def test_a_period_of_working_days_ends_on_one_and_holds_just_as_many(
    calendar: WorkCalendar, start: date, count: int
) -> None:
    end = Span(working_days=count).after(start, calendar)
    assert calendar.works(end)
    assert sum(calendar.works(start + timedelta(days=each)) for each in range(1, (end - start).days + 1)) == count
    assert calendar.between(start, end) == count


@given(CALENDARS, DAYS, some.integers(1, 90), some.integers(0, 40), some.booleans())
def test_a_pause_moves_the_last_day_and_never_takes_time_away(
    calendar: WorkCalendar, start: date, length: int, stopped: int, working: bool
) -> None:
    span = Span(working_days=length) if working else Span(days=length)
    wording = Wording(en="x", zh_CN="x")
    clock = Clock(code="x", article="x", wording=wording, final=span, rolls=not working)
    due_on = rules.deadlines(clock, start, calendar).due_on
    resumed = rules.resumed(clock, due_on, start, start + timedelta(days=stopped), calendar)
    assert resumed >= due_on
    if working:
        assert calendar.between(start + timedelta(days=stopped), resumed) == length
    else:
        assert resumed == calendar.rolled(due_on + timedelta(days=stopped))


@given(some.lists(some.sampled_from(list(State)), max_size=30))
def test_no_history_closes_a_complaint_that_was_never_decided(wanted: list[State]) -> None:
    state, decided = State.RECEIVED, False
    for target in wanted:
        try:
            state = rules.reached(state, target)
        except StateForbids:
            continue
        decided = state is State.RESOLVED or (decided and state not in {State.REOPENED, State.INVESTIGATING})
        assert decided or state not in {State.FINAL_RESPONSE, State.REFERRED, State.CLOSED}


def test_every_state_is_reached_from_received() -> None:
    seen, edge = {State.RECEIVED}, {State.RECEIVED}
    while edge:
        edge = {target for state in edge for target in rules.STEPS[state]} - seen
        seen |= edge
    assert seen == set(State)


def test_parts_of_redress_do_not_evade_the_limit() -> None:
    limit = handling().authority["compliance_officer"]["CZK"]
    half = Money(limit / 2, "CZK")
    assert not rules.needs_signature(handling(), {"compliance_officer"}, half, limit / 2)
    assert rules.needs_signature(handling(), {"compliance_officer"}, half, limit)


def test_a_currency_without_a_limit_is_nobodys_alone() -> None:
    assert rules.needs_signature(handling(), {"head_of_compliance"}, Money(Decimal(1), "JPY"), Decimal())


def test_a_complaint_not_upheld_earns_goodwill_alone() -> None:
    assert rules.earns(handling(), Outcome.NOT_UPHELD, "goodwill")
    assert not rules.earns(handling(), Outcome.NOT_UPHELD, "refund")
    assert rules.earns(handling(), Outcome.PARTLY_UPHELD, "refund")


def test_a_product_spikes_when_complaints_double_and_are_enough() -> None:
    rule = Spike(days=30, before=6, least=5, factor=Decimal(2))
    before = [TODAY - timedelta(days=40 + 20 * each) for each in range(6)]
    calm, wild = [TODAY] * 2, [TODAY] * 6
    found = rules.spikes(rule, {"calm": before + calm, "wild": before + wild, "small": [TODAY] * 4}, TODAY)
    assert [(each.product_code, each.recent, each.usual) for each in found] == [("wild", 6, Decimal(1))]


def test_a_letter_that_names_an_unknown_merge_field_is_refused() -> None:
    good = Wording(en="{name}", zh_CN="{name}")
    with pytest.raises(ValueError, match="no merge field salary"):
        Letter(subject=good, body=Wording(en="{salary}", zh_CN=""), approval=True)


def test_a_word_has_one_code() -> None:
    for words in (handling().categories, handling().causes, handling().redress_kinds):
        assert len({word.code for word in words}) == len(words)


def test_nobody_is_involved_who_is_not_named() -> None:
    one, other = uuid4(), uuid4()
    assert rules.involved([str(one)], one)
    assert not rules.involved([str(one)], other)
