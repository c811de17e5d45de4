"""The course through a playbook: what is done when, and what is never done, over generated playbooks and histories."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.engagement.playbooks.models import Arm, EndReason, Outcome, Status
from backend.engagement.playbooks.rules import (
    Advance,
    Answered,
    Course,
    Event,
    Left,
    Permission,
    Place,
    Send,
    Settle,
    Tick,
    advance,
    arm,
    begin,
    upcoming_message,
)
from backend.engagement.playbooks.ruleset import Errand, Message, Playbook, Wait

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = {"en": "Words", "zh_CN": "文字"}
YES = Tick(Permission(True))


def playbook(steps: dict[str, Any], start: str = "first", **given_: Any) -> Playbook:
    plain: dict[str, Any] = {
        "id": "test",
        "effective_from": "2026-01-01",
        "wording": WORDS,
        "why": WORDS,
        "purpose": "marketing",
        "owner": "manager",
        "entry": {"triggers": [{"when": "stage", "stages": ["at_risk"], "within_days": 30}], "again_after_days": 90},
        "goal": {"wording": WORDS, "kind": "movement", "within_days": 90},
        "exits": ["complaint", "opt_out", "stage_left"],
        "holdout_bp": 2000,
        "caps": {"messages": 2, "days": 30},
        "start": start,
        "steps": {name: {"wording": WORDS, **step} for name, step in steps.items()},
    }
    return Playbook.model_validate(plain | given_)


def message(**more: Any) -> dict[str, Any]:
    return {"kind": "message", "template": "hello", **more}


def call(**more: Any) -> dict[str, Any]:
    answers = {"reached": WORDS, "refused": WORDS}
    return {"kind": "call", "queue": "engagement.calls", "patience_days": 5, "answers": answers, **more}


WIN_BACK = playbook(
    {
        "first": message(next="pause"),
        "pause": {"kind": "wait", "days": 7, "next": "phone"},
        "phone": call(next="fork"),
        "fork": {"kind": "branch", "of": "phone", "cases": {"reached": "thanks"}, "next": "last"},
        "thanks": message(),
        "last": message(),
    }
)


def days(number: float) -> datetime:
    return START + timedelta(days=number)


def treated(at: Playbook = WIN_BACK) -> Course:
    return begin(at, Arm.TREATED)


def after(*events: tuple[float, Event]) -> Advance:
    found = Advance(treated())
    for day, event in events:
        found = advance(WIN_BACK, found.course, event, days(day))
    return found


def test_first_step_is_taken_when_contact_is_allowed() -> None:
    assert after((0, YES)).actions == (Send("first", "hello", None),)


def test_no_message_goes_out_without_a_permission() -> None:
    assert after((0, Tick())).actions == ()


def test_wait_is_not_cut_short() -> None:
    assert after((0, YES), (6.99, YES)).actions == ()


def test_call_is_placed_when_the_wait_is_over() -> None:
    assert after((0, YES), (7, YES)).actions == (Place("phone", "engagement.calls", days(12)),)


def test_branch_follows_the_answer() -> None:
    found = after((0, YES), (7, YES), (8, Answered("phone", "reached")))
    assert (found.course.step, found.actions) == ("thanks", (Settle("phone", "reached"),))


def test_unanswered_call_goes_on_after_its_patience() -> None:
    found = after((0, YES), (7, YES), (12, Tick()))
    assert (found.course.step, found.actions) == ("last", (Settle("phone", Outcome.UNANSWERED),))


def test_answer_that_the_playbook_does_not_name_changes_nothing() -> None:
    before = after((0, YES), (7, YES)).course
    assert advance(WIN_BACK, before, Answered("phone", "perhaps"), days(8)) == Advance(before)


def test_message_held_up_by_quiet_hours_goes_out_afterwards() -> None:
    quiet = Tick(Permission(False, ("quiet_hours",), days(0.5)))
    held = after((0, quiet))
    assert (held.actions, held.course.wake_at, held.course.step) == ((), days(0.5), "first")


def test_message_that_contact_refuses_is_left_out_with_its_reasons() -> None:
    refused = after((0, Tick(Permission(False, ("consent_missing",)))))
    assert refused.actions == (Settle("first", Outcome.REFUSED, ("consent_missing",)),)


def test_cap_holds_a_message_until_the_window_has_passed() -> None:
    full = Course(Arm.TREATED, "last", sent=(days(0), days(3)))
    held = advance(WIN_BACK, full, YES, days(10))
    assert (held.actions, held.course.wake_at) == ((), days(30))


def test_exit_ends_the_open_call() -> None:
    found = after((0, YES), (7, YES), (8, Left(EndReason.COMPLAINT)))
    assert (found.course.status, found.actions) == (Status.STOPPED, (Settle("phone", Outcome.WITHDRAWN),))


def test_exit_during_a_wait_leaves_nothing_to_do() -> None:
    assert after((0, YES), (3, Left(EndReason.GOAL))).actions == ()


def test_course_without_a_further_step_is_finished() -> None:
    found = after((0, YES), (7, YES), (8, Answered("phone", "reached")), (8, YES))
    assert found.course.status is Status.FINISHED


def test_lot_is_the_same_however_often_it_is_drawn() -> None:
    party, sha256 = UUID(int=7), "ab" * 32
    assert arm(sha256, party, 2000) is arm(sha256, party, 2000)


def test_lot_leaves_the_asked_share_alone() -> None:
    drawn = [arm("cd" * 32, UUID(int=number), 2000) for number in range(20_000)]
    assert sum(each is Arm.CONTROL for each in drawn) / len(drawn) == pytest.approx(0.2, abs=0.012)


def test_another_version_draws_another_lot() -> None:
    parties = [UUID(int=number) for number in range(500)]
    assert [arm("01" * 32, each, 5000) for each in parties] != [arm("02" * 32, each, 5000) for each in parties]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ({"first": message(next="first")}, "come back"),
        ({"first": message(next="nowhere")}, "no such step"),
        ({"first": message(), "lost": message()}, "no way leads to"),
        (
            {
                "first": call(next="fork"),
                "fork": {"kind": "branch", "of": "first", "cases": {"maybe": "last"}},
                "last": message(),
            },
            "never comes to",
        ),
        (
            {
                "first": {"kind": "branch", "of": "last", "cases": {"sent": "last"}},
                "last": message(),
            },
            "not before it",
        ),
    ],
)
def test_playbook_that_could_lose_its_way_is_refused(steps: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        playbook(steps)


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    """Up to eight steps; every way leads forward, and what no way leads to is left out."""
    size = draw(st.integers(1, 8))
    names = ["first", *(f"step{number}" for number in range(1, size))]
    steps: dict[str, Any] = {}
    errands: list[str] = []
    for place, name in enumerate(names):
        following = names[place + 1] if place + 1 < size else None
        kind = draw(
            st.sampled_from(
                ["message", "call", "wait", "branch"] if errands and following else ["message", "call", "wait"]
            )
        )
        if kind == "message":
            steps[name] = message(next=following)
        elif kind == "call":
            steps[name] = call(next=following, patience_days=draw(st.integers(1, 9)))
            errands.append(name)
        elif kind == "wait":
            steps[name] = {"kind": "wait", "days": draw(st.integers(1, 20)), "next": following}
        else:
            jump = draw(st.sampled_from(names[place + 1 :]))
            steps[name] = {
                "kind": "branch",
                "of": draw(st.sampled_from(errands)),
                "cases": {"reached": jump},
                "next": following,
            }
    caps = {"messages": draw(st.integers(1, 3)), "days": draw(st.integers(1, 40))}
    try:
        return playbook(steps, caps=caps)
    except ValidationError:
        return playbook({"first": steps["first"] | {"next": None}}, caps=caps)


PERMISSIONS = st.one_of(
    st.none(),
    st.just(Permission(True)),
    st.just(Permission(False, ("consent_missing",))),
    st.integers(1, 48).map(lambda hours: Permission(False, ("quiet_hours",), START + timedelta(hours=hours))),
)
HAPPENINGS = st.one_of(
    PERMISSIONS.map(Tick),
    PERMISSIONS.map(Tick),
    st.sampled_from(["reached", "refused", "other"]),
    st.sampled_from([EndReason.COMPLAINT, EndReason.GOAL, EndReason.TAKEN_OUT]).map(Left),
)
HISTORIES = st.lists(st.tuples(st.integers(0, 24 * 12), HAPPENINGS), max_size=40)


@dataclass
class Told:
    """A history: when which step was acted on, and when it was arrived at."""

    sent: list[tuple[datetime, str]] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    ended_at: datetime | None = None
    acted_after_end: int = 0
    woken_early: int = 0


def told(of: Playbook, drawn: Arm, history: list[tuple[int, Any]]) -> tuple[Course, Told]:
    course, found, now = begin(of, drawn), Told(), START
    for hours, happening in history:
        now += timedelta(hours=hours)
        event = Answered(course.step or "first", happening) if isinstance(happening, str) else happening
        held = course.wake_at is not None and course.wake_at > now and isinstance(event, Tick)
        ended = course.status is not Status.RUNNING
        moved = advance(of, course, event, now)
        found.acted_after_end += len(moved.actions) if ended else 0
        found.woken_early += len(moved.actions) if held else 0
        found.sent += [(now, each.step) for each in moved.actions if isinstance(each, Send)]
        found.placed += [each.step for each in moved.actions if isinstance(each, Place)]
        found.settled += [each.step for each in moved.actions if isinstance(each, Settle)]
        course = moved.course
    return course, found


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(playbooks(), HISTORIES)
def test_nobody_who_was_left_out_by_lot_is_ever_contacted(of: Playbook, history: list[tuple[int, Any]]) -> None:
    _, found = told(of, Arm.CONTROL, history)
    assert (found.sent, found.placed, found.settled) == ([], [], [])


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(playbooks(), HISTORIES)
def test_no_step_is_taken_twice(of: Playbook, history: list[tuple[int, Any]]) -> None:
    _, found = told(of, Arm.TREATED, history)
    sent = [step for _, step in found.sent]
    for steps in (sent, found.placed, found.settled):
        assert len(steps) == len(set(steps))
    assert not set(sent) & set(found.settled)


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(playbooks(), HISTORIES)
def test_nothing_is_done_after_the_end_or_before_its_time(of: Playbook, history: list[tuple[int, Any]]) -> None:
    _, found = told(of, Arm.TREATED, history)
    assert (found.acted_after_end, found.woken_early) == (0, 0)


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(playbooks(), HISTORIES)
def test_no_window_ever_holds_more_messages_than_the_cap(of: Playbook, history: list[tuple[int, Any]]) -> None:
    _, found = told(of, Arm.TREATED, history)
    window = timedelta(days=of.caps.days)
    for last, _ in found.sent:
        assert sum(last - window < at <= last for at, _ in found.sent) <= of.caps.messages


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(playbooks())
def test_every_course_ends_when_time_goes_by(of: Playbook) -> None:
    course, _ = told(of, Arm.TREATED, [(24 * 30, YES)] * (4 * len(of.steps)))
    assert course.status is Status.FINISHED


@seed(20261122)
@settings(max_examples=300, deadline=None)
@given(playbooks(), HISTORIES)
def test_contact_is_asked_only_for_a_message_whose_time_has_come(of: Playbook, history: list[tuple[int, Any]]) -> None:
    course, _ = told(of, Arm.TREATED, history)
    for later in (0, 30):
        asked = upcoming_message(of, course, START + timedelta(days=later))
        if asked is not None:
            assert isinstance(of.steps[asked], Message)
            assert not isinstance(of.steps[asked], (Errand, Wait))
            assert course.status is Status.RUNNING
