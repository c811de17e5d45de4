"""Courses on the record: taken up by lot, led through their steps, ended, paused, and found whole after a kill."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.casework.models import WorkItem, WorkState
from backend.core.clock import FixedClock
from backend.customers.models import Customer, Stage
from backend.engagement.contact import ContactAnswer
from backend.engagement.playbooks import rules, service
from backend.engagement.playbooks.errors import (
    AlreadyEnrolled,
    AlreadyPaused,
    AnswerUnknown,
    ComplaintBars,
    EnrolmentOver,
    HeldOut,
    NotByHand,
    NotPaused,
    PlaybookUnknown,
    ReasonMissing,
    StepNotOpen,
)
from backend.engagement.playbooks.models import (
    Arm,
    EndReason,
    Outcome,
    OutReason,
    PlaybookEnrolment,
    PlaybookStep,
    Status,
)
from backend.engagement.playbooks.queries import courses, goals
from backend.engagement.playbooks.ruleset import playbooks_on
from tests.factories import complaints
from tests.factories import onboarding as make
from tests.factories.contact_house import House

CODE = "win_back"


@dataclass(slots=True)
class Desk:
    """A bank whose customers fall silent."""

    bank: make.Bank
    clock: FixedClock
    post: House

    async def customer(self, stage: Stage = Stage.AT_RISK, arm: Arm | None = Arm.TREATED) -> UUID:
        """In the arm that the test is about; parties are made until the lot falls so."""
        while True:
            party_id = (await make.person(self.bank)).party_id
            if arm is None or await self.drawn(party_id) is arm:
                break
        await self.bank.run("system", _stand, party_id, stage)
        return party_id

    async def drawn(self, party_id: UUID) -> Arm:
        loaded = self.bank.platform.policies_of(self.bank.system).book("engagement/playbooks", rules.Playbook)
        found = loaded.effective(self.clock().date(), CODE)
        return rules.arm(found.sha256, party_id, found.rules.holdout_bp)

    async def take_up(self) -> int:
        taken: int = await self.bank.run("system", service.take_up)
        return taken

    async def go_on(self, days: float = 0) -> None:
        self.clock.advance(timedelta(days=days))
        while await self.bank.run("system", service.go_on):
            pass

    async def row(self, party_id: UUID) -> PlaybookEnrolment:
        found: PlaybookEnrolment = await self.bank.run("system", courses.latest_of, CODE, party_id)
        return found

    async def steps(self, party_id: UUID) -> dict[str, str]:
        row = await self.row(party_id)
        found = await self.bank.run("system", courses.steps_of, [row.id])
        return {each.step: each.outcome for each in found.get(row.id, [])}

    async def called(self, party_id: UUID) -> PlaybookEnrolment:
        """Up to the call."""
        await self.take_up()
        await self.go_on()
        await self.go_on(7)
        return await self.row(party_id)

    async def work(self, party_id: UUID) -> list[WorkItem]:
        async def found(ctx: Any) -> list[WorkItem]:
            return list(await ctx.session.scalars(select(WorkItem).where(col(WorkItem.party_id) == party_id)))

        items: list[WorkItem] = await self.bank.run("system", found)
        return items


async def _stand(ctx: Any, party_id: UUID, stage: Stage) -> None:
    row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party_id))).one()
    async with ctx.audit("customer.stage", ("party", party_id), reason="test"):
        row.stage, row.stage_since = stage, ctx.now


@pytest.fixture
def desk(bank: make.Bank, clock: FixedClock, post: House) -> Desk:
    return Desk(bank, clock, post)


async def test_stage_takes_a_customer_up_once(desk: Desk) -> None:
    party_id = await desk.customer()
    assert (await desk.take_up(), await desk.take_up()) == (1, 0)
    row = await desk.row(party_id)
    assert (row.trigger, row.arm, row.step) == ("stage", Arm.TREATED, "letter")


async def test_other_stages_are_left_alone(desk: Desk) -> None:
    await desk.customer(Stage.LOYAL)
    assert await desk.take_up() == 0


async def test_stage_of_long_ago_takes_nobody_up(desk: Desk) -> None:
    await desk.customer()
    desk.clock.advance(timedelta(days=60))
    assert await desk.take_up() == 0


async def test_first_letter_goes_out_under_a_reference_of_its_own(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.take_up()
    await desk.go_on()
    row = await desk.row(party_id)
    assert desk.post.sent == {f"playbook:{row.id}:letter": (party_id, "win_back")}
    assert (row.step, row.wake_at) == ("pause", desk.clock() + timedelta(days=7))


async def test_customer_of_the_control_arm_is_recorded_and_left_alone(desk: Desk) -> None:
    party_id = await desk.customer(arm=Arm.CONTROL)
    await desk.take_up()
    for _ in range(5):
        await desk.go_on(30)
    assert (await desk.row(party_id)).arm == Arm.CONTROL
    assert (desk.post.sent, await desk.steps(party_id), await desk.work(party_id)) == ({}, {}, [])


async def test_control_arm_ends_with_its_window(desk: Desk) -> None:
    party_id = await desk.customer(arm=Arm.CONTROL)
    await desk.take_up()
    desk.clock.advance(timedelta(days=121))
    assert await desk.bank.run("system", service.finish_control) == 1
    assert (await desk.row(party_id)).status == Status.FINISHED


async def test_call_becomes_work_of_the_follow_up_queue(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.called(party_id)
    (item,) = await desk.work(party_id)
    assert (item.queue, item.subject_type, item.due_at) == (
        "engagement.follow_up",
        "playbook_step",
        desk.clock() + timedelta(days=10),
    )


async def test_answer_of_a_call_ends_its_work_and_chooses_the_way(desk: Desk) -> None:
    party_id = await desk.customer()
    row = await desk.called(party_id)
    await desk.bank.run("lead", service.answer, row.id, "call", "returns")
    items = {item.state for item in await desk.work(party_id)}
    assert (await desk.row(party_id)).step == "thanks"
    assert items == {WorkState.DONE, WorkState.CLAIMED}


async def test_answer_is_asked_once(desk: Desk) -> None:
    row = await desk.called(await desk.customer())
    await desk.bank.run("lead", service.answer, row.id, "call", "returns")
    with pytest.raises(StepNotOpen):
        await desk.bank.run("lead", service.answer, row.id, "call", "leaves")


async def test_answer_must_be_one_of_the_playbook(desk: Desk) -> None:
    row = await desk.called(await desk.customer())
    with pytest.raises(AnswerUnknown):
        await desk.bank.run("lead", service.answer, row.id, "call", "perhaps")


async def test_quiet_hours_hold_the_letter_until_they_end(desk: Desk) -> None:
    party_id = await desk.customer()
    later = desk.clock() + timedelta(hours=9)
    desk.post.answers[party_id] = ContactAnswer(False, "email", ("quiet_hours",), later)
    await desk.take_up()
    await desk.go_on()
    assert ((await desk.row(party_id)).wake_at, desk.post.sent) == (later, {})


async def test_missing_consent_leaves_the_letter_out_with_its_reason(desk: Desk) -> None:
    party_id = await desk.customer()
    desk.post.answers[party_id] = ContactAnswer(False, None, ("consent_missing",))
    await desk.take_up()
    await desk.go_on()
    assert (desk.post.sent, await desk.steps(party_id)) == ({}, {"letter": Outcome.REFUSED})


async def test_objection_ends_the_course(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.take_up()
    desk.post.answers[party_id] = ContactAnswer(False, None, ("objected",))
    await desk.go_on()
    row = await desk.row(party_id)
    assert (row.status, row.end_reason, desk.post.sent) == (Status.STOPPED, EndReason.OPT_OUT, {})


async def test_complaint_ends_the_course_and_its_open_work(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.called(party_id)
    complaint = await complaints.received(desk.bank, party_id)
    await desk.bank.run("system", service.complained, complaint.id)
    row = await desk.row(party_id)
    (item,) = await desk.work(party_id)
    assert (row.end_reason, item.state, await desk.steps(party_id)) == (
        EndReason.COMPLAINT,
        WorkState.DONE,
        {"letter": Outcome.SENT, "call": Outcome.WITHDRAWN},
    )


async def test_nothing_is_sent_to_whoever_has_just_complained(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.take_up()
    await complaints.received(desk.bank, party_id)
    await desk.go_on()
    assert (desk.post.sent, (await desk.row(party_id)).end_reason) == ({}, EndReason.COMPLAINT)


@pytest.mark.parametrize("arm", list(Arm))
async def test_goal_is_found_alike_in_both_arms(desk: Desk, arm: Arm) -> None:
    party_id = await desk.customer(arm=arm)
    await desk.take_up()
    desk.clock.advance(timedelta(days=20))
    await desk.bank.run("system", _stand, party_id, Stage.ACTIVE)
    assert await desk.bank.run("system", service.observe) == 1
    row = await desk.row(party_id)
    assert (row.goal_at, row.status, row.end_reason) == (desk.clock(), Status.STOPPED, EndReason.GOAL)


async def test_goal_after_the_window_does_not_count(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.take_up()
    desk.clock.advance(timedelta(days=121))
    await desk.bank.run("system", _stand, party_id, Stage.ACTIVE)
    assert await desk.bank.run("system", service.observe) == 0
    assert (await desk.row(party_id)).goal_at is None


async def test_step_that_was_cut_off_by_a_kill_is_taken_once_afterwards(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.take_up()

    async def killed(ctx: Any) -> None:
        await service.go_on(ctx)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await desk.bank.run("system", killed)
    assert await desk.steps(party_id) == {}
    await desk.go_on()
    assert (len(desk.post.sent), await desk.steps(party_id)) == (1, {"letter": Outcome.SENT})


async def test_paused_playbook_takes_nobody_up_and_no_step(desk: Desk) -> None:
    await desk.customer()
    await desk.take_up()
    await desk.bank.run("lead", service.pause, CODE, "The letters had a mistake.")
    await desk.customer()
    await desk.go_on()
    assert (await desk.take_up(), desk.post.sent) == (0, {})
    await desk.bank.run("lead", service.resume, CODE)
    await desk.go_on()
    assert len(desk.post.sent) == 1


async def test_pause_asks_for_a_reason_and_holds_once(desk: Desk) -> None:
    with pytest.raises(ReasonMissing):
        await desk.bank.run("lead", service.pause, CODE, " ")
    with pytest.raises(NotPaused):
        await desk.bank.run("lead", service.resume, CODE)
    await desk.bank.run("lead", service.pause, CODE, "Holidays.")
    with pytest.raises(AlreadyPaused):
        await desk.bank.run("lead", service.pause, CODE, "Again.")


async def test_person_enrols_a_customer_whom_the_lot_treats(desk: Desk) -> None:
    party_id = await desk.customer()
    row = await desk.bank.run("lead", service.enrol, party_id, CODE)
    assert (row.by_hand, row.trigger, row.step) == (True, "person", "letter")
    with pytest.raises(AlreadyEnrolled):
        await desk.bank.run("lead", service.enrol, party_id, CODE)


async def test_person_cannot_enrol_whom_the_lot_leaves_alone(desk: Desk) -> None:
    with pytest.raises(HeldOut):
        await desk.bank.run("lead", service.enrol, await desk.customer(arm=Arm.CONTROL), CODE)


async def test_person_cannot_enrol_against_the_playbook(desk: Desk) -> None:
    party_id = await desk.customer()
    with pytest.raises(NotByHand):
        await desk.bank.run("lead", service.enrol, party_id, "anniversary")
    with pytest.raises(PlaybookUnknown):
        await desk.bank.run("lead", service.enrol, party_id, "nothing")
    await complaints.received(desk.bank, party_id)
    with pytest.raises(ComplaintBars):
        await desk.bank.run("lead", service.enrol, party_id, CODE)


async def test_auditor_enrols_nobody(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        await desk.bank.run("auditor", service.enrol, await desk.customer(), CODE)


async def test_customer_who_is_taken_out_gets_nothing_more(desk: Desk) -> None:
    party_id = await desk.customer()
    row = await desk.called(party_id)
    await desk.bank.run("lead", service.take_out, row.id, OutReason.ASKED)
    await desk.go_on(60)
    left = await desk.row(party_id)
    assert (len(desk.post.sent), left.end_reason, left.out_reason) == (1, EndReason.TAKEN_OUT, OutReason.ASKED)
    with pytest.raises(EnrolmentOver):
        await desk.bank.run("lead", service.take_out, row.id, OutReason.MISTAKE)


async def test_effect_counts_by_lot_alone_and_when_the_window_is_over(desk: Desk) -> None:
    treated, control = await desk.customer(), await desk.customer(arm=Arm.CONTROL)
    by_hand = await desk.customer()
    await desk.bank.run("lead", service.enrol, by_hand, CODE)
    await desk.take_up()
    for party_id in (treated, by_hand):
        desk.clock.advance(timedelta(days=1))
        await desk.bank.run("system", _stand, party_id, Stage.ACTIVE)
    await desk.bank.run("system", service.observe)
    before = goals.together(await desk.bank.run("system", goals.strata, CODE))
    desk.clock.advance(timedelta(days=130))
    after = goals.together(await desk.bank.run("system", goals.strata, CODE))
    assert (before[Arm.TREATED].observed, after[Arm.TREATED].observed, after[Arm.TREATED].reached) == (0, 1, 1)
    assert (after[Arm.CONTROL].observed, after[Arm.CONTROL].reached) == (1, 0)
    assert await desk.row(control) is not None


async def test_database_refuses_a_step_for_whoever_is_left_alone(desk: Desk) -> None:
    party_id = await desk.customer(arm=Arm.CONTROL)
    await desk.take_up()
    row = await desk.row(party_id)

    async def forced(ctx: Any) -> None:
        async with ctx.audit("playbook.step", ("party", party_id), reason=CODE):
            found = await ctx.session.get_one(PlaybookEnrolment, row.id)
            found.step = "letter"

    with pytest.raises(Exception, match="left_alone"):
        await desk.bank.run("system", forced)


async def test_step_is_recorded_once_for_an_enrolment(desk: Desk) -> None:
    party_id = await desk.customer()
    await desk.take_up()
    await desk.go_on()
    row = await desk.row(party_id)

    async def again(ctx: Any) -> None:
        async with ctx.audit("playbook.step", ("party", party_id), reason=CODE):
            ctx.session.add(
                PlaybookStep(
                    tenant_id=row.tenant_id,
                    enrolment_id=row.id,
                    party_id=party_id,
                    step="letter",
                    kind="message",
                    outcome=Outcome.SENT,
                    begun_at=ctx.now,
                    ended_at=ctx.now,
                )
            )

    with pytest.raises(Exception, match="uq_playbook_step"):
        await desk.bank.run("system", again)


async def test_shipped_playbooks_are_in_force(bank: make.Bank, tenant: Tenant, clock: FixedClock) -> None:
    found = playbooks_on(bank.platform.policies_of(bank.system), clock().date())
    assert set(found) == {"after_complaint", "anniversary", "welcome", "win_back"}
